//! The gate: what is published, and the record of what is not.

mod cases;
mod lines;
mod policy;

use std::ops::Deref;

use monshin_instrument::Disclosure;

use crate::{Flag, TableKey, Tables, Withheld};

/// Something to which the disclosure policy has been applied. [`disclose`] alone makes one.
#[derive(Clone, Debug)]
pub struct Released<T> {
    inner: T,
    audit: Vec<Audit>,
}

impl<T> Released<T> {
    /// What was withheld, in the order of the tables.
    pub fn audit(&self) -> &[Audit] {
        &self.audit
    }
}

impl<T> Deref for Released<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.inner
    }
}

/// One row that is withheld.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audit {
    /// In which table.
    pub table: TableKey,
    /// Which group.
    pub group: Vec<u16>,
    /// Why.
    pub why: Withheld,
}

/// Applies the questionnaire's disclosure policy. Overall tables stay as they are.
///
/// * A row with 0 < n < `min_base` is withheld ([`Withheld::Primary`]): its figures are gone.
/// * What is withheld in a line (the rows of a table by one breakdown; in a crossed table those of
///   one class) has to be two groups and `min_base` answers together at least, so that it cannot be
///   had by subtraction; the next smallest rows with a base are withheld until it is
///   ([`Withheld::Complement`]). Units without a class count as withheld, since no row shows them.
///   In a crossed table no single row may follow from the other withheld ones either.
/// * A row is withheld where the same group is withheld for a question that its own question
///   depends on (the base of the one counts answers to the other), and a crossed row where one of
///   its two classes is ([`Withheld::Linked`]).
/// * What became of the cases of a class is withheld where 0 < responses < `min_base`, with further
///   classes so that it does not follow from the total.
/// * Where a row is withheld, the table's means of groups are too.
///
/// Of equally small rows the first is taken, so the result is always the same. The policy looks at
/// each variable with those it depends on; it does not know that a breakdown may be a coarser form
/// of another. With [`Disclosure::None`] nothing is withheld.
pub fn disclose(mut tables: Tables) -> Released<Tables> {
    let Disclosure::SmallGroups { min_base, .. } = tables.questionnaire.survey().disclosure else {
        return Released { inner: tables, audit: Vec::new() };
    };
    if let Some(cases) = &mut tables.cases {
        cases::withhold(cases, min_base);
    }
    let reasons = policy::withhold(&tables, min_base);
    let mut audit = Vec::new();
    for (table, reasons) in tables.tables.iter_mut().zip(reasons) {
        let key = table.key();
        let some = reasons.iter().any(Option::is_some);
        for (row, why) in table.rows.iter_mut().zip(reasons) {
            let Some(why) = why else { continue };
            row.content = Err(why);
            audit.push(Audit { table: key.clone(), group: row.group.clone(), why });
        }
        for mean in table.mean_of_groups.iter_mut().filter(|_| some) {
            mean.share = None;
            mean.groups = 0;
            mean.flag = Some(Flag::Withheld);
        }
    }
    Released { inner: tables, audit }
}
