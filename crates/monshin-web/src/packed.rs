//! Pages of which most is known before anybody asks: what is the same for everybody is packed once and as small as
//! can be, and what differs goes in between as it is.
//!
//! That costs a tenth of packing each page anew. And what a respondent typed never stands in one packing with
//! anything else, so that the length of a page tells nothing of it.

use std::collections::BTreeMap;

use flate2::{Compress, Compression, Crc, FlushCompress, Status};

/// The lines of one page as it is for nobody in particular.
#[derive(Debug, Default)]
pub struct Known {
    /// Runs of lines by the first of them, the longest first.
    runs: BTreeMap<Box<str>, Vec<Run>>,
}

/// Lines that follow one another, and what they become.
#[derive(Debug)]
struct Run {
    text: Box<str>,
    packed: Box<[u8]>,
}

/// Head of a gzip member (RFC 1952): deflate, no name, no time, an unknown system.
const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
/// An empty stored block that is the last.
const LAST: [u8; 5] = [1, 0, 0, 0xff, 0xff];
/// Most bytes of a stored block.
const STORED: usize = 65_535;

impl Known {
    /// Learns a page without a token and without answers. `differs` says of a line whether it may be another one for
    /// another respondent: what lies between two of them is packed as one, and so is every line by itself.
    pub fn learn(page: &str, differs: impl Fn(&str) -> bool) -> Known {
        let mut known = Known::default();
        let lines: Vec<&str> = page.split_inclusive('\n').collect();
        for between in lines.split(|line| line.contains(TOKEN)) {
            known.add(between);
            for between in between.split(|line| differs(line)) {
                known.add(between);
                between.iter().for_each(|line| known.add(&[line]));
            }
        }
        for runs in known.runs.values_mut() {
            runs.sort_by_key(|run| std::cmp::Reverse(run.text.len()));
        }
        known
    }

    fn add(&mut self, lines: &[&str]) {
        let Some(first) = lines.first() else { return };
        let text = lines.concat();
        let packed = packed(text.as_bytes());
        let runs = self.runs.entry((*first).into()).or_default();
        if packed.len() < text.len() && !runs.iter().any(|run| *run.text == *text) {
            runs.push(Run { text: text.into(), packed: packed.into() });
        }
    }

    /// The page as gzip. Any page: what is not known goes as it is.
    pub fn pack(&self, page: &str) -> Vec<u8> {
        let mut out = Vec::with_capacity(page.len() / 2 + 64);
        out.extend_from_slice(&HEAD);
        let (mut rest, mut unknown) = (page, 0);
        let mut behind = page;
        while !rest.is_empty() {
            let line = rest.split_inclusive('\n').next().unwrap_or(rest);
            let runs = self.runs.get(line).map_or(&[][..], Vec::as_slice);
            match runs.iter().find(|run| rest.starts_with(&*run.text)) {
                Some(run) => {
                    store(&behind.as_bytes()[..unknown], &mut out);
                    out.extend_from_slice(&run.packed);
                    rest = &rest[run.text.len()..];
                    (behind, unknown) = (rest, 0);
                }
                None => {
                    rest = &rest[line.len()..];
                    unknown += line.len();
                }
            }
        }
        store(&behind.as_bytes()[..unknown], &mut out);
        out.extend_from_slice(&LAST);
        let mut check = Crc::new();
        check.update(page.as_bytes());
        out.extend_from_slice(&check.sum().to_le_bytes());
        out.extend_from_slice(&check.amount().to_le_bytes());
        out
    }
}

/// What a line has in it that is another one each time.
const TOKEN: &str = "name=\"token\"";

/// Whole blocks of deflate that end at a byte and refer to nothing before them.
fn packed(text: &[u8]) -> Vec<u8> {
    let mut packer = Compress::new(Compression::best(), false);
    let mut out = Vec::with_capacity(text.len() + 64);
    loop {
        let taken = packer.total_in() as usize;
        let status = packer.compress_vec(&text[taken..], &mut out, FlushCompress::Full);
        let is_done = packer.total_in() as usize == text.len() && out.len() < out.capacity();
        if status.expect("packing does not fail") != Status::Ok || is_done {
            return out;
        }
        out.reserve(out.capacity());
    }
}

/// Blocks of bytes as they are.
fn store(bytes: &[u8], out: &mut Vec<u8>) {
    for part in bytes.chunks(STORED) {
        let length = part.len() as u16;
        out.push(0);
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    const PAGE: &str = "<h1>問診</h1>\n<p>a long line that says the same, the same, the same, the same</p>\n\
        <input name=\"token\" value=\"\">\n<div class=\"q\">\n<label>はい、はい、はい、はい、はい、はい</label>\n\
        <label>いいえ、いいえ、いいえ、いいえ、いいえ</label>\n<div class=\"q\">\n<p>the end of all of it</p>";

    fn known() -> Known {
        Known::learn(PAGE, |line| line.starts_with("<div"))
    }

    fn unpacked(bytes: &[u8]) -> String {
        let mut text = String::new();
        let mut reader = flate2::read::GzDecoder::new(bytes);
        reader.read_to_string(&mut text).expect("gzip, with its check right");
        assert!(reader.into_inner().is_empty(), "nothing comes behind it");
        text
    }

    #[test]
    fn whatever_a_page_says_comes_out_as_it_went_in() {
        let long = "あ".repeat(STORED);
        for page in [
            "",
            "x",
            PAGE,
            &PAGE.replace("value=\"\"", "value=\"0f\""),
            &PAGE.replace("<div class=\"q\">", "<div class=\"q open\">"),
            &PAGE.replace("いいえ、", "checked"),
            &PAGE.repeat(3),
            &PAGE[..PAGE.len() - 4],
            &format!("{PAGE}{long}\n{PAGE}"),
        ] {
            assert_eq!(unpacked(&known().pack(page)), page);
            assert_eq!(unpacked(&Known::default().pack(page)), page);
        }
    }

    #[test]
    fn what_is_known_is_packed_and_what_is_not_stands_as_it_is() {
        let page = PAGE.replace("value=\"\"", "value=\"typed by somebody\"");
        let packed = known().pack(&page);
        assert!(packed.len() < page.len(), "{} of {}", packed.len(), page.len());
        let holds = |part: &str| packed.windows(part.len()).any(|window| window == part.as_bytes());
        assert!(holds("typed by somebody") && !holds("the same, the same"));
    }

    #[test]
    fn two_answers_of_one_length_make_pages_of_one_length() {
        let known = known();
        let length =
            |typed: &str| known.pack(&PAGE.replace("value=\"\"", &format!("value=\"{typed}\""))).len();
        assert_eq!(length("the same, the same"), length("qwertyuiopasdfghjk"));
    }
}
