//! The inconsistencies of the published report, one test each, under their own ids.

use monshin_diag::{Diagnostic, Lang};

use super::world::World;
use crate::check::CheckSettings;

/// Findings of a Japanese sentence on the example's tables.
pub fn findings(text: &str) -> Vec<Diagnostic> {
    findings_in(&World::example(), text, Lang::Ja, &CheckSettings::default())
}

pub fn findings_in(world: &World, text: &str, lang: Lang, settings: &CheckSettings) -> Vec<Diagnostic> {
    match world.check(text, lang, settings) {
        Ok(report) => report.warnings().as_slice().to_vec(),
        Err(found) => found.as_slice().to_vec(),
    }
}

fn codes(found: &[Diagnostic]) -> Vec<&'static str> {
    found.iter().map(|one| one.code).collect()
}

fn only<'d>(found: &'d [Diagnostic], code: &str) -> &'d Diagnostic {
    match found {
        [one] if one.code == code => one,
        _ => panic!("one {code} was expected: {found:#?}"),
    }
}

fn says(one: &Diagnostic, parts: &[&str]) {
    let help = one.help.as_ref().map(|help| help.ja.as_str()).unwrap_or_default();
    let text = format!("{} / {help}", one.message.ja);
    for part in parts {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
}

#[test]
fn x01_the_mean_of_groups_is_not_the_pooled_share_and_a_comparison_with_the_average_must_say_which() {
    let found = findings("契約を取り交わしていない割合は[79%](share:q6=no)である。");
    let one = only(&found, "C010");
    says(one, &["86.6%", "開設者の単純平均", "mean:…;by=founder"]);
    assert_eq!(one.expected.as_deref(), Some("86.6%"));
    let found = findings(
        "取り交わしていない割合は「都道府県・市町村」で[平均より高い](compare:q6=no;founder=municipal>mean(founder))。",
    );
    says(found.iter().find(|one| one.code == "C034").expect("both averages are named"), &["86.6%", "78.5%"]);
    let found = findings(
        "取り交わしていない割合は「都道府県・市町村」で[全体平均を超える](compare:q6=no;founder=municipal>all)。",
    );
    assert!(codes(&found).contains(&"C011"), "{found:#?}");
}

#[test]
fn x02_an_average_must_say_which_even_when_its_digits_are_right() {
    says(
        only(&findings("確認している組織の平均は[26%](mean:q7=yes;by=founder)。"), "C032"),
        &["区分の単純平均"],
    );
    says(only(&findings("確認している組織は[26%](mean:q7=yes;by=founder)。"), "C033"), &["単純平均"]);
    says(only(&findings("確認している組織は平均で[13%](share:q7=yes)。"), "C032"), &["全体"]);
    says(only(&findings("確認している組織は単純平均で[13%](share:q7=yes)。"), "C033"), &["合算"]);
    assert_eq!(
        codes(&findings("確認している組織は開設者区分の単純平均で[26%](mean:q7=yes;by=founder)。")),
        [""; 0]
    );
}

#[test]
fn x03_a_group_without_a_base_has_no_share_and_stays_out_of_the_mean() {
    let found =
        findings("報告が理解しづらい割合は「社会保険団体」で[0%](share:q8=no;founder=social_insurance)。");
    let one = found.iter().find(|one| ["C041", "C042"].contains(&one.code));
    assert!(one.is_some(), "{found:#?}");
    let world = World::undisclosed_example();
    let text = "報告が理解しづらい割合は開設者区分の単純平均で[29%](mean:q8=no;by=founder;without=other)。";
    let found = findings_in(&world, text, Lang::Ja, &CheckSettings::default());
    assert_eq!(codes(&found), [""; 0], "{found:#?}");
}

#[test]
fn x04_one_figure_is_not_called_by_two_phrases_that_cannot_both_be_true() {
    let found = findings(
        "許可している組織は全体の[7割に達している](share:q1=yes)。\n\n許可している組織は全体の[7割弱](share:q1=yes)。",
    );
    assert_eq!(codes(&found), ["C010", "C036"]);
    assert_eq!(found[0].expected.as_deref(), Some("66.7%"));
}

#[test]
fn x05_a_pooled_share_outside_the_range_of_its_groups_is_impossible() {
    let found = findings("許可している組織は全体の[3割](share:q1=yes)。");
    says(only(&found, "C010"), &["病床規模の各区分は", "全体がその外にあることはありません"]);
}

#[test]
fn x06_all_of_one_breakdown_and_not_all_of_another_are_worth_a_crossed_table() {
    let text = "「200～299床」以上では[すべて](share:q3=no;beds=b200_299,b300_399,b400_499,b500)がほかの製品を使う。\
        「国」では[50%](share:q3=no;founder=national \"waive: 例\")がほかの製品を使う。";
    let found = findings_in(&World::undisclosed_example(), text, Lang::Ja, &CheckSettings::default());
    says(only(&found, "C072"), &["病床規模と開設者を掛け合わせた表"]);
}

#[test]
fn x07_members_and_institutions_make_no_response_rate() {
    says(only(&findings("回収率は[0.84%](rate:response)。"), "C070"), &["「人」", "「組織」"]);
    assert_eq!(codes(&findings("値は[0.84%](rate:response \"waive: 単位の違いを明記\")。")), [""; 0]);
    let found = findings("## 調査対象 {#respondents}\n\n会員に尋ねた。\n");
    says(only(&found, "C071"), &["調査対象の数と回答の数"]);
}

#[test]
fn x08_a_percentage_of_eight_needs_its_base() {
    let found = findings("そのうち[9割近く](share:q4=yes)が対応した。");
    says(only(&found, "C040"), &["母数8", "30"]);
    assert_eq!(codes(&findings("そのうち[8組織中7組織](share:q4=yes)が対応した。")), [""; 0]);
}

#[test]
fn x09_what_would_expose_an_institution_is_not_quoted_even_with_a_waiver() {
    let found =
        findings("「国」では[100%](share:q5=no;founder=national \"waive: 公表済み\")が対応していない。");
    assert!(codes(&found).contains(&"C041"), "{found:#?}");
    let small = "「公的医療機関」では[25%](share:q2=yes;founder=public)が把握している。";
    assert_eq!(codes(&findings(small)), ["C040"]);
    let waived = small.replace("public)", "public \"waive: 個々の組織は特定されない\")");
    assert_eq!(codes(&findings(&waived)), [""; 0]);
}

#[test]
fn x10_a_figure_of_the_opposite_answer_is_recognised() {
    says(
        only(&findings("契約を取り交わしている組織は全体の[9割弱](share:q6=yes)。"), "C010"),
        &["反対の回答", "いいえ"],
    );
    assert_eq!(codes(&findings("全体の[1割強](share:q6=yes)は契約を取り交わしていない。")), ["C051"]);
    assert_eq!(codes(&findings("契約を取り交わす組織は全体の[9割弱](share:q6=no)。")), ["C051"]);
}

#[test]
fn x11_of_all_is_said_of_all_only() {
    says(only(&findings("満足している組織は全体の[6割弱](share:q8=yes)。"), "C030"), &["全体の", "n = 118"]);
    says(only(&findings("[7割弱](share:q2=no)の組織は機器の情報を把握できていない。"), "C031"), &["n = 598"]);
    assert_eq!(codes(&findings("許可している組織の[7割弱](share:q2=no)は把握できていない。")), [""; 0]);
    assert_eq!(codes(&findings("機器の情報を把握している組織全体の[5%程度](share:q3=yes)。")), [""; 0]);
}

#[test]
fn x15_an_association_is_no_cause() {
    let found = findings(
        "## 結果 {#overall}\n\n契約率の低さと確認率が循環的に影響を及ぼしていることは確実だと思われる。\n",
    );
    says(only(&found, "C050"), &["影響を及ぼ"]);
    assert_eq!(codes(&findings("## 結果 {#overall}\n\n互いに影響を及ぼしている可能性がある。\n")), [""; 0]);
}

#[test]
fn x16_a_trend_holds_at_every_step_or_names_its_exceptions() {
    let found = findings("病床規模が大きいほど許可する割合は[高い](trend:q1=yes;by=beds;up)。");
    let one = only(&found, "C012");
    assert_eq!(one.expected.as_deref(), Some("except=dent_none,b400_499"));
    assert_eq!(
        codes(&findings("病床規模が大きいほど[高い](trend:q1=yes;by=beds;up;except=dent_none,b500)。")),
        [""; 0]
    );
    assert_eq!(
        codes(&findings("病床規模が小さいほど[低い](trend:q1=yes;by=beds;up;except=dent_none,b500)。")),
        [""; 0]
    );
    assert_eq!(
        codes(&findings("病床規模が小さいほど[高い](trend:q1=yes;by=beds;up;except=dent_none,b500)。")),
        ["C022"]
    );
}

#[test]
fn x18_about_the_same_keeps_within_the_stated_tolerance() {
    let found =
        findings("許可の割合は両者で[ほぼ同率](compare:q1=yes;founder=medical_corp~founder=individual)。");
    says(only(&found, "C018"), &["ポイントで、同程度（3.0ポイント以内）ではありません"]);
    assert_eq!(codes(&findings("Q6とQ7は[ほぼ同率](compare:q6=yes~q7=yes)。")), [""; 0]);
}
