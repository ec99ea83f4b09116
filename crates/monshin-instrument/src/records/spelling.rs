//! One spelling for what people type in many ways.

/// Full-width letters, digits and signs as plain ones, blanks trimmed, lower case.
pub fn normalise(text: &str) -> String {
    text.trim().chars().map(plain).flat_map(char::to_lowercase).collect()
}

fn plain(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '〇' | '◯' => '○',
        '✕' | '✖' | '╳' => '×',
        '～' | '〜' => '~',
        _ => c,
    }
}
