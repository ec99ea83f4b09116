//! How wide a text will be, and where its lines break, without asking a font.
//!
//! East Asian full-width characters are one em wide in every Japanese font; everything else is
//! guessed generously, so that a text never turns out wider than was planned for it.

/// Width in ems.
pub(crate) fn ems(text: &str) -> f64 {
    text.chars().map(char_ems).sum()
}

/// Width at a font size.
pub(crate) fn width(text: &str, size: f64) -> f64 {
    ems(text) * size
}

/// For Latin letters the wider of BIZ UDPGothic, whose figures are wide, and DejaVu Sans.
fn char_ems(c: char) -> f64 {
    match c {
        _ if is_wide(c) => 1.0,
        '0' | '2'..='9' | 'A'..='C' | 'K' | 'P' | 'R' | 'S' | 'V' | 'Y' | 'Z' | '?' | '$' => 0.77,
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | ' ' => 0.38,
        't' | 'r' | 'f' | '(' | ')' | '[' | ']' | '-' | '/' | '|' | 'I' | '*' | '–' => 0.5,
        'D' | 'G' | 'H' | 'N' | 'O' | 'Q' | 'U' | 'X' | 'w' | '+' | '=' | '<' | '>' | '&' => 0.89,
        'M' | 'W' | 'm' | '%' | '@' => 1.0,
        _ => 0.71,
    }
}

/// Whether Japanese fonts draw the character on a full em (East Asian Width W, F, and those
/// ambiguous characters which they draw full-width).
fn is_wide(c: char) -> bool {
    matches!(c as u32,
        0x1100..=0x115F | 0x2015..=0x2026 | 0x2030..=0x203B | 0x2103..=0x27BF | 0x2E80..=0xA4CF
        | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE6F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6
        | 0x1F300..=0x1FAFF | 0x20000..=0x3FFFD)
        || matches!(c, '×' | '÷' | '±' | '§' | '°' | '¶')
}

/// Characters which may not begin a line (行頭禁則).
const NOT_FIRST: &str =
    "、。，．・：；？！）］｝」』】〉》〕ー〜～…％ヶぁぃぅぇぉっゃゅょァィゥェォッャュョ,.:;?!)]}%";
/// Characters which may not end a line (行末禁則).
const NOT_LAST: &str = "（［｛「『【〈《〔([{＜";

/// Breaks a text into lines no wider than `limit` at a font size.
///
/// Japanese breaks between any two characters that kinsoku allows, Latin words stay whole unless
/// one alone is wider than the line. Every line has at least one character.
pub(crate) fn wrap(text: &str, limit: f64, size: f64) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for piece in pieces(text) {
        if !line.is_empty() && width(&(line.clone() + piece.trim_end()), size) > limit {
            push_line(&mut lines, &mut line);
        }
        if line.is_empty() && width(piece.trim_end(), size) > limit {
            for c in piece.chars() {
                if !line.is_empty() && width(&line, size) + char_ems(c) * size > limit {
                    push_line(&mut lines, &mut line);
                }
                line.push(c);
            }
        } else {
            line.push_str(if line.is_empty() { piece.trim_start() } else { piece });
        }
    }
    push_line(&mut lines, &mut line);
    if lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

fn push_line(lines: &mut Vec<String>, line: &mut String) {
    let done = line.trim_end();
    if !done.is_empty() {
        lines.push(done.to_owned());
    }
    line.clear();
}

/// The stretches between which a line may break.
fn pieces(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut previous: Option<char> = None;
    for (at, c) in text.char_indices() {
        if let Some(before) = previous
            && may_break(before, c)
        {
            found.push(&text[start..at]);
            start = at;
        }
        previous = Some(c);
    }
    if start < text.len() {
        found.push(&text[start..]);
    }
    found
}

fn may_break(before: char, after: char) -> bool {
    if NOT_FIRST.contains(after) || NOT_LAST.contains(before) || after == ' ' {
        return false;
    }
    before == ' ' || is_wide(before) || is_wide(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_width_character_is_one_em() {
        assert_eq!(ems("無床診療所"), 5.0);
        assert!(ems("n=598") < 4.0 && ems("n=598") > 3.8);
    }

    #[test]
    fn japanese_breaks_anywhere_but_before_a_closing_mark() {
        assert_eq!(wrap("有床診療所（１～１９床）", 60.0, 10.0), ["有床診療所", "（１～１９", "床）"]);
    }

    #[test]
    fn latin_words_stay_whole_unless_one_alone_is_too_wide() {
        assert_eq!(wrap("Dental clinics without beds", 100.0, 10.0), ["Dental clinics", "without beds"]);
        assert!(wrap("incomprehensibilities", 40.0, 10.0).len() > 1);
    }

    #[test]
    fn no_line_is_wider_than_the_limit() {
        for text in [
            "社会福祉法人（その他の法人を含む）",
            "Public medical institutions, e.g. Red Cross",
            "、、、、、、",
        ] {
            for line in wrap(text, 70.0, 12.0) {
                assert!(width(&line, 12.0) <= 84.0, "{line}");
            }
        }
    }
}
