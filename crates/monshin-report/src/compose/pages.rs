//! The chapters of results: a summary, then a page for each question or group of questions.

use monshin_tabulate::Table;

use super::charts;
use super::commentary::{Commentary, Place, Section};
use super::page_table;
use super::setting::Setting;
use super::{sentences, words};
use crate::document::{Block, Chapter, Figure, Page};

/// What a chapter of results is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    Overall,
    By(usize),
}

impl Scope {
    fn breakdowns(self) -> Vec<usize> {
        match self {
            Scope::Overall => Vec::new(),
            Scope::By(breakdown) => vec![breakdown],
        }
    }

    fn id(self, setting: &Setting<'_>) -> String {
        match self {
            Scope::Overall => "overall".to_owned(),
            Scope::By(breakdown) => format!("by.{}", setting.breakdown_id(breakdown)),
        }
    }

    /// The questions that a section of the commentary is about; `None` where it belongs elsewhere.
    fn questions<'a>(self, setting: &Setting<'_>, section: &'a Section) -> Option<&'a [String]> {
        match (&section.place, self) {
            (Place::Overall(questions), Scope::Overall) => Some(questions),
            (Place::By(id, questions), Scope::By(breakdown)) if id == setting.breakdown_id(breakdown) => {
                Some(questions)
            }
            _ => None,
        }
    }
}

/// A chapter of results. What the commentary does not write is made without text.
pub(super) fn chapter(setting: &Setting<'_>, commentary: &Commentary, scope: Scope) -> Chapter {
    let mut chapter = Chapter { id: scope.id(setting), ..Chapter::default() };
    let title = match scope {
        Scope::Overall => setting.word(words::OVERALL_RESULTS).to_owned(),
        Scope::By(breakdown) => sentences::results_by(setting, breakdown),
    };
    chapter.short = title.clone();
    chapter.title = title;
    let mut pages: Vec<(&Section, Vec<usize>)> = Vec::new();
    for section in &commentary.sections {
        match scope.questions(setting, section) {
            None => {}
            Some([]) => {
                if !section.heading.is_empty() {
                    chapter.title = section.heading.clone();
                }
                chapter.blocks.extend(summary(setting, section, &chapter.title));
            }
            Some(ids) => pages.push((section, positions(setting, ids))),
        }
    }
    chapter.pages = in_order(setting, &pages, scope);
    chapter
}

fn summary(setting: &Setting<'_>, section: &Section, title: &str) -> Option<Block> {
    let body = section.body();
    let title = sentences::summary_title(setting, title);
    (!body.is_empty()).then_some(Block::Summary { title, blocks: body })
}

fn positions(setting: &Setting<'_>, ids: &[String]) -> Vec<usize> {
    let questions = setting.questionnaire().questions();
    ids.iter().filter_map(|id| questions.iter().position(|question| &question.id == id)).collect()
}

/// A page for every question in the order of asking; one for several where the commentary
/// brings them together, and further pages of one question behind its first.
fn in_order(setting: &Setting<'_>, written: &[(&Section, Vec<usize>)], scope: Scope) -> Vec<Page> {
    let mut pages = Vec::new();
    let mut is_done = vec![false; written.len()];
    let mut is_shown = vec![false; setting.questionnaire().questions().len()];
    for question in 0..is_shown.len() {
        for (at, (section, questions)) in written.iter().enumerate() {
            if !is_done[at] && questions.contains(&question) {
                is_done[at] = true;
                let fresh: Vec<usize> = questions.iter().copied().filter(|one| !is_shown[*one]).collect();
                questions.iter().for_each(|one| is_shown[*one] = true);
                pages.extend(page(setting, scope, questions, &fresh, Some(section)));
            }
        }
        if !is_shown[question] {
            is_shown[question] = true;
            pages.extend(page(setting, scope, &[question], &[question], None));
        }
    }
    pages
}

/// The page of some questions; `fresh` are those that no page has shown before. `None` where
/// there is nothing to show.
fn page(
    setting: &Setting<'_>,
    scope: Scope,
    questions: &[usize],
    fresh: &[usize],
    section: Option<&Section>,
) -> Option<Page> {
    let all = setting.questionnaire().questions();
    let ids: Vec<&str> = questions.iter().map(|one| &*all[*one].id).collect();
    let id = format!("{}.{}", scope.id(setting), ids.join("."));
    let mut blocks = section.map(Section::body).unwrap_or_default();
    for question in fresh {
        blocks.extend(results(setting, scope, *question));
    }
    if blocks.is_empty() {
        return None;
    }
    let titles: Vec<String> = questions.iter().map(|one| setting.question_title(&all[*one])).collect();
    let written = section.map(|section| section.heading.clone()).filter(|heading| !heading.is_empty());
    let title =
        written.unwrap_or_else(|| sentences::by_title(setting, &titles.join(" ／ "), &scope.breakdowns()));
    let sections = setting.questionnaire().sections();
    let kicker =
        questions.first().and_then(|one| all[*one].section).map(|at| setting.text(&sections[at].title));
    let kicker = kicker.filter(|kicker| !title.contains(kicker)).map(str::to_owned);
    Some(Page { id, kicker, title, blocks })
}

/// Chart and table of every variable of a question.
fn results(setting: &Setting<'_>, scope: Scope, question: usize) -> Vec<Block> {
    let by = scope.breakdowns();
    let tables = setting.variables(question).filter_map(|(at, _)| setting.tables.table(at, &by));
    let tables: Vec<&Table> = tables.collect();
    let mut blocks = Vec::new();
    if tables.is_empty() {
        return blocks;
    }
    let all = setting.questionnaire().questions();
    // Where there is no short name, the title is the wording.
    if setting.text(&all[question].label) != setting.text(&all[question].text) {
        blocks.push(Block::note(sentences::wording(setting, &all[question])));
    }
    for table in tables {
        blocks.extend(figure(setting, table).map(|figure| Block::Figure(Box::new(figure))));
        let table = page_table::beside(setting, table, format!("n-{}", name(setting, table)));
        blocks.extend(table.map(|table| Block::Table(Box::new(table))));
    }
    blocks
}

fn name(setting: &Setting<'_>, table: &Table) -> String {
    let variable = &setting.tables.variables[table.variable].name;
    let by = table.by.iter().map(|by| format!("-by-{}", setting.breakdown_id(*by)));
    format!("{variable}{}", by.collect::<String>())
}

fn figure(setting: &Setting<'_>, table: &Table) -> Option<Figure> {
    let variable = &setting.tables.variables[table.variable];
    let chart = charts::of_table(setting, table)?;
    Some(Figure {
        id: format!("figure-{}", name(setting, table)),
        caption: sentences::table_caption(setting, table, variable),
        base: Some(sentences::base(setting, table.variable)),
        alternative: charts::alternative(&chart, setting.lang),
        notes: vec![sentences::chart_note(setting, &chart, charts::is_sorted(setting, table))],
        chart,
    })
}
