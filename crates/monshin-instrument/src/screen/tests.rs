//! What a style sheet shows is what the routing asks.

use proptest::prelude::*;

use super::css::{Formula, Scope, tests as all_tests};
use super::*;
use crate::tests::{answers, tiny};
use crate::{Answers, Given, Questionnaire, Simulation, Step, Value};

/// What stands in a page: which choices are checked, and what the server told it.
struct InPage {
    checked: Vec<(usize, u16)>,
    known: Known,
}

fn holds(formula: &Formula, page: &InPage) -> bool {
    match formula {
        Formula::Always => true,
        Formula::Never => false,
        Formula::Checked(item, codes) => codes.iter().any(|code| page.checked.contains(&(*item, *code))),
        Formula::Known(test, truth) => page.known.contains(&(*test, *truth)),
        Formula::All(list) => list.iter().all(|one| holds(one, page)),
        Formula::Any(list) => list.iter().any(|one| holds(one, page)),
        Formula::Not(one) => !holds(one, page),
    }
}

/// Everything that was given on it is checked, on the path or not, as in a page that hid a question after
/// it had been answered.
fn in_page(form: &Questionnaire, answers: &Answers, items: std::ops::Range<usize>) -> InPage {
    let mut page = InPage { checked: Vec::new(), known: known(form, answers, items.clone()) };
    for at in items {
        match &answers.values[at] {
            Given::Value(Value::Code(code)) => page.checked.push((at, *code)),
            Given::Value(Value::Codes(bits)) => {
                page.checked.extend((0..64).filter(|code| bits >> code & 1 == 1).map(|code| (at, code)));
            }
            _ => {}
        }
    }
    page
}

/// What the style sheet shows of pages that end with these items.
fn shown(form: &Questionnaire, answers: &Answers, pages: &[std::ops::Range<usize>]) -> Vec<bool> {
    let tests = all_tests(form);
    let of_page = |items: &std::ops::Range<usize>| {
        let (scope, page) = (Scope::new(form, &tests, items.start), in_page(form, answers, items.clone()));
        items.clone().map(|at| holds(&scope.shown(at).expect("small"), &page)).collect::<Vec<_>>()
    };
    pages.iter().flat_map(of_page).collect()
}

const FORM: &str = "a: yes no refused\nb: yes no if a = yes\nc: yes no if not (b = no) and a != refused\n\
    s: several x y z if c = yes or b = yes\nd: yes no if s in (x, y) and not (c = no)\n\
    e: yes no if not (s = z)\nn: number\nf: yes no if n >= 2 and answered(a)\ng: yes no if f != no or d = yes";

fn form() -> Questionnaire {
    tiny(&FORM.replace(" and answered(a)", ""))
}

proptest! {
    #[test]
    fn the_style_sheet_shows_what_is_asked(seed in any::<u64>()) {
        let form = form();
        let mut state = seed | 1;
        let mut pick = |bound: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % bound.max(1)
        };
        let on_path = form.made_up(Simulation { blank: 0.2 }, &mut pick);
        let mut stale = on_path.clone();
        for (at, item) in form.items().iter().enumerate() {
            if let Some(codes) = item.codes() && pick(2) == 0 && stale.values[at] == Given::Missing {
                let code = pick(codes.len() as u64) as u16;
                let is_one = matches!(item.answer, crate::AnswerType::One(_));
                stale.values[at] = Given::Value(if is_one { Value::Code(code) } else { Value::Codes(1 << code) });
            }
        }
        let all = form.items().len();
        let cut = pick(all as u64) as usize;
        for answers in [on_path, stale] {
            let asked: Vec<bool> = form.route(&answers).steps.iter().map(|step| *step == Step::Open).collect();
            let alone: Vec<_> = (0..all).map(|at| at..at + 1).collect();
            for pages in [vec![0..all, all..all], vec![0..cut, cut..all], alone] {
                prop_assert_eq!(&shown(&form, &answers, &pages), &asked, "{:?}: {:?}", pages, answers);
            }
        }
    }
}

#[test]
fn a_page_ends_where_only_the_server_can_decide() {
    let form = form();
    let names = |page: &Page| {
        form.items()[page.items.clone()].iter().map(|item| item.name.as_str()).collect::<String>()
    };
    assert_eq!(pages(&form).iter().map(names).collect::<Vec<_>>(), ["abcsden", "fg"]);
}

#[test]
fn conditions_become_selectors() {
    let form = tiny("a: yes no\nb: yes no if a = yes\nc: text if not (b = yes)\nd: number\ne: text if d > 3");
    assert_eq!(
        routing_css(&form),
        "form:has(#i0-0:checked) #w1{display:block}\n\
         form:is(:has(#i0-1:checked),:has(#i0-0:checked):has(#i1-1:checked)) #w2{display:block}\n\
         form:has(#t2) #w4{display:block}\n"
    );
}

#[test]
fn questions_that_rest_on_questions_keep_the_style_sheet_small() {
    // Each rests on two before it: written out in full, the conditions double from question to question.
    let each = |at: usize| match at {
        0 | 1 => format!("q{at}: yes no"),
        at if at % 3 == 0 => format!("q{at}: yes no if q{} = yes and q{} = yes", at - 1, at - 2),
        at => format!("q{at}: yes no if not (q{} = yes) or q{} = no", at - 1, at - 2),
    };
    for questions in [10, 40, 160] {
        let form = tiny(&(0..questions).map(each).collect::<Vec<_>>().join("\n"));
        let longest = routing_css(&form).lines().map(str::len).max().expect("rules");
        assert!(longest < 2_000, "{questions} questions: a rule of {longest} bytes");
        assert!(pages(&form).len() <= 1 + questions / 5, "{} pages of {questions}", pages(&form).len());
    }
    let chain = |at: usize| match at {
        0 | 1 => format!("q{at}: yes no"),
        at => format!("q{at}: yes no if q{} = yes and q{} = yes", at - 1, at - 2),
    };
    assert_eq!(pages(&tiny(&(0..50).map(chain).collect::<Vec<_>>().join("\n"))).len(), 1);
}

#[test]
fn what_is_typed_becomes_answers_or_slips() {
    let form = tiny("a: yes no\ns: several x y z\nn: number\nd: date\nt: text");
    let mut typed = Typed::default();
    for (name, texts) in [
        ("a", &["no"][..]),
        ("s", &["x", "z"]),
        ("n", &[" １，２００ "]),
        ("d", &["2026/2/3"]),
        ("t", &["= <b>\r\nx"]),
    ] {
        typed.0.insert(name.into(), texts.iter().map(|text| (*text).to_owned()).collect());
    }
    let mut kept = Typed::default();
    kept.replace(form.items(), &typed);
    let (read, slips) = form.read_typed(&kept);
    assert_eq!(slips, []);
    assert_eq!(read, answers_of(&form, "a=no s=x+z n=1200 d=2026-02-03", "= <b>\nx"));
    for (name, text, slip) in [
        ("a", "maybe", Slip::NoSuchCode),
        ("s", "q", Slip::NoSuchCode),
        ("n", "many", Slip::NotANumber),
        ("d", "2026-02-30", Slip::NotADay),
    ] {
        let wrong = Typed([(name.to_owned(), vec![text.to_owned()])].into());
        assert_eq!(form.read_typed(&wrong).1, [(form.item(name).expect("an item"), slip)]);
    }
}

fn answers_of(form: &Questionnaire, plain: &str, text: &str) -> Answers {
    let mut read = answers(form, plain);
    read.values[form.item("t").expect("an item")] = Given::Value(Value::Text(text.into()));
    read
}

#[test]
fn a_page_that_comes_again_blank_clears_its_items_and_no_others() {
    let form = tiny("a: yes no\nb: yes no");
    let mut typed = Typed([("a".into(), vec!["yes".into()]), ("b".into(), vec!["no".into()])].into());
    typed.replace(&form.items()[..1], &Typed::default());
    assert_eq!((typed.text("a"), typed.text("b")), ("", "no"));
}
