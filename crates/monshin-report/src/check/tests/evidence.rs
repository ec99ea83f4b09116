//! What the data say of comparisons that the figures bear out.

use monshin_diag::{Lang, Severity, Source};
use monshin_tabulate::estimate::compare::TestMethod;

use super::world::World;
use crate::check::{CheckSettings, CheckedReport, Grade, mutate};
use crate::narrative::Narrative;

/// `group x/n, …` of one question, with more of `survey.toml` in front of it.
fn world(more: &str, ordered: bool, groups: &[(&str, u64, u64)]) -> World {
    let classes: String = groups.iter().map(|(id, ..)| format!("{id} = \"{id}\"\n")).collect();
    let survey = format!(
        "[survey]\nid = \"tiny\"\ntitle = \"T\"\nlanguages = [\"ja\"]\nunit = \"施設\"\n{more}\n\
         [codes.yes_no]\nyes = \"はい\"\nno = \"いいえ\"\n\
         [codes.size]\n{classes}\n[[breakdown]]\nid = \"size\"\nlabel = \"規模\"\ncodes = \"size\"\nordered = {ordered}\n\
         [[question]]\nid = \"q1\"\ntext = \"?\"\ncodes = \"yes_no\"\n\
         [[question]]\nid = \"q2\"\ntext = \"?\"\ncodes = \"yes_no\"\nrequired = false\n"
    );
    let mut rows = String::from("id,size,q1,q2\n");
    let mut id = 0;
    for (class, yes, all) in groups {
        for at in 0..*all {
            id += 1;
            let answer = if at < *yes { "yes" } else { "no" };
            rows += &format!("{id},{class},{answer},{answer}\n");
        }
    }
    World::new(&survey, &rows)
}

fn report(world: &World, text: &str) -> CheckedReport {
    world.check(text, Lang::Ja, &CheckSettings::default()).unwrap_or_else(|found| panic!("{found:#?}"))
}

/// Grades in the order of the links, and the codes of C08 findings.
fn check(world: &World, text: &str, grades: &[Grade], codes: &[&str]) {
    let report = report(world, text);
    let found: Vec<Grade> =
        report.claims().iter().filter_map(|one| one.evidence.as_ref()).map(|one| one.grade).collect();
    let told: Vec<&str> =
        report.warnings().iter().map(|one| one.code).filter(|code| code.starts_with("C08")).collect();
    assert_eq!((found.as_slice(), told.as_slice()), (grades, codes), "{text}\n{:#?}", report.claims());
}

fn errors(world: &World, text: &str) -> Vec<&'static str> {
    let found = world.check(text, Lang::Ja, &CheckSettings::default()).expect_err("refused");
    found.iter().filter(|one| one.severity == Severity::Error).map(|one| one.code).collect()
}

#[test]
fn a_group_is_held_against_the_rest_and_not_against_a_total_with_itself_in_it() {
    let world = world("", false, &[("a", 40, 100), ("b", 60, 100)]);
    let report = report(&world, "aは[全体より低い](compare:q1=yes;size=a<all)。");
    let evidence = report.claims()[0].evidence.clone().expect("it compares");
    assert_eq!(evidence.grade, Grade::Supported);
    // 40 % against 60 %, not against 50 %.
    assert!((evidence.tests[0].value + 0.2).abs() < 1e-12);
}

#[test]
fn few_answers_make_it_directional_only() {
    let world = world("", false, &[("a", 14, 35), ("b", 20, 40)]);
    check(&world, "aは[全体より低い](compare:q1=yes;size=a<all)。", &[Grade::DirectionalOnly], &["C080"]);
    check(
        &world,
        "回答施設では、aは[全体より低い](compare:q1=yes;size=a<all)。",
        &[Grade::DirectionalOnly],
        &[],
    );
    check(&world, "aは[全体よりやや低い](compare:q1=yes;size=a<all)。", &[Grade::DirectionalOnly], &[]);
    check(
        &world,
        "aは[全体より低い](compare:q1=yes;size=a<all \"waive: 前回と比べるため\")。",
        &[Grade::DirectionalOnly],
        &[],
    );
    check(
        &world,
        "aは[全体より低い](compare:q1=yes;size=a<all)が、有意な差ではない。",
        &[Grade::DirectionalOnly],
        &[],
    );
    assert_eq!(errors(&world, "aは全体より有意に[低い](compare:q1=yes;size=a<all)。"), ["C082"]);
    assert_eq!(errors(&world, "aは[全体より有意に低い](compare:q1=yes;size=a<all)。"), ["C082"]);
}

#[test]
fn significant_needs_support_and_not_significant_its_absence() {
    let world = world("", false, &[("a", 40, 100), ("b", 60, 100)]);
    check(&world, "aは[全体より有意に低い](compare:q1=yes;size=a<all)。", &[Grade::Supported], &[]);
    check(
        &world,
        "aは[全体より低い](compare:q1=yes;size=a<all)。この差は有意である。",
        &[Grade::Supported],
        &[],
    );
    assert_eq!(
        errors(&world, "aは[全体より低い](compare:q1=yes;size=a<all)が、有意な差とはいえない。"),
        ["C082"]
    );
    assert_eq!(errors(&world, "地域の差は有意である。"), ["C082"]);
}

#[test]
fn the_survey_says_what_a_comparison_has_to_show() {
    let groups = [("a", 14, 35), ("b", 20, 40)];
    let strict = world("[evidence]\nrequire = \"supported\"\n", false, &groups);
    assert_eq!(errors(&strict, "aは[全体より低い](compare:q1=yes;size=a<all)。"), ["C080"]);
    let lax = world("[evidence]\nlevel = 0.5\n", false, &groups);
    check(&lax, "aは[全体より低い](compare:q1=yes;size=a<all)。", &[Grade::Supported], &[]);
}

#[test]
fn many_comparisons_raise_the_bar_and_one_told_twice_counts_once() {
    let groups = [("a", 40, 100), ("b", 50, 100), ("c", 55, 100), ("d", 50, 100)];
    let text = "aは[全体より低い](compare:q1=yes;size=a<all)。";
    let mirror = "aは[全体より高い](compare:q1=no;size=a>all)。";
    let more = "cは[全体より高い](compare:q1=yes;size=c>all)。aは[cより低い](compare:q1=yes;size=a<size=c)。";
    let holm = world("", false, &groups);
    let p = |text: &str| {
        let report = report(&holm, text);
        let evidence = report.claims()[0].evidence.clone().expect("it compares");
        (evidence.p_value.expect("a test"), evidence.adjusted.expect("a test"), evidence.comparisons)
    };
    let (raw, adjusted, one) = p(text);
    assert_eq!((raw, one), (adjusted, 1));
    assert_eq!(p(&format!("{text}{text}{mirror}")), (raw, raw, 1));
    let (_, adjusted, three) = p(&format!("{text}{more}"));
    assert!(adjusted > raw && three == 3);
    let alone = world("[evidence]\nadjust = \"none\"\n", false, &groups);
    let report = report(&alone, &format!("{text}{more}"));
    let evidence = report.claims()[0].evidence.clone().expect("it compares");
    assert_eq!(evidence.adjusted, evidence.p_value);
}

#[test]
fn pooled_classes_that_overlap_are_held_against_what_they_do_not_share() {
    let world = world("", false, &[("a", 30, 100), ("b", 50, 100), ("c", 70, 100)]);
    for text in [
        "aは[低い](compare:q1=yes;size=a<size=a,b)。",
        "aとbを合わせると[高い](compare:q1=yes;size=a,b>size=a)。",
        "aとbを合わせると[低い](compare:q1=yes;size=a,b<size=b,c)。",
        "c以外は[低い](compare:q1=yes;size=!c<size=c)。",
        "aは[単純平均より低い](compare:q1=yes;size=a<mean(size))。",
        "aは[50%を下回る](compare:q1=yes;size=a<50%)。",
    ] {
        check(&world, text, &[Grade::Supported], &[]);
    }
}

#[test]
fn answers_of_the_same_people_are_graded_only_as_far_as_the_tables_go() {
    let world = world("", false, &[("a", 60, 100), ("b", 60, 100)]);
    // Of one question: exact.
    check(&world, "「はい」は「いいえ」より[多い](compare:q1=yes>q1=no)。", &[Grade::Supported], &[]);
    // Of two questions, whoever gave both: far apart whatever the joint table.
    check(&world, "Q1の「はい」はQ2の「いいえ」より[多い](compare:q1=yes>q2=no)。", &[Grade::Supported], &[]);
    // As near as can be: everybody gave both.
    check(&world, "Q1とQ2で[同程度](compare:q1=yes~q2=yes)。", &[Grade::Supported], &[]);
}

/// Respondents by what they say to Q1 and Q2.
fn pairs(more: &str, both: u64, first: u64, second: u64, neither: u64) -> World {
    let survey = format!(
        "[survey]\nid = \"tiny\"\ntitle = \"T\"\nlanguages = [\"ja\"]\nunit = \"施設\"\n{more}\n\
         [codes.yes_no]\nyes = \"はい\"\nno = \"いいえ\"\n\
         [[question]]\nid = \"q1\"\ntext = \"?\"\ncodes = \"yes_no\"\n\
         [[question]]\nid = \"q2\"\ntext = \"?\"\ncodes = \"yes_no\"\n"
    );
    let kinds = [("yes,yes", both), ("yes,no", first), ("no,yes", second), ("no,no", neither)];
    let said = kinds.iter().flat_map(|(said, count)| (0..*count).map(move |_| *said));
    let rows: String = said.enumerate().map(|(at, said)| format!("{at},{said}\n")).collect();
    World::new(&survey, &format!("id,q1,q2\n{rows}"))
}

#[test]
fn answers_of_the_same_people_are_compared_by_how_many_gave_both() {
    let more = "Q1の「はい」はQ2の「はい」より[多い](compare:q1=yes>q2=yes)。";
    // 18 of 40 against 10, fifteen of whom changed one way and three the other: McNemar's exact p is 0.0075.
    let world = pairs("", 3, 15, 3, 19);
    check(&world, more, &[Grade::Supported], &[]);
    let evidence = report(&world, more).claims()[0].evidence.clone().expect("it compares");
    assert!((evidence.tests[0].p_value - 0.007_537_841_8).abs() < 1e-9, "{evidence:?}");
    assert_eq!(evidence.tests[0].method, TestMethod::Sign);
}

#[test]
fn how_many_gave_both_is_not_told_where_it_is_few() {
    let more = "Q1の「はい」はQ2の「はい」より[多い](compare:q1=yes>q2=yes)。";
    let least = |world: &World| {
        let evidence = report(world, more).claims()[0].evidence.clone().expect("it compares");
        evidence.tests.first().map(|test| test.method)
    };
    // Two who gave the second only: the p-value would say so.
    assert_ne!(least(&pairs("", 30, 40, 2, 30)), Some(TestMethod::Sign));
    assert_eq!(least(&pairs("disclosure = \"none\"", 30, 40, 2, 30)), Some(TestMethod::Sign));
}

/// In class a of two all said no to Q2. That nobody said yes to Q1 alone would tell what those two said to Q1,
/// which is withheld.
#[test]
fn how_many_gave_both_is_not_told_where_something_is_withheld() {
    let more = "Q1の「はい」はQ2の「はい」より[多い](compare:q1=yes>q2=yes)。";
    let method = |policy: &str, of_a: usize| {
        let survey = format!(
            "[survey]\nid = \"tiny\"\ntitle = \"T\"\nlanguages = [\"ja\"]\nunit = \"施設\"\n{policy}\n\
             [codes.size]\na = \"a\"\nb = \"b\"\nc = \"c\"\n\
             [[breakdown]]\nid = \"size\"\nlabel = \"規模\"\ncodes = \"size\"\n\
             [codes.yes_no]\nyes = \"はい\"\nno = \"いいえ\"\n\
             [[question]]\nid = \"q1\"\ntext = \"?\"\ncodes = \"yes_no\"\n\
             [[question]]\nid = \"q2\"\ntext = \"?\"\ncodes = \"yes_no\"\n"
        );
        let kinds =
            [("a,no,no", of_a), ("b,yes,yes", 10), ("b,yes,no", 15), ("c,no,no", 20), ("c,yes,yes", 5)];
        let rows = kinds.iter().flat_map(|(said, count)| (0..*count).map(move |_| *said));
        let rows: String = rows.enumerate().map(|(at, said)| format!("{at},{said}\n")).collect();
        let world = World::new(&survey, &format!("id,size,q1,q2\n{rows}"));
        let evidence = report(&world, more).claims()[0].evidence.clone().expect("it compares");
        evidence.tests.first().map(|test| test.method)
    };
    assert_eq!(method("", 20), Some(TestMethod::Sign));
    assert_ne!(method("", 2), Some(TestMethod::Sign));
    assert_eq!(method("disclosure = \"none\"", 2), Some(TestMethod::Sign));
}

#[test]
fn about_the_same_has_to_be_shown_too() {
    let few = world("", false, &[("a", 50, 100), ("b", 50, 100)]);
    let near = "aとbは[同程度](compare:q1=yes;size=a~size=b)。";
    check(&few, near, &[Grade::DirectionalOnly], &[]);
    let strict = world("[evidence]\nrequire = \"supported\"\n", false, &[("a", 50, 100), ("b", 50, 100)]);
    assert_eq!(errors(&strict, near), ["C083"]);
    let wide = "aとbは[同程度](compare:q1=yes;size=a~size=b;within=30)。";
    check(&few, wide, &[Grade::Supported], &[]);
}

#[test]
fn a_trend_that_exceptions_make_is_not_supported() {
    let rising = [("s", 10, 50), ("m", 20, 50), ("l", 30, 50), ("xl", 40, 50)];
    let up = world("", true, &rising);
    check(&up, "規模が大きいほど[高い](trend:q1=yes;by=size;up)。", &[Grade::Supported], &[]);
    // Three small classes rise; the two large ones, left out as exceptions, say the opposite.
    let groups = [("s", 5, 40), ("m", 8, 40), ("l", 12, 40), ("x", 900, 1_000), ("y", 600, 1_000)];
    let made = world("", true, &groups);
    check(
        &made,
        "x・yを除き、規模が大きいほど[高い](trend:q1=yes;by=size;up;except=x,y)。",
        &[Grade::DirectionalOnly],
        &["C080"],
    );
}

#[test]
fn what_the_figures_bear_out_and_the_data_contradict_is_refused() {
    let groups = [("x", 950, 1_000), ("s", 5, 40), ("m", 8, 40), ("l", 12, 40)];
    let world = world("", true, &groups);
    let text = "xを除き、規模が大きいほど[高い](trend:q1=yes;by=size;up;except=x)。";
    assert_eq!(errors(&world, text), ["C081"]);
}

#[test]
fn a_wrong_comparison_says_that_the_data_contradict_it() {
    let world = world("", false, &[("a", 40, 100), ("b", 60, 100)]);
    let text = "aは[全体より高い](compare:q1=yes;size=a>all)。";
    let found = world.check(text, Lang::Ja, &CheckSettings::default()).expect_err("refused");
    let [one] = found.as_slice() else { panic!("{found:#?}") };
    assert_eq!(one.code, "C011");
    assert!(one.related.iter().any(|(_, words)| words.en.contains("contradicted")), "{one:#?}");
}

#[test]
fn rank_and_list_hold_when_every_part_of_them_does() {
    let world = world("", false, &[("a", 90, 100), ("b", 50, 100), ("c", 48, 100)]);
    check(&world, "最も高いのは[「a」](rank:q1=yes;by=size;top=a)。", &[Grade::Supported], &[]);
    check(
        &world,
        "高いのは[「a」「b」](rank:q1=yes;by=size;top=a,b)の順。",
        &[Grade::DirectionalOnly],
        &["C080"],
    );
    check(&world, "全体を上回るのは[「a」](list:q1=yes;by=size;above=all;are=a)。", &[Grade::Supported], &[]);
    check(&world, "差は[40ポイント](diff:q1=yes;size=a-size=b)である。", &[Grade::Supported], &[]);
}

#[test]
fn calling_it_significant_is_a_lie_that_is_told_of_every_unsupported_comparison() {
    let world = world("", false, &[("a", 14, 35), ("b", 20, 40), ("c", 90, 100)]);
    let text = "aは[cより低い](compare:q1=yes;size=a<size=c)。aは[bより低い](compare:q1=yes;size=a<size=b)。";
    let source = Source::new("report.ja.md", text);
    let (narrative, _) = Narrative::parse(&source, Lang::Ja);
    let tables = world.tables(&narrative);
    let told = mutate::false_significance(&source, Lang::Ja, &tables, &CheckSettings::default());
    let [one] = told.as_slice() else { panic!("{told:#?}") };
    assert!(one.text.contains("[有意にbより低い]"), "{}", one.text);
    let (_, survivors) = mutate::survivors(&source, Lang::Ja, &tables, &CheckSettings::default());
    assert!(survivors.is_empty(), "{survivors:#?}");
}

#[test]
fn tiny_groups_never_panic() {
    for (yes, all) in [(0, 1), (1, 1), (2, 2), (0, 2), (3, 3)] {
        let open =
            world("disclosure = \"none\"\n", true, &[("a", yes, all), ("b", 0, 0), ("c", 1, 2), ("d", 2, 5)]);
        for text in [
            "[低い](compare:q1=yes;size=a<all)",
            "[高い](compare:q1=yes;size=a>all)",
            "[高い](compare:q1=yes;size=a>size=b)",
            "[高い](compare:q1=yes;size=a>mean(size))",
            "[同程度](compare:q1=yes;size=a~all)",
            "[高い](trend:q1=yes;by=size;up)",
            "[「a」](rank:q1=yes;by=size;top=a)が最も高い",
            "[「a」](list:q1=yes;by=size;above=mean;are=a)が高い",
            "[50ポイント](diff:q1=yes;size=a-size=c)",
            "[高い](compare:q1=yes;size=a,b,c,d>all)",
            "[100%未満](compare:q1=yes;size=a<100%)",
            "[高い](compare:q1=yes;size=a>q2=no;size=a,b)",
        ] {
            let _ = open.check(&format!("{text}。"), Lang::Ja, &CheckSettings::default());
        }
    }
}

#[test]
fn where_the_share_of_all_can_lie_is_a_figure_of_two_ends() {
    // 60 of 100 say yes, and 900 of 1,000 say nothing: 6 % to 96 %.
    let known = world("invited = 1000\n", false, &[("a", 60, 100)]);
    for fine in [
        "全体では[6%から96%](bounds:q1=yes)の間",
        "[6.0%～96.0%](bounds:q1=yes)",
        "下は[6%、上は96%](bounds:q1=yes)",
    ] {
        if let Err(found) = known.check(fine, Lang::Ja, &CheckSettings::default()) {
            panic!("{fine}: {found:#?}");
        }
    }
    for wrong in [
        "[15%から96%](bounds:q1=yes)の間",
        "[6%から95%](bounds:q1=yes)の間",
        "上は[96%、下は6%](bounds:q1=yes)",
    ] {
        assert_eq!(errors(&known, wrong).first(), Some(&"C010"), "{wrong}");
    }
    assert_eq!(errors(&known, "全体では[6%](bounds:q1=yes)以上"), ["C016"]);
    let unknown = world("", false, &[("a", 60, 100)]);
    assert_eq!(errors(&unknown, "全体では[6%から96%](bounds:q1=yes)の間"), ["F030"]);
}
