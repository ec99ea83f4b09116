use monshin_diag::{Lang, Source, Sources, render_text};

use super::world::World;
use crate::check::CheckSettings;

const JA: &str = include_str!("../../../../../examples/hodanren-2022/report.ja.md");
const EN: &str = include_str!("../../../../../examples/hodanren-2022/report.en.md");

fn page(text: &str, lang: Lang) -> (bool, String) {
    let name = if lang == Lang::Ja { "report.ja.md" } else { "report.en.md" };
    let result = World::example().check(text, lang, &CheckSettings::default());
    let (fine, found) = match &result {
        Ok(report) => (true, report.warnings().clone()),
        Err(found) => (false, found.clone()),
    };
    (fine, render_text(found.as_slice(), &Sources::from([Source::new(name, text)]), Lang::Ja, false))
}

#[test]
fn dump() {
    for (text, lang) in [(JA, Lang::Ja), (EN, Lang::En)] {
        let (fine, page) = page(text, lang);
        println!("== {lang:?} fine={fine}\n{page}");
    }
}
