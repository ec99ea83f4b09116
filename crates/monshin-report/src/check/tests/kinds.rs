//! Every other kind of finding, on the example's tables.

use monshin_diag::{Lang, Place};

use super::seed::{findings, findings_in};
use super::world::World;
use crate::check::CheckSettings;

fn check(text: &str, expected: &[&str]) {
    let found = findings(text);
    let codes: Vec<_> = found.iter().map(|one| one.code).collect();
    assert_eq!(codes, expected, "{text}\n{found:#?}");
}

fn check_english(text: &str, expected: &[&str]) {
    let found = findings_in(&World::example(), text, Lang::En, &CheckSettings::default());
    let codes: Vec<_> = found.iter().map(|one| one.code).collect();
    assert_eq!(codes, expected, "{text}\n{found:#?}");
}

#[test]
fn names_that_do_not_exist_are_refused_with_the_nearest() {
    for (text, code, help) in [
        ("全体の[7割弱](share:q11=yes)。", "C002", "q1"),
        ("全体の[7割弱](share:q1=yess)。", "C003", "yes"),
        ("[7割弱](share:q1=yes;founders=national)。", "C004", "founder"),
        ("[7割弱](share:q1=yes;founder=nationl)。", "C005", "national"),
    ] {
        let found = findings(text);
        assert_eq!(found[0].code, code, "{text}");
        assert!(found[0].help.as_ref().expect("a suggestion").en.contains(help), "{found:?}");
    }
}

#[test]
fn a_finding_stands_at_its_line_and_column() {
    let found = findings("# 題\n\n許可している組織は全体の[7割強](share:q1=yes)である。\n");
    let Place::Text { from, to, .. } = &found[0].place else { panic!("a place in the text") };
    assert_eq!((from.line, from.column, to.column), (3, 14, 17));
}

#[test]
fn figures_are_judged_within_their_own_rounding() {
    check("許可している組織は全体の[66.7%](share:q1=yes)。", &[]);
    check("許可している組織は全体の[67%](share:q1=yes)。", &[]);
    check("許可している組織は全体の[66.6%](share:q1=yes)。", &["C010"]);
    check("許可している組織は[897組織のうち598組織](share:q1=yes)。", &[]);
    check("許可している組織は[897組織のうち597組織](share:q1=yes)。", &["C010"]);
    check("約[7割](share:q1=yes)が許可している。", &["C010"]);
    check("[7割](share:q1=yes)弱が許可している。", &[]);
    check("許可は[全体の多く](share:q1=yes)。", &["C016"]);
}

#[test]
fn points_are_not_percent() {
    let claim = "(diff:q1=yes;founder=medical_corp-founder=individual)";
    check(&format!("「医療法人」は「個人」より[15ポイント]{claim}高い。"), &[]);
    check(&format!("「医療法人」は「個人」より[15%]{claim}高い。"), &["C017"]);
    check(&format!("「医療法人」は「個人」より[15ポイント]{claim}低い。"), &["C022"]);
}

#[test]
fn a_conclusion_is_judged_apart_from_its_digits() {
    check("「個人」は[全体より低い](compare:q2=yes;founder=individual<all)。", &[]);
    check("「個人」は[全体より高い](compare:q2=yes;founder=individual<all)。", &["C022"]);
    check("「個人」は[全体より高い](compare:q2=yes;founder=individual>all)。", &["C011"]);
    check("「個人」は[全体より高くない](compare:q2=yes;founder=individual<=all)。", &[]);
    check("「個人」は[対象である](compare:q2=yes;founder=individual<all)。", &["C023"]);
    check("「医療法人」は[全体より低い](compare:q2=yes;founder=individual<all)。", &["C024"]);
    check("全体を下回るのは[次の層](list:q6=yes;by=beds;below=all;are=med_none,dent_none)。", &["C014"]);
    check("いずれも[半数以上](every:q1=yes;by=beds>=50%)。", &["C040"]);
    check("いずれも[7割以上](every:q1=yes;by=beds>=70%)。", &["C010", "C015", "C040"]);
}

#[test]
fn figures_in_the_text_are_bound_or_have_a_source() {
    check("許可している組織は7割弱である。", &["C020"]);
    check("許可している組織は598組織である。", &["C020"]);
    check("過半数が許可している。", &["C021"]);
    check("許可は「個人」より高い。", &["C021"]);
    check("2022年10月、`50%`、Q1、第3章、CVE-2022-40684、「200～299床」。", &[]);
    check("国内の[8千施設](fact: \"厚生労働省 医療施設調査\")。", &[]);
    check("国内の[8千施設](fact:)。", &["C062"]);
}

#[test]
fn waivers_have_a_reason_and_something_to_waive() {
    check("許可している組織は全体の[7割弱](share:q1=yes \"waive: 理由\")。", &["C060"]);
    check("そのうち[9割近く](share:q4=yes \"waive:\")が対応した。", &["C040", "C061"]);
    check("そのうち[9割近く](share:q4=yes \"大丈夫\")が対応した。", &["C040", "C060"]);
}

#[test]
fn wording_that_misleads_is_noted() {
    check("許可は[約7割弱](share:q1=yes)。", &["C052"]);
    check("報告を確認している割合は全体の[5割以下](share:q7=yes)。", &["C053"]);
}

#[test]
fn english_is_checked_as_well() {
    check_english("Remote maintenance is allowed by [two thirds](share:q1=yes) of all institutions.", &[]);
    check_english(
        "Remote maintenance is allowed by [three quarters](share:q1=yes) of all institutions.",
        &["C010"],
    );
    check_english("The device is known to [31%](share:q2=yes) of all institutions.", &["C030"]);
    check_english("The device is known to [31%](share:q2=yes) of all institutions that allow access.", &[]);
    check_english(
        "The share of individuals is [lower](compare:q2=yes;founder=individual<all) than overall.",
        &[],
    );
    check_english(
        "The share of individuals is [not lower](compare:q2=yes;founder=individual<all) than overall.",
        &["C022"],
    );
    check_english("The average is [26%](mean:q7=yes;by=founder).", &["C032"]);
    check_english("Some 40% of institutions are at risk.", &["C020"]);
}

#[test]
fn a_claim_is_explained_from_the_base_to_the_interval() {
    let (narrative, _) = crate::Narrative::parse(&monshin_diag::Source::new("report.ja.md", ""), Lang::Ja);
    let tables = World::example().tables(&narrative);
    let page = crate::explain("share:q2=yes;founder=individual", &tables, Lang::En).expect("it is known");
    for part in [
        "condition: q1 = yes",
        "answered, n: 304",
        "count: 67",
        "67 / 304 = 22.0395",
        "printed: 22.0%",
        "17.7% – 27.0% (95%, Wilson, wilson)",
    ] {
        assert!(page.contains(part), "{part} is missing in\n{page}");
    }
    assert!(crate::explain("share:q2=yes;founder=nobody", &tables, Lang::Ja).is_err());
}

mod nothing_panics {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::Narrative;
    use monshin_diag::Source;
    use monshin_tabulate::{Released, Tables};

    static TABLES: LazyLock<Released<Tables>> = LazyLock::new(|| {
        let (empty, _) = Narrative::parse(&Source::new("report.ja.md", ""), Lang::Ja);
        World::example().tables(&empty)
    });

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_commentary_is_checked(text in "(全体の|平均|より高い|約|弱|7割|\\[7割弱\\]\\(share:q1=yes\\)|\\[低い\\]\\(compare:q2=yes;founder=individual<all\\)|\\[\\]\\(mean:q6=no;by=founder\\)|\\[高い\\]\\(trend:q1=yes;by=beds;up\\)|\\[「国」\\]\\(rank:q1=yes;by=founder;top=national\\)|。|、|ほど|の組織は|%|12|\n\n|[a-z ]){0,25}") {
            for lang in [Lang::Ja, Lang::En] {
                let (narrative, _) = Narrative::parse(&Source::new("report.ja.md", &text), lang);
                let _ = narrative.check(&TABLES, &CheckSettings::default());
            }
        }
    }
}
