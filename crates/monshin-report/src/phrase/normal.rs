//! Text made ready for reading: full-width forms narrowed, Latin letters in lower case, every
//! character knowing the bytes it came from.

/// One character and where it stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glyph {
    /// The character, narrowed and in lower case.
    pub char: char,
    /// Its first byte in the text as given.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
}

/// A text as glyphs.
pub fn glyphs(text: &str) -> Vec<Glyph> {
    text.char_indices()
        .map(|(start, char)| Glyph { char: narrowed(char), start, end: start + char.len_utf8() })
        .collect()
}

/// A phrase of the lexicon in the same form.
pub fn pattern(text: &str) -> Vec<char> {
    text.chars().map(narrowed).collect()
}

/// Whether `wanted` stands at `at`.
pub fn stands_at(text: &[Glyph], at: usize, wanted: &[char]) -> bool {
    let reach = text.get(at..at + wanted.len());
    !wanted.is_empty() && reach.is_some_and(|here| here.iter().zip(wanted).all(|(a, b)| a.char == *b))
}

/// Whether a stretch that begins or ends with a Latin letter is a word of its own.
pub fn is_whole_word(text: &[Glyph], from: usize, to: usize) -> bool {
    let letter = |at: usize| text.get(at).is_some_and(|glyph| glyph.char.is_ascii_alphabetic());
    let cut_before = from > 0 && letter(from) && letter(from - 1);
    let cut_after = to > from && letter(to - 1) && letter(to);
    !cut_before && !cut_after
}

fn narrowed(char: char) -> char {
    let narrow = match char {
        '！'..='～' => char::from_u32(char as u32 - 0xFEE0).unwrap_or(char),
        '\u{3000}' | '\n' | '\t' | '\u{a0}' => ' ',
        '’' => '\'',
        '−' => '-',
        other => other,
    };
    narrow.to_ascii_lowercase()
}
