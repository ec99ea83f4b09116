//! Seven tones of one colour, dark to light: each is told from the next in grey.
//!
//! A theme names one colour; its tones take their hue from it and their lightness from the house's
//! own ramp, so the order of the tones and the contrast of the words on them stay what they are.

/// What fills the bars.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Palette {
    pub(super) tones: [String; 7],
}

const HOUSE: [&str; 7] = ["#0b3a75", "#2563a6", "#5b94cb", "#91bbe0", "#bcd5ec", "#d9e6f3", "#eef3f9"];

impl Default for Palette {
    fn default() -> Palette {
        Palette { tones: HOUSE.map(str::to_owned) }
    }
}

impl Palette {
    /// The tones of a colour.
    pub fn of(main: Colour) -> Palette {
        let house = HOUSE.map(|text| Colour::parse(text).expect("the house's own colours are colours"));
        Palette { tones: house.map(|step| main.with_luminance(step.luminance()).text()) }
    }
}

/// A colour of the sRGB space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour([u8; 3]);

impl Colour {
    /// White.
    pub const WHITE: Colour = Colour([255; 3]);

    /// Of red, green and blue, 0 to 255.
    pub const fn of(parts: [u8; 3]) -> Colour {
        Colour(parts)
    }

    /// Reads `#0b3a75` or `#03a`.
    pub fn parse(text: &str) -> Option<Colour> {
        let digits = text.strip_prefix('#')?;
        let values: Option<Vec<u8>> = digits
            .chars()
            .map(|digit| digit.to_digit(16).and_then(|value| u8::try_from(value).ok()))
            .collect();
        match values?.as_slice() {
            [r, g, b] => Some(Colour([r * 17, g * 17, b * 17])),
            [a, b, c, d, e, f] => Some(Colour([a * 16 + b, c * 16 + d, e * 16 + f])),
            _ => None,
        }
    }

    /// `#0b3a75`.
    pub fn text(self) -> String {
        let [r, g, b] = self.0;
        format!("#{r:02x}{g:02x}{b:02x}")
    }

    /// Relative luminance, 0 (black) to 1 (white), as WCAG 2 defines it.
    pub fn luminance(self) -> f64 {
        let [r, g, b] = self.linear();
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// Contrast ratio of two colours, 1 to 21, as WCAG 2 defines it.
    pub fn contrast(self, other: Colour) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// The colour of this hue that has a luminance: mixed with black or with white.
    #[must_use]
    pub fn with_luminance(self, wanted: f64) -> Colour {
        let own = self.luminance();
        let [r, g, b] = self.linear();
        if wanted <= own {
            let scale = if own > 0.0 { wanted / own } else { 0.0 };
            return Colour([r, g, b].map(|part| encoded(part * scale)));
        }
        let white = (wanted - own) / (1.0 - own);
        Colour([r, g, b].map(|part| encoded(part + (1.0 - part) * white)))
    }

    /// The nearest darker colour of this hue on which white words reach a contrast ratio.
    #[must_use]
    pub fn darkened_to(self, ratio: f64) -> Colour {
        let mut wanted = (1.05 / ratio - 0.05).clamp(0.0, 1.0);
        loop {
            let colour = self.with_luminance(wanted.min(self.luminance()));
            if colour.contrast(Colour::WHITE) >= ratio || wanted <= 0.0 {
                return colour;
            }
            wanted -= 0.001;
        }
    }

    fn linear(self) -> [f64; 3] {
        self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { libm::pow((part + 0.055) / 1.055, 2.4) }
        })
    }
}

fn encoded(part: f64) -> u8 {
    let part = part.clamp(0.0, 1.0);
    let part = if part <= 0.003_130_8 { part * 12.92 } else { 1.055 * libm::pow(part, 1.0 / 2.4) - 0.055 };
    (part * 255.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_what_wcag_says() {
        let black = Colour::parse("#000").expect("a colour");
        assert_eq!(black.contrast(Colour::WHITE), 21.0);
        // The well-known least grey on white that passes AA.
        let grey = Colour::parse("#767676").expect("a colour");
        assert!((grey.contrast(Colour::WHITE) - 4.54).abs() < 0.01);
        assert!(Colour::parse("#777").expect("a colour").contrast(Colour::WHITE) < 4.5);
    }

    #[test]
    fn the_tones_of_any_colour_keep_their_order_and_their_contrast() {
        for main in ["#000000", "#ffffff", "#ff0000", "#00ff00", "#0b3a75", "#f0a500"] {
            let palette = Palette::of(Colour::parse(main).expect("a colour"));
            let tones = palette.tones.map(|tone| Colour::parse(&tone).expect("a colour"));
            assert!(tones.windows(2).all(|pair| pair[0].luminance() < pair[1].luminance()), "{main}");
            assert!(tones[..2].iter().all(|tone| tone.contrast(Colour::WHITE) >= 4.5), "{main}: {tones:?}");
        }
    }

    #[test]
    fn a_colour_too_light_is_darkened_just_enough() {
        let dark = Colour::parse("#f0a500").expect("a colour").darkened_to(4.5);
        assert!((4.5..4.7).contains(&dark.contrast(Colour::WHITE)), "{}", dark.text());
    }

    #[test]
    fn what_is_no_colour_is_refused() {
        for text in ["", "#", "0b3a75", "#0b3a7", "#ggg", "#0b3a7５"] {
            assert_eq!(Colour::parse(text), None, "{text}");
        }
    }
}
