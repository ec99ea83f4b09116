//! Who is missing: the list, and one case.

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use monshin_frame::{Contact, Disposition};
use monshin_seal::ServerSecret;
use monshin_store::{CaseLine, CaseQuery, StoreError, Which};

use super::board::label;
use super::{Shell, html};
use crate::console::gate::{Desk, Keys, Posted, Right, Runs};
use crate::invitation::open_contact;
use crate::survey::Fielded;

/// Cases on a page.
const ON_A_PAGE: u32 = 50;
/// Cases that are read at once while names are searched.
const AT_ONCE: u32 = 5_000;
const LIST: &str = "list";
const NAMES: &str = "names";

#[derive(Template)]
#[template(path = "console/cases.html")]
struct List {
    shell: Shell,
    /// Where this list and its cases are: `list` without names, `names` with them.
    base: &'static str,
    lines: Vec<Line>,
    /// What is chosen: its word and its name.
    choices: Vec<(&'static str, String, bool)>,
    begins: String,
    named: String,
    /// The rest of the list, where there is one.
    next: String,
}

struct Line {
    number: i64,
    unit: String,
    name: String,
    classes: String,
    disposition: String,
    has_code: bool,
}

#[derive(Template)]
#[template(path = "console/case.html")]
struct One {
    shell: Shell,
    base: &'static str,
    line: Line,
    contact: Vec<(&'static str, String)>,
    /// What an operator may note.
    choices: Vec<(&'static str, String, bool)>,
    has_answered: bool,
    may_have_code: bool,
    returns: i64,
}

impl<R: Right> Desk<R>
where
    R: SeesCases,
{
    /// A page of cases.
    pub(super) async fn cases(&self, query: &CaseQuery) -> Result<Vec<CaseLine>, StoreError> {
        self.app.0.store.cases(query).await
    }
}

/// Permissions that find cases by id.
pub trait SeesCases {}
impl SeesCases for Keys {}
impl SeesCases for Runs {}

/// How the unit of a case is reached.
pub(super) fn contact(secret: &ServerSecret, line: &CaseLine) -> Contact {
    let sealed = line.contact.as_deref().unwrap_or_default();
    let opened = open_contact(secret, &line.case.survey, &line.case.unit, sealed);
    if opened.is_none() && !sealed.is_empty() {
        tracing::warn!(case = line.case.case, "a contact does not open");
    }
    opened.unwrap_or_default()
}

impl Desk<Runs> {
    /// How the unit of a case is reached.
    pub(super) fn contact(&self, line: &CaseLine) -> Contact {
        contact(&self.app.0.secret, line)
    }

    /// Cases by a part of their name. Names are sealed, so each is opened and looked at.
    async fn named(&self, query: &CaseQuery, part: &str) -> Result<Vec<CaseLine>, StoreError> {
        let part = part.to_lowercase();
        let mut found = Vec::new();
        let mut query = CaseQuery { limit: AT_ONCE, ..query.clone() };
        loop {
            let lines = self.cases(&query).await?;
            let Some(last) = lines.last().map(|line| line.case.unit.clone()) else { return Ok(found) };
            for line in lines {
                let name = self.contact(&line).name.unwrap_or_default().to_lowercase();
                if name.contains(&part) {
                    found.push(line);
                    if found.len() as u32 > ON_A_PAGE {
                        return Ok(found);
                    }
                }
            }
            query.after = last;
        }
    }
}

/// What the address asks for.
#[derive(Default)]
struct Asked {
    which: String,
    begins: String,
    named: String,
    after: String,
}

impl Asked {
    fn read(query: &str) -> Asked {
        let mut asked = Asked::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value: String = value.chars().filter(|c| *c != '\0').take(100).collect();
            match &*name {
                "which" => asked.which = value,
                "begins" => asked.begins = value,
                "named" => asked.named = value,
                "after" => asked.after = value,
                _ => {}
            }
        }
        asked
    }

    fn which(&self) -> Which {
        match self.which.as_str() {
            "all" => Which::All,
            "uncoded" => Which::Uncoded,
            name => {
                Disposition::ALL.into_iter().find(|one| one.name() == name).map_or(Which::Missing, Which::Of)
            }
        }
    }
}

/// The list, for those who see no names.
pub async fn list(
    desk: Desk<Keys>,
    Path((_, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Response {
    let asked = Asked { named: String::new(), ..Asked::read(&query.unwrap_or_default()) };
    let survey = match desk.survey(&id) {
        Ok(survey) => survey,
        Err(response) => return response,
    };
    match desk.cases(&wanted(survey, &asked)).await {
        Ok(lines) => shown(&desk, survey, &asked, lines, LIST, |_| String::new()),
        Err(error) => desk.failed(&error),
    }
}

/// The list with names, and a search for them.
pub async fn named(
    desk: Desk<Runs>,
    Path((_, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Response {
    let asked = Asked::read(&query.unwrap_or_default());
    let survey = match desk.survey(&id) {
        Ok(survey) => survey,
        Err(response) => return response,
    };
    let query = wanted(survey, &asked);
    let lines = if asked.named.is_empty() {
        desk.cases(&query).await
    } else {
        desk.named(&query, &asked.named).await
    };
    match lines {
        Ok(lines) => {
            shown(&desk, survey, &asked, lines, NAMES, |line| desk.contact(line).name.unwrap_or_default())
        }
        Err(error) => desk.failed(&error),
    }
}

/// One more than a page holds tells whether there is another.
fn wanted(survey: &Fielded, asked: &Asked) -> CaseQuery {
    CaseQuery {
        survey: survey.row.id.clone(),
        which: asked.which(),
        begins: asked.begins.clone(),
        after: asked.after.clone(),
        limit: ON_A_PAGE + 1,
    }
}

fn shown<R: Right>(
    desk: &Desk<R>,
    survey: &Fielded,
    asked: &Asked,
    mut lines: Vec<CaseLine>,
    base: &'static str,
    name: impl Fn(&CaseLine) -> String,
) -> Response {
    let has_more = lines.len() as u32 > ON_A_PAGE;
    lines.truncate(ON_A_PAGE as usize);
    let next = lines.last().filter(|_| has_more).map_or_else(String::new, |last| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("which", &asked.which), ("begins", &asked.begins), ("named", &asked.named)] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        query.append_pair("after", &last.case.unit).finish()
    });
    let say = desk.say();
    let chosen = asked.which();
    let of = |one: Disposition| (one.name(), label(one, desk.lang), chosen == Which::Of(one));
    let choices = [
        ("missing", say.missing.to_owned(), chosen == Which::Missing),
        ("all", say.all_cases.to_owned(), chosen == Which::All),
        ("uncoded", say.uncoded.to_owned(), chosen == Which::Uncoded),
    ];
    let page = List {
        shell: desk.shell(say.cases, Some(survey)),
        base,
        lines: lines.iter().map(|one| line(survey, one, name(one), desk.lang)).collect(),
        choices: choices.into_iter().chain(Disposition::ALL.into_iter().map(of)).collect(),
        begins: asked.begins.clone(),
        named: asked.named.clone(),
        next,
    };
    html(StatusCode::OK, &page)
}

fn line(survey: &Fielded, one: &CaseLine, name: String, lang: &str) -> Line {
    let class = |breakdown: &monshin_instrument::Breakdown| {
        let codes = &breakdown.codes;
        let at = codes.position(one.case.classes.of(&breakdown.id)?)?;
        Some(codes.codes[usize::from(at)].label.get(lang).to_owned())
    };
    Line {
        number: one.case.case,
        unit: one.case.unit.clone(),
        name,
        classes: survey.form.breakdowns().iter().filter_map(class).collect::<Vec<_>>().join(" · "),
        disposition: format!("{} {}", one.case.disposition.number(), label(one.case.disposition, lang)),
        has_code: one.has_code,
    }
}

/// One case, for those who see no names.
pub async fn one(desk: Desk<Keys>, Path((_, id, number)): Path<(String, String, i64)>) -> Response {
    match found(&desk, &id, number).await {
        Ok((survey, one)) => shown_one(&desk, survey, &one, &Contact::default(), LIST),
        Err(response) => response,
    }
}

/// One case with its contact.
pub async fn one_named(desk: Desk<Runs>, Path((_, id, number)): Path<(String, String, i64)>) -> Response {
    match found(&desk, &id, number).await {
        Ok((survey, one)) => shown_one(&desk, survey, &one, &desk.contact(&one), NAMES),
        Err(response) => response,
    }
}

/// A case of this survey.
pub(super) async fn found<'d, R: Right + SeesCases>(
    desk: &'d Desk<R>,
    id: &str,
    number: i64,
) -> Result<(&'d Fielded, CaseLine), Response> {
    let survey = desk.survey(id)?;
    let missing = || desk.notice(StatusCode::NOT_FOUND, desk.say().not_found);
    let case = desk.app.0.store.case(number).await.map_err(|error| desk.failed(&error))?;
    let case = case.filter(|case| case.survey == id).ok_or_else(missing)?;
    let query =
        CaseQuery { survey: id.to_owned(), begins: case.unit, limit: ON_A_PAGE, ..CaseQuery::default() };
    let lines = desk.cases(&query).await.map_err(|error| desk.failed(&error))?;
    // Ids that begin alike come after the one that is their beginning.
    let line = lines.into_iter().find(|line| line.case.case == number).ok_or_else(missing)?;
    Ok((survey, line))
}

fn shown_one<R: Right>(
    desk: &Desk<R>,
    survey: &Fielded,
    one: &CaseLine,
    contact: &Contact,
    base: &'static str,
) -> Response {
    let say = desk.say();
    let parts = [
        (say.name, &contact.name),
        (say.mail, &contact.email),
        (say.address, &contact.address),
        (say.phone, &contact.phone),
        (say.fax, &contact.fax),
    ];
    let has_answered = one.case.revision > 0;
    let may_note = |one: &Disposition| !one.is_response();
    let page = One {
        shell: desk.shell(&format!("{} {}", say.case, one.case.unit), Some(survey)),
        base,
        contact: parts.into_iter().filter_map(|(label, part)| Some((label, part.clone()?))).collect(),
        choices: Disposition::ALL
            .into_iter()
            .filter(may_note)
            .map(|choice| {
                (
                    choice.name(),
                    format!("{} {}", choice.number(), label(choice, desk.lang)),
                    choice == one.case.disposition,
                )
            })
            .collect(),
        has_answered,
        may_have_code: base == NAMES && !has_answered && !one.has_draft,
        returns: one.case.revision,
        line: line(survey, one, String::new(), desk.lang),
    };
    html(StatusCode::OK, &page)
}

/// Notes what became of a case.
pub async fn record(
    Path((_, id, number)): Path<(String, String, i64)>,
    Posted { desk, form }: Posted<Keys>,
) -> Response {
    let (_, line) = match found(&desk, &id, number).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    let wanted = form.text("disposition");
    let Some(to) = Disposition::ALL.into_iter().find(|one| one.name() == wanted) else {
        return desk.notice(StatusCode::UNPROCESSABLE_ENTITY, desk.say().not_possible);
    };
    let act = desk.act("disposition", format!("{} {}", line.case.unit, to.name()));
    match desk.app.0.store.record(number, to, act).await {
        Ok(true) => {
            let base = if Runs::ROLES.contains(&desk.role) { NAMES } else { LIST };
            desk.go(&format!("s/{id}/{base}/{number}"))
        }
        Ok(false) => desk.notice(StatusCode::CONFLICT, desk.say().not_possible),
        Err(error) => desk.failed(&error),
    }
}
