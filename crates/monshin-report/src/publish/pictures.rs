//! The pictures of a published set for the typesetter, which makes pixels of them.

use serde_json::{Value, json};

use super::PublishedFigure;
use crate::print::FORMAT;

/// A print document of pictures alone: `monshin-pdf --figures` writes a PNG of each figure, by its name,
/// and one of the card, as `card`.
pub fn pictures(figures: &[PublishedFigure], card: &str) -> String {
    let picture = |name: &str, svg: &str| json!({ "kind": "figure", "id": name, "paper": [{ "svg": svg }] });
    let all = figures.iter().map(|figure| picture(&figure.name, &figure.svg));
    let all: Vec<Value> = all.chain([picture("card", card)]).collect();
    let theme = json!({ "fonts": [], "heading_fonts": [] });
    json!({ "format": FORMAT, "title": "", "theme": theme, "pictures": all }).to_string()
}
