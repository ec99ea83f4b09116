//! The print document as it came in, made fit to be set: its form is known, its characters have
//! glyphs, its fonts are there.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::fonts::{FAMILY, Fonts, MISSING};

/// The form that we read.
pub const FORMAT: &str = "monshin-print/1";

/// A print document, and what was lacking for it.
pub struct Document {
    value: Value,
    /// Characters that no font has; 〓 stands for them.
    pub missing: BTreeSet<char>,
    /// Families that the theme asks for and nobody has.
    pub missing_families: Vec<String>,
}

/// What is said of a picture and never drawn keeps its characters.
const SPOKEN: [&str; 2] = ["alternative", "detail"];

impl Document {
    /// Reads a print document.
    ///
    /// # Errors
    /// In words, when it is none.
    pub fn read(text: &str, fonts: &Fonts) -> Result<Document, String> {
        let mut value: Value =
            serde_json::from_str(text).map_err(|error| format!("the print document is no JSON: {error}"))?;
        let format = value["format"].as_str().unwrap_or("none");
        if format != FORMAT {
            return Err(format!(
                "the print document is of the form `{format}` and this monshin-pdf reads `{FORMAT}`: \
                 take both programs from one release"
            ));
        }
        let title = value["title"].clone();
        let missing = fonts.missing(text);
        if !missing.is_empty() {
            replace(&mut value, &missing);
        }
        let mut missing_families = Vec::new();
        for list in ["fonts", "heading_fonts"] {
            let families = &mut value["theme"][list];
            missing_families.extend(known(families, fonts));
        }
        crate::tables::measure(&mut value);
        // Metadata may say what the fonts cannot.
        if let Some(map) = value.as_object_mut() {
            map.insert("spoken_title".to_owned(), title);
        }
        Ok(Document { value, missing, missing_families })
    }

    /// The document as the templates read it.
    pub fn bytes(&self) -> Vec<u8> {
        self.value.to_string().into_bytes()
    }

    /// Every figure's picture as it stands on paper: its id and its SVG.
    pub fn pictures(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        pictures(&self.value, &mut found);
        found
    }
}

fn replace(value: &mut Value, missing: &BTreeSet<char>) {
    match value {
        Value::String(text) if text.contains(|c| missing.contains(&c)) => {
            *text = text.chars().map(|c| if missing.contains(&c) { MISSING } else { c }).collect();
        }
        Value::Array(list) => list.iter_mut().for_each(|one| replace(one, missing)),
        Value::Object(map) => {
            map.iter_mut()
                .filter(|(key, _)| !SPOKEN.contains(&key.as_str()))
                .for_each(|(_, one)| replace(one, missing));
        }
        _ => {}
    }
}

/// Leaves the families that are there, the built-in one last; gives back the others.
fn known(families: &mut Value, fonts: &Fonts) -> Vec<String> {
    let wanted: Vec<String> = families
        .as_array()
        .map(|list| list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        .unwrap_or_default();
    let (mut have, lack): (Vec<String>, Vec<String>) =
        wanted.into_iter().partition(|family| fonts.has_family(family));
    if have.iter().all(|family| family != FAMILY) {
        have.push(FAMILY.to_owned());
    }
    *families = have.into();
    lack
}

fn pictures(value: &Value, found: &mut Vec<(String, String)>) {
    match value {
        Value::Array(list) => list.iter().for_each(|one| pictures(one, found)),
        Value::Object(map) if map.get("kind").is_some_and(|kind| kind == "figure") => figure(map, found),
        Value::Object(map) => map.values().for_each(|one| pictures(one, found)),
        _ => {}
    }
}

fn figure(map: &Map<String, Value>, found: &mut Vec<(String, String)>) {
    let id = map.get("id").and_then(Value::as_str).unwrap_or_default();
    let parts = map.get("paper").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    for (at, part) in parts.iter().enumerate() {
        let name = if parts.len() == 1 { id.to_owned() } else { format!("{id}-{}", at + 1) };
        found.extend(part["svg"].as_str().map(|svg| (name, svg.to_owned())));
    }
}
