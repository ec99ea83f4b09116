//! What remains possible when everything is withheld that the survey's preset lets withhold.

use monshin_instrument::DisclosurePreset;
use serde_json::{Value as Json, json};

/// The same publication with every row withheld that can be: nothing more can be done for a figure than
/// this leaves open. In `voluntary` overall figures stay where counts alone give them (`is_plain`), and numbers
/// of responses; in `register` only the number of all responses.
pub fn blackout(published: &Json, preset: DisclosurePreset, is_plain: bool) -> Json {
    let mut bare = published.clone();
    for table in bare["tables"].as_array_mut().expect("a list") {
        let stays = preset == DisclosurePreset::Voluntary && table["by"].is_null() && is_plain;
        if stays {
            continue;
        }
        table["unclassified"] = Json::Null;
        for row in table["rows"].as_array_mut().expect("a list") {
            *row = json!({ "group": row["group"], "n": null, "flag": "withheld", "cells": [] });
        }
    }
    if preset == DisclosurePreset::Register {
        for profile in bare["respondents"].as_array_mut().expect("a list") {
            profile["unclassified"] = Json::Null;
            profile["rows"].as_array_mut().expect("a list").iter_mut().for_each(|row| row["n"] = Json::Null);
        }
    }
    bare
}
