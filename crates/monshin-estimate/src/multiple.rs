//! Questions with several answers at once: three bases that must not be mixed.

use crate::estimate::Reason;

/// Figures of a question of which several options may be chosen. Shares over each base.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MultipleResponse {
    /// Everyone who answered, nothing chosen included.
    pub respondents: u64,
    /// Those who chose something.
    pub choosers: u64,
    /// Choices made.
    pub responses: u64,
    /// Choices of each option.
    pub counts: Vec<u64>,
    /// Choices of each option made without any other.
    pub exclusive_counts: Vec<u64>,
    /// counts / respondents: adds up to more than 1; the default.
    pub of_respondents: Vec<f64>,
    /// counts / choosers.
    pub of_choosers: Vec<f64>,
    /// counts / responses: adds up to 1.
    pub of_responses: Vec<f64>,
    /// Weight of the choosers of each option / weight of the respondents.
    pub weighted_of_respondents: Vec<f64>,
    /// responses / respondents.
    pub mean_responses: f64,
}

/// Counts rows of choices (`true`: chosen), one weight per row.
///
/// Shares over an empty base (nobody chose anything) are 0, and `counts` says why.
///
/// # Errors
/// [`Reason::NoBase`] without rows, [`Reason::LengthMismatch`] for rows of different length or a
/// missing weight, [`Reason::NotFinite`] and [`Reason::NegativeWeight`], [`Reason::NoWeight`].
pub fn multiple_response(rows: &[Vec<bool>], weights: &[f64]) -> Result<MultipleResponse, Reason> {
    let options = rows.first().ok_or(Reason::NoBase)?.len();
    if rows.len() != weights.len() || rows.iter().any(|row| row.len() != options) {
        return Err(Reason::LengthMismatch);
    }
    if weights.iter().any(|w| !w.is_finite()) {
        return Err(Reason::NotFinite);
    }
    if weights.iter().any(|w| *w < 0.0) {
        return Err(Reason::NegativeWeight);
    }
    let total: f64 = weights.iter().sum();
    if total <= 0.0 {
        return Err(Reason::NoWeight);
    }
    let mut result = MultipleResponse {
        respondents: rows.len() as u64,
        counts: vec![0; options],
        exclusive_counts: vec![0; options],
        ..MultipleResponse::default()
    };
    let mut weight = vec![0.0; options];
    for (row, w) in rows.iter().zip(weights) {
        let chosen = row.iter().filter(|c| **c).count() as u64;
        result.choosers += u64::from(chosen > 0);
        result.responses += chosen;
        for (option, _) in row.iter().enumerate().filter(|(_, c)| **c) {
            result.counts[option] += 1;
            result.exclusive_counts[option] += u64::from(chosen == 1);
            weight[option] += w;
        }
    }
    let over = |base: u64| -> Vec<f64> {
        let share = |c: &u64| {
            if base > 0 { *c as f64 / base as f64 } else { 0.0 }
        };
        result.counts.iter().map(share).collect()
    };
    let (of_respondents, of_choosers, of_responses) =
        (over(result.respondents), over(result.choosers), over(result.responses));
    Ok(MultipleResponse {
        of_respondents,
        of_choosers,
        of_responses,
        weighted_of_respondents: weight.iter().map(|w| w / total).collect(),
        mean_responses: result.responses as f64 / result.respondents as f64,
        ..result
    })
}
