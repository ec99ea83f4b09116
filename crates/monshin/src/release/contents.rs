//! What a release shows: reports, workbooks, tables, figures, method note, questionnaire, code book.

use monshin_report::{CheckedReport, html, publish, tables_json, xlsx};

use super::Files;

/// The reports of one language, and what does not depend on the language where it is the first.
/// The same reports give the same bytes.
pub fn of_report(report: &CheckedReport, is_first: bool) -> Files {
    let tag = report.narrative().lang().tag();
    let tables = report.tables();
    let mut files = Files::new();
    let mut add = |name: String, text: String| drop(files.insert(name, text.into_bytes()));
    add(format!("report.{tag}.html"), html::render(report));
    let chapters = [("method", "method"), ("questionnaire", "questionnaire")];
    for (id, name) in chapters {
        if let Some(page) = publish::chapter(report, id) {
            add(format!("{name}.{tag}.html"), page);
        }
    }
    let figures = publish::figures(report);
    for figure in &figures {
        add(format!("figures.{tag}/{}.svg", figure.name), figure.svg.clone());
        add(format!("figures.{tag}/{}.csv", figure.name), format!("\u{feff}{}", figure.csv));
    }
    add(format!("figures.{tag}/index.html"), publish::gallery(report, &figures, false));
    add(format!("figures.{tag}/card.svg"), publish::card(report));
    add(format!("tables.{tag}.jsonstat.json"), publish::json_stat(tables, tag));
    if is_first {
        add("tables.json".to_owned(), tables_json(tables, |_| true));
        add("codebook.csv".to_owned(), format!("\u{feff}{}", publish::codebook(&tables.questionnaire)));
    }
    files.insert(format!("tables.{tag}.xlsx"), xlsx::render(report));
    files
}

/// All languages together.
pub fn of_reports(reports: &[CheckedReport]) -> Files {
    let mut files = Files::new();
    for (at, report) in reports.iter().enumerate() {
        files.extend(of_report(report, at == 0));
    }
    files
}
