//! Inconsistencies of the published report that stand in its questionnaire, not in its sentences.

use monshin_diag::{Diagnostics, Source};
use monshin_instrument::Questionnaire;
use monshin_tests::text;

fn found(change: impl Fn(String) -> String) -> Diagnostics {
    let text = change(text("examples/hodanren-2022/survey.toml"));
    Questionnaire::compile(&Source::new("survey.toml", &text)).1
}

fn says(found: &Diagnostics, code: &str, words: &str) -> bool {
    found.iter().any(|one| one.code == code && one.message.ja.contains(words))
}

#[test]
fn x12_no_and_dont_know_under_one_code() {
    assert!(says(&found(|text| text), "Q040", "いいえ（わからない）"));
    let apart =
        found(|text| text.replace("いいえ（わからない）", "いいえ").replace("No (or don't know)", "No"));
    assert!(!says(&apart, "Q040", ""));
}

#[test]
fn x13_several_devices_and_one_answer() {
    assert!(says(&found(|text| text), "Q044", "Q1"));
}

#[test]
fn x14_a_label_that_contradicts_its_limits() {
    let wrong = found(|text| text.replace("有床診療所（1～19床）", "有床診療所（20床以下）"));
    assert!(says(&wrong, "Q042", "20"), "{wrong:#?}");
    assert!(!says(&found(|text| text), "Q042", ""));
}

#[test]
fn x17_an_event_inside_the_fielding_period() {
    assert!(says(&found(|text| text), "Q043", "2022-12-12"));
    let earlier = found(|text| text.replace("date = 2022-12-12", "date = 2022-11-01"));
    assert!(!says(&earlier, "Q043", ""));
}

#[test]
fn x19_everyone_is_asked_and_nobody_can_say_that_it_does_not_apply() {
    let found = found(|text| text);
    assert!(says(&found, "Q041", "Q6") && says(&found, "Q041", "Q7"), "{found:#?}");
    assert!(!says(&found, "Q041", "Q8"));
}
