//! Charts as finished pictures, in the widths and parts that the places need.

use serde_json::{Value, json};

use super::Writer;
use crate::chart::{self, Chart, Size};
use crate::compose::{charts, words};
use crate::document::Figure;

/// The widths, with how high a part may be there (in the units of the chart's width): an A4 page
/// under its heading, a slide under its title, a slide beside text.
const PLACES: [(&str, Size, f64); 3] =
    [("paper", Size::Wide, 860.0), ("slide", Size::Slide, 460.0), ("beside", Size::Beside, 460.0)];

impl Writer<'_> {
    pub(super) fn figure(&self, figure: &Figure) -> Value {
        let mut done = json!({
            "kind": "figure",
            "id": figure.id,
            "caption": figure.caption,
            "base": figure.base,
            "notes": figure.notes,
        });
        for (name, size, limit) in PLACES {
            let parts = chart::split(&figure.chart, size, limit);
            let single = parts.len() == 1;
            let pictures = parts.iter().enumerate().map(|(at, part)| {
                let alternative = match single {
                    true => figure.alternative.clone(),
                    false => charts::alternative(part, self.document.lang),
                };
                let id = format!("{}-{name}-{at}", figure.id);
                let ratio = chart::ratio(part, size, self.is_made_up());
                json!({ "svg": self.picture(figure, part, &id, size), "ratio": ratio, "alternative": alternative })
            });
            done[name] = pictures.collect();
        }
        done
    }

    fn is_made_up(&self) -> bool {
        !self.document.notices.is_empty()
    }

    fn picture(&self, figure: &Figure, part: &Chart, id: &str, size: Size) -> String {
        let mark = self.is_made_up().then(|| words::MADE_UP.get(self.document.lang));
        let words = chart::Words { title: &figure.caption, description: "", mark };
        chart::render_in(part, id, size, words, &self.theme.palette())
    }
}
