//! The response board.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use monshin_estimate::response::Rate;
use monshin_frame::Disposition;
use monshin_instrument::Privacy;
use monshin_store::{Arrival, CaseCount, Mode, StoreError};

use super::{Shell, file, html};
use crate::console::board::{Board, Cases};
use crate::console::gate::{Counts, Desk, Looks, Right};
use crate::console::outlook::{ByDay, at_closing, half_width};
use crate::pages::value::grouped;
use crate::survey::Fielded;

mod chart;

#[derive(Template)]
#[template(path = "console/board.html")]
struct Page {
    shell: Shell,
    state: &'static str,
    opens: String,
    closes: String,
    grace: String,
    now: String,
    figures: Vec<Figure>,
    /// Disposition: AAPOR's number, name, cases.
    outcomes: Vec<(&'static str, String, String)>,
    /// Rate: name, formula, percent.
    rates: Vec<(&'static str, &'static str, String)>,
    modes: Vec<(&'static str, String)>,
    by: Vec<Table>,
    chart: String,
    days: Vec<(String, String)>,
    /// Whether no times are kept.
    is_timeless: bool,
}

struct Figure {
    label: &'static str,
    value: String,
}

struct Table {
    label: String,
    rows: Vec<Row>,
}

struct Row {
    label: String,
    asked: String,
    responses: String,
    broken_off: String,
    refused: String,
    undeliverable: String,
    silent: String,
    ruled_out: String,
    rate: String,
    width: String,
    outlook: String,
}

impl<R: Right> Desk<R> {
    /// Cases by classes, disposition and mode.
    pub async fn counts(&self, survey: &Fielded) -> Result<Vec<CaseCount>, StoreError> {
        self.app.0.store.counts(&survey.row.id).await
    }

    async fn arrivals(&self, survey: &Fielded) -> Result<Vec<Arrival>, StoreError> {
        self.app.0.store.arrivals(&survey.row.id).await
    }

    /// An instant as people here read it.
    pub fn time(&self, micros: i64) -> String {
        self.surveys().next().map_or_else(String::new, |survey| survey.time(micros, self.words()))
    }
}

/// The page.
pub async fn show(desk: Desk<Looks>, Path((_, id)): Path<(String, String)>) -> Response {
    let survey = match desk.survey(&id) {
        Ok(survey) => survey,
        Err(response) => return response,
    };
    match page(&desk, survey).await {
        Ok(page) => html(StatusCode::OK, &page),
        Err(error) => desk.failed(&error),
    }
}

async fn page(desk: &Desk<Looks>, survey: &Fielded) -> Result<Page, StoreError> {
    let (say, now, dates) = (desk.say(), desk.now(), survey.dates());
    let board = Board::new(&survey.form, &desk.counts(survey).await?, desk.lang);
    let by_day = by_day(survey, &desk.arrivals(survey).await?);
    let is_timeless = survey.row.privacy == Privacy::Anonymous;
    let (opened, today, last) =
        (survey.day(dates.opens_at), survey.day(now), survey.day(dates.closes_at - 1));
    let (opened, today, last) = (i64::from(opened), i64::from(today), i64::from(last));
    let outlook = |cases: &Cases| {
        let closing =
            at_closing(board.all.responses(), board.all.not_ruled_out(), &by_day, opened, today, last)?;
        // Each class goes on in proportion to what has come of it.
        let share = cases.responses() as f64 / (board.all.responses() as f64).max(1.0);
        Some((closing * share).min(cases.not_ruled_out() as f64))
    };
    let outlook = |cases: &Cases| if is_timeless { None } else { outlook(cases) };
    let row = |label: &str, cases: &Cases| row(label, cases, outlook(cases), say.points);
    let by = board.by.iter().map(|by| Table {
        label: by.label.clone(),
        rows: by
            .classes
            .iter()
            .map(|class| row(&class.label, &class.cases))
            .chain([row(say.all, &board.all)])
            .collect(),
    });
    let percent =
        |rate: Option<f64>| rate.map_or_else(|| "–".to_owned(), |rate| format!("{:.2} %", 100.0 * rate));
    let whole = row("", &board.all);
    Ok(Page {
        state: say.state(&dates, now),
        opens: survey.time(dates.opens_at, desk.words()),
        closes: survey.until(dates.closes_at, desk.words()),
        grace: if dates.grace_until > dates.closes_at {
            survey.until(dates.grace_until, desk.words())
        } else {
            String::new()
        },
        now: survey.time(now, desk.words()),
        figures: vec![
            Figure { label: say.asked, value: grouped(board.all.total()) },
            Figure { label: say.responses, value: grouped(board.all.responses()) },
            Figure { label: "RR1", value: percent(board.all.rate(Rate::Rr1)) },
            Figure { label: say.width_now, value: whole.width },
            Figure { label: say.width_closing, value: whole.outlook },
        ],
        outcomes: Disposition::ALL
            .into_iter()
            .map(|one| (one.number(), label(one, desk.lang), grouped(board.all.of(one))))
            .collect(),
        rates: [
            Rate::Rr1,
            Rate::Rr2,
            Rate::Rr3,
            Rate::Rr4,
            Rate::Rr5,
            Rate::Rr6,
            Rate::Coop1,
            Rate::Ref1,
            Rate::Con1,
        ]
        .into_iter()
        .map(|rate| (rate.name(), rate.formula(), percent(board.all.rate(rate))))
        .collect(),
        modes: Mode::ALL
            .into_iter()
            .map(|mode| (say.mode(mode), grouped(board.modes[mode as usize])))
            .collect(),
        by: by.collect(),
        chart: if by_day.is_empty() {
            String::new()
        } else {
            chart::days(&by_day, opened, today.min(last), say.chart)
        },
        days: by_day.iter().map(|(day, returns)| (chart::date(*day), grouped(*returns))).collect(),
        is_timeless,
        shell: desk.shell(say.board, Some(survey)),
    })
}

/// A disposition in a language of the console.
pub fn label(one: Disposition, lang: &str) -> String {
    let words = one.label();
    if lang == "ja" { words.ja } else { words.en }
}

fn row(label: &str, cases: &Cases, outlook: Option<f64>, points: &str) -> Row {
    let width = |n: Option<f64>| {
        let width = n.and_then(|n| half_width(n, cases.not_ruled_out()));
        width.map_or_else(|| "–".to_owned(), |width| format!("±{width:.1} {points}"))
    };
    Row {
        label: label.to_owned(),
        asked: grouped(cases.total()),
        responses: grouped(cases.responses()),
        broken_off: grouped(cases.of(Disposition::BreakOff)),
        refused: grouped(cases.of(Disposition::Refusal)),
        undeliverable: grouped(cases.of(Disposition::UnknownExistence)),
        silent: grouped(
            cases.of(Disposition::UnknownEligibility)
                + cases.of(Disposition::NonContact)
                + cases.of(Disposition::Other),
        ),
        ruled_out: grouped(cases.of(Disposition::NotEligible)),
        rate: cases.rate(Rate::Rr1).map_or_else(|| "–".to_owned(), |rate| format!("{:.2} %", 100.0 * rate)),
        width: width(Some(cases.responses() as f64)),
        outlook: width(outlook),
    }
}

/// First returns by the survey's own days.
fn by_day(survey: &Fielded, arrivals: &[Arrival]) -> ByDay {
    let mut days = ByDay::new();
    for one in arrivals {
        *days.entry(i64::from(survey.day(one.half_hour * 1_800_000_000))).or_default() += one.returns;
    }
    days
}

/// The counts as a file, by classes, disposition and mode.
pub async fn csv(desk: Desk<Counts>, Path((_, id)): Path<(String, String)>) -> Response {
    let survey = match desk.survey(&id) {
        Ok(survey) => survey,
        Err(response) => return response,
    };
    let counts = match desk.counts(survey).await {
        Ok(counts) => counts,
        Err(error) => return desk.failed(&error),
    };
    let breakdowns = survey.form.breakdowns();
    let mut csv = csv::Writer::from_writer(b"\xef\xbb\xbf".to_vec());
    let head = breakdowns.iter().map(|one| one.id.as_str()).chain(["disposition", "aapor", "mode", "cases"]);
    csv.write_record(head).expect("into memory");
    for one in &counts {
        let classes =
            breakdowns.iter().map(|breakdown| one.classes.of(&breakdown.id).unwrap_or_default().to_owned());
        let rest = [
            one.disposition.name().to_owned(),
            one.disposition.number().to_owned(),
            one.mode.map_or("", Mode::name).to_owned(),
            one.cases.to_string(),
        ];
        csv.write_record(classes.chain(rest)).expect("into memory");
    }
    file(&format!("{id}-board.csv"), "text/csv; charset=utf-8", csv.into_inner().expect("into memory"))
}
