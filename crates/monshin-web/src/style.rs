//! The one style sheet of a survey: the plain rules, and its routing.

use std::io::Write;

use monshin_instrument::Questionnaire;
use monshin_instrument::screen::routing_css;
use sha2::{Digest, Sha256};

const BASE: &str = include_str!("../assets/base.css");
const CONSOLE: &str = include_str!("../assets/console.css");

/// A style sheet, and a name that changes with it.
#[derive(Clone, Debug)]
pub struct Sheet {
    pub css: String,
    pub name: String,
}

/// The one of the console.
pub fn console() -> Sheet {
    let css = format!("{BASE}{CONSOLE}");
    Sheet { name: name_of(&css), css }
}

/// Packed once, as small as it gets.
pub fn pack(css: &str) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(css.as_bytes()).and_then(|()| packer.finish()).expect("memory takes it")
}

/// How far back repetitions are looked for: choices repeat themselves from line to line.
const WINDOW_BITS: u8 = 12;

/// A page that differs for everybody, so that it is packed anew each time: quickly rather than as small as can be.
pub fn pack_page(page: &str) -> Vec<u8> {
    let mut packer = flate2::Compress::new_gzip(flate2::Compression::fast(), WINDOW_BITS);
    let mut packed = Vec::with_capacity(page.len() / 2 + 1_024);
    loop {
        let taken = packer.total_in() as usize;
        let status =
            packer.compress_vec(&page.as_bytes()[taken..], &mut packed, flate2::FlushCompress::Finish);
        if status.expect("packing does not fail") == flate2::Status::StreamEnd {
            return packed;
        }
        packed.reserve(packed.capacity());
    }
}

/// The sheet, and a name that changes with it, so that browsers may keep it for good.
pub fn sheet(form: &Questionnaire) -> (String, String) {
    let routing = routing_css(form);
    let css = format!("{BASE}@supports selector(:has(*)){{\n.cond.open{{display:none}}\n{routing}}}\n");
    let name = name_of(&css);
    (css, name)
}

fn name_of(css: &str) -> String {
    Sha256::digest(css)[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}
