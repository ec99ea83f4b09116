//! Many comparisons at once.

/// How p-values are raised for the number of looks taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Adjustment {
    /// Holm's step-down: controls the chance of any false finding, whatever the dependence. The default.
    #[default]
    Holm,
    /// Benjamini–Hochberg: controls the expected share of false findings; for exploration.
    BenjaminiHochberg,
    /// p times the number of tests.
    Bonferroni,
    /// Hochberg's step-up: as Holm under independence.
    Hochberg,
    /// Benjamini–Yekutieli: as Benjamini–Hochberg under any dependence.
    BenjaminiYekutieli,
}

/// Adjusted p-values in the order given, each at most 1. R: `p.adjust`.
///
/// With the p-values in ascending order, rank i of m: Holm takes the running maximum of (m−i+1)p,
/// Hochberg the running minimum of the same from the top, Benjamini–Hochberg that of mp/i,
/// Benjamini–Yekutieli that times Σ 1/i. No p-values give none; a p-value outside [0, 1] counts as 1.
pub fn adjust(p: &[f64], adjustment: Adjustment) -> Vec<f64> {
    let m = p.len();
    let p: Vec<f64> = p.iter().map(|v| if (0.0..=1.0).contains(v) { *v } else { 1.0 }).collect();
    let mut order: Vec<usize> = (0..m).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    let size = m as f64;
    let harmonic: f64 = (1..=m).map(|i| 1.0 / i as f64).sum();
    let factor = |rank: usize| match adjustment {
        Adjustment::Bonferroni => size,
        Adjustment::Holm | Adjustment::Hochberg => size - rank as f64,
        Adjustment::BenjaminiHochberg => size / (rank + 1) as f64,
        Adjustment::BenjaminiYekutieli => harmonic * size / (rank + 1) as f64,
    };
    let mut adjusted = vec![0.0; m];
    let mut running: f64 = if adjustment == Adjustment::Holm { 0.0 } else { 1.0 };
    let ranks: Vec<usize> = match adjustment {
        Adjustment::Holm | Adjustment::Bonferroni => (0..m).collect(),
        _ => (0..m).rev().collect(),
    };
    for rank in ranks {
        let raised = (factor(rank) * p[order[rank]]).min(1.0);
        running = match adjustment {
            Adjustment::Holm => running.max(raised),
            Adjustment::Bonferroni => raised,
            _ => running.min(raised),
        };
        adjusted[order[rank]] = running;
    }
    adjusted
}
