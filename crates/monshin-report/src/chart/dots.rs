//! Dots with intervals, one for each survey, in clusters: what surveys say of the same thing.

use std::fmt::Write as _;

use super::bars::{headline, value};
use super::frame::Frame;
use super::paint::{SMALL, Svg, num};
use super::text::width;
use super::{Bar, Bars, Cluster, Dots, Row, Size};

const LINE: f64 = 15.0;

pub(super) fn draw(chart: &Dots, mut svg: Svg, size: Size) -> (Svg, f64) {
    let bars = chart.as_bars();
    let rows = || bars.clusters.iter().flat_map(|cluster| &cluster.rows);
    let value_width = rows().map(|row| width(value(row), SMALL)).fold(0.0, f64::max) + 8.0;
    let frame = Frame::new(size, rows().map(|row| (&*row.label, &*row.base)), LINE, value_width);
    let (mut y, mut places, mut spans) = (4.0, Vec::new(), Vec::new());
    for (cluster, drawn) in bars.clusters.iter().zip(&chart.clusters) {
        if let Some(heading) = &cluster.heading {
            y = headline(&mut svg, y, heading);
        }
        let top = y;
        for (row, dot) in cluster.rows.iter().zip(&drawn.rows) {
            let place = frame.row(&mut svg, y, &row.label, &row.base, false);
            y = place.next;
            places.push((row, dot.series, place.bar_top + LINE / 2.0, place));
        }
        y += 4.0;
        spans.push((top - 2.0, y));
    }
    // The grid leaves the headings free.
    for (top, bottom) in spans {
        frame.grid(&mut svg, top, bottom);
    }
    for (row, series, middle, place) in &places {
        let color = chart.series.get(*series).map_or("#0b3a75", |one| &*one.color);
        match &row.bar {
            Bar::Absent(why) => frame.absent(&mut svg, place, why),
            Bar::Parts { parts, weak } => {
                let Some(part) = parts.first() else { continue };
                if let Some((low, high)) = part.interval {
                    whisker(&mut svg, (frame.x(low), frame.x(high)), *middle, color);
                }
                let fill = if *weak { "#fff" } else { color };
                svg.open(&format!(r#"fill="{fill}" stroke="{color}" stroke-width="1.8""#));
                svg.path(&marker(*series, frame.x(part.share), *middle));
                svg.close();
            }
        }
    }
    svg.open(&format!(r#"font-size="{SMALL}""#));
    for (row, _, middle, _) in &places {
        svg.text_end(svg.width - 4.0, middle + 4.0, value(row));
    }
    svg.close();
    let end = frame.axis(&mut svg, y);
    (svg, end)
}

fn whisker(svg: &mut Svg, (from, to): (f64, f64), y: f64, color: &str) {
    let (from, to, top) = (num(from), num(to), num(y - 4.0));
    svg.open(&format!(r#"fill="none" stroke="{color}" stroke-width="1.8""#));
    svg.path(&format!("M{from} {top}v8M{from} {}H{to}M{to} {top}v8", num(y)));
    svg.close();
}

/// A shape of its own for each series, so that print in black and white tells them apart.
pub(super) fn marker(series: usize, x: f64, y: f64) -> String {
    let mut d = String::new();
    let corners: &[(f64, f64)] = match series % 4 {
        0 => {
            let _ = write!(d, "M{} {}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0Z", num(x - 5.0), num(y));
            return d;
        }
        1 => &[(-4.5, -4.5), (4.5, -4.5), (4.5, 4.5), (-4.5, 4.5)],
        2 => &[(0.0, -6.0), (6.0, 0.0), (0.0, 6.0), (-6.0, 0.0)],
        _ => &[(0.0, -5.5), (5.8, 4.5), (-5.8, 4.5)],
    };
    for (at, (dx, dy)) in corners.iter().enumerate() {
        let _ = write!(d, "{}{} {}", if at == 0 { 'M' } else { 'L' }, num(x + dx), num(y + dy));
    }
    d.push('Z');
    d
}

impl Dots {
    /// The same figures as bars, for renderers that have no dots.
    pub fn as_bars(&self) -> Bars {
        let label = |series: usize| self.series.get(series).map_or("", |one| &*one.label).to_owned();
        let clusters = self.clusters.iter().map(|cluster| Cluster {
            heading: cluster.heading.clone(),
            rows: cluster
                .rows
                .iter()
                .map(|row| Row {
                    label: label(row.series),
                    base: row.base.clone(),
                    bar: row.bar.clone(),
                    is_total: false,
                })
                .collect(),
        });
        Bars { clusters: clusters.collect(), reference: None }
    }
}
