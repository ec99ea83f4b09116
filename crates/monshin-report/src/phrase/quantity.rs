//! What a figure or a phrase of quantity says.

use monshin_diag::Span;

use super::{Interval, Ratio};

/// A figure or a phrase of quantity in running text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// Its bytes in the text that was read.
    pub span: Span,
    /// Its own words.
    pub text: String,
    /// What it says.
    pub meaning: Meaning,
    /// The modifier or word that shapes it (`just-under`, `majority`); none for bare figures.
    pub manner: Option<String>,
    /// The value its stem names: 70 for 「7割弱」.
    pub stem: Option<Ratio>,
    /// 「約…程度」: two modifiers that do not go together.
    pub clash: bool,
    /// Of 「15%から99%」 the values for which either end is true.
    pub ends: Option<[Interval; 2]>,
}

/// What a quantity is about, and the values for which it is true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A share in percent.
    Share(Accepts),
    /// A difference in percentage points.
    Points(Accepts),
    /// So many of so many.
    Part {
        /// How many.
        count: u64,
        /// Of how many.
        base: u64,
    },
    /// How many times as much.
    Times(Accepts),
    /// A count, or any other number.
    Number {
        /// The values for which it is true.
        accepts: Accepts,
        /// What is counted, where a word for it follows.
        counter: Option<String>,
    },
}

/// The values for which a quantity is true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepts {
    /// True here.
    pub within: Interval,
    /// True, and not misleading, here.
    pub usual: Option<Interval>,
    /// Decimals written, where digits were.
    pub decimals: Option<u32>,
}

/// Whether a quantity is true of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// True.
    Fits,
    /// True, but it misleads: 「5割以下」 for 31 %.
    Misleads,
    /// False.
    Fails,
}

impl Accepts {
    /// Judges an exact value.
    pub fn judge(&self, value: Ratio) -> Verdict {
        match (self.within.contains(value), self.usual) {
            (false, _) => Verdict::Fails,
            (true, Some(usual)) if !usual.contains(value) => Verdict::Misleads,
            (true, _) => Verdict::Fits,
        }
    }
}

impl Quantity {
    /// Judges a share of `count` in `base`; `None` where it does not speak of a share.
    pub fn judge_share(&self, count: u64, base: u64) -> Option<Verdict> {
        match &self.meaning {
            Meaning::Share(accepts) => Some(accepts.judge(Ratio::percent(count, base)?)),
            Meaning::Part { count: x, base: n } if (*x, *n) == (count, base) => Some(Verdict::Fits),
            Meaning::Part { .. } => Some(Verdict::Fails),
            _ => None,
        }
    }

    /// The values for which it is true, unless it names a count and its base.
    pub fn accepts(&self) -> Option<&Accepts> {
        match &self.meaning {
            Meaning::Share(accepts) | Meaning::Points(accepts) | Meaning::Times(accepts) => Some(accepts),
            Meaning::Number { accepts, .. } => Some(accepts),
            Meaning::Part { .. } => None,
        }
    }

    /// Whether it is a word such as 「大半」 or "most", with no number in it.
    pub fn is_bare_word(&self) -> bool {
        self.stem.is_none() && matches!(self.meaning, Meaning::Share(_))
    }

    /// Whether it is written in digits or tenths, so that it reads as a figure.
    pub fn is_digits(&self) -> bool {
        self.manner.is_none()
    }
}
