//! The figures of the example that this house was built for.

use std::sync::Arc;

use monshin_diag::Source;
use monshin_instrument::{Questionnaire, records};

use crate::{Cube, Plan, Released, Settings, Tables, disclose, tabulate};

const SURVEY: &str = include_str!("../../../../examples/hodanren-2022/survey.toml");
const RESPONSES: &[u8] = include_bytes!("../../../../examples/hodanren-2022/responses.csv");

fn example(survey: &str) -> Cube {
    let (form, found) = Questionnaire::compile(&Source::new("survey.toml", survey));
    let form = Arc::new(form.unwrap_or_else(|| panic!("{found:#?}")));
    let mut cube = Cube::new(&form);
    let reading = records::Reading::default();
    let (reader, found) = records::RecordReader::new(&form, RESPONSES, reading).expect("bytes can be read");
    let mut reader = reader.unwrap_or_else(|| panic!("{found:#?}"));
    while let Some(row) = reader.next_row().expect("bytes can be read") {
        assert!(row.faults.is_empty(), "{:?}", row.faults);
        cube.add(&row.record.expect("no faults").response);
    }
    cube
}

fn tables() -> Tables {
    let cube = example(SURVEY);
    tabulate(&cube, &Plan::standard(cube.questionnaire()), &Settings::default())
}

fn code(tables: &Tables, variable: usize, id: &str) -> u16 {
    let codes = tables.variables[variable].codes.as_ref().expect("a list");
    codes.position(id).expect("a code")
}

#[test]
fn the_overall_figures_are_those_of_the_report() {
    let tables = tables();
    assert_eq!(tables.responses, 897);
    for (name, answer, count, n) in [
        ("q1", "yes", 598, 897),
        ("q2", "yes", 183, 598),
        ("q3", "yes", 8, 183),
        ("q4", "yes", 7, 8),
        ("q5", "no", 92, 175),
        ("q6", "no", 777, 897),
        ("q7", "yes", 118, 897),
        ("q8", "no", 48, 118),
    ] {
        let variable = tables.variable(name).expect("a variable");
        let figures = tables.table(variable, &[]).expect("a table").rows[0].figures().expect("overall");
        let cell = figures.cell(code(&tables, variable, answer)).expect("a cell");
        assert_eq!((cell.count, figures.n, figures.responses), (count, n, 897), "{name}");
    }
}

#[test]
fn the_share_among_individuals_has_its_wilson_interval() {
    let tables = tables();
    let q2 = tables.variable("q2").expect("a variable");
    let founder = tables.questionnaire.breakdown("founder").expect("a breakdown");
    let class = tables.questionnaire.breakdowns()[founder].codes.position("individual").expect("a class");
    let table = tables.table(q2, &[founder]).expect("a table");
    let yes = code(&tables, q2, "yes");
    let cell = table.row(&[class]).and_then(|row| row.cell(yes)).expect("a cell");
    let interval = cell.estimate.interval().expect("a base");
    assert_eq!(cell.count, 67);
    assert_eq!(cell.share(), Some(0.220_394_736_842_105_25));
    assert!((interval.lower - 0.177_448_147_768_177_74).abs() < 1e-15, "{interval:?}");
    assert!((interval.upper - 0.270_319_541_966_496_7).abs() < 1e-15, "{interval:?}");
    let mean = table.mean(yes).expect("a mean");
    assert_eq!(mean.groups, 11);
    assert!((mean.share.expect("groups") - 0.525_360_560_492_139_4).abs() < 1e-12);
}

#[test]
fn the_cube_of_the_example_is_dense_and_small() {
    let cube = example(SURVEY);
    let crate::CubeKind::Dense { cells } = cube.kind() else { panic!("{:?}", cube.kind()) };
    assert!(cells < 100_000, "{cells}");
    let cells = cube.cells().expect("joint");
    assert_eq!(cells.iter().map(|cell| cell.n).sum::<u64>(), 897);
}

#[test]
fn crossed_tables_of_the_example_withhold_the_same_every_time() {
    let cube = example(SURVEY);
    let plan = Plan::standard(cube.questionnaire())
        .crossed(cube.questionnaire(), [0, 1], |variable| variable.name == "q2");
    let released = || disclose(tabulate(&cube, &plan, &Settings::default()));
    let (once, twice): (Released<Tables>, Released<Tables>) = (released(), released());
    assert_eq!(once.audit(), twice.audit());
}

#[test]
fn without_a_policy_nothing_is_withheld() {
    let cube = example(
        &SURVEY
            .replace("[survey]\n", "[survey]\ndisclosure = \"none\"\n")
            .replace("[disclosure]\nmin_base = 3\nmark_all_or_none_below = 10\n", ""),
    );
    let released = disclose(tabulate(&cube, &Plan::standard(cube.questionnaire()), &Settings::default()));
    assert_eq!(released.audit(), []);
}
