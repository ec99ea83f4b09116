//! One cipher for everything with a key: XChaCha20-Poly1305 with a random nonce, padded.

use std::fmt;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hpke::rand_core::CryptoRng;
use zeroize::Zeroizing;

/// A key of 256 bits. Its `Debug` output says nothing; it is wiped when dropped.
#[derive(Clone)]
pub struct Key(Zeroizing<[u8; 32]>);

/// What was sealed cannot be opened: another key, another purpose, or changed bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CannotOpen;

impl fmt::Display for CannotOpen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cannot be opened with this key")
    }
}

impl std::error::Error for CannotOpen {}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

const NONCE: usize = 24;

impl Key {
    /// A random key.
    pub fn draw(rng: &mut impl CryptoRng) -> Key {
        let mut bytes = Zeroizing::new([0; 32]);
        rng.fill_bytes(&mut *bytes);
        Key(bytes)
    }

    /// From 32 bytes, which are left to the caller to wipe.
    pub fn from_bytes(bytes: &[u8; 32]) -> Key {
        Key(Zeroizing::new(*bytes))
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Encrypts bytes for a purpose; the length is padded, so that it tells little.
    pub fn seal(&self, purpose: &[u8], plain: &[u8], rng: &mut impl CryptoRng) -> Vec<u8> {
        self.encrypt(purpose, &pad(plain), rng)
    }

    /// Decrypts what [`Key::seal`] made for the same purpose.
    ///
    /// # Errors
    /// [`CannotOpen`].
    pub fn open(&self, purpose: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, CannotOpen> {
        unpad(self.decrypt(purpose, sealed)?)
    }

    /// Encrypts without padding, for things whose length is no secret.
    pub fn seal_exact(&self, purpose: &[u8], plain: &[u8], rng: &mut impl CryptoRng) -> Vec<u8> {
        self.encrypt(purpose, plain, rng)
    }

    /// Decrypts what [`Key::seal_exact`] made for the same purpose.
    ///
    /// # Errors
    /// [`CannotOpen`].
    pub fn open_exact(&self, purpose: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, CannotOpen> {
        self.decrypt(purpose, sealed)
    }

    pub(crate) fn encrypt(&self, purpose: &[u8], plain: &[u8], rng: &mut impl CryptoRng) -> Vec<u8> {
        let mut nonce = [0_u8; NONCE];
        rng.fill_bytes(&mut nonce);
        let payload = Payload { msg: plain, aad: purpose };
        let body =
            self.cipher().encrypt(&XNonce::from(nonce), payload).expect("far below the cipher's limit");
        [&nonce[..], &body].concat()
    }

    pub(crate) fn decrypt(&self, purpose: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, CannotOpen> {
        let (nonce, body) = sealed.split_first_chunk::<NONCE>().ok_or(CannotOpen)?;
        let payload = Payload { msg: body, aad: purpose };
        let plain = self.cipher().decrypt(&XNonce::from(*nonce), payload).map_err(|_| CannotOpen)?;
        Ok(Zeroizing::new(plain))
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&(*self.0).into())
    }
}

/// Least length after padding.
const LEAST: usize = 1024;

/// Length in four bytes, the bytes, zeros up to the next step: 1 kB, then eighths of a power of two.
pub(crate) fn pad(plain: &[u8]) -> Zeroizing<Vec<u8>> {
    let length = u32::try_from(plain.len()).expect("bodies are limited to far less than 4 GB");
    let wanted = padded_length(plain.len() + 4);
    let mut padded = Zeroizing::new(Vec::with_capacity(wanted));
    padded.extend_from_slice(&length.to_be_bytes());
    padded.extend_from_slice(plain);
    padded.resize(wanted, 0);
    padded
}

fn padded_length(length: usize) -> usize {
    if length <= LEAST {
        return LEAST;
    }
    let step = length.next_power_of_two() / 16;
    length.div_ceil(step) * step
}

pub(crate) fn unpad(padded: Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>, CannotOpen> {
    let (length, rest) = padded.split_first_chunk::<4>().ok_or(CannotOpen)?;
    let plain = rest.get(..u32::from_be_bytes(*length) as usize).ok_or(CannotOpen)?;
    Ok(Zeroizing::new(plain.to_vec()))
}
