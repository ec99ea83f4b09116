//! How often which number was given.

use super::Histogram;
use super::paint::{FAINT_INK, GRID, SMALL, Svg, Tone, num};
use super::text::{width, wrap};

const HEIGHT: f64 = 170.0;

pub(super) fn draw(chart: &Histogram, mut svg: Svg) -> (Svg, f64) {
    let (left, right, top) = (8.0, svg.width - 8.0, 22.0);
    let bottom = top + HEIGHT;
    let highest = chart.bins.iter().map(|bin| bin.value).fold(0.0, f64::max).max(f64::MIN_POSITIVE);
    let step = (right - left) / chart.bins.len().max(1) as f64;
    let tone = Tone::of_series(0, 1, false);
    svg.open(&format!(r#"stroke="{FAINT_INK}" stroke-width=".7""#));
    for (index, bin) in chart.bins.iter().enumerate() {
        let tall = HEIGHT * bin.value / highest;
        svg.filled(left + step * index as f64 + 1.0, bottom - tall, step - 2.0, tall, tone);
    }
    svg.close();
    svg.open(&format!(r#"stroke="{GRID}""#));
    svg.path(&format!("M{} {}H{}", num(left), num(bottom), num(right)));
    svg.close();
    let mut lowest = bottom;
    svg.open(&format!(r#"font-size="{SMALL}" fill="{FAINT_INK}""#));
    for (index, bin) in chart.bins.iter().enumerate() {
        let middle = left + step * (index as f64 + 0.5);
        let tall = HEIGHT * bin.value / highest;
        if width(&bin.text, SMALL) <= step {
            svg.text_centred(middle, bottom - tall - 5.0, &bin.text, SMALL, (0.0, svg.width));
        }
        if index % every(chart, step) == 0 {
            for (line, text) in
                wrap(&bin.label, step * every(chart, step) as f64 - 2.0, SMALL).iter().enumerate()
            {
                let y = bottom + 15.0 + 14.0 * line as f64;
                svg.text_centred(middle, y, text, SMALL, (0.0, svg.width));
                lowest = lowest.max(y);
            }
        }
    }
    for text in wrap(&chart.axis, right - left, SMALL) {
        lowest += 18.0;
        svg.text_end(right, lowest, &text);
    }
    svg.close();
    (svg, lowest + 8.0)
}

/// Every how many-th class is named, so that the names do not run into each other.
fn every(chart: &Histogram, step: f64) -> usize {
    let widest = chart.bins.iter().map(|bin| width(&bin.label, SMALL)).fold(0.0, f64::max);
    ((widest + 8.0).min(120.0) / step).ceil().max(1.0) as usize
}
