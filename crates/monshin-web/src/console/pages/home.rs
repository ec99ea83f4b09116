//! The first page after signing in: the surveys that are served here.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::{Shell, html};
use crate::console::board::Board;
use crate::console::gate::{Desk, Looks};
use crate::pages::value::grouped;

#[derive(Template)]
#[template(path = "console/home.html")]
struct Home {
    shell: Shell,
    surveys: Vec<Line>,
}

struct Line {
    id: String,
    title: String,
    state: &'static str,
    opens: String,
    closes: String,
    asked: String,
    responses: String,
}

/// The page.
pub async fn show(desk: Desk<Looks>) -> Response {
    let mut surveys = Vec::new();
    for survey in desk.surveys() {
        let counts = match desk.counts(survey).await {
            Ok(counts) => counts,
            Err(error) => return desk.failed(&error),
        };
        let board = Board::new(&survey.form, &counts, desk.lang);
        let dates = survey.dates();
        surveys.push(Line {
            id: survey.row.id.clone(),
            title: survey.form.survey().title.get(desk.lang).to_owned(),
            state: desk.say().state(&dates, desk.now()),
            opens: survey.time(dates.opens_at, desk.words()),
            closes: survey.until(dates.closes_at, desk.words()),
            asked: grouped(board.all.total()),
            responses: grouped(board.all.responses()),
        });
    }
    html(StatusCode::OK, &Home { shell: desk.shell(desk.say().surveys, None), surveys })
}
