use monshin_diag::{Lang, Place, Source};
use proptest::prelude::*;

use super::*;

const TEXT: &str = "# 題\n\n前書き。\n\n## 背景 {#background}\n\n全体の[**7割弱**](share:q1=yes)であり、`50%`は\n\
    [3割程度](share:q2=yes \"waive: 理由\")。次の文は1.5倍。\n\n### Q1 {#overall.q1}\n\n- 一つ目は[22%](share:q2=yes;founder=individual)\n\
    - 二つ目\n\n  続き\n\n[外](https://example.org)と[表](#method)\n\n| a | b |\n|---|---|\n| 1 | [2](count:q1=yes) |\n";

fn narrative() -> Narrative {
    let (narrative, found) = Narrative::parse(&Source::new("report.ja.md", TEXT), Lang::Ja);
    assert!(found.is_empty(), "{found:?}");
    narrative
}

#[test]
fn headings_make_sections_by_their_anchors() {
    let narrative = narrative();
    let anchors: Vec<_> = narrative.sections().iter().map(|section| section.anchor.clone()).collect();
    assert_eq!(anchors, [Anchor::Own, Anchor::Background, Anchor::Overall(vec!["q1".into()])]);
    assert_eq!(narrative.title(), [Inline::Text("題".into())]);
    assert_eq!(narrative.sections()[1].heading, [Inline::Text("背景".into())]);
    assert!(matches!(narrative.sections()[2].blocks[0], Block::List { first: None, .. }));
    assert!(matches!(narrative.sections()[2].blocks[2], Block::Table(_)));
}

#[test]
fn a_link_knows_its_words_its_claim_and_its_waiver() {
    let narrative = narrative();
    let at = |span: monshin_diag::Span| &TEXT[span.start..span.end];
    let seen: Vec<_> = narrative
        .links()
        .iter()
        .map(|link| (at(link.words_span), at(link.claim_span), link.words.as_str()))
        .collect();
    assert_eq!(
        seen,
        [
            ("7割弱", "share:q1=yes", "7割弱"),
            ("3割程度", "share:q2=yes", "3割程度"),
            ("22%", "share:q2=yes;founder=individual", "22%"),
            ("2", "count:q1=yes", "2"),
        ]
    );
    assert_eq!(narrative.links()[1].title.as_ref().and_then(Title::waiver), Some("理由"));
}

#[test]
fn sentences_and_clauses_are_cut_where_they_end() {
    let narrative = narrative();
    let passage =
        narrative.passages.iter().find(|passage| passage.text.contains("7割弱")).expect("it is there");
    let cut = |spans: Vec<monshin_diag::Span>| {
        spans.iter().map(|s| passage.text[s.start..s.end].to_owned()).collect::<Vec<_>>()
    };
    let sentences = passage.sentences();
    assert_eq!(cut(sentences.clone()), ["全体の7割弱であり、\u{fffc}は3割程度。", "次の文は1.5倍。"]);
    assert_eq!(cut(passage.clauses(sentences[0])), ["全体の7割弱であり、", "\u{fffc}は3割程度。"]);
}

fn check(text: &str, expected: &[(&str, usize, usize)]) {
    let (_, found) = Narrative::parse(&Source::new("report.ja.md", text), Lang::Ja);
    let seen: Vec<_> = found
        .iter()
        .map(|one| match &one.place {
            Place::Text { from, .. } => (one.code, from.line, from.column),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(seen, expected, "{text}");
}

#[test]
fn what_cannot_stand_in_a_commentary_is_refused_where_it_stands() {
    check("a <b>c</b>", &[("C006", 1, 3), ("C006", 1, 7)]);
    check("<script>\n", &[("C006", 1, 1)]);
    check("![図](x.png)", &[("C006", 1, 1)]);
    check("## 背景 {#backgrund}", &[("C007", 1, 1)]);
    check("## a {#overall}\n\n## b {#overall}", &[("C007", 3, 1)]);
    check("全体の[7割](shar:q1=yes)", &[("C001", 1, 9)]);
    check("全体の[7割](share:q1)", &[("C001", 1, 17)]);
    check("[7割](overall.html)", &[("C001", 1, 6)]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_reader_panic(text in "(?s)([#*>|`~_-]|\\[|\\]|\\(|\\)|<|>|\\{#|share:q1=yes|割|。|、|\"| |\n|[a-z0-9]){0,60}|\\PC{0,60}") {
        let (narrative, _) = Narrative::parse(&Source::new("report.ja.md", &text), Lang::Ja);
        for link in narrative.links() {
            prop_assert!(text.get(link.words_span.start..link.words_span.end).is_some());
            prop_assert!(text.get(link.claim_span.start..link.claim_span.end).is_some());
        }
    }
}
