//! The gate: what is published, and the record of what is not.

mod audit;
mod cases;
mod deal;
mod ledger;
mod people;
mod present;
mod protect;
mod retreat;
mod room;
mod rules;
mod scales;
mod society;
mod task;

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use crate::{Figures, Flag, SurveyDesign, TableKey, TableTests, Tables, Withheld};
pub use audit::AuditFile;
use audit::Record;
use ledger::Ledger;
pub(crate) use present::present;
use present::present_all;
use protect::protect;
use rules::{Part, Primary, rules};
use scales::Scales;

/// Something to which the disclosure policy has been applied. [`disclose`] alone makes one.
#[derive(Clone, Debug)]
pub struct Released<T> {
    inner: T,
    audit: Vec<Audit>,
    protected_less: ProtectedLess,
    /// The tests of the tables, once somebody has asked for them; copies share them.
    pub(crate) tests: Arc<OnceLock<Vec<TableTests>>>,
}

impl<T> Released<T> {
    /// What was withheld, in the order of the tables.
    pub fn audit(&self) -> &[Audit] {
        &self.audit
    }

    /// How many figures are protected less than the policy asks for.
    pub fn protected_less(&self) -> ProtectedLess {
        self.protected_less
    }
}

/// Figures that are protected less than the policy asks for; the audit file names them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProtectedLess {
    /// Those that cannot have more room, whatever is withheld: it follows from what the policy lets stand.
    pub without_room: usize,
    /// Those of which it was not shown that they have it, although everything is withheld that hangs
    /// together with them.
    pub unproven: usize,
}

impl ProtectedLess {
    /// Whether there are any.
    pub fn is_empty(self) -> bool {
        self == ProtectedLess::default()
    }
}

impl<T> Deref for Released<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.inner
    }
}

/// One row, cell or number of responses that is withheld.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audit {
    /// What it is.
    pub place: AuditPlace,
    /// Why. Not for publication: that a count is small says how large it can be at most.
    pub why: Withheld,
}

/// Where something is withheld.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditPlace {
    /// A row of a table, or one cell of it.
    Row {
        /// In which table.
        table: TableKey,
        /// Which group.
        group: Vec<u16>,
        /// The code, where the base is shown and only the cell withheld.
        code: Option<u16>,
    },
    /// How many responses a class has; `None` is those whose class is not known.
    Responses {
        /// Number of the breakdown.
        breakdown: usize,
        /// The class.
        class: Option<u16>,
    },
}

/// Applies the questionnaire's disclosure policy to all tables at once.
///
/// What is small is withheld first ([`Withheld::Primary`]):
///
/// * `voluntary`: rows of a breakdown with 0 < n < k. Overall tables and numbers of responses stay.
/// * `register`: every count from 1 to k − 1: codes (and, of several answers, those who did not
///   give one), bases, blanks, refusals, not asked, of unknown scope, asked, numbers of responses; in
///   overall tables too. A code alone is withheld as a cell, anything else takes the row with it.
/// * Both: rows (`voluntary`) or cells (`register`) of a sensitive question in which everybody or
///   nobody of a class under `small_class` gave an answer.
///
/// In `voluntary`, what is withheld in a line is k answers at least: as a group it follows by
/// subtraction. Then more is withheld, until nothing that is published gives it back: all counts of
/// all tables, those without a class too, stand in one system of sums (answers to bases, bases to
/// responses, groups to totals, crossed tables to their margins, follow-ups to what they follow,
/// breakdowns that are a coarser form of each other, means by way of their sums). For every small
/// count two whole worlds have been found that agree with all that is published and lie `protection`
/// apart in it; in `voluntary`, as far as the bases and the overall figures that stay leave room (the
/// answers of two people are protected when all three counts remain possible). What is withheld only
/// to protect others is not protected itself.
///
/// What became of the cases of a class is withheld where 0 < responses < k, with further classes so
/// that it does not follow from the total. A mean of groups is withheld where a row or cell that enters it is.
///
/// Last, where the survey omits what is unreliable, that is taken out of what is left ([`Flag::Omitted`]).
pub fn disclose(tables: Tables) -> Released<Tables> {
    release(tables, false).0
}

/// The same with the audit file: for each withheld figure what can be worked out, and why it is withheld.
/// It tells what the release hides and is not for publication.
pub fn disclose_with_audit(tables: Tables) -> (Released<Tables>, AuditFile) {
    let (released, file) = release(tables, true);
    (released, file.expect("asked for"))
}

fn release(mut tables: Tables, with_file: bool) -> (Released<Tables>, Option<AuditFile>) {
    let policy = tables.questionnaire.survey().disclosure;
    if policy.is_none() {
        let file = with_file.then(|| AuditFile::of_nothing(&tables));
        present_all(&mut tables);
        let none = ProtectedLess::default();
        return (
            Released { inner: tables, audit: Vec::new(), protected_less: none, tests: Arc::default() },
            file,
        );
    }
    if let Some(cases) = &mut tables.cases {
        cases::withhold(cases, policy.k);
    }
    let ledger = Ledger::new(&tables);
    let scales = Scales::new(&tables);
    let mut rules = rules(&ledger, &policy, scales.is_plain());
    let done = protect(&ledger, &mut rules, &scales, with_file);
    let mut hidden: Vec<(Part, Withheld)> = Vec::new();
    for (unit, why) in rules.primary() {
        let why = if why == Primary::Small { Withheld::Primary } else { Withheld::Complement };
        hidden.push((rules.units[unit].part, why));
    }
    for &(unit, figure) in &done.secondary {
        let part = rules.units[unit].part;
        let same_table = table_of(part).is_some_and(|table| ledger.table_of(figure) == Some(table));
        hidden.push((part, if same_table { Withheld::Complement } else { Withheld::Linked }));
    }
    let file = with_file.then(|| Record { ledger: &ledger, rules: &rules, done: &done }.file());
    let protected_less = done.protected_less();
    let audit = apply(&mut tables, hidden);
    hide_sizes(&mut tables);
    // After all that is withheld, and without a word to it: less is printed, so nothing more follows.
    present_all(&mut tables);
    (Released { inner: tables, audit, protected_less, tests: Arc::default() }, file)
}

fn table_of(part: Part) -> Option<usize> {
    match part {
        Part::Row(table, _) | Part::Cell(table, ..) => Some(table),
        Part::Responses(..) => None,
    }
}

/// Takes the figures out.
fn apply(tables: &mut Tables, mut hidden: Vec<(Part, Withheld)>) -> Vec<Audit> {
    // Rows before their cells: what is gone as a whole has no cells.
    hidden.sort_by_key(|(part, _)| match *part {
        Part::Row(table, row) => (0, table, row, 0),
        Part::Cell(table, row, code) => (0, table, row, code + 1),
        Part::Responses(by, class) => (1, by, class.map_or(usize::MAX, usize::from), 0),
    });
    let mut audit = Vec::new();
    for (part, why) in hidden {
        let place = match part {
            Part::Row(table, row) => hide_row(tables, table, row, why),
            Part::Cell(table, row, code) => hide_cell(tables, table, row, code),
            Part::Responses(by, class) => hide_responses(tables, by, class),
        };
        audit.extend(place.map(|place| Audit { place, why }));
    }
    audit
}

/// Weights are units over responses: of a class whose responses are withheld the largest weight tells them.
fn hide_sizes(tables: &mut Tables) {
    let design = &tables.design;
    let is_withheld = |by: &usize| {
        let profile = tables.profile.iter().find(|profile| profile.breakdown == *by);
        profile.is_some_and(|one| one.counts.contains(&None) || one.unclassified.is_none())
    };
    if design.kinds.by.iter().chain(&design.strata.by).any(is_withheld) {
        tables.design = Arc::new(SurveyDesign { hides_sizes: true, ..SurveyDesign::clone(design) });
    }
}

fn hide_row(tables: &mut Tables, table: usize, row: usize, why: Withheld) -> Option<AuditPlace> {
    let table = &mut tables.tables[table];
    table.rows[row].content = Err(why);
    for mean in &mut table.mean_of_groups {
        mean.share = None;
        mean.groups = 0;
        mean.flag = Some(Flag::Withheld);
    }
    let (group, key) = (table.rows[row].group.clone(), table.key());
    let block = tables.variables[table.variable].block;
    if block.is_some() {
        // How many entries there are of those without a class says how many others have.
        let (variables, by) = (&tables.variables, &key.by);
        let of_it = |table: &&mut crate::Table| variables[table.variable].block == block && table.by == *by;
        tables.tables.iter_mut().filter(of_it).for_each(|table| table.unclassified = None);
    }
    if let [first, second] = key.by[..] {
        // How many have no class in a crossed table would add its rows up.
        let crossed = |table: &&mut crate::Table| table.by == [first, second] || table.by == [second, first];
        tables.tables.iter_mut().filter(crossed).for_each(|table| table.unclassified = None);
    }
    Some(AuditPlace::Row { table: key, group, code: None })
}

fn hide_cell(tables: &mut Tables, table: usize, row: usize, code: u16) -> Option<AuditPlace> {
    let table = &mut tables.tables[table];
    let key = table.key();
    let one = &mut table.rows[row];
    let figures: &mut Figures = one.content.as_mut().ok()?;
    figures.cells.retain(|cell| cell.code != code);
    figures.withheld.push(code);
    figures.answers_total = None;
    figures.cells.iter_mut().for_each(|cell| cell.share_of_answers = None);
    for mean in table.mean_of_groups.iter_mut().filter(|mean| mean.code == code) {
        mean.share = None;
        mean.groups = 0;
        mean.flag = Some(Flag::Withheld);
    }
    Some(AuditPlace::Row { table: key, group: one.group.clone(), code: Some(code) })
}

fn hide_responses(tables: &mut Tables, breakdown: usize, class: Option<u16>) -> Option<AuditPlace> {
    // What became of the cases says how many responded.
    let cases = tables.cases.iter_mut().flat_map(|cases| &mut cases.by);
    let rows = cases.filter(|by| by.breakdown == breakdown).flat_map(|by| &mut by.rows);
    rows.filter(|row| Some(row.class) == class).for_each(|row| row.content = Err(Withheld::Linked));
    let profile = tables.profile.iter_mut().find(|profile| profile.breakdown == breakdown)?;
    match class {
        Some(class) => profile.counts[usize::from(class)] = None,
        None => {
            profile.unclassified = None;
            let of_it = |table: &&mut crate::Table| table.by.contains(&breakdown);
            tables.tables.iter_mut().filter(of_it).for_each(|table| table.unclassified = None);
        }
    }
    Some(AuditPlace::Responses { breakdown, class })
}
