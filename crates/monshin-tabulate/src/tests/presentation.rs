//! What is not precise enough to be presented is in no table, and disclosure control does not notice.

use expect_test::expect;
use monshin_instrument::Questionnaire;
use proptest::prelude::*;

use super::support::{breakdown, question, show, survey, tables};
use crate::{Flag, disclose, disclose_with_audit, table_tests};

fn form(quoting: &str, more: &str) -> std::sync::Arc<Questionnaire> {
    survey(&format!("{quoting}{}{}{more}", breakdown("size", "s m l"), question("a: yes no")))
}

const ROWS: &str =
    "4x size=s a=yes\n 3x size=s a=no\n 3x size=m a=yes\n 4x size=m a=no\n 9x size=l a=yes\n 11x size=l a=no";

#[test]
fn shares_and_means_of_a_row_on_a_small_base_are_not_presented() {
    let form = form("[quoting]\nmin_base = 10\nunreliable = \"omit\"\n", &question("n: number"));
    let rows: String = ROWS.lines().map(|line| format!("{line} n=5\n")).collect();
    let released = disclose(tables(&form, &rows));
    expect![[r#"
        a |  | unclassified 0
        s: 7 = 7 + 0 + 0, 7 = 7 + 0 + 0; yes …; no …
        m: 7 = 7 + 0 + 0, 7 = 7 + 0 + 0; yes …; no …
        l: 20 = 20 + 0 + 0, 20 = 20 + 0 + 0; yes 9 45.0 %; no 11 55.0 %
        mean yes – of 0 omitted
        mean no – of 0 omitted
        n |  | unclassified 0
        s: 7 = 7 + 0 + 0, 7 = 7 + 0 + 0; number …
        m: 7 = 7 + 0 + 0, 7 = 7 + 0 + 0; number …
        l: 20 = 20 + 0 + 0, 20 = 20 + 0 + 0; mean 5 median 5 quartiles 5 5 from – to –
    "#]]
    .assert_eq(&(show(&released, "a", &["size"]) + &show(&released, "n", &["size"])));
}

#[test]
fn a_union_of_groups_is_presented_where_it_is_reliable_itself() {
    let form = form("[quoting]\nmin_base = 10\nunreliable = \"omit\"\n", "");
    let released = disclose(tables(&form, ROWS));
    let table = released.table(0, &[0]).expect("a table");
    let both = released.pool(table, &[&[0], &[1]]).expect("nothing is withheld");
    assert_eq!((both.n(), both.cell(0).map(|cell| cell.count)), (Some(14), Some(7)));
    let one = released.pool(table, &[&[0]]).expect("nothing is withheld");
    assert!(one.cell(0).is_none() && one.figures().is_some_and(|figures| figures.is_omitted(0)));
}

#[test]
fn a_group_that_is_not_presented_is_in_no_test() {
    let form = form("[quoting]\nmin_base = 10\nunreliable = \"omit\"\n", "");
    let rows = ROWS.replace("4x size=s", "14x size=s");
    let tests = |rows: &str| table_tests(&disclose(tables(&form, rows)))[0].clone();
    // s and l are left: each against 10 others at least.
    assert_eq!(tests(&rows).groups, 2);
    assert!(tests(&rows).against_rest.iter().all(|test| test.class != 1));
    // Only l is left, and all others together are 14.
    assert_eq!(tests(ROWS).groups, 1);
    // All others are one group, whose share it would tell.
    let two = tests("4x size=s a=yes\n 4x size=s a=no\n 9x size=l a=yes\n 11x size=l a=no");
    assert!(two.against_rest.is_empty(), "{two:?}");
}

/// NCHS 2017: not presented are 2 of 80 (0.3–8.7 %, wider than 130 % of it) and 15 of 29; 78 of 80 is, and
/// 0 of 200 (0–1.8 %, no wider than 5 points). Clopper and Pearson's ends by R's `binom.test`.
#[test]
fn the_nchs_standard_does_not_present_what_it_calls_unreliable() {
    let shown = |quoting: &str, yes: u64, no: u64| {
        let form = form(quoting, "");
        let released = disclose(tables(&form, &format!("{yes}x size=l a=yes\n {no}x size=l a=no")));
        let figures =
            released.table(0, &[]).and_then(|table| table.rows[0].figures()).expect("shown").clone();
        [0, 1].map(|code| (figures.cell(code).is_some(), figures.is_omitted(code)))
    };
    let nchs = "[quoting]\nrule = \"nchs\"\n";
    let (seen, gone) = ((true, false), (false, true));
    assert_eq!(shown(nchs, 2, 78), [gone, seen]);
    assert_eq!(shown(nchs, 15, 14), [gone, gone]);
    assert_eq!(shown(nchs, 40, 40), [seen, seen]);
    assert_eq!(shown(nchs, 0, 200), [seen, seen]);
    let marked = "[quoting]\nrule = \"nchs\"\nunreliable = \"mark\"\n";
    assert_eq!(shown(marked, 2, 78), [seen, seen]);
    assert_eq!(shown("[quoting]\nrule = \"jp30\"\n", 15, 14), [seen, seen], "others mark unless told");
}

fn responses() -> impl Strategy<Value = String> {
    let one = (0..3_usize, 0..2_usize, 1..12_u32).prop_map(|(size, answer, times)| {
        format!("{times}x size={} a={}", ["s", "m", "l"][size], ["yes", "no"][answer])
    });
    proptest::collection::vec(one, 1..7).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// The release that omits is the one that marks without its marked figures, and the record of what is
    /// withheld is the same.
    #[test]
    fn what_is_omitted_is_what_was_marked_and_nothing_else_changes(
        rows in responses(), preset in prop_oneof![Just("voluntary"), Just("register"), Just("none")],
    ) {
        let release = |unreliable: &str| {
            let head = format!(
                "[disclosure]\npreset = \"{preset}\"\n[quoting]\nmin_base = 9\nunreliable = \"{unreliable}\"\n");
            disclose_with_audit(tables(&form(&head, ""), &rows))
        };
        let ((marked, first), (omitted, second)) = (release("mark"), release("omit"));
        prop_assert_eq!(first.to_json("x"), second.to_json("x"));
        prop_assert_eq!(marked.audit(), omitted.audit());
        for (a, b) in marked.tables.iter().zip(&omitted.tables) {
            for (a, b) in a.rows.iter().zip(&b.rows) {
                let (Some(a), Some(b)) = (a.figures(), b.figures()) else {
                    prop_assert_eq!(a.withheld(), b.withheld());
                    continue;
                };
                prop_assert_eq!(&a.withheld, &b.withheld);
                for code in 0..2 {
                    let is_marked = a.cell(code).is_some_and(|cell| cell.flag == Some(Flag::Unreliable));
                    prop_assert_eq!(is_marked, b.is_omitted(code));
                    prop_assert_eq!(a.cell(code).filter(|_| !is_marked), b.cell(code));
                }
            }
        }
    }
}
