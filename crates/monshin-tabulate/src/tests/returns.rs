//! Frame and responses, case by case.

use expect_test::{Expect, expect};
use monshin_diag::{Lang, Place, Source};
use monshin_frame::{ClassColumn, Disposition, Frame, load};
use monshin_instrument::records::{Reading, RecordReader};
use monshin_instrument::{Breakdown, Questionnaire};
use proptest::prelude::*;

use crate::estimate::response::Rate;
use crate::{Cases, Returns, Settled};

const FORM: &str = r#"
[survey]
id = "t"
title = "T"
languages = ["en"]
required = false

[[breakdown]]
id = "size"
label = "Size"
codes = { s = "Small", l = "Large" }

[[question]]
id = "q1"
text = "?"
codes = { yes = "Yes", no = "No" }

[[question]]
id = "q2"
text = "?"
codes = { yes = "Yes", no = "No" }

[[question]]
id = "q3"
text = "?"
codes = { yes = "Yes", no = "No" }

[[question]]
id = "q4"
text = "?"
codes = { yes = "Yes", no = "No" }
"#;

fn frame(form: &Questionnaire, csv: &str) -> Frame {
    let column =
        |one: &Breakdown| ClassColumn::new(&one.id, one.codes.codes.iter().map(|code| vec![code.id.clone()]));
    let columns: Vec<ClassColumn> = form.breakdowns().iter().map(column).collect();
    load("frame.csv", csv.as_bytes(), &columns).0.expect("nothing is wrong with it").frame
}

/// Settles `responses` (rows behind the header) against a frame, where there is one.
fn settle(form: &str, list: Option<&str>, responses: &str, lenient: bool) -> (Settled, u64) {
    let form = Questionnaire::compile(&Source::new("survey.toml", form)).0.expect("it compiles");
    let frame = list.map(|list| frame(&form, list));
    let text = format!("id,size,q1,q2,q3,q4\n{responses}");
    let (reader, _) = RecordReader::new(&form, text.as_bytes(), Reading::default()).expect("in memory");
    let mut reader = reader.expect("the header is right");
    let mut returns = Returns::new(&form, frame.as_ref(), lenient);
    let mut counted = 0;
    while let Some(row) = reader.next_row().expect("in memory") {
        let record = row.record.expect("no faults");
        counted += u64::from(returns.take(row.row, &record.id, &record.response));
    }
    (returns.finish(), counted)
}

fn told(settled: &Settled) -> String {
    let mut text = String::new();
    for one in &settled.found {
        let place = match &one.place {
            Place::Cell { file, row, column, .. } => {
                format!("{file} {row}:{}", column.as_deref().unwrap_or(""))
            }
            _ => "file".to_owned(),
        };
        text += &format!("{} {} {place} {}\n", one.severity.name(), one.code, one.message.get(Lang::En));
    }
    if let Some(cases) = &settled.cases {
        let list = Disposition::ALL.iter().map(|one| format!("{}={}", one.name(), cases.total.of(*one)));
        text += &list.filter(|one| !one.ends_with("=0")).collect::<Vec<_>>().join(" ");
        text += "\n";
    }
    text
}

fn check(list: &str, responses: &str, lenient: bool, expected: Expect) {
    expected.assert_eq(&told(&settle(FORM, Some(list), responses, lenient).0));
}

const FRAME: &str =
    "id,size,disposition\nu1,s,\nu2,s,2.1\nu3,l,廃業\nu4,l,complete\nu5,l,\nu6,s,3.19\nu7,s,2.12\n";

#[test]
fn who_responded_is_judged_by_the_rule_and_the_silent_are_unknown() {
    check(
        "id,size\nu1,s\nu2,s\nu3,l\nu4,l\n",
        "u1,s,yes,no,yes,no\nu2,s,yes,no,no_answer,no_answer\nu3,l,yes,no_answer,no_answer,no_answer\n",
        false,
        expect![[r#"
            warning F025 file 1 responses answer less than 50% of what they were asked; they are left out as break-offs
            complete=1 partial=1 break_off=1 unknown_eligibility=1
        "#]],
    );
}

#[test]
fn what_frame_and_responses_contradict_is_told_case_by_case() {
    let all = "u1,s,yes,no,yes,no\nu2,s,yes,no,yes,no\nu3,l,yes,no,yes,no\nu6,s,yes,no,yes,no\nu7,s,yes,no,yes,no\n";
    check(
        FRAME,
        all,
        false,
        expect![[r#"
            error F021 responses.csv 3:id `u2` is “Refusal” (2.11) in frame.csv, and has a response
            error F021 responses.csv 4:id `u3` is “Not eligible” (4) in frame.csv, and has a response
            warning F022 responses.csv 5:id `u6` is “Nothing returned” in frame.csv, and has a response (it counts as one)
            error F023 frame.csv 5:disposition `u4` is “Complete”, and responses.csv has no response of it
            warning F025 file 1 responses answer less than 50% of what they were asked; they are left out as break-offs
            complete=2 refusal=1 break_off=1 other=1 unknown_eligibility=1 not_eligible=1
        "#]],
    );
    let (settled, counted) = settle(FORM, Some(FRAME), all, true);
    assert!(!settled.found.has_errors());
    assert_eq!((counted, settled.contradictions, settled.break_offs), (2, 2, 1));
}

#[test]
fn a_class_is_the_one_of_the_frame() {
    check(
        "id,size\nu1,s\nu2,l\n",
        "u1,l,yes,no,yes,no\nu2,l,yes,no,yes,no\n",
        false,
        expect![[r#"
            error F027 responses.csv 2:size the class is `l`, and `s` in frame.csv
            complete=2
        "#]],
    );
}

#[test]
fn without_frame_and_rule_everything_counts() {
    let blank = "u1,s,yes,no_answer,no_answer,no_answer\n";
    let (settled, counted) = settle(FORM, None, blank, false);
    assert_eq!((counted, settled.cases.is_none(), settled.found.len()), (1, true, 0));
    let ruled = format!("{FORM}\n[response]\npartial_from = 0.5\n");
    let (settled, counted) = settle(&ruled, None, blank, false);
    assert_eq!((counted, settled.break_offs), (0, 1));
}

#[test]
fn the_number_asked_is_that_of_the_frame() {
    let form = FORM.replace("required", "invited = 9\nrequired");
    let found = settle(&form, Some("id,size\nu1,s\n"), "", false).0;
    assert_eq!(found.found.iter().map(|one| one.code).collect::<Vec<_>>(), ["F024"]);
}

fn cases_of(counts: &[(u64, u64, u64)]) -> Cases {
    let mut list = "id,size,disposition,base_weight\n".to_owned();
    let mut responses = String::new();
    for (class, (came, silent, closed)) in counts.iter().enumerate() {
        let size = ["s", "l"][class];
        for at in 0..came + silent + closed {
            let end = if at >= came + silent { "4" } else { "" };
            list += &format!("{size}{at},{size},{end},{}\n", class + 1);
            if at < *came {
                responses += &format!("{size}{at},{size},yes,no,yes,no\n");
            }
        }
    }
    settle(FORM, Some(&list), &responses, false).0.cases.expect("a frame")
}

#[test]
fn e_is_the_share_eligible_among_the_known_unless_it_is_stated() {
    let mut cases = cases_of(&[(6, 10, 2), (0, 10, 2)]);
    assert_eq!(cases.e(), 0.6);
    let rr3 = cases.rate(Rate::Rr3);
    assert_eq!((rr3.numerator, rr3.denominator), (6.0, 6.0 + 0.6 * 20.0));
    cases.rule.eligible_share = Some(1.0);
    assert_eq!(cases.rate(Rate::Rr3), cases.rate(Rate::Rr1));
    let weighted = cases.weighted_rate(Rate::Rr1);
    assert_eq!((weighted.numerator, weighted.denominator), (6.0, 36.0));
    assert!(cases.of_classes(0, &[0, 0]).is_ok_and(|counts| counts.total() == 18));
    assert_eq!(cases.of_classes(1, &[0]), Err(None));
}

proptest! {
    #[test]
    fn classes_add_up_and_rates_lie_between_none_and_all(
        small in (0_u64..12, 0_u64..12, 0_u64..4),
        large in (0_u64..12, 0_u64..12, 0_u64..4),
    ) {
        let cases = cases_of(&[small, large]);
        let sum: u64 = cases.by[0].rows.iter().filter_map(|row| row.counts()).map(|one| one.total()).sum();
        prop_assert_eq!(sum, cases.total.total());
        prop_assert_eq!(cases.total.responses(), small.0 + large.0);
        for rate in Rate::ALL {
            for figure in [cases.rate(rate), cases.weighted_rate(rate)] {
                prop_assert!(figure.value().is_none_or(|value| (0.0..=1.0 + 1e-12).contains(&value)));
            }
        }
        for one in cases.evenness() {
            prop_assert!((0.0..=1.0).contains(&one.indicator.r) && one.indicator.cv.is_none_or(f64::is_finite));
        }
    }
}
