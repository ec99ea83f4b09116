use super::tiny;
use crate::analysis::{paths, patterns, reach};

fn count(form: &str) -> (Option<u128>, usize) {
    let form = tiny(form);
    let (listed, is_all) = patterns(&form, 100_000);
    assert!(is_all);
    (reach(&form).patterns, listed.len())
}

#[test]
fn the_seeds_routing_has_thirty_six_patterns() {
    let seed = "q1: yes no\nq2: yes no if q1 = yes\nq3: yes no if q2 = yes\nq4: yes no if q3 = yes\n\
        q5: yes no if q3 = no\nq6: yes no\nq7: yes no\nq8: yes no if q7 = yes";
    assert_eq!(count(seed), (Some(36), 36));
    let (paths, _) = paths(&tiny(seed), 1_000);
    assert_eq!(paths.len(), 8);
    assert_eq!(paths.iter().map(|path| path.patterns).sum::<u64>(), 36);
}

#[test]
fn unrouted_questions_multiply() {
    assert_eq!(count("a: x y z\nb: x y\nc: x y z w"), (Some(24), 24));
}

#[test]
fn several_answers_count_every_set_but_the_empty_one() {
    assert_eq!(count("s: several x y z"), (Some(7), 7));
    assert_eq!(count("s: several x y z\nt: a b if s = x"), (Some(3 + 4 * 2), 11));
}

#[test]
fn a_number_counts_by_what_conditions_tell_apart() {
    assert_eq!(count("n: number\nt: a b if n >= 2"), (Some(3), 3));
    assert_eq!(count("n: number\nt: a b if n > 2 and n < 9"), (Some(4), 4));
}

#[test]
fn the_count_and_the_list_agree_where_one_driver_opens_two_branches() {
    assert_eq!(count("a: x y\nb: x y if a = x\nc: x y if a = y\nd: p q if b = x or c = x"), (Some(6), 6));
}

#[test]
fn many_independent_questions_are_counted_without_listing_them() {
    let form: String = (0..60).map(|at| format!("a{at}: x y\nb{at}: x y if a{at} = x\n")).collect();
    assert_eq!(reach(&tiny(&form)).patterns, 3_u128.checked_pow(60));
}
