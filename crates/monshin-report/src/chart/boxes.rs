//! Quartiles, median and mean of a number question, one line for each group.

use super::frame::Frame;
use super::paint::{FAINT_INK, INK, SMALL, Svg, Tone, num};
use super::text::width;
use super::{Boxes, Size};

const BAR: f64 = 20.0;

pub(super) fn draw(chart: &Boxes, mut svg: Svg, size: Size) -> (Svg, f64) {
    let value_width = summaries(chart).map(|one| width(&one.text, SMALL)).fold(0.0, f64::max) + 8.0;
    let frame = Frame::new(size, chart.rows.iter().map(|row| (&*row.label, &*row.base)), BAR, value_width);
    let top = 6.0;
    let highest = scale(reach(chart).max(chart.reach));
    let (mut y, mut places) = (top + 2.0, Vec::new());
    for row in &chart.rows {
        let place = frame.row(&mut svg, y, &row.label, &row.base, false);
        y = place.next;
        places.push(place);
    }
    frame.grid(&mut svg, top, y);
    let tone = Tone::of_series(3, 7, false);
    for (row, place) in chart.rows.iter().zip(&places) {
        let summary = match &row.summary {
            Ok(summary) => summary,
            Err(why) => {
                frame.absent(&mut svg, place, why);
                continue;
            }
        };
        let x = |value: f64| frame.x(value / highest);
        svg.open(&format!(r#"stroke="{FAINT_INK}" stroke-width="1""#));
        svg.filled(x(summary.q1), place.bar_top, x(summary.q3) - x(summary.q1), BAR, tone.weak(row.weak));
        svg.close();
        svg.open(&format!(r#"stroke="{INK}" stroke-width="2.5" fill="none""#));
        svg.path(&format!("M{} {}v{BAR}", num(x(summary.median)), num(place.bar_top)));
        svg.close();
        diamond(&mut svg, x(summary.mean), place.bar_top + BAR / 2.0);
        svg.open(&format!(r#"font-size="{SMALL}""#));
        svg.text_end(svg.width - 4.0, place.bar_top + BAR / 2.0 + 4.0, &summary.text);
        svg.close();
    }
    let end = axis(chart, &mut svg, &frame, y, highest);
    (svg, end)
}

fn summaries(chart: &Boxes) -> impl Iterator<Item = &super::Summary> {
    chart.rows.iter().filter_map(|row| row.summary.as_ref().ok())
}

/// How far the figures reach.
pub(super) fn reach(chart: &Boxes) -> f64 {
    summaries(chart).map(|one| one.q3.max(one.mean)).fold(0.0, f64::max)
}

/// The mean: a white diamond with an outline, which shows on every tone.
fn diamond(svg: &mut Svg, x: f64, y: f64) {
    svg.open(&format!(r##"fill="#fff" stroke="{INK}" stroke-width="1.3""##));
    svg.path(&format!("M{} {}l5 5l-5 5l-5 -5z", num(x), num(y - 5.0)));
    svg.close();
}

fn axis(chart: &Boxes, svg: &mut Svg, frame: &Frame, bottom: f64, highest: f64) -> f64 {
    let label = |quarter: i32| tick(highest * f64::from(quarter) / 4.0);
    let x = |quarter: i32| frame.x(f64::from(quarter) / 4.0);
    // A long unit would run into the figure before it: it stands below.
    let last = format!("{}{}", label(4), chart.unit);
    let from = (x(4) - width(&last, SMALL) / 2.0).min(svg.width - width(&last, SMALL));
    let is_short = from >= x(3) + width(&label(3), SMALL) / 2.0 + 6.0;
    svg.open(&format!(r#"font-size="{SMALL}" fill="{FAINT_INK}""#));
    for quarter in 0..=4 {
        let text = if quarter == 4 && is_short { last.clone() } else { label(quarter) };
        svg.text_centred(x(quarter), bottom + 15.0, &text, SMALL, (0.0, svg.width));
    }
    if !is_short {
        svg.text_centred(x(4), bottom + 29.0, chart.unit.trim(), SMALL, (0.0, svg.width));
    }
    svg.close();
    bottom + if is_short { 22.0 } else { 36.0 }
}

fn tick(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The next number of the form 4, 8, 12, 20, 40 … at or above: its quarters read well.
fn scale(value: f64) -> f64 {
    let mut unit = 0.04;
    loop {
        for step in [1.0, 2.0, 3.0, 5.0] {
            if unit * step >= value {
                return unit * step;
            }
        }
        unit *= 10.0;
    }
}
