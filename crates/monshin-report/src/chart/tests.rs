use super::*;
use crate::demo;

fn both_sizes(mut check: impl FnMut(&str, Size, &str)) {
    let slopes = ("slopes", Chart::Dots(demo::slopes()));
    for (name, chart) in demo::charts().into_iter().chain([slopes]) {
        for size in [Size::Wide, Size::Narrow, Size::Slide, Size::Beside] {
            let words = Words { title: "題", description: "説明 <&>", mark: Some("合成データ") };
            check(name, size, &render(&chart, name, size, words));
        }
    }
}

#[test]
fn every_chart_is_well_formed_and_speaks() {
    both_sizes(|name, _, svg| {
        let page = roxmltree::Document::parse(svg).unwrap_or_else(|error| panic!("{name}: {error}\n{svg}"));
        let root = page.root_element();
        assert_eq!(root.attribute("role"), Some("img"));
        let labels: Vec<&str> = root.attribute("aria-labelledby").expect("labelled").split(' ').collect();
        for label in labels {
            assert!(page.descendants().any(|node| node.attribute("id") == Some(label)), "{name}: {label}");
        }
    });
}

#[test]
fn no_text_leaves_the_view_box() {
    both_sizes(|name, size, svg| assert_eq!(outside(svg), Vec::<String>::new(), "{name} {size:?}"));
}

/// Texts of a chart that do not lie wholly within its view box.
pub(crate) fn outside(svg: &str) -> Vec<String> {
    let page = roxmltree::Document::parse(svg).expect("well-formed");
    let view = page.root_element().attribute("viewBox").expect("has one");
    let view: Vec<f64> = view.split(' ').map(|one| one.parse().expect("a number")).collect();
    let mut found = Vec::new();
    for node in page.descendants().filter(|node| node.has_tag_name("text")) {
        let number =
            |name: &str| node.attribute(name).and_then(|text| text.parse::<f64>().ok()).expect("placed");
        let words = node.text().unwrap_or_default();
        let wide = text::width(words, font_size(node));
        let left = match node.attribute("text-anchor") {
            Some("end") => number("x") - wide,
            Some("middle") => number("x") - wide / 2.0,
            _ => number("x"),
        };
        let is_inside =
            left >= -0.5 && left + wide <= view[2] + 0.5 && number("y") >= 8.0 && number("y") <= view[3];
        if !is_inside {
            found.push(format!("「{words}」 x {left}+{wide} y {}", number("y")));
        }
    }
    found
}

fn font_size(node: roxmltree::Node<'_, '_>) -> f64 {
    node.ancestors()
        .find_map(|one| one.attribute("font-size"))
        .and_then(|size| size.parse().ok())
        .expect("the root has one")
}

#[test]
fn whiskers_come_after_all_bars() {
    both_sizes(|name, _, svg| {
        let last_bar = svg.rfind("<rect").unwrap_or(0);
        if let Some(whisker) = svg.find(r##"stroke="#000" stroke-width="1.5""##) {
            assert!(whisker > last_bar, "{name}");
        }
    });
}

#[test]
fn nothing_outside_is_asked_for_and_no_script_runs() {
    both_sizes(|name, _, svg| {
        let inner = svg.replace("http://www.w3.org/2000/svg", "");
        for bad in ["http", "<script", "<style", "style=", "href", " on"] {
            assert!(!inner.contains(bad), "{name}: {bad}");
        }
    });
}

#[test]
fn ids_of_two_charts_do_not_meet() {
    let mut seen = std::collections::BTreeSet::new();
    for (name, chart) in demo::charts() {
        let svg = render(&chart, name, Size::Wide, Words { title: "", description: "", mark: None });
        let page = roxmltree::Document::parse(&svg).expect("well-formed");
        for id in page.descendants().filter_map(|node| node.attribute("id")) {
            assert!(seen.insert(id.to_owned()), "{id} twice");
        }
    }
}

#[test]
fn what_has_no_figure_says_so() {
    let words = Words { title: "", description: "", mark: None };
    let chart = Chart::Stacked(demo::stacked(&[("社会保険団体", 0, 0), ("国", 1, 2)], (598, 897)));
    let svg = render(&chart, "c", Size::Wide, words);
    assert!(svg.contains("–（該当する回答なし）") && svg.contains("x（秘匿：母数3未満）"));
    assert!(!svg.contains("50.0%"), "a withheld share is not drawn");
}

#[test]
fn an_extreme_label_still_fits() {
    let long = "国立大学法人附属病院および独立行政法人国立病院機構ならびに国立高度専門医療研究センター等の国が開設する医療機関".repeat(3);
    let chart = Chart::Stacked(demo::stacked(&[(&long, 3, 40)], (598, 897)));
    for size in [Size::Wide, Size::Narrow] {
        let svg = render(&chart, "c", size, Words { title: "", description: "", mark: None });
        assert!(roxmltree::Document::parse(&svg).is_ok());
        assert!(svg.contains("n=40"));
    }
}

#[test]
fn the_words_of_a_slope_never_stand_over_each_other() {
    let chart = Chart::Dots(demo::slopes());
    let svg = render(&chart, "s", Size::Wide, Words { title: "題", description: "", mark: None });
    let page = roxmltree::Document::parse(&svg).expect("well-formed");
    let mut lines: Vec<f64> = page
        .descendants()
        .filter(|node| {
            node.has_tag_name("text")
                && node
                    .ancestors()
                    .any(|one| one.attribute("fill").is_some_and(|fill| fill != paint::FAINT_INK))
        })
        .filter(|node| node.attribute("text-anchor").is_none())
        .filter_map(|node| node.attribute("y")?.parse().ok())
        .filter(|y| *y > 30.0)
        .collect();
    lines.sort_by(f64::total_cmp);
    assert!(lines.len() >= 8, "four slopes with two lines at least: {lines:?}");
    assert!(lines.windows(2).all(|pair| pair[1] - pair[0] > 13.0), "{lines:?}");
    assert!(svg.contains("該当なし"), "what has no line is said");
}
