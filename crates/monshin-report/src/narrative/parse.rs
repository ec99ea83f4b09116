//! Markdown to a [`Narrative`].

use std::ops::Range;

use monshin_diag::{Diagnostic, Diagnostics, Lang, Place, Source, Span, words};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::anchor;
use super::model::{Anchor, Block, ClaimLink, Inline, Line, Narrative, Passage, Section, Title};
use crate::claims::{self, KINDS};

impl Narrative {
    /// Reads a commentary. What cannot be read is in the findings, and left out of the narrative.
    pub fn parse(source: &Source, lang: Lang) -> (Narrative, Diagnostics) {
        let mut builder = Builder::new(source, lang);
        let options = Options::ENABLE_HEADING_ATTRIBUTES | Options::ENABLE_TABLES;
        for (event, range) in Parser::new_ext(source.text(), options).into_offset_iter() {
            builder.take(event, range);
        }
        (builder.narrative, builder.found)
    }
}

struct Builder<'s> {
    source: &'s Source,
    narrative: Narrative,
    found: Diagnostics,
    /// Open blocks, outermost first; each collects what stands in it.
    blocks: Vec<Vec<Block>>,
    /// Items of the lists that are open.
    lists: Vec<(Option<u64>, Vec<Vec<Block>>)>,
    table: Vec<Vec<Line>>,
    /// Open runs, outermost first.
    runs: Vec<Vec<Inline>>,
    /// Links that are open: where they began, address, title, bytes of the passage before them.
    links: Vec<(Range<usize>, String, String, usize)>,
    passage: Option<Passage>,
    heading: Option<(u8, Option<String>, Range<usize>)>,
    code: Option<String>,
    pictures: usize,
}

impl<'s> Builder<'s> {
    fn new(source: &'s Source, lang: Lang) -> Builder<'s> {
        let narrative = Narrative {
            source: source.clone(),
            lang,
            title: Vec::new(),
            sections: vec![Section {
                level: 1,
                heading: Vec::new(),
                span: Span::default(),
                anchor: Anchor::Own,
                blocks: Vec::new(),
            }],
            passages: Vec::new(),
            links: Vec::new(),
        };
        Builder {
            source,
            narrative,
            found: Diagnostics::new(),
            blocks: Vec::new(),
            lists: Vec::new(),
            table: Vec::new(),
            runs: Vec::new(),
            links: Vec::new(),
            passage: None,
            heading: None,
            code: None,
            pictures: 0,
        }
    }

    fn take(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.open(tag, range),
            Event::End(tag) => self.close(tag, range),
            Event::Text(text) => self.text(&text, range),
            Event::Code(text) => {
                self.flat("\u{fffc}", range);
                self.run(Inline::Code(text.to_string()));
            }
            Event::SoftBreak => self.line_break(false, range),
            Event::HardBreak => self.line_break(true, range),
            Event::Rule => self.block(Block::Rule),
            Event::Html(_) | Event::InlineHtml(_) => self.refuse(range, "HTML"),
            _ => {}
        }
    }

    // --- blocks ---

    fn open(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Paragraph | Tag::TableCell => self.open_passage(),
            Tag::Heading { level, id, .. } => {
                self.heading = Some((level_number(level), id.map(|id| id.to_string()), range));
                self.open_passage();
            }
            Tag::BlockQuote(_) => self.blocks.push(Vec::new()),
            Tag::Item => {
                self.close_loose_text();
                self.blocks.push(Vec::new());
            }
            Tag::List(first) => {
                self.close_loose_text();
                self.lists.push((first, Vec::new()));
            }
            Tag::Table(_) => self.table = Vec::new(),
            Tag::TableHead | Tag::TableRow => self.table.push(Vec::new()),
            Tag::CodeBlock(_) => self.code = Some(String::new()),
            Tag::Emphasis | Tag::Strong => {
                self.loose_text();
                self.runs.push(Vec::new());
            }
            Tag::Link { dest_url, title, .. } => {
                self.loose_text();
                let before = self.passage.as_ref().map_or(0, |passage| passage.text.len());
                self.links.push((range, dest_url.to_string(), title.to_string(), before));
                self.runs.push(Vec::new());
            }
            Tag::Image { .. } => {
                self.pictures += 1;
                self.refuse(range, "画像 / pictures");
            }
            _ => {}
        }
    }

    fn close(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Paragraph => {
                let line = self.close_passage(false);
                self.block(Block::Paragraph(line));
            }
            TagEnd::Heading(_) => self.close_heading(),
            TagEnd::TableCell => {
                let line = self.close_passage(false);
                if let Some(row) = self.table.last_mut() {
                    row.push(line);
                }
            }
            TagEnd::Table => {
                let rows = std::mem::take(&mut self.table);
                self.block(Block::Table(rows));
            }
            TagEnd::BlockQuote(_) => {
                let blocks = self.blocks.pop().unwrap_or_default();
                self.block(Block::Quote(blocks));
            }
            TagEnd::Item => {
                self.close_loose_text();
                let blocks = self.blocks.pop().unwrap_or_default();
                if let Some((_, items)) = self.lists.last_mut() {
                    items.push(blocks);
                }
            }
            TagEnd::List(_) => {
                if let Some((first, items)) = self.lists.pop() {
                    self.block(Block::List { first, items });
                }
            }
            TagEnd::CodeBlock => {
                let code = self.code.take().unwrap_or_default();
                self.block(Block::Code(code));
            }
            TagEnd::Emphasis => self.wrap(Inline::Emphasis),
            TagEnd::Strong => self.wrap(Inline::Strong),
            TagEnd::Link => self.close_link(range),
            TagEnd::Image => self.pictures = self.pictures.saturating_sub(1),
            _ => {}
        }
    }

    fn block(&mut self, block: Block) {
        match self.blocks.last_mut() {
            Some(open) => open.push(block),
            None => {
                let section = self.narrative.sections.last_mut().expect("there is one from the start");
                section.blocks.push(block);
            }
        }
    }

    fn open_passage(&mut self) {
        let section = self.narrative.sections.len() - 1;
        self.passage = Some(Passage { section, ..Passage::default() });
        self.runs = vec![Vec::new()];
    }

    fn close_passage(&mut self, heading: bool) -> Line {
        let number = self.narrative.passages.len();
        if let Some(passage) = self.passage.take() {
            let section = self.narrative.sections.len() - 1;
            self.narrative.passages.push(Passage { heading, section, ..passage });
        }
        let runs = self.runs.drain(..).next().unwrap_or_default();
        self.runs.clear();
        Line { runs, passage: number }
    }

    /// The text of a tight list item comes without a paragraph around it.
    fn loose_text(&mut self) {
        if self.passage.is_none() && self.code.is_none() {
            self.open_passage();
        }
    }

    fn close_loose_text(&mut self) {
        if self.passage.is_some() {
            let line = self.close_passage(false);
            self.block(Block::Paragraph(line));
        }
    }

    fn close_heading(&mut self) {
        let Some((level, id, range)) = self.heading.take() else { return };
        let span = Span::from(range);
        if level == 1 && id.is_none() && self.narrative.title.is_empty() {
            self.narrative.title = self.close_passage(true).runs;
            return;
        }
        let anchor = match id.as_deref().map(anchor::read) {
            None => Anchor::Own,
            Some(Some(anchor)) => anchor,
            Some(None) => {
                self.found.push(anchor::unknown(self.source, span, id.as_deref().unwrap_or_default()));
                Anchor::Own
            }
        };
        if anchor != Anchor::Own && self.narrative.sections.iter().any(|known| known.anchor == anchor) {
            self.found.push(anchor::twice(self.source, span, id.as_deref().unwrap_or_default()));
        }
        self.narrative.sections.push(Section {
            level,
            heading: Vec::new(),
            span,
            anchor,
            blocks: Vec::new(),
        });
        let heading = self.close_passage(true).runs;
        self.narrative.sections.last_mut().expect("just pushed").heading = heading;
    }

    // --- runs of text ---

    fn text(&mut self, text: &str, range: Range<usize>) {
        if let Some(code) = &mut self.code {
            code.push_str(text);
            return;
        }
        self.loose_text();
        self.flat(text, range);
        match self.runs.last_mut().and_then(|run| run.last_mut()) {
            Some(Inline::Text(before)) => before.push_str(text),
            _ => self.run(Inline::Text(text.to_owned())),
        }
    }

    fn line_break(&mut self, hard: bool, range: Range<usize>) {
        // Between Japanese characters a line end is no space.
        let between = self.passage.as_ref().and_then(|passage| passage.text.chars().last());
        let rest = self.source.text().get(range.end..).unwrap_or_default();
        let next = rest.chars().find(|char| !char.is_whitespace() && !"[*_`".contains(*char));
        let latin = |char: Option<char>| char.is_some_and(|char| char.is_ascii_alphabetic() || char == ',');
        let spaced = hard || latin(between) || latin(next) || self.narrative.lang == Lang::En;
        if spaced {
            self.flat(" ", range);
            self.run(Inline::Break { hard });
        }
    }

    fn run(&mut self, inline: Inline) {
        self.loose_text();
        if self.pictures == 0
            && let Some(run) = self.runs.last_mut()
        {
            run.push(inline);
        }
    }

    fn flat(&mut self, text: &str, range: Range<usize>) {
        self.loose_text();
        if let Some(passage) = &mut self.passage {
            let start = passage.text.len();
            passage.text.push_str(text);
            passage.pieces.push((Span::new(start, passage.text.len()), range.start));
        }
    }

    fn wrap(&mut self, wrap: impl Fn(Vec<Inline>) -> Inline) {
        if self.runs.len() > 1 {
            let content = self.runs.pop().unwrap_or_default();
            self.run(wrap(content));
        }
    }

    fn close_link(&mut self, range: Range<usize>) {
        let Some((_, href, title, before)) = self.links.pop() else { return };
        let content = if self.runs.len() > 1 { self.runs.pop().unwrap_or_default() } else { Vec::new() };
        if is_ordinary(&href) {
            self.run(Inline::Link { href, content });
            return;
        }
        let Some(passage) = &mut self.passage else { return };
        let within = Span::new(before, passage.text.len());
        let link = self.narrative.links.len();
        passage.links.push((link, within));
        let words_span = passage.in_source(within);
        let claim_span = claim_span(self.source.text(), &range, words_span.end, &href);
        let claim = claims::parse(&href);
        self.narrative.links.push(ClaimLink {
            words: passage.text[within.start..within.end].to_owned(),
            words_span,
            text: href,
            claim_span,
            claim: claim.clone(),
            title: (!title.is_empty()).then(|| Title { text: title, span: Span::from(range) }),
            passage: self.narrative.passages.len(),
            within,
        });
        if let Err(error) = claim {
            self.refuse_claim(claim_span, &error);
        }
        self.run(Inline::Claim { link, content });
    }

    // --- findings ---

    fn refuse(&mut self, range: Range<usize>, what: &str) {
        let place = Place::text(self.source, Span::from(range));
        let message = words!("本文に{what}は使えません"; "{what} cannot stand in a commentary");
        let help = words!("Markdownの書式で書いてください"; "write it in plain Markdown");
        self.found.push(Diagnostic::error("C006", place, message).help(help));
    }

    fn refuse_claim(&mut self, span: Span, error: &claims::ClaimError) {
        let at = error.span.shifted(span.start);
        let place = Place::text(self.source, if at.end <= span.end { at } else { span });
        let mut finding = Diagnostic::error("C001", place, error.message.clone());
        finding = match error.nearest {
            Some(kind) => finding.help(words!("「{kind}:」のことですか"; "did you mean \"{kind}:\"?")),
            None => finding.help(words!("種類: {}", KINDS.join(", "); "kinds: {}", KINDS.join(", "))),
        };
        self.found.push(finding);
    }
}

/// Whether an address leads somewhere, and claims nothing.
fn is_ordinary(href: &str) -> bool {
    ["http://", "https://", "mailto:", "#"].iter().any(|start| href.starts_with(start))
}

/// Where the address stands in the source; the whole link where it is written with escapes.
fn claim_span(text: &str, link: &Range<usize>, from: usize, href: &str) -> Span {
    let from = from.clamp(link.start, link.end);
    let found = text.get(from..link.end).filter(|_| !href.is_empty()).and_then(|rest| rest.find(href));
    found.map_or(Span::from(link.clone()), |at| Span::new(from + at, from + at + href.len()))
}

fn level_number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}
