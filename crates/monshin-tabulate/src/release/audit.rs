//! The audit file: what a reader of everything published can work out of what is withheld.

use monshin_diag::{Words, words};
use serde_json::{Value, json};

use super::ledger::{Ledger, What};
use super::protect::Done;
use super::rules::{Part, Primary, Rules};
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
    pub rules: &'a Rules,
    pub done: &'a Done,
}

impl Record<'_> {
    pub fn file(&self) -> AuditFile {
        let mut body = head(self.ledger.tables);
        let primary = self.rules.primary().map(|(unit, why)| (unit, Reason::Rule(why)));
        let secondary = self.done.secondary.iter().map(|&(unit, figure)| (unit, Reason::Protects(figure)));
        let mut units: Vec<(usize, Reason)> = primary.chain(secondary).collect();
        units.sort_by_key(|(unit, _)| *unit);
        body["withheld"] = units.into_iter().map(|(unit, why)| self.unit(unit, why)).collect();
        AuditFile { body }
    }

    fn unit(&self, unit: usize, why: Reason) -> Value {
        let part = self.rules.units[unit].part;
        let figures: Vec<Value> = self.figures_of(part).iter().map(|&figure| self.figure(figure)).collect();
        let reason = match why {
            Reason::Rule(Primary::Small) => json!({ "rule": "primary" }),
            Reason::Rule(Primary::Line) => json!({ "rule": "line" }),
            Reason::Rule(Primary::Class) => json!({ "rule": "class" }),
            Reason::Rule(Primary::Whole) => json!({ "rule": "whole" }),
            Reason::Protects(figure) => json!({ "rule": "protects", "cell": self.ledger.name(figure) }),
        };
        json!({ "what": self.ledger.part_name(part), "reason": reason, "figures": figures })
    }

    fn figure(&self, figure: usize) -> Value {
        let short = self.done.short.get(&figure);
        let protection = short.copied().unwrap_or(self.rules.demand[figure]);
        let mut text = json!({
            "cell": self.ledger.name(figure), "protection": protection, "as_far_as_it_goes": short.is_some(),
        });
        if short.is_some() {
            let (because, words) = self.because(figure);
            text["asked"] = json!(self.rules.demand[figure]);
            text["because"] = json!(because);
            text["meaning"] = json!({ "ja": words.ja, "en": words.en });
        }
        if self.ledger.find(figure).is_none_or(|(.., what)| what != What::Values) {
            let value = self.ledger.value(figure) as i64;
            let (low, high) = self.done.ranges.get(&figure).copied().unwrap_or((value, value));
            (text["low"], text["high"]) = (json!(low), json!(high));
        }
        text
    }

    /// Why a figure is protected less than asked for: as a name, and in words.
    fn because(&self, figure: usize) -> (&'static str, Words) {
        if self.done.without_room.contains(&figure) {
            return (
                "no_room",
                words!(
                "公表したままにする全体の数値と回答者数から、可能な値がここまで絞られる。ほかの数値をすべて秘匿しても広がらない。広げるには、区分をまとめるか、この設問をこの区分で集計しない。";
                "The overall figures and numbers of responses that stay published leave it no more values, even with everything else withheld. To leave more, merge classes, or do not tabulate this question by this breakdown."),
            );
        }
        (
            "not_found",
            words!(
            "関係する設問の区分別の数値をすべて秘匿したが、可能な値がこれより広いことは示せなかった。守られていないものとして扱い、区分をまとめるか、この設問を外す。";
            "All figures by classes of the questions that hang together are withheld, but that more values remain was not shown. Take it for unprotected: merge classes, or leave the question out."),
        )
    }

    /// Figures of a unit that are counts of the tables, not bookkeeping.
    fn figures_of(&self, part: Part) -> Vec<usize> {
        let of_row = |table: usize, row: usize| {
            let place = self.ledger.places.iter().find(|place| place.table == table);
            place.and_then(|place| Some((place, place.groups.iter().find(|group| group.row == Some(row))?)))
        };
        match part {
            Part::Row(table, row) => {
                let Some((place, group)) = of_row(table, row) else { return vec![] };
                let shown = |at: &usize| !matches!(place.whats[*at], What::Other(_));
                (0..place.whats.len()).filter(shown).map(|at| group.first + at).collect()
            }
            Part::Cell(table, row, code) => {
                let figure =
                    of_row(table, row).and_then(|(place, group)| place.figure(group, What::Code(code)));
                figure.into_iter().collect()
            }
            Part::Responses(by, class) => self.ledger.units(None, &[by], &[class]).into_iter().collect(),
        }
    }
}

/// Why a unit is withheld.
#[derive(Clone, Copy)]
enum Reason {
    Rule(Primary),
    Protects(usize),
}

fn head(tables: &Tables) -> Value {
    let policy = tables.questionnaire.survey().disclosure;
    json!({
        "format": "monshin-audit/2",
        "survey": tables.questionnaire.survey().id,
        "input_sha256": tables.input_sha256,
        "not_for_publication": true,
        "policy": {
            "preset": policy.preset.name(), "k": policy.k, "protection": policy.protection,
            "small_class": policy.small_class,
        },
        "withheld": [],
    })
}

impl Ledger<'_> {
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
                What::Values => "values".to_owned(),
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
