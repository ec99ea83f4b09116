//! One table: rows of groups, cells of codes, each figure with what it rests on.

use std::sync::Arc;

use monshin_estimate::Nchs;
use monshin_estimate::compare::Mass;
use monshin_estimate::{Estimate, Interval, IntervalMethod};
use monshin_instrument::Base;

use crate::TableKey;
use crate::tabulate::{Numbers, Part};

/// One table.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Number of the variable, by [`crate::Tables::variables`].
    pub variable: usize,
    /// Breakdowns of the rows: none, one or two.
    pub by: Vec<usize>,
    /// Who was asked.
    pub base: Base,
    /// One row per class (per pair of classes, the first breakdown's slowest); one in all for the
    /// overall table. Classes without a single response are there too.
    pub rows: Vec<Row>,
    /// Plain mean of the groups' shares, one per code; empty for the overall table and for
    /// variables without codes.
    pub mean_of_groups: Vec<MeanOfGroups>,
    /// Units (responses, entries of a block) that are in no row, because a class of theirs is not
    /// known. `None` where the number is withheld.
    pub unclassified: Option<u64>,
    /// What it is made of, for estimates under the design; empty where counts say it all.
    pub(crate) parts: Arc<[Part]>,
}

impl Table {
    /// Which table it is.
    pub fn key(&self) -> TableKey {
        TableKey { variable: self.variable, by: self.by.clone() }
    }

    /// The row of a group: one class per breakdown of [`Table::by`].
    pub fn row(&self, group: &[u16]) -> Option<&Row> {
        self.rows.iter().find(|row| row.group == group)
    }

    /// Whether every row and every cell of it is released. A statistic over all its rows (a test, a
    /// trend, a mean of groups) may be printed only then: it is one more equation for what is withheld.
    pub fn is_whole(&self) -> bool {
        let whole = |row: &Row| row.figures().is_some_and(|figures| figures.withheld.is_empty());
        self.rows.iter().all(whole)
    }

    /// The plain mean of the groups' shares of a code.
    pub fn mean(&self, code: u16) -> Option<&MeanOfGroups> {
        self.mean_of_groups.iter().find(|mean| mean.code == code)
    }
}

/// One group of a table: its figures, or that they are withheld. Never both, never neither.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Class of each breakdown of the table; empty in the overall table.
    pub group: Vec<u16>,
    /// The figures, unless they are withheld; then there are none at all, not even the base.
    pub(crate) content: Result<Figures, Withheld>,
}

impl Row {
    /// The figures, unless they are withheld.
    pub fn figures(&self) -> Option<&Figures> {
        self.content.as_ref().ok()
    }

    /// Why the figures are withheld, if they are.
    pub fn withheld(&self) -> Option<Withheld> {
        self.content.as_ref().err().copied()
    }

    /// How many answered: the base of every share. `None` where it is withheld.
    pub fn n(&self) -> Option<u64> {
        self.figures().map(|figures| figures.n)
    }

    /// The cell of a code. `None` where the row is withheld or the cell withheld or omitted, and where there is
    /// no such cell.
    pub fn cell(&self, code: u16) -> Option<&Cell> {
        self.figures()?.cell(code)
    }
}

/// The figures of one group. `responses = asked + not_asked + scope_unknown`,
/// `asked = n + blank + refused`. Counts are never weighted.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// Units of the group: responses, or entries for a block's variable.
    pub responses: u64,
    /// Of those, asked.
    pub asked: u64,
    /// Of the asked, answered ("don't know" and "not applicable" are answers): the base.
    pub n: u64,
    /// Of the asked, left blank.
    pub blank: u64,
    /// Of the asked, "rather not say".
    pub refused: u64,
    /// Units of which nobody can tell whether they were to be asked.
    pub scope_unknown: u64,
    /// Units that the routing passed by.
    pub not_asked: u64,
    /// One cell per code in the order of the paper, codes of refusal left out; empty for variables
    /// without codes. A cell that is withheld or omitted is not among them.
    pub cells: Vec<Cell>,
    /// The codes whose cells are withheld although the base is shown, in order.
    pub withheld: Vec<u16>,
    /// Cells that are not precise enough to be presented. Only this crate sees them, for unions of groups.
    pub(crate) omitted: Vec<Cell>,
    /// The number is not precise enough to be presented.
    pub(crate) omits_number: bool,
    /// Answers given altogether, where one unit may give several; `None` where a cell is withheld.
    pub answers_total: Option<u64>,
    /// Mean and quantiles of numbers and days; `None` for other variables, where n = 0 and where they are
    /// omitted.
    pub number: Option<NumberSummary>,
    pub(crate) sums: Mass,
    pub(crate) values: Numbers,
}

impl Figures {
    /// The sum of the weights of those who answered; n where there are none.
    pub fn weighted_n(&self) -> f64 {
        self.sums.weight
    }

    /// The cell of a code.
    pub fn cell(&self, code: u16) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.code == code)
    }

    /// Whether the cell of a code is withheld.
    pub fn is_withheld(&self, code: u16) -> bool {
        self.withheld.contains(&code)
    }

    /// Whether the cell of a code is not presented, since it is not precise enough.
    pub fn is_omitted(&self, code: u16) -> bool {
        self.omitted.iter().any(|cell| cell.code == code)
    }

    /// Whether mean and quantiles are not presented, since they are not precise enough.
    pub fn omits_number(&self) -> bool {
        self.omits_number
    }

    /// Whether something of it is not presented, since it is not precise enough.
    pub fn omits_any(&self) -> bool {
        self.omits_number || !self.omitted.is_empty()
    }

    /// Whether it had figures beside its counts, and none is precise enough to be presented.
    pub fn omits_all(&self) -> bool {
        self.omits_any() && self.cells.is_empty() && self.withheld.is_empty()
    }
}

/// One code in one group.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Position of the code in the variable's list.
    pub code: u16,
    /// How many gave it, unweighted.
    pub count: u64,
    /// Sum of their weights, where the tables are weighted.
    pub weighted_count: Option<f64>,
    /// Its share of those who answered (weighted where the tables are).
    pub estimate: Estimate,
    /// Degrees of freedom of the standard error under the design; `None` where counts say it all.
    pub df: Option<f64>,
    /// Design effect: variance over that of a simple random sample of as many.
    pub design_effect: Option<f64>,
    /// n over the design effect.
    pub effective_size: Option<f64>,
    /// Its share of all answers given, where one unit may give several; never weighted. `None`
    /// where no answer was given.
    pub share_of_answers: Option<f64>,
    /// Mark of what the figure is worth.
    pub flag: Option<Flag>,
    /// What the NCHS standard says of it, where the survey follows that.
    pub nchs: Option<Nchs>,
    /// 0 % or 100 % in a group so small that it says something of each member.
    pub all_or_none: bool,
    pub(crate) sums: Mass,
}

impl Cell {
    /// Its share of those who answered; `None` where nobody did.
    pub fn share(&self) -> Option<f64> {
        self.estimate.value()
    }
}

/// What is printed beside a share of how sure it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Certainty {
    /// An interval, from its lower to its upper end.
    Interval(f64, f64),
    /// Too few for an interval: so many of so many.
    Few(u64, u64),
    /// Everybody answered: there is no chance in it.
    Everybody,
    /// Nothing is claimed, or there is no share.
    Nothing,
}

impl Cell {
    /// What is printed beside its share.
    pub fn certainty(&self) -> Certainty {
        let Some(interval) = self.estimate.interval() else { return Certainty::Nothing };
        match (interval.method, self.estimate.base()) {
            (IntervalMethod::Census, _) => Certainty::Everybody,
            (IntervalMethod::None, base @ 1..5) => Certainty::Few(self.count, base),
            (IntervalMethod::None, _) => Certainty::Nothing,
            _ => Certainty::Interval(interval.lower, interval.upper),
        }
    }
}

/// Mark of what a figure is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Flag {
    /// Nobody answered: there is no share (printed "–", never 0 %).
    NoBase,
    /// The base is below the quoting threshold, or the survey's presentation rule says so.
    Unreliable,
    /// There is a figure, and it is not published, so that nobody is exposed.
    Withheld,
    /// There is a figure, and it is not presented, since it is unreliable.
    Omitted,
}

impl Flag {
    /// The name in `tables.json`.
    pub fn name(self) -> &'static str {
        match self {
            Flag::NoBase => "no-base",
            Flag::Unreliable => "unreliable",
            Flag::Withheld => "withheld",
            Flag::Omitted => "omitted",
        }
    }
}

/// Why a row is withheld.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Withheld {
    /// Its base is below the threshold.
    Primary,
    /// It would give back another withheld row by subtraction.
    Complement,
    /// It would give back a row that is withheld in another table: that of the question it depends
    /// on (whose answers its base counts), or the one that it is a part of.
    Linked,
}

/// Plain mean of the groups' shares, each group counting the same: not the pooled share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanOfGroups {
    /// Position of the code.
    pub code: u16,
    /// The mean; `None` where no group has a base, and where it is withheld or omitted.
    pub share: Option<f64>,
    /// How many groups have a base.
    pub groups: usize,
    /// [`Flag::NoBase`]; [`Flag::Withheld`] when a row of the table is withheld (the mean would give it
    /// back); [`Flag::Omitted`] when a share that enters it is omitted (it counts as much as the others).
    pub flag: Option<Flag>,
}

/// Numbers or days (in days since 1970-01-01) of one group, weighted where the tables are.
///
/// A quantile is the smallest value with at least that share at or below it (R: type 1,
/// `svyquantile(qrule = "math")`); of one answer all of them are that answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NumberSummary {
    /// Mean, with a t interval; of one answer without.
    pub mean: Estimate,
    /// Σwy, where weights add up to a population.
    pub total: Option<Estimate>,
    /// Median.
    pub median: f64,
    /// Woodruff's interval of the median; `None` where there are too few answers.
    pub median_interval: Option<Interval>,
    /// First quartile; withheld where n is below `mark_all_or_none_below`.
    pub q1: Option<f64>,
    /// Its interval.
    pub q1_interval: Option<Interval>,
    /// Third quartile; the same.
    pub q3: Option<f64>,
    /// Its interval.
    pub q3_interval: Option<Interval>,
    /// Least: one unit's own answer, so only without a disclosure policy.
    pub min: Option<f64>,
    /// Greatest: the same.
    pub max: Option<f64>,
}
