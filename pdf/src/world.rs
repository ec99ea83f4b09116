//! What Typst may see: our templates, one print document, the fonts. No file, no clock, no network.

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

use crate::fonts::Fonts;

const COMMON: &str = include_str!("../templates/common.typ");
const BLOCKS: &str = include_str!("../templates/blocks.typ");
const TABLES: &str = include_str!("../templates/tables.typ");

/// One form of one report.
pub struct Report<'a> {
    library: LazyHash<Library>,
    fonts: &'a Fonts,
    main: Source,
    parts: Vec<Source>,
    document: (FileId, Bytes),
}

impl<'a> Report<'a> {
    /// A template over a print document.
    pub fn new(template: &str, document: Bytes, fonts: &'a Fonts) -> Report<'a> {
        let parts = [("common.typ", COMMON), ("blocks.typ", BLOCKS), ("tables.typ", TABLES)];
        let source = |name: &str, text: &str| Source::new(id(name), text.to_owned());
        Report {
            library: LazyHash::new(Library::default()),
            fonts,
            main: source("main.typ", template),
            parts: parts.iter().map(|(name, text)| source(name, text)).collect(),
            document: (id("document.json"), document),
        }
    }
}

fn id(name: &str) -> FileId {
    let path = VirtualPath::new(name).expect("our own names are paths");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

impl World for Report<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.fonts.book()
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let mut all = std::iter::once(&self.main).chain(&self.parts);
        all.find(|source| source.id() == id).cloned().ok_or_else(|| missing(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.document.0 { Ok(self.document.1.clone()) } else { Err(missing(id)) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.font(index)
    }

    /// A report knows no today: the same input gives the same bytes.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn missing(id: FileId) -> FileError {
    FileError::NotFound(id.vpath().get_without_slash().into())
}
