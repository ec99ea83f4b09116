//! The fonts: BIZ UDPGothic in the program, others from folders that the user names.

use std::collections::BTreeSet;
use std::path::Path;

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

/// The family that is always there.
pub const FAMILY: &str = "BIZ UDPGothic";

const REGULAR: &[u8] = include_bytes!("../fonts/BIZUDPGothic-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../fonts/BIZUDPGothic-Bold.ttf");

/// Stands for a character that no font has: 〓, as in print.
pub const MISSING: char = '〓';

/// Fonts, and what they can show.
pub struct Fonts {
    fonts: Vec<Font>,
    book: LazyHash<FontBook>,
}

impl Fonts {
    /// The built-in fonts and those of some folders, in the order of their names.
    ///
    /// # Errors
    /// In words, when a folder cannot be read or has no font.
    pub fn load<P: AsRef<Path>>(folders: &[P]) -> Result<Fonts, String> {
        let built_in = [REGULAR, BOLD].map(|bytes| Font::new(Bytes::new(bytes), 0));
        let mut fonts: Vec<Font> = built_in.into_iter().flatten().collect();
        for folder in folders {
            let found = of_folder(folder.as_ref())?;
            if found.is_empty() {
                return Err(format!("{}: no .ttf, .otf, .ttc or .otc", folder.as_ref().display()));
            }
            fonts.extend(found);
        }
        let book = LazyHash::new(FontBook::from_fonts(&fonts));
        Ok(Fonts { fonts, book })
    }

    /// What Typst chooses from.
    pub fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    /// A font of the book.
    pub fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    /// Whether a family is there.
    pub fn has_family(&self, family: &str) -> bool {
        self.book.contains_family(&family.to_lowercase())
    }

    /// Whether some font shows a character.
    pub fn has(&self, c: char) -> bool {
        c.is_whitespace()
            || c.is_control()
            || self.fonts.iter().any(|font| font.info().coverage.contains(c as u32))
    }

    /// The characters of a text that no font shows.
    pub fn missing(&self, text: &str) -> BTreeSet<char> {
        text.chars().collect::<BTreeSet<char>>().into_iter().filter(|c| !self.has(*c)).collect()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the user names folders of fonts, which are read as Typst asks for them"
)]
fn of_folder(folder: &Path) -> Result<Vec<Font>, String> {
    let say = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(say)? {
        let path = entry.map_err(say)?.path();
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        if ending.is_some_and(|ending| ["ttf", "otf", "ttc", "otc"].contains(&ending.as_str())) {
            paths.push(path);
        }
    }
    paths.sort();
    let mut fonts = Vec::new();
    for path in paths {
        let bytes = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        fonts.extend(Font::iter(Bytes::new(bytes)));
    }
    Ok(fonts)
}
