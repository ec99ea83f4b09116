//! `monshin-pdf`: a print document on standard input becomes PDF files.

// The program alone reads its arguments and writes files (clippy.toml keeps the library from it).
#![allow(clippy::disallowed_methods)]

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use monshin_pdf::{Document, Fonts, Form, Layout, picture};

/// Typst takes and frees small pieces of memory all the time, from several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const HELP: &str = "\
monshin-pdf sets a print document of monshin (JSON on standard input) as PDF and PNG.

usage: monshin-pdf [--deck FILE] [--a4 FILE] [--figures DIR] [--font-dir DIR]… < document.json

  --deck FILE     slides, 16:9
  --a4 FILE       report on A4
  --figures DIR   every chart as PNG, twice its size
  --font-dir DIR  fonts besides BIZ UDPGothic; may be repeated
  --version       version, and the form of the document that is read

`monshin report` calls it by itself. Exit code 0 fine, 1 the document is at fault, 2 wrong usage,
3 the world failed. What fonts lack is told on standard error, one line each: `missing-glyphs`,
`missing-family`.
";

#[derive(Default)]
struct Arguments {
    deck: Option<PathBuf>,
    a4: Option<PathBuf>,
    figures: Option<PathBuf>,
    font_dirs: Vec<PathBuf>,
}

/// What went wrong, with the exit code.
struct Failure(u8, String);

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(code, words)) => {
            eprintln!("monshin-pdf: {words}");
            ExitCode::from(code)
        }
    }
}

fn run() -> Result<(), Failure> {
    let Some(arguments) = arguments()? else { return Ok(()) };
    let fonts = Fonts::load(&arguments.font_dirs).map_err(|words| Failure(3, words))?;
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|error| Failure(3, error.to_string()))?;
    let document = Document::read(&text, &fonts).map_err(|words| Failure(1, words))?;
    if !document.missing.is_empty() {
        eprintln!("missing-glyphs\t{}", document.missing.iter().collect::<String>());
    }
    for family in &document.missing_families {
        eprintln!("missing-family\t{family}");
    }
    write_pages(&document, &fonts, &arguments)?;
    match &arguments.figures {
        Some(folder) => write_figures(&document, &fonts, folder),
        None => Ok(()),
    }
}

/// One form after the other: Typst lays out the pages of one on all cores by itself. While the file of the deck is
/// written, on one core, the next form is laid out.
fn write_pages(document: &Document, fonts: &Fonts, arguments: &Arguments) -> Result<(), Failure> {
    let lay_out = |form: Form, path: &Option<PathBuf>| match path {
        Some(path) => lay_out(document, form, fonts, path).map(Some),
        None => Ok(None),
    };
    let deck = lay_out(Form::Deck, &arguments.deck)?;
    std::thread::scope(|threads| {
        let deck = threads.spawn(|| write_pdf(deck, &arguments.deck));
        let a4 = lay_out(Form::A4, &arguments.a4).and_then(|a4| write_pdf(a4, &arguments.a4));
        let deck = deck.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        deck.and(a4)
    })
}

fn lay_out(document: &Document, form: Form, fonts: &Fonts, path: &Path) -> Result<Layout, Failure> {
    let layout = Layout::set(document, form, fonts).map_err(|words| Failure(1, words))?;
    // What was remembered for the layout is not needed for its file, nor for the next form.
    monshin_pdf::forget();
    for words in layout.outside() {
        eprintln!("outside\t{}: {words}", path.display());
    }
    Ok(layout)
}

fn write_pdf(layout: Option<Layout>, path: &Option<PathBuf>) -> Result<(), Failure> {
    let (Some(layout), Some(path)) = (layout, path) else { return Ok(()) };
    let pdf = layout.pdf().map_err(|words| Failure(1, words))?;
    write(path, &pdf)
}

fn write_figures(document: &Document, fonts: &Fonts, folder: &PathBuf) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|error| Failure(3, format!("{}: {error}", folder.display())))?;
    for (name, svg) in document.pictures() {
        let png = picture(&svg, 2.0, fonts).map_err(|words| Failure(1, words))?;
        write(&folder.join(format!("{name}.png")), &png)?;
    }
    Ok(())
}

fn write(path: &PathBuf, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, bytes).map_err(|error| Failure(3, format!("{}: {error}", path.display())))
}

fn arguments() -> Result<Option<Arguments>, Failure> {
    let mut found = Arguments::default();
    let mut words = std::env::args_os().skip(1);
    while let Some(word) = words.next() {
        let word = word.to_string_lossy().into_owned();
        if word == "--help" || word == "-h" {
            print!("{HELP}");
            return Ok(None);
        }
        if word == "--version" {
            println!("monshin-pdf {} {}", env!("CARGO_PKG_VERSION"), monshin_pdf::FORMAT);
            return Ok(None);
        }
        if !["--deck", "--a4", "--figures", "--font-dir"].contains(&word.as_str()) {
            return Err(Failure(2, format!("what is `{word}`?\n\n{HELP}")));
        }
        let value =
            words.next().map(PathBuf::from).ok_or_else(|| Failure(2, format!("{word} needs a value")))?;
        match word.as_str() {
            "--deck" => found.deck = Some(value),
            "--a4" => found.a4 = Some(value),
            "--figures" => found.figures = Some(value),
            _ => found.font_dirs.push(value),
        }
    }
    if found.deck.is_none() && found.a4.is_none() && found.figures.is_none() {
        return Err(Failure(2, format!("nothing to write\n\n{HELP}")));
    }
    Ok(Some(found))
}
