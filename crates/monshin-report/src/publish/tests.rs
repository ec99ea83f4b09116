use super::*;
use crate::demo;

#[test]
fn every_chart_of_the_report_has_a_picture_its_figures_and_a_snippet() {
    let document = demo::document();
    let mut charts = 0;
    document
        .each_block(&mut |block| charts += usize::from(matches!(block, crate::document::Block::Figure(_))));
    let figures = figures::of_document(&document, &Theme::default(), &Site::default());
    assert_eq!(figures.len(), charts);
    let mut names: Vec<&str> = figures.iter().map(|figure| &*figure.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), charts, "names are unique");
    for figure in &figures {
        roxmltree::Document::parse(&figure.svg).expect("well-formed");
        assert!(
            figure.name.contains("empty") || figure.csv.lines().count() > 1,
            "{} has figures",
            figure.name
        );
        assert!(figure.snippet.contains(&format!("{}.svg", figure.name)));
    }
}

#[test]
fn every_kind_of_chart_has_a_line_for_each_figure() {
    for (name, chart) in demo::charts() {
        let text = chart_data::csv(&chart);
        let mut widths: Vec<usize> = text.lines().map(|line| split(line).len()).collect();
        widths.dedup();
        assert_eq!(widths.len(), 1, "{name}: every line has as many cells as the header");
    }
}

/// Cells of a line whose quotation marks hold no line break.
fn split(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            c => cells.last_mut().expect("there is one").push(c),
        }
    }
    cells
}

#[test]
fn a_share_stands_with_its_interval_and_an_absent_one_says_why() {
    use crate::chart::{Bar, Bars, Chart, Cluster, Part, Row};
    let row = |label: &str, bar| Row { label: label.into(), base: "n=4".into(), bar, is_total: false };
    let parts =
        vec![Part { is_shown: true, share: 0.25, text: "25.0%".into(), interval: Some((0.125, 0.5)) }];
    let rows =
        vec![row("=1+1", Bar::Parts { parts, weak: false }), row("a,b", Bar::Absent("x（秘匿）".into()))];
    let chart = Chart::Bars(Bars {
        clusters: vec![Cluster { heading: Some("はい".into()), rows }],
        reference: None,
    });
    assert_eq!(
        chart_data::csv(&chart),
        "group,base,answer,share,low,high,printed\r\n\
         '=1+1,n=4,はい,0.25,0.125,0.5,25.0%\r\n\
         \"a,b\",n=4,はい,,,,x（秘匿）\r\n"
    );
}

#[test]
fn the_card_holds_a_long_title_and_escapes_it() {
    let mut document = demo::document();
    document.title = "<b>とても長い題名&</b> ".repeat(40);
    let svg = card::of_document(&document, &Theme::default());
    let parsed = roxmltree::Document::parse(&svg).expect("well-formed");
    let bold = parsed.descendants().filter(|node| node.attribute("font-size") == Some("58")).count();
    assert_eq!(bold, 4);
    assert!(svg.contains("…</text>") && svg.contains("合成データ"));
}

#[test]
fn on_a_known_site_the_lines_to_embed_have_whole_addresses() {
    let site = Site::at("https://example.org/2026").expect("an address");
    let figures = figures::of_document(&demo::document(), &Theme::default(), &site);
    let one = figures.first().expect("the demonstration has charts");
    let at = format!("https://example.org/2026/figures.ja/{}", one.name);
    assert!(one.snippet.contains(&format!("src=\"{at}.svg\"")) && one.snippet.contains(&format!("{at}.csv")));
}

#[test]
fn the_typesetter_is_given_every_picture_once_and_the_card() {
    let figures = figures::of_document(&demo::document(), &Theme::default(), &Site::default());
    let text = pictures(&figures, "<svg/>");
    let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(value["format"], crate::print::FORMAT);
    let names: Vec<&str> =
        value["pictures"].as_array().expect("a list").iter().filter_map(|one| one["id"].as_str()).collect();
    let expect: Vec<&str> = figures.iter().map(|figure| &*figure.name).chain(["card"]).collect();
    assert_eq!(names, expect);
}
