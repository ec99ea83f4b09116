//! Meeting known totals again, in a replicate.

use monshin_estimate::Reason;

use super::weighting::{Levels, Steps, meet};

/// How known totals are met, for weights that are not the sample's own.
#[derive(Clone, Debug)]
pub(crate) struct Again {
    /// Totals of each margin, by level.
    pub totals: Vec<Vec<f64>>,
    pub steps: Steps,
}

impl Again {
    /// The weights that meet the totals, of rows with these weights and levels (margin by margin). A
    /// level that nobody is left of leaves its total to the others of its margin.
    ///
    /// # Errors
    /// [`Reason::NotConverged`] where the totals cannot be met.
    pub fn weights(&self, before: &[f64], levels: &[Vec<usize>]) -> Result<Vec<f64>, Reason> {
        let margin = |(totals, levels): (&Vec<f64>, &Vec<usize>)| Levels {
            by: Vec::new(),
            of_cell: levels.iter().map(|level| *level as u32).collect(),
            totals: of_those_left(totals, levels, before),
        };
        let levels: Vec<Levels> = self.totals.iter().zip(levels).map(margin).collect();
        let met = meet(before, &levels, &self.steps).map_err(|_| Reason::NotConverged)?;
        Ok(before.iter().zip(&met.factors).map(|(weight, factor)| weight * factor).collect())
    }
}

fn of_those_left(totals: &[f64], levels: &[usize], weights: &[f64]) -> Vec<f64> {
    let mut there = vec![false; totals.len()];
    levels
        .iter()
        .zip(weights)
        .filter(|(_, weight)| **weight > 0.0)
        .for_each(|(level, _)| there[*level] = true);
    if there.iter().all(|one| *one) {
        return totals.to_vec();
    }
    let left: f64 = totals.iter().zip(&there).filter(|(_, there)| **there).map(|(total, _)| total).sum();
    let more = totals.iter().sum::<f64>() / left;
    totals.iter().zip(there).map(|(total, there)| if there { total * more } else { 0.0 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use monshin_instrument::WeightMethod;

    #[test]
    fn a_level_that_nobody_is_left_of_leaves_its_total_to_the_others() {
        let steps =
            Steps { method: WeightMethod::Rake, bounds: None, trim: None, rescale: false, has_base: false };
        let again = Again { totals: vec![vec![10.0, 20.0, 30.0], vec![36.0, 24.0]], steps };
        let levels = [vec![0, 0, 1, 1, 2], vec![0, 1, 0, 1, 0]];
        let whole = again.weights(&[1.0; 5], &levels).expect("they can be met");
        assert!((whole[0] + whole[1] - 10.0).abs() < 1e-6 && (whole[4] - 30.0).abs() < 1e-6, "{whole:?}");
        let less = again.weights(&[1.0, 1.0, 1.0, 1.0, 0.0], &levels).expect("they can be met");
        assert!((less[0] + less[1] - 20.0).abs() < 1e-6 && less[4] == 0.0, "{less:?}");
        assert!((less[0] + less[2] - 36.0).abs() < 1e-6, "{less:?}");
    }
}
