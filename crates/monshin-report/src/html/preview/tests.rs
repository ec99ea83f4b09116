use monshin_diag::{Diagnostics, Source};

use super::*;
use crate::check::CheckSettings;
use crate::check::tests::world::World;
use crate::html::render_in;
use crate::narrative::Narrative;

const TRUE: &str = "# 題\n\n## 全体 {#overall}\n\n許可しているのは[7割弱](share:q1=yes)である。\n";
const FALSE: &str = "# 題\n\n## 全体 {#overall}\n\n許可しているのは[9割](share:q1=yes)である。次の文。\n";

fn proof(text: &str) -> (Proof, Source) {
    let source = Source::new("report.ja.md", text);
    let (narrative, _) = Narrative::parse(&source, Lang::Ja);
    let tables = World::example().tables(&narrative);
    (narrative.proof(&tables, &CheckSettings::default()), source)
}

fn page(sheet: Option<&Sheet>, is_old: bool, found: &Diagnostics, source: Source, lang: Lang) -> String {
    preview(&Preview {
        revision: "7",
        language: "ja",
        others: &[],
        sheet,
        is_old,
        lacks_data: false,
        failure: None,
        found: found.as_slice(),
        sources: &[source].into(),
        lang,
    })
}

#[test]
fn without_findings_it_is_the_report_byte_for_byte() {
    let (proof, source) = proof(TRUE);
    assert!(!proof.found().has_errors(), "{:?}", proof.found());
    let none = Diagnostics::new();
    let sheet = sheet(&proof, &Theme::default(), none.as_slice(), Lang::Ja);
    let report = render_in(proof.as_report(), &Theme::default());
    let (_, body) = report.split_once("<body>\n").expect("has a body");
    let (body, _) = body.split_once("\n</body>").expect("ends");
    assert!(page(Some(&sheet), false, &none, source, Lang::Ja).contains(body));
}

#[test]
fn an_error_of_the_commentary_stands_at_its_sentence_in_the_language_of_the_author() {
    let (proof, source) = proof(FALSE);
    assert!(proof.found().has_errors());
    let sheet = sheet(&proof, &Theme::default(), proof.found().as_slice(), Lang::En);
    let page = page(Some(&sheet), false, proof.found(), source, Lang::En);
    let marked = r#"<mark class="error">許可しているのは<mark class="error"><a class="claim""#;
    assert!(page.contains(marked) && page.contains("</mark>次の文。"), "{page}");
    let at = page.find(r#"<li class="remark error" id="finding-0">"#).expect("the finding in its place");
    assert!(page[at..].contains("report.ja.md:5:10"));
    assert!(page.contains(r##"<a href="#finding-0">report.ja.md:5:10</a>"##), "the list leads there");
    assert!(page.contains("monshin report writes nothing") && page.contains("<title>✕1 題</title>"));
}

#[test]
fn above_an_old_report_findings_quote_their_line_and_lead_nowhere() {
    let (proof, _) = proof(TRUE);
    let sheet = sheet(&proof, &Theme::default(), &[], Lang::Ja);
    let survey = Source::new("survey.toml", "[survey]\nid = <1>\n");
    let (_, found) = monshin_tabulate::instrument::Questionnaire::compile(&survey);
    let page = page(Some(&sheet), true, &found, survey, Lang::Ja);
    assert!(page.contains("<code>id = &#60;1&#62;</code>") && page.contains("最後に作れたときの報告書"));
    assert!(!page.contains("#finding-"));
}

#[test]
fn before_the_first_report_the_page_says_so() {
    let none = Diagnostics::new();
    let page = page(None, false, &none, Source::new("", ""), Lang::En);
    assert!(page.contains("No report can be made yet."));
}
