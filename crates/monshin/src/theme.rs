//! `theme.toml` and the logo that it names.

use anyhow::{Context, Result};
use monshin_diag::{Diagnostics, Source};
use monshin_report::theme::Theme;

use crate::folder::{Folder, read_text};

const FILE: &str = "theme.toml";

/// The folder's theme with its findings; the house's own look where there is no such file.
pub fn read(folder: &mut Folder) -> Result<(Theme, Diagnostics)> {
    let path = folder.dir.join(FILE);
    if !path.is_file() {
        return Ok((Theme::default(), Diagnostics::new()));
    }
    let text = match read_text(&path)? {
        Ok(text) => text,
        Err(found) => {
            let mut all = Diagnostics::new();
            all.push(found);
            return Ok((Theme::default(), all));
        }
    };
    let source = Source::new(FILE, &text);
    folder.sources.add(source.clone());
    let (mut theme, mut found) = Theme::parse(&source);
    if let Some((name, _)) = &theme.logo_file {
        let path = folder.dir.join(name);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound || path.is_dir() => None,
            Err(error) => return Err(error).with_context(|| path.display().to_string()),
        };
        found.extend(theme.take_logo(&source, bytes));
    }
    Ok((theme, found))
}
