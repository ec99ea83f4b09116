//! What is said and what is known, put together.

mod raising;

use std::collections::BTreeMap;
use std::sync::Arc;

use monshin_diag::{Diagnostic, Diagnostics, Place, words};
use monshin_estimate::Lonely;
use monshin_estimate::compare::Mass;
use monshin_frame::{KnownTotals, Population};
use monshin_instrument::{
    BaseWeights, DesignMode, FpcSource, LonelyRule, Questionnaire, StrataSource, WeightMethod,
};

use super::merge::{self, Class};
use super::weighting::Levels;
use super::{
    Again, FrameSizes, Kind, Kinds, KnownSizes, Merged, Strata, Stratum, SurveyDesign, Weighting, problems,
};
use crate::cube::CubeReader;
use crate::sums::Sums;
use crate::tabulate::groups;
use crate::{Cube, Drawn};

/// What is known when a design is made.
pub struct DesignInputs<'a> {
    /// The counted responses, with their base weights where they have some.
    pub cube: &'a Cube,
    /// Whether responses have base weights of their own.
    pub has_base: bool,
    /// Whether known totals are to be met; `false` for `--weights none`.
    pub weighted: bool,
    /// Units of the frame that are not known to be out of scope.
    pub frame: Option<FrameSizes>,
    /// Known totals.
    pub population: Option<Population>,
    /// How many were asked, where that was counted in what responses stand for.
    pub invited: Option<u64>,
    /// The responses one by one, settled, where [`Drawn::is_needed`].
    pub drawn: Option<Drawn>,
}

/// The design that `[design]` and `[weights]` ask for, on these responses; or what is wrong.
///
/// Nothing is said and nothing known: [`SurveyDesign::plain`]. Mode `quasi` is the default where
/// frame, known totals or the number of those asked give the size of the population.
pub fn plan_design(inputs: DesignInputs<'_>) -> (Option<SurveyDesign>, Diagnostics) {
    let mut planning = Planning::new(inputs);
    let design = planning.design().filter(|_| !planning.found.has_errors());
    (design, planning.found)
}

pub(super) struct Planning<'a> {
    pub form: &'a Questionnaire,
    reader: CubeReader<'a>,
    has_base: bool,
    weighted: bool,
    drawn: Option<Arc<Drawn>>,
    again: Option<Again>,
    sizes: KnownSizes,
    pub found: Diagnostics,
    /// Breakdowns that tell responses apart, and the responses by them.
    by: Vec<usize>,
    cells: Vec<(Vec<Option<u16>>, Sums)>,
    merged: Vec<Merged>,
}

impl<'a> Planning<'a> {
    fn new(inputs: DesignInputs<'a>) -> Planning<'a> {
        let total = inputs.frame.as_ref().and_then(|frame| frame.by(&[])?.get(&vec![]).copied());
        let sizes = KnownSizes {
            total: total.or(inputs.invited.map(|count| count as f64)),
            frame: inputs.frame,
            population: inputs.population,
        };
        let of_responses = inputs.drawn.as_ref().is_some_and(Drawn::is_weighted);
        Planning {
            form: inputs.cube.questionnaire(),
            reader: CubeReader::new(inputs.cube),
            has_base: inputs.has_base || of_responses,
            drawn: inputs.drawn.map(Arc::new),
            again: None,
            weighted: inputs.weighted,
            sizes,
            found: Diagnostics::new(),
            by: Vec::new(),
            cells: Vec::new(),
            merged: Vec::new(),
        }
    }

    fn design(&mut self) -> Option<SurveyDesign> {
        let (spec, weights) = (self.form.design(), self.form.weights());
        let margins = self.margins()?;
        let strata_by = match &spec.strata {
            // Columns say how responses were drawn.
            _ if spec.has_columns() => Vec::new(),
            StrataSource::Breakdowns(by) => by.clone(),
            // One known total per class: its classes are the strata.
            StrataSource::Unsaid if margins.len() == 1 => margins[0].by.clone(),
            _ => Vec::new(),
        };
        let mode = self.mode(&strata_by)?;
        let nonresponse = if self.weighted { weights.nonresponse.clone() } else { Vec::new() };
        self.count(strata_by.iter().chain(margins.iter().flat_map(|one| &one.by)).chain(&nonresponse))?;
        let strata = self.strata(&strata_by, mode)?;
        let stratum_of = |classes: &[u16]| {
            strata.list.iter().position(|one| one.classes.iter().any(|known| known == classes)).unwrap_or(0)
        };
        let of_cell: Vec<usize> =
            (0..self.cells.len()).map(|cell| stratum_of(&self.classes(cell, &strata_by))).collect();
        let mut base: Vec<Mass> = self.cells.iter().map(|(_, sums)| sums.scaled(1.0)).collect();
        let mut factors = vec![1.0; base.len()];
        if self.weighted && weights.base == BaseWeights::Strata {
            self.raise_to_strata(&strata, &of_cell, &mut base, &mut factors)?;
        }
        if !nonresponse.is_empty() {
            self.raise_for_nonresponse(&nonresponse, &mut base, &mut factors)?;
        }
        let fixed = factors.clone();
        let raised = factors.iter().any(|factor| *factor != 1.0);
        let levels: Vec<Levels> = margins.iter().map(|one| self.levels(one)).collect::<Option<_>>()?;
        let mut weighting = None;
        if !levels.is_empty() {
            let (more, report) = self.weight(&margins, &levels, &base)?;
            factors.iter_mut().zip(more).for_each(|(factor, more)| *factor *= more);
            weighting = Some(report);
        } else if raised {
            weighting = Some(Weighting::raised(&base, self.has_base));
        }
        let kinds = self.kinds(&of_cell, &levels, &factors, &fixed);
        let margins = self.sizes.population.iter().flat_map(|known| &known.margins);
        let population = margins.map(KnownTotals::sum).next();
        Some(SurveyDesign {
            mode,
            strata,
            lonely: lonely(spec.lonely),
            weighting,
            merged: std::mem::take(&mut self.merged),
            variance: spec.variance,
            population,
            hides_sizes: false,
            drawn: self.drawn.take(),
            again: self.again.take(),
            kinds,
            sizes: if mode == DesignMode::Quasi {
                std::mem::take(&mut self.sizes)
            } else {
                KnownSizes::default()
            },
        })
    }

    /// The margins to meet, in the order in which they are asked for.
    fn margins(&mut self) -> Option<Vec<KnownTotals>> {
        let spec = self.form.weights();
        if !self.weighted || spec.method == Some(WeightMethod::None) {
            return Some(Vec::new());
        }
        let Some(known) = &self.sizes.population else {
            if spec.margins.is_some() || spec.method.is_some() {
                self.found.push(problems::no_population());
                return None;
            }
            return Some(Vec::new());
        };
        let Some(wanted) = &spec.margins else { return Some(known.margins.clone()) };
        let mut margins = Vec::new();
        for by in wanted {
            match known.margin(by) {
                Some(margin) => margins.push(margin.clone()),
                None => self.found.push(problems::no_margin(self.form, by)),
            }
        }
        (!self.found.has_errors()).then_some(margins)
    }

    fn mode(&mut self, strata: &[usize]) -> Option<DesignMode> {
        let spec = self.form.design();
        if spec.has_columns() {
            let mode = spec.mode.unwrap_or(DesignMode::Sample);
            if mode == DesignMode::Quasi && spec.fpc_columns().is_empty() {
                self.found.push(problems::no_size(self.form, strata));
                return None;
            }
            return Some(mode);
        }
        let known = self.sizes.by(strata).is_some() || matches!(spec.fpc, Some(FpcSource::Fraction(_)));
        match spec.mode {
            Some(DesignMode::Quasi) if !known => {
                self.found.push(problems::no_size(self.form, strata));
                None
            }
            Some(mode) => Some(mode),
            None if known && spec.fpc != Some(FpcSource::None) => Some(DesignMode::Quasi),
            None => Some(DesignMode::Superpop),
        }
    }

    /// Counts the responses by all breakdowns that matter; a response without a class cannot be placed.
    fn count<'b>(&mut self, by: impl Iterator<Item = &'b usize>) -> Option<()> {
        self.by = by.copied().collect();
        self.by.sort_unstable();
        self.by.dedup();
        if self.drawn.is_none() && !self.reader.can_cross(&self.by, 2) {
            self.found.push(problems::too_many_classes(self.form, &self.by));
            return None;
        }
        let mut cells: BTreeMap<Vec<Option<u16>>, Sums> = BTreeMap::new();
        let told = |classes: &[Option<u16>], sums| *cells.entry(classes.to_vec()).or_default() += sums;
        match &self.drawn {
            None => self.reader.visit_everyone(&self.by, told),
            Some(drawn) => drawn.visit_everyone(&self.by, told),
        }
        self.cells = cells.into_iter().collect();
        for (place, breakdown) in self.by.iter().enumerate() {
            let without = self.cells.iter().filter(|(classes, _)| classes[place].is_none());
            let count: u64 = without.map(|(_, sums)| sums.n).sum();
            if count > 0 {
                self.found.push(problems::without_class(self.form, *breakdown, count));
            }
        }
        (!self.found.has_errors()).then_some(())
    }

    /// Classes of a cell in these breakdowns.
    fn classes(&self, cell: usize, by: &[usize]) -> Vec<u16> {
        let place = |at: &usize| self.by.iter().position(|one| one == at);
        by.iter().filter_map(|at| self.cells[cell].0[place(at)?]).collect()
    }

    fn responses_by(&self, by: &[usize]) -> BTreeMap<Vec<u16>, u64> {
        let mut counts = BTreeMap::new();
        for (cell, (_, sums)) in self.cells.iter().enumerate() {
            *counts.entry(self.classes(cell, by)).or_insert(0) += sums.n;
        }
        counts
    }

    /// The classes of these breakdowns, those with fewer than two responses joined with a neighbour.
    fn joined(&mut self, by: &[usize], known: Option<&BTreeMap<Vec<u16>, f64>>) -> Vec<Vec<Vec<u16>>> {
        let responses = self.responses_by(by);
        let all = groups(self.form, by);
        let class = |group: &Vec<u16>| Class {
            responses: responses.get(group).copied().unwrap_or(0),
            population: known.map(|known| known.get(group).copied().unwrap_or(0.0)),
        };
        let classes: Vec<Class> = all.iter().map(class).collect();
        let found: Vec<Vec<Vec<u16>>> = merge::groups(&classes)
            .into_iter()
            .map(|group| group.into_iter().map(|at| all[at].clone()).collect())
            .collect();
        for classes in found.iter().filter(|classes: &&Vec<Vec<u16>>| classes.len() > 1) {
            let merged = Merged { by: by.to_vec(), classes: classes.clone() };
            if !self.merged.contains(&merged) {
                self.merged.push(merged);
            }
        }
        found
    }

    fn strata(&mut self, by: &[usize], mode: DesignMode) -> Option<Strata> {
        let by_classes = mode == DesignMode::Quasi && !self.form.design().has_columns();
        let known = if by_classes { self.sizes.by(by) } else { None };
        let fraction = match (mode, &self.form.design().fpc) {
            (DesignMode::Quasi, Some(FpcSource::Fraction(fraction))) => Some(*fraction),
            _ => None,
        };
        let responses = self.responses_by(by);
        let mut list = Vec::new();
        for classes in self.joined(by, known.as_ref()) {
            let count = classes.iter().filter_map(|one| responses.get(one)).sum::<u64>();
            let of_known = known.as_ref().map(|known| classes.iter().filter_map(|one| known.get(one)).sum());
            let population: Option<f64> = fraction.map(|fraction| count as f64 / fraction).or(of_known);
            if population.is_some_and(|all| all < count as f64) {
                let all = population.unwrap_or(0.0);
                self.found.push(problems::too_small(self.form, by, &classes, count, all));
            }
            list.push(Stratum { classes, responses: count, population });
        }
        (!self.found.has_errors()).then(|| Strata { by: by.to_vec(), list })
    }

    fn kinds(&self, of_cell: &[usize], levels: &[Levels], factors: &[f64], fixed: &[f64]) -> Kinds {
        if self.by.is_empty() {
            let factor = factors.first().copied().unwrap_or(1.0);
            let kind = Kind { stratum: 0, levels: Vec::new(), factor, raised: factor };
            return Kinds { list: vec![kind], ..Kinds::one() };
        }
        let kind = |cell: usize| Kind {
            stratum: of_cell[cell] as u32,
            levels: levels.iter().map(|one| one.of_cell[cell] as usize).collect(),
            factor: factors[cell],
            raised: fixed[cell],
        };
        Kinds {
            by: self.by.clone(),
            of: self.cells.iter().enumerate().map(|(at, (classes, _))| (classes.clone(), at)).collect(),
            list: (0..self.cells.len()).map(kind).collect(),
        }
    }
}

fn lonely(rule: LonelyRule) -> Lonely {
    match rule {
        LonelyRule::Fail => Lonely::Fail,
        LonelyRule::Remove | LonelyRule::Certainty => Lonely::Certainty,
        LonelyRule::Adjust => Lonely::Adjust,
        LonelyRule::Average => Lonely::Average,
    }
}

/// A finding about `survey.toml` as a whole.
pub(crate) fn of_survey(code: &'static str, message: monshin_diag::Words) -> Diagnostic {
    Diagnostic::error(code, Place::file("survey.toml"), message).help(
        words!("docs/guide/weights.md に書き方があります"; "docs/guide/weights.md says how to write it"),
    )
}
