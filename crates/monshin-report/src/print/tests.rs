use serde_json::Value;

use super::*;
use crate::demo;

fn printed() -> Value {
    serde_json::from_str(&render_document(&demo::document(), &Theme::default())).expect("JSON")
}

fn each<'a>(value: &'a Value, visit: &mut dyn FnMut(&'a Value)) {
    visit(value);
    match value {
        Value::Array(list) => list.iter().for_each(|one| each(one, visit)),
        Value::Object(map) => map.values().for_each(|one| each(one, visit)),
        _ => {}
    }
}

/// What `monshin-pdf` is tested with is what we write today.
#[test]
fn the_typesetters_test_document_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../pdf/tests/documents/demo.json");
    let pretty = serde_json::to_string_pretty(&printed()).expect("JSON") + "\n";
    expect_test::expect_file![path].assert_eq(&pretty);
}

#[test]
fn a_claim_and_the_cell_it_rests_on_lead_to_each_other() {
    let document = printed();
    let (mut claims, mut backs) = (Vec::new(), Vec::new());
    each(&document["chapters"], &mut |one| {
        if one["kind"] == "claim" && !one["id"].is_null() {
            claims.push((one["id"].clone(), one["target"].clone()));
        }
        if !one["back"].is_null() {
            backs.push((one["back"].clone(), one["id"].clone()));
        }
    });
    assert!(!claims.is_empty());
    for claim in &claims {
        assert!(backs.contains(claim), "{claim:?} leads nowhere and back");
    }
    assert!(backs.iter().all(|back| claims.contains(back)), "{backs:?}");
}

#[test]
fn a_figure_that_stands_out_says_so() {
    let mut marks = Vec::new();
    each(&printed()["chapters"], &mut |one| {
        if let Some(mark) = one["mark"].as_str() {
            marks.push((one["text"].clone(), mark.to_owned()));
        }
    });
    assert_eq!(marks, [("22.0%".into(), "▼".to_owned())]);
}

#[test]
fn every_figure_has_a_picture_for_every_place_and_says_itself_in_words() {
    let mut figures = 0;
    each(&printed(), &mut |one| {
        if one["kind"] == "figure" {
            figures += 1;
            for place in ["paper", "slide", "beside"] {
                let parts = one[place].as_array().expect("parts");
                assert!(!parts.is_empty());
                for part in parts {
                    let svg = part["svg"].as_str().expect("a picture");
                    let page = roxmltree::Document::parse(svg).expect("well-formed");
                    let number = |name: &str| page.root_element().attribute(name)?.parse::<f64>().ok();
                    let drawn = number("height").expect("has one") / number("width").expect("has one");
                    assert!((drawn - part["ratio"].as_f64().expect("a number")).abs() < 1e-9);
                    assert!(part["alternative"].as_str().is_some_and(|words| !words.is_empty()));
                }
            }
        }
    });
    assert!(figures > 0);
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let one = render_document(&demo::document(), &Theme::default());
    assert_eq!(one, render_document(&demo::document(), &Theme::default()));
}
