//! Released tables and a checked commentary, put together as a [`Document`].
//!
//! Comes in: what was released, the language, the commentary (or none). Goes out: the whole
//! report, chapter by chapter. Chapters and pages that the commentary does not write are made
//! without text, so no table is ever missing.

mod anchor;
mod annex;
mod asked;
pub(crate) mod charts;
pub(crate) mod commentary;
mod differences;
mod disclosure_words;
mod evenness;
mod figures;
pub(crate) mod json;
mod json_precision;
pub(crate) mod json_response;
mod json_tests;
mod method;
pub(crate) mod narrate;
mod outlook;
mod page_table;
mod pages;
pub(crate) mod precision;
mod presentation_words;
pub(crate) mod remarks;
mod resolve;
mod respondents;
mod responding;
mod sampling;
mod sentences;
mod setting;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_presentation;
#[cfg(test)]
mod tests_response;
pub(crate) mod words;

use std::collections::BTreeSet;

use monshin_diag::{Diagnostic, Lang};
use monshin_tabulate::{Released, Tables, table_tests};

use crate::check::{CheckedReport, Proof};
use crate::document::{Block, Chapter, Document, Page};
use commentary::{Commentary, Place, Section};
use pages::Scope;
use remarks::Remarks;
use setting::Setting;

/// The report of a checked commentary, in the commentary's language.
pub fn document(report: &CheckedReport) -> Document {
    remarked(report, &Remarks::default())
}

/// The same of a commentary as it is, each finding beside the words that it is about; `found` are
/// numbered by their order and said in the language of the author.
pub(crate) fn proof(proof: &Proof, found: &[Diagnostic], author: Lang) -> Document {
    let report = proof.as_report();
    remarked(report, &Remarks::of(report.narrative(), found, author))
}

fn remarked(report: &CheckedReport, remarks: &Remarks) -> Document {
    let lang = report.narrative().lang();
    let tests = table_tests(report.tables());
    let setting = Setting { tables: report.tables(), tests, tag: lang.tag(), lang };
    let links = resolve::resolve(&setting, report, &addresses(&setting));
    let mut commentary = narrate::narrate(report.narrative(), &links, remarks);
    commentary.claims = differences::claims_page(&setting, report);
    compose(report.tables(), lang.tag(), &commentary)
}

/// Every address that a claim may lead to.
fn addresses(setting: &Setting<'_>) -> BTreeSet<String> {
    let mut known = BTreeSet::from(["respondents".to_owned()]);
    let profiles = respondents::blocks(setting);
    let pages = annex_pages(setting);
    let blocks = profiles.iter().chain(pages.iter().flat_map(|page| &page.blocks));
    for block in blocks {
        let Block::Table(table) = block else { continue };
        known.insert(table.id.clone());
        let cells = table.groups.iter().flat_map(|group| &group.rows).flat_map(|row| &row.cells);
        known.extend(cells.filter_map(|cell| cell.id.clone()));
    }
    known
}

/// The report in the language of that tag.
pub(crate) fn compose(released: &Released<Tables>, tag: &str, commentary: &Commentary) -> Document {
    let lang = Lang::from_tag(tag).unwrap_or(Lang::En);
    let tests = table_tests(released);
    let setting = Setting { tables: released, tests, tag, lang };
    let survey = setting.questionnaire().survey();
    let mut chapters = chapters(&setting, released, commentary);
    number(&mut chapters);
    let organizer = setting.text(&survey.organizer);
    Document {
        title: commentary.title.clone().unwrap_or_else(|| setting.text(&survey.title).to_owned()),
        subtitle: (!organizer.is_empty()).then(|| organizer.to_owned()),
        language: tag.to_owned(),
        lang,
        facts: facts(&setting),
        notices: survey.synthetic.iter().map(|notice| setting.text(notice).to_owned()).collect(),
        colophon: vec![sentences::colophon(&setting)],
        chapters,
    }
}

fn facts(setting: &Setting<'_>) -> Vec<(String, String)> {
    let work = &setting.tables.fieldwork;
    let mut facts = Vec::new();
    facts.extend(respondents::period(setting).map(|period| (words::PERIOD, period)));
    if let Some(invited) = &work.invited {
        let unit = invited.other_unit.as_ref().map_or(setting.unit(), |unit| setting.text(unit));
        facts.push((words::INVITED, sentences::how_many(setting, invited.count, unit)));
    }
    facts.push((words::RESPONSES, sentences::how_many(setting, work.responses, setting.unit())));
    facts.into_iter().map(|(term, fact)| (setting.word(term).to_owned(), fact)).collect()
}

/// The chapters in the order of the report; those of the author's own stand behind the chapter
/// after which they are written.
fn chapters(setting: &Setting<'_>, released: &Released<Tables>, commentary: &Commentary) -> Vec<Chapter> {
    let plain = |id: &str, title: words::Phrase, blocks: Vec<Block>| {
        let title = setting.word(title).to_owned();
        Chapter { id: id.to_owned(), short: title.clone(), title, blocks, pages: Vec::new() }
    };
    let mut chapters = vec![
        written(plain("background", words::BACKGROUND, Vec::new()), commentary, &Place::Background),
        written(plain("respondents", words::RESPONDENTS, Vec::new()), commentary, &Place::Respondents),
        written(plain("questionnaire", words::QUESTIONNAIRE, Vec::new()), commentary, &Place::Questionnaire),
    ];
    chapters[1].blocks.extend(respondents::blocks(setting));
    chapters[1].pages.extend(outlook::page(setting));
    chapters[2].blocks.extend(asked::blocks(setting));
    chapters.push(pages::chapter(setting, commentary, Scope::Overall));
    for breakdown in 0..setting.questionnaire().breakdowns().len() {
        chapters.push(pages::chapter(setting, commentary, Scope::By(breakdown)));
    }
    let method = plain("method", words::METHOD, method::blocks(setting, released.audit()));
    chapters.push(written(method, commentary, &Place::Method));
    chapters.extend(differences::chapter(setting));
    let annex = annex_pages(setting).into_iter().chain(commentary.claims.clone()).collect();
    chapters.push(Chapter { pages: annex, ..plain("annex", words::ANNEX, Vec::new()) });
    own(&mut chapters, commentary);
    chapters.retain(|chapter| !chapter.blocks.is_empty() || !chapter.pages.is_empty());
    chapters
}

/// A chapter with what the commentary writes for it.
fn written(mut chapter: Chapter, commentary: &Commentary, place: &Place) -> Chapter {
    for section in commentary.sections.iter().filter(|section| &section.place == place) {
        if !section.heading.is_empty() {
            chapter.title = section.heading.clone();
        }
        chapter.blocks.extend(section.body());
    }
    chapter
}

/// The author's own sections: chapters by themselves, or pages of the chapter they stand in.
fn own(chapters: &mut Vec<Chapter>, commentary: &Commentary) {
    let mut before: Option<String> = None;
    for (at, section) in commentary.sections.iter().enumerate() {
        if section.place != Place::Own {
            before = Some(chapter_id(&section.place));
            continue;
        }
        if section.heading.is_empty() && section.blocks.is_empty() {
            continue;
        }
        let id = format!("text-{}", at + 1);
        let position = before.as_ref().and_then(|id| chapters.iter().position(|chapter| &chapter.id == id));
        match position {
            Some(position) if section.level > 2 => chapters[position].pages.push(own_page(id, section)),
            position => {
                let chapter = Chapter {
                    id: id.clone(),
                    title: section.heading.clone(),
                    short: section.heading.clone(),
                    blocks: section.body(),
                    pages: Vec::new(),
                };
                chapters.insert(position.map_or(0, |position| position + 1), chapter);
                before = Some(id);
            }
        }
    }
}

fn own_page(id: String, section: &Section) -> Page {
    Page { id, kicker: None, title: section.heading.clone(), blocks: section.body() }
}

fn chapter_id(place: &Place) -> String {
    match place {
        Place::Own => String::new(),
        Place::Background => "background".to_owned(),
        Place::Respondents => "respondents".to_owned(),
        Place::Questionnaire => "questionnaire".to_owned(),
        Place::Overall(_) => "overall".to_owned(),
        Place::By(breakdown, _) => format!("by.{breakdown}"),
        Place::Method => "method".to_owned(),
    }
}

/// A page of the annex for each question that is counted.
fn annex_pages(setting: &Setting<'_>) -> Vec<Page> {
    let questions = setting.questionnaire().questions().iter().enumerate();
    let page = |(at, question): (usize, _)| {
        let variables: Vec<usize> = setting.variables(at).map(|(number, _)| number).collect();
        let tables = setting.tables.tables.iter().filter(|table| variables.contains(&table.variable));
        let blocks: Vec<Block> =
            tables.map(|table| Block::Table(Box::new(annex::full(setting, table)))).collect();
        let title = sentences::annex_title(setting, question);
        let id = format!("annex.{}", setting.questionnaire().questions()[at].id);
        (!blocks.is_empty()).then_some(Page { id, kicker: None, title, blocks })
    };
    questions.filter_map(page).collect()
}

/// Numbers the chapters, unless the author has.
fn number(chapters: &mut [Chapter]) {
    let has_number =
        |title: &str| title.starts_with(|c: char| c.is_ascii_digit() || ('０'..='９').contains(&c));
    if chapters.iter().any(|chapter| has_number(&chapter.title)) {
        return;
    }
    for (at, chapter) in chapters.iter_mut().enumerate() {
        chapter.title = format!("{}. {}", at + 1, chapter.title);
    }
}
