//! The parts of the page: blocks, tables, inline runs.

use askama::Template;
use askama::filters::HtmlSafe;
use monshin_diag::Lang;

use crate::chart::{self, Size};
use crate::compose::words;
use crate::document::{self, Block, Cell, Figure, Flag, Inline, Kind, Table};

/// A cell with more characters than that takes more room on a narrow screen.
const LONG: usize = 30;

/// What every part needs to know of the whole.
#[derive(Clone, Copy)]
pub(super) struct Setting<'a> {
    pub(super) lang: Lang,
    pub(super) is_made_up: bool,
    pub(super) palette: &'a chart::Palette,
}

/// A stretch of blocks.
#[derive(Template)]
#[template(path = "blocks.html")]
pub(super) struct Blocks<'a> {
    pub(super) blocks: &'a [Block],
    pub(super) setting: Setting<'a>,
}

impl<'a> Blocks<'a> {
    fn word(&self, phrase: words::Phrase) -> &'static str {
        phrase.get(self.setting.lang)
    }

    fn blocks<'b>(&self, blocks: &'b [Block]) -> Blocks<'b>
    where
        'a: 'b,
    {
        Blocks { blocks, setting: self.setting }
    }

    fn runs<'b>(&self, runs: &'b [Inline]) -> Runs<'b> {
        Runs { runs, lang: self.setting.lang }
    }

    fn table<'b>(&self, table: &'b Table) -> TablePart<'b>
    where
        'a: 'b,
    {
        TablePart { table, setting: self.setting }
    }

    fn mark(&self) -> Mark {
        Mark { lang: self.setting.lang, is_made_up: self.setting.is_made_up }
    }

    fn chart(&self, figure: &Figure, size: Size) -> String {
        let id = match size {
            Size::Wide => format!("{}-w", figure.id),
            _ => format!("{}-s", figure.id),
        };
        let mark = self.setting.is_made_up.then(|| self.word(words::MADE_UP));
        let words = chart::Words { title: &figure.caption, description: &figure.alternative, mark };
        chart::render_in(&figure.chart, &id, size, words, self.setting.palette)
    }
}

/// A table.
#[derive(Template)]
#[template(path = "table.html")]
pub(super) struct TablePart<'a> {
    table: &'a Table,
    setting: Setting<'a>,
}

impl TablePart<'_> {
    fn word(&self, phrase: words::Phrase) -> &'static str {
        phrase.get(self.setting.lang)
    }

    fn mark(&self) -> Mark {
        Mark { lang: self.setting.lang, is_made_up: self.setting.is_made_up }
    }

    /// What the mark of a figure says.
    fn stands(&self, mark: &document::Mark) -> &'static str {
        self.word(match mark {
            document::Mark::Above => words::STANDS_ABOVE,
            document::Mark::Below => words::STANDS_BELOW,
        })
    }

    /// Whether a heading stands over one column of words.
    fn is_words(&self, cell: &document::HeadCell) -> bool {
        cell.columns == 1 && self.table.columns.get(cell.at).is_some_and(|one| one.kind == Kind::Words)
    }

    /// The class attribute of a cell.
    fn class(&self, cell: &Cell, at: &usize) -> &'static str {
        match (cell.flag, self.table.kind(*at)) {
            (Some(Flag::NoBase), _) => r#" class="none""#,
            (Some(Flag::Unreliable), _) => r#" class="weak""#,
            (Some(Flag::Withheld), _) => r#" class="withheld""#,
            (Some(Flag::Omitted), _) => r#" class="omitted""#,
            (None, Kind::Words) if cell.text.chars().count() > LONG => r#" class="words long""#,
            (None, Kind::Words) => r#" class="words""#,
            (None, _) => "",
        }
    }
}

/// A badge on everything that shows made-up figures.
#[derive(Template)]
#[template(
    source = r#"{% if self.is_made_up %}<span class="made-up">{{ self.words() }}</span>{% endif %}"#,
    ext = "html"
)]
pub(super) struct Mark {
    lang: Lang,
    is_made_up: bool,
}

impl Mark {
    fn words(&self) -> &'static str {
        words::MADE_UP.get(self.lang)
    }
}

/// A stretch of a line.
#[derive(Template)]
#[template(path = "inline.html")]
pub(super) struct Runs<'a> {
    runs: &'a [Inline],
    lang: Lang,
}

impl Runs<'_> {
    fn inner<'b>(&self, runs: &'b [Inline]) -> Runs<'b> {
        Runs { runs, lang: self.lang }
    }

    /// Whether an address leads to the web or to a mailbox; `javascript:` and its like do not.
    fn is_web(&self, address: &str) -> bool {
        let address = address.trim().to_ascii_lowercase();
        ["https://", "http://", "mailto:"].iter().any(|scheme| address.starts_with(scheme))
    }

    fn footnote(&self) -> &'static str {
        words::FOOTNOTE.get(self.lang)
    }
}

// What a template has rendered is escaped already.
impl HtmlSafe for Blocks<'_> {}
impl HtmlSafe for TablePart<'_> {}
impl HtmlSafe for Runs<'_> {}
impl HtmlSafe for Mark {}
