//! Every address of the console, with who may ask for it.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{MethodRouter, get, post};
use monshin_store::Role;

use super::chosen::MOST_BYTES;
use super::gate::{Counts, Keys, Looks, Owns, Right, Runs};
use super::outgoing;
use super::pages::{
    account, audit, board, cases, dates, frame, home, letters, mail, operators, returned, set_up, sign_in,
};
use crate::app::App;

/// One address and method. What it says of itself is what the test of all roles goes over.
#[cfg_attr(not(test), expect(dead_code, reason = "a test reads them"))]
pub struct Route {
    pub path: &'static str,
    /// What it answers: `GET` or `POST`.
    pub method: &'static str,
    /// Who may; `None` where nobody has signed in yet.
    pub roles: Option<&'static [Role]>,
    answer: MethodRouter<App>,
}

fn open(path: &'static str, method: &'static str, answer: MethodRouter<App>) -> Route {
    Route { path, method, roles: None, answer }
}

fn for_right<R: Right>(path: &'static str, method: &'static str, answer: MethodRouter<App>) -> Route {
    Route { path, method, roles: Some(R::ROLES), answer }
}

/// All of them.
pub fn routes() -> Vec<Route> {
    #[cfg_attr(not(feature = "oidc"), expect(unused_mut, reason = "a provider has addresses of its own"))]
    let mut all = vec![
        open("/console", "GET", get(sign_in::home)),
        open("/console/style/{name}", "GET", get(sign_in::style)),
        open("/console/{lang}/sign-in", "GET", get(sign_in::show)),
        open("/console/{lang}/sign-in", "POST", post(sign_in::enter)),
        open("/console/{lang}/second", "GET", get(sign_in::ask_second)),
        open("/console/{lang}/second", "POST", post(sign_in::second)),
        open("/console/{lang}/set-up/{link}", "GET", get(set_up::show)),
        open("/console/{lang}/set-up/{link}", "POST", post(set_up::save)),
        open("/console/{lang}/rehearsal/{link}", "GET", get(set_up::rehearse)),
        for_right::<Looks>("/console/{lang}/", "GET", get(home::show)),
        for_right::<Looks>("/console/{lang}/account", "GET", get(account::show)),
        for_right::<Looks>("/console/{lang}/account/password", "POST", post(account::password)),
        for_right::<Looks>("/console/{lang}/account/end-one", "POST", post(account::end_one)),
        for_right::<Looks>("/console/{lang}/account/end-others", "POST", post(account::end_others)),
        for_right::<Looks>("/console/{lang}/account/recovery", "POST", post(account::recovery)),
        for_right::<Looks>("/console/{lang}/sign-out", "POST", post(account::leave)),
        for_right::<Looks>("/console/{lang}/s/{survey}/board", "GET", get(board::show)),
        for_right::<Counts>("/console/{lang}/s/{survey}/board.csv", "GET", get(board::csv)),
        for_right::<Keys>("/console/{lang}/s/{survey}/list", "GET", get(cases::list)),
        for_right::<Keys>("/console/{lang}/s/{survey}/list/{case}", "GET", get(cases::one)),
        for_right::<Keys>("/console/{lang}/s/{survey}/list/{case}", "POST", post(cases::record)),
        for_right::<Runs>("/console/{lang}/s/{survey}/names", "GET", get(cases::named)),
        for_right::<Runs>("/console/{lang}/s/{survey}/names/{case}", "GET", get(cases::one_named)),
        for_right::<Runs>("/console/{lang}/s/{survey}/names/{case}/code", "POST", post(letters::one)),
        for_right::<Runs>("/console/{lang}/s/{survey}/frame", "GET", get(frame::show)),
        for_right::<Runs>(
            "/console/{lang}/s/{survey}/frame",
            "POST",
            post(frame::check).layer(DefaultBodyLimit::max(MOST_BYTES)),
        ),
        for_right::<Runs>("/console/{lang}/s/{survey}/frame/load", "POST", post(frame::load)),
        for_right::<Runs>("/console/{lang}/s/{survey}/letters", "GET", get(letters::show)),
        for_right::<Runs>("/console/{lang}/s/{survey}/letters", "POST", post(letters::issue)),
        for_right::<Runs>("/console/{lang}/s/{survey}/mail", "GET", get(mail::show)),
        for_right::<Runs>(
            "/console/{lang}/s/{survey}/mail",
            "POST",
            post(mail::check).layer(DefaultBodyLimit::max(MOST_BYTES)),
        ),
        for_right::<Runs>(
            "/console/{lang}/s/{survey}/mail/returned",
            "POST",
            post(returned::note).layer(DefaultBodyLimit::max(MOST_BYTES)),
        ),
        for_right::<Runs>("/console/{lang}/s/{survey}/mail/send", "POST", post(mail::send)),
        for_right::<Runs>("/console/{lang}/s/{survey}/mail/stop", "POST", post(mail::stop)),
        for_right::<Runs>("/console/{lang}/s/{survey}/dates", "GET", get(dates::show)),
        for_right::<Runs>("/console/{lang}/s/{survey}/dates", "POST", post(dates::set)),
        for_right::<Runs>("/console/{lang}/s/{survey}/close", "POST", post(dates::close)),
        for_right::<Owns>("/console/{lang}/operators", "GET", get(operators::show)),
        for_right::<Owns>("/console/{lang}/operators", "POST", post(operators::change)),
        for_right::<Owns>("/console/{lang}/operators/sign-out", "POST", post(operators::sign_out_all)),
        for_right::<Owns>("/console/{lang}/audit", "GET", get(audit::show)),
        for_right::<Owns>("/console/{lang}/audit.jsonl", "POST", post(audit::export)),
    ];
    #[cfg(feature = "oidc")]
    all.extend([
        open("/console/{lang}/oidc", "GET", get(super::pages::oidc::go)),
        open(super::oidc::CALLBACK, "GET", get(super::pages::oidc::back)),
    ]);
    all
}

/// The routes, to be merged with those of respondents.
pub(crate) fn router() -> Router<App> {
    routes()
        .into_iter()
        .fold(Router::new(), |router, route| router.route(route.path, route.answer))
        .layer(axum::middleware::from_fn(outgoing::carry))
}
