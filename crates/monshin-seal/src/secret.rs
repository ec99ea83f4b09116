//! The server's secret, and the key of one case.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use hpke::rand_core::CryptoRng;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::Key;

/// The secret that every server of one installation shares, and that stands in no database: without
/// it hashes of codes cannot be tried out, and sessions and forms cannot be forged.
#[derive(Clone)]
pub struct ServerSecret {
    root: Key,
    /// Keys that were asked for before: there are as many as purposes.
    derived: Arc<RwLock<BTreeMap<String, Key>>>,
}

impl fmt::Debug for ServerSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerSecret(…)")
    }
}

/// The key to the drafts of one case. It is given back by the respondent's code alone.
#[derive(Clone, Debug)]
pub struct CaseKey(pub Key);

impl ServerSecret {
    /// A random secret.
    pub fn draw(rng: &mut impl CryptoRng) -> ServerSecret {
        ServerSecret::new(Key::draw(rng))
    }

    /// From the 64 hexadecimal digits that [`ServerSecret::to_text`] wrote.
    pub fn from_text(text: &str) -> Option<ServerSecret> {
        let bytes = Zeroizing::new(crate::identity::from_hex(text.trim())?);
        let bytes: &[u8; 32] = bytes.as_slice().try_into().ok()?;
        Some(ServerSecret::new(Key::from_bytes(bytes)))
    }

    /// 64 hexadecimal digits.
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(crate::identity::to_hex(self.root.as_bytes()))
    }

    /// A key of its own for each purpose; purposes are words of the program, never of anybody outside.
    pub fn key(&self, purpose: &str) -> Key {
        if let Some(key) = self.derived.read().unwrap_or_else(PoisonError::into_inner).get(purpose) {
            return key.clone();
        }
        let key = derive(self.root.as_bytes(), purpose);
        self.derived.write().unwrap_or_else(PoisonError::into_inner).insert(purpose.to_owned(), key.clone());
        key
    }

    fn new(root: Key) -> ServerSecret {
        ServerSecret { root, derived: Arc::default() }
    }

    /// A keyed hash (HMAC-SHA256) of bytes for a purpose.
    pub fn hash(&self, purpose: &str, bytes: &[u8]) -> [u8; 32] {
        let key = self.key(purpose);
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("any length is a key");
        mac.update(bytes);
        mac.finalize().into_bytes().into()
    }

    /// Whether a keyed hash is right; takes the same time for every wrong one.
    pub fn is_hash_of(&self, purpose: &str, bytes: &[u8], hash: &[u8]) -> bool {
        let key = self.key(purpose);
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("any length is a key");
        mac.update(bytes);
        mac.verify_slice(hash).is_ok()
    }
}

impl CaseKey {
    /// A random key.
    pub fn draw(rng: &mut impl CryptoRng) -> CaseKey {
        CaseKey(Key::draw(rng))
    }
}

/// HKDF-SHA256 of a secret for a purpose.
pub(crate) fn derive(secret: &[u8], purpose: &str) -> Key {
    let mut bytes = Zeroizing::new([0_u8; 32]);
    Hkdf::<Sha256>::new(Some(b"monshin/1"), secret)
        .expand(purpose.as_bytes(), &mut *bytes)
        .expect("32 bytes are within what HKDF gives");
    Key::from_bytes(&bytes)
}
