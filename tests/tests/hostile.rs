//! What nobody in their right mind writes, and some do: the readers stay on their feet.
#![expect(clippy::disallowed_methods, reason = "a test reads its own files")]

#[path = "../../fuzz/src/lib.rs"]
#[allow(dead_code, reason = "shared with the fuzz targets")]
mod bodies;

use std::fmt::Write as _;
use std::path::Path;

use monshin_diag::{Diagnostics, Source};
use monshin_instrument::{Questionnaire, analysis};
use proptest::prelude::*;

fn over(target: &str, body: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target);
    let mut seeds = 0;
    for entry in std::fs::read_dir(&folder).expect("a corpus") {
        body(&std::fs::read(entry.expect("a folder can be listed").path()).expect("a seed"));
        seeds += 1;
    }
    assert!(seeds > 0, "the corpus of {target} is empty");
}

#[test]
fn the_corpus_of_the_fuzz_targets_holds() {
    over("survey", bodies::survey);
    over("condition", bodies::condition);
    over("records", bodies::records);
    over("commentary", bodies::commentary);
}

const HEAD: &str = "[survey]\nid = \"x\"\ntitle = \"T\"\nlanguages = [\"en\"]\n";

fn compile(text: &str) -> (Option<Questionnaire>, Diagnostics) {
    bodies::survey(text.as_bytes());
    Questionnaire::compile(&Source::new("survey.toml", text))
}

fn question(id: &str, answer: &str, condition: &str) -> String {
    let condition = if condition.is_empty() { String::new() } else { format!("ask_if = \"{condition}\"\n") };
    format!("\n[[question]]\nid = \"{id}\"\ntext = \"?\"\n{answer}\n{condition}")
}

const YES_NO: &str = "codes = { yes = \"Yes\", no = \"No\" }";

#[test]
fn ten_thousand_questions_compile() {
    let mut text = HEAD.to_owned();
    text += "\n[[breakdown]]\nid = \"size\"\nlabel = \"Size\"\ncodes = { s = \"S\", l = \"L\" }\n";
    text += &question("q0", YES_NO, "");
    for at in 1..10_000 {
        text += &question(&format!("q{at}"), YES_NO, &format!("q{} = yes or size = l", at - 1));
    }
    let (form, found) = compile(&text);
    assert!(!found.has_errors());
    assert_eq!(form.expect("no errors").items().len(), 10_000);
}

#[test]
fn ten_thousand_mistakes_are_told() {
    let mut text = HEAD.to_owned();
    for at in 0..10_000 {
        text += &question(&format!("q{at}"), YES_NO, "nobody = yes");
    }
    assert_eq!(compile(&text).1.len(), 10_000);
}

#[test]
fn ten_thousand_codes_compile_and_more_are_refused() {
    let codes = |many: usize| {
        (0..many).fold(String::from("codes = { "), |mut list, at| {
            let _ = write!(list, "{}c{at} = \"C{at}\"", if at == 0 { "" } else { ", " });
            list
        }) + " }"
    };
    assert!(compile(&(HEAD.to_owned() + &question("q1", &codes(10_000), ""))).0.is_some());
    let found = compile(&(HEAD.to_owned() + &question("q1", &codes(10_001), ""))).1;
    assert_eq!(found.iter().map(|one| one.code).collect::<Vec<_>>(), ["Q018"]);
}

#[test]
fn conditions_on_many_of_several_codes_are_given_up_and_not_followed_for_ever() {
    let codes = (0..40).map(|at| format!("c{at} = \"C{at}\"")).collect::<Vec<_>>().join(", ");
    let names = (0..40).map(|at| format!("m = c{at}")).collect::<Vec<_>>().join(" or ");
    let text = HEAD.to_owned()
        + &question("m", &format!("kind = \"multiple\"\ncodes = {{ {codes} }}"), "")
        + &question("last", YES_NO, &names);
    let (form, found) = compile(&text);
    assert_eq!(found.iter().map(|one| one.code).collect::<Vec<_>>(), ["Q035"]);
    assert!(!analysis::patterns(&form.expect("advice only"), 10).1);
}

#[test]
fn deep_nesting_is_refused_and_not_followed() {
    compile(&format!("a = {}{}", "[".repeat(100_000), "]".repeat(100_000)));
    compile(&format!("a = {}{}", "{a=".repeat(100_000), "}".repeat(100_000)));
    compile(&format!("{} = 1", vec!["a"; 100_000].join(".")));
    compile(&(HEAD.to_owned() + &question("a", YES_NO, "") + &question("b", YES_NO, &"(".repeat(100_000))));
    compile(
        &(HEAD.to_owned() + &question("a", YES_NO, "") + &question("b", YES_NO, &"not ".repeat(100_000))),
    );
    let long = vec!["a = yes"; 20_000].join(" or ");
    compile(&(HEAD.to_owned() + &question("a", YES_NO, "") + &question("b", YES_NO, &long)));
}

#[test]
fn carriage_returns_and_a_byte_order_mark_change_nothing() {
    let text = HEAD.to_owned()
        + &question("a", YES_NO, "")
        + "\n[[question]]\nid = \"b\"\ntext = \"?\"\nask_if = \"\"\"\na = yes and\n  x = no\"\"\"\ncodes = { yes = \"Yes\", no = \"No\" }\n";
    let places = |text: &str| {
        compile(text)
            .1
            .iter()
            .map(|one| match &one.place {
                monshin_diag::Place::Text { from, .. } => (one.code, from.line, from.column),
                _ => (one.code, 0, 0),
            })
            .collect::<Vec<_>>()
    };
    let plain = places(&text);
    assert_eq!(plain, [("Q021", 16, 3)]);
    assert_eq!(places(&text.replace('\n', "\r\n")), plain);
    assert_eq!(places(&format!("\u{feff}{text}")), plain);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_condition_is_read_or_refused(text in "([a-z.0-9 ]|one|several|many|since|size|grid.r1|=|!=|<=|>|\\(|\\)|,| and | or | not | in |yes|no|2022-11-15|＝|、|\\PC){0,24}") {
        bodies::condition(text.as_bytes());
    }

    #[test]
    fn any_rows_are_read_or_refused(body in "(id|size|one|several|[a-c],|,|;|\"|\n|\r\n|\t|はい|無回答|１|\\PC){0,60}") {
        bodies::records(body.as_bytes());
        bodies::records(format!("id,size,one,several,many,since,words,grid.r1,grid.r2,device.1.kind,device.1.age,vendor.1.name\n{body}").as_bytes());
    }

    #[test]
    fn any_bytes_are_read_or_refused(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        bodies::records(&body);
        bodies::survey(&body);
        bodies::commentary(&body);
    }

    #[test]
    fn any_commentary_is_read_or_refused(text in "(# |## |\\{#overall\\}|\\[|\\]|\\(share:|compare:|q1=yes|;|founder=|<all\\)|\n|7割弱|22%|\"waive: |<b>|`|\\PC){0,40}") {
        bodies::commentary(text.as_bytes());
    }
}

proptest! {
    /// A frame of anything is a frame or findings, and whatever loads can be settled.
    #[test]
    fn a_frame_of_anything_is_read_or_refused(
        rows in proptest::collection::vec(("[a-c]?", "(small|large|大|\\PC{0,3})", "(2\\.1|4|拒否|1\\.2|3\\.[0-9]|\\PC{0,5})", "(1|0\\.5|1e9|-1|NaN|\\PC{0,3})"), 0..6),
        noise in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        use monshin_tabulate::frame::{ClassColumn, load};
        let form = compile(&format!("{HEAD}{}", question("q1", YES_NO, ""))).0.expect("it compiles");
        let columns = [ClassColumn::new("size", [vec!["small"], vec!["large", "大"]])];
        let mut csv = b"id,size,disposition,base_weight\n".to_vec();
        for (id, size, end, weight) in &rows {
            csv.extend(format!("{id},{size},{end},{weight}\n").bytes());
        }
        let none: [ClassColumn; 0] = [];
        let (loaded, found) = load("frame.csv", &csv, &columns);
        prop_assert_eq!(loaded.is_none(), found.has_errors());
        csv.extend(&noise);
        load("frame.csv", &csv, &columns);
        let (loaded, _) = load("frame.csv", &csv, &none);
        if let Some(loaded) = loaded {
            let settled = monshin_tabulate::Returns::new(&form, Some(&loaded.frame), true).finish();
            let cases = settled.cases.expect("a frame");
            prop_assert_eq!(cases.total.total(), loaded.frame.len() as u64);
            prop_assert!((0.0..=1.0).contains(&cases.e()));
        }
    }
}
