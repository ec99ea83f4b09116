//! Text to TOML, and what the parser says of text that is none.

use toml::Spanned;
use toml::de::DeTable;

use super::Desk;
use crate::{Span, Words, words};

/// The text as TOML. Each mistake is reported; then there is no table, since what else there is to
/// say would rest on guesses of what was meant.
pub fn parse<'t, D: Desk>(desk: &mut D, text: &'t str) -> Option<Spanned<DeTable<'t>>> {
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let span = error.span().map_or(Span::default(), Span::from);
        desk.error(D::CODES.syntax, span, not_toml(error.message().trim()), None);
    }
    errors.is_empty().then_some(root)
}

fn not_toml(message: &str) -> Words {
    let in_japanese = JAPANESE.iter().find(|(english, _)| message.starts_with(english));
    let ja = in_japanese.map_or(message, |(_, japanese)| japanese);
    words!("TOML として読めません: {ja}"; "this is not TOML: {message}")
}

/// What the TOML parser says most often.
const JAPANESE: [(&str, &str); 11] = [
    ("duplicate key", "同じキーが2回あります"),
    ("invalid basic string", "文字列が \" で閉じていません"),
    ("invalid literal string", "文字列が ' で閉じていません"),
    ("invalid multi-line", "複数行の文字列が閉じていません"),
    ("string values must be quoted", "文字列は \" で囲んでください（値がないか、引用符がありません）"),
    ("key with no value", "キーのあとに半角の = と値が必要です"),
    ("invalid unquoted key", "引用符のないキーに使えるのは、半角の英数字、-、_ だけです"),
    ("unclosed array table", "[[…]] が閉じていません"),
    ("unclosed table", "[…] が閉じていません"),
    ("missing escaped value", "\\ のあとの文字が正しくありません。\\ そのものは \\\\ と書いてください"),
    ("invalid datetime", "このような日付はありません"),
];
