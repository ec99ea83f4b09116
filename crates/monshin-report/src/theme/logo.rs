//! The logo: an SVG or PNG picture, told apart by what it begins with.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use monshin_diag::{Diagnostic, Place, Source, Span, words};
use serde_json::{Value, json};

/// A picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Logo {
    /// Drawn.
    Svg(String),
    /// In pixels.
    Png(Vec<u8>),
}

/// A picture as a page carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture<'a> {
    /// A `data:` address.
    pub address: String,
    /// It in words; empty where it is decoration.
    pub alternative: &'a str,
}

/// Larger pictures make every report large.
const MOST_BYTES: usize = 2_000_000;

impl Logo {
    /// The picture of a file, or what is wrong with it.
    pub(super) fn read(
        source: &Source,
        span: Span,
        name: &str,
        bytes: Option<Vec<u8>>,
    ) -> Result<Logo, Box<Diagnostic>> {
        let place = || Place::text(source, span);
        let Some(bytes) = bytes else {
            return Err(Box::new(
                Diagnostic::error(
                    "P005",
                    place(),
                    words!("ロゴのファイル「{name}」がありません"; "there is no logo file `{name}`"),
                )
                .help(words!(
                    "調査のフォルダの中の SVG か PNG のファイル名を書いてください";
                    "name an SVG or PNG file inside the survey folder"
                )),
            ));
        };
        if bytes.len() > MOST_BYTES {
            let size = bytes.len() / 1000;
            return Err(Box::new(Diagnostic::error(
                "P006",
                place(),
                words!("ロゴのファイルが大きすぎます（{size} kB）"; "the logo file is too large ({size} kB)"),
            )
            .help(words!("2 MB までにしてください"; "keep it below 2 MB"))));
        }
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            return Ok(Logo::Png(bytes));
        }
        match String::from_utf8(bytes) {
            Ok(text) if is_svg(&text) => Ok(Logo::Svg(text)),
            _ => Err(Box::new(Diagnostic::error(
                "P006",
                place(),
                words!("ロゴのファイルが SVG でも PNG でもありません"; "the logo file is neither SVG nor PNG"),
            )
            .help(words!("SVG か PNG で保存し直してください"; "save it again as SVG or PNG")))),
        }
    }

    pub(super) fn address(&self) -> String {
        let (kind, bytes) = match self {
            Logo::Svg(text) => ("svg+xml", text.as_bytes()),
            Logo::Png(bytes) => ("png", &bytes[..]),
        };
        format!("data:image/{kind};base64,{}", STANDARD.encode(bytes))
    }

    pub(super) fn json(&self, words: Option<&String>) -> Value {
        match self {
            Logo::Svg(text) => json!({ "format": "svg", "data": text, "alternative": words }),
            Logo::Png(bytes) => json!({ "format": "png", "data": bytes, "alternative": words }),
        }
    }
}

/// Whether the first element is `<svg`.
fn is_svg(text: &str) -> bool {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = match rest {
            _ if rest.starts_with("<?") => "?>",
            _ if rest.starts_with("<!--") => "-->",
            _ if rest.starts_with("<!") => ">",
            _ => return rest.starts_with("<svg") || rest.starts_with("<svg:svg"),
        };
        match rest.split_once(end) {
            Some((_, after)) => rest = after.trim_start(),
            None => return false,
        }
    }
}
