//! The design of a survey: which column holds base weights, what is known of the population.

use std::io::Read;
use std::sync::Arc;

use anyhow::{Context, Result};
use monshin_diag::Diagnostics;
use monshin_frame::{ClassColumn, Disposition, Frame, Population};
use monshin_instrument::records::{Decoder, Encoding};
use monshin_instrument::{BaseWeights, BreakdownSource, Questionnaire};
use monshin_tabulate::{Cube, DesignInputs, Drawn, Fieldwork, FrameSizes, SurveyDesign, plan_design};

use crate::args::Input;
use crate::data;
use crate::folder::Folder;

/// Whether `--weights none` asks for the responses as they are.
fn is_off(input: &Input) -> bool {
    input.weights.as_deref() == Some("none")
}

/// Whether responses may be weighted.
pub fn is_weighted(input: &Input) -> bool {
    !is_off(input)
}

/// The column of the base weights: that of `--weights`, else that of `[weights]`.
pub fn base_column(form: &Questionnaire, input: &Input) -> Option<String> {
    match (&input.weights, &form.weights().base) {
        _ if is_off(input) => None,
        (Some(column), _) => Some(column.clone()),
        (None, BaseWeights::Column(column)) => Some(column.clone()),
        (None, _) => None,
    }
}

/// The design that the folder asks for, on these responses.
pub fn design(
    folder: &Folder,
    form: &Questionnaire,
    input: &Input,
    frame: Option<&Frame>,
    cube: &Cube,
    drawn: Option<Drawn>,
) -> Result<(Option<Arc<SurveyDesign>>, Diagnostics)> {
    let (population, mut found) = population(folder, form)?;
    if found.has_errors() {
        return Ok((None, found));
    }
    let fieldwork = Fieldwork::of(form, cube.responses());
    let invited = fieldwork.invited.filter(|invited| invited.other_unit.is_none());
    let inputs = DesignInputs {
        cube,
        has_base: base_column(form, input).is_some(),
        weighted: !is_off(input),
        frame: frame.map(|frame| sizes(form, frame)),
        population,
        invited: invited.map(|invited| invited.count),
        drawn,
    };
    let (design, more) = plan_design(inputs);
    found.extend(more);
    Ok((design.map(Arc::new), found))
}

/// `population.csv`, where there is one.
fn population(folder: &Folder, form: &Questionnaire) -> Result<(Option<Population>, Diagnostics)> {
    let path = folder.dir.join("population.csv");
    if !path.is_file() {
        return Ok((None, Diagnostics::new()));
    }
    let shown = || path.display().to_string();
    let open = || std::fs::File::open(&path).with_context(shown);
    let encoding = Encoding::detect(open()?).with_context(shown)?;
    let mut bytes = Vec::new();
    Decoder::new(open()?, encoding).read_to_end(&mut bytes).with_context(shown)?;
    let written = folder.merged.as_ref().map_or(form, |merged| &merged.original);
    let columns: Vec<ClassColumn> = written.breakdowns().iter().map(data::column).collect();
    let (population, found) = monshin_frame::load_population("population.csv", &bytes, &columns);
    let merged = |population: Population| match &folder.merged {
        Some(merged) => population.with_classes_merged(merged.breakdown, &merged.into),
        None => population,
    };
    Ok((population.map(merged), found))
}

/// Units of the frame by class, those known to be out of scope left out.
fn sizes(form: &Questionnaire, frame: &Frame) -> FrameSizes {
    let of_frame: Vec<usize> = (0..form.breakdowns().len())
        .filter(|at| form.breakdowns()[*at].source == BreakdownSource::Frame)
        .collect();
    let mut sizes = FrameSizes::default();
    for unit in frame.units().filter(|unit| frame.disposition(*unit) != Some(Disposition::NotEligible)) {
        let mut classes = vec![None; form.breakdowns().len()];
        of_frame.iter().zip(frame.classes(unit)).for_each(|(at, class)| classes[*at] = Some(*class));
        sizes.add(classes, frame.weight(unit));
    }
    sizes
}
