//! Surveys side by side: what may be compared, what is refused, and that a difference is right.

use std::collections::BTreeSet;

use monshin_diag::{Diagnostics, Source};
use monshin_report::compare::{self, Figure, Grade, Mapping, Member, NoDifference, Pairing};
use monshin_tabulate::{Released, Tables, UnitAnswers};
use monshin_tests::{Counted, text};

const SERIES: [&str; 4] = ["series-clinics", "series-hospitals", "series-care-homes", "series-pharmacies"];

fn series(name: &str) -> Released<Tables> {
    let of = |file: &str| text(&format!("examples/{name}/{file}"));
    Counted::of(&of("survey.toml"), &of("responses.csv")).standard()
}

/// A survey of one routed pair of questions, with so many yes and no to the first.
fn small(id: &str, more: &str, yes: usize, no: usize) -> Released<Tables> {
    let survey = format!(
        "[survey]\nid = \"{id}\"\ntitle = \"T\"\nlanguages = [\"en\"]\n\
         [codes.yn]\nyes = \"Yes\"\nno = \"No\"\n\
         [[question]]\nid = \"q1\"\ncodes = \"yn\"\ntext = \"Is it so?\"\n\
         [[question]]\nid = \"q2\"\ncodes = \"yn\"\n{more}\n"
    );
    let mut rows = String::from("id,q1,q2\n");
    for at in 0..yes + no {
        let first = if at < yes { "yes" } else { "no" };
        let second = if more.contains("ask_if") && first == "no" { "" } else { "yes" };
        rows.push_str(&format!("{at},{first},{second}\n"));
    }
    Counted::of(&survey, &rows).standard()
}

const PLAIN: &str = "text = \"And this?\"";

fn read(mapping: &str, members: &[Member<'_>]) -> (Option<Mapping>, Diagnostics) {
    Mapping::read(&Source::new("mapping.toml", mapping), members)
}

fn codes(mapping: &str) -> Vec<&'static str> {
    let (a, b) =
        (small("a", PLAIN, 30, 70), small("b", "ask_if = \"q1 = yes\"\ntext = \"And this?\"", 50, 50));
    let members =
        [Member { key: "a", tables: &a, units: None }, Member { key: "b", tables: &b, units: None }];
    let found = read(mapping, &members).1;
    for one in found.iter() {
        assert!(!one.message.ja.is_empty() && !one.message.en.is_empty());
    }
    found.iter().map(|one| one.code).collect()
}

const HEAD: &str = "[[survey]]\nid = \"a\"\n[[survey]]\nid = \"b\"\n";

fn concept(lines: &str) -> String {
    format!("{HEAD}[[concept]]\nid = \"x\"\nlabel = {{ en = \"X\" }}\n{lines}\n")
}

#[test]
fn a_mistake_in_a_mapping_is_told_by_its_code() {
    let fine = concept("[concept.in]\na = \"q1=yes\"\nb = \"q1=yes\"");
    let cases: [(&str, String, &[&str]); 20] = [
        ("fine", fine.clone(), &[]),
        ("no TOML", "[[survey".into(), &["M001"]),
        ("no such key", fine.replace("label", "lable"), &["M002"]),
        ("no id", fine.replace("id = \"x\"\n", ""), &["M003"]),
        ("no concept", HEAD.into(), &["M003"]),
        ("a number for a text", fine.replace("\"q1=yes\"\nb", "1\nb"), &["M004"]),
        ("no claim", fine.replace("a = \"q1=yes\"", "a = \"q1\""), &["M004"]),
        ("no colour", fine.replacen("id = \"a\"", "id = \"a\"\ncolor = \"blue\"", 1), &["M004"]),
        ("no such survey", fine.replace("b = \"q1=yes\"", "c = \"q1=yes\""), &["M005"]),
        ("a survey left out", fine.replace("[[survey]]\nid = \"b\"\n", ""), &["M005"]),
        ("no such question", fine.replace("b = \"q1=yes\"", "b = \"q9=yes\""), &["M006"]),
        ("no such code", fine.replace("b = \"q1=yes\"", "b = \"q1=maybe\""), &["M006"]),
        ("no such breakdown", fine.replace("b = \"q1=yes\"", "b = \"q1=yes;beds=a\""), &["M007"]),
        ("twice", format!("{fine}\n{}", fine.strip_prefix(HEAD).expect("begins so")), &["M008"]),
        (
            "no such grade",
            concept("grade = \"good\"\n[concept.in]\na = \"q1=yes\"\nb = \"q1=yes\""),
            &["M009"],
        ),
        (
            "other words",
            concept("[concept.in]\na = \"q1=yes\"\nb = { is = \"q2=yes\", grade = \"same-wording\" }"),
            &["M010", "M011"],
        ),
        ("other base", concept("[concept.in]\na = \"q2=yes\"\nb = \"q2=yes\""), &["M011"]),
        (
            "other base, said so",
            concept("grade = \"different-base\"\n[concept.in]\na = \"q2=yes\"\nb = \"q2=yes\""),
            &[],
        ),
        ("alone", concept("[concept.in]\na = \"q1=yes\""), &["M012"]),
        ("no label in a language", fine.replace("{ en = \"X\" }", "{ ja = \"X\" }"), &["M015"]),
    ];
    for (name, mapping, expected) in cases {
        assert_eq!(codes(&mapping), expected, "{name}\n{mapping}");
    }
}

#[test]
fn a_difference_is_that_of_r() {
    // R 4.2.2: prop.test(c(50, 30), c(100, 100), correct = FALSE) gives p = 0.003892417123. Newcombe's
    // hybrid (1998, method 10) worked out in R from both Wilson intervals: 0.06422327745, 0.32576829088.
    let (a, b) = (small("a", PLAIN, 30, 70), small("b", PLAIN, 50, 50));
    let members =
        [Member { key: "a", tables: &a, units: None }, Member { key: "b", tables: &b, units: None }];
    let mapping = read(&compare::propose(&members), &members).0.expect("a proposal is valid");
    let comparison = compare::compare(&mapping, &members);
    let points = comparison.overall[0].differences[0].found.expect("a difference");
    assert!((points.points - 20.0).abs() < 1e-9, "{points:?}");
    assert!((points.p - 0.003_892_417_123).abs() < 1e-9, "{points:?}");
    assert!((points.low - 6.422_327_745).abs() < 1e-6, "{points:?}");
    assert!((points.high - 32.576_829_088).abs() < 1e-6, "{points:?}");
    assert!(points.adjusted >= points.p);
}

#[test]
fn unlike_bases_have_no_difference_in_any_form() {
    let (a, b) =
        (small("a", PLAIN, 30, 70), small("b", "ask_if = \"q1 = yes\"\ntext = \"And this?\"", 50, 50));
    let members =
        [Member { key: "a", tables: &a, units: None }, Member { key: "b", tables: &b, units: None }];
    let proposal = compare::propose(&members);
    assert!(proposal.contains("different-base"), "{proposal}");
    let (mapping, found) = read(&proposal, &members);
    assert!(found.as_slice().is_empty(), "{found:?}");
    let mapping = mapping.expect("a proposal is valid");
    let comparison = compare::compare(&mapping, &members);
    let second = &comparison.overall[1].differences[0];
    assert_eq!((second.grade, second.found), (Grade::DifferentBase, Err(NoDifference::DifferentBase)));
    let json: serde_json::Value = serde_json::from_str(&compare::json(&comparison)).expect("JSON");
    assert_eq!(json["concepts"][1]["differences"][0]["refused"], "different-base");
    assert!(json["concepts"][1]["differences"][0].get("points").is_none());
    assert!(comparison.html("en").contains("unlike bases"));
}

/// 20 answers are too few for the second survey, which omits what rests on fewer than 30.
#[test]
fn what_a_survey_does_not_present_is_in_no_comparison() {
    let omits = format!("{PLAIN}\n[quoting]\nunreliable = \"omit\"");
    let (a, b) = (small("a", PLAIN, 30, 70), small("b", &omits, 7, 13));
    let members =
        [Member { key: "a", tables: &a, units: None }, Member { key: "b", tables: &b, units: None }];
    let mapping = read(&concept("[concept.in]\na = \"q1=yes\"\nb = \"q1=yes\""), &members).0;
    let mapping = mapping.expect("nothing is wrong");
    let comparison = compare::compare(&mapping, &members);
    assert_eq!(comparison.overall[0].sides[1].figure, Figure::Omitted);
    assert_eq!(comparison.overall[0].differences[0].found, Err(NoDifference::NoFigure));
    for tag in ["ja", "en"] {
        let page = comparison.html(tag);
        assert!(page.contains("…") && !page.contains("35.0%"), "7 of 20");
    }
    let text = compare::json(&comparison);
    assert!(text.contains("\"omitted\"") && !text.contains("0.35"), "{text}");
}

#[test]
fn empty_surveys_are_compared_without_a_figure() {
    let (a, b) = (small("a", PLAIN, 0, 0), small("b", PLAIN, 1, 0));
    let members =
        [Member { key: "a", tables: &a, units: None }, Member { key: "b", tables: &b, units: None }];
    let mapping = read(&compare::propose(&members), &members).0.expect("a proposal is valid");
    let comparison = compare::compare(&mapping, &members);
    assert_eq!(comparison.overall[0].sides[0].figure, Figure::NoBase);
    assert_eq!(comparison.overall[0].differences[0].found, Err(NoDifference::NoFigure));
    assert!(!comparison.html("en").contains("NaN") && !compare::json(&comparison).contains("NaN"));
}

#[test]
fn the_series_compares_in_both_languages_and_withholds_what_its_surveys_withhold() {
    let tables = SERIES.map(series);
    let members: Vec<Member<'_>> =
        SERIES.iter().zip(&tables).map(|(key, tables)| Member { key, tables, units: None }).collect();
    let (mapping, found) = read(&text("examples/series-mapping.toml"), &members);
    assert!(found.as_slice().is_empty(), "{found:#?}");
    let mapping = mapping.expect("the example's mapping is valid");
    let comparison = compare::compare(&mapping, &members);
    assert_eq!((comparison.overall.len(), comparison.by.len()), (9, 1));
    for line in comparison.overall.iter().chain(comparison.by.iter().flatten()) {
        for side in &line.sides {
            if let Figure::Share { n, share, interval, .. } = side.figure {
                let (low, high) = interval.expect("a share has an interval");
                assert!(n >= 3 && low <= share && share <= high, "{line:?}");
            }
        }
    }
    let ids: BTreeSet<String> = ["ja", "en"].map(|tag| comparison.html(tag)).into_iter().collect();
    assert_eq!(ids.len(), 2);
    let proposal = compare::propose(&members);
    let (proposed, found) = read(&proposal, &members);
    assert!(proposed.is_some() && !found.has_errors(), "{found:#?}\n{proposal}");
}

/// A wave with one question to tick and one number, and its answers by unit.
fn wave(id: &str, unit: &str, answers: &[(u32, bool, u32)]) -> (Released<Tables>, UnitAnswers) {
    let survey = format!(
        "[survey]\nid = \"{id}\"\ntitle = \"T\"\nlanguages = [\"en\"]\n\
         [codes.yn]\nyes = \"Yes\"\nno = \"No\"\n\
         [[question]]\nid = \"q1\"\ncodes = \"yn\"\ntext = \"Is it so?\"\n\
         [[question]]\nid = \"q2\"\nkind = \"number\"\nunit = \"{unit}\"\ntext = \"How many?\"\n"
    );
    let mut rows = String::from("id,q1,q2\n");
    for (unit, yes, number) in answers {
        rows.push_str(&format!("{unit},{},{number}\n", if *yes { "yes" } else { "no" }));
    }
    let counted = Counted::of(&survey, &rows);
    (counted.standard(), counted.units(&rows))
}

/// 100 units in two waves: 30 yes twice, 20 began, 10 stopped, 40 no twice. The number is the unit's
/// position modulo 10, and in the second wave 2 more.
fn waves(unit: &str) -> [(Released<Tables>, UnitAnswers); 2] {
    let answer = |second: bool| -> Vec<(u32, bool, u32)> {
        (0..100_u32)
            .map(|at| {
                let yes = if second { at < 50 } else { at < 30 || (50..60).contains(&at) };
                (at, yes, at % 10 + if second { 2 } else { 0 })
            })
            .collect()
    };
    [wave("w1", "hours", &answer(false)), wave("w2", unit, &answer(true))]
}

const WAVES: &str = "[comparison]\nid = \"w\"\nkind = \"waves\"\npair_by = \"id\"\nlanguages = [\"en\"]\n\
    [[concept]]\nid = \"so\"\nlabel = { en = \"So\" }\n[concept.in]\nw1 = \"q1=yes\"\nw2 = \"q1=yes\"\n\
    [[concept]]\nid = \"many\"\nlabel = { en = \"Many\" }\n[concept.in]\nw1 = \"average:q2\"\nw2 = \"average:q2\"\n";

#[test]
fn the_same_institutions_in_two_waves_are_compared_by_their_changes() {
    let waves = waves("hours");
    let members = ["w1", "w2"].into_iter().zip(&waves);
    let members: Vec<Member<'_>> =
        members.map(|(key, (tables, units))| Member { key, tables, units: Some(units) }).collect();
    let (mapping, found) = read(WAVES, &members);
    assert!(found.as_slice().is_empty(), "{found:#?}");
    let mapping = mapping.expect("valid");
    let comparison = compare::compare(&mapping, &members);
    let one = &comparison.overall[0].differences[0];
    // R 4.2.2: t.test(c(rep(1, 20), rep(-1, 10), rep(0, 70))): mean 0.1, p = 0.06763952667.
    let points = one.found.expect("a difference");
    assert!((points.points - 10.0).abs() < 1e-9 && (points.p - 0.067_639_526_67).abs() < 1e-9, "{points:?}");
    let Pairing::Paired { both: 100, correlation: Some(r) } = one.pairing else { panic!("{one:?}") };
    // R: cor(c(rep(1, 40), rep(0, 60)), c(rep(1, 30), rep(0, 10), rep(1, 20), rep(0, 40))).
    assert!((r - 0.408_248_290_464).abs() < 1e-9, "{r}");
    let json: serde_json::Value = serde_json::from_str(&compare::json(&comparison)).expect("JSON");
    assert_eq!(json["concepts"][0]["differences"][0]["paired"]["both"], 100);
    let page = comparison.html("en");
    assert!(page.contains("100 answered both, correlation 0.41") && page.contains("n=100 → n=100"), "{page}");
}

#[test]
fn means_are_compared_in_their_unit() {
    let waves = waves("hours");
    let members = ["w1", "w2"].into_iter().zip(&waves);
    let members: Vec<Member<'_>> =
        members.map(|(key, (tables, _))| Member { key, tables, units: None }).collect();
    let mapping = read(WAVES, &members).0.expect("valid");
    let comparison = compare::compare(&mapping, &members);
    assert_eq!(comparison.overall[0].differences[0].pairing, Pairing::Independent, "no units were given");
    let points = comparison.overall[1].differences[0].found.expect("a difference");
    // Both have the variance of 0 to 9, ten times each: 8.25·100/99, so SE = sqrt(2·8.3333/100).
    let half = 1.959_963_985 * (2.0 * (825.0_f64 / 99.0) / 100.0).sqrt();
    assert!(
        (points.points - 2.0).abs() < 1e-9 && (points.high - points.low - 2.0 * half).abs() < 1e-6,
        "{points:?}"
    );
    let json: serde_json::Value = serde_json::from_str(&compare::json(&comparison)).expect("JSON");
    assert_eq!(json["concepts"][1]["figures"][1]["mean"], 6.5);
    assert!(comparison.html("en").contains("Mean (hours)"));
}

#[test]
fn what_cannot_be_paired_or_put_beside_a_mean_is_told() {
    let waves = waves("minutes");
    let members = ["w1", "w2"].into_iter().zip(&waves);
    let members: Vec<Member<'_>> =
        members.map(|(key, (tables, _))| Member { key, tables, units: None }).collect();
    let told = |mapping: &str| -> Vec<&'static str> {
        read(mapping, &members).1.iter().map(|one| one.code).collect()
    };
    assert!(told(WAVES).contains(&"M020"), "hours and minutes");
    assert!(told(&WAVES.replace("w2 = \"average:q2\"", "w2 = \"q1=yes\"")).contains(&"M020"), "a share");
    assert_eq!(told(&WAVES.replace("w2 = \"average:q2\"", "w2 = \"average:q1\"")), ["M006"]);
    assert!(told(&WAVES.replace("kind = \"waves\"", "kind = \"sectors\"")).contains(&"M004"));
    assert!(told(&WAVES.replace("pair_by = \"id\"", "pair_by = \"name\"")).contains(&"M004"));
}
