//! What is withheld, and that subtraction does not give it back.

use expect_test::expect;

use super::support::{breakdown, question, show, survey, tables};
use crate::disclose;

fn by_size() -> String {
    let head = "[disclosure]\nmin_base = 3\nmark_all_or_none_below = 10\n[quoting]\nmin_base = 5\n";
    format!("{head}{}", breakdown("size", "s m l xl"))
}

#[test]
fn a_small_group_is_withheld_with_the_next_smallest() {
    let form = survey(&(by_size() + &question("a: yes no")));
    let released =
        disclose(tables(&form, "2x size=s a=yes\n 5x size=m a=no\n 4x size=l a=yes\n 6x size=l a=no"));
    expect![[r#"
        a |  | unclassified 0
        s: withheld Primary
        m: withheld Complement
        l: 10 = 10 + 0 + 0, 10 = 10 + 0 + 0; yes 4 40.0 %; no 6 60.0 %
        xl: 0 = 0 + 0 + 0, 0 = 0 + 0 + 0; yes 0 – no-base; no 0 – no-base
        mean yes – of 0 withheld
        mean no – of 0 withheld
    "#]]
    .assert_eq(&show(&released, "a", &["size"]));
    expect![[r#"
        a | 
        all: 17 = 17 + 0 + 0, 17 = 17 + 0 + 0; yes 6 35.3 %; no 11 64.7 %
    "#]]
    .assert_eq(&show(&released, "a", &[]));
    assert_eq!(released.audit().len(), 2);
}

#[test]
fn two_groups_that_are_small_together_take_a_third_with_them() {
    let form = survey(&(by_size() + &question("a: yes no")));
    let released = disclose(tables(&form, "size=s a=yes\n size=m a=no\n 4x size=l a=yes\n 6x size=xl a=no"));
    expect![[r#"
        a |  | unclassified 0
        s: withheld Primary
        m: withheld Primary
        l: withheld Complement
        xl: 6 = 6 + 0 + 0, 6 = 6 + 0 + 0; yes 0 0.0 % all-or-none; no 6 100.0 % all-or-none
        mean yes – of 0 withheld
        mean no – of 0 withheld
    "#]]
    .assert_eq(&show(&released, "a", &["size"]));
}

#[test]
fn those_without_a_class_are_a_group_that_no_row_shows() {
    let form = survey(&(by_size() + &question("a: yes no")));
    let released = disclose(tables(&form, "a=yes\n 5x size=m a=no\n 6x size=l a=no"));
    expect![[r#"
        a |  | unclassified 1
        s: 0 = 0 + 0 + 0, 0 = 0 + 0 + 0; yes 0 – no-base; no 0 – no-base
        m: withheld Complement
        l: 6 = 6 + 0 + 0, 6 = 6 + 0 + 0; yes 0 0.0 % all-or-none; no 6 100.0 % all-or-none
        xl: 0 = 0 + 0 + 0, 0 = 0 + 0 + 0; yes 0 – no-base; no 0 – no-base
        mean yes – of 0 withheld
        mean no – of 0 withheld
    "#]]
    .assert_eq(&show(&released, "a", &["size"]));
}

#[test]
fn the_base_of_a_follow_up_does_not_give_back_its_question() {
    let form = survey(&(by_size() + &question("a: yes no") + &question("b: yes no if a = yes")));
    let released = disclose(tables(
        &form,
        "2x size=s a=yes b=no\n 4x size=m a=yes b=no\n size=m a=no\n 9x size=l a=yes b=yes\n 8x size=xl a=yes b=no",
    ));
    expect![[r#"
        b | a = yes | unclassified 0
        s: withheld Primary
        m: withheld Complement
        l: withheld Complement
        xl: 8 = 8 + 0 + 0, 8 = 8 + 0 + 0; yes 0 0.0 % all-or-none; no 8 100.0 % all-or-none
        mean yes – of 0 withheld
        mean no – of 0 withheld
    "#]]
    .assert_eq(&show(&released, "b", &["size"]));
}

#[test]
fn crossed_rows_are_withheld_along_both_directions() {
    let form = survey(&(by_size() + &breakdown("area", "n s") + &question("a: yes no")));
    let cube = super::support::cube(
        &form,
        "size=s area=n a=yes\n 7x size=s area=s a=yes\n 5x size=m area=n a=no\n 9x size=m area=s a=yes\n 6x size=l area=n a=no\n 8x size=l area=s a=no",
    );
    let released = disclose(super::naive::all_tables(&cube, false));
    expect![[r#"
        a |  | unclassified x
        s/n: withheld Primary
        s/s: withheld Complement
        m/n: withheld Complement
        m/s: 9 = 9 + 0 + 0, 9 = 9 + 0 + 0; yes 9 100.0 % all-or-none; no 0 0.0 % all-or-none
        l/n: 6 = 6 + 0 + 0, 6 = 6 + 0 + 0; yes 0 0.0 % all-or-none; no 6 100.0 % all-or-none
        l/s: 8 = 8 + 0 + 0, 8 = 8 + 0 + 0; yes 0 0.0 % all-or-none; no 8 100.0 % all-or-none
        xl/n: 0 = 0 + 0 + 0, 0 = 0 + 0 + 0; yes 0 – no-base; no 0 – no-base
        xl/s: 0 = 0 + 0 + 0, 0 = 0 + 0 + 0; yes 0 – no-base; no 0 – no-base
        mean yes – of 0 withheld
        mean no – of 0 withheld
    "#]]
    .assert_eq(&show(&released, "a", &["size", "area"]));
}

#[test]
fn a_union_with_a_withheld_group_is_withheld() {
    let form = survey(&(by_size() + &question("a: yes no")));
    let released =
        disclose(tables(&form, "2x size=s a=yes\n 4x size=m a=no\n 5x size=l a=yes\n 6x size=xl a=no"));
    let table = released.table(0, &[0]).expect("a table");
    assert_eq!(released.pool(table, &[&[2], &[3]]).and_then(|row| row.n()), Some(11));
    assert_eq!(released.pool(table, &[&[0], &[3]]), None);
    assert_eq!(released.pool(table, &[]), None);
    assert_eq!(released.pool(table, &[&[9]]), None);
}

fn register() -> String {
    format!("[disclosure]\npreset = \"register\"\n{}", breakdown("size", "s m l xl"))
}

#[test]
fn in_a_register_a_small_count_is_withheld_in_a_row_whose_base_stays() {
    let form = survey(&(register() + &question("a: yes no")));
    let released = disclose(tables(
        &form,
        "2x size=s a=yes\n 9x size=s a=no\n 6x size=m a=yes\n 7x size=m a=no\n 8x size=l a=yes\n 8x size=l a=no\n 9x size=xl a=yes\n 9x size=xl a=no",
    ));
    expect![[r#"
        a |  | unclassified 0
        s: 11 = 11 + 0 + 0, 11 = 11 + 0 + 0; yes x; no x
        m: 13 = 13 + 0 + 0, 13 = 13 + 0 + 0; yes x; no x
        l: 16 = 16 + 0 + 0, 16 = 16 + 0 + 0; yes 8 50.0 % unreliable; no 8 50.0 % unreliable
        xl: 18 = 18 + 0 + 0, 18 = 18 + 0 + 0; yes 9 50.0 % unreliable; no 9 50.0 % unreliable
        mean yes – of 0 withheld
        mean no – of 0 withheld
    "#]]
    .assert_eq(&show(&released, "a", &["size"]));
    assert!(
        released.audit().iter().all(|one| matches!(one.place, crate::AuditPlace::Row { code: Some(_), .. }))
    );
}

#[test]
fn in_a_register_a_class_of_one_is_withheld_among_the_respondents_too() {
    let form = survey(&(register() + &question("a: yes no")));
    let released = disclose(tables(
        &form,
        "size=s a=yes\n 6x size=m a=yes\n 7x size=m a=no\n 8x size=l a=yes\n 8x size=l a=no\n 9x size=xl a=yes\n 9x size=xl a=no",
    ));
    let counts = &released.profile[0].counts;
    assert_eq!(counts[0], None);
    assert!(counts.iter().filter(|count| count.is_none()).count() > 1, "{counts:?}");
}

#[test]
fn a_sensitive_question_on_which_a_small_class_is_of_one_mind_is_withheld() {
    let text = question("a: yes no").replace("text =", "sensitive = true\ntext =");
    let answers = "5x size=s a=yes\n 8x size=m a=yes\n 4x size=m a=no\n 9x size=l a=yes\n 6x size=l a=no";
    let plain = disclose(tables(&survey(&(by_size() + &question("a: yes no"))), answers));
    assert_eq!(plain.audit(), []);
    let released = disclose(tables(&survey(&(by_size() + &text)), answers));
    let row = &released.table(0, &[0]).expect("a table").rows[0];
    assert_eq!(row.withheld(), Some(crate::Withheld::Primary));
}

#[test]
fn a_breakdown_that_is_a_coarser_form_of_another_gives_nothing_back() {
    let head = format!("{}{}", by_size(), breakdown("kind", "small large"));
    let form = survey(&(head + &question("a: yes no")));
    let released = disclose(tables(
        &form,
        "2x size=s kind=small a=yes\n 4x size=m kind=small a=no\n 9x size=m kind=small a=yes\n 8x size=l kind=large a=yes\n 9x size=l kind=large a=no\n 9x size=xl kind=large a=yes\n 5x size=xl kind=large a=no",
    ));
    // Small is s and m, so m alone has to go with s, or small itself.
    let hidden: Vec<bool> =
        released.table(0, &[0]).expect("a table").rows.iter().map(|row| row.withheld().is_some()).collect();
    assert_eq!(hidden, [true, true, false, false]);
}

#[test]
fn the_audit_file_says_what_can_be_worked_out() {
    let form = survey(&(by_size() + &question("a: yes no")));
    let (released, file) = crate::disclose_with_audit(tables(
        &form,
        "2x size=s a=yes\n 3x size=m a=yes\n 5x size=m a=no\n 4x size=l a=yes\n 6x size=l a=no",
    ));
    assert_eq!(released.audit().len(), 2);
    let file: serde_json::Value = serde_json::from_str(&file.to_json("abc")).expect("JSON");
    assert_eq!(file["tables_sha256"], "abc");
    assert_eq!(file["withheld"][0]["reason"]["rule"], "primary");
    assert_eq!(file["withheld"][1]["reason"]["rule"], "line");
    let yes = &file["withheld"][0]["figures"][5];
    assert_eq!((&yes["cell"], &yes["low"], &yes["high"]), (&"a[size=s].yes".into(), &0.into(), &2.into()));
}

/// Two large ones answered what is asked of large ones who said yes, so both said yes: the overall base of the one
/// and the number of responses say it.
#[test]
fn what_overall_figures_fix_is_named_as_such() {
    let form = survey(&(by_size() + &question("a: yes no") + &question("b: yes no if size = l and a = yes")));
    let (released, file) = crate::disclose_with_audit(tables(
        &form,
        "size=s a=yes\n size=s a=no\n 4x size=m a=yes\n 5x size=m a=no\n 2x size=l a=yes b=yes",
    ));
    assert_eq!(released.protected_less().unproven, 0);
    assert!(released.protected_less().without_room > 0);
    let file: serde_json::Value = serde_json::from_str(&file.to_json("")).expect("JSON");
    let units = file["withheld"].as_array().expect("a list").iter();
    let figures: Vec<&serde_json::Value> =
        units.flat_map(|one| one["figures"].as_array().expect("a list")).collect();
    let of = |cell: &str| figures.iter().find(|one| one["cell"] == cell).expect("it is withheld");
    let fixed = of("a[size=l].yes");
    assert_eq!(
        (&fixed["because"], &fixed["protection"], &fixed["asked"]),
        (&"no_room".into(), &0.into(), &2.into())
    );
    let free = of("a[size=s].yes");
    assert_eq!((&free["as_far_as_it_goes"], &free["protection"]), (&false.into(), &2.into()));
}
