use proptest::prelude::*;

use super::{answers, tiny};
use crate::*;

fn check_path(form: &str, given: &str, expected: &str) {
    let form = tiny(form);
    let path = form.route(&answers(&form, given));
    let word = |step: &Step| match step {
        Step::Open => "open",
        Step::Shut => "shut",
        Step::Held => "held",
    };
    let told: Vec<String> = form
        .items()
        .iter()
        .zip(&path.steps)
        .map(|(item, step)| format!("{} {}", item.name, word(step)))
        .collect();
    assert_eq!(told.join("; "), expected);
}

const CHAIN: &str = "a: yes no\nb: yes no if a = yes\nc: text if b = yes";

#[test]
fn an_answer_behind_a_shut_filter_cannot_steer() {
    check_path(CHAIN, "a=no b=yes c=hello", "a open; b shut; c shut");
}

#[test]
fn a_blank_filter_question_holds_back_what_depends_on_it() {
    check_path(CHAIN, "b=yes", "a open; b held; c held");
}

#[test]
fn a_refusal_leaves_the_scope_unknown_and_is_not_an_answer() {
    let form = tiny("a: yes no refused\nb: yes no if a = yes");
    let response = form.submit(&answers(&form, "a=refused")).expect("nothing else is asked for sure");
    assert_eq!(response.items(), [Item::Refused, Item::ScopeUnknown(1)]);
}

#[test]
fn not_equal_needs_an_answer_but_not_turns_everything() {
    let form = "a: yes no\nb: yes no if a = yes\nc: yes no if b != yes\nd: yes no if not (b = yes)";
    check_path(form, "a=no", "a open; b shut; c shut; d open");
}

#[test]
fn numbers_and_sets_of_codes_route() {
    let form = "n: number\ns: several x y z if n >= 2\nt: text if s = y and n < 5";
    check_path(form, "n=2 s=x+y", "n open; s open; t open");
    check_path(form, "n=7 s=x+y", "n open; s open; t shut");
    check_path(form, "n=1", "n open; s shut; t shut");
}

#[test]
fn every_problem_names_its_item() {
    let form = tiny("a: yes no\nb: yes no if a = yes\nn: number");
    let problems = form.submit(&answers(&form, "a=no b=yes")).expect_err("b is off the path, n is missing");
    let kinds: Vec<(usize, ProblemKind)> =
        problems.iter().map(|problem| (problem.item, problem.kind)).collect();
    assert_eq!(kinds, [(1, ProblemKind::NotAsked), (2, ProblemKind::Missing)]);
}

#[test]
fn a_blank_that_is_stated_is_item_nonresponse_and_no_problem() {
    let form = tiny("a: yes no");
    let mut given = form.no_answers();
    given.values[0] = Given::Blank;
    assert_eq!(form.submit(&given).expect("stated").items(), [Item::NoAnswer]);
}

fn anything(form: &Questionnaire) -> impl Strategy<Value = Answers> + use<> {
    let given = prop_oneof![
        Just(Given::Missing),
        Just(Given::Blank),
        (0_u16..5).prop_map(|code| Given::Value(Value::Code(code))),
        any::<u64>().prop_map(|bits| Given::Value(Value::Codes(bits & 15))),
        prop_oneof![-3.0..9.0, Just(f64::NAN), Just(f64::INFINITY)]
            .prop_map(|n: f64| Given::Value(Value::Number(n.trunc()))),
        Just(Given::Value(Value::Text("x".into()))),
    ];
    let breakdowns = form.breakdowns().len();
    proptest::collection::vec(given, form.items().len())
        .prop_map(move |values| Answers { classes: vec![None; breakdowns], values })
}

const WIDE: &str = "a: yes no refused\nb: yes no if a = yes\nn: number if a = no or b = yes\n\
    s: several x y z if n >= 2 and not (b = no)\nt: text if s in (x, z)\nu: yes no if answered(t) or n < 0";

proptest! {
    #[test]
    fn routing_ignores_answers_behind_a_shut_condition(given in anything(&tiny(WIDE)), other in anything(&tiny(WIDE))) {
        let form = tiny(WIDE);
        let path = form.route(&given);
        let mut changed = given.clone();
        for (at, step) in path.steps.iter().enumerate() {
            if *step != Step::Open {
                changed.values[at] = other.values[at].clone();
            }
        }
        prop_assert_eq!(path, form.route(&changed));
    }

    #[test]
    fn a_response_or_problems_never_both_never_a_panic(given in anything(&tiny(WIDE))) {
        let form = tiny(WIDE);
        match form.submit(&given) {
            Ok(response) => prop_assert_eq!(response.items().len(), form.items().len()),
            Err(problems) => {
                prop_assert!(!problems.is_empty());
                prop_assert!(problems.iter().all(|problem| problem.item < form.items().len()));
            }
        }
    }

    #[test]
    fn what_is_kept_leniently_is_a_response_of_its_own(given in anything(&tiny(WIDE))) {
        let form = tiny(WIDE);
        let (response, _) = form.submit_lenient(&given);
        let mut again = form.no_answers();
        for (at, item) in response.items().iter().enumerate() {
            again.values[at] = match item {
                Item::Answered(value) => Given::Value(value.clone()),
                Item::NoAnswer => Given::Blank,
                Item::Refused => Given::Value(Value::Code(2)),
                Item::NotAsked(_) | Item::ScopeUnknown(_) => Given::Missing,
            };
        }
        prop_assert_eq!(form.submit(&again), Ok(response));
    }
}
