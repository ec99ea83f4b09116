//! A page of questions: shown, saved, left.

use askama::Template;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use monshin_instrument::screen::{Known as Told, Typed, known};
use monshin_instrument::{Answers, Step};
use monshin_store::{Saved, StoreError};

use super::field::{Input, Part, Sheet};
use super::{Frame, go, html_packed, notice, problem};
use crate::app::App;
use crate::forms::{Form, TooLarge};
use crate::gate::{self, Respondent};
use crate::ops::count;
use crate::packed::Known;
use crate::session::Session;
use crate::survey::{Fielded, Shown};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "answer.html")]
struct Page {
    frame: Frame,
    number: usize,
    pages: usize,
    section: String,
    token: String,
    /// What the style sheet cannot see by itself.
    told: Told,
    parts: Vec<Part>,
    /// Where it is, what is wrong.
    errors: Vec<(String, String)>,
    revising: bool,
    /// What the survey promises; on the first page.
    privacy: &'static str,
}

/// A page of questions.
pub async fn show(
    State(app): State<App>,
    Path((_, number)): Path<(String, usize)>,
    visit: Visit,
) -> Response {
    match shown(&app, &visit, number).await {
        Ok(response) => response,
        Err(error) => notice::failed(&app, &visit, &error),
    }
}

async fn shown(app: &App, visit: &Visit, number: usize) -> Result<Response, StoreError> {
    let Some(session) = &visit.session else { return Ok(notice::lost_session(app, visit)) };
    let Some(respondent) = gate::respondent(app, session).await? else {
        return Ok(notice::lost_session(app, visit));
    };
    if let Some(refusal) = shut(app, visit, &respondent) {
        return Ok(refusal);
    }
    if number == 0 || number > respondent.survey.pages.len() {
        return Ok(notice::show(
            app,
            visit,
            Some(respondent.survey),
            StatusCode::NOT_FOUND,
            visit.words().not_found,
        ));
    }
    let draft = respondent.draft();
    Ok(draw(app, visit, &respondent, number, &draft.typed, visit.asks("check")))
}

/// Why a case cannot be answered now, if so.
pub fn shut(app: &App, visit: &Visit, respondent: &Respondent<'_>) -> Option<Response> {
    if respondent.is_sealed_off() {
        return Some(notice::show(
            app,
            visit,
            Some(respondent.survey),
            StatusCode::CONFLICT,
            visit.words().already_anonymous,
        ));
    }
    (!respondent.is_open()).then(|| notice::not_open(app, visit, respondent.survey))
}

fn draw(
    app: &App,
    visit: &Visit,
    respondent: &Respondent<'_>,
    number: usize,
    typed: &Typed,
    check: bool,
) -> Response {
    let survey = respondent.survey;
    let page = &survey.pages[number - 1];
    let lang = visit.language_of(survey);
    let (answers, _) = respondent.answers(typed);
    let errors = if check { faults(respondent, typed, lang) } else { Vec::new() };
    let errors: Vec<(usize, String)> = errors.into_iter().filter(|(at, _)| page.items.contains(at)).collect();
    let session = visit.session.as_ref().expect("the case was opened by it");
    let sheet = Sheet { survey, typed, errors: &errors, lang, words: crate::words::words(lang), steps: &[] };
    let view = Page {
        token: session.token(&app.0.secret),
        revising: respondent.case.revision > 0,
        ..view(app, visit, number, &answers, sheet)
    };
    let learn = || for_nobody(app, visit, survey, number);
    let known = survey.known(lang, Shown::Questions(number), visit.large, learn);
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    html_packed(app, visit, status, &view, |text| Some(known.pack(text)))
}

/// A page without what is the respondent's own.
fn view(app: &App, visit: &Visit, number: usize, answers: &Answers, sheet: Sheet<'_>) -> Page {
    let (survey, lang, words) = (sheet.survey, sheet.lang, sheet.words);
    let page = &survey.pages[number - 1];
    let steps = survey.form.route(answers).steps;
    let sheet = Sheet { steps: &steps, ..sheet };
    let section = page.section.map_or("", |at| survey.form.sections()[at].title.get(lang));
    let title = crate::words::fill(words.page_of, &format!("{number}/{}", survey.pages.len()));
    let named = |(at, text): &(usize, String)| {
        let anchor = problem::anchor(*at, &survey.form.items()[*at]);
        (anchor, problem::named(words, &survey.form, *at, text, lang))
    };
    Page {
        frame: Frame::new(app, visit, Some(survey), &title, &format!("page/{number}")),
        number,
        pages: survey.pages.len(),
        section: section.to_owned(),
        token: String::new(),
        told: known(&survey.form, answers, page.items.clone()),
        parts: sheet.parts(&page.elements),
        errors: sheet.errors.iter().map(named).collect(),
        revising: false,
        privacy: if number == 1 { super::start::of_privacy(words, survey) } else { "" },
    }
}

/// A page as it is where nothing was typed, for packing it beforehand.
fn for_nobody(app: &App, visit: &Visit, survey: &Fielded, number: usize) -> Known {
    let (typed, lang) = (Typed::default(), visit.language_of(survey));
    let (answers, _) = survey.form.read_typed(&typed);
    let sheet =
        Sheet { survey, typed: &typed, errors: &[], lang, words: crate::words::words(lang), steps: &[] };
    let page = view(app, visit, number, &answers, sheet).render().expect("templates write into memory");
    // Whether a question is asked stands in the first line of it.
    Known::learn(&page, |line| line.starts_with("<div class=\"q"))
}

/// Everything that stands in the way of submitting, by item.
pub fn faults(respondent: &Respondent<'_>, typed: &Typed, lang: &str) -> Vec<(usize, String)> {
    let form = &respondent.survey.form;
    let (answers, slips) = respondent.answers(typed);
    let answers = form.on_path(&answers);
    let steps = form.route(&answers).steps;
    let slips: Vec<_> = slips.into_iter().filter(|(at, _)| steps[*at] == Step::Open).collect();
    let problems = form.submit(&answers).err().unwrap_or_default();
    problem::all(&slips, problems, form.items(), crate::words::words(lang), lang)
}

/// Saves a page and goes where the button says.
pub async fn save(
    State(app): State<App>,
    Path((_, number)): Path<(String, usize)>,
    visit: Visit,
    body: Body,
) -> Response {
    let form = match Form::read(body).await {
        Ok(form) => form,
        Err(TooLarge) => {
            return notice::show(&app, &visit, None, StatusCode::PAYLOAD_TOO_LARGE, visit.words().too_large);
        }
    };
    match saved(&app, &visit, number, &form).await {
        Ok(response) => response,
        Err(error) => {
            notice::failed_with(&app, &visit, &error, &format!("/{}/page/{number}", visit.lang), &form)
        }
    }
}

async fn saved(app: &App, visit: &Visit, number: usize, form: &Form) -> Result<Response, StoreError> {
    let of_page = visit.session.as_ref().filter(|session| session.owns(&app.0.secret, form.text("token")));
    let Some(session) = of_page else { return super::resume::resume(app, visit, number, form).await };
    saved_by(app, visit, session, number, form).await
}

/// Saves a page for whoever has shown that the case is theirs.
pub async fn saved_by(
    app: &App,
    visit: &Visit,
    session: &Session,
    number: usize,
    form: &Form,
) -> Result<Response, StoreError> {
    let Some(respondent) = gate::respondent(app, session).await? else {
        return Ok(notice::lost_session(app, visit));
    };
    if let Some(refusal) = shut(app, visit, &respondent) {
        return Ok(refusal);
    }
    let Some(page) = number.checked_sub(1).and_then(|at| respondent.survey.pages.get(at)) else {
        return Ok(notice::show(
            app,
            visit,
            Some(respondent.survey),
            StatusCode::NOT_FOUND,
            visit.words().not_found,
        ));
    };
    let before = respondent.answers(&respondent.draft().typed).0;
    let (outcome, typed) = respondent.save(page.items.clone(), &form.fields).await?;
    match outcome {
        Saved::Version(_) => count(&app.0.counters.saved),
        Saved::NotOpen => return Ok(notice::not_open(app, visit, respondent.survey)),
        Saved::Refused => return Ok(notice::lost_session(app, visit)),
        Saved::Stale => return Err(StoreError::busy()),
    }
    let lang = visit.language_of(respondent.survey);
    let answers = respondent.answers(&typed).0;
    Ok(match form.text("go") {
        "leave" => super::receipt::left(app, visit, session, respondent.survey).await,
        "back" => go(&format!("/{lang}/{}", neighbour(&respondent, &answers, number, false))),
        "step" if opens_more(&respondent, number, &before, &answers) => {
            go(&format!("/{lang}/page/{number}?more"))
        }
        _ => {
            let faults = faults(&respondent, &typed, lang);
            match faults.iter().find(|(at, _)| page.items.contains(at)) {
                Some(_) => go(&format!("/{lang}/page/{number}?check")),
                None => go(&format!("/{lang}/{}", neighbour(&respondent, &answers, number, true))),
            }
        }
    })
}

/// For a browser that cannot show questions by itself: whether the page has questions that were not
/// asked before and now are.
fn opens_more(respondent: &Respondent<'_>, number: usize, before: &Answers, after: &Answers) -> bool {
    let form = &respondent.survey.form;
    let (before, steps) = (form.route(before).steps, form.route(after).steps);
    let mut items = respondent.survey.pages[number - 1].items.clone();
    items.any(|at| steps[at] == Step::Open && before[at] != Step::Open && !gate::is_given(&after.values[at]))
}

/// The next page, or the one before, that asks something; behind the last the review.
fn neighbour(respondent: &Respondent<'_>, answers: &Answers, number: usize, forward: bool) -> String {
    let survey = respondent.survey;
    let steps = survey.form.route(answers).steps;
    let asks = |page: &usize| survey.pages[page - 1].items.clone().any(|at| steps[at] == Step::Open);
    let found = if forward {
        (number + 1..=survey.pages.len()).find(asks)
    } else {
        (1..number).rev().find(asks).or(Some(1))
    };
    found.map_or_else(|| "review".to_owned(), |page| format!("page/{page}"))
}
