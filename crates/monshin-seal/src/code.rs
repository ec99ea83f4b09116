//! What a respondent types, or follows as a link.

use std::fmt;

use hpke::rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::check::{self, CHECKS, Verdict};
use crate::secret::derive;
use crate::{CannotOpen, CaseKey, Key, ServerSecret};

/// How a code reaches the respondent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CodeKind {
    /// Typed from a letter: 80 random bits, 18 signs in three groups of six.
    Short,
    /// In a link or QR code: 130 random bits, 28 signs.
    Link,
}

impl CodeKind {
    fn random_signs(self) -> usize {
        match self {
            CodeKind::Short => 16,
            CodeKind::Link => 26,
        }
    }

    /// How many signs such a code has, check signs included.
    pub fn signs(self) -> usize {
        self.random_signs() + CHECKS
    }
}

/// A respondent's code. Its `Debug` output says nothing; it is wiped when dropped.
#[derive(Clone)]
pub struct Code {
    kind: CodeKind,
    signs: Zeroizing<Vec<u8>>,
}

/// What a database keeps of a code: HMAC-SHA256 under the server's secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CodeHash(pub [u8; 32]);

/// Why what was typed is no code. None of this needs a look into a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistyped {
    /// Nothing was typed.
    Empty,
    /// A sign that no code has.
    Sign(char),
    /// Another number of signs than any code has.
    Length(usize),
    /// The check signs do not agree; the sign that is likely wrong (from 1), if it is one.
    Checks {
        /// Its place, from 1.
        likely: Option<usize>,
    },
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

impl Code {
    /// A random code.
    pub fn draw(kind: CodeKind, rng: &mut impl CryptoRng) -> Code {
        let mut data = Zeroizing::new(vec![0_u8; kind.random_signs()]);
        rng.fill_bytes(&mut data);
        data.iter_mut().for_each(|sign| *sign &= 31);
        Code { kind, signs: Zeroizing::new(check::complete(&data)) }
    }

    /// Reads what was typed: any case, blanks and hyphens anywhere, full width, O for 0, I and L for 1.
    ///
    /// # Errors
    /// [`Mistyped`], found by the check signs alone.
    pub fn parse(text: &str) -> Result<Code, Mistyped> {
        let is_gap = |c: &char| c.is_whitespace() || "-‐‑–—−－ー_.".contains(*c);
        let mut signs = Zeroizing::new(Vec::with_capacity(CodeKind::Link.signs()));
        for sign in text.chars().filter(|c| !is_gap(c)).take(100) {
            signs.push(check::value(sign).ok_or(Mistyped::Sign(sign))?);
        }
        let kind = [CodeKind::Short, CodeKind::Link].into_iter().find(|kind| kind.signs() == signs.len());
        let kind = match (kind, signs.len()) {
            (Some(kind), _) => kind,
            (None, 0) => return Err(Mistyped::Empty),
            (None, length) => return Err(Mistyped::Length(length)),
        };
        match check::verify(&signs) {
            Verdict::Right => Ok(Code { kind, signs }),
            Verdict::Wrong { likely } => Err(Mistyped::Checks { likely: likely.map(|at| at + 1) }),
        }
    }

    /// Whether it is typed or followed.
    pub fn kind(&self) -> CodeKind {
        self.kind
    }

    /// As it is printed: groups of six with hyphens when typed, in one piece in a link.
    pub fn to_text(&self) -> Zeroizing<String> {
        let group = if self.kind == CodeKind::Short { 6 } else { usize::MAX };
        let mut text = Zeroizing::new(String::with_capacity(32));
        for (at, value) in self.signs.iter().enumerate() {
            if at > 0 && at % group == 0 {
                text.push('-');
            }
            text.push(check::sign(*value));
        }
        text
    }

    /// The keyed hash by which a database finds the case.
    pub fn hash(&self, secret: &ServerSecret) -> CodeHash {
        CodeHash(secret.hash("code", &self.signs))
    }

    /// Locks the key of a case with this code.
    pub fn lock(&self, key: &CaseKey, rng: &mut impl CryptoRng) -> Vec<u8> {
        self.key().encrypt(b"case key", key.0.as_bytes(), rng)
    }

    /// Gives the key of a case back.
    ///
    /// # Errors
    /// [`CannotOpen`] where it was locked with another code.
    pub fn unlock(&self, locked: &[u8]) -> Result<CaseKey, CannotOpen> {
        let bytes = self.key().decrypt(b"case key", locked)?;
        let bytes: &[u8; 32] = bytes.as_slice().try_into().map_err(|_| CannotOpen)?;
        Ok(CaseKey(Key::from_bytes(bytes)))
    }

    fn key(&self) -> Key {
        derive(&self.signs, "case key")
    }
}
