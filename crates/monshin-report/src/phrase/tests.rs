use monshin_diag::Lang;
use proptest::prelude::*;

use super::*;

#[test]
fn the_wording_oracle_comes_out_exactly() {
    let cases = include_str!("../../tests/data/wording.jsonl");
    let mut tested = 0;
    for line in cases.lines() {
        let case: serde_json::Value = serde_json::from_str(line).expect("a case a line");
        let number = |key: &str| case["op"][key].as_u64().expect("a number");
        let (count, base) = (number("x"), number("n"));
        match case["op"]["phrase"].as_str() {
            None => {
                assert_eq!(phrase_for(count, base), case["expected"].as_str().expect("a phrase"), "{line}")
            }
            Some(phrase) => {
                assert_eq!(
                    phrase_accepts(phrase, Lang::Ja, count, base),
                    case["expected"].as_bool(),
                    "{line}"
                );
            }
        }
        tested += 1;
    }
    assert_eq!(tested, 208);
}

fn check(lang: Lang, text: &str, expected: &[&str]) {
    let found: Vec<String> = read(text, lang)
        .iter()
        .map(|quantity| match &quantity.meaning {
            Meaning::Share(accepts) => format!("{} {}", quantity.text, accepts.within),
            Meaning::Points(accepts) => format!("{} points {}", quantity.text, accepts.within),
            Meaning::Times(accepts) => format!("{} times {}", quantity.text, accepts.within),
            Meaning::Part { count, base } => format!("{} {count}/{base}", quantity.text),
            Meaning::Number { accepts, .. } => format!("{} number {}", quantity.text, accepts.within),
        })
        .collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn japanese_phrases_are_read_with_their_intervals() {
    for (text, expected) in [
        ("全体の7割弱であり", "7割弱 [66.5, 70)"),
        ("７割弱", "７割弱 [66.5, 70)"),
        ("七割弱", "七割弱 [66.5, 70)"),
        ("約3割", "約3割 [27.5, 32.5)"),
        ("3割程度", "3割程度 [27, 33]"),
        ("9割近く", "9割近く [85, 90)"),
        ("6割～7割", "6割～7割 [59.5, 70.5)"),
        ("6～7割が", "6～7割 [59.5, 70.5)"),
        ("60～70%", "60～70% [59.5, 70.5)"),
        ("過半数", "過半数 (50, 100]"),
        ("半数近く", "半数近く [45, 50)"),
        ("約半数", "約半数 [47.5, 52.5)"),
        ("3分の2", "3分の2 [65.17, 68.17]"),
        ("三分の一", "三分の一 [31.83, 34.83]"),
        ("3人に1人", "3人に1人 [31.83, 34.83]"),
        ("6割5分", "6割5分 [64.5, 65.5)"),
        ("66.7％", "66.7％ [66.65, 66.75)"),
        ("5%程度", "5%程度 [3.5, 6.5]"),
        ("67パーセント", "67パーセント [66.5, 67.5)"),
        ("10ポイント高い", "10ポイント points [9.5, 10.5)"),
        ("8施設中3施設", "8施設中3施設 3/8"),
        ("598組織のうち183組織", "598組織のうち183組織 183/598"),
        ("598組織", "598組織 number [597.5, 598.5)"),
        ("約900組織", "約900組織 number [850, 950)"),
        ("10万7,409人", "10万7,409人 number [107408.5, 107409.5)"),
        ("約2倍", "約2倍 times [1.17, 2.83)"),
    ] {
        check(Lang::Ja, text, &[expected]);
    }
}

#[test]
fn english_phrases_are_read_with_their_intervals() {
    for (text, expected) in [
        ("just under seven in ten", "just under seven in ten [66.5, 70)"),
        ("nearly 70%", "nearly 70% [65, 70)"),
        ("about a third of them", "about a third [30.83, 35.83)"),
        ("Two thirds", "Two thirds [65.17, 68.17]"),
        ("a majority", "a majority (50, 100]"),
        ("just over half", "just over half (50, 53.5]"),
        ("between 60% and 70%", "60% and 70% [59.5, 70.5)"),
        ("60 to 70 percent", "60 to 70 percent [59.5, 70.5)"),
        ("one in three", "one in three [31.83, 34.83]"),
        ("10 percentage points", "10 percentage points points [9.5, 10.5)"),
        ("183 of 598 institutions", "183 of 598 institutions 183/598"),
        ("183 of the 598", "183 of the 598 183/598"),
        ("598 institutions", "598 institutions number [597.5, 598.5)"),
        ("nearly all", "nearly all [97, 100]"),
    ] {
        check(Lang::En, text, &[expected]);
    }
}

#[test]
fn dates_names_and_ordinals_are_no_figures() {
    for text in [
        "2022年10月10日に公表",
        "22年10月、2022年1月～2月、2022-11-15、2022/11/15",
        "Q1で「はい」、CVE-2022-40684、FG-IR-22-377、FortiOS 7.0.6",
        "第3章、2つのカテゴリ、8問、1次調査",
        "一般的に、十分な対応、一方で、三者、割合",
    ] {
        check(Lang::Ja, text, &[]);
    }
    for text in
        ["on 10 October 2022", "in 2022", "October 2022", "section 3", "allow, mostly, Small", "the 2nd wave"]
    {
        check(Lang::En, text, &[]);
    }
}

#[test]
fn a_true_phrase_that_misleads_is_told_apart() {
    let judge = |text: &str, count| read(text, Lang::Ja)[0].judge_share(count, 100);
    assert_eq!(judge("5割以下", 31), Some(Verdict::Misleads));
    assert_eq!(judge("5割以下", 48), Some(Verdict::Fits));
    assert_eq!(judge("5割以下", 51), Some(Verdict::Fails));
}

#[test]
fn modifiers_that_do_not_go_together_are_noted() {
    assert!(read("約3割程度", Lang::Ja)[0].clash);
    assert!(read("1割強程度", Lang::Ja)[0].clash);
    assert!(!read("約3割", Lang::Ja)[0].clash);
}

#[test]
fn a_small_base_is_named_instead_of_a_phrase() {
    assert_eq!(phrase_for(3, 8), "8件中3件");
    assert_eq!(phrase_for(0, 0), "–");
    assert_eq!(phrase_in(Lang::En, "institutions", 3, 8), "3 of 8 institutions");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_reader_accepts_what_the_writer_wrote(base in 30u64..100_000, part in 0.0f64..=1.0) {
        let count = ((base as f64 * part) as u64).min(base);
        for lang in [Lang::Ja, Lang::En] {
            let phrase = phrase_in(lang, "件", count, base);
            let found = read(&phrase, lang);
            prop_assert_eq!(found.len(), 1, "{}", phrase);
            prop_assert_eq!(found[0].judge_share(count, base), Some(Verdict::Fits), "{} for {}/{}", phrase, count, base);
        }
    }

    #[test]
    fn reading_never_panics_and_intervals_are_ordered(text in "(?s)[割%％0-9０-９.,約半数弱強a-z〜～分のk十一二三万 /-]{0,40}|\\PC{0,40}") {
        for lang in [Lang::Ja, Lang::En] {
            let mut reached = 0;
            for quantity in read(&text, lang) {
                prop_assert!(quantity.span.start >= reached);
                reached = quantity.span.end;
                if let Some(accepts) = quantity.accepts() {
                    prop_assert!(accepts.within.low <= accepts.within.high);
                }
            }
        }
    }
}
