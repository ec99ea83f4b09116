//! How far shares could move: bands within bands around the share that was found.

use super::frame::Frame;
use super::paint::{FAINT_INK, INK, SMALL, Svg, TEXT, Tone, num};
use super::text::{width, wrap};
use super::{Ranges, Size};

const BAR: f64 = 20.0;
/// How high a band is, the outermost first.
const HEIGHTS: [f64; 4] = [8.0, 12.0, 16.0, 20.0];

pub(super) fn draw(chart: &Ranges, mut svg: Svg, size: Size) -> (Svg, f64) {
    let value_width = chart.rows.iter().map(|row| width(&row.text, SMALL)).fold(0.0, f64::max) + 8.0;
    let frame = Frame::new(size, chart.rows.iter().map(|row| (&*row.label, &*row.base)), BAR, value_width);
    let start = legend(chart, &mut svg);
    let top = frame.reference_label(&mut svg, start, chart.reference.as_ref());
    let (mut y, mut places) = (top + 2.0, Vec::new());
    for row in &chart.rows {
        let place = frame.row(&mut svg, y, &row.label, &row.base, false);
        y = place.next;
        places.push(place);
    }
    frame.grid(&mut svg, top, y);
    for (row, place) in chart.rows.iter().zip(&places) {
        let middle = place.bar_top + BAR / 2.0;
        svg.open(&format!(r#"stroke="{FAINT_INK}" stroke-width=".7""#));
        for (at, (low, high)) in row.bands.iter().enumerate() {
            let (left, right, height) = (frame.x(*low), frame.x(*high), height(at));
            svg.filled(left, middle - height / 2.0, right - left, height, tone(chart, at));
        }
        svg.close();
        svg.open(&format!(r##"fill="#fff" stroke="{INK}" stroke-width="1.6""##));
        let x = frame.x(row.share);
        svg.path(&format!("M{} {}l5 5l-5 5l-5 -5z", num(x), num(middle - 5.0)));
        svg.close();
        svg.open(&format!(r#"font-size="{SMALL}""#));
        svg.text_end(svg.width - 4.0, middle + 4.0, &row.text);
        svg.close();
    }
    frame.reference_line(&mut svg, top, y, chart.reference.as_ref());
    let end = frame.axis(&mut svg, y);
    (svg, end)
}

fn height(at: usize) -> f64 {
    HEIGHTS.get(at).copied().unwrap_or(BAR)
}

/// The outermost band is the lightest.
fn tone(chart: &Ranges, at: usize) -> Tone {
    let count = chart.bands.len();
    Tone::of_series(count.saturating_sub(at + 1), count.max(2), false)
}

/// Each band with what it stands for, over as many lines as they need.
fn legend(chart: &Ranges, svg: &mut Svg) -> f64 {
    let mut y = 4.0;
    for (at, label) in chart.bands.iter().enumerate() {
        svg.open(&format!(r#"stroke="{FAINT_INK}" stroke-width=".7""#));
        svg.filled(2.0, y + 7.0 - height(at) / 3.0, 26.0, height(at) / 1.5, tone(chart, at));
        svg.close();
        for line in wrap(label, svg.width - 40.0, TEXT) {
            svg.text(36.0, y + 11.5, &line);
            y += 16.0;
        }
        y += 2.0;
    }
    y + 6.0
}
