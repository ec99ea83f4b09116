//! When answers are taken, and closing by hand.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use monshin_store::Schedule;

use super::{Shell, html};
use crate::console::gate::{Desk, Runs};
use crate::console::weighty::Weighty;
use crate::survey::Fielded;

#[derive(Template)]
#[template(path = "console/dates.html")]
struct Page {
    shell: Shell,
    state: &'static str,
    zone: String,
    opens: String,
    closes: String,
    grace: String,
    error: &'static str,
    is_closed_by_hand: bool,
    is_over: bool,
}

/// The page.
pub async fn show(desk: Desk<Runs>, Path((_, id)): Path<(String, String)>) -> Response {
    match desk.survey(&id) {
        Ok(survey) => page(&desk, survey, StatusCode::OK, "", None),
        Err(response) => response,
    }
}

fn page(
    desk: &Desk<Runs>,
    survey: &Fielded,
    status: StatusCode,
    error: &'static str,
    typed: Option<[String; 3]>,
) -> Response {
    let dates = survey.dates();
    let grace =
        if dates.grace_until > dates.closes_at { survey.field(dates.grace_until) } else { String::new() };
    let [opens, closes, grace] =
        typed.unwrap_or([survey.field(dates.opens_at), survey.field(dates.closes_at), grace]);
    let page = Page {
        shell: desk.shell(desk.say().dates, Some(survey)),
        state: desk.say().state(&dates, desk.now()),
        zone: survey.form.survey().timezone.clone(),
        opens,
        closes,
        grace,
        error,
        is_closed_by_hand: dates.closed_at.is_some(),
        is_over: dates.is_over(desk.now()),
    };
    html(status, &page)
}

/// Sets the dates.
pub async fn set(Path((_, id)): Path<(String, String)>, Weighty { desk, form }: Weighty<Runs>) -> Response {
    let survey = match desk.survey(&id) {
        Ok(survey) => survey,
        Err(response) => return response,
    };
    let typed = ["opens", "closes", "grace"].map(|name| form.text(name).trim().to_owned());
    let dates = match read(survey, &typed) {
        Ok(dates) => dates,
        Err(wrong) => {
            let error = match wrong {
                Wrong::Unreadable => desk.say().date_unreadable,
                Wrong::Order => desk.say().date_order,
            };
            return page(&desk, survey, StatusCode::UNPROCESSABLE_ENTITY, error, Some(typed));
        }
    };
    let detail = format!("{} {} {}", typed[0], typed[1], typed[2]);
    match desk.app.0.store.schedule(&id, dates, desk.act("schedule", detail.trim())).await {
        Ok(_) => {
            desk.app.forget_dates();
            desk.go(&format!("s/{id}/dates"))
        }
        Err(error) => desk.failed(&error),
    }
}

/// Why dates are not taken.
#[derive(Debug, PartialEq, Eq)]
enum Wrong {
    Unreadable,
    Order,
}

fn read(survey: &Fielded, [opens, closes, grace]: &[String; 3]) -> Result<Schedule, Wrong> {
    let instant = |text: &str| survey.instant(text).ok_or(Wrong::Unreadable);
    let dates = Schedule {
        opens_at: instant(opens)?,
        closes_at: instant(closes)?,
        grace_until: if grace.is_empty() { 0 } else { instant(grace)? },
    };
    let is_in_order =
        dates.opens_at < dates.closes_at && (dates.grace_until == 0 || dates.closes_at < dates.grace_until);
    if is_in_order { Ok(dates) } else { Err(Wrong::Order) }
}

/// Closes by hand.
pub async fn close(Path((_, id)): Path<(String, String)>, Weighty { desk, form }: Weighty<Runs>) -> Response {
    let survey = match desk.survey(&id) {
        Ok(survey) => survey,
        Err(response) => return response,
    };
    if form.text("sure") != "yes" {
        return page(&desk, survey, StatusCode::UNPROCESSABLE_ENTITY, desk.say().not_sure, None);
    }
    match desk.app.0.store.close_survey(&id, desk.act("close", "")).await {
        Ok(()) => {
            desk.app.forget_dates();
            desk.go(&format!("s/{id}/dates"))
        }
        Err(error) => desk.failed(&error),
    }
}
