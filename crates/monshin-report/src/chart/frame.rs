//! What the bar charts share: columns for labels and bases, the axis, the reference line.

use super::paint::{FAINT_INK, GRID, REFERENCE, SMALL, Svg, TEXT};
use super::text::{width, wrap};
use super::{Reference, Size};

const LINE: f64 = 16.0;

/// Where the columns of a bar chart lie.
pub(super) struct Frame {
    size: Size,
    label_width: f64,
    base_end: f64,
    /// Left end of the plot.
    pub(super) left: f64,
    /// Right end of the plot.
    pub(super) right: f64,
    /// Height of a bar.
    pub(super) bar: f64,
}

/// Where one row lies.
pub(super) struct Place {
    /// Top of the bar.
    pub(super) bar_top: f64,
    /// Where the next row begins.
    pub(super) next: f64,
}

impl Frame {
    /// Columns wide enough for these labels and bases; `value_width` is kept free on the right.
    pub(super) fn new<'a>(
        size: Size,
        rows: impl Iterator<Item = (&'a str, &'a str)>,
        bar: f64,
        value_width: f64,
    ) -> Frame {
        let (mut label, mut base) = (0.0_f64, 0.0_f64);
        for (name, n) in rows {
            label = label.max(width(name, TEXT));
            base = base.max(width(n, SMALL));
        }
        let right = size.width() - 14.0 - value_width;
        match size.is_narrow() {
            false => {
                let label_width = label.clamp(40.0, size.width() / 3.6);
                let base_end = 2.0 + label_width + 10.0 + base;
                Frame { size, label_width, base_end, left: base_end + 10.0, right, bar }
            }
            true => {
                let label_width = size.width() - base - 26.0;
                Frame { size, label_width, base_end: size.width() - 12.0, left: 12.0, right, bar }
            }
        }
    }

    /// Writes label and base of a row that begins at `top`, and says where its bar goes.
    pub(super) fn row(&self, svg: &mut Svg, top: f64, label: &str, base: &str, is_total: bool) -> Place {
        let lines = wrap(label, self.label_width, TEXT);
        let tall = lines.len() as f64 * LINE;
        let (text_top, bar_top, next) = match self.size.is_narrow() {
            false => {
                let height = tall.max(self.bar);
                // Labels of several lines keep apart from each other.
                let gap = if lines.len() > 1 { self.gap().max(6.0) } else { self.gap() };
                (top + (height - tall) / 2.0, top + (height - self.bar) / 2.0, top + height + gap)
            }
            true => (top, top + tall + 2.0, top + tall + 2.0 + self.bar + self.gap()),
        };
        if is_total {
            svg.open(r#"font-weight="700""#);
        }
        let x = if self.size.is_narrow() { self.left } else { 2.0 };
        for (index, line) in lines.iter().enumerate() {
            svg.text(x, text_top + 12.5 + index as f64 * LINE, line);
        }
        if is_total {
            svg.close();
        }
        let base_y = match self.size.is_narrow() {
            false => bar_top + self.bar / 2.0 + 4.0,
            true => text_top + 12.5,
        };
        svg.open(&format!(r#"font-size="{SMALL}" fill="{FAINT_INK}""#));
        svg.text_end(self.base_end, base_y, base);
        svg.close();
        Place { bar_top, next }
    }

    /// Between rows. On a slide many of them have to fit.
    fn gap(&self) -> f64 {
        if matches!(self.size, Size::Slide | Size::Beside) { 2.0 } else { 7.0 }
    }

    /// Where a share lies.
    pub(super) fn x(&self, share: f64) -> f64 {
        self.left + share.clamp(0.0, 1.0) * (self.right - self.left)
    }

    /// Grid lines from `top` to `bottom`; call before the bars are drawn.
    pub(super) fn grid(&self, svg: &mut Svg, top: f64, bottom: f64) {
        let d: String = (0..=4)
            .map(|quarter| {
                let x = super::paint::num(self.x(f64::from(quarter) / 4.0));
                format!("M{x} {}V{}", super::paint::num(top), super::paint::num(bottom))
            })
            .collect();
        svg.open(&format!(r#"stroke="{GRID}" fill="none""#));
        svg.path(&d);
        svg.close();
    }

    /// Percentages under the plot; gives where the chart ends.
    pub(super) fn axis(&self, svg: &mut Svg, bottom: f64) -> f64 {
        svg.open(&format!(r#"font-size="{SMALL}" fill="{FAINT_INK}""#));
        for quarter in 0..=4 {
            let share = f64::from(quarter) / 4.0;
            let text = format!("{}%", quarter * 25);
            svg.text_centred(self.x(share), bottom + 15.0, &text, SMALL, (0.0, svg.width));
        }
        svg.close();
        bottom + 22.0
    }

    /// The label of the reference line; gives where the plot begins.
    pub(super) fn reference_label(&self, svg: &mut Svg, top: f64, reference: Option<&Reference>) -> f64 {
        let Some(reference) = reference else { return top };
        svg.open(&format!(r#"font-size="{SMALL}" font-weight="700" fill="{REFERENCE}""#));
        let room = (2.0, svg.width - 4.0);
        svg.text_centred(self.x(reference.at), top + 12.0, &reference.label, SMALL, room);
        svg.close();
        top + 18.0
    }

    /// The reference line itself, on a halo; call after the bars are drawn.
    pub(super) fn reference_line(&self, svg: &mut Svg, top: f64, bottom: f64, reference: Option<&Reference>) {
        let Some(reference) = reference else { return };
        let x = super::paint::num(self.x(reference.at));
        let d = format!("M{x} {}V{}", super::paint::num(top - 2.0), super::paint::num(bottom));
        svg.open(r##"fill="none" stroke="#fff" stroke-width="3" stroke-opacity=".8""##);
        svg.path(&d);
        svg.close();
        svg.open(&format!(r#"fill="none" stroke="{REFERENCE}" stroke-width="1.6" stroke-dasharray="5 3""#));
        svg.path(&d);
        svg.close();
    }

    /// In the place of a bar: why there is none.
    pub(super) fn absent(&self, svg: &mut Svg, place: &Place, why: &str) {
        let limit = self.right - self.left - 12.0;
        let line = wrap(why, limit, SMALL).swap_remove(0);
        svg.open(&format!(r##"fill="#fff" stroke="{GRID}" stroke-dasharray="3 3""##));
        svg.rect(self.left, place.bar_top, self.right - self.left, self.bar);
        svg.close();
        svg.open(&format!(r#"font-size="{SMALL}" fill="{FAINT_INK}""#));
        svg.text(self.left + 6.0, place.bar_top + self.bar / 2.0 + 4.0, &line);
        svg.close();
    }
}

/// Intervals collected while the bars are drawn, to be drawn over them.
#[derive(Default)]
pub(super) struct Whiskers(String);

impl Whiskers {
    pub(super) fn add(&mut self, frame: &Frame, (low, high): (f64, f64), y: f64, half: f64) {
        use super::paint::num;
        let (from, to) = (num(frame.x(low)), num(frame.x(high)));
        let (top, mid, tall) = (num(y - half), num(y), num(half * 2.0));
        self.0.push_str(&format!("M{from} {top}v{tall}M{from} {mid}H{to}M{to} {top}v{tall}"));
    }

    pub(super) fn draw(self, svg: &mut Svg) {
        if self.0.is_empty() {
            return;
        }
        svg.open(r##"fill="none" stroke="#fff" stroke-width="4" stroke-opacity=".85""##);
        svg.path(&self.0);
        svg.close();
        svg.open(r##"fill="none" stroke="#000" stroke-width="1.5""##);
        svg.path(&self.0);
        svg.close();
    }
}
