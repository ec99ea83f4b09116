//! Chooses the phrase for a share.

use monshin_diag::Lang;

use super::lexicon::{Row, lexicon};
use super::number::word_for;
use super::quantity::Verdict;
use super::ratio::Ratio;
use super::read::read;

/// The base under which no phrase is used: the writer then says "3 of 8".
pub const SMALLEST_BASE_FOR_A_PHRASE: u64 = 30;

/// The Japanese phrase for `count` of `base`, 「7割弱」.
///
/// With a base under 30 it names both numbers instead, and with nobody in the base it is 「–」.
/// The rows it chooses from partition 0–100 % without gap or overlap.
///
/// ```
/// assert_eq!(monshin_report::phrase_for(598, 897), "7割近く");
/// assert_eq!(monshin_report::phrase_for(3, 8), "8件中3件");
/// ```
pub fn phrase_for(count: u64, base: u64) -> String {
    phrase_in(Lang::Ja, "件", count, base)
}

/// The phrase in either language; `unit` is the word for what is counted.
pub fn phrase_in(lang: Lang, unit: &str, count: u64, base: u64) -> String {
    match (lang, base) {
        (_, 0) => "–".to_owned(),
        (Lang::Ja, ..SMALLEST_BASE_FOR_A_PHRASE) => format!("{base}{unit}中{count}{unit}"),
        (Lang::En, ..SMALLEST_BASE_FOR_A_PHRASE) => format!("{count} of {base} {unit}"),
        _ => phrase_of(lang, Ratio::percent(count, base).unwrap_or(Ratio::ZERO)),
    }
}

/// The phrase for a share in percent whose base is large enough; weighted shares have no count.
pub fn phrase_of(lang: Lang, percent: Ratio) -> String {
    row_for(lang, percent)
}

/// Whether a phrase is acceptable for exactly this share; `None` where it is no phrase of one.
pub fn phrase_accepts(phrase: &str, lang: Lang, count: u64, base: u64) -> Option<bool> {
    let found = read(phrase, lang);
    let verdict = found.first()?.judge_share(count, base)?;
    (found.len() == 1).then_some(verdict != Verdict::Fails)
}

fn row_for(lang: Lang, exact: Ratio) -> String {
    let percent: u64 = exact.rounded(0).parse().unwrap_or(100);
    let rows = lexicon().rows.iter().find(|(of, _)| *of == lang).map(|(_, rows)| rows.as_slice());
    let fits = |row: &&Row| {
        let within =
            |range: Option<(u64, u64)>, value: u64| range.is_none_or(|(a, b)| (a..=b).contains(&value));
        (!row.nobody || exact == Ratio::ZERO)
            && (!row.everybody || exact == Ratio::whole(100))
            && within(row.percent, percent)
            && within(row.digit, percent % 10)
            && (!row.exact || exact.rounded(9).ends_with(".000000000"))
    };
    let row = rows.unwrap_or_default().iter().find(fits);
    row.map_or_else(|| format!("{percent}%"), |row| filled(lang, &row.phrase, percent / 10))
}

fn filled(lang: Lang, phrase: &str, tenth: u64) -> String {
    let number = |value: u64| match (lang, word_for(value)) {
        (Lang::En, Some(word)) => word.to_owned(),
        _ => value.to_string(),
    };
    phrase.replace("{k}", &number(tenth)).replace("{K}", &number(tenth + 1))
}
