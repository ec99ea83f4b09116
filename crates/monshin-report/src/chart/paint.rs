//! Ink and paper: the SVG being written, its colours and hatchings.

use std::fmt::Write as _;

use super::Palette;
use super::text::width;

pub(crate) const FONTS: &str =
    "'BIZ UDPGothic','BIZ UDGothic','Yu Gothic UI','Hiragino Sans','Noto Sans JP',sans-serif";
pub(crate) const INK: &str = "#1a1a1a";
pub(crate) const FAINT_INK: &str = "#4a5560";
pub(crate) const GRID: &str = "#d5dae0";
pub(crate) const REFERENCE: &str = "#a8261b";

/// Size of ordinary text.
pub(crate) const TEXT: f64 = 13.0;
/// Size of axis and small text.
pub(crate) const SMALL: f64 = 11.5;

/// What fills a segment. Lightness alone tells the tones of one chart apart, so they survive
/// black-and-white print and every kind of colour blindness.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tone {
    step: usize,
    aside: bool,
    weak: bool,
}

impl Tone {
    /// The tone of series `index` of `count`; `aside` for don't know, refused and the like.
    pub(crate) fn of_series(index: usize, count: usize, aside: bool) -> Tone {
        let step = match count {
            0 | 1 => 1,
            2 => [0, 5][index.min(1)],
            3 => [0, 2, 5][index.min(2)],
            4 => [0, 2, 4, 6][index.min(3)],
            5 => [0, 1, 2, 4, 6][index.min(4)],
            _ => index % 7,
        };
        Tone { step, aside, weak: false }
    }

    pub(crate) fn weak(self, weak: bool) -> Tone {
        Tone { weak, ..self }
    }

    /// Colour of text set upon it.
    pub(crate) fn ink(self) -> &'static str {
        if self.step <= 1 && !self.aside && !self.weak { "#fff" } else { INK }
    }

    fn is_plain(self) -> bool {
        !self.aside && !self.weak
    }

    fn pattern(self) -> String {
        format!("{}{}{}", if self.aside { "a" } else { "s" }, self.step, if self.weak { "w" } else { "" })
    }
}

/// An SVG under way. Coordinates are in units of its view box, which are pixels at full size.
pub(crate) struct Svg {
    id: String,
    body: String,
    patterns: Vec<Tone>,
    pub(crate) width: f64,
    palette: Palette,
}

impl Svg {
    pub(crate) fn new(id: &str, width: f64, palette: &Palette) -> Svg {
        Svg { id: id.to_owned(), body: String::new(), patterns: Vec::new(), width, palette: palette.clone() }
    }

    /// Opens a group with attributes that its children inherit.
    pub(crate) fn open(&mut self, attributes: &str) {
        let _ = write!(self.body, "<g {attributes}>");
    }

    pub(crate) fn close(&mut self) {
        self.body.push_str("</g>");
    }

    pub(crate) fn rect(&mut self, x: f64, y: f64, w: f64, h: f64) {
        let (x, y, w, h) = (num(x), num(y), num(w.max(0.0)), num(h));
        let _ = write!(self.body, r#"<rect x="{x}" y="{y}" width="{w}" height="{h}"/>"#);
    }

    /// A box of a tone.
    pub(crate) fn filled(&mut self, x: f64, y: f64, w: f64, h: f64, tone: Tone) {
        let fill = self.fill(tone);
        let (x, y, w, h) = (num(x), num(y), num(w.max(0.0)), num(h));
        let _ = write!(self.body, r#"<rect x="{x}" y="{y}" width="{w}" height="{h}" fill="{fill}"/>"#);
    }

    pub(crate) fn path(&mut self, d: &str) {
        let _ = write!(self.body, r#"<path d="{d}"/>"#);
    }

    /// Text that begins at `x`.
    pub(crate) fn text(&mut self, x: f64, y: f64, text: &str) {
        let _ = write!(self.body, r#"<text x="{}" y="{}">{}</text>"#, num(x), num(y), escape(text));
    }

    /// Small text in the ink of a tone, on white paper where the tone is hatched; `anchor` as in SVG.
    pub(crate) fn text_on(&mut self, x: f64, y: f64, anchor: &str, text: &str, tone: Tone) {
        if !tone.is_plain() {
            let wide = width(text, SMALL);
            let left = match anchor {
                "end" => x - wide,
                "middle" => x - wide / 2.0,
                _ => x,
            };
            self.paper(left, y, wide, SMALL);
        }
        let (x, y, fill, text) = (num(x), num(y), tone.ink(), escape(text));
        let _ =
            write!(self.body, r#"<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{fill}">{text}</text>"#);
    }

    /// White paper under a text that begins at `left`. A stroke around the letters would be drawn over
    /// their neighbours by some renderers.
    pub(crate) fn paper(&mut self, left: f64, y: f64, wide: f64, size: f64) {
        let (x, y, w, h) = (num(left - 2.0), num(y - size), num(wide + 4.0), num(size * 1.3));
        let _ = write!(
            self.body,
            r##"<path d="M{x} {y}h{w}v{h}h-{w}z" fill="#fff" fill-opacity=".88" stroke="none"/>"##
        );
    }

    /// Text that ends at `x`.
    pub(crate) fn text_end(&mut self, x: f64, y: f64, text: &str) {
        let (x, y, text) = (num(x), num(y), escape(text));
        let _ = write!(self.body, r#"<text x="{x}" y="{y}" text-anchor="end">{text}</text>"#);
    }

    /// Text centred on `x`, but kept whole between `left` and `right`.
    pub(crate) fn text_centred(&mut self, x: f64, y: f64, text: &str, size: f64, (left, right): (f64, f64)) {
        let half = width(text, size) / 2.0;
        let x = x.min(right - half).max(left + half);
        let (x, y, text) = (num(x), num(y), escape(text));
        let _ = write!(self.body, r#"<text x="{x}" y="{y}" text-anchor="middle">{text}</text>"#);
    }

    fn fill(&mut self, tone: Tone) -> String {
        if tone.is_plain() {
            return self.palette.tones[tone.step].clone();
        }
        if !self.patterns.contains(&tone) {
            self.patterns.push(tone);
        }
        format!("url(#{}-{})", self.id, tone.pattern())
    }

    /// The finished picture with its text alternative.
    pub(crate) fn finish(self, height: f64, title: &str, description: &str) -> String {
        let Svg { id, body, patterns, width, palette } = self;
        let (w, h) = (num(width), num(height.ceil()));
        let (title, description) = (escape(title), escape(description));
        let mut defs: String = patterns.iter().map(|tone| pattern(&id, *tone, &palette)).collect();
        if !defs.is_empty() {
            defs = format!("<defs>{defs}</defs>");
        }
        format!(
            concat!(
                r#"<svg xmlns="http://www.w3.org/2000/svg" id="{id}" viewBox="0 0 {w} {h}" width="{w}" height="{h}" "#,
                r#"role="img" aria-labelledby="{id}-t {id}-d" font-family="{fonts}" font-size="{size}" fill="{ink}">"#,
                r#"<title id="{id}-t">{title}</title><desc id="{id}-d">{description}</desc>{defs}{body}</svg>"#
            ),
            id = id,
            w = w,
            h = h,
            fonts = FONTS,
            size = TEXT,
            ink = INK,
            title = title,
            description = description,
            defs = defs,
            body = body
        )
    }
}

/// How much a mark adds to the height.
pub(crate) const MARK: f64 = 14.0;

/// Small words in the lower right corner; gives the new height.
pub(crate) fn mark(svg: &mut Svg, height: f64, words: &str) -> f64 {
    svg.open(&format!(r#"font-size="{SMALL}" fill="{REFERENCE}""#));
    svg.text_end(svg.width - 4.0, height + 9.0, words);
    svg.close();
    height + MARK
}

/// Weak bases: the tone thinned to stripes. Aside: grey dots.
fn pattern(id: &str, tone: Tone, palette: &Palette) -> String {
    let colour = if tone.aside { "#6b7785" } else { &*palette.tones[tone.step.min(3)] };
    let paper = if tone.aside { "#eceef1" } else { "#fff" };
    let stripe = if tone.step >= 4 { 1.2 } else { 3.2 };
    let mark = match (tone.aside, tone.weak) {
        (true, false) => format!(r#"<circle cx="3" cy="3" r="1.1" fill="{colour}"/>"#),
        _ => format!(
            r#"<path d="M-1.5 1.5L1.5 -1.5M0 6L6 0M4.5 7.5L7.5 4.5" stroke="{colour}" stroke-opacity=".42" stroke-width="{stripe}" stroke-dasharray="{dash}"/>"#,
            dash = if tone.aside { "1.5 1.5" } else { "none" }
        ),
    };
    format!(
        r#"<pattern id="{id}-{}" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="{paper}"/>{mark}</pattern>"#,
        tone.pattern()
    )
}

/// A coordinate, to a tenth, without trailing zeros.
pub(crate) fn num(value: f64) -> String {
    let text = format!("{value:.1}");
    let text = text.strip_suffix(".0").map(str::to_owned).unwrap_or(text);
    if text == "-0" { "0".to_owned() } else { text }
}

/// Text between tags or inside double quotes.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\r' | '\t' => out.push(' '),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}
