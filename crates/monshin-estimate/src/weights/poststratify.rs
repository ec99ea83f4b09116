//! One known total per class.

use super::{WeightingError, check_weights};

/// Weights whose sums meet one total per class: w' = w · N_k/Σ_k w.
///
/// Classes are numbered from 0. A class with total 0 and no respondent is no error.
/// R: `postStratify(design, ~class, totals)`.
///
/// # Errors
/// [`WeightingError::EmptyLevel`] for a total without a respondent (set it to 0 to leave that part of
/// the population out, R's `partial = TRUE`), [`WeightingError::ZeroTotal`] for respondents without a total.
pub fn poststratify(weights: &[f64], class: &[usize], totals: &[f64]) -> Result<Vec<f64>, WeightingError> {
    check_weights(weights)?;
    check_weights(totals)?;
    if weights.len() != class.len() || class.iter().any(|k| *k >= totals.len()) {
        return Err(WeightingError::Length);
    }
    let mut sums = vec![0.0; totals.len()];
    for (w, &k) in weights.iter().zip(class) {
        sums[k] += w;
    }
    for (level, (&sum, &total)) in sums.iter().zip(totals).enumerate() {
        if sum == 0.0 && total > 0.0 {
            return Err(WeightingError::EmptyLevel { margin: 0, level });
        }
        if sum > 0.0 && total == 0.0 {
            return Err(WeightingError::ZeroTotal { margin: 0, level });
        }
    }
    Ok(weights
        .iter()
        .zip(class)
        .map(|(w, &k)| if *w == 0.0 { 0.0 } else { (w / sums[k]) * totals[k] })
        .collect())
}

/// Weights of the respondents, raised within each class to carry the weight of those who did not
/// answer; the others get 0.
///
/// Assumes that within a class answering has nothing to do with what is asked.
///
/// # Errors
/// [`WeightingError::EmptyLevel`] naming a class in which nobody answered: merge it with a neighbour.
pub fn nonresponse_adjusted(
    weights: &[f64],
    class: &[usize],
    responded: &[bool],
) -> Result<Vec<f64>, WeightingError> {
    if weights.len() != class.len() || weights.len() != responded.len() {
        return Err(WeightingError::Length);
    }
    let classes = class.iter().max().map_or(0, |m| m + 1);
    let mut totals = vec![0.0; classes];
    for (w, &k) in weights.iter().zip(class) {
        totals[k] += w;
    }
    let answered: Vec<f64> = weights.iter().zip(responded).map(|(w, r)| if *r { *w } else { 0.0 }).collect();
    poststratify(&answered, class, &totals)
}
