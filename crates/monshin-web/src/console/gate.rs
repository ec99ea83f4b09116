//! A permission is a handle: a handler says by the type of its desk what it may do, and a desk is made
//! only for an operator whose role has that permission.

use std::marker::PhantomData;

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use monshin_store::{AccountChange, Act, OfAccount, Role, SessionChange, SessionRow, StoreError};

use super::pages::{self, Shell};
use super::session::{self, Tie};
use super::words::{Say, say};
use crate::app::App;
use crate::forms::Form;
use crate::guard::Address;
use crate::survey::Fielded;
use crate::told::Refused;
use crate::words::{Words, words};

/// A permission.
pub trait Right: Send + Sync + 'static {
    /// Who has it.
    const ROLES: &'static [Role];
}

/// Looks at counts.
pub struct Looks;
/// Takes counts away, as a file.
pub struct Counts;
/// Finds a case by its id and notes what became of it.
pub struct Keys;
/// Runs the field: frame, names, codes, letters, dates.
pub struct Runs;
/// Says who may do what, and reads the audit log.
pub struct Owns;

impl Right for Looks {
    const ROLES: &'static [Role] = &Role::ALL;
}
impl Right for Counts {
    const ROLES: &'static [Role] = &[Role::Owner, Role::Operator, Role::Analyst];
}
impl Right for Keys {
    const ROLES: &'static [Role] = &[Role::Owner, Role::Operator, Role::Keyer];
}
impl Right for Runs {
    const ROLES: &'static [Role] = &[Role::Owner, Role::Operator];
}
impl Right for Owns {
    const ROLES: &'static [Role] = &[Role::Owner];
}

/// A signed-in operator who has a permission.
pub struct Desk<R> {
    pub(super) app: App,
    pub(super) name: String,
    pub(super) role: Role,
    pub(super) session: [u8; 32],
    /// When password and second factor were last given.
    pub(super) proven: i64,
    /// Whether this operator has a password; who comes by a provider need not have one.
    pub(super) has_password: bool,
    pub(super) lang: &'static str,
    /// The address behind the language.
    path: String,
    /// Where the request came from.
    pub(super) address: Option<Address>,
    right: PhantomData<R>,
}

impl<R: Right> Desk<R> {
    pub fn say(&self) -> &'static Say {
        say(self.lang)
    }

    /// The words in which dates are written.
    pub fn words(&self) -> &'static Words {
        words(self.lang)
    }

    pub fn now(&self) -> i64 {
        self.app.now()
    }

    /// A survey that is served here.
    #[expect(clippy::result_large_err, reason = "the other case is a whole page, and goes straight out")]
    pub fn survey(&self, id: &str) -> Result<&Fielded, Response> {
        self.app.0.surveys.get(id).ok_or_else(|| self.notice(StatusCode::NOT_FOUND, self.say().not_found))
    }

    pub fn surveys(&self) -> impl Iterator<Item = &Fielded> {
        self.app.0.surveys.values()
    }

    /// What surrounds a page.
    pub fn shell(&self, title: &str, survey: Option<&Fielded>) -> Shell {
        let mut shell = Shell::new(&self.app, self.lang, title, &self.path);
        shell.name = self.name.clone();
        shell.role = self.role.name();
        shell.is_owner = self.role == Role::Owner;
        shell.runs = Runs::ROLES.contains(&self.role);
        shell.counts = Counts::ROLES.contains(&self.role);
        shell.keys = Keys::ROLES.contains(&self.role);
        shell.token = Tie(self.session).token(&self.app.0.secret);
        if let Some(survey) = survey {
            shell.survey = survey.row.id.clone();
            shell.survey_title = survey.form.survey().title.get(self.lang).to_owned();
        }
        shell
    }

    /// A plain page.
    pub fn notice(&self, status: StatusCode, what: (&'static str, &'static str)) -> Response {
        pages::notice(self.shell(what.0, None), status, what.1)
    }

    /// Our own failure.
    pub fn failed(&self, error: &StoreError) -> Response {
        pages::failed(self.shell(self.say().failed.0, None), error)
    }

    /// What this operator does now, for the audit log.
    pub fn act(&self, act: &str, detail: impl Into<String>) -> Act {
        Act { at: self.now(), actor: self.name.clone(), act: act.to_owned(), detail: detail.into() }
    }

    /// Another page of the console.
    pub fn go(&self, path: &str) -> Response {
        crate::pages::go(&format!("/console/{}/{path}", self.lang))
    }
}

/// The language of an address of the console.
pub fn language(path: &str) -> Option<&'static str> {
    let tag = path.strip_prefix("/console/")?.split('/').next()?;
    ["ja", "en"].into_iter().find(|have| *have == tag)
}

impl<R: Right> FromRequestParts<App> for Desk<R> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Desk<R>, Response> {
        let Some(lang) = language(parts.uri.path()) else {
            return Err(pages::notice(
                Shell::new(app, "en", say("en").not_found.0, ""),
                StatusCode::NOT_FOUND,
                say("en").not_found.1,
            ));
        };
        let outside = || crate::pages::go(&format!("/console/{lang}/sign-in"));
        let Some(hash) = session::of(&parts.headers, &app.0.secret, &app.0.config) else {
            return Err(outside());
        };
        let found = app.0.store.operator_of_session(hash).await;
        let found =
            found.map_err(|error| pages::failed(Shell::new(app, lang, say(lang).failed.0, ""), &error))?;
        let Some((row, session)) = found.filter(|(_, session)| session::is_alive(session, app.now())) else {
            return Err(outside());
        };
        let path = parts.uri.path().split('/').skip(3).collect::<Vec<_>>().join("/");
        let has_password = row.is_set_up();
        let desk = Desk {
            app: app.clone(),
            name: row.name,
            role: row.role,
            session: hash,
            proven: session.proven,
            has_password,
            lang,
            path,
            address: parts.extensions.get::<Address>().copied(),
            right: PhantomData,
        };
        if !R::ROLES.contains(&row.role) {
            desk.tell("an operator asked for what the role does not have");
            return Err(desk.notice(StatusCode::FORBIDDEN, desk.say().not_allowed));
        }
        note_use(&desk, &session).await;
        Ok(desk)
    }
}

/// Tells the store now and then that a session is in use. Where it cannot, the session ends sooner.
async fn note_use<R: Right>(desk: &Desk<R>, session: &SessionRow) {
    if desk.now() - session.seen < session::NOTED_EVERY {
        return;
    }
    let change = AccountChange::Session(SessionChange::Seen(session.hash));
    let of = OfAccount { name: desk.name.clone(), change, at: desk.now(), act: None };
    if let Err(error) = desk.app.0.store.change_account(of).await {
        tracing::warn!(%error, "the use of a session was not noted");
    }
}

/// What the log is told of a form that is not of the session that it came with.
pub(super) const UNTIED: &str = "a form without the token of its session was refused";

/// A form of this operator's own session: nothing is changed without one.
pub struct Posted<R> {
    pub desk: Desk<R>,
    pub form: Form,
}

impl<R: Right> FromRequest<App> for Posted<R> {
    type Rejection = Response;

    async fn from_request(request: Request<Body>, app: &App) -> Result<Posted<R>, Response> {
        let (mut parts, body) = request.into_parts();
        let desk = Desk::from_request_parts(&mut parts, app).await?;
        let form = Form::read(body).await;
        let form = form.map_err(|_| desk.notice(StatusCode::PAYLOAD_TOO_LARGE, desk.say().too_large))?;
        if !desk.owns(form.text("token")) {
            desk.tell(UNTIED);
            return Err(desk.notice(StatusCode::FORBIDDEN, desk.say().expired));
        }
        Ok(Posted { desk, form })
    }
}

impl<R: Right> Desk<R> {
    /// Tells the log that this operator was refused something. Addresses of the console that have a permission hold no
    /// secret.
    pub(super) fn tell(&self, what: &'static str) {
        let refused = Refused { operator: Some(&self.name), address: self.address, asked: &self.path };
        self.app.tell(what, refused);
    }

    /// Whether a form belongs to this session.
    pub(super) fn owns(&self, token: &str) -> bool {
        Tie(self.session).owns(&self.app.0.secret, token)
    }

    /// Changes this operator's own account.
    pub(super) async fn change_own(
        &self,
        change: AccountChange,
        act: Option<&str>,
    ) -> Result<bool, StoreError> {
        let act = act.map(|act| self.act(act, self.name.clone()));
        let of = OfAccount { name: self.name.clone(), change, at: self.now(), act };
        self.app.0.store.change_account(of).await
    }

    /// Changes this operator's own sessions.
    pub(super) async fn change_session(
        &self,
        change: SessionChange,
        act: Option<&str>,
    ) -> Result<bool, StoreError> {
        self.change_own(AccountChange::Session(change), act).await
    }
}
