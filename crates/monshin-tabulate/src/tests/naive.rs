//! The tables counted row by row, as slowly and plainly as can be.

use std::collections::BTreeMap;

use monshin_instrument::{Item, Response, Value};

use crate::{Cube, Settings, Table, Tables, VariableKind};

/// asked, n, blank, refused, scope unknown, not asked; counts by code; values.
#[derive(Debug, Default, PartialEq)]
pub struct Plain {
    pub states: [u64; 6],
    pub codes: BTreeMap<u16, u64>,
    pub values: Vec<f64>,
    pub weights: BTreeMap<u16, f64>,
    pub weight: f64,
}

/// Units of a group, one by one.
pub fn count(tables: &Tables, table: &Table, group: &[u16], responses: &[(Response, f64)]) -> Plain {
    let variable = &tables.variables[table.variable];
    let mut plain = Plain::default();
    for (response, weight) in responses {
        let is_in = |(by, class): (&usize, &u16)| response.classes()[*by] == Some(*class);
        if !table.by.iter().zip(group).all(is_in) {
            continue;
        }
        for &item in &variable.items {
            if variable.block.is_some() && !entry_is_there(tables, item, response) {
                continue;
            }
            match &response.items()[item] {
                Item::Answered(value) => plain.answer(value, *weight),
                Item::NoAnswer => plain.states[2] += 1,
                Item::Refused => plain.states[3] += 1,
                Item::ScopeUnknown(_) => plain.states[4] += 1,
                Item::NotAsked(_) => plain.states[5] += 1,
            }
        }
    }
    plain.states[0] = plain.states[1] + plain.states[2] + plain.states[3];
    plain.values.sort_by(f64::total_cmp);
    plain
}

impl Plain {
    fn answer(&mut self, value: &Value, weight: f64) {
        self.states[1] += 1;
        self.weight += weight;
        let mut chosen = |code: u16| {
            *self.codes.entry(code).or_default() += 1;
            *self.weights.entry(code).or_default() += weight;
        };
        match value {
            Value::Code(code) => chosen(*code),
            Value::Codes(bits) => (0..64).filter(|code| bits >> code & 1 == 1).for_each(chosen),
            Value::Number(number) => self.values.push(*number),
            Value::Day(day) => self.values.push(f64::from(day.number())),
            Value::Text(_) => {}
        }
    }
}

fn entry_is_there(tables: &Tables, item: usize, response: &Response) -> bool {
    let defs = tables.questionnaire.items();
    let block = |at: usize| tables.questionnaire.questions()[defs[at].question].block;
    (0..defs.len())
        .filter(|&at| block(at) == block(item) && defs[at].entry == defs[item].entry)
        .any(|at| !matches!(response.items()[at], Item::NotAsked(_)))
}

/// Every row of every table against the plain count, and every invariant of a row.
pub fn assert_agrees(tables: &Tables, responses: &[(Response, f64)]) {
    for table in &tables.tables {
        let mut in_rows = 0;
        for row in &table.rows {
            let figures = row.figures().expect("nothing is withheld yet");
            let plain = count(tables, table, &row.group, responses);
            let states = [
                figures.asked,
                figures.n,
                figures.blank,
                figures.refused,
                figures.scope_unknown,
                figures.not_asked,
            ];
            assert_eq!(states, plain.states, "{:?} {:?}", table.key(), row.group);
            assert_eq!(figures.responses, figures.asked + figures.not_asked + figures.scope_unknown);
            assert_eq!(figures.asked, figures.n + figures.blank + figures.refused);
            in_rows += figures.responses;
            for cell in &figures.cells {
                assert_eq!(cell.count, plain.codes.get(&cell.code).copied().unwrap_or(0));
                let share = match tables.weighted {
                    false => cell.count as f64 / figures.n as f64,
                    true => plain.weights.get(&cell.code).copied().unwrap_or(0.0) / plain.weight,
                };
                let got = cell.share();
                assert_eq!(got.is_some(), figures.n > 0);
                assert!(got.is_none_or(|got| (got - share).abs() < 1e-9), "{got:?} {share}");
            }
            let total: u64 = figures.cells.iter().map(|cell| cell.count).sum();
            match tables.variables[table.variable].kind {
                VariableKind::Single => assert_eq!(total, figures.n),
                VariableKind::Multiple => assert_eq!(figures.answers_total, Some(total)),
                VariableKind::Number | VariableKind::Date if figures.n > 0 && !tables.weighted => {
                    let number = figures.number.as_ref().expect("a base");
                    let at = |p: f64| plain.values[((p * figures.n as f64).ceil() as usize).max(1) - 1];
                    assert_eq!(number.median, at(0.5));
                    assert!(number.q1.is_none_or(|q1| q1 == at(0.25)));
                    assert!(number.q3.is_none_or(|q3| q3 == at(0.75)));
                    let mean = plain.values.iter().sum::<f64>() / figures.n as f64;
                    assert!((number.mean.value().expect("a base") - mean).abs() < 1e-6 * mean.abs().max(1.0));
                }
                _ => assert_eq!(figures.cells.len(), 0),
            }
        }
        let overall = tables.table(table.variable, &[]).expect("the plan has it");
        let all = overall.rows[0].figures().expect("overall").responses;
        assert_eq!(in_rows + table.unclassified.expect("nothing is withheld"), all);
    }
}

/// The tables of a cube, all there are by up to two breakdowns.
pub fn all_tables(cube: &Cube, weighted: bool) -> Tables {
    let form = cube.questionnaire();
    let mut plan = crate::Plan::standard(form);
    let breakdowns = form.breakdowns().len();
    for (a, b) in (0..breakdowns).flat_map(|a| (0..breakdowns).map(move |b| (a, b))) {
        if a != b {
            plan = plan.crossed(form, [a, b], |_| true);
        }
    }
    crate::tabulate(cube, &plan, &Settings { weighted, ..Settings::default() })
}
