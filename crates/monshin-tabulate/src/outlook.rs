//! How far those who did not answer could move the overall figures.

use monshin_estimate::response::{
    Poststratified, StratumShare, nonresponse_bounds, poststratified_share, response_that_settles,
    shifted_share, turning_share,
};
use monshin_instrument::{CodeKind, DesignMode};

use crate::{Cell, Figures, Flag, Tables, Variable, VariableKind};

/// By how much those who did not answer may differ, as shares: ±5, ±10 and ±20 points.
pub const DIFFERENCES: [f64; 6] = [-0.2, -0.1, -0.05, 0.05, 0.1, 0.2];
/// Response rates that stand in where nobody knows how many could have answered.
pub const ASSUMED_RESPONSE: [f64; 3] = [0.01, 0.1, 0.5];
/// The conclusion that may turn: whether it is more than half.
pub const THRESHOLD: f64 = 0.5;

/// The overall figures with what nonresponse could do to them.
#[derive(Clone, Debug, PartialEq)]
pub struct Outlook {
    /// How many units the figures are to speak for; `None` where nobody knows, since it was not
    /// stated or other units were counted.
    pub population: Option<u64>,
    /// One line for each single-choice question, on its most frequent answer.
    pub lines: Vec<OutlookLine>,
}

/// One question.
#[derive(Clone, Debug, PartialEq)]
pub struct OutlookLine {
    /// Number of the variable.
    pub variable: usize,
    /// Position of its most frequent answer.
    pub code: u16,
    /// How many gave it.
    pub count: u64,
    /// How many answered.
    pub n: u64,
    /// Share among those who answered, 0 to 1 (weighted where the tables are).
    pub share: f64,
    /// Share of those the figure is to speak for who did not answer; `None` without a population.
    pub nonresponse: Option<f64>,
    /// Lowest and highest share in the population, nothing assumed.
    pub bounds: Option<(f64, f64)>,
    /// Share in the population for each of [`DIFFERENCES`]; empty without a population.
    pub shifted: Vec<f64>,
    /// The bounds for each of [`ASSUMED_RESPONSE`]; empty with a population.
    pub assumed: Vec<(f64, f64)>,
    /// Share among those who did not answer at which the figure crosses one half; `None` where none
    /// does, and without a population.
    pub turning: Option<f64>,
    /// Response rate from which on the side of one half would be certain; `None` at one half.
    pub settled_from: Option<f64>,
    /// Weighted to the classes of each breakdown of the frame.
    pub by: Vec<(usize, Weighted)>,
}

/// A share weighted to the frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Weighted {
    /// The share, and how much of the frame it speaks for.
    Share(Poststratified),
    /// A class is withheld, and the share would give it back.
    Withheld,
    /// The share of a class is not presented, since it is unreliable.
    Omitted,
    /// No class has an answer.
    None,
}

/// The outlook of released tables. Units known not to be eligible are not spoken for. A question
/// that only some are asked speaks for as large a part of those who did not respond as of those who
/// did.
pub fn outlook(tables: &Tables) -> Outlook {
    let population = population(tables);
    let line = |(at, variable): (usize, &Variable)| line(tables, at, variable, population);
    Outlook { population, lines: tables.variables.iter().enumerate().filter_map(line).collect() }
}

fn population(tables: &Tables) -> Option<u64> {
    let known = match &tables.cases {
        Some(cases) => cases.total.not_ruled_out(),
        None => tables.population()?,
    };
    (known >= tables.responses && known > 0).then_some(known)
}

impl Tables {
    /// How many units could have responded, where there is no frame: those asked, if they are counted in
    /// what responses stand for, else the sum of known totals. Of a sample that was drawn known totals
    /// say nothing of that.
    pub fn population(&self) -> Option<u64> {
        match (&self.fieldwork.invited, self.design.population) {
            (Some(_), _) => self.fieldwork.response_rate().map(|(_, invited)| invited),
            (None, _) if self.design.mode == DesignMode::Sample => None,
            (None, known) => known.map(|sum| sum.round() as u64).filter(|sum| *sum > 0),
        }
    }
}

/// Lowest and highest share that those who gave one of these codes can be of all the figures are to speak
/// for, nothing assumed of those who did not answer; 0 to 1. `None` where nobody knows how many there are,
/// and where the share is not released.
pub fn bounds_of(tables: &Tables, variable: usize, codes: &[u16]) -> Option<(f64, f64)> {
    let figures = tables.table(variable, &[])?.rows.first()?.figures()?;
    let shares: Option<Vec<f64>> = codes.iter().map(|code| figures.cell(*code)?.share()).collect();
    let share = shares?.iter().sum::<f64>().clamp(0.0, 1.0);
    let nonresponse = 1.0 - figures.n as f64 / spoken_for(tables, figures, population(tables)? as f64);
    nonresponse_bounds(share, nonresponse.clamp(0.0, 1.0), 0.0, 1.0)
}

fn line(tables: &Tables, at: usize, variable: &Variable, population: Option<u64>) -> Option<OutlookLine> {
    if variable.kind != VariableKind::Single || variable.is_specify || variable.block.is_some() {
        return None;
    }
    let figures = tables.table(at, &[])?.rows.first()?.figures()?;
    let cell = most_frequent(variable, figures)?;
    let share = cell.share().filter(|_| cell.flag != Some(Flag::Withheld))?;
    let known = population.map(|units| 1.0 - figures.n as f64 / spoken_for(tables, figures, units as f64));
    let known = known.map(|m| m.clamp(0.0, 1.0));
    let assumed = ASSUMED_RESPONSE.iter().filter_map(|r| nonresponse_bounds(share, 1.0 - r, 0.0, 1.0));
    Some(OutlookLine {
        variable: at,
        code: cell.code,
        count: cell.count,
        n: figures.n,
        share,
        nonresponse: known,
        bounds: known.and_then(|m| nonresponse_bounds(share, m, 0.0, 1.0)),
        shifted: known
            .map_or(vec![], |m| DIFFERENCES.iter().filter_map(|d| shifted_share(share, m, *d)).collect()),
        assumed: if known.is_none() { assumed.collect() } else { vec![] },
        turning: known.and_then(|m| turning_share(share, m, THRESHOLD)),
        settled_from: response_that_settles(share, THRESHOLD),
        by: weighted(tables, at, cell.code),
    })
}

/// Of so many units, how many the question is for.
fn spoken_for(tables: &Tables, figures: &Figures, units: f64) -> f64 {
    if tables.responses == 0 {
        return units;
    }
    units * figures.asked as f64 / tables.responses as f64
}

/// The most frequent answer proper; of equals the first. `None` where one that is not shown could be it.
fn most_frequent<'f>(variable: &Variable, figures: &'f Figures) -> Option<&'f Cell> {
    let codes = variable.codes.as_ref()?;
    let proper = |cell: &&Cell| codes.codes[usize::from(cell.code)].kind == CodeKind::Substantive;
    let mut cells = figures.cells.iter().filter(proper);
    let first = cells.next()?;
    let most = cells.fold(first, |best, cell| if cell.count > best.count { cell } else { best });
    let not_shown = figures.n - figures.cells.iter().map(|cell| cell.count).sum::<u64>();
    (most.count >= not_shown).then_some(most)
}

fn weighted(tables: &Tables, variable: usize, code: u16) -> Vec<(usize, Weighted)> {
    let Some(cases) = &tables.cases else { return Vec::new() };
    let one = |by: &crate::CasesBy| {
        let table = tables.table(variable, &[by.breakdown])?;
        let strata: Option<Vec<StratumShare>> = by
            .rows
            .iter()
            .map(|class| {
                let (counts, figures) = (class.counts()?, table.row(&[class.class])?.figures()?);
                let asked =
                    if figures.responses > 0 { figures.asked as f64 / figures.responses as f64 } else { 1.0 };
                let units = counts.not_ruled_out() as f64 * asked;
                let cell = figures.cell(code).filter(|cell| cell.flag != Some(Flag::Withheld))?;
                Some(StratumShare { units, answered: figures.n, count: cell.count })
            })
            .collect();
        let found = match strata {
            None if is_only_omitted(table, code) => Weighted::Omitted,
            None => Weighted::Withheld,
            Some(strata) => poststratified_share(&strata).map_or(Weighted::None, Weighted::Share),
        };
        Some((by.breakdown, found))
    };
    cases.by.iter().filter_map(one).collect()
}

/// Whether nothing of an answer is withheld, and some of it is not presented.
fn is_only_omitted(table: &crate::Table, code: u16) -> bool {
    let is_withheld = |row: &crate::Row| row.figures().is_none_or(|figures| figures.is_withheld(code));
    let is_omitted = |row: &crate::Row| row.figures().is_some_and(|figures| figures.is_omitted(code));
    !table.rows.iter().any(is_withheld) && table.rows.iter().any(is_omitted)
}
