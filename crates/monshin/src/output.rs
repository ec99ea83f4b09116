//! What goes out: findings, files written whole or not at all, exit codes.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use monshin_diag::{Diagnostic, Diagnostics, Lang, Severity, Sources, render_text, tally};

/// How a command ended, other than by the world failing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All is well.
    Fine,
    /// The input is at fault; findings say where.
    AtFault,
}

impl From<Verdict> for ExitCode {
    fn from(verdict: Verdict) -> ExitCode {
        match verdict {
            Verdict::Fine => ExitCode::SUCCESS,
            Verdict::AtFault => ExitCode::from(1),
        }
    }
}

/// Most findings that are printed one by one.
const MOST_FINDINGS: usize = 200;

/// Prints findings on standard error, and how many of each weight there are.
pub fn print_findings(found: &[Diagnostic], sources: &Sources, lang: Lang) {
    let color = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let shown = &found[..found.len().min(MOST_FINDINGS)];
    let mut text = render_text(shown, sources, lang, color);
    if found.len() > shown.len() {
        let more = found.len() - shown.len();
        text.push_str(&pick(lang, format!("ほかに {more} 件\n"), format!("and {more} more\n")));
    }
    if !found.is_empty() {
        text.push_str(&tally(found, lang));
        text.push('\n');
    }
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// The errors in full; of the rest only how many there are, since `check` tells them.
pub fn print_refusals(found: &Diagnostics, sources: &Sources, lang: Lang) {
    let (errors, rest): (Vec<Diagnostic>, Vec<Diagnostic>) =
        found.iter().cloned().partition(|one| one.severity == Severity::Error);
    print_findings(&errors, sources, lang);
    if errors.is_empty() && !rest.is_empty() {
        let count = rest.len();
        eprintln!(
            "{}",
            pick(
                lang,
                format!("注意と助言が {count} 件あります（monshin check で表示）"),
                format!("{count} warnings and pieces of advice (monshin check shows them)"),
            )
        );
    }
}

/// Says that a file or folder is there already and stays as it is.
pub fn leave_alone(path: &Path, lang: Lang) -> Verdict {
    let path = path.display();
    eprintln!(
        "{}",
        pick(
            lang,
            format!("「{path}」はすでにあります。上書きしません"),
            format!("`{path}` exists and is not overwritten")
        )
    );
    Verdict::AtFault
}

/// One of two sentences.
pub fn pick(lang: Lang, ja: String, en: String) -> String {
    match lang {
        Lang::Ja => ja,
        Lang::En => en,
    }
}

/// Prints text on standard output.
pub fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

/// Whether the reader of our output went away, which is no failure.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let is_pipe = |error: &std::io::Error| error.kind() == std::io::ErrorKind::BrokenPipe;
    error.chain().any(|cause| cause.downcast_ref::<std::io::Error>().is_some_and(is_pipe))
}

/// Writes several files of one folder: all of them are complete before the first good file is
/// replaced, and each is replaced in one step.
pub fn write_all(folder: &Path, files: &[(&str, Vec<u8>)]) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let mut ready = Vec::new();
    for (name, bytes) in files {
        let mut file = temporary(folder).with_context(|| folder.display().to_string())?;
        file.write_all(bytes)
            .and_then(|()| file.as_file().sync_all())
            .with_context(|| folder.join(name).display().to_string())?;
        ready.push((folder.join(name), file));
    }
    for (path, file) in ready {
        file.persist(&path).with_context(|| path.display().to_string())?;
    }
    sync_folder(folder)
}

/// Makes the names in a folder last: until then a power cut may bring back what they named before. A file system that
/// has no such order keeps its own.
pub fn sync_folder(folder: &Path) -> Result<()> {
    #[cfg(unix)]
    if let Err(error) = std::fs::File::open(folder).and_then(|folder| folder.sync_all()) {
        use std::io::ErrorKind::{InvalidInput, Unsupported};
        if !matches!(error.kind(), InvalidInput | Unsupported) {
            return Err(error).with_context(|| folder.display().to_string());
        }
    }
    Ok(())
}

/// The folder that a file is in.
pub fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A temporary file that others may read once it has its name.
pub fn temporary(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    builder.tempfile_in(folder)
}
