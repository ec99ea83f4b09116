//! Tests of the tables: do groups differ, which differs from the rest, is there a trend.
//!
//! Comes in: released tables. Goes out: for each table by one breakdown its tests.
//!
//! **Invariant.** Only groups whose rows are released are tested. Where counts and weights say it all, a
//! test is arithmetic on those figures: the group's row and the row of all; two surveys whose released
//! tables are the same have the same tests. Under a design its variance is that of the whole sample, as
//! the released standard errors are.

mod designed;
mod family;

use monshin_estimate::Reason;
use monshin_estimate::compare::{
    Association, ClassTrend, Compared, Mass, ShareSums, association, class_trend, compare_with_rest,
};

pub use designed::{Among, Filters};
use monshin_instrument::{Quoting, Unreliable};

use crate::{Figures, Flag, Released, Table, Tables, VariableKind};

/// The tests of one table by one breakdown.
#[derive(Clone, Debug, PartialEq)]
pub struct TableTests {
    /// Number of the variable.
    pub variable: usize,
    /// Number of the breakdown.
    pub by: usize,
    /// Groups whose row is released and presented and who have a base: those that are tested.
    pub groups: usize,
    /// Whether answers and groups hang together, over the groups that are tested and of which no answer
    /// is withheld or omitted; for several answers at once there is no such table ([`Reason::MethodNotApplicable`]).
    pub association: Result<Association, Reason>,
    /// Each group against all others who answered, per code.
    pub against_rest: Vec<GroupTest>,
    /// Trends over the classes in their order, per code; empty where the breakdown has none.
    pub trends: Vec<TrendTest>,
}

impl TableTests {
    /// Whether these are the tests of that table.
    pub fn is_of(&self, table: &Table) -> bool {
        table.variable == self.variable && table.by == [self.by]
    }
}

/// One group against all others who answered the question.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupTest {
    /// The class.
    pub class: u16,
    /// The code.
    pub code: u16,
    /// How many of the group answered.
    pub n: u64,
    /// Share in the group.
    pub share: f64,
    /// Share among all others who answered, those without a class included.
    pub rest: f64,
    /// How many others answered.
    pub rest_n: u64,
    /// Difference with interval and raw p-value.
    pub compared: Compared,
    /// p-value by Holm over the comparisons of the table.
    pub adjusted: f64,
    /// p-value by Benjamini–Hochberg over the comparisons of all tables, for exploration.
    pub explored: f64,
    /// The difference may be pointed at: the adjusted p-value is below the level, it is five points
    /// or more, and both shares rest on enough answers to be quoted.
    pub stands_out: bool,
}

/// A trend of one code over the classes.
#[derive(Clone, Debug, PartialEq)]
pub struct TrendTest {
    /// The code.
    pub code: u16,
    /// Slope, direction, raw p-value.
    pub trend: ClassTrend,
    /// p-value by Holm over the trends of the table.
    pub adjusted: f64,
}

/// A difference smaller than this is not pointed at, however sure it is.
pub(crate) const LEAST_DIFFERENCE: f64 = 0.05;

/// The tests of every table by one breakdown, in the order of the tables.
///
/// * Association: Pearson, Fisher or random tables for counts, Rao–Scott F for weights.
/// * Each group against the rest: everybody else in the overall table, never a total that contains
///   the group. Of two answers that exclude each other one is tested and the other mirrors it, so it
///   counts once among the comparisons of its table.
/// * Trends where the classes have an order.
///
/// Nobody answered, or all others are missing: the group is not tested. Questions about numbers,
/// days and words have no tests. They are computed when they are first asked for, and then kept.
pub fn table_tests(released: &Released<Tables>) -> &[TableTests] {
    released.tests.get_or_init(|| tests_of_all(released))
}

fn tests_of_all(tables: &Tables) -> Vec<TableTests> {
    let one = |table: &Table| match table.by[..] {
        [by] => tests_of(tables, table, by),
        _ => None,
    };
    let mut found: Vec<TableTests> = tables.tables.iter().filter_map(one).collect();
    family::adjust(tables, &mut found);
    found
}

impl Tables {
    /// What comparing a share needs: those who gave one of these codes, those who answered. By
    /// weight where the tables are weighted. Codes of a question with several answers do not add up:
    /// give one.
    pub fn share_sums(&self, figures: &Figures, codes: &[u16]) -> ShareSums {
        let cells = || codes.iter().filter_map(|code| figures.cell(*code));
        if self.weighted {
            let holds = cells().fold(Mass::default(), |sum, cell| sum.plus(cell.sums));
            ShareSums::weighted(holds, figures.sums)
        } else {
            ShareSums::counts(cells().map(|cell| cell.count).sum(), figures.n)
        }
    }
}

fn tests_of(tables: &Tables, table: &Table, by: usize) -> Option<TableTests> {
    let variable = &tables.variables[table.variable];
    variable.codes.as_ref()?;
    let released = |row: &'_ crate::Row| row.n().is_some_and(|n| n > 0);
    let rows: Vec<(u16, &Figures)> = table
        .rows
        .iter()
        .filter(|row| released(row))
        .filter_map(|row| Some((*row.group.first()?, row.figures()?)))
        .filter(|(_, figures)| !figures.omits_all())
        .collect();
    // A group of which one answer is withheld is not a group without that answer.
    let is_whole = |(_, figures): &&(u16, &Figures)| figures.withheld.is_empty() && !figures.omits_any();
    let whole_rows: Vec<(u16, &Figures)> = rows.iter().filter(is_whole).copied().collect();
    let mut codes: Vec<u16> =
        rows.iter().flat_map(|(_, figures)| figures.cells.iter().map(|cell| cell.code)).collect();
    codes.sort_unstable();
    codes.dedup();
    let whole = tables.table(table.variable, &[]).and_then(|overall| overall.rows.first()?.figures());
    let is_ordered = tables.questionnaire.breakdowns()[by].ordered;
    Some(TableTests {
        variable: table.variable,
        by,
        groups: rows.len(),
        association: match variable.kind {
            VariableKind::Multiple => Err(Reason::MethodNotApplicable),
            _ if tables.compares_under_design() => {
                let classes: Vec<u16> = whole_rows.iter().map(|(class, _)| *class).collect();
                tables.association_designed(table.variable, by, &classes)
            }
            _ => of_whole_table(tables, &whole_rows, &codes),
        },
        against_rest: whole
            .map_or_else(Vec::new, |whole| groups_against_rest(tables, table, &rows, &codes, whole)),
        trends: if is_ordered { trends(tables, table, &rows, &codes) } else { Vec::new() },
    })
}

fn of_whole_table(tables: &Tables, rows: &[(u16, &Figures)], codes: &[u16]) -> Result<Association, Reason> {
    let cells: Vec<Vec<Mass>> = rows
        .iter()
        .map(|(_, figures)| codes.iter().map(|code| tables.share_sums(figures, &[*code]).holds).collect())
        .collect();
    association(&cells, tables.weighted)
}

fn groups_against_rest(
    tables: &Tables,
    table: &Table,
    rows: &[(u16, &Figures)],
    codes: &[u16],
    whole: &Figures,
) -> Vec<GroupTest> {
    let quoting = tables.questionnaire.survey().quoting;
    let mut found = Vec::new();
    for (class, figures) in rows {
        let is_shown = |code: &&u16| figures.cell(**code).is_some() && whole.cell(**code).is_some();
        for code in codes.iter().filter(is_shown) {
            let (group, all) = (tables.share_sums(figures, &[*code]), tables.share_sums(whole, &[*code]));
            let rest = all.minus(&group);
            if omits_others(table, *code, rest.base.n, &quoting) {
                continue;
            }
            let compared = match tables.compares_under_design() {
                true => {
                    let group = [(table.by[0], vec![*class])];
                    let (first, second) = (Among::classes(&group), Among::rest(&[], &group));
                    tables.compare_designed(table.variable, &[*code], first, second)
                }
                false => compare_with_rest(&group, &all, tables.level),
            };
            let (Ok(compared), Some(share), Some(rest_share)) = (compared, group.share(), rest.share())
            else {
                continue;
            };
            let weak = figures.cell(*code).and_then(|cell| cell.flag) == Some(Flag::Unreliable);
            let both_hold = !weak && rest.base.n >= quoting.min_base;
            found.push(GroupTest {
                class: *class,
                code: *code,
                n: figures.n,
                share,
                rest: rest_share,
                rest_n: rest.base.n,
                stands_out: both_hold && compared.value.abs() >= LEAST_DIFFERENCE - 1e-12,
                adjusted: compared.p_value,
                explored: compared.p_value,
                compared,
            });
        }
    }
    found
}

/// Whether the share of all others is not to be presented: they are too few, or one group that is omitted.
fn omits_others(table: &Table, code: u16, others: u64, quoting: &Quoting) -> bool {
    let is_it = |figures: &Figures| figures.n == others && figures.is_omitted(code);
    let is_one_group = || table.rows.iter().filter_map(crate::Row::figures).any(is_it);
    quoting.unreliable == Unreliable::Omit && (others < quoting.min_base || is_one_group())
}

fn trends(tables: &Tables, table: &Table, rows: &[(u16, &Figures)], codes: &[u16]) -> Vec<TrendTest> {
    let scores: Vec<f64> = rows.iter().map(|(class, _)| f64::from(*class) + 1.0).collect();
    let one = |code: &u16| {
        let trend = match tables.compares_under_design() {
            true => {
                let classes: Vec<u16> = rows.iter().map(|(class, _)| *class).collect();
                tables.trend_designed(table.variable, &[*code], table.by[0], &classes, &scores).ok()?
            }
            false => {
                let classes: Vec<ShareSums> =
                    rows.iter().map(|(_, figures)| tables.share_sums(figures, &[*code])).collect();
                class_trend(&classes, &scores).ok()?
            }
        };
        Some(TrendTest { code: *code, trend, adjusted: trend.p_value })
    };
    let is_shown = |code: &&u16| rows.iter().all(|(_, figures)| figures.cell(**code).is_some());
    codes.iter().filter(is_shown).filter_map(one).collect()
}
