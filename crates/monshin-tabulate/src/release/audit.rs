//! The audit file: what a reader of everything published can work out of what is withheld.

use monshin_estimate::disclosure::{System, Withheld as Done, ranges};
use serde_json::{Value, json};

use super::ledger::{Group, Ledger, Place};
use super::routed::What;
use super::rules::Part;
use crate::Tables;

/// The record of a release for the survey's owner. It is not for publication.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditFile {
    body: Value,
}

impl AuditFile {
    pub(super) fn of_nothing(tables: &Tables) -> AuditFile {
        AuditFile { body: head(tables) }
    }

    /// As JSON text. `tables_sha256` is the hash of the tables that were published, so that file and
    /// release can be matched.
    pub fn to_json(&self, tables_sha256: &str) -> String {
        let mut body = self.body.clone();
        body["tables_sha256"] = json!(tables_sha256);
        let mut text =
            serde_json::to_string_pretty(&body).expect("a value of our own making has no odd keys");
        text.push('\n');
        text
    }
}

/// What the file is made of.
pub(super) struct Record<'a> {
    pub ledger: &'a Ledger<'a>,
    pub parts: &'a [Part],
    pub primary: &'a [usize],
    /// How many at their end are there because of what a line gives by subtraction.
    pub forced: usize,
    pub demand: &'a [i64],
    pub done: &'a Done,
}

impl Record<'_> {
    pub fn file(&self) -> AuditFile {
        let mut body = head(self.ledger.tables);
        let primary = self.primary.iter().map(|&unit| (unit, None));
        let secondary = self.done.secondary.iter().map(|&(unit, cell)| (unit, Some(cell)));
        let mut units: Vec<(usize, Option<usize>)> = primary.chain(secondary).collect();
        units.sort_unstable();
        body["withheld"] = units.into_iter().map(|(unit, cell)| self.unit(unit, cell)).collect();
        body["equations"] = self.equations();
        AuditFile { body }
    }

    fn unit(&self, unit: usize, protects: Option<usize>) -> Value {
        let cells = self.cells_of(self.parts[unit]);
        let found = ranges(&self.done.system, &cells);
        let figures: Vec<Value> = cells
            .iter()
            .zip(found)
            .map(|(&cell, (low, high))| {
                let short = self.done.short.iter().any(|(of, _)| *of == cell);
                let high = (high < i64::MAX).then_some(high);
                json!({
                    "cell": self.ledger.name(cell), "low": low, "high": high,
                    "protection": self.demand[cell], "as_far_as_it_goes": short,
                })
            })
            .collect();
        let small = &self.primary[..self.primary.len() - self.forced];
        let reason = match protects {
            None if small.contains(&unit) => json!({ "rule": "primary" }),
            None => json!({ "rule": "line" }),
            Some(cell) => json!({ "rule": "protects", "cell": self.ledger.name(cell) }),
        };
        json!({ "what": self.ledger.part_name(self.parts[unit]), "reason": reason, "figures": figures })
    }

    /// Cells of a unit that are counts of the tables, not bookkeeping of the sums.
    fn cells_of(&self, part: Part) -> Vec<usize> {
        let of_row = |table: usize, row: usize| {
            let place = self.ledger.places.iter().find(|place| place.table == table);
            place.and_then(|place| Some((place, place.groups.iter().find(|group| group.row == Some(row))?)))
        };
        match part {
            Part::Row(table, row) => {
                let Some((place, group)) = of_row(table, row) else { return vec![] };
                let shown = |at: &usize| !matches!(place.whats[*at], What::Other(_) | What::Mass);
                (0..place.whats.len()).filter(shown).map(|at| group.first + at).collect()
            }
            Part::Cell(table, row, code) => {
                let cell = of_row(table, row).and_then(|(place, group)| place.cell(group, What::Code(code)));
                cell.into_iter().collect()
            }
            Part::Responses(by, class) => self.ledger.units(None, &[by], &[class]).into_iter().collect(),
        }
    }

    /// The sums in which something is unknown, as text: what is published stands as a number.
    fn equations(&self) -> Value {
        let system: &System = &self.done.system;
        let is_open = |terms: &[(usize, i64)]| terms.iter().any(|(cell, _)| !system.cells[*cell].published);
        let open = system.equations.iter().filter(|equation| is_open(&equation.terms));
        open.map(|equation| Value::from(self.equation(&equation.terms))).collect()
    }

    fn equation(&self, terms: &[(usize, i64)]) -> String {
        let system = &self.done.system;
        let mut known = 0;
        let mut text = String::new();
        for &(cell, k) in terms {
            if system.cells[cell].published {
                known -= k * system.cells[cell].value;
                continue;
            }
            text += match (k < 0, text.is_empty()) {
                (true, _) => "- ",
                (false, true) => "",
                (false, false) => "+ ",
            };
            text += &self.ledger.name(cell);
            text.push(' ');
        }
        format!("{text}= {known}")
    }
}

fn head(tables: &Tables) -> Value {
    let policy = tables.questionnaire.survey().disclosure;
    json!({
        "format": "monshin-audit/1",
        "survey": tables.questionnaire.survey().id,
        "input_sha256": tables.input_sha256,
        "not_for_publication": true,
        "policy": {
            "preset": policy.preset.name(), "k": policy.k, "protection": policy.protection,
            "small_class": policy.small_class,
        },
        "withheld": [],
        "equations": [],
    })
}

impl Ledger<'_> {
    /// The table that a cell belongs to.
    pub fn table_of(&self, cell: usize) -> Option<usize> {
        self.find(cell).map(|(place, ..)| place.table)
    }

    fn find(&self, cell: usize) -> Option<(&Place, &Group, What)> {
        self.places.iter().find_map(|place| {
            let group = place
                .groups
                .iter()
                .find(|group| (group.first..group.first + place.whats.len()).contains(&cell))?;
            Some((place, group, place.whats[cell - group.first]))
        })
    }

    /// `q2[founder=individual].yes`.
    pub fn name(&self, cell: usize) -> String {
        if let Some((place, group, what)) = self.find(cell) {
            let variable = &self.tables.variables[place.variable];
            let code = |code: u16| {
                variable
                    .codes
                    .as_ref()
                    .map_or_else(String::new, |codes| codes.codes[usize::from(code)].id.clone())
            };
            let what = match what {
                What::Base => "n".to_owned(),
                What::Blank => "blank".to_owned(),
                What::Refused => "refused".to_owned(),
                What::NotAsked => "not_asked".to_owned(),
                What::ScopeUnknown => "scope_unknown".to_owned(),
                What::Code(at) => code(at),
                What::Other(at) => format!("not({})", code(at)),
                What::Mass => "sum".to_owned(),
            };
            return format!("{}{}.{what}", variable.name, self.group_name(&place.by, &group.classes));
        }
        for of in &self.units {
            if let Some((classes, _)) = of.groups.iter().find(|(_, units)| *units == cell) {
                let what = of
                    .block
                    .map_or("responses".to_owned(), |at| self.tables.questionnaire.blocks()[at].id.clone());
                return format!("{what}{}", self.group_name(&of.by, classes));
            }
        }
        format!("slack{cell}")
    }

    pub fn part_name(&self, part: Part) -> String {
        match part {
            Part::Row(table, row) | Part::Cell(table, row, _) => {
                let table = &self.tables.tables[table];
                let classes: Vec<Option<u16>> = table.rows[row].group.iter().copied().map(Some).collect();
                let name = &self.tables.variables[table.variable].name;
                let row = format!("{name}{}", self.group_name(&table.by, &classes));
                match part {
                    Part::Cell(.., code) => {
                        let codes = self.tables.variables[table.variable].codes.as_ref();
                        format!("{row}.{}", codes.map_or("", |codes| &codes.codes[usize::from(code)].id))
                    }
                    _ => row,
                }
            }
            Part::Responses(by, class) => format!("responses{}", self.group_name(&[by], &[class])),
        }
    }

    fn group_name(&self, by: &[usize], classes: &[Option<u16>]) -> String {
        let breakdowns = self.tables.questionnaire.breakdowns();
        let one = |(by, class): (&usize, &Option<u16>)| {
            let class = class.map_or("?", |class| &breakdowns[*by].codes.codes[usize::from(class)].id);
            format!("{}={class}", breakdowns[*by].id)
        };
        match by {
            [] => String::new(),
            _ => format!("[{}]", by.iter().zip(classes).map(one).collect::<Vec<_>>().join(";")),
        }
    }
}
