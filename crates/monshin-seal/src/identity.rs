//! The analyst's key pair, as text.

use std::fmt;

use curve25519_dalek::MontgomeryPoint;
use hpke::kem::X25519HkdfSha256 as Dh;
use hpke::rand_core::CryptoRng;
use hpke::{Deserializable, Kem, Serializable};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

const PUBLIC: &str = "monshin-key-";
const PRIVATE: &str = "MONSHIN-IDENTITY-";

/// A public key that answers are sealed to: `monshin-key-` with 72 hexadecimal digits, the last eight
/// of which check the others.
#[derive(Clone, PartialEq, Eq)]
pub struct Recipient(pub(crate) [u8; 32]);

/// The private key that opens them. Its `Debug` output says nothing; it is wiped when dropped.
#[derive(Clone)]
pub struct Identity(pub(crate) Zeroizing<[u8; 32]>);

/// A text that is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnreadableKey {
    /// It does not begin as a key does.
    NotAKey,
    /// It is an identity where a public key is wanted.
    Private,
    /// It is a public key where an identity is wanted.
    Public,
    /// A digit is missing or wrong.
    Damaged,
}

impl fmt::Display for UnreadableKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            UnreadableKey::NotAKey => "not a key",
            UnreadableKey::Private => "a private key where a public one belongs",
            UnreadableKey::Public => "a public key where a private one belongs",
            UnreadableKey::Damaged => "a digit of the key is missing or wrong",
        })
    }
}

impl std::error::Error for UnreadableKey {}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(…)")
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recipient({})", self.to_text())
    }
}

impl Recipient {
    /// Reads a public key.
    ///
    /// # Errors
    /// [`UnreadableKey`].
    pub fn parse(text: &str) -> Result<Recipient, UnreadableKey> {
        if text.trim().starts_with(PRIVATE) {
            return Err(UnreadableKey::Private);
        }
        let bytes = checked(text, PUBLIC)?;
        <Dh as Kem>::PublicKey::from_bytes(&*bytes).map_err(|_| UnreadableKey::Damaged)?;
        // A point of small order: with it every secret would be zero, and sealing refuses it.
        if MontgomeryPoint(*bytes).mul_clamped([0; 32]).0 == [0; 32] {
            return Err(UnreadableKey::Damaged);
        }
        Ok(Recipient(*bytes))
    }

    /// The text.
    pub fn to_text(&self) -> String {
        written(&self.0, PUBLIC).to_string()
    }

    /// The first eight bytes of its SHA-256, by which an envelope names it.
    pub(crate) fn tag(&self) -> [u8; 8] {
        Sha256::digest(self.0)[..8].try_into().expect("eight of 32 bytes")
    }
}

impl Identity {
    /// A random identity.
    pub fn draw(rng: &mut impl CryptoRng) -> Identity {
        let (private, _) = Dh::gen_keypair_with_rng(rng);
        Identity(Zeroizing::new(private.to_bytes().into()))
    }

    /// Reads the text of [`Identity::to_text`]; lines that begin with `#` are passed over.
    ///
    /// # Errors
    /// [`UnreadableKey`].
    pub fn parse(text: &str) -> Result<Identity, UnreadableKey> {
        let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
        let line = line.ok_or(UnreadableKey::NotAKey)?;
        if line.starts_with(PUBLIC) {
            return Err(UnreadableKey::Public);
        }
        let bytes = checked(line, PRIVATE)?;
        <Dh as Kem>::PrivateKey::from_bytes(&*bytes).map_err(|_| UnreadableKey::Damaged)?;
        Ok(Identity(bytes))
    }

    /// The text of an identity file.
    pub fn to_text(&self) -> Zeroizing<String> {
        written(&self.0, PRIVATE)
    }

    /// The public key.
    pub fn recipient(&self) -> Recipient {
        Recipient(Dh::sk_to_pk(&self.private()).to_bytes().into())
    }

    pub(crate) fn private(&self) -> <Dh as Kem>::PrivateKey {
        <Dh as Kem>::PrivateKey::from_bytes(&*self.0).expect("32 bytes are an X25519 key")
    }
}

fn written(bytes: &[u8; 32], prefix: &str) -> Zeroizing<String> {
    let check = &Sha256::digest(bytes)[28..];
    let digits = Zeroizing::new(to_hex(bytes));
    Zeroizing::new([prefix, &digits, &to_hex(check)].concat())
}

fn checked(text: &str, prefix: &str) -> Result<Zeroizing<[u8; 32]>, UnreadableKey> {
    let digits = text.trim().strip_prefix(prefix).ok_or(UnreadableKey::NotAKey)?;
    let bytes = Zeroizing::new(from_hex(digits).ok_or(UnreadableKey::Damaged)?);
    let (key, check) = bytes.split_first_chunk::<32>().ok_or(UnreadableKey::Damaged)?;
    if check != &Sha256::digest(key)[28..] {
        return Err(UnreadableKey::Damaged);
    }
    Ok(Zeroizing::new(*key))
}

pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let pair = |pair: &[u8]| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    };
    text.as_bytes().chunks(2).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_nothing_can_be_sealed_to_is_none() {
        // Points of order 1, 2, 4 and 8 (https://cr.yp.to/ecdh.html#validate).
        let one = [[1].as_slice(), &[0; 31]].concat();
        let minus_one = [[0xec].as_slice(), &[0xff; 30], &[0x7f]].concat();
        let eight =
            from_hex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800").expect("digits");
        for point in [vec![0; 32], one, minus_one, eight] {
            let bytes: [u8; 32] = point.try_into().expect("32 bytes");
            assert_eq!(Recipient::parse(&written(&bytes, PUBLIC)), Err(UnreadableKey::Damaged), "{bytes:?}");
        }
    }
}
