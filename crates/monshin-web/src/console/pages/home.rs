//! The first page after signing in: the surveys that are served here.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::{Shell, html};
use crate::console::board::Board;
use crate::console::gate::{Desk, Looks};

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

/// A number with its thousands set apart.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn thousands_are_set_apart() {
        for (number, text) in
            [(0, "0"), (999, "999"), (1_000, "1,000"), (107_409, "107,409"), (1_000_000, "1,000,000")]
        {
            assert_eq!(super::grouped(number), text);
        }
    }
}
