use monshin_estimate::Reason;
use monshin_estimate::compare::{Direction, ShareSums, TestMethod, compare_groups, newcombe};

use super::support::{breakdown, cube, picker, question, response, survey, tables};
use crate::{Plan, Released, Settings, TableTests, Tables, Weight, disclose, table_tests, tabulate};

fn tests(body: &str, responses: &str) -> (Released<Tables>, Vec<TableTests>) {
    let released = disclose(tables(&survey(body), responses));
    let found = table_tests(&released).to_vec();
    (released, found)
}

fn yes_no(classes: &str) -> String {
    format!("{}{}", breakdown("size", classes), question("a: yes no"))
}

#[test]
fn a_group_is_held_against_everybody_else() {
    let (_, found) = tests(
        &yes_no("small big"),
        "20x size=small a=yes\n30x size=small a=no\n40x size=big a=yes\n10x size=big a=no\n5x a=no",
    );
    let [table] = &found[..] else { panic!("{found:#?}") };
    let small = &table.against_rest[0];
    // The five without a class are in the rest.
    assert_eq!((small.share, small.rest, small.rest_n), (0.4, 40.0 / 55.0, 55));
    let own = compare_groups(&ShareSums::counts(20, 50), &ShareSums::counts(40, 55), 0.95).expect("answers");
    assert_eq!(small.compared, own);
    assert_eq!((own.interval.lower, own.interval.upper), newcombe(20, 50, 40, 55, 0.95));
    assert!(small.stands_out && small.adjusted < 0.05);
    assert_eq!(table.association.expect("a table").method, TestMethod::Pearson);
}

/// Two of s said yes, so the answers of s and of one more class are withheld while their bases stay.
#[test]
fn an_answer_that_is_withheld_is_not_one_that_nobody_gave() {
    let counts = "8x size=l a=yes\n 9x size=l a=no\n 9x size=xl a=yes\n 9x size=xl a=no";
    let more = format!("2x size=s a=yes\n 9x size=s a=no\n 6x size=m a=yes\n 7x size=m a=no\n{counts}");
    let head = "disclosure = \"register\"\n";
    let (released, found) = tests(&(head.to_owned() + &yes_no("l xl s m")), &more);
    let rows = &released.tables[1].rows;
    let with_gaps = rows.iter().filter(|row| row.figures().is_some_and(|one| !one.withheld.is_empty()));
    assert_eq!(with_gaps.count(), 2);
    assert!(found[0].against_rest.iter().all(|test| test.class < 2), "{:#?}", found[0]);
    assert_eq!(found[0].against_rest.len(), 4);
    let (_, of_two) = tests(&(head.to_owned() + &yes_no("l xl")), counts);
    assert_eq!(found[0].association, of_two[0].association);
}

#[test]
fn of_two_answers_one_counts_among_the_comparisons() {
    let (_, found) = tests(
        &yes_no("small big"),
        "20x size=small a=yes\n30x size=small a=no\n40x size=big a=yes\n10x size=big a=no",
    );
    let table = &found[0];
    let [small_yes, small_no, big_yes, _] = &table.against_rest[..] else { panic!("{table:#?}") };
    // Two groups that are all: the same comparison twice, so Holm doubles.
    assert!((small_yes.adjusted - 2.0 * small_yes.compared.p_value).abs() < 1e-15);
    assert_eq!(small_yes.adjusted, small_no.adjusted);
    assert!((small_yes.compared.value + small_no.compared.value).abs() < 1e-15);
    assert!((small_yes.adjusted - big_yes.adjusted).abs() < 1e-15);
}

#[test]
fn a_difference_is_not_pointed_at_when_the_base_is_weak_or_it_is_small() {
    let (_, weak) = tests(&yes_no("small big"), "10x size=small a=yes\n90x size=big a=no\n");
    assert!(weak[0].against_rest.iter().all(|test| test.adjusted < 0.05 && !test.stands_out));
    let (_, slight) = tests(
        &yes_no("small big"),
        "5200x size=small a=yes\n4800x size=small a=no\n4900x size=big a=yes\n5100x size=big a=no",
    );
    assert!(slight[0].against_rest.iter().all(|test| test.adjusted < 0.05 && !test.stands_out));
}

#[test]
fn an_ordered_breakdown_has_a_trend() {
    let ordered = yes_no("s m l").replace("label = \"size\"", "label = \"size\"\nordered = true");
    let (_, found) = tests(
        &ordered,
        "5x size=s a=yes\n20x size=s a=no\n10x size=m a=yes\n15x size=m a=no\n20x size=l a=yes\n5x size=l a=no",
    );
    let [yes, no] = &found[0].trends[..] else { panic!("{found:#?}") };
    assert_eq!((yes.trend.direction, no.trend.direction), (Direction::Up, Direction::Down));
    assert_eq!(yes.trend.method, TestMethod::CochranArmitage);
    // Of two answers one is one trend.
    assert_eq!(yes.adjusted, yes.trend.p_value);
    let (_, plain) = tests(&yes_no("s m l"), "5x size=s a=yes\n5x size=m a=no");
    assert!(plain[0].trends.is_empty());
}

#[test]
fn several_answers_at_once_are_tested_one_by_one() {
    let body = format!("{}{}", breakdown("size", "small big"), question("m: several x y z"));
    let (_, found) =
        tests(&body, "30x size=small m=x+y\n20x size=small m=z\n40x size=big m=y\n10x size=big m=x");
    assert_eq!(found[0].association, Err(Reason::MethodNotApplicable));
    assert_eq!(found[0].against_rest.len(), 6);
}

/// Two surveys that differ only in what is withheld have the same tests: the withheld groups'
/// answers are dealt out anew, so that every released figure stays.
#[test]
fn what_is_withheld_does_not_show_in_a_test() {
    let open = "40x size=a a=yes\n30x size=a a=no\n25x size=b a=yes\n50x size=b a=no\n";
    let worlds = [
        "2x size=c a=yes\n1x size=d a=no\n9x size=e a=yes\n",
        "2x size=c a=no\n1x size=d a=yes\n1x size=c a=no\n7x size=e a=yes\n1x size=e a=yes\n",
        "1x size=c a=yes\n1x size=c a=no\n1x size=d a=yes\n9x size=e a=yes\n",
    ];
    let ordered = yes_no("a b c d e").replace("label = \"size\"", "label = \"size\"\nordered = true");
    let mut seen: Vec<(String, Vec<TableTests>)> = Vec::new();
    for world in worlds {
        let (released, found) = tests(&ordered, &format!("{open}{world}"));
        let table = released.table(0, &[0]).expect("a table");
        let shown: Vec<_> = table.rows.iter().map(|row| row.figures().cloned()).collect();
        assert!(shown.iter().any(Option::is_none), "something is withheld");
        let overall = released.table(0, &[]).expect("a table").rows[0].figures().cloned();
        seen.push((format!("{shown:?} {overall:?}"), found));
    }
    let mut compared = 0;
    for (at, (figures, found)) in seen.iter().enumerate() {
        for (others, tests) in &seen[..at] {
            if figures == others {
                compared += 1;
                assert_eq!(found, tests);
            }
        }
    }
    assert!(compared > 0, "two of the worlds show the same figures");
}

#[test]
fn nothing_is_nan_whoever_answered() {
    let body =
        format!("{}{}{}", breakdown("size", "a b c"), question("q: yes no"), question("m: several x y"));
    let form = survey(&body);
    let mut pick = picker(7);
    for round in 0..60 {
        let mut cube = cube(&form, "");
        for _ in 0..pick(1 + round) {
            let class = ["size=a", "size=b", "size=c", ""][pick(4) as usize];
            let text = format!(
                "{class} q={} m={}",
                ["yes", "no", "-"][pick(3) as usize],
                ["x", "y", "x+y", "-"][pick(4) as usize]
            );
            let weight = [1.0 / 1_048_576.0, 0.3, 1.0, 1_000_000.0][pick(4) as usize];
            cube.add_weighted(&response(&form, text.trim()), Weight::new(weight).expect("in range"));
        }
        for weighted in [false, true] {
            let settings = Settings { weighted, ..Settings::default() };
            let released = disclose(tabulate(&cube, &Plan::standard(&form), &settings));
            for test in table_tests(&released).iter().flat_map(|tests| &tests.against_rest) {
                let p = [test.compared.p_value, test.adjusted, test.explored];
                assert!(p.iter().all(|p| (0.0..=1.0).contains(p)), "{test:?}");
                assert!(test.adjusted >= test.compared.p_value - 1e-15);
            }
        }
    }
}
