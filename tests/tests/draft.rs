//! Drafts: the checker has nothing to say of them, and they state what is true and nothing else.

use monshin_diag::{Lang, Source};
use monshin_report::draft::draft;
use monshin_report::{CheckSettings, Narrative};
use monshin_tabulate::{Released, Tables};
use monshin_tests::planted::World;
use monshin_tests::{Counted, text};

/// The draft, which the checker accepts without errors and warnings.
fn accepted(tables: &Released<Tables>, tag: &str) -> String {
    let done = draft(tables, tag);
    let source = Source::new("report.md", &done.text);
    let (narrative, found) = Narrative::parse(&source, Lang::from_tag(tag).unwrap_or(Lang::En));
    assert!(found.as_slice().is_empty(), "{found:#?}\n{}", done.text);
    match narrative.check(tables, &CheckSettings::default()) {
        Ok(report) => {
            let warnings: Vec<_> = report.warnings().iter().filter(|one| !one.code.eq("C072")).collect();
            assert!(warnings.is_empty(), "{warnings:#?}\n{}", done.text);
        }
        Err(found) => panic!("{found:#?}\n{}", done.text),
    }
    done.text
}

#[test]
fn the_checker_has_nothing_to_say_of_a_draft_of_the_examples() {
    for name in
        ["hodanren-2022", "series-clinics", "series-hospitals", "series-care-homes", "series-pharmacies"]
    {
        let of = |file: &str| text(&format!("examples/{name}/{file}"));
        let tables = Counted::of(&of("survey.toml"), &of("responses.csv")).standard();
        for tag in ["ja", "en"] {
            let text = accepted(&tables, tag);
            assert!(text.matches("](share:").count() >= 10, "{name} {tag}\n{text}");
        }
    }
}

#[test]
fn a_draft_holds_for_any_number_of_responses() {
    let world = &World::all()[1];
    for (seed, rows) in [(1, 0), (2, 1), (3, 2), (4, 5), (5, 29), (6, 31)] {
        let tables = world.draw_of(seed, rows);
        for tag in ["ja", "en"] {
            let text = accepted(&tables, tag);
            assert!(rows < 5 || text.contains("(n:all)"), "{rows} {tag}\n{text}");
        }
    }
}

#[test]
fn every_kind_of_question_is_spoken_of_whatever_its_labels_look_like() {
    let world = World::plain("every kind", &text("tests/drafts/every-kind.toml"), 400);
    let tables = world.draw(7);
    for tag in ["ja", "en"] {
        let text = accepted(&tables, tag);
        for variable in tables.variables.iter().filter(|variable| !variable.is_specify) {
            let name = &variable.name;
            let said = text.contains(&format!(":{name}=")) || text.contains(&format!(":{name})"));
            // Of many rows of a grid the lowest may go unsaid.
            assert!(said || variable.row.is_some(), "{tag}: nothing is said of {name}\n{text}");
        }
    }
    for responses in [0, 1, 5, 33] {
        let tables = world.draw_of(responses as u64, responses);
        ["ja", "en"].iter().for_each(|tag| drop(accepted(&tables, tag)));
    }
}

#[test]
fn what_is_planted_is_stated_and_what_is_not_is_not() {
    for world in World::all() {
        let rates = world.judged(0..12, "ja");
        assert!(rates.with_false <= 1, "{}: {rates:?}", world.name);
        for (effect, found) in &rates.found {
            assert!(*found >= 3, "{}: {effect} {rates:?}", world.name);
        }
    }
}

/// `cargo test -p monshin-tests --test draft -- --ignored --nocapture` prints `docs/draft.md`'s table.
#[test]
#[ignore = "takes minutes: 200 draws of each world"]
fn rates_over_two_hundred_seeds() {
    println!("| survey | planted | stated in | drafts with a false statement |\n|---|---|---|---|");
    for world in World::all() {
        let rates = world.judged(1_000..1_200, "ja");
        let percent = |count: usize| 100.0 * count as f64 / rates.drafts as f64;
        let false_rate = percent(rates.with_false);
        if rates.found.is_empty() {
            println!("| {} | nothing | – | {false_rate:.1} % |", world.name);
        }
        for (effect, found) in &rates.found {
            println!("| {} | {effect} | {:.1} % | {false_rate:.1} % |", world.name, percent(*found));
        }
        assert!(false_rate <= 5.0, "{rates:?}");
    }
}
