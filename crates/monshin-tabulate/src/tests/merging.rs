//! What the advice says of merged classes is what a release of the merged survey does.

use std::sync::Arc;

use monshin_instrument::{CannotMerge, Questionnaire};
use proptest::prelude::*;

use super::support::{breakdown, question, survey, tables};
use crate::{Classes, Groups, Loss, MergeAdvice, Reach, advise_merging, disclose};

const NAMES: [&str; 5] = ["s", "m", "l", "xl", "xxl"];

/// One question that hangs on another, by so many classes.
fn text(classes: &[&str], preset: &str, is_ordered: bool) -> String {
    let by = breakdown("size", &classes.join(" "));
    let by =
        if is_ordered { by.replace("codes = \"size\"\n", "codes = \"size\"\nordered = true\n") } else { by };
    let questions = question("a: yes no") + &question("b: yes no if a = yes");
    format!("[disclosure]\npreset = \"{preset}\"\n{by}{questions}")
}

/// Class, answer to a, answer to b, how often.
type Line = (usize, usize, usize, u32);

fn rows(lines: &[Line], class: impl Fn(usize) -> String) -> String {
    let one = |(size, a, b, times): &Line| {
        let b = if *a == 0 { format!(" b={}", ["yes", "no", "-"][*b]) } else { String::new() };
        format!("{times}x size={} a={}{b}\n", class(*size), ["yes", "no"][*a])
    };
    lines.iter().map(one).collect()
}

fn loss(form: &Arc<Questionnaire>, rows: &str) -> Loss {
    Loss::of(&disclose(tables(form, rows)), 0)
}

/// The first class of the group that a class is in.
fn first_of(groups: &Groups, class: usize) -> String {
    let group = groups.iter().find(|group| group.contains(&(class as u16))).expect("is in one");
    NAMES[usize::from(group[0])].to_owned()
}

fn advice(form: &Arc<Questionnaire>, lines: &[Line], may_go_on: &mut dyn FnMut() -> bool) -> MergeAdvice {
    let one = &form.breakdowns()[0];
    let mut sizes = vec![0; one.codes.len()];
    lines.iter().for_each(|(class, _, _, times)| sizes[*class] += u64::from(*times));
    let now = loss(form, &rows(lines, |class| NAMES[class].to_owned()));
    let classes = Classes { sizes, ordered: one.ordered, other: None };
    let mut release = |groups: &Groups| {
        let merged = Arc::new(form.with_classes_merged(0, groups).expect("nothing hangs on it"));
        Some(loss(&merged, &rows(lines, |class| first_of(groups, class))))
    };
    advise_merging(&classes, now, &mut release, may_go_on)
}

/// The same from the text of a survey that has the merged classes from the start.
fn written_merged(lines: &[Line], groups: &Groups, preset: &str, is_ordered: bool) -> Loss {
    let names: Vec<&str> = groups.iter().map(|group| NAMES[usize::from(group[0])]).collect();
    let form = survey(&text(&names, preset, is_ordered));
    loss(&form, &rows(lines, |class| first_of(groups, class)))
}

fn lines(classes: usize) -> impl Strategy<Value = Vec<Line>> {
    proptest::collection::vec((0..classes, 0..2_usize, 0..3_usize, 1..7_u32), 2..10)
}

/// All ways to take neighbours of four together.
const RUNS_OF_FOUR: [&[&[u16]]; 6] = [
    &[&[0, 1], &[2], &[3]],
    &[&[0], &[1, 2], &[3]],
    &[&[0], &[1], &[2, 3]],
    &[&[0, 1], &[2, 3]],
    &[&[0, 1, 2], &[3]],
    &[&[0], &[1, 2, 3]],
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_figures_of_an_advice_are_those_of_the_merged_survey(
        lines in lines(5), preset in prop_oneof![Just("voluntary"), Just("register")], is_ordered: bool,
    ) {
        let form = survey(&text(&NAMES, preset, is_ordered));
        let found = advice(&form, &lines, &mut || true);
        let mut before = found.now.withheld;
        for (groups, loss) in &found.ways {
            prop_assert_eq!(*loss, written_merged(&lines, groups, preset, is_ordered));
            prop_assert!(loss.withheld < before, "each way withholds less than the one before");
            before = loss.withheld;
        }
    }

    #[test]
    fn with_few_ordered_classes_no_other_way_is_better(lines in lines(4)) {
        let form = survey(&text(&NAMES[..4], "voluntary", true));
        let found = advice(&form, &lines, &mut || true);
        prop_assert_eq!(found.reach, Reach::Exhaustive);
        for way in RUNS_OF_FOUR {
            let groups: Groups = way.iter().map(|group| group.to_vec()).collect();
            let other = written_merged(&lines, &groups, "voluntary", true);
            let as_detailed = |(own, _): &&(Groups, Loss)| own.len() >= groups.len();
            let least = found.ways.iter().filter(as_detailed).map(|(_, loss)| loss.withheld).min();
            prop_assert!(least.unwrap_or(found.now.withheld) <= other.withheld, "{:?} {:?}", groups, found);
        }
    }
}

/// One of s, so s and the next smallest are withheld.
const ONE_OF_S: [Line; 4] = [(0, 1, 0, 1), (1, 1, 0, 8), (2, 1, 0, 20), (3, 1, 0, 30)];

#[test]
fn a_single_small_class_goes_to_its_neighbour() {
    let form = survey(&text(&NAMES[..4], "voluntary", true));
    let found = advice(&form, &ONE_OF_S, &mut || true);
    assert!(found.now.withheld > 0);
    let (groups, loss) = &found.ways[0];
    assert_eq!((groups, loss.withheld), (&vec![vec![0, 1], vec![2], vec![3]], 0));
    assert_eq!((found.ways.len(), found.tried), (1, 3), "with nothing withheld it looks no further");
}

#[test]
fn what_is_small_goes_to_other_where_classes_have_no_order() {
    let classes = Classes { sizes: vec![9, 2, 30, 1], ordered: false, other: Some(0) };
    let mut seen = Vec::new();
    let now = Loss { withheld: 5, shown: 0, rows: 8 };
    let mut release = |groups: &Groups| {
        seen.push(groups.clone());
        Some(now)
    };
    let found = advise_merging(&classes, now, &mut release, &mut || true);
    assert_eq!(seen, [vec![vec![0, 3], vec![1], vec![2]], vec![vec![0, 1, 3], vec![2]]]);
    assert_eq!((found.ways.len(), found.reach), (0, Reach::SmallestOnly));
}

#[test]
fn a_search_that_is_stopped_or_fails_says_so() {
    let form = survey(&text(&NAMES[..4], "voluntary", true));
    let mut left = 1;
    let found = advice(&form, &ONE_OF_S, &mut || std::mem::replace(&mut left, 0) > 0);
    assert_eq!((found.reach, found.tried), (Reach::Stopped, 1));
    let classes = Classes { sizes: vec![1; 10], ordered: true, other: None };
    let now = Loss { withheld: 5, shown: 0, rows: 8 };
    let found = advise_merging(&classes, now, &mut |_| None, &mut || true);
    assert_eq!((found.tried, found.impossible, found.reach), (9, 9, Reach::StepByStep));
}

#[test]
fn nothing_withheld_or_two_classes_leave_nothing_to_merge() {
    for (sizes, withheld) in [(vec![5; 4], 0), (vec![1, 9], 2), (vec![1], 1), (vec![], 0)] {
        let classes = Classes { sizes, ordered: true, other: None };
        let now = Loss { withheld, shown: 0, rows: 0 };
        let found = advise_merging(&classes, now, &mut |_| unreachable!("nothing to try"), &mut || true);
        assert_eq!((found.tried, found.ways.len()), (0, 0));
    }
}

#[test]
fn classes_that_questions_hang_on_stay_apart() {
    let by = breakdown("size", "s m l");
    let asked = survey(&(by.clone() + &question("a: yes no if size = s")));
    assert_eq!(asked.with_classes_merged(0, &[vec![0, 1], vec![2]]).err(), Some(CannotMerge::Routes));
    let free = survey(&(by + &question("a: yes no")));
    let merged = free.with_classes_merged(0, &[vec![0, 1], vec![2]]).expect("nothing hangs on it");
    let codes = &merged.breakdowns()[0].codes;
    assert_eq!((codes.len(), codes.codes[0].id.as_str()), (2, "s"));
    assert!(codes.spellings()[0].contains(&"m".to_owned()), "the others are ways to write it");
    assert_ne!(merged.hash(), free.hash());
}
