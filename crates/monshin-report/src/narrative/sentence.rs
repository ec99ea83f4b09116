//! Sentences and clauses of a passage.

use monshin_diag::Span;

use super::model::Passage;

impl Passage {
    /// Its sentences; none of them ends inside a link.
    pub fn sentences(&self) -> Vec<Span> {
        self.cut(Span::new(0, self.text.len()), |before, char, after| match char {
            '。' | '．' | '！' | '？' => true,
            '.' | '!' | '?' => {
                after.is_none_or(char::is_whitespace) && !before.is_some_and(|char| char.is_ascii_uppercase())
            }
            _ => false,
        })
    }

    /// The clauses of a sentence.
    pub fn clauses(&self, sentence: Span) -> Vec<Span> {
        self.cut(sentence, |_, char, after| {
            matches!(char, '、' | '，' | '；' | ';') || (char == ',' && after.is_none_or(char::is_whitespace))
        })
    }

    /// The sentence (or other part) around some bytes.
    pub fn around(parts: &[Span], at: Span) -> Option<Span> {
        parts.iter().find(|part| part.start <= at.start && at.start < part.end.max(part.start + 1)).copied()
    }

    fn cut(&self, span: Span, ends: impl Fn(Option<char>, char, Option<char>) -> bool) -> Vec<Span> {
        let text = &self.text[span.start..span.end];
        let mut parts = Vec::new();
        let mut from = span.start;
        let mut before = None;
        let mut chars = text.char_indices().peekable();
        while let Some((at, char)) = chars.next() {
            let end = span.start + at + char.len_utf8();
            let in_link = self.links.iter().any(|(_, link)| link.start < end && end < link.end);
            if !in_link && ends(before, char, chars.peek().map(|(_, next)| *next)) {
                parts.push(Span::new(from, end));
                from = end;
            }
            before = Some(char);
        }
        if from < span.end {
            parts.push(Span::new(from, span.end));
        }
        parts
    }
}
