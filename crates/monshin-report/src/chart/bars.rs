//! Bars from zero with intervals, alone or in clusters.

use super::frame::{Frame, Whiskers};
use super::paint::{FAINT_INK, SMALL, Svg, TEXT, Tone};
use super::text::{width, wrap};
use super::{Bar, Bars, Row, Size};

const BAR: f64 = 20.0;

pub(super) fn draw(chart: &Bars, mut svg: Svg, size: Size) -> (Svg, f64) {
    let value_width = rows(chart).map(|row| width(value(row), SMALL)).fold(0.0, f64::max) + 8.0;
    let frame = Frame::new(size, rows(chart).map(|row| (&*row.label, &*row.base)), BAR, value_width);
    let top = frame.reference_label(&mut svg, 4.0, chart.reference.as_ref());
    let (mut y, mut places) = (top + 2.0, Vec::new());
    for cluster in &chart.clusters {
        if let Some(heading) = &cluster.heading {
            y = headline(&mut svg, y, heading);
        }
        for row in &cluster.rows {
            let place = frame.row(&mut svg, y, &row.label, &row.base, row.is_total);
            y = place.next;
            places.push((row, place));
        }
    }
    frame.grid(&mut svg, top, y);
    let mut whiskers = Whiskers::default();
    for (row, place) in &places {
        match &row.bar {
            Bar::Absent(why) => frame.absent(&mut svg, place, why),
            Bar::Parts { parts, weak } => {
                let Some(part) = parts.first() else { continue };
                svg.open(&format!(r#"stroke="{FAINT_INK}" stroke-width=".7""#));
                let tone = Tone::of_series(0, if row.is_total { 2 } else { 1 }, false).weak(*weak);
                svg.filled(frame.left, place.bar_top, frame.x(part.share) - frame.left, BAR, tone);
                svg.close();
                if let Some(interval) = part.interval {
                    whiskers.add(&frame, interval, place.bar_top + BAR / 2.0, 4.0);
                }
            }
        }
    }
    frame.reference_line(&mut svg, top, y, chart.reference.as_ref());
    whiskers.draw(&mut svg);
    svg.open(&format!(r#"font-size="{SMALL}""#));
    for (row, place) in &places {
        svg.text_end(svg.width - 4.0, place.bar_top + BAR / 2.0 + 4.0, value(row));
    }
    svg.close();
    let end = frame.axis(&mut svg, y);
    (svg, end)
}

fn rows(chart: &Bars) -> impl Iterator<Item = &Row> {
    chart.clusters.iter().flat_map(|cluster| &cluster.rows)
}

pub(super) fn value(row: &Row) -> &str {
    match &row.bar {
        Bar::Parts { parts, .. } => parts.first().map_or("", |part| &part.text),
        Bar::Absent(_) => "",
    }
}

pub(super) fn headline(svg: &mut Svg, top: f64, heading: &str) -> f64 {
    let mut y = top + 4.0;
    svg.open(r#"font-weight="700""#);
    for line in wrap(heading, svg.width - 8.0, TEXT) {
        svg.text(2.0, y + 12.5, &line);
        y += 16.0;
    }
    svg.close();
    y + 5.0
}
