//! Responses one by one, each with how it was drawn: for designs that tell responses apart within a
//! cell of the cube.
//!
//! Comes in: responses with the cells of the columns that `[design]` names. Goes out: the same counts
//! as the cube gives, told by *group*: responses of the same stratum, clusters and populations (and
//! weight or replicate weights, where a variance needs that). A response takes 16 bytes, 8 more for
//! each number it gives and for each replicate weight; answers are kept once per distinct pattern.

mod cells;
mod groups;
mod problems;
mod replicates;
mod settle;
mod stages;
mod visit;

use std::sync::Arc;

use monshin_diag::Diagnostics;
use monshin_instrument::{Item, Questionnaire, Response, Value, VarianceSpec};

use crate::Weight;
use crate::cube::{Layout, Space};
use crate::sums::Sums;
pub use cells::{DrawCell, Origin};
use groups::Groups;
pub use settle::StageSummary;

/// The responses of a survey one by one, each with how it was drawn.
#[derive(Clone, Debug)]
pub struct Drawn {
    layout: Arc<Layout>,
    main: Space,
    /// By block.
    blocks: Vec<Space>,
    rows: Vec<DrawnRow>,
    /// Rows of one cell and group added up, once all are in; empty where that would take more room than
    /// the rows themselves.
    joined: Vec<Joined>,
    /// By block: cell of the entry and its response.
    entries: Vec<Vec<(u32, u32)>>,
    /// By number or day ([`Layout::measured`] in order): response and value.
    values: Vec<Vec<(u32, f64)>>,
    groups: Groups,
    /// Replicate weights, response after response.
    replicates: Vec<f64>,
    /// Names of the columns of the replicate weights.
    replicate_names: Vec<String>,
    has_weights: bool,
    found: Diagnostics,
    settled: settle::Settled,
}

/// Responses of one cell and one group.
#[derive(Clone, Copy, Debug)]
struct Joined {
    cell: u32,
    group: u32,
    sums: Sums,
}

#[derive(Clone, Copy, Debug)]
struct DrawnRow {
    cell: u32,
    group: u32,
    weight: Weight,
}

/// Most findings of single cells that are kept.
const MOST_FINDINGS: usize = 1_000;

impl Drawn {
    /// Whether a survey has to be kept response by response: where columns say how they were drawn, and
    /// where a variance is found by drawing responses again whose weights differ.
    pub fn is_needed(form: &Questionnaire, has_weights: bool) -> bool {
        let resampled = form.design().variance != VarianceSpec::Linear;
        let by_response = form.design().variance == VarianceSpec::Jackknife
            || matches!(form.design().variance, VarianceSpec::HalfSamples(_));
        form.design().has_columns() || resampled && has_weights || by_response
    }

    /// No responses yet. `columns` says which of the design's columns ([`monshin_instrument::DesignSpec::columns`])
    /// the data have, `replicates` names the columns of replicate weights that they have.
    ///
    /// # Errors
    /// Columns that the data lack.
    pub fn new(
        form: &Arc<Questionnaire>,
        has_weights: bool,
        columns: &[bool],
        replicates: Vec<String>,
    ) -> Result<Drawn, Diagnostics> {
        let found = problems::of_columns(form, columns, &replicates);
        if found.has_errors() {
            return Err(found);
        }
        let layout = Layout::new(form);
        let main = layout.main_space(0, usize::MAX);
        let blocks = layout.block_spaces(0, usize::MAX);
        Ok(Drawn {
            entries: vec![Vec::new(); blocks.len()],
            values: vec![Vec::new(); layout.measured.len()],
            groups: Groups::new(form.design(), has_weights),
            layout: Arc::new(layout),
            main,
            blocks,
            rows: Vec::new(),
            joined: Vec::new(),
            replicates: Vec::new(),
            replicate_names: replicates,
            has_weights,
            found,
            settled: settle::Settled::default(),
        })
    }

    /// Adds a response that stands in `row` of the data file, with its cells: first the design's columns
    /// in their order, then the replicate weights.
    ///
    /// # Panics
    /// If the response is of another questionnaire, or cells are missing.
    pub fn add(&mut self, row: u64, response: &Response, weight: Weight, cells: &[DrawCell<'_>]) {
        let (items, classes) = (response.items(), response.classes());
        let number = self.rows.len() as u32;
        let layout = self.layout.clone();
        let cell = self.main.number(items, &layout.main, classes);
        for ((space, at), entries) in self.blocks.iter_mut().zip(&layout.blocks).zip(&mut self.entries) {
            let is_there =
                |at: &&Vec<usize>| at.iter().any(|&item| !matches!(items[item], Item::NotAsked(_)));
            entries.extend(at.iter().filter(is_there).map(|at| (space.number(items, at, classes), number)));
        }
        for (values, (_, item)) in self.values.iter_mut().zip(&layout.measured) {
            match &items[*item] {
                Item::Answered(Value::Number(value)) => values.push((number, *value)),
                Item::Answered(Value::Day(day)) => values.push((number, f64::from(day.number()))),
                _ => {}
            }
        }
        let form = &layout.questionnaire;
        let columns = form.design().columns();
        let read = cells::read(form, &columns, row, classes, cells);
        self.report(read.found);
        let group = self.groups.find_or_add(read.draw, row, weight, number);
        for (name, cell) in self.replicate_names.iter().zip(&cells[columns.len()..]) {
            let value = cells::replicate(name, row, cell);
            self.replicates.push(*value.as_ref().unwrap_or(&0.0));
            if let Err(one) = value
                && self.found.len() < MOST_FINDINGS
            {
                self.found.push(*one);
            }
        }
        self.rows.push(DrawnRow { cell, group, weight });
    }

    fn report(&mut self, found: Vec<monshin_diag::Diagnostic>) {
        let room = MOST_FINDINGS.saturating_sub(self.found.len());
        self.found.extend(found.into_iter().take(room).collect::<Diagnostics>());
    }

    /// How many responses there are.
    pub fn responses(&self) -> u64 {
        self.rows.len() as u64
    }

    /// The questionnaire.
    pub fn questionnaire(&self) -> &Arc<Questionnaire> {
        &self.layout.questionnaire
    }

    /// Whether responses have weights: a column of them, or those that follow from the numbers of units.
    pub fn is_weighted(&self) -> bool {
        self.has_weights || self.settled.weights_from_fpc
    }

    /// Whether weights follow from the numbers of units.
    pub(crate) fn has_derived_weights(&self) -> bool {
        self.settled.weights_from_fpc
    }

    /// Whether strata, clusters or populations come with the data.
    pub(crate) fn has_stages(&self) -> bool {
        self.layout.questionnaire.design().has_columns()
    }

    /// Whether responses were drawn in clusters.
    pub(crate) fn has_clusters(&self) -> bool {
        !self.layout.questionnaire.design().clusters.is_empty()
    }
}
