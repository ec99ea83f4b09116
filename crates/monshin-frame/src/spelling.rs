//! How dispositions and classes are spelled in files.

use crate::Disposition;

/// Spellings that differ in width, case or spaces alone are the same.
pub(crate) fn fold(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{3000}' => ' ',
        '〜' => '~',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    };
    text.trim().chars().map(narrow).flat_map(char::to_lowercase).filter(|c| !c.is_whitespace()).collect()
}

/// See [`Disposition::parse`].
pub(crate) fn parse(text: &str) -> Option<Disposition> {
    let folded = fold(text);
    if folded.starts_with(|c: char| c.is_ascii_digit()) {
        return of_number(&folded);
    }
    let plain: String = folded.chars().filter(|c| !matches!(c, '_' | '-' | '・' | '(' | ')')).collect();
    WORDS.iter().find(|(_, words)| words.contains(&plain.as_str())).map(|(one, _)| *one)
}

/// The longest of AAPOR's numbers that this one goes into the detail of.
fn of_number(text: &str) -> Option<Disposition> {
    let (whole, detail) = text.split_once('.').unwrap_or((text, ""));
    let is_number = text.len() <= 6 && detail.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number || text.ends_with('.') {
        return None;
    }
    Some(match (whole, detail) {
        ("1", "" | "0" | "00") => Disposition::Complete,
        ("1", detail) if detail.starts_with('1') => Disposition::Complete,
        ("1", detail) if detail.starts_with('2') => Disposition::Partial,
        ("2", detail) if detail.starts_with("12") => Disposition::BreakOff,
        ("2", detail) if detail.starts_with('1') => Disposition::Refusal,
        ("2", detail) if detail.starts_with('2') => Disposition::NonContact,
        ("2", detail) if detail.is_empty() || detail.starts_with(['0', '3', '9']) => Disposition::Other,
        ("3", detail) if detail.starts_with("19") => Disposition::UnknownEligibility,
        // Nothing known of the address; whereabouts unknown; returned with a new address.
        ("3", detail) if detail.starts_with(['1', '3', '4']) => Disposition::UnknownExistence,
        ("3", detail) if detail.is_empty() || detail.starts_with(['0', '2', '9']) => {
            Disposition::UnknownEligibility
        }
        ("4", _) => Disposition::NotEligible,
        _ => return None,
    })
}

/// Letters of the formulas, names, and what Japanese fieldwork writes; folded, without `_`, `-`, `・`.
const WORDS: [(Disposition, &[&str]); 9] = [
    (
        Disposition::Complete,
        &["i", "complete", "completed", "完了", "回答", "回答済", "回答済み", "有効回答", "回収", "回収済"],
    ),
    (Disposition::Partial, &["p", "partial", "一部回答", "部分回答", "一部", "一部回答有効"]),
    (
        Disposition::Refusal,
        &["r", "refusal", "refused", "拒否", "回答拒否", "調査拒否", "辞退", "謝絶", "協力拒否"],
    ),
    (Disposition::BreakOff, &["breakoff", "brokenoff", "中断", "中断無効", "途中終了", "無効回答"]),
    (
        Disposition::NonContact,
        &["nc", "noncontact", "nocontact", "非接触", "未接触", "接触不能", "接触できず", "不在"],
    ),
    (Disposition::Other, &["o", "other", "その他", "その他対象だが回答なし"]),
    (
        Disposition::UnknownExistence,
        &[
            "uh",
            "unknownexistence",
            "undeliverable",
            "returned",
            "宛先不明",
            "宛所不明",
            "宛先不明不達",
            "不達",
            "返戻",
            "転居先不明",
            "あて所に尋ねあたりません",
            "送信エラー",
        ],
    ),
    (
        Disposition::UnknownEligibility,
        &[
            "uo",
            "unknowneligibility",
            "unknown",
            "noreturn",
            "noreply",
            "silent",
            "返送なし",
            "返信なし",
            "未返送",
            "未回収",
            "未回答",
            "未着",
            "無応答",
            "応答なし",
            "不明",
        ],
    ),
    (
        Disposition::NotEligible,
        &[
            "noteligible",
            "ineligible",
            "closed",
            "duplicate",
            "対象外",
            "非対象",
            "廃業",
            "閉院",
            "閉鎖",
            "休業",
            "休止",
            "重複",
            "対象外廃業重複など",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_belongs_to_one_disposition() {
        let mut seen = std::collections::BTreeMap::new();
        for (one, words) in WORDS {
            for word in words {
                assert_eq!(parse(word), Some(one), "{word}");
                assert_eq!(seen.insert(*word, one), None, "{word} twice");
            }
        }
        for one in Disposition::ALL {
            let label = one.label();
            assert_eq!(parse(&label.ja), Some(one), "{}", label.ja);
        }
    }

    #[test]
    fn numbers_may_go_into_detail() {
        for (text, expected) in [
            ("1.1", Some(Disposition::Complete)),
            ("１．２", Some(Disposition::Partial)),
            ("2.1", Some(Disposition::Refusal)),
            ("2.112", Some(Disposition::Refusal)),
            ("2.12", Some(Disposition::BreakOff)),
            ("2.21", Some(Disposition::NonContact)),
            ("2.36", Some(Disposition::Other)),
            ("3.1", Some(Disposition::UnknownExistence)),
            ("3.19", Some(Disposition::UnknownEligibility)),
            ("3.31", Some(Disposition::UnknownExistence)),
            ("3.9", Some(Disposition::UnknownEligibility)),
            ("4.71", Some(Disposition::NotEligible)),
            ("5", None),
            ("1.x", None),
            ("2.", None),
            ("2.7", None),
            ("11", None),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }
}
