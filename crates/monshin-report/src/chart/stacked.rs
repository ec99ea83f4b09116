//! Bars of 100 %, one for each group.

use super::frame::{Frame, Place, Whiskers};
use super::paint::{FAINT_INK, SMALL, Svg, TEXT, Tone};
use super::text::width;
use super::{Bar, Part, Row, Size, Stacked};

/// How high a bar is, and where its figure and its whisker lie from its top.
#[derive(Clone, Copy)]
struct Heights {
    bar: f64,
    figure: f64,
    whisker: f64,
}

const USUAL: Heights = Heights { bar: 25.0, figure: 12.5, whisker: 19.5 };
/// On a slide many rows make the picture smaller, words and all: lower bars keep the words large.
const LOW: Heights = Heights { bar: 20.0, figure: 11.0, whisker: 15.5 };
/// More rows than this are many, on a slide.
const FEW: usize = 8;

fn heights(chart: &Stacked, size: Size) -> Heights {
    let is_slide = matches!(size, Size::Slide | Size::Beside);
    if is_slide && chart.rows.len() > FEW { LOW } else { USUAL }
}

pub(super) fn draw(chart: &Stacked, mut svg: Svg, size: Size) -> (Svg, f64) {
    let heights = heights(chart, size);
    let frame = Frame::new(size, chart.rows.iter().map(|row| (&*row.label, &*row.base)), heights.bar, 0.0);
    let top = legend(chart, &mut svg);
    let top = frame.reference_label(&mut svg, top, chart.reference.as_ref());
    let mut y = top + 2.0;
    let mut whiskers = Whiskers::default();
    let mut places = Vec::new();
    for row in &chart.rows {
        let place = frame.row(&mut svg, y, &row.label, &row.base, row.is_total);
        y = place.next;
        places.push(place);
    }
    frame.grid(&mut svg, top, y);
    for (row, place) in chart.rows.iter().zip(&places) {
        match &row.bar {
            Bar::Absent(why) => frame.absent(&mut svg, place, why),
            Bar::Parts { parts, weak } => {
                segments(chart, &mut svg, &frame, place, parts, *weak);
                if let Some(interval) = parts.first().and_then(|part| part.interval) {
                    whiskers.add(&frame, interval, place.bar_top + heights.whisker, 3.0);
                }
            }
        }
    }
    frame.reference_line(&mut svg, top, y, chart.reference.as_ref());
    whiskers.draw(&mut svg);
    for (row, place) in chart.rows.iter().zip(&places) {
        figures(chart, &mut svg, &frame, place.bar_top + heights.figure, row);
    }
    let end = frame.axis(&mut svg, y);
    (svg, end)
}

fn tone(chart: &Stacked, index: usize) -> Tone {
    Tone::of_series(index, chart.series.len(), chart.series.get(index).is_some_and(|one| one.aside))
}

/// The answers with their tones, over as many lines as they need.
fn legend(chart: &Stacked, svg: &mut Svg) -> f64 {
    let (mut x, mut y) = (2.0, 4.0);
    for (index, series) in chart.series.iter().enumerate() {
        let room = svg.width - 30.0;
        let lines = super::text::wrap(&series.label, room, TEXT);
        let wide = lines.iter().map(|line| width(line, TEXT)).fold(0.0, f64::max);
        if x > 2.0 && x + 22.0 + wide > svg.width - 4.0 {
            x = 2.0;
            y += 20.0;
        }
        svg.open(&format!(r#"stroke="{FAINT_INK}" stroke-width=".7""#));
        svg.filled(x, y, 14.0, 12.0, tone(chart, index));
        svg.close();
        for (line, text) in lines.iter().enumerate() {
            svg.text(x + 20.0, y + 11.0 + 16.0 * line as f64, text);
        }
        y += 16.0 * (lines.len() - 1) as f64;
        x += 20.0 + wide + 18.0;
    }
    y + 22.0
}

fn segments(chart: &Stacked, svg: &mut Svg, frame: &Frame, place: &Place, parts: &[Part], weak: bool) {
    svg.open(&format!(r#"stroke="{FAINT_INK}" stroke-width=".7""#));
    for (index, (from, to)) in reaches(parts).into_iter().enumerate() {
        if parts[index].share > 0.0 {
            let (left, right) = (frame.x(from), frame.x(to));
            svg.filled(left, place.bar_top, right - left, frame.bar, tone(chart, index).weak(weak));
        }
    }
    svg.close();
}

/// From where to where each answer reaches. What is not shown is a gap where it would be: what comes
/// after the last of it is laid from the right.
fn reaches(parts: &[Part]) -> Vec<(f64, f64)> {
    let mut from = 0.0;
    let mut found: Vec<(f64, f64)> = Vec::new();
    for part in parts {
        found.push((from, from + part.share));
        from += part.share;
    }
    let Some(gap) = parts.iter().rposition(|part| !part.is_shown) else { return found };
    let wide = (1.0 - from).max(0.0);
    found[gap].1 += wide;
    found[gap + 1..].iter_mut().for_each(|(from, to)| (*from, *to) = (*from + wide, *to + wide));
    found
}

/// The percentages: inside their segment where they fit; of two answers, the one whose segment is
/// too small is named inside the other's.
fn figures(chart: &Stacked, svg: &mut Svg, frame: &Frame, y: f64, row: &Row) {
    let Bar::Parts { parts, weak } = &row.bar else { return };
    svg.open(&format!(r#"font-size="{SMALL}""#));
    for ((index, part), (from, to)) in parts.iter().enumerate().zip(reaches(parts)) {
        let (left, right) = (frame.x(from), frame.x(to));
        let tone = tone(chart, index).weak(*weak);
        let wide = width(&part.text, SMALL);
        let is_last = index + 1 == parts.len();
        if !part.is_shown && right - left >= wide + 2.0 {
            svg.text_centred(f64::midpoint(left, right), y, &part.text, SMALL, (left, right));
        } else if right - left >= wide + 8.0 {
            let (x, anchor) = match index {
                0 => (left + 5.0, "start"),
                _ if is_last => (right - 5.0, "end"),
                _ => ((left + right) / 2.0, "middle"),
            };
            svg.text_on(x, y, anchor, &part.text, tone);
        } else if let [one, two] = &parts[..]
            && part.share > 0.0
        {
            let named = format!("{} {}", chart.series[index].label, part.text);
            let other = if index == 0 { two } else { one };
            let spare = frame.x(other.share) - frame.left - width(&other.text, SMALL) - 24.0;
            if width(&named, SMALL) <= spare {
                let (x, anchor) = if index == 0 { (right + 5.0, "start") } else { (left - 5.0, "end") };
                svg.text_on(x, y, anchor, &named, self::tone(chart, 1 - index).weak(*weak));
            }
        }
    }
    svg.close();
}
