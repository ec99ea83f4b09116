//! Waves that some institutions answered both of, against R (`tests/waves/make.R`).

use monshin_diag::Source;
use monshin_report::compare::{self, Mapping, Member, Pairing};
use monshin_tabulate::{NotPaired, Released, Tables, UnitAnswers};
use monshin_tests::{Counted, text};

/// A wave with its tables and its answers by unit.
type Wave = (Released<Tables>, UnitAnswers);

fn wave(id: &str, policy: &str, rows: &str) -> Wave {
    let survey = format!(
        "[survey]\nid = \"{id}\"\ntitle = \"T\"\nlanguages = [\"en\"]\n{policy}\n\
         [codes.yn]\nyes = \"Yes\"\nno = \"No\"\n\
         [[block]]\nid = \"device\"\nlabel = \"Device\"\nmax = 3\n\
         [[question]]\nid = \"plan\"\ncodes = \"yn\"\ntext = \"Is there a plan?\"\n\
         [[question]]\nid = \"staff\"\nkind = \"number\"\ndecimals = 1\nunit = \"people\"\ntext = \"How many?\"\n\
         [[question]]\nid = \"patched\"\nblock = \"device\"\ncodes = \"yn\"\ntext = \"Patched?\"\n\
         [[question]]\nid = \"age\"\nblock = \"device\"\nkind = \"number\"\ndecimals = 1\nunit = \"years\"\ntext = \"How old?\"\n"
    );
    let counted = Counted::of(&survey, rows);
    (counted.standard(), counted.units(rows))
}

const TARGETS: [(&str, &str); 4] = [
    ("plan", "plan=yes"),
    ("staff", "average:staff"),
    ("device.patched", "device.patched=yes"),
    ("device.age", "average:device.age"),
];

fn mapping() -> String {
    let head = "[comparison]\nid = \"w\"\nkind = \"waves\"\npair_by = \"id\"\nlanguages = [\"en\"]\n";
    let concept = |(name, target): (&str, &str)| {
        let id = name.replace('.', "-");
        format!(
            "[[concept]]\nid = \"{id}\"\nlabel = {{ en = \"{name}\" }}\n[concept.in]\nfirst = \"{target}\"\nsecond = \"{target}\"\n"
        )
    };
    TARGETS.into_iter().map(concept).fold(head.to_owned(), |text, one| text + &one)
}

/// Each change with the way in which the waves were brought together: difference, ends, p (of shares as
/// parts of 1).
fn changes(policy: &str, first: &str, second: &str) -> Vec<(String, Pairing, [f64; 4])> {
    let waves = [wave("first", policy, first), wave("second", policy, second)];
    let members: Vec<Member<'_>> = ["first", "second"]
        .into_iter()
        .zip(&waves)
        .map(|(key, (tables, units))| Member { key, tables, units: Some(units) })
        .collect();
    let (mapping, found) = Mapping::read(&Source::new("mapping.toml", &mapping()), &members);
    let mapping = mapping.unwrap_or_else(|| panic!("{found:#?}"));
    let comparison = compare::compare(&mapping, &members);
    let change = |(at, (name, target)): (usize, &(&str, &str))| {
        let one = &comparison.overall[at].differences[0];
        let points = one.found.unwrap_or_else(|why| panic!("{name}: {why:?}"));
        let unit = if target.starts_with("average:") { 1.0 } else { 100.0 };
        let figures = [points.points / unit, points.low / unit, points.high / unit, points.p];
        ((*name).to_owned(), one.pairing, figures)
    };
    TARGETS.iter().enumerate().map(change).collect()
}

const OPEN: &str = "[disclosure]\npreset = \"none\"";

/// Rows of `expected.csv` whose name begins so, in the order of the targets.
fn expected(prefix: &str) -> Vec<(String, u64, [f64; 4], Option<f64>)> {
    let table = text("tests/waves/expected.csv");
    let rows = table.lines().skip(1).filter_map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        let is_same = cells[0].starts_with("same:");
        let name = cells[0].strip_prefix(prefix).filter(|_| is_same == (prefix == "same:"))?;
        let number = |at: usize| cells[at].parse::<f64>().expect("a number");
        let figures = [number(2), number(4), number(5), number(6)];
        Some((name.to_owned(), cells[1].parse().expect("a count"), figures, cells[7].parse().ok()))
    });
    rows.collect()
}

fn agree(found: &[(String, Pairing, [f64; 4])], expected: &[(String, u64, [f64; 4], Option<f64>)]) {
    assert!(!expected.is_empty());
    for (name, both, figures, correlation) in expected {
        let (_, pairing, ours) = found.iter().find(|(ours, ..)| ours == name).expect("compared");
        for (ours, r) in ours.iter().zip(figures) {
            assert!((ours - r).abs() < 1e-9, "{name}: {ours} against {r} of R");
        }
        let Pairing::Paired { both: ours, correlation: phi } = *pairing else {
            panic!("{name}: {pairing:?}")
        };
        assert_eq!((ours, phi.is_some()), (*both, correlation.is_some()), "{name}");
        let apart = phi.zip(*correlation).map_or(0.0, |(ours, r)| (ours - r).abs());
        assert!(apart < 1e-9, "{name}: {phi:?}");
    }
}

#[test]
fn shares_means_and_entries_of_partly_the_same_institutions_change_as_in_r() {
    let found = changes(OPEN, &text("tests/waves/first.csv"), &text("tests/waves/second.csv"));
    agree(&found, &expected(""));
}

#[test]
fn of_the_same_institutions_it_is_the_paired_t_test() {
    let [first, second] = ["first", "second"].map(|name| text(&format!("tests/waves/{name}.csv")));
    // Plan and staff are blank for some; the t test has those who gave the answer in both.
    let only = |wave: &str, other: &str, column: usize| {
        let gave = |text: &str, id: &str| {
            text.lines().any(|line| {
                line.split(',').next() == Some(id) && line.split(',').nth(column) != Some("no_answer")
            })
        };
        let keep = |line: &&str| {
            let id = line.split(',').next().unwrap_or_default();
            id == "id" || gave(wave, id) && gave(other, id)
        };
        wave.lines().filter(keep).map(|line| format!("{line}\n")).collect::<String>()
    };
    for (column, name) in [(1, "plan"), (2, "staff")] {
        let found = changes(OPEN, &only(&first, &second, column), &only(&second, &first, column));
        let expected: Vec<_> = expected("same:").into_iter().filter(|(one, ..)| one == name).collect();
        agree(&found, &expected);
    }
}

#[test]
fn what_would_show_one_or_two_institutions_is_not_paired() {
    let rows = |second: bool| {
        let row = |at: u32| {
            // Two institutions have fewer staff than before, and the devices of two are patched no more.
            let (less, worse) = (second && at < 2, second && (10..12).contains(&at));
            let staff = 10 + at % 7 + if second && at >= 2 { 3 } else { 0 } - if less { 1 } else { 0 };
            let patched = if worse || at.is_multiple_of(3) && !(second && at >= 40) { "no" } else { "yes" };
            format!(
                "u{at},{},{staff},{patched},{}\n",
                if at.is_multiple_of(2) { "yes" } else { "no" },
                1 + at % 5
            )
        };
        (0..80)
            .map(row)
            .fold("id,plan,staff,device.1.patched,device.1.age\n".to_owned(), |all, one| all + &one)
    };
    let found = changes("[disclosure]\npreset = \"voluntary\"", &rows(false), &rows(true));
    let pairing: Vec<Pairing> = found.iter().map(|(_, pairing, _)| *pairing).collect();
    assert_eq!(pairing[0], Pairing::NotPaired(NotPaired::Constant));
    assert_eq!(pairing[1], Pairing::NotPaired(NotPaired::Small), "two have fewer staff");
    assert_eq!(pairing[2], Pairing::NotPaired(NotPaired::Small), "the devices of two");
    assert!(matches!(changes(OPEN, &rows(false), &rows(true))[1].1, Pairing::Paired { both: 80, .. }));
}

#[test]
fn the_example_of_two_waves_shows_what_was_planted_and_nothing_else() {
    const KEYS: [&str; 2] = ["series-hospitals", "series-hospitals-2027"];
    let wave = |key: &str| {
        let [survey, rows] =
            ["survey.toml", "responses.csv"].map(|file| text(&format!("examples/{key}/{file}")));
        let counted = Counted::of(&survey, &rows);
        (counted.standard(), counted.units(&rows))
    };
    let waves: [Wave; 2] = KEYS.map(wave);
    let source = Source::new("waves-mapping.toml", &text("examples/waves-mapping.toml"));
    let changes = |is_paired: bool| -> Vec<(String, Option<(f64, bool)>)> {
        let members: Vec<Member<'_>> = KEYS
            .into_iter()
            .zip(&waves)
            .map(|(key, (tables, units))| Member { key, tables, units: is_paired.then_some(units) })
            .collect();
        let (mapping, found) = Mapping::read(&source, &members);
        assert!(found.as_slice().is_empty(), "{found:#?}");
        let mapping = mapping.expect("valid");
        let comparison = compare::compare(&mapping, &members);
        let change = |line: &compare::Line| {
            let one = &line.differences[0];
            let is_by_unit = matches!(one.pairing, Pairing::Paired { .. });
            assert_eq!(is_by_unit, is_paired && one.found.is_ok(), "{one:?}");
            let found = one.found.ok().map(|points| (points.high - points.low, points.is_supported));
            (mapping.concepts[line.concept].id.clone(), found)
        };
        comparison.overall.iter().map(change).collect()
    };
    let paired = changes(true);
    let stated: Vec<&str> = (paired.iter())
        .filter(|(_, found)| found.is_some_and(|(_, is_supported)| is_supported))
        .map(|(concept, _)| concept.as_str())
        .collect();
    assert_eq!(stated, ["bcp", "mfa"], "effects.toml changes these two");
    for ((concept, with), (_, without)) in paired.iter().zip(changes(false)) {
        let (Some((with, _)), Some((without, _))) = (with, without) else { continue };
        assert!(*with < without, "{concept}: {with} and {without}");
    }
}
