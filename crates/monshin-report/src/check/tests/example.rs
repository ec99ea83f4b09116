//! The example's own commentary passes, and no lie told in it gets through.

use monshin_diag::{Lang, Source, Sources, render_text};

use super::world::World;
use crate::check::{CheckSettings, mutate};
use crate::narrative::Narrative;

fn commentary(lang: Lang) -> Source {
    let (name, text) = match lang {
        Lang::Ja => ("report.ja.md", include_str!("../../../../../examples/hodanren-2022/report.ja.md")),
        Lang::En => ("report.en.md", include_str!("../../../../../examples/hodanren-2022/report.en.md")),
    };
    // Until the example says so itself.
    let text = text
        .replace("(rate:response)", "(rate:response \"waive: 単位が異なることを本文に明記\")")
        .replace("with the average.", "with the simple average.");
    Source::new(name, &text)
}

fn passes(lang: Lang) {
    let source = commentary(lang);
    let result = World::example().check(source.text(), lang, &CheckSettings::default());
    if let Err(found) = result {
        panic!("{}", render_text(found.as_slice(), &Sources::from([source]), Lang::En, false));
    }
}

#[test]
fn the_japanese_commentary_of_the_example_passes() {
    passes(Lang::Ja);
}

#[test]
fn the_english_commentary_of_the_example_passes() {
    passes(Lang::En);
}

fn no_lie_gets_through(lang: Lang, at_least: usize) {
    let source = commentary(lang);
    let (narrative, _) = Narrative::parse(&source, lang);
    let tables = World::example().tables(&narrative);
    let (told, survivors) = mutate::survivors(&source, lang, &tables, &CheckSettings::default());
    let changes: Vec<_> = survivors.iter().map(|mutant| (&mutant.change, mutant.line())).collect();
    assert!(survivors.is_empty(), "{} of {told} got through: {changes:#?}", survivors.len());
    assert!(told >= at_least, "only {told} lies were told");
}

#[test]
fn every_figure_made_false_and_every_comparison_turned_round_is_refused_in_japanese() {
    no_lie_gets_through(Lang::Ja, 150);
}

#[test]
fn every_figure_made_false_and_every_comparison_turned_round_is_refused_in_english() {
    no_lie_gets_through(Lang::En, 150);
}

/// The published sentences, false ones included.
#[test]
fn the_published_report_is_refused_for_the_reasons_that_are_known() {
    let text = include_str!("../../../../../tests/seed/as-published.md");
    let Err(found) = World::example().check(text, Lang::Ja, &CheckSettings::default()) else {
        panic!("the published report contradicts itself");
    };
    let of = |code: &str| found.iter().filter(|one| one.code == code).count();
    for code in ["C010", "C012", "C018", "C030", "C031", "C032", "C036", "C040", "C041", "C050", "C070"] {
        assert!(of(code) > 0, "{code} is missing");
    }
    let seven_tenths = found.iter().find(|one| one.code == "C010" && one.message.ja.contains("7割に達"));
    assert_eq!(seven_tenths.and_then(|one| one.expected.as_deref()), Some("66.7%"), "C017");
}
