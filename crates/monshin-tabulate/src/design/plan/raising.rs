//! From what is known of the population to weights, step by step.

use monshin_estimate::compare::Mass;
use monshin_frame::KnownTotals;
use monshin_instrument::WeightMethod;

use super::Planning;
use crate::design::weighting::{self, Levels, Steps};
use crate::design::{Again, Strata, Weighting, kish, problems};

impl Planning<'_> {
    /// Base weights N_h/r_h.
    pub(super) fn raise_to_strata(
        &mut self,
        strata: &Strata,
        of_cell: &[usize],
        base: &mut [Mass],
        factors: &mut [f64],
    ) -> Option<()> {
        let known = self.sizes.by(&strata.by);
        let Some(known) = known else {
            self.found.push(problems::no_size(self.form, &strata.by));
            return None;
        };
        for (number, stratum) in strata.list.iter().enumerate() {
            let all: f64 = stratum.classes.iter().filter_map(|one| known.get(one)).sum();
            let inside = || (0..of_cell.len()).filter(|cell| of_cell[*cell] == number);
            let before: f64 = inside().map(|cell| base[cell].weight).sum();
            inside().for_each(|cell| raise(&mut base[cell], &mut factors[cell], all / before));
        }
        Some(())
    }

    /// Within each class the respondents carry the base weight of the whole frame.
    pub(super) fn raise_for_nonresponse(
        &mut self,
        by: &[usize],
        base: &mut [Mass],
        factors: &mut [f64],
    ) -> Option<()> {
        let Some(known) = self.sizes.frame.as_ref().and_then(|frame| frame.weights_by(by)) else {
            self.found.push(problems::no_frame(self.form, by));
            return None;
        };
        for classes in self.joined(by, Some(&known)) {
            let all: f64 = classes.iter().filter_map(|one| known.get(one)).sum();
            let inside: Vec<usize> =
                (0..base.len()).filter(|cell| classes.contains(&self.classes(*cell, by))).collect();
            let answered: f64 = inside.iter().map(|&cell| base[cell].weight).sum();
            for cell in inside {
                raise(&mut base[cell], &mut factors[cell], all / answered);
            }
        }
        Some(())
    }

    /// The classes whose totals a margin gives, those with few responses joined.
    pub(super) fn levels(&mut self, margin: &KnownTotals) -> Option<Levels> {
        let groups = self.joined(&margin.by, Some(&margin.counts));
        let totals: Vec<f64> = groups
            .iter()
            .map(|classes| classes.iter().filter_map(|one| margin.counts.get(one)).sum())
            .collect();
        let of_cell = (0..self.cells.len()).map(|cell| {
            let classes = self.classes(cell, &margin.by);
            groups.iter().position(|group| group.contains(&classes)).unwrap_or(0) as u32
        });
        let levels = Levels { by: margin.by.clone(), of_cell: of_cell.collect(), totals };
        for (classes, total) in groups.iter().zip(&levels.totals) {
            if *total == 0.0 {
                self.found.push(problems::nobody_there(self.form, margin, classes));
            }
        }
        (!self.found.has_errors()).then_some(levels)
    }

    /// Weights that meet all margins.
    pub(super) fn weight(
        &mut self,
        margins: &[KnownTotals],
        levels: &[Levels],
        base: &[Mass],
    ) -> Option<(Vec<f64>, Weighting)> {
        let spec = self.form.weights();
        let several = margins.len() > 1;
        let method = match spec.method {
            Some(WeightMethod::Poststratify) if several => {
                self.found.push(problems::one_margin_only());
                return None;
            }
            Some(method) => method,
            None if several => WeightMethod::Rake,
            None => WeightMethod::Poststratify,
        };
        if spec.trim.is_some() && self.has_base {
            self.found.push(problems::trimming_needs_equal_base());
            return None;
        }
        let steps = Steps {
            method,
            bounds: spec.bounds,
            trim: spec.trim,
            rescale: spec.rescale,
            has_base: self.has_base,
        };
        let totals = levels.iter().map(|one| one.totals.clone()).collect();
        self.again = Some(Again { totals, steps });
        match weighting::weight(base, levels, &steps) {
            Ok(done) => Some(done),
            Err(error) => {
                self.found.push(problems::of_weighting(self.form, margins, &error));
                None
            }
        }
    }
}

fn raise(base: &mut Mass, factor: &mut f64, by: f64) {
    base.weight *= by;
    base.squares *= by * by;
    *factor *= by;
}

impl Weighting {
    /// Only base weights by class, no totals met.
    pub(super) fn raised(base: &[Mass], has_base: bool) -> Weighting {
        let each = || base.iter().filter(|cell| cell.n > 0).map(|cell| cell.weight / cell.n as f64);
        Weighting {
            method: WeightMethod::None,
            margins: Vec::new(),
            population: base.iter().map(|cell| cell.weight).sum(),
            rounds: 0,
            worst_error: 0.0,
            rescaled: Vec::new(),
            kish: (1.0, kish(base.iter().copied())),
            range: (each().fold(f64::INFINITY, f64::min), each().fold(0.0, f64::max)),
            has_base,
            trimmed: None,
        }
    }
}
