//! The exact values of claims: what is true of them, how they are written.

use monshin_diag::Lang;

use super::bench::Bench;
use super::figure::{Share, Target};
use crate::phrase::{Meaning, Quantity, Ratio, Verdict, phrase_in};

/// A figure that words are judged against.
pub(crate) enum Value {
    /// A share, pooled.
    Share(Share),
    /// A plain mean of groups.
    Mean { target: Target, by: usize, percent: Ratio, groups: u64 },
    /// A whole number; with the share it is the numerator of, where it is one.
    Count(u64, Option<Share>),
    /// Any other number.
    Number(Ratio),
    /// A difference in points.
    Points(Ratio),
    /// So many of so many, as a rate.
    Rate(u64, u64),
    /// A rate that is no fraction of whole cases, in percent.
    RateOf(Ratio),
    /// From one share to another, in percent.
    Between(Ratio, Ratio),
}

/// One side of a comparison.
#[derive(Clone, Debug)]
pub(crate) enum Side {
    Share(Share),
    Mean(Ratio, usize),
    Number(Ratio),
}

impl Side {
    pub fn percent(&self) -> Ratio {
        match self {
            Side::Share(share) => share.percent,
            Side::Mean(percent, _) | Side::Number(percent) => *percent,
        }
    }

    /// With its base.
    pub fn written(&self, bench: &Bench<'_>, lang: Lang) -> String {
        match self {
            Side::Share(share) => share_written(share, bench, lang),
            Side::Mean(percent, by) => {
                let label = bench.desk.breakdown(*by).label.get(lang.tag());
                match lang {
                    Lang::Ja => format!("{label}の単純平均 {percent}%"),
                    Lang::En => format!("plain mean over {label} {percent}%"),
                }
            }
            Side::Number(percent) => format!("{percent}%"),
        }
    }
}

fn share_written(share: &Share, bench: &Bench<'_>, lang: Lang) -> String {
    let name = bench.desk.describe(&share.target, &share.group, lang);
    match lang {
        Lang::Ja => format!("{name} {}%（{}/{}）", share.percent, share.count, share.base),
        Lang::En => format!("{name} {}% ({}/{})", share.percent, share.count, share.base),
    }
}

impl Value {
    /// Whether a quantity is true of it, being the first, second … of the words; `None` where it is about
    /// something else.
    pub fn verdict(&self, place: usize, quantity: &Quantity) -> Option<Verdict> {
        let exact = |holds: bool| Some(if holds { Verdict::Fits } else { Verdict::Fails });
        let whole = |number: u64| Ratio::new(number.into(), 1).expect("1 is not 0");
        match (self, &quantity.meaning) {
            (Value::Share(share), Meaning::Share(accepts)) => Some(accepts.judge(share.percent)),
            (Value::Mean { percent, .. }, Meaning::Share(accepts)) => Some(accepts.judge(*percent)),
            (Value::Rate(count, base), Meaning::Share(accepts)) => {
                Some(accepts.judge(Ratio::percent(*count, *base)?))
            }
            (Value::Share(share) | Value::Count(_, Some(share)), Meaning::Part { count, base }) => {
                exact((*count, *base) == (share.count, share.base))
            }
            (Value::RateOf(percent), Meaning::Share(accepts)) => Some(accepts.judge(*percent)),
            (Value::Between(low, high), Meaning::Share(accepts)) => match quantity.ends {
                Some([first, second]) => exact(first.contains(*low) && second.contains(*high)),
                None => Some(accepts.judge(if place == 0 { *low } else { *high })),
            },
            (Value::Rate(a, b), Meaning::Part { count, base }) => exact((count, base) == (a, b)),
            (Value::Share(share), Meaning::Number { accepts, counter: Some(_) }) => exact(
                [share.count, share.base].into_iter().any(|n| accepts.judge(whole(n)) != Verdict::Fails),
            ),
            (Value::Share(share), Meaning::Number { accepts, counter: None }) => {
                Some(accepts.judge(whole(share.base)))
            }
            (Value::Count(number, _), Meaning::Number { accepts, .. }) => Some(accepts.judge(whole(*number))),
            (Value::Count(number, _), Meaning::Share(accepts)) if *number == 0 && quantity.is_bare_word() => {
                Some(accepts.judge(Ratio::ZERO))
            }
            (Value::Number(number), Meaning::Number { accepts, .. }) => Some(accepts.judge(*number)),
            (Value::Points(points), Meaning::Points(accepts)) => Some(accepts.judge(points.abs())),
            _ => None,
        }
    }

    /// With its base, for people.
    pub fn written(&self, bench: &Bench<'_>, lang: Lang) -> String {
        match self {
            Value::Share(share) => share_written(share, bench, lang),
            Value::Mean { by, percent, .. } => Side::Mean(*percent, *by).written(bench, lang),
            Value::Count(number, _) => number.to_string(),
            Value::Number(number) => number.rounded(1),
            Value::RateOf(percent) => format!("{}%", percent.rounded(2)),
            Value::Between(low, high) => match lang {
                Lang::Ja => format!("{}%から{}%", low.rounded(1), high.rounded(1)),
                Lang::En => format!("{}% to {}%", low.rounded(1), high.rounded(1)),
            },
            Value::Points(points) => match lang {
                Lang::Ja => format!("{points}ポイント"),
                Lang::En => format!("{points} points"),
            },
            Value::Rate(count, base) => {
                let percent = Ratio::percent(*count, *base).unwrap_or(Ratio::ZERO);
                match lang {
                    Lang::Ja => format!("{}%（{count}/{base}）", percent.rounded(2)),
                    Lang::En => format!("{}% ({count}/{base})", percent.rounded(2)),
                }
            }
        }
    }

    /// What would be right in the text.
    pub fn right(&self, lang: Lang, unit: &str) -> String {
        match self {
            Value::Share(share) if share.base < crate::phrase::SMALLEST_BASE_FOR_A_PHRASE => {
                phrase_in(lang, unit, share.count, share.base)
            }
            Value::Share(share) => format!("{}%", share.percent),
            Value::Mean { percent, .. } => format!("{percent}%"),
            Value::Count(number, _) => number.to_string(),
            Value::Number(number) => number.rounded(1),
            Value::RateOf(percent) => format!("{}%", percent.rounded(2)),
            Value::Between(low, high) if lang == Lang::Ja => {
                format!("{}%から{}%", low.rounded(1), high.rounded(1))
            }
            Value::Between(low, high) => format!("{}% to {}%", low.rounded(1), high.rounded(1)),
            Value::Points(points) if lang == Lang::Ja => format!("{}ポイント", points.abs()),
            Value::Points(points) => format!("{} percentage points", points.abs()),
            Value::Rate(count, base) => {
                format!("{}%", Ratio::percent(*count, *base).unwrap_or(Ratio::ZERO).rounded(2))
            }
        }
    }
}
