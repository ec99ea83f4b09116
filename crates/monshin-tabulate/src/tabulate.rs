//! From a cube to tables.

mod alike;
mod counts;
mod figures;
mod part;
mod precision;
mod rows;
mod situation;

use std::sync::Arc;

use monshin_estimate::Estimate;
use monshin_estimate::compare::Mass;
use monshin_instrument::{CodeList, Questionnaire};

use crate::cube::CubeReader;
use crate::release::present;
use crate::{
    Cube, Fieldwork, Figures, Flag, MeanOfGroups, Plan, Profile, Row, Settings, SurveyDesign, Table,
    TableKey, Tables, VariableKind,
};
use counts::Counts;
pub(crate) use part::{Numbers, Pairs, Part, Said, Units, pairs, parts_by};
pub(crate) use precision::{Domain, UnderDesign};
use rows::RowMaker;

/// Every table of the plan, each response standing for itself ([`SurveyDesign::plain`]).
///
/// Base 0: no share, [`Flag::NoBase`]. Nobody at all: every row is there, with zeros. A plan with
/// weights on a cube without gives weighted shares that equal the unweighted ones.
///
/// # Panics
/// If the plan is of another questionnaire, or a table of it is by more than two breakdowns.
pub fn tabulate(cube: &Cube, plan: &Plan, settings: &Settings) -> Tables {
    tabulate_under(cube, plan, settings, &Arc::new(SurveyDesign::plain()))
}

/// Every table of the plan under the design of the survey: its weights, its strata, what it knows of
/// the population.
///
/// # Panics
/// As [`tabulate`]; if the design was made for another questionnaire.
pub fn tabulate_under(cube: &Cube, plan: &Plan, settings: &Settings, design: &Arc<SurveyDesign>) -> Tables {
    let questionnaire = cube.questionnaire();
    let reader = CubeReader::new(cube);
    let breakdowns = 0..questionnaire.breakdowns().len();
    let of_responses = design.drawn.as_ref().is_some_and(|drawn| drawn.is_weighted());
    let weighted = settings.weighted || design.weighting.is_some() || of_responses;
    let settings = Settings { weighted, ..*settings };
    let has_policy = !questionnaire.survey().disclosure.is_none();
    Tables {
        questionnaire: questionnaire.clone(),
        responses: cube.responses(),
        weighted,
        level: settings.level,
        method: settings.method,
        design: design.clone(),
        profile: breakdowns.map(|breakdown| profile(&reader, breakdown)).collect(),
        fieldwork: Fieldwork::of(questionnaire, cube.responses()),
        cases: None,
        counted: Arc::new(cube.clone()),
        joint: if has_policy { cube.joint().map(Arc::new) } else { None },
        intake: Vec::new(),
        input_sha256: String::new(),
        variables: cube.variables().to_vec(),
        tables: plan.keys.iter().map(|key| table(&reader, key, &settings, design)).collect(),
    }
}

fn profile(reader: &CubeReader, breakdown: usize) -> Profile {
    let classes = reader.cube.questionnaire().breakdowns()[breakdown].codes.len();
    let mut counts = vec![0; classes];
    let mut unclassified = 0;
    reader.visit_everyone(&[breakdown], |class, sums| match class[0] {
        Some(class) => counts[usize::from(class)] += sums.n,
        None => unclassified += sums.n,
    });
    let counts = counts.into_iter().map(Some).collect();
    Profile { breakdown, counts, unclassified: Some(unclassified) }
}

fn table(reader: &CubeReader, key: &TableKey, settings: &Settings, design: &SurveyDesign) -> Table {
    let cube = reader.cube;
    assert!(key.by.len() <= 2, "a table is by two breakdowns at most");
    let variable = &cube.variables()[key.variable];
    let groups = groups(cube.questionnaire(), &key.by);
    let units = design.drawn.as_deref().map_or(Units::Cube(reader), Units::Drawn);
    let parts = part::parts(units, cube.variables(), key, settings.weighted, design);
    let maker = RowMaker::new(cube.questionnaire(), variable, &key.by, settings, design, &parts);
    let (rows, unclassified) = maker.rows(groups);
    Table {
        variable: key.variable,
        by: key.by.clone(),
        base: variable.base.clone(),
        mean_of_groups: if key.by.is_empty() { vec![] } else { mean_of_groups(&rows) },
        rows,
        unclassified: Some(unclassified.units()),
        // Of responses one by one the parts are many: they are made again for who asks.
        parts: match design.drawn {
            None if settings.weighted || !design.is_plain() => parts.into(),
            _ => Arc::new([]),
        },
    }
}

/// Every group by these breakdowns, the first one's classes slowest.
pub(crate) fn groups(questionnaire: &Questionnaire, by: &[usize]) -> Vec<Vec<u16>> {
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

/// Several groups of a table, each once, with what is counted of them together.
struct Union<'g> {
    groups: Vec<&'g [u16]>,
    counts: Counts<Mass>,
    values: Numbers,
    /// Codes that are withheld of one of them.
    withheld: Vec<u16>,
}

impl<'g> Union<'g> {
    fn new(table: &Table, groups: &[&'g [u16]], codes: Option<&CodeList>) -> Option<Union<'g>> {
        let mut groups: Vec<&[u16]> = groups.to_vec();
        groups.sort_unstable();
        groups.dedup();
        let figures: Option<Vec<&Figures>> = groups.iter().map(|group| table.row(group)?.figures()).collect();
        let figures = figures.filter(|figures| !figures.is_empty())?;
        let mut counts = Counts::new(codes.map_or(0, |codes| codes.len()));
        let mut values = Numbers::default();
        let mut withheld = Vec::new();
        for one in figures {
            withheld.extend_from_slice(&one.withheld);
            counts.add_figures(one);
            values.merge(&one.values);
        }
        withheld.sort_unstable();
        withheld.dedup();
        Some(Union { groups, counts, values, withheld })
    }
}

impl Tables {
    /// The union of some groups of a table as one row, for claims on several classes together.
    /// A group that is named twice counts once. `None` where none is named, there is no such
    /// group, or one of them is withheld.
    pub fn pool(&self, table: &Table, groups: &[&[u16]]) -> Option<Row> {
        let union = Union::new(table, groups, self.variables[table.variable].codes.as_deref())?;
        let group = match union.groups[..] {
            [one] => one.to_vec(),
            _ => vec![],
        };
        let Union { groups, counts, values, withheld } = union;
        let mut whole = self.with_rows(table, |maker| maker.union(table, &groups, counts, values));
        // A union with a withheld cell has none either.
        if !withheld.is_empty() {
            whole.cells.retain(|cell| !withheld.contains(&cell.code));
            whole.cells.iter_mut().for_each(|cell| cell.share_of_answers = None);
            whole.answers_total = None;
            whole.withheld = withheld;
        }
        // As a group of its own it may be precise enough where its parts are not.
        present(&mut whole, &self.questionnaire.survey().quoting);
        Some(Row { group, content: Ok(whole) })
    }

    /// The share of those who gave one of several codes, in the union of some groups, with the standard
    /// error and the interval that the tables print for one code. `None` as in [`Tables::pool`], where
    /// one of the codes is withheld, and where several answers may be given: their shares do not add up.
    pub fn share_of_codes(&self, table: &Table, groups: &[&[u16]], codes: &[u16]) -> Option<Estimate> {
        let variable = &self.variables[table.variable];
        let union = Union::new(table, groups, variable.codes.as_deref())?;
        let is_shown = codes.iter().all(|code| !union.withheld.contains(code));
        if variable.kind != VariableKind::Single || !is_shown {
            return None;
        }
        let share = |maker: &RowMaker<'_>| maker.share_of_codes(table, &union.groups, codes, &union.counts);
        Some(self.with_rows(table, share))
    }

    /// Whether counts say how sure a share is: neither weights nor clusters nor replicates have a say.
    pub fn go_by_counts(&self) -> bool {
        !self.weighted && !self.design.decides()
    }

    fn with_rows<T>(&self, table: &Table, make: impl FnOnce(&RowMaker<'_>) -> T) -> T {
        let settings = Settings { level: self.level, method: self.method, weighted: self.weighted };
        let (parts, variable) = (self.parts(table), &self.variables[table.variable]);
        make(&RowMaker::new(&self.questionnaire, variable, &table.by, &settings, &self.design, &parts))
    }

    /// What a table is made of, for estimates under the design; empty where counts say it all.
    pub(crate) fn parts(&self, table: &Table) -> Arc<[Part]> {
        match &self.design.drawn {
            None => table.parts.clone(),
            Some(drawn) => {
                let (units, key) = (Units::Drawn(drawn), table.key());
                part::parts(units, &self.variables, &key, self.weighted, &self.design).into()
            }
        }
    }
}
