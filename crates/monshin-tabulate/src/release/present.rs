//! What is not precise enough to be presented.
//!
//! Comes in: tables after disclosure control. Goes out: the same without their unreliable figures, where the
//! survey's rule says so. That is no disclosure control: what is omitted may follow from other figures by
//! subtraction, and a union of groups may be presented where its parts are not.
//!
//! **Invariant.** Nothing that disclosure control looked at as published is added, so its result stands.

use monshin_instrument::{Quoting, Unreliable};

use crate::{Figures, Flag, Table, Tables};

/// Takes unreliable figures out of all tables.
pub(super) fn present_all(tables: &mut Tables) {
    let quoting = tables.questionnaire.survey().quoting;
    for table in &mut tables.tables {
        for figures in table.rows.iter_mut().filter_map(|row| row.content.as_mut().ok()) {
            present(figures, &quoting);
        }
        omit_means(table);
    }
}

/// Takes unreliable shares, means and quantiles out of a row. Its counts of who was asked and who answered
/// stay: they are no estimates.
pub(crate) fn present(figures: &mut Figures, quoting: &Quoting) {
    if quoting.unreliable == Unreliable::Mark {
        return;
    }
    let is_unreliable = |cell: &mut crate::Cell| cell.flag == Some(Flag::Unreliable);
    figures.omitted.extend(figures.cells.extract_if(.., is_unreliable));
    if figures.n < quoting.min_base && figures.number.take().is_some() {
        figures.omits_number = true;
    }
}

/// A plain mean gives a share that is not reliable the same weight as the others.
fn omit_means(table: &mut Table) {
    let rows = &table.rows;
    for mean in table.mean_of_groups.iter_mut().filter(|mean| mean.share.is_some()) {
        let is_omitted =
            |row: &crate::Row| row.figures().is_some_and(|figures| figures.is_omitted(mean.code));
        if rows.iter().any(is_omitted) {
            (mean.share, mean.groups, mean.flag) = (None, 0, Some(Flag::Omitted));
        }
    }
}
