//! Codes are drawn when their letters are: the answer to the request is the only place where they stand.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use monshin_frame::Contact;
use monshin_store::{CaseLine, CaseQuery, NewCodes, StoreError, Which};

use super::cases::contact;
use super::{Shell, file, html};
use crate::console::gate::{Desk, Runs};
use crate::console::weighty::Weighty;
use crate::invitation::{Invitation, Letter, invite, mail_merge, qr};
use crate::pages::value::grouped;
use crate::survey::Fielded;

/// Letters on one page for printing.
const MOST_PRINTED: u32 = 100;
/// Cases whose codes are made durable together.
const AT_ONCE: u32 = 5_000;

#[derive(Template)]
#[template(path = "console/letters.html")]
struct Page {
    shell: Shell,
    error: &'static str,
}

#[derive(Template)]
#[template(path = "console/print.html")]
struct Print {
    shell: Shell,
    letters: Vec<Sheet>,
    organizer: String,
    purpose: String,
    contact: String,
    closes: String,
    /// Where the code is typed.
    start: String,
    more: bool,
}

/// One letter, in words.
struct Sheet {
    unit: String,
    name: String,
    address: String,
    code: String,
    qr: String,
}

/// The page for issuing codes.
pub async fn show(desk: Desk<Runs>, Path((_, id)): Path<(String, String)>) -> Response {
    page(&desk, &id, StatusCode::OK, "")
}

fn page(desk: &Desk<Runs>, id: &str, status: StatusCode, error: &'static str) -> Response {
    match desk.survey(id) {
        Ok(survey) => {
            let shell = desk.shell(desk.say().letters, Some(survey));
            html(status, &Page { shell, error })
        }
        Err(response) => response,
    }
}

/// Codes that were drawn and are not kept yet.
type Drawn = Vec<(Invitation, Contact)>;

impl Desk<Runs> {
    /// Draws codes for cases and keeps them; gives the letters of those that got some. While those of some cases are
    /// made durable, those of the next are drawn.
    async fn letters(
        &self,
        survey: &Fielded,
        query: &CaseQuery,
        replace: bool,
        most: usize,
    ) -> Result<Vec<Letter>, StoreError> {
        let (mut query, mut letters) = (query.clone(), Vec::new());
        let mut drawn = self.draw_next(&mut query).await?;
        while !drawn.is_empty() && letters.len() < most {
            let kept = self.keep(survey, drawn, replace, letters.len());
            let (kept, next) = tokio::join!(kept, self.draw_next(&mut query));
            letters.extend(kept?);
            drawn = next?;
        }
        Ok(letters)
    }

    /// Draws codes for a page of cases, and moves on behind it.
    async fn draw_next(&self, query: &mut CaseQuery) -> Result<Drawn, StoreError> {
        let lines = self.cases(query).await?;
        if let Some(last) = lines.last() {
            query.after.clone_from(&last.case.unit);
        }
        Ok(self.draw(lines).await)
    }

    async fn draw(&self, lines: Vec<CaseLine>) -> Drawn {
        let secret = self.app.0.secret.clone();
        let draw = move |line: CaseLine| (invite(&line.case.unit, &secret), contact(&secret, &line));
        tokio::task::spawn_blocking(move || lines.into_iter().map(draw).collect())
            .await
            .expect("drawing codes does not panic")
    }

    /// Keeps codes; gives the letters of the cases that got theirs.
    async fn keep(
        &self,
        survey: &Fielded,
        drawn: Drawn,
        replace: bool,
        before: usize,
    ) -> Result<Vec<Letter>, StoreError> {
        let (id, public_url) = (&survey.row.id, &self.app.0.config.public_url);
        let codes: Vec<NewCodes> = drawn.iter().map(|(one, _)| one.kept.clone()).collect();
        let act = self.act(
            if replace { "replace-codes" } else { "codes" },
            format!("{}-{}", before + 1, before + codes.len()),
        );
        let issued = self.app.0.store.issue_codes(id, id, codes, replace, act).await?;
        if replace {
            // Whoever came in with a code that no longer works.
            self.app.end_sessions_of(id, issued.iter().map(|unit| &**unit)).await?;
        }
        let issued: std::collections::BTreeSet<String> = issued.into_iter().collect();
        let letters = drawn.into_iter().filter(|(one, _)| issued.contains(&one.kept.unit));
        Ok(letters.map(|(one, contact)| Letter::new(&one, contact, public_url)).collect())
    }
}

/// Issues codes: all of them as a list for the mail merge, or some as pages for printing.
pub async fn issue(Path((_, id)): Path<(String, String)>, Weighty { desk, form }: Weighty<Runs>) -> Response {
    let survey = match desk.survey(&id) {
        Ok(survey) => survey,
        Err(response) => return response,
    };
    let replace = form.text("which") == "replace";
    if replace && form.text("sure") != "yes" {
        return page(&desk, &id, StatusCode::UNPROCESSABLE_ENTITY, desk.say().not_sure);
    }
    let prints = form.text("form") == "print";
    let query = CaseQuery {
        survey: id.clone(),
        which: if replace { Which::NotBegun } else { Which::Uncoded },
        begins: form.text("begins").trim().chars().take(100).collect(),
        after: form.text("after").trim().chars().take(100).collect(),
        limit: if prints { MOST_PRINTED } else { AT_ONCE },
    };
    let most = if prints { MOST_PRINTED as usize } else { usize::MAX };
    match desk.letters(survey, &query, replace, most).await {
        Ok(letters) if letters.is_empty() => page(&desk, &id, StatusCode::OK, desk.say().no_letters),
        Ok(letters) if prints => {
            let more = letters.len() as u32 == MOST_PRINTED;
            print(&desk, survey, &letters, more)
        }
        Ok(letters) => {
            tracing::info!(survey = id, letters = letters.len(), "codes were issued");
            file(
                &format!("{id}-letters-{}.csv", grouped(letters.len() as u64).replace(',', "")),
                "text/csv; charset=utf-8",
                mail_merge(&letters),
            )
        }
        Err(error) => desk.failed(&error),
    }
}

/// New codes for one case, whose letter was lost.
pub async fn one(
    Path((_, id, number)): Path<(String, String, i64)>,
    Weighty { desk, .. }: Weighty<Runs>,
) -> Response {
    let (survey, line) = match super::cases::found(&desk, &id, number).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let drawn = desk.draw(vec![line]).await;
    match desk.keep(survey, drawn, true, 0).await {
        Ok(letters) if letters.is_empty() => desk.notice(StatusCode::CONFLICT, desk.say().not_possible),
        Ok(letters) => print(&desk, survey, &letters, false),
        Err(error) => desk.failed(&error),
    }
}

fn print(desk: &Desk<Runs>, survey: &Fielded, letters: &[Letter], more: bool) -> Response {
    let sheet = |letter: &Letter| Sheet {
        unit: letter.unit.clone(),
        name: letter.contact.name.clone().unwrap_or_default(),
        address: letter.contact.address.clone().unwrap_or_default(),
        code: letter.code.clone(),
        qr: qr(&letter.link),
    };
    let (form, lang) = (survey.form.survey(), desk.lang);
    let page = Print {
        shell: desk.shell(desk.say().letters, Some(survey)),
        letters: letters.iter().map(sheet).collect(),
        organizer: form.organizer.get(lang).to_owned(),
        purpose: form.fielding.purpose.get(lang).to_owned(),
        contact: form.fielding.contact.get(lang).to_owned(),
        closes: survey.until(survey.dates().closes_at, desk.words()),
        start: format!("{}/", desk.app.0.config.public_url),
        more,
    };
    html(StatusCode::OK, &page)
}
