//! Rows that may be published: every overall table follows from them, nobody's answers do.

use monshin_instrument::{Answers, Given, Response, Value};

use super::support::{breakdown, question, response, show, survey, tables};
use crate::microdata::{WORDS_KEPT_BACK, controlled};
use crate::{Cube, Plan, Released, Settings, Tables, disclose, tabulate};

const ROWS: &str = "size=big a=yes b=yes c=x
size=big a=yes b=no c=x
size=small a=no c=x
size=small a=no c=x
size=small a=no c=x
size=small a=no c=y
size=small a=yes b=- c=y";

fn form(more: &str) -> std::sync::Arc<monshin_instrument::Questionnaire> {
    let size = breakdown("size", "big small");
    let asked = [question("a: yes no"), question("b: yes no if a = yes"), question("c: x y")].concat();
    survey(&format!("required = false\n{size}{asked}{more}"))
}

fn released(form: &std::sync::Arc<monshin_instrument::Questionnaire>) -> (Vec<Response>, Released<Tables>) {
    let rows = ROWS.lines().map(|line| response(form, line)).collect();
    (rows, disclose(tables(form, ROWS)))
}

#[test]
fn every_overall_table_follows_from_the_published_rows() {
    let form = form("");
    let (rows, released) = released(&form);
    let published = controlled(&rows, &released).expect("may be published");
    let mut cube = Cube::new(&form);
    published.iter().for_each(|row| cube.add(&form.submit(row).expect("still a response")));
    let again = tabulate(&cube, &Plan::standard(&form), &Settings::default());
    for name in ["a", "b", "c"] {
        assert_eq!(show(&again, name, &[]), show(&released, name, &[]));
    }
}

#[test]
fn classes_are_left_out_and_the_order_of_the_file_is_lost() {
    let form = form("");
    let (mut rows, released) = released(&form);
    let published = controlled(&rows, &released).expect("may be published");
    assert!(published.iter().all(|row| row.classes == [None]));
    rows.reverse();
    assert_eq!(controlled(&rows, &released).expect("may be published"), published);
}

#[test]
fn a_combination_that_only_one_gave_is_taken_apart() {
    let form = form("");
    let (rows, released) = released(&form);
    let published = controlled(&rows, &released).expect("may be published");
    // "a=yes, b left blank, c=y" was one institution's; the blank now stands beside another c.
    let code = |row: &Answers, item: usize| row.values[item].clone();
    let blank = published.iter().find(|row| code(row, 1) == Given::Blank).expect("the blank is still there");
    assert_eq!(code(blank, 2), Given::Value(Value::Code(0)), "{published:?}");
    // The three equal rows stay as they are.
    let equal = |row: &&Answers| {
        code(row, 0) == Given::Value(Value::Code(1)) && code(row, 2) == Given::Value(Value::Code(0))
    };
    assert!(published.iter().filter(equal).count() >= 3);
}

#[test]
fn of_words_only_stays_that_there_are_some() {
    let form = form(&question("t: text"));
    let rows: Vec<Response> = ROWS.lines().map(|line| response(&form, &format!("{line} t=secret"))).collect();
    let mut cube = Cube::new(&form);
    rows.iter().for_each(|row| cube.add(row));
    let released = disclose(tabulate(&cube, &Plan::standard(&form), &Settings::default()));
    let published = controlled(&rows, &released).expect("may be published");
    let words = Given::Value(Value::Text(WORDS_KEPT_BACK.into()));
    assert!(published.iter().all(|row| row.values[3] == words));
}

#[test]
fn what_would_tell_who_answered_is_refused_with_the_reason() {
    for (more, reason) in [
        (question("n: number"), "n asks for a number"),
        (question("d: yes no if size = big"), "d is asked depending on a class"),
    ] {
        let form = form(&more);
        let cube = Cube::new(&form);
        let released = disclose(tabulate(&cube, &Plan::standard(&form), &Settings::default()));
        let refused = controlled(&[], &released).expect_err("is refused");
        assert!(refused.en.contains(reason), "{}", refused.en);
    }
}
