//! What is withheld, and that subtraction does not give it back.

use expect_test::expect;

use super::support::{breakdown, question, show, survey, tables};
use crate::{Released, Table, Tables, disclose};

/// What an attacker can do with a released table: subtract what is shown from what is published of
/// the whole. `tables` are the same before the policy.
pub fn assert_nothing_comes_back(tables: &Tables, released: &Released<Tables>, min_base: u64) {
    for (before, after) in tables.tables.iter().zip(&released.tables) {
        let Some(overall) = tables.table(before.variable, &[]) else { continue };
        let whole = overall.rows[0].n().expect("overall figures stay");
        for row in &after.rows {
            let small = row.n().is_some_and(|n| (1..min_base).contains(&n));
            assert!(!small || after.by.is_empty(), "{:?} {:?}", after.key(), row.group);
        }
        match after.by.len() {
            0 => assert_eq!(before.rows, after.rows),
            1 => assert_hidden(before, after, whole, &|_| true, min_base),
            _ => {
                for (at, &by) in after.by.iter().enumerate() {
                    let margin = released.table(after.variable, &[by]).expect("the plan has it");
                    for row in &margin.rows {
                        let Some(n) = row.n() else { continue };
                        assert_hidden(before, after, n, &|group| group[at] == row.group[0], min_base);
                    }
                }
            }
        }
        assert_eq!(
            after.mean_of_groups.iter().any(|mean| mean.share.is_some()),
            before.mean_of_groups.iter().any(|mean| mean.share.is_some())
                && after.rows.iter().all(|row| row.withheld().is_none()),
        );
    }
}

/// The difference between a published whole and the rows shown of it is nobody, or at least
/// `min_base` answers of two groups; unless all that can be withheld is.
fn assert_hidden(before: &Table, after: &Table, whole: u64, wanted: &dyn Fn(&[u16]) -> bool, min_base: u64) {
    let rows = || before.rows.iter().zip(&after.rows).filter(|(row, _)| wanted(&row.group));
    let figures =
        |row: &crate::Row| row.figures().map(|figures| (figures.n, figures.responses)).expect("before");
    let hidden: Vec<(u64, u64)> =
        rows().filter(|(_, after)| after.withheld().is_some()).map(|(before, _)| figures(before)).collect();
    let shown: u64 = rows().filter_map(|(_, after)| after.n()).sum();
    let rest = whole - shown;
    let can_hide_more = rows().any(|(_, after)| after.n().is_some_and(|n| n > 0));
    let unclassified = rest - hidden.iter().map(|(n, _)| n).sum::<u64>();
    let groups = hidden.iter().filter(|(_, units)| *units > 0).count() + usize::from(unclassified > 0);
    let is_safe =
        groups == 0 || (hidden.is_empty() && unclassified >= min_base) || (groups >= 2 && rest >= min_base);
    assert!(
        is_safe || !can_hide_more,
        "{:?}: {hidden:?} of {whole}, {unclassified} unclassified",
        after.key()
    );
}

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
        m: withheld Linked
        l: 9 = 9 + 0 + 0, 9 = 9 + 0 + 0; yes 9 100.0 % all-or-none; no 0 0.0 % all-or-none
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
        a |  | unclassified 0
        s/n: withheld Primary
        s/s: withheld Complement
        m/n: withheld Complement
        m/s: withheld Complement
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
