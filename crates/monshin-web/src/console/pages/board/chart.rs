//! Returns by day, as SVG without style and without a script.

use std::fmt::Write;

use crate::console::outlook::ByDay;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 170.0;
const LEFT: f64 = 48.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 22.0;
/// More days than this are drawn as weeks.
const MOST_BARS: i64 = 93;

/// A bar for each day (or week) from the first to the last.
pub fn days(by_day: &ByDay, opened: i64, until: i64, title: &str) -> String {
    let first = by_day.keys().next().copied().unwrap_or(opened).min(opened);
    let last = by_day.keys().next_back().copied().unwrap_or(until).max(until).max(first);
    let step = if last - first >= MOST_BARS { 7 } else { 1 };
    let bars: Vec<(i64, u64)> = (first..=last)
        .step_by(step as usize)
        .map(|day| (day, by_day.range(day..day + step).map(|(_, returns)| returns).sum()))
        .collect();
    let most = bars.iter().map(|(_, returns)| *returns).max().unwrap_or(0).max(1);
    let (plot, slot) = (HEIGHT - TOP - BOTTOM, (WIDTH - LEFT) / bars.len() as f64);
    let base = HEIGHT - BOTTOM;
    let mut svg = format!(
        "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{title}\">\
         <line class=\"axis\" x1=\"{LEFT}\" y1=\"{base}\" x2=\"{WIDTH}\" y2=\"{base}\"/>\
         <line class=\"grid\" x1=\"{LEFT}\" y1=\"{TOP}\" x2=\"{WIDTH}\" y2=\"{TOP}\"/>\
         <text x=\"{x}\" y=\"{y}\" text-anchor=\"end\">{most}</text><text x=\"{x}\" y=\"{base}\" text-anchor=\"end\">0</text>",
        x = LEFT - 6.0,
        y = TOP + 5.0,
    );
    for (at, (day, returns)) in bars.iter().enumerate() {
        let height = plot * *returns as f64 / most as f64;
        let x = LEFT + slot * at as f64 + slot * 0.1;
        let _ = write!(
            svg,
            "<rect class=\"bar\" x=\"{x:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{height:.1}\"><title>{} {returns}</title></rect>",
            base - height,
            slot * 0.8,
            date(*day),
        );
    }
    let _ = write!(
        svg,
        "<text x=\"{LEFT}\" y=\"{y}\">{}</text><text x=\"{WIDTH}\" y=\"{y}\" text-anchor=\"end\">{}</text></svg>",
        date(first),
        date(last),
        y = HEIGHT - 5.0,
    );
    svg
}

/// A day, by its number since 1970.
pub fn date(day: i64) -> String {
    let epoch = jiff::civil::date(1970, 1, 1);
    epoch.checked_add(jiff::Span::new().days(day)).map_or_else(|_| String::new(), |date| date.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_has_its_bar_and_many_become_weeks() {
        let few = ByDay::from([(20_000, 3), (20_002, 6)]);
        let svg = days(&few, 19_999, 20_003, "x");
        assert_eq!(svg.matches("<rect").count(), 5);
        assert!(svg.contains("<title>2024-10-04 3</title>") && svg.contains(">6</text>"), "{svg}");
        let many = ByDay::from([(20_000, 1), (20_200, 2)]);
        assert_eq!(days(&many, 20_000, 20_200, "x").matches("<rect").count(), 29);
    }
}
