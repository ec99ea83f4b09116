//! From a cube to tables.

mod counts;
mod figures;

use monshin_instrument::Questionnaire;

use crate::cube::CubeReader;
use crate::sums::{Sums, Values};
use crate::variable::VariableKind;
use crate::{
    Cube, Fieldwork, Figures, Flag, MeanOfGroups, Plan, Profile, Row, Settings, Table, TableKey, Tables,
};
use counts::Counts;
pub(crate) use figures::FigureMaker;

/// Every table of the plan.
///
/// Base 0: no share, [`Flag::NoBase`]. Nobody at all: every row is there, with zeros. A plan with
/// weights on a cube without gives weighted shares that equal the unweighted ones.
///
/// # Panics
/// If the plan is of another questionnaire, or a table of it is by more than two breakdowns.
pub fn tabulate(cube: &Cube, plan: &Plan, settings: &Settings) -> Tables {
    let questionnaire = cube.questionnaire();
    let reader = CubeReader::new(cube);
    let breakdowns = 0..questionnaire.breakdowns().len();
    Tables {
        questionnaire: questionnaire.clone(),
        responses: cube.responses(),
        weighted: settings.weighted,
        level: settings.level,
        method: settings.method,
        profile: breakdowns.map(|breakdown| profile(&reader, breakdown)).collect(),
        fieldwork: Fieldwork::of(questionnaire, cube.responses()),
        cases: None,
        intake: Vec::new(),
        input_sha256: String::new(),
        variables: cube.variables().to_vec(),
        tables: plan.keys.iter().map(|key| table(&reader, key, settings)).collect(),
    }
}

fn profile(reader: &CubeReader, breakdown: usize) -> Profile {
    let classes = reader.cube.questionnaire().breakdowns()[breakdown].codes.len();
    let mut profile = Profile { breakdown, counts: vec![0; classes], unclassified: 0 };
    reader.visit_everyone(&[breakdown], |class, sums| match class[0] {
        Some(class) => profile.counts[usize::from(class)] += sums.n,
        None => profile.unclassified += sums.n,
    });
    profile
}

fn table(reader: &CubeReader, key: &TableKey, settings: &Settings) -> Table {
    let cube = reader.cube;
    assert!(key.by.len() <= 2, "a table is by two breakdowns at most");
    let variable = &cube.variables()[key.variable];
    let groups = groups(cube.questionnaire(), &key.by);
    let codes = variable.codes.as_ref().map_or(0, |codes| codes.len());
    // One more than there are groups: those without a class.
    let mut counts = vec![Counts::new(codes); groups.len() + 1];
    let mut values = vec![Values::default(); groups.len() + 1];
    let row_of = |classes: &[Option<u16>]| row_of(cube.questionnaire(), &key.by, classes);
    reader.visit(key.variable, &key.by, |state, classes, sums| {
        counts[row_of(classes).unwrap_or(groups.len())].add(variable.kind, state, sums);
    });
    if matches!(variable.kind, VariableKind::Number | VariableKind::Date) {
        reader.visit_values(key.variable, &key.by, |classes, more| {
            values[row_of(classes).unwrap_or(groups.len())].merge(more);
        });
    }
    let unclassified = counts.pop().expect("one more than there are groups");
    let maker = FigureMaker::new(cube.questionnaire(), variable, settings);
    let contents = counts.into_iter().zip(values).map(|(counts, values)| maker.figures(counts, values));
    let rows = groups.into_iter().zip(contents);
    let rows: Vec<Row> = rows.map(|(group, figures)| Row { group, content: Ok(figures) }).collect();
    Table {
        variable: key.variable,
        by: key.by.clone(),
        base: variable.base.clone(),
        mean_of_groups: if key.by.is_empty() { vec![] } else { mean_of_groups(&rows) },
        rows,
        unclassified: unclassified.units(),
        unclassified_answered: unclassified.answered.n,
    }
}

/// Every group by these breakdowns, the first one's classes slowest.
fn groups(questionnaire: &Questionnaire, by: &[usize]) -> Vec<Vec<u16>> {
    by.iter().fold(vec![vec![]], |groups, &breakdown| {
        let classes = questionnaire.breakdowns()[breakdown].codes.len() as u16;
        let longer =
            |group: Vec<u16>| (0..classes).map(move |class| group.iter().copied().chain([class]).collect());
        groups.into_iter().flat_map(longer).collect()
    })
}

/// The number of a group in [`groups`]; `None` where a class is not known.
fn row_of(questionnaire: &Questionnaire, by: &[usize], classes: &[Option<u16>]) -> Option<usize> {
    by.iter().zip(classes).try_fold(0, |row, (&breakdown, class)| {
        let width = questionnaire.breakdowns()[breakdown].codes.len();
        class.map(|class| row * width + usize::from(class))
    })
}

/// Plain mean of the groups' shares; groups without a base are left out.
fn mean_of_groups(rows: &[Row]) -> Vec<MeanOfGroups> {
    let Some(first) = rows.iter().find_map(Row::figures) else { return vec![] };
    let mean = |code: u16| {
        let shares: Vec<f64> = rows.iter().filter_map(|row| row.cell(code)?.estimate.value()).collect();
        let groups = shares.len();
        let share = (groups > 0).then(|| shares.iter().sum::<f64>() / groups as f64);
        let flag = share.is_none().then_some(Flag::NoBase);
        MeanOfGroups { code, share, groups, flag }
    };
    first.cells.iter().map(|cell| mean(cell.code)).collect()
}

impl Tables {
    /// The union of some groups of a table as one row, for claims on several classes together.
    /// A group that is named twice counts once. `None` where none is named, there is no such
    /// group, or one of them is withheld.
    pub fn pool(&self, table: &Table, groups: &[&[u16]]) -> Option<Row> {
        let mut wanted: Vec<&[u16]> = groups.to_vec();
        wanted.sort_unstable();
        wanted.dedup();
        let figures: Option<Vec<&Figures>> = wanted.iter().map(|group| table.row(group)?.figures()).collect();
        let figures = figures.filter(|figures| !figures.is_empty())?;
        let variable = &self.variables[table.variable];
        let mut counts = Counts::new(variable.codes.as_ref().map_or(0, |codes| codes.len()));
        let mut values = Values::default();
        for one in figures {
            counts.add_figures(one);
            values.merge(&one.values);
        }
        let settings = Settings { level: self.level, method: self.method, weighted: self.weighted };
        let maker = FigureMaker::new(&self.questionnaire, variable, &settings);
        let group = match wanted[..] {
            [one] => one.to_vec(),
            _ => vec![],
        };
        Some(Row { group, content: Ok(maker.figures(counts, values)) })
    }
}

/// Share of a part in a whole by weight, or `None` where the whole weighs nothing.
fn weighted_share(part: &Sums, whole: &Sums) -> Option<f64> {
    (whole.weight() > 0.0).then(|| part.weight() / whole.weight())
}
