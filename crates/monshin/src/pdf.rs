//! The typesetter: `monshin-pdf`, a program of its own, since Typst is ten times of everything else.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, anyhow};
use monshin_diag::Lang;
use tempfile::TempDir;

use crate::args::Typesetting;
use crate::output::pick;

/// The files of a report, by the names they have in its folder.
pub const FILES: [&str; 2] = ["report.pdf", "report-a4.pdf"];

const PROGRAM: &str = "monshin-pdf";

/// What a print document becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outputs {
    /// A deck and a report on A4, by the names of [`FILES`].
    Pages,
    /// A PNG of each picture, by its name.
    Pictures,
}

/// A typesetter that is there.
#[derive(Clone, Debug)]
pub struct Typesetter {
    program: PathBuf,
    font_dirs: Vec<PathBuf>,
}

/// A typesetter at work; it reads while other files are made.
pub struct AtWork {
    program: PathBuf,
    child: Child,
    folder: TempDir,
    feeder: std::thread::JoinHandle<std::io::Result<()>>,
}

/// What came of it.
pub struct Typeset {
    /// The files by their names.
    pub files: BTreeMap<String, Vec<u8>>,
    /// What fonts lack, in words.
    pub warnings: Vec<String>,
}

impl Typesetter {
    /// The typesetter that is wanted; `None` where there is none on this machine, or none is wanted.
    pub fn find(it: &Typesetting) -> Option<Typesetter> {
        let program = if it.no_pdf { None } else { find(it.pdf_renderer.as_deref()) };
        program.map(|program| Typesetter { program, font_dirs: it.font_dir.clone() })
    }

    /// Its version, and whether it has fonts besides its own: the same of both gives the same bytes.
    pub fn version(&self) -> Result<String> {
        let shown = || self.program.display().to_string();
        let said = Command::new(&self.program).arg("--version").output().with_context(shown)?;
        let mut version = String::from_utf8_lossy(&said.stdout).trim().to_owned();
        if !self.font_dirs.is_empty() {
            version.push_str(" + fonts");
        }
        Ok(version)
    }

    /// Starts it on a print document.
    pub fn start(&self, outputs: Outputs, document: String) -> Result<AtWork> {
        let folder = tempfile::tempdir()?;
        let mut command = Command::new(&self.program);
        match outputs {
            Outputs::Pages => {
                command.arg("--deck").arg(folder.path().join(FILES[0]));
                command.arg("--a4").arg(folder.path().join(FILES[1]));
            }
            Outputs::Pictures => drop(command.arg("--figures").arg(folder.path())),
        }
        for dir in &self.font_dirs {
            command.arg("--font-dir").arg(dir);
        }
        // Its allocator would take memory ahead of need: a fifth more than the pages use.
        command.env("MIMALLOC_ARENA_EAGER_COMMIT", "0");
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().with_context(|| self.program.display().to_string())?;
        let mut stdin = child.stdin.take().expect("just piped");
        let feeder = std::thread::spawn(move || stdin.write_all(document.as_bytes()));
        Ok(AtWork { program: self.program.clone(), child, folder, feeder })
    }
}

impl AtWork {
    /// Waits for the files.
    ///
    /// # Errors
    /// When the typesetter fails.
    pub fn finish(self, lang: Lang) -> Result<Typeset> {
        let done = self.child.wait_with_output()?;
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        if !done.status.success() {
            return Err(anyhow!("{}: {}", self.program.display(), said.trim()));
        }
        self.feeder.join().map_err(|_| anyhow!("{}", self.program.display()))??;
        let mut files = BTreeMap::new();
        for entry in std::fs::read_dir(self.folder.path())? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.insert(name, std::fs::read(&path).with_context(|| path.display().to_string())?);
        }
        Ok(Typeset { files, warnings: said.lines().map(|line| in_words(line, lang)).collect() })
    }
}

/// The typesetter that is named, beside us, or on the search path.
fn find(named: Option<&Path>) -> Option<PathBuf> {
    if let Some(named) = named {
        return Some(named.to_owned());
    }
    if let Some(named) = std::env::var_os("MONSHIN_PDF").filter(|name| !name.is_empty()) {
        return Some(named.into());
    }
    let file = format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX);
    let beside = std::env::current_exe().ok().and_then(|me| me.parent().map(|dir| dir.join(&file)));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).filter(|dir| dir.is_absolute()).map(|dir| dir.join(&file));
    beside.into_iter().chain(on_path).find(|candidate| candidate.is_file())
}

/// How to get PDF and PNG into a release, in a line.
pub fn how_to_get_pictures(lang: Lang) -> String {
    pick(
        lang,
        format!("PDFとPNGは入っていません（{PROGRAM} がありません: cargo install --path pdf で入ります）\n"),
        format!(
            "no PDF and no PNG are in it (there is no {PROGRAM}: `cargo install --path pdf` installs it)\n"
        ),
    )
}

/// How to get the PDF, in a line.
pub fn how_to_get_it(out: &Path, files: &[&str], lang: Lang) -> String {
    let old = files.iter().any(|name| out.join(name).exists());
    let stale = match (old, lang) {
        (false, _) => "",
        (true, Lang::Ja) => "。前回のPDFが残っていますが、今回の報告書のものではありません",
        (true, Lang::En) => "; the PDF that is there belongs to an earlier report",
    };
    pick(
        lang,
        format!(
            "PDFは書きませんでした（{PROGRAM} がありません: cargo install --path pdf で入ります）{stale}\n"
        ),
        format!(
            "no PDF was written (there is no {PROGRAM}: `cargo install --path pdf` installs it){stale}\n"
        ),
    )
}

/// A line of the typesetter in words.
fn in_words(line: &str, lang: Lang) -> String {
    match line.split_once('\t') {
        Some(("missing-glyphs", list)) => pick(
            lang,
            format!(
                "注意: 次の文字はフォントにないため、PDFでは〓になります: {list}（--font-dir でフォントを足せます）"
            ),
            format!(
                "warning: no font has these characters, the PDF prints 〓: {list} (--font-dir adds fonts)"
            ),
        ),
        Some(("missing-family", family)) => pick(
            lang,
            format!(
                "注意: theme.toml のフォント「{family}」がありません（--font-dir でフォルダを指定します）"
            ),
            format!("warning: the font `{family}` of theme.toml is not there (--font-dir names its folder)"),
        ),
        Some(("outside", place)) => pick(
            lang,
            format!("注意: PDFのページからはみ出した文字があります: {place}"),
            format!("warning: words leave their page in the PDF: {place}"),
        ),
        _ => line.to_owned(),
    }
}
