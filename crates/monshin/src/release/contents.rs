//! What a release shows: reports, workbooks, tables, figures, method note, questionnaire, code book.

use anyhow::Result;
use monshin_diag::Lang;
use monshin_report::publish::{self, Site};
use monshin_report::theme::Theme;
use monshin_report::{CheckedReport, html, print, tables_json, xlsx};

use super::Files;
use crate::pdf::{FILES, Outputs, Typesetter};

/// How a release looks and where it will stand.
pub struct Making<'a> {
    /// Colours and logo.
    pub theme: &'a Theme,
    /// Address, and whether there are pixels.
    pub site: &'a Site,
}

/// All languages together, without PDF and PNG. The same reports give the same bytes.
pub fn of_reports(reports: &[CheckedReport], making: &Making<'_>) -> Files {
    let mut files = Files::new();
    for (at, report) in reports.iter().enumerate() {
        files.extend(of_report(report, making, at == 0));
    }
    files
}

/// The report of one language, and what does not depend on the language where it is the first.
fn of_report(report: &CheckedReport, making: &Making<'_>, is_first: bool) -> Files {
    let Making { theme, site } = *making;
    let tag = report.narrative().lang().tag();
    let tables = report.tables();
    let mut files = Files::new();
    let mut add = |name: String, text: String| drop(files.insert(name, text.into_bytes()));
    let name = format!("report.{tag}.html");
    add(name.clone(), html::render_published(report, theme, &site.page(&name, tag)));
    for chapter in ["method", "questionnaire"] {
        let name = format!("{chapter}.{tag}.html");
        if let Some(page) = publish::chapter(report, chapter, theme, &site.page(&name, tag)) {
            add(name, page);
        }
    }
    let figures = publish::figures(report, theme, site);
    for figure in &figures {
        add(format!("figures.{tag}/{}.svg", figure.name), figure.svg.clone());
        add(format!("figures.{tag}/{}.csv", figure.name), format!("\u{feff}{}", figure.csv));
    }
    add(format!("figures.{tag}/index.html"), publish::gallery(report, &figures, theme, site));
    add(format!("figures.{tag}/card.svg"), publish::card(report, theme));
    add(format!("tables.{tag}.jsonstat.json"), publish::json_stat(tables, tag));
    if is_first {
        add("tables.json".to_owned(), tables_json(tables, |_| true));
        add("codebook.csv".to_owned(), format!("\u{feff}{}", publish::codebook(&tables.questionnaire)));
    }
    files.insert(format!("tables.{tag}.xlsx"), xlsx::render(report));
    files
}

/// PDF and PNG of all languages, and what fonts lack in words. The same typesetter makes the same bytes.
pub fn typeset(
    reports: &[CheckedReport],
    making: &Making<'_>,
    typesetter: &Typesetter,
    lang: Lang,
) -> Result<(Files, Vec<String>)> {
    let (mut files, mut warnings) = (Files::new(), Vec::new());
    for report in reports {
        let tag = report.narrative().lang().tag();
        let pages = typesetter.start(Outputs::Pages, print::render(report, making.theme))?;
        let figures = publish::figures(report, making.theme, making.site);
        let pictures = publish::pictures(&figures, &publish::card(report, making.theme));
        let pictures = typesetter.start(Outputs::Pictures, pictures)?.finish(lang)?;
        let mut pages = pages.finish(lang)?;
        for name in FILES {
            let published = name.replace(".pdf", &format!(".{tag}.pdf"));
            files.extend(pages.files.remove(name).map(|bytes| (published, bytes)));
        }
        let png = pictures.files.into_iter().map(|(name, bytes)| (format!("figures.{tag}/{name}"), bytes));
        files.extend(png);
        warnings.extend(pages.warnings);
    }
    warnings.dedup();
    Ok((files, warnings))
}
