//! What every part of the composition needs: the tables, the questionnaire, the language.

use monshin_diag::Lang;
use monshin_tabulate::instrument::{Code, CodeKind, Day, LocalText, Question, Questionnaire};
use monshin_tabulate::{Table, TableTests, Tables, Variable};

use super::differences;
use super::words::{self, Phrase};
use crate::document::Mark;

/// The tables and the language the report is written in.
#[derive(Clone, Copy)]
pub(super) struct Setting<'a> {
    pub(super) tables: &'a Tables,
    /// Their tests.
    pub(super) tests: &'a [TableTests],
    /// Tag of the language of the survey's texts.
    pub(super) tag: &'a str,
    /// Language of our own words.
    pub(super) lang: Lang,
}

impl<'a> Setting<'a> {
    pub(super) fn questionnaire(&self) -> &'a Questionnaire {
        &self.tables.questionnaire
    }

    pub(super) fn text<'b>(&self, text: &'b LocalText) -> &'b str {
        text.get(self.tag)
    }

    pub(super) fn word(&self, phrase: Phrase) -> &'static str {
        phrase.get(self.lang)
    }

    /// What one response stands for: 組織.
    pub(super) fn unit(&self) -> &'a str {
        self.tables.fieldwork.unit.get(self.tag)
    }

    pub(super) fn breakdown_label(&self, breakdown: usize) -> &'a str {
        self.questionnaire().breakdowns()[breakdown].label.get(self.tag)
    }

    pub(super) fn breakdown_id(&self, breakdown: usize) -> &'a str {
        &self.questionnaire().breakdowns()[breakdown].id
    }

    pub(super) fn class(&self, breakdown: usize, class: u16) -> &'a Code {
        &self.questionnaire().breakdowns()[breakdown].codes.codes[usize::from(class)]
    }

    /// The classes of a row as pairs of ids.
    pub(super) fn group_ids(&self, table: &Table, group: &[u16]) -> Vec<(&'a str, &'a str)> {
        let pair = |(breakdown, class): (&usize, &u16)| {
            (self.breakdown_id(*breakdown), &*self.class(*breakdown, *class).id)
        };
        table.by.iter().zip(group).map(pair).collect()
    }

    /// The variables of a question, "please specify" and free text left out.
    pub(super) fn variables(&self, question: usize) -> impl Iterator<Item = (usize, &'a Variable)> {
        let variables = &self.tables.variables;
        variables.iter().enumerate().filter(move |(_, one)| one.question == question && !one.is_specify)
    }

    /// The codes of a variable that are counted, with their positions: refusals are not.
    pub(super) fn codes(&self, variable: &'a Variable) -> Vec<(u16, &'a Code)> {
        let codes = variable.codes.iter().flat_map(|list| list.codes.iter().enumerate());
        codes.filter(|(_, code)| code.kind != CodeKind::Refused).map(|(at, code)| (at as u16, code)).collect()
    }

    /// `Q2 機器情報の把握`; of a grid's row with the row behind it.
    pub(super) fn variable_title(&self, variable: &Variable) -> String {
        let question = &self.questionnaire().questions()[variable.question];
        let title = self.question_title(question);
        match variable.row {
            Some(_) => words::with_colon(self.lang, &title, self.text(&variable.label)),
            None => title,
        }
    }

    pub(super) fn question_title(&self, question: &Question) -> String {
        format!("{} {}", question.display_name(), self.text(&question.label))
    }

    /// The mark of a share that stands out against the rest.
    pub(super) fn mark(&self, table: &Table, group: &[u16], code: u16) -> Option<Mark> {
        let (tests, [class]) = (self.tests.iter().find(|tests| tests.is_of(table))?, group) else {
            return None;
        };
        let of = tests.against_rest.iter().find(|test| test.class == *class && test.code == code)?;
        differences::mark(of)
    }

    /// The overall table of a variable.
    pub(super) fn overall(&self, variable: usize) -> Option<&'a Table> {
        self.tables.table(variable, &[])
    }

    /// How many answered altogether; `None` where it is withheld or not counted.
    pub(super) fn overall_n(&self, variable: usize) -> Option<u64> {
        self.overall(variable)?.rows.first()?.n()
    }

    /// `2022年11月15日`, `15 November 2022`.
    pub(super) fn day(&self, day: Day) -> String {
        let (year, month, day) = day.civil();
        match self.lang {
            Lang::Ja => format!("{year}年{month}月{day}日"),
            Lang::En => {
                let names =
                    "January February March April May June July August September October November December";
                let name = names.split(' ').nth(usize::from(month) - 1).unwrap_or_default();
                format!("{day} {name} {year}")
            }
        }
    }
}
