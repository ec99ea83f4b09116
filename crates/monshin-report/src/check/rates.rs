//! Claims on response rates: AAPOR's by their names, overall and by class of the frame.

use monshin_tabulate::estimate::response;
use monshin_tabulate::frame::DispositionCounts;
use monshin_tabulate::{Cases, RateFigure};

use super::figure::{Desk, Group, Missing, Target};
use super::value::Value;
use crate::phrase::Ratio;

impl Desk<'_> {
    /// What became of the cases of a group.
    pub fn cases(&self, group: &Group) -> Result<(&Cases, DispositionCounts), Missing> {
        let cases = self.tables.cases.as_ref().ok_or(Missing::NoFrame)?;
        let counts = match group.filters.as_slice() {
            [] => Ok(cases.total),
            [(by, classes)] => cases.of_classes(*by, classes),
            _ => return Err(Missing::NotOfFrame),
        };
        counts.map(|counts| (cases, counts)).map_err(|why| match why {
            Some(_) => Missing::Withheld,
            None => Missing::NotOfFrame,
        })
    }

    /// One of AAPOR's rates in a group.
    pub fn rate(&self, rate: response::Rate, group: &Group) -> Result<RateFigure, Missing> {
        let (cases, counts) = self.cases(group)?;
        Ok(cases.rate_of(&counts, rate, false))
    }

    /// Lowest and highest share in percent among all the figures speak for, nothing assumed of those who
    /// did not answer.
    pub fn bounds(&self, target: &Target) -> Option<(Ratio, Ratio)> {
        let (low, high) = monshin_tabulate::bounds_of(self.tables, target.variable, &target.codes)?;
        Some((Ratio::from_float(low * 100.0)?, Ratio::from_float(high * 100.0)?))
    }

    /// Responses and those asked in a group of the frame.
    pub fn responses_of_asked(&self, group: &Group) -> Result<(u64, u64), Missing> {
        let (_, counts) = self.cases(group)?;
        Ok((counts.responses(), counts.total()))
    }
}

/// A rate as a figure: the fraction where it is one of whole cases.
pub(crate) fn value(figure: RateFigure) -> Result<Value, Missing> {
    let percent = figure.value().ok_or(Missing::NoBase)? * 100.0;
    let whole = |number: f64| (number.fract() == 0.0).then_some(number as u64);
    match (whole(figure.numerator), whole(figure.denominator)) {
        (Some(numerator), Some(denominator)) => Ok(Value::Rate(numerator, denominator)),
        _ => Ratio::from_float(percent).map(Value::RateOf).ok_or(Missing::NoBase),
    }
}
