//! Is a figure precise enough to be quoted? (Whether it may be shown at all is another question:
//! see [`crate::disclosure`].)

/// A rule with a name, printed in the method note.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ReliabilityRule {
    /// The NCHS standard for proportions (Parker et al. 2017).
    Nchs,
    /// Reference value below 30 answers (National Police Agency of Japan).
    Jp30,
    /// Reference value below 10 answers (Ministry of Health, Labour and Welfare of Japan).
    Jp10,
    /// Reference value below a base of the owner's choice.
    MinimumBase(u64),
}

impl ReliabilityRule {
    /// The printed and stored name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nchs => "nchs",
            Self::Jp30 => "jp30",
            Self::Jp10 => "jp10",
            Self::MinimumBase(_) => "minimum-base",
        }
    }

    /// Is the share reliable? For the rules by base only `observations` is read.
    pub fn is_reliable(self, share: &ShareReliability) -> bool {
        match self {
            Self::Nchs => share.nchs().present,
            Self::Jp30 => share.observations >= 30,
            Self::Jp10 => share.observations >= 10,
            Self::MinimumBase(least) => share.observations >= least,
        }
    }
}

/// What the NCHS rule reads.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShareReliability {
    /// The share p.
    pub share: f64,
    /// Observations n.
    pub observations: u64,
    /// Effective size n* = p(1−p)/V, before any t ratio or cap.
    pub effective_size: f64,
    /// Lower end of the Korn–Graubard (or Clopper–Pearson) interval at 95 %.
    pub lower: f64,
    /// Its upper end.
    pub upper: f64,
    /// Degrees of freedom.
    pub df: f64,
}

/// The NCHS rule's verdict with its evidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nchs {
    /// May be presented.
    pub present: bool,
    /// min(n, n*); n where p is 0 or 1.
    pub effective_size: f64,
    /// Width of the interval.
    pub width: f64,
    /// Width divided by p; infinite at p = 0.
    pub relative_width: f64,
    /// Presented, but for review by a statistician: df below 8.
    pub review_df: bool,
    /// Presented, but for review: p is 0 or 1.
    pub review_edge: bool,
    /// Presented, with a footnote: the complement's relative width is above 130 %.
    pub footnote_complement: bool,
}

impl ShareReliability {
    /// Suppress when n_e < 30; else show when the width W ≤ 0.05; else suppress when W ≥ 0.30; else
    /// suppress when W/p > 1.30; else show, with a footnote when W/(1−p) > 1.30.
    pub fn nchs(&self) -> Nchs {
        let p = self.share;
        let n = self.observations as f64;
        let edge = p == 0.0 || p == 1.0;
        let effective_size = if edge { n } else { n.min(self.effective_size) };
        let width = self.upper - self.lower;
        let over = |q: f64| if q > 0.0 { width / q } else { f64::INFINITY };
        let present = effective_size >= 30.0 && (width <= 0.05 || (width < 0.30 && over(p) <= 1.30));
        Nchs {
            present,
            effective_size,
            width,
            relative_width: over(p),
            review_df: present && self.df < 8.0,
            review_edge: present && edge,
            footnote_complement: present && width > 0.05 && over(1.0 - p) > 1.30,
        }
    }
}

/// NCHS rule for counts and rates (2023): at least 10 events and an interval no wider than 160 % of
/// the estimate.
pub fn count_is_reliable(events: u64, estimate: f64, width: f64) -> bool {
    events >= 10 && estimate > 0.0 && width / estimate <= 1.60
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_answers_are_a_reference_value() {
        let share = |n| ShareReliability {
            share: 0.5,
            observations: n,
            effective_size: n as f64,
            lower: 0.4,
            upper: 0.6,
            df: 100.0,
        };
        assert!(
            !ReliabilityRule::Jp30.is_reliable(&share(29)) && ReliabilityRule::Jp30.is_reliable(&share(30))
        );
        assert!(
            !ReliabilityRule::Jp10.is_reliable(&share(9)) && ReliabilityRule::Jp10.is_reliable(&share(10))
        );
        assert!(!ReliabilityRule::Nchs.is_reliable(&share(29)));
    }

    #[test]
    fn nobody_at_all_is_not_a_number_gone_wrong() {
        let none = ShareReliability {
            share: 0.0,
            observations: 0,
            effective_size: 0.0,
            lower: 0.0,
            upper: 1.0,
            df: 0.0,
        };
        assert!(!none.nchs().present && none.nchs().relative_width.is_infinite());
    }
}
