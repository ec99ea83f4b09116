//! Questions as a page shows them.

use monshin_instrument::screen::{Element, Typed, is_always_shown};
use monshin_instrument::{AnswerType, CodeList, ItemDef, QuestionKind, Step};

use super::problem::{in_brackets, limits, wording};
use crate::survey::Fielded;
use crate::words::{Words, fill};

/// One choice.
pub struct Choice {
    pub id: String,
    pub value: String,
    pub label: String,
    pub chosen: bool,
}

/// What is filled in.
pub enum Input {
    /// Round: one of them. Square: several.
    Choices { name: String, is_one: bool, list: Vec<Choice> },
    /// One of a list that is opened: it begins with what stands for no choice.
    Select { name: String, id: String, list: Vec<Choice> },
    /// Rows that share one list.
    Grid(Vec<Row>),
    /// One line: kind of the field, keyboard, longest text, text in it.
    Line {
        name: String,
        id: String,
        kind: &'static str,
        mode: &'static str,
        most: usize,
        text: String,
        unit: String,
    },
    /// Several lines.
    Area { name: String, id: String, most: usize, text: String },
}

/// A row of a grid.
pub struct Row {
    pub label: String,
    pub name: String,
    pub list: Vec<Choice>,
    pub error: String,
}

/// One question.
pub struct Field {
    /// Number of its (first) item.
    pub item: usize,
    pub legend: String,
    pub hint: String,
    /// Who is asked, where not everyone is.
    pub asked_of: String,
    pub required: bool,
    pub is_conditional: bool,
    pub is_open: bool,
    pub error: String,
    pub input: Input,
}

/// A question, or an entry of a block.
pub enum Part {
    Question(Field),
    Entry { heading: String, folds: bool, is_open: bool, fields: Vec<Field> },
}

/// From so many choices on, one of a list is chosen from a list that is opened: 47 prefectures as round buttons
/// are three screens high.
const LONG: usize = 21;

/// Whether an item is shown as a list that is opened.
pub fn is_long(item: &ItemDef) -> bool {
    item.row.is_none() && matches!(&item.answer, AnswerType::One(codes) if codes.len() >= LONG)
}

/// What a page is drawn from.
pub struct Sheet<'a> {
    pub survey: &'a Fielded,
    pub typed: &'a Typed,
    pub steps: &'a [Step],
    pub errors: &'a [(usize, String)],
    pub lang: &'a str,
    pub words: &'static Words,
}

impl Sheet<'_> {
    /// The parts of a page, in order.
    pub fn parts(&self, elements: &[Element]) -> Vec<Part> {
        let form = &self.survey.form;
        let mut parts = Vec::new();
        for element in elements {
            match element {
                Element::Question(at) => {
                    let items = form.questions()[*at].items.clone();
                    parts.extend(self.fields(items).into_iter().map(Part::Question));
                }
                Element::Block(at) => parts.extend(self.entries(*at)),
            }
        }
        parts
    }

    fn entries(&self, block: usize) -> Vec<Part> {
        let block = &self.survey.form.blocks()[block];
        let size = block.items.len() / usize::from(block.max).max(1);
        let label = block.label.get(self.lang);
        (0..usize::from(block.max))
            .filter_map(|entry| {
                let start = block.items.start + entry * size;
                let items = start..start + size;
                let is_open = items.clone().any(|at| self.steps[at] == Step::Open);
                // Entries that a number asked for are there or not; others are added by hand.
                let folds = block.count.is_none() && entry > 0;
                let heading = format!("{label} {}", entry + 1);
                let heading = if folds && !is_open { fill(self.words.add_entry, &heading) } else { heading };
                (folds || is_open).then(|| Part::Entry {
                    heading,
                    folds,
                    is_open,
                    fields: self.fields(items),
                })
            })
            .collect()
    }

    /// Questions of a run of items: the rows of a grid are one.
    fn fields(&self, items: std::ops::Range<usize>) -> Vec<Field> {
        let form = &self.survey.form;
        items.filter(|at| form.items()[*at].row.is_none_or(|row| row == 0)).map(|at| self.field(at)).collect()
    }

    fn field(&self, at: usize) -> Field {
        let form = &self.survey.form;
        let item = &form.items()[at];
        let question = &form.questions()[item.question];
        let legend = match item.is_specify {
            true => self.words.specify.to_owned(),
            false => wording(question, self.lang),
        };
        let asked_of = match question.asked_of.get(self.lang) {
            words if words.is_empty() || item.is_specify => String::new(),
            words => fill(self.words.asked_of, words),
        };
        let hint = if item.is_specify { "" } else { question.hint.get(self.lang) };
        let limits = match item.answer {
            AnswerType::Text { .. } => String::new(),
            _ => limits(self.words, item, self.lang),
        };
        let hint = match (hint, &*limits) {
            ("", limits) => limits.to_owned(),
            (hint, "") => hint.to_owned(),
            (hint, limits) => in_brackets(self.words, hint, limits),
        };
        Field {
            item: at,
            legend,
            hint,
            asked_of,
            required: item.required,
            is_conditional: !is_always_shown(item),
            is_open: self.steps[at] == Step::Open,
            error: self.error(at),
            input: self.input(at, item, &question.kind),
        }
    }

    fn error(&self, at: usize) -> String {
        self.errors.iter().find(|(item, _)| *item == at).map_or(String::new(), |(_, text)| text.clone())
    }

    fn input(&self, at: usize, item: &ItemDef, kind: &QuestionKind) -> Input {
        let name = item.name.clone();
        let id = format!("i{at}");
        let text = self.typed.text(&name).to_owned();
        if let (QuestionKind::Grid(rows), false) = (kind, item.is_specify) {
            return Input::Grid(self.rows(at, rows));
        }
        match &item.answer {
            AnswerType::One(codes) if is_long(item) => {
                let mut list = self.choices(at, item, codes);
                let label = if item.required { self.words.choose } else { self.words.no_answer }.to_owned();
                list.retain(|choice| !choice.value.is_empty());
                list.insert(0, Choice { id: format!("i{at}-x"), value: String::new(), label, chosen: false });
                Input::Select { name, id, list }
            }
            AnswerType::One(codes) => {
                Input::Choices { list: self.choices(at, item, codes), name, is_one: true }
            }
            AnswerType::Several { codes, .. } => {
                Input::Choices { list: self.choices(at, item, codes), name, is_one: false }
            }
            AnswerType::Number(limits) => {
                let mode = if limits.decimals > 0 { "decimal" } else { "numeric" };
                let unit = limits.unit.get(self.lang).to_owned();
                Input::Line { name, id, kind: "text", mode, most: 30, text, unit }
            }
            AnswerType::Date { .. } => {
                Input::Line { name, id, kind: "date", mode: "text", most: 20, text, unit: String::new() }
            }
            AnswerType::Text { max_length } if *kind == QuestionKind::LongText && !item.is_specify => {
                Input::Area { name, id, most: *max_length, text }
            }
            AnswerType::Text { max_length } => Input::Line {
                name,
                id,
                kind: "text",
                mode: "text",
                most: *max_length,
                text,
                unit: String::new(),
            },
        }
    }

    fn rows(&self, first: usize, rows: &[(String, monshin_instrument::LocalText)]) -> Vec<Row> {
        let items = self.survey.form.items();
        let row = |(row, (_, label)): (usize, &(String, monshin_instrument::LocalText))| {
            let (at, item) = (first + row, &items[first + row]);
            let list = item.codes().map_or_else(Vec::new, |codes| self.choices(at, item, codes));
            Row {
                label: label.get(self.lang).to_owned(),
                name: item.name.clone(),
                list,
                error: self.error(at),
            }
        };
        rows.iter().enumerate().map(row).collect()
    }

    fn choices(&self, at: usize, item: &ItemDef, codes: &CodeList) -> Vec<Choice> {
        let chosen = self.typed.of(&item.name);
        let mut list: Vec<Choice> = codes
            .codes
            .iter()
            .enumerate()
            .map(|(number, code)| Choice {
                id: format!("i{at}-{number}"),
                value: code.id.clone(),
                label: code.label.get(self.lang).to_owned(),
                chosen: chosen.contains(&code.id),
            })
            .collect();
        // A round button cannot be let go of; where nothing need be chosen there is one for that.
        if matches!(item.answer, AnswerType::One(_)) && !item.required {
            let label = self.words.no_answer.to_owned();
            list.push(Choice {
                id: format!("i{at}-x"),
                value: String::new(),
                label,
                chosen: chosen.is_empty(),
            });
        }
        list
    }
}

#[cfg(test)]
mod tests {
    use monshin_diag::Source;
    use monshin_instrument::Questionnaire;

    use super::super::problem::anchor;
    use super::*;

    #[test]
    fn a_long_list_opens_and_a_link_to_it_leads_to_the_field() {
        for (codes, long) in [(LONG - 1, false), (LONG, true), (100, true)] {
            let list: String = (0..codes).map(|at| format!("c{at} = \"{at}\"\n")).collect();
            let text = format!(
                "[survey]\nid = \"s\"\ntitle = \"S\"\nlanguages = [\"en\"]\n[codes.list]\n{list}\n[[question]]\nid = \"a\"\ntext = \"?\"\ncodes = \"list\"\n"
            );
            let form = Questionnaire::compile(&Source::new("survey.toml", &text)).0.expect("compiles");
            let item = &form.items()[0];
            assert_eq!((is_long(item), anchor(0, item).as_str()), (long, if long { "i0" } else { "i0-0" }));
        }
    }
}
