use monshin_diag::{Source, words};
use proptest::prelude::*;

use super::super::narrate::narrate;
use super::*;

const TEXT: &str = "# 題\n\n## 背景 {#background}\n\n一つ目は[**7割**弱](share:q1=yes \"waive: x\")で、`a`も*多い*。二つ目\n\
    は50%。\n\n- 項目は[22%](share:q2=yes)\n\n| a | b |\n|---|---|\n| 1 | [2](count:q1=yes) |\n";

fn narrative(text: &str) -> Narrative {
    Narrative::parse(&Source::new("report.ja.md", text), Lang::Ja).0
}

/// The blocks of the commentary with a finding on each of the words, `‹…›` around what is marked and
/// the numbers of the findings after each block.
fn shown(text: &str, on: &[&str]) -> String {
    let source = Source::new("report.ja.md", text);
    let narrative = narrative(text);
    let found: Vec<Diagnostic> = on
        .iter()
        .map(|words| {
            let at = text.find(words).expect("the words are there");
            let place = Place::text(&source, Span::new(at, at + words.len()));
            Diagnostic::error("C010", place, words!("違う"; "wrong"))
        })
        .collect();
    let commentary = narrate(&narrative, &[], &Remarks::of(&narrative, &found, Lang::Ja));
    commentary.sections.iter().map(|section| blocks(&section.blocks)).collect::<Vec<_>>().join("\n")
}

fn blocks(list: &[Block]) -> String {
    let one = |block: &Block| match block {
        Block::Paragraph(list) => runs(list),
        Block::List(list) => list.items.iter().map(|item| format!("- {}", blocks(item))).collect(),
        Block::Remarks(remarks) => {
            let numbers: Vec<String> = remarks.iter().map(|one| one.number.to_string()).collect();
            format!("!{}", numbers.join(","))
        }
        _ => "…".to_owned(),
    };
    list.iter().map(one).collect::<Vec<_>>().join(" ")
}

fn runs(list: &[Inline]) -> String {
    let one = |run: &Inline| match run {
        Inline::Remarked { runs: inner, .. } => format!("‹{}›", runs(inner)),
        Inline::Strong(inner) | Inline::Emphasis(inner) => runs(inner),
        Inline::Claim { runs: inner, .. } => runs(inner),
        other => Inline::plain(std::slice::from_ref(other)),
    };
    list.iter().map(one).collect()
}

#[test]
fn a_finding_stands_at_its_sentence_whatever_is_in_it() {
    let first = |on: &[&str]| shown(TEXT, on).lines().nth(1).expect("the background").to_owned();
    assert!(first(&["一つ目"]).starts_with("‹‹一つ目›は7割弱で、aも多い。›二つ目は50%。 !0"));
    assert!(first(&["も*多"]).starts_with("‹一つ目は7割弱で、a‹も›‹多›い。›二つ目は50%。 !0"));
    assert!(first(&["二つ目\nは"]).contains("‹‹二つ目は›50%。› !0"));
}

#[test]
fn a_finding_on_the_address_or_the_waiver_of_a_claim_stands_at_its_words() {
    for on in ["7割", "share:q1", "waive: x"] {
        assert!(shown(TEXT, &[on]).contains("一つ目は‹7割弱›で"), "{on}: {}", shown(TEXT, &[on]));
    }
}

#[test]
fn items_and_tables_have_their_findings_below_them() {
    assert!(shown(TEXT, &["22%"]).contains("- ‹項目は‹22%›› !0"));
    assert!(shown(TEXT, &["count:q1"]).ends_with("… !0"));
}

#[test]
fn what_stands_in_no_text_goes_to_the_heading_before_it() {
    assert!(shown(TEXT, &["{#background}"]).lines().nth(1).expect("it").starts_with("!0 一つ目"));
    let html = "## 背景 {#background}\n\n本文。\n\n<div>\n";
    assert_eq!(shown(html, &["<div>"]), "\n!0 本文。");
}

#[test]
fn findings_of_other_files_are_not_laid_to_this_one() {
    let place = Place::text(&Source::new("report.en.md", "# a"), Span::new(0, 1));
    let found = [Diagnostic::error("C010", place, words!("違う"; "wrong"))];
    let remarks = Remarks::of(&narrative(TEXT), &found, Lang::Ja);
    assert!(remarks.passages.is_empty() && remarks.headings.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_word_is_lost_by_a_mark(
        text in "([一二三。、%0-9a-z ]|\\*\\*[一二]{1,3}\\*\\*|`[a-z]`|\\[[一二%]{1,4}\\]\\(share:q1=yes\\)|\n|- |\n\n){0,24}",
        from in 0_usize..80,
        length in 0_usize..40,
    ) {
        let narrative = narrative(&text);
        let source = Source::new("report.ja.md", &text);
        let whole = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let place = Place::text(&source, Span::new(whole(from), whole(from + length)));
        let found = [Diagnostic::error("C010", place, words!("違う"; "wrong"))];
        let plain = |remarks: &Remarks| {
            let commentary = narrate(&narrative, &[], remarks);
            let all: Vec<String> = commentary.sections.iter().map(|section| blocks(&section.blocks)).collect();
            all.join("\n").replace(['‹', '›'], "").replace(" !0", "").replace("!0 ", "").replace("!0", "")
        };
        prop_assert_eq!(plain(&Remarks::of(&narrative, &found, Lang::Ja)), plain(&Remarks::default()));
    }
}
