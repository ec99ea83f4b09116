//! Figures as text: percent rounded half up from the exact fraction, intervals, numbers, days.

use monshin_tabulate::instrument::Day;
use monshin_tabulate::{Cell, Certainty, Figures, Flag, Row, VariableKind, percent};

use super::setting::Setting;
use super::{precision, words};
use crate::document::{self, grouped};

/// `66.7%`, from the exact fraction where there is one.
pub(super) fn share_text(cell: &Cell, n: u64) -> String {
    let exact = if cell.weighted_count.is_none() { percent(cell.count, n, 1) } else { None };
    match (exact, cell.share()) {
        (Some(text), _) => format!("{text}%"),
        (None, Some(share)) => percent_text(share),
        (None, None) => "–".to_owned(),
    }
}

/// A share that is no fraction of counts, rounded half up.
pub(super) fn percent_text(share: f64) -> String {
    format!("{:.1}%", (share * 1000.0 + 0.5 + 1e-9).floor() / 10.0)
}

/// `63.5–69.7`.
pub(super) fn interval_text(low: f64, high: f64) -> String {
    format!("{:.1}–{:.1}", low * 100.0, high * 100.0)
}

/// The interval of a cell's share.
pub(super) fn interval(cell: &Cell) -> Option<(f64, f64)> {
    match cell.certainty() {
        Certainty::Interval(low, high) => Some((low, high)),
        _ => None,
    }
}

/// The flag as the document has it.
pub(super) fn flag(flag: Option<Flag>) -> Option<document::Flag> {
    flag.map(|flag| match flag {
        Flag::NoBase => document::Flag::NoBase,
        Flag::Unreliable => document::Flag::Unreliable,
        Flag::Withheld => document::Flag::Withheld,
        Flag::Omitted => document::Flag::Omitted,
    })
}

/// Whether the base of a row is too weak to quote.
pub(super) fn is_weak(figures: &Figures, threshold: u64) -> bool {
    figures.n > 0 && figures.n < threshold
}

/// `n=598`, with a mark where the base is weak; `n=x` where it is withheld.
pub(super) fn base_text(row: &Row, threshold: u64) -> String {
    match row.figures() {
        None => "n=x".to_owned(),
        // The mark is for figures that are there.
        Some(figures) if is_weak(figures, threshold) && !figures.omits_any() => {
            format!("n={}※", grouped(figures.n))
        }
        Some(figures) => format!("n={}", grouped(figures.n)),
    }
}

/// Why a row shows no figure, in words.
pub(super) fn absent(setting: &Setting<'_>, row: &Row) -> Option<String> {
    match row.figures() {
        None => Some(words::bracketed(setting.lang, "x", setting.word(words::WITHHELD))),
        Some(figures) if figures.n == 0 => {
            Some(words::bracketed(setting.lang, "–", setting.word(words::NO_ANSWER)))
        }
        Some(figures) if figures.omits_all() => {
            Some(words::bracketed(setting.lang, "…", setting.word(words::OMITTED)))
        }
        Some(_) => None,
    }
}

/// Why a row shows no figure of one answer, in words.
pub(super) fn absent_cell(setting: &Setting<'_>, figures: &Figures, code: u16) -> Option<String> {
    let (mark, word) = match (figures.is_withheld(code), figures.is_omitted(code)) {
        (true, _) => ("x", words::WITHHELD),
        (_, true) => ("…", words::OMITTED),
        _ => return None,
    };
    Some(words::bracketed(setting.lang, mark, setting.word(word)))
}

/// The cell of a share.
pub(super) fn share_cell(cell: &Cell, n: u64) -> document::Cell {
    let mark = if cell.all_or_none { "†" } else { "" };
    let text = format!("{}{mark}", share_text(cell, n));
    document::Cell { id: None, text, value: cell.share(), flag: flag(cell.flag), mark: None }
}

/// The cell of an interval; of few answers how many of how many, in the unit of the variable.
pub(super) fn interval_cell(setting: &Setting<'_>, variable: usize, cell: &Cell) -> document::Cell {
    document::Cell::words(match cell.certainty() {
        Certainty::Interval(low, high) => interval_text(low, high),
        Certainty::Few(count, base) => precision::of_few(setting, variable, count, base),
        Certainty::Everybody => setting.word(words::EVERYBODY).to_owned(),
        Certainty::Nothing => "–".to_owned(),
    })
}

/// A cell without figures.
pub(super) fn withheld() -> document::Cell {
    document::Cell::words("x").flagged(Some(document::Flag::Withheld))
}

/// A cell whose figure is not presented.
pub(super) fn omitted() -> document::Cell {
    document::Cell::words("…").flagged(Some(document::Flag::Omitted))
}

/// What stands for the cell of a code that is not shown: withheld, not presented, or without a base.
pub(super) fn not_shown(figures: &Figures, code: u16) -> document::Cell {
    match (figures.is_withheld(code), figures.is_omitted(code)) {
        (true, _) => withheld(),
        (_, true) => omitted(),
        _ => no_base(),
    }
}

/// A cell without base.
pub(super) fn no_base() -> document::Cell {
    document::Cell::words("–").flagged(Some(document::Flag::NoBase))
}

/// A number or day of a variable with so many decimals.
pub(super) fn number_text(setting: &Setting<'_>, kind: VariableKind, value: f64, decimals: u8) -> String {
    match kind {
        VariableKind::Date => setting.day(Day::from_number(value.round() as i32)),
        _ => {
            let text = format!("{value:.*}", usize::from(decimals));
            let (whole, rest) = text.split_once('.').map_or((&*text, ""), |(whole, rest)| (whole, rest));
            let sign = if whole.starts_with('-') { "-" } else { "" };
            let digits =
                whole.trim_start_matches('-').parse().map(grouped).unwrap_or_else(|_| whole.to_owned());
            if rest.is_empty() { format!("{sign}{digits}") } else { format!("{sign}{digits}.{rest}") }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_up() {
        assert_eq!(percent_text(0.666_5), "66.7%");
        assert_eq!(percent_text(0.0), "0.0%");
        assert_eq!(percent_text(1.0), "100.0%");
    }
}
