//! The figures of a chart as a table of plain values, to compute with.

use crate::chart::{Bar, Bars, Boxes, Chart, Cluster, Histogram, Node, RangeRow, Row, Series};

/// The figures of a chart as CSV with a header; shares are from 0 to 1. A group without figures has
/// empty cells and says why under `printed`, and so has an answer that is not shown. Lines end in CR LF (RFC 4180).
pub(super) fn csv(chart: &Chart) -> String {
    let rows = match chart {
        Chart::Stacked(chart) => {
            let rows = chart.rows.iter().flat_map(|row| shares("", row, &chart.series));
            headed(&SHARES, rows)
        }
        Chart::Bars(chart) => headed(&SHARES, of_bars(chart)),
        Chart::Dots(chart) => headed(&SHARES, of_bars(&chart.as_bars())),
        Chart::Histogram(chart) => headed(&["class", "value", "printed"], bins(chart)),
        Chart::Boxes(chart) => {
            headed(&["group", "base", "q1", "median", "q3", "mean", "unit", "printed"], boxes(chart))
        }
        Chart::Ranges(chart) => headed(&RANGES, chart.rows.iter().flat_map(|row| ranges(row, &chart.bands))),
        Chart::Routing(chart) => headed(
            &["question", "text", "base", "condition", "depends_on"],
            chart.nodes.iter().map(|node| question(node, &chart.nodes)),
        ),
    };
    table(&rows)
}

/// Rows of cells as CSV, safe for spreadsheets.
pub(super) fn table(rows: &[Vec<String>]) -> String {
    rows.iter().map(|row| line(row)).collect()
}

const SHARES: [&str; 7] = ["group", "base", "answer", "share", "low", "high", "printed"];

/// The share itself has no band.
const RANGES: [&str; 7] = ["group", "base", "band", "share", "low", "high", "printed"];

fn headed(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Vec<Vec<String>> {
    let header = header.iter().map(|name| (*name).to_owned()).collect();
    std::iter::once(header).chain(rows).collect()
}

/// One line for each answer of a group; `heading` is what a cluster of bars has in common.
fn shares(heading: &str, row: &Row, series: &[Series]) -> Vec<Vec<String>> {
    let line = |answer: &str, figures: [String; 3], printed: &str| {
        let [share, low, high] = figures;
        vec![row.label.clone(), row.base.clone(), answer.to_owned(), share, low, high, printed.to_owned()]
    };
    match &row.bar {
        Bar::Absent(why) => vec![line(heading, Default::default(), why)],
        Bar::Parts { parts, .. } => {
            let answer = |at: usize| series.get(at).map_or(heading, |series| &series.label);
            let figures = |part: &crate::chart::Part| {
                let (low, high) = part.interval.map_or((None, None), |(low, high)| (Some(low), Some(high)));
                [part.is_shown.then_some(part.share), low, high]
                    .map(|value| value.map_or(String::new(), |value| value.to_string()))
            };
            parts.iter().enumerate().map(|(at, part)| line(answer(at), figures(part), &part.text)).collect()
        }
    }
}

fn of_bars(chart: &Bars) -> Vec<Vec<String>> {
    let of_cluster = |cluster: &Cluster| {
        let heading = cluster.heading.as_deref().unwrap_or_default();
        cluster.rows.iter().flat_map(|row| shares(heading, row, &[])).collect::<Vec<_>>()
    };
    chart.clusters.iter().flat_map(of_cluster).collect()
}

fn bins(chart: &Histogram) -> Vec<Vec<String>> {
    let bin = |bin: &crate::chart::Bin| vec![bin.label.clone(), bin.value.to_string(), bin.text.clone()];
    chart.bins.iter().map(bin).collect()
}

fn boxes(chart: &Boxes) -> Vec<Vec<String>> {
    let row = |row: &crate::chart::BoxRow| {
        let (figures, printed) = match &row.summary {
            Ok(of) => ([of.q1, of.median, of.q3, of.mean].map(|value| value.to_string()), &of.text),
            Err(why) => (Default::default(), why),
        };
        let ends = [chart.unit.clone(), printed.clone()];
        [row.label.clone(), row.base.clone()].into_iter().chain(figures).chain(ends).collect()
    };
    chart.rows.iter().map(row).collect()
}

fn ranges(row: &RangeRow, bands: &[String]) -> Vec<Vec<String>> {
    let line = |band: &str, ends: [String; 2], printed: &str| {
        let [low, high] = ends;
        let share = row.share.to_string();
        vec![row.label.clone(), row.base.clone(), band.to_owned(), share, low, high, printed.to_owned()]
    };
    let ends = |(low, high): &(f64, f64)| [low.to_string(), high.to_string()];
    let banded = bands.iter().zip(&row.bands).map(|(band, of)| line(band, ends(of), ""));
    std::iter::once(line("", Default::default(), &row.text)).chain(banded).collect()
}

fn question(node: &Node, nodes: &[Node]) -> Vec<String> {
    let parents: Vec<&str> =
        node.parents.iter().filter_map(|at| nodes.get(*at)).map(|parent| &*parent.name).collect();
    vec![node.name.clone(), node.text.clone(), node.base.clone(), node.condition.clone(), parents.join(" ")]
}

fn line(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| quoted(&inert(cell))).collect();
    cells.join(",") + "\r\n"
}

/// A text that a spreadsheet would take for a formula gets an apostrophe before it.
fn inert(cell: &str) -> String {
    let starts = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    if starts && cell.parse::<f64>().is_err() { format!("'{cell}") } else { cell.to_owned() }
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}
