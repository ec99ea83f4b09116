//! What a data file is written in, and reading it as UTF-8.

use std::io::{self, Read};

use encoding_rs::{CoderResult, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};

/// Encoding of a data file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// CP932 (Windows' Shift_JIS), as Japanese Excel saves CSV.
    Cp932,
    /// UTF-16, little end first, with a byte order mark.
    Utf16Le,
    /// UTF-16, big end first, with a byte order mark.
    Utf16Be,
}

impl Encoding {
    /// Finds out by reading all bytes: a byte order mark decides; without one the file is UTF-8
    /// if it is valid as such from the first byte to the last, and CP932 otherwise.
    ///
    /// # Errors
    /// Those of the reader.
    pub fn detect(mut reader: impl Read) -> io::Result<Encoding> {
        let mut buffer = vec![0; 64 * 1024];
        let mut pending = 0;
        let mut first = true;
        loop {
            let read = reader.read(&mut buffer[pending..])?;
            let filled = pending + read;
            if first && filled < 3 && read > 0 {
                pending = filled;
                continue;
            }
            if std::mem::take(&mut first) {
                match &buffer[..filled] {
                    [0xef, 0xbb, 0xbf, ..] => return Ok(Encoding::Utf8),
                    [0xff, 0xfe, ..] => return Ok(Encoding::Utf16Le),
                    [0xfe, 0xff, ..] => return Ok(Encoding::Utf16Be),
                    _ => {}
                }
            }
            pending = match std::str::from_utf8(&buffer[..filled]) {
                Ok(_) => 0,
                Err(error) if error.error_len().is_none() && read > 0 => filled - error.valid_up_to(),
                Err(_) => return Ok(Encoding::Cp932),
            };
            if read == 0 {
                return Ok(Encoding::Utf8);
            }
            buffer.copy_within(filled - pending..filled, 0);
        }
    }

    /// The bytes of a text, without a byte order mark.
    ///
    /// CP932 has one sign for a wave dash, a parallel and a long dash, where Unicode has two of each: both are written
    /// with it, as Windows does.
    ///
    /// # Errors
    /// The first character that the encoding does not have.
    pub fn encode(self, text: &str) -> Result<Vec<u8>, char> {
        let in_units = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect();
        match self {
            Encoding::Utf8 => Ok(text.as_bytes().to_vec()),
            Encoding::Utf16Le => Ok(in_units(u16::to_le_bytes)),
            Encoding::Utf16Be => Ok(in_units(u16::to_be_bytes)),
            Encoding::Cp932 => in_cp932(text),
        }
    }

    /// Name for people.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "UTF-8",
            Encoding::Cp932 => "CP932",
            Encoding::Utf16Le | Encoding::Utf16Be => "UTF-16",
        }
    }
}

fn in_cp932(text: &str) -> Result<Vec<u8>, char> {
    let twins = [('\u{301c}', "～"), ('\u{2016}', "∥"), ('\u{2014}', "―")];
    let text = twins.iter().fold(text.to_owned(), |text, (have, twin)| text.replace(*have, twin));
    let (bytes, _, is_lossy) = SHIFT_JIS.encode(&text);
    if !is_lossy {
        return Ok(bytes.into_owned());
    }
    let is_missing = |one: &char| SHIFT_JIS.encode(one.encode_utf8(&mut [0; 4])).2;
    Err(text.chars().find(is_missing).unwrap_or(char::REPLACEMENT_CHARACTER))
}

/// A reader that gives UTF-8 whatever the file is written in. Bytes that mean nothing become
/// U+FFFD, which the record reader reports by row and column.
pub struct Decoder<R> {
    inner: R,
    decoder: encoding_rs::Decoder,
    input: Vec<u8>,
    filled: usize,
    used: usize,
    is_finished: bool,
    spare: Vec<u8>,
}

impl<R: Read> Decoder<R> {
    /// Reads `inner` as `encoding`.
    pub fn new(inner: R, encoding: Encoding) -> Self {
        let decoder = match encoding {
            Encoding::Utf8 => UTF_8.new_decoder_with_bom_removal(),
            Encoding::Cp932 => SHIFT_JIS.new_decoder_without_bom_handling(),
            Encoding::Utf16Le => UTF_16LE.new_decoder_with_bom_removal(),
            Encoding::Utf16Be => UTF_16BE.new_decoder_with_bom_removal(),
        };
        Decoder {
            inner,
            decoder,
            input: vec![0; 64 * 1024],
            filled: 0,
            used: 0,
            is_finished: false,
            spare: Vec::new(),
        }
    }
}

impl<R: Read> Read for Decoder<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if !self.spare.is_empty() {
            let count = self.spare.len().min(out.len());
            out[..count].copy_from_slice(&self.spare[..count]);
            self.spare.drain(..count);
            return Ok(count);
        }
        if out.len() < 16 {
            // The decoder needs room for one character; what does not fit waits.
            let mut room = [0; 64];
            let count = self.decode(&mut room)?;
            self.spare.extend_from_slice(&room[..count]);
            return if count == 0 { Ok(0) } else { self.read(out) };
        }
        self.decode(out)
    }
}

impl<R: Read> Decoder<R> {
    fn decode(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.is_finished {
                return Ok(0);
            }
            let mut last = false;
            if self.used == self.filled {
                self.filled = self.inner.read(&mut self.input)?;
                self.used = 0;
                last = self.filled == 0;
            }
            let input = &self.input[self.used..self.filled];
            let (result, read, written, _) = self.decoder.decode_to_utf8(input, out, last);
            self.used += read;
            self.is_finished = last && result == CoderResult::InputEmpty;
            if written > 0 {
                return Ok(written);
            }
        }
    }
}
