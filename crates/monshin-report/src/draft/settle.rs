//! Sentences with alternatives, and the checker as their judge.

use monshin_diag::{Diagnostics, Lang, Place, Severity, Source};
use monshin_tabulate::{Released, Tables};

use crate::check::CheckSettings;
use crate::narrative::Narrative;

/// Most rounds of mending; each gives up at least one wording.
const MOST_ROUNDS: usize = 64;

/// A page under way.
pub(super) struct Sheet<'t> {
    tables: &'t Released<Tables>,
    tag: &'t str,
    lang: Lang,
    pieces: Vec<Piece>,
}

/// A heading or a sentence.
struct Piece {
    kind: Kind,
    /// From the richest wording to the plainest.
    options: Vec<String>,
    /// The one that is written; past the end where it is left out.
    at: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Heading(u8),
    Item,
    Paragraph,
}

impl<'t> Sheet<'t> {
    pub fn new(tables: &'t Released<Tables>, tag: &'t str, lang: Lang) -> Sheet<'t> {
        Sheet { tables, tag, lang, pieces: Vec::new() }
    }

    /// A heading with its anchor, in its words and in code marks; one under which nothing stands is
    /// not written.
    pub fn heading(&mut self, level: u8, [words, code]: [String; 2], anchor: &str) {
        let with_anchor = |title: String| match anchor {
            "" => title,
            _ => format!("{title} {{#{anchor}}}"),
        };
        let options = vec![with_anchor(words), with_anchor(code)];
        self.pieces.push(Piece { kind: Kind::Heading(level), options, at: 0 });
    }

    /// An item of a list, in wordings from the richest to the plainest.
    pub fn item(&mut self, options: Vec<String>) {
        self.push(Kind::Item, options);
    }

    /// A paragraph.
    pub fn paragraph(&mut self, options: Vec<String>) {
        self.push(Kind::Paragraph, options);
    }

    fn push(&mut self, kind: Kind, mut options: Vec<String>) {
        options.retain(|one| !one.is_empty());
        options.dedup();
        if !options.is_empty() {
            self.pieces.push(Piece { kind, options, at: 0 });
        }
    }

    /// The text in which the checker finds nothing to say, and how many sentences that cost.
    pub fn settled(mut self) -> (String, usize) {
        for _ in 0..MOST_ROUNDS {
            let (text, spans) = self.written();
            let found = self.judged(&text);
            let mut moved = false;
            let mut told: Vec<usize> = Vec::new();
            for one in found.iter().filter(|one| one.severity != Severity::Advice) {
                let Place::Text { span, .. } = &one.place else { continue };
                let piece = spans.iter().find(|(_, from, to)| (*from..*to).contains(&span.start));
                if let Some((at, _, _)) = piece.filter(|(at, _, _)| !told.contains(at)) {
                    told.push(*at);
                    moved |= self.pieces[*at].give_up();
                }
            }
            if !moved {
                break;
            }
        }
        let gone = self.pieces.iter().filter(|one| one.at >= one.options.len()).count();
        (self.written().0, gone)
    }

    fn judged(&self, text: &str) -> Diagnostics {
        let source = Source::new(&format!("report.{}.md", self.tag), text);
        let (narrative, mut found) = Narrative::parse(&source, self.lang);
        found.extend(match narrative.check(self.tables, &CheckSettings::default()) {
            Ok(report) => report.warnings().clone(),
            Err(found) => found,
        });
        found
    }

    /// The text, and where each piece stands in it.
    fn written(&self) -> (String, Vec<(usize, usize, usize)>) {
        let mut text = String::new();
        let mut spans = Vec::new();
        let mut before = None;
        for (at, piece) in self.pieces.iter().enumerate() {
            let Some(words) = piece.options.get(piece.at) else { continue };
            if matches!(piece.kind, Kind::Heading(level) if level > 1 && !self.has_something_under(at, level))
            {
                continue;
            }
            match (before, piece.kind) {
                (None, _) => {}
                (Some(Kind::Item), Kind::Item) => text.push('\n'),
                _ => text.push_str("\n\n"),
            }
            let from = text.len();
            match piece.kind {
                Kind::Heading(level) => {
                    text.push_str(&"#".repeat(usize::from(level)));
                    text.push(' ');
                }
                Kind::Item => text.push_str("- "),
                Kind::Paragraph => {}
            }
            text.push_str(words);
            spans.push((at, from, text.len()));
            before = Some(piece.kind);
        }
        text.push('\n');
        (text, spans)
    }

    fn has_something_under(&self, at: usize, level: u8) -> bool {
        for piece in &self.pieces[at + 1..] {
            match piece.kind {
                Kind::Heading(next) if next <= level => return false,
                Kind::Heading(_) => {}
                _ if piece.at < piece.options.len() => return true,
                _ => {}
            }
        }
        false
    }
}

impl Piece {
    /// Goes on to the next wording; gives whether there was another way to go.
    fn give_up(&mut self) -> bool {
        let last = match self.kind {
            // A chapter keeps its heading whatever the checker says of it.
            Kind::Heading(_) => self.options.len() - 1,
            _ => self.options.len(),
        };
        let moved = self.at < last;
        self.at = (self.at + 1).min(last);
        moved
    }
}
