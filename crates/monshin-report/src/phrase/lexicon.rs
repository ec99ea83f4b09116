//! The words of quantity, read once from `data/phrases.toml`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use monshin_diag::Lang;
use toml::de::{DeTable, DeValue};

use super::interval::Interval;
use super::normal::pattern;
use super::ratio::Ratio;

/// Everything the reader and the writer know.
pub struct Lexicon {
    /// Longest first.
    pub words: Vec<Word>,
    /// Modifiers that stand before a stem, longest first.
    pub before: Vec<Modifier>,
    /// Modifiers that stand behind it, longest first.
    pub after: Vec<Modifier>,
    /// Every character with which a word, a modifier or a number can begin.
    pub starters: BTreeSet<char>,
    /// Units and other marks.
    pub units: Units,
    /// What a bare stem accepts around the value it names.
    pub stem: Stem,
    /// The writer's rows.
    pub rows: Vec<(Lang, Vec<Row>)>,
}

/// A word that stands alone, or (with a value) carries modifiers.
pub struct Word {
    pub name: String,
    pub lang: Lang,
    pub text: Vec<char>,
    pub value: Option<Ratio>,
    pub accept: Interval,
}

/// Turns the value of a stem into a stretch around it.
#[derive(Clone)]
pub struct Modifier {
    pub name: String,
    pub lang: Lang,
    pub text: Vec<char>,
    pub accept: Interval,
    pub usual: Option<Interval>,
    pub only_tenths: bool,
}

/// Marks that say what a number counts.
pub struct Units {
    pub tenths: Vec<Vec<char>>,
    pub percent: Vec<Vec<char>>,
    pub points: Vec<Vec<char>>,
    pub times: Vec<Vec<char>>,
    pub counters: Vec<Vec<char>>,
    pub not_figures: Vec<Vec<char>>,
    pub not_figures_before: Vec<Vec<char>>,
    pub ranges: Vec<Vec<char>>,
}

/// What bare stems accept.
pub struct Stem {
    pub ja_tenths: Interval,
    pub en_tenths: Interval,
    pub fraction: Interval,
}

/// One row of the writer.
pub struct Row {
    pub nobody: bool,
    pub everybody: bool,
    pub percent: Option<(u64, u64)>,
    pub digit: Option<(u64, u64)>,
    pub exact: bool,
    pub phrase: String,
}

/// The lexicon that ships with the program.
pub fn lexicon() -> &'static Lexicon {
    static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
        let file =
            DeTable::parse(include_str!("../../data/phrases.toml")).expect("phrases.toml is TOML (tested)");
        read(file.get_ref()).expect("phrases.toml is complete (tested)")
    });
    &LEXICON
}

fn read(table: &DeTable<'_>) -> Option<Lexicon> {
    let mut words = Vec::new();
    for entry in tables(table, "word")? {
        for text in texts(entry, "words")? {
            words.push(Word {
                name: string(entry, "name")?,
                lang: lang(entry)?,
                text,
                value: string(entry, "value").and_then(|text| Ratio::parse(&text)),
                accept: interval(entry, "accept")?,
            });
        }
    }
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for entry in tables(table, "modifier")? {
        before.extend(modifiers(entry, "before")?);
        after.extend(modifiers(entry, "after")?);
    }
    words.sort_by_key(|word| std::cmp::Reverse(word.text.len()));
    before.sort_by_key(|modifier| std::cmp::Reverse(modifier.text.len()));
    after.sort_by_key(|modifier| std::cmp::Reverse(modifier.text.len()));
    let of_words = words.iter().filter_map(|word: &Word| word.text.first());
    let of_modifiers = before.iter().filter_map(|modifier: &Modifier| modifier.text.first());
    let of_numbers = "0123456789〇一二三四五六七八九十百千万億otfsen".chars();
    let starters = of_words.chain(of_modifiers).copied().chain(of_numbers).collect();
    let stem = value(table, "stem")?.as_table()?;
    let rows = tables(table, "write")?
        .into_iter()
        .map(|entry| {
            Some((lang(entry)?, tables(entry, "rows")?.into_iter().map(row).collect::<Option<_>>()?))
        })
        .collect::<Option<_>>()?;
    Some(Lexicon {
        words,
        before,
        after,
        starters,
        units: units(value(table, "units")?.as_table()?)?,
        stem: Stem {
            ja_tenths: interval(stem, "ja_tenths")?,
            en_tenths: interval(stem, "en_tenths")?,
            fraction: interval(stem, "fraction")?,
        },
        rows,
    })
}

fn units(table: &DeTable<'_>) -> Option<Units> {
    Some(Units {
        tenths: texts(table, "tenths")?,
        percent: texts(table, "percent")?,
        points: texts(table, "points")?,
        times: texts(table, "times")?,
        counters: texts(table, "counters")?,
        not_figures: texts(table, "not_figures")?,
        not_figures_before: texts(table, "not_figures_before")?,
        ranges: texts(table, "ranges")?,
    })
}

fn modifiers(entry: &DeTable<'_>, side: &str) -> Option<Vec<Modifier>> {
    texts(entry, side)
        .unwrap_or_default()
        .into_iter()
        .map(|text| {
            Some(Modifier {
                name: string(entry, "name")?,
                lang: lang(entry)?,
                text,
                accept: interval(entry, "accept")?,
                usual: interval(entry, "usual"),
                only_tenths: value(entry, "only_tenths").and_then(DeValue::as_bool).unwrap_or(false),
            })
        })
        .collect()
}

fn row(entry: &DeTable<'_>) -> Option<Row> {
    let of = string(entry, "of");
    Some(Row {
        nobody: of.as_deref() == Some("none"),
        everybody: of.as_deref() == Some("all"),
        percent: pair(entry, "percent"),
        digit: pair(entry, "digit"),
        exact: value(entry, "exact").and_then(DeValue::as_bool).unwrap_or(false),
        phrase: string(entry, "phrase")?,
    })
}

fn pair(table: &DeTable<'_>, key: &str) -> Option<(u64, u64)> {
    let list = value(table, key)?.as_array()?;
    let number = |at: usize| list.get(at)?.get_ref().as_integer()?.as_str().parse().ok();
    Some((number(0)?, number(1)?))
}

fn tables<'t, 'i>(table: &'t DeTable<'i>, key: &str) -> Option<Vec<&'t DeTable<'i>>> {
    value(table, key)?.as_array()?.iter().map(|entry| entry.get_ref().as_table()).collect()
}

fn value<'t, 'i>(table: &'t DeTable<'i>, key: &str) -> Option<&'t DeValue<'i>> {
    Some(table.get(key)?.get_ref())
}

/// The texts of a list, as patterns, longest first.
fn texts(table: &DeTable<'_>, key: &str) -> Option<Vec<Vec<char>>> {
    let list = value(table, key)?.as_array()?;
    let mut texts: Vec<_> =
        list.iter().map(|text| text.get_ref().as_str().map(pattern)).collect::<Option<_>>()?;
    texts.sort_by_key(|text: &Vec<char>| std::cmp::Reverse(text.len()));
    Some(texts)
}

fn string(table: &DeTable<'_>, key: &str) -> Option<String> {
    value(table, key)?.as_str().map(str::to_owned)
}

fn lang(table: &DeTable<'_>) -> Option<Lang> {
    Lang::from_tag(value(table, "lang")?.as_str()?)
}

fn interval(table: &DeTable<'_>, key: &str) -> Option<Interval> {
    Interval::parse(value(table, key)?.as_str()?)
}
