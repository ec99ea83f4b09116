use super::{found_in, tiny, tiny_text};

fn check(lines: &str, code: &str, at: &str) {
    let found = found_in(&tiny_text(lines));
    let one = found
        .iter()
        .find(|one| one.code == code)
        .unwrap_or_else(|| panic!("{code} is missing in {found:#?}"));
    let monshin_diag::Place::Text { span, .. } = &one.place else { panic!("a place in the text") };
    assert_eq!(&tiny_text(lines)[span.start..span.end], at);
}

#[test]
fn conditions_are_refused_where_they_go_wrong() {
    check("a: yes no\nb: yes no if c = yes", "Q021", "c");
    check("a: yes no\nb: yes no if a = yess", "Q022", "yess");
    check("a: yes no if b = yes\nb: yes no", "Q023", "b");
    check("a: yes no\nb: yes no if a < 3", "Q024", "a");
    check("a: yes no\nb: yes no if (a = yes", "Q020", "");
    check("a: yes no\nb: yes no if a = yes b = no", "Q020", "b");
    check("a: yes no\nb: yes no if a == yes", "Q020", "=");
}

#[test]
fn conditions_that_never_or_always_hold_and_questions_out_of_reach_are_told_apart() {
    check("a: yes no\nb: yes no if a = yes and a = no", "Q030", "\"a = yes and a = no\"");
    check("a: yes no\nb: yes no if a = yes or a = no", "Q031", "\"a = yes or a = no\"");
    check(
        "a: yes no\nb: yes no if a = yes\nc: yes no if b = yes and a = no",
        "Q032",
        "\"b = yes and a = no\"",
    );
}

#[test]
fn all_mistakes_come_at_once() {
    let found = found_in(&tiny_text("a: yes no\nb: yes no if x = yes and a = z\nb: yes no if y = 1"));
    let codes: Vec<&str> = found.iter().map(|one| one.code).collect();
    assert_eq!(codes, ["Q021", "Q022", "Q010", "Q021"]);
}

#[test]
fn a_base_is_a_condition_and_a_sentence() {
    let form = tiny(
        "q1: yes no\nq2: yes no if  q1  =  yes\nn: number if q1 = no or q2 in (yes, no)\nt: text if not (n >= 3)\nd: date\ne: yes no if d < 2024-04-01 or d >= 2025-01-01 or n != 2",
    );
    let base = |at: usize| {
        (form.questions()[at].base.condition.clone(), form.questions()[at].base.sentence.get("en").to_owned())
    };
    assert_eq!(base(0), (String::new(), "all respondents".into()));
    assert_eq!(base(1), ("q1 = yes".into(), "answered “yes” to Q1".into()));
    assert_eq!(base(2).1, "answered “no” to Q1 or answered “yes” or “no” to Q2");
    assert_eq!(base(3).1, "are not among those that answered at least 3 to n");
    assert_eq!(
        base(5).1,
        "answered before 2024-04-01 to d or answered 2025-01-01 or later to d or answered other than 2 to n"
    );
}

#[test]
fn whoever_is_asked_is_told_what_was_asked_and_no_id() {
    let text = "[survey]\nid = \"s\"\ntitle.ja = \"調査\"\ntitle.en = \"S\"\nlanguages = [\"ja\", \"en\"]\n\
        [codes.yn]\nyes = { ja = \"はい\", en = \"Yes\" }\nno = { ja = \"いいえ\", en = \"No\" }\n";
    let question = |id: &str, rest: &str| format!("[[question]]\nid = \"{id}\"\n{rest}\n");
    let text = [
        text.to_owned(),
        question("emr", "codes = \"yn\"\ntext = { ja = \"使っていますか。最も多いものを。\", en = \"In use? The main one.\" }"),
        question("days", "kind = \"number\"\ntext = { ja = \"何日ですか。\", en = \"How long?\" }"),
        question("q3", "codes = \"yn\"\ntext = { ja = \"丙\", en = \"C\" }\nask_if = \"emr = yes and days >= 1\""),
        question("q4", "codes = \"yn\"\ntext = { ja = \"丁\", en = \"D\" }\nask_if = \"q3 = no\""),
        "[[block]]\nid = \"b\"\nlabel = { ja = \"機器\", en = \"Device\" }\nmax = 2\n".to_owned(),
        question("maker", "block = \"b\"\ncodes = \"yn\"\ntext = { ja = \"戊\", en = \"E\" }"),
    ]
    .concat();
    let form =
        crate::Questionnaire::compile(&monshin_diag::Source::new("survey.toml", &text)).0.expect("compiles");
    let told = |at: usize, tag: &str| form.questions()[at].asked_of.get(tag).to_owned();
    assert_eq!(told(0, "ja"), "");
    assert_eq!(told(2, "ja"), "「使っていますか」で「はい」と回答、かつ「何日ですか」の回答が1以上");
    assert_eq!(told(2, "en"), "answered “Yes” to “In use?” and answered at least 1 to “How long?”");
    assert_eq!(told(3, "ja"), "Q3で「いいえ」と回答");
    assert_eq!(told(4, "ja"), "", "that it is of an entry goes without saying");
}

#[test]
fn a_condition_compares_days_with_days_and_numbers_with_numbers() {
    check("n: number\nb: yes no if n > 2022-11-15", "Q024", "2022-11-15");
    check("d: date\nb: yes no if d > 5", "Q024", "5");
}

#[test]
fn a_limit_between_two_possible_answers_is_never_met() {
    check("n: number\nb: yes no if n = 1.5", "Q030", "\"n = 1.5\"");
    tiny("n: number\nb: yes no if n > 1.5");
}

#[test]
fn a_list_written_out_may_extend_a_named_one() {
    let text = tiny_text("a: yes no")
        + "\n[codes.yn]\nyes = \"Yes\"\nno = \"No\"\n\n[[question]]\nid = \"b\"\ntext = \"?\"\ncodes = { extends = \"yn\", dk = \"Unsure\" }\n";
    let form =
        crate::Questionnaire::compile(&monshin_diag::Source::new("survey.toml", &text)).0.expect("compiles");
    let ids: Vec<&str> = form.items()[1].codes().expect("codes").codes.iter().map(|code| &*code.id).collect();
    assert_eq!(ids, ["yes", "no", "dk"]);
}

#[test]
fn a_question_may_be_called_by_a_number_and_signs_may_be_full_width() {
    tiny("1: yes no\nb: yes no if 1 = yes");
    tiny("q1: yes no\nb: yes no if ｑ１ ＝ ｙｅｓ");
}
