//! Everything once more, and the button that sends it.

use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::Response;
use monshin_instrument::screen::Typed;
use monshin_instrument::{AnswerType, Answers, Given, ItemDef, Step, Value};
use monshin_store::{StoreError, Submitted};

use super::answer::{faults, shut};
use super::problem::{self, anchor, named, without_stop};
use super::{Frame, go, html_packed, notice, value};
use crate::app::App;
use crate::forms::{Form, TooLarge};
use crate::gate::{self, Respondent};
use crate::ops::count;
use crate::packed::Known;
use crate::session::Session;
use crate::survey::{Fielded, Shown};
use crate::visit::Visit;

/// One answer as it is read.
pub struct Line {
    pub question: String,
    pub answer: String,
    /// Address of the question.
    pub change: String,
}

#[derive(Template)]
#[template(path = "review.html")]
struct Review {
    frame: Frame,
    lines: Vec<Line>,
    /// Address and words of what stands in the way.
    errors: Vec<(String, String)>,
    token: String,
    version: i64,
    changed: bool,
    revising: bool,
}

/// Everything once more.
pub async fn show(State(app): State<App>, visit: Visit) -> Response {
    match shown(&app, &visit).await {
        Ok(response) => response,
        Err(error) => notice::failed(&app, &visit, &error),
    }
}

async fn shown(app: &App, visit: &Visit) -> Result<Response, StoreError> {
    let Some(session) = &visit.session else { return Ok(notice::lost_session(app, visit)) };
    let Some(respondent) = gate::respondent(app, session).await? else {
        return Ok(notice::lost_session(app, visit));
    };
    if let Some(refusal) = shut(app, visit, &respondent) {
        return Ok(refusal);
    }
    let draft = respondent.draft();
    let survey = respondent.survey;
    let lang = visit.language_of(survey);
    let words = crate::words::words(lang);
    let address = |at: usize| {
        format!("/{lang}/page/{}?check#{}", survey.page_of(at), anchor(at, &survey.form.items()[at]))
    };
    let errors = faults(&respondent, &draft.typed, lang);
    let errors = errors
        .into_iter()
        .map(|(at, text)| (address(at), named(words, &survey.form, at, &text, lang)))
        .collect();
    let page = Review {
        lines: lines(&respondent, &draft.typed, lang),
        errors,
        token: session.token(&app.0.secret),
        version: draft.version,
        changed: visit.asks("changed"),
        revising: respondent.case.revision > 0,
        ..for_nobody(app, visit, survey)
    };
    let learn = || learnt(&Review { lines: blank(survey, lang), ..for_nobody(app, visit, survey) });
    let known = survey.known(lang, Shown::Review, visit.large, learn);
    Ok(html_packed(app, visit, StatusCode::OK, &page, |text| Some(known.pack(text))))
}

/// The page without what is the respondent's own.
fn for_nobody(app: &App, visit: &Visit, survey: &Fielded) -> Review {
    let title = crate::words::words(visit.language_of(survey)).review;
    Review {
        frame: Frame::new(app, visit, Some(survey), title, "review"),
        lines: Vec::new(),
        errors: Vec::new(),
        token: String::new(),
        version: 0,
        changed: false,
        revising: false,
    }
}

/// What everybody's page says; answers stand in lines of their own.
pub fn learnt(page: &impl Template) -> Known {
    let text = page.render().expect("templates write into memory");
    Known::learn(&text, |line| line.starts_with("<dd>"))
}

/// All that may be asked, with no answers.
pub fn blank(survey: &Fielded, lang: &str) -> Vec<Line> {
    let items = survey.form.items().iter().enumerate();
    items.map(|(at, item)| line(survey, (at, item), String::new(), lang)).collect()
}

fn line(survey: &Fielded, (at, item): (usize, &ItemDef), answer: String, lang: &str) -> Line {
    let change = format!("/{lang}/page/{}#{}", survey.page_of(at), anchor(at, item));
    Line { question: wording(survey, item, lang), answer, change }
}

/// What is asked on the path, with what was answered.
pub fn lines(respondent: &Respondent<'_>, typed: &Typed, lang: &str) -> Vec<Line> {
    let survey = respondent.survey;
    let answers = respondent.answers(typed).0;
    let steps = survey.form.route(&answers).steps;
    let asked = survey.form.items().iter().enumerate().filter(|(at, _)| steps[*at] == Step::Open);
    asked.map(|(at, item)| line(survey, (at, item), answer(item, typed, &answers, at, lang), lang)).collect()
}

fn wording(survey: &Fielded, item: &ItemDef, lang: &str) -> String {
    let (form, words) = (&survey.form, crate::words::words(lang));
    let question = &form.questions()[item.question];
    let mut text = problem::wording(question, lang);
    if let (Some(entry), Some(block)) = (item.entry, question.block) {
        text = format!("{} {entry}{}{text}", form.blocks()[block].label.get(lang), words.colon);
    }
    if let (Some(row), monshin_instrument::QuestionKind::Grid(rows)) = (item.row, &question.kind) {
        text = format!("{} – {}", without_stop(words, &text), rows[row].1.get(lang));
    }
    if item.is_specify {
        text = format!("{} – {}", without_stop(words, &text), words.specify);
    }
    text
}

fn answer(item: &ItemDef, typed: &Typed, answers: &Answers, at: usize, lang: &str) -> String {
    if !gate::is_given(&answers.values[at]) {
        let typed = typed.text(&item.name);
        return if typed.is_empty() { crate::words::words(lang).blank.to_owned() } else { typed.to_owned() };
    }
    match (&item.answer, &answers.values[at]) {
        (AnswerType::Number(limits), Given::Value(Value::Number(number))) => {
            value::with_unit(&value::number(*number), limits.unit.get(lang))
        }
        (_, Given::Value(Value::Day(day))) => value::day(crate::words::words(lang), *day),
        (AnswerType::One(codes) | AnswerType::Several { codes, .. }, _) => {
            let label =
                |id: &String| codes.position(id).map(|at| codes.codes[usize::from(at)].label.get(lang));
            typed.of(&item.name).iter().filter_map(label).collect::<Vec<_>>().join("\n")
        }
        _ => typed.text(&item.name).to_owned(),
    }
}

/// Sends the answers. Pressed twice, it is one return.
pub async fn submit(State(app): State<App>, visit: Visit, body: Body) -> Response {
    let form = match Form::read(body).await {
        Ok(form) => form,
        Err(TooLarge) => {
            return notice::show(&app, &visit, None, StatusCode::PAYLOAD_TOO_LARGE, visit.words().too_large);
        }
    };
    match submitted(&app, &visit, &form).await {
        Ok(response) => response,
        Err(error) => notice::failed_with(&app, &visit, &error, &format!("/{}/submit", visit.lang), &form),
    }
}

async fn submitted(app: &App, visit: &Visit, form: &Form) -> Result<Response, StoreError> {
    let Some(session) = &visit.session else { return Ok(notice::lost_session(app, visit)) };
    if !session.owns(&app.0.secret, form.text("token")) {
        return Ok(notice::show(app, visit, None, StatusCode::FORBIDDEN, visit.words().expired_form));
    }
    let Some(respondent) = gate::respondent(app, session).await? else {
        return Ok(notice::lost_session(app, visit));
    };
    let lang = visit.language_of(respondent.survey).to_owned();
    if respondent.is_sealed_off() && session.receipt.is_some() {
        return Ok(go(&format!("/{lang}/receipt")));
    }
    // Pressed twice while the survey closed: what was kept before is kept, and the store says whether it was this.
    let may_be_kept = respondent.case.revision > 0 && !respondent.is_sealed_off();
    if let Some(refusal) = shut(app, visit, &respondent).filter(|_| !may_be_kept) {
        return Ok(refusal);
    }
    let draft = respondent.draft();
    if form.text("version") != draft.version.to_string() {
        return Ok(go(&format!("/{lang}/review?changed")));
    }
    if !faults(&respondent, &draft.typed, &lang).is_empty() {
        return Ok(go(&format!("/{lang}/review")));
    }
    let answers = respondent.survey.form.on_path(&respondent.answers(&draft.typed).0);
    Ok(match respondent.submit(draft.version, &answers).await? {
        Submitted::Kept { receipt, .. } => {
            count(&app.0.counters.submitted);
            let mut response = go(&format!("/{lang}/receipt"));
            if respondent.survey.row.privacy == monshin_store::Privacy::Anonymous {
                let session = Session { receipt: Some(receipt), ..session.clone() };
                let cookie = session.cookie(&app.0.secret, &app.0.config);
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            response
        }
        Submitted::AlreadyAnonymous => {
            let already = visit.words().already_anonymous;
            notice::show(app, visit, Some(respondent.survey), StatusCode::CONFLICT, already)
        }
        Submitted::Stale => go(&format!("/{lang}/review?changed")),
        Submitted::NotOpen => notice::not_open(app, visit, respondent.survey),
        Submitted::Refused => notice::lost_session(app, visit),
    })
}
