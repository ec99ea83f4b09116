//! Signatures of a release in minisign's format, so that `minisign -V` checks them too.

use std::io::Cursor;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use minisign::{KeyPair, PublicKey, PublicKeyBox, SecretKey, SecretKeyBox, SignatureBox};

/// The variable that holds the password of a signing key, where nobody is there to type it.
pub const PASSWORD: &str = "MONSHIN_KEY_PASSWORD";

/// A new pair: the secret key and the public key as texts of their files. Without a password from
/// the environment it is asked for, unless there is to be none.
pub fn new_pair(without_password: bool) -> Result<(String, String)> {
    let pair = match without_password {
        true => KeyPair::generate_unencrypted_keypair(),
        false => KeyPair::generate_encrypted_keypair(password()),
    };
    let pair = pair.map_err(|error| anyhow!("{error}"))?;
    let secret = pair.sk.to_box(Some("monshin signing key")).map_err(|error| anyhow!("{error}"))?;
    let public = pair.pk.to_box().map_err(|error| anyhow!("{error}"))?;
    Ok((secret.into_string(), public.into_string()))
}

/// Signs a text with the key in a file; the trusted comment says what was signed. A signature has
/// random bits in it: two of the same text differ, and both hold.
pub fn sign(key: &Path, text: &[u8], comment: &str) -> Result<String> {
    let said = || key.display().to_string();
    let file = std::fs::read_to_string(key).with_context(said)?;
    let secret = secret_key(&file).with_context(said)?;
    let public =
        PublicKey::from_secret_key(&secret).map_err(|error| anyhow!("{error}")).with_context(said)?;
    let signature =
        minisign::sign(Some(&public), &secret, Cursor::new(text), Some(comment), Some("monshin release"));
    Ok(signature.map_err(|error| anyhow!("{error}")).with_context(said)?.into_string())
}

/// Whether a signature is this key's for this text. The error says why it is not.
pub fn verify(public_key: &Path, signature: &[u8], text: &[u8]) -> Result<Result<(), String>> {
    let said = || public_key.display().to_string();
    let file = std::fs::read_to_string(public_key).with_context(said)?;
    let key = PublicKeyBox::from_string(&file).and_then(PublicKeyBox::into_public_key);
    let key = key.map_err(|error| anyhow!("{error}")).with_context(said)?;
    let signature = String::from_utf8_lossy(signature);
    let parsed = match SignatureBox::from_string(&signature) {
        Ok(parsed) => parsed,
        Err(error) => return Ok(Err(error.to_string())),
    };
    Ok(minisign::verify(&key, &parsed, Cursor::new(text), true, false, false)
        .map_err(|error| error.to_string()))
}

fn secret_key(text: &str) -> Result<SecretKey> {
    let parse = || SecretKeyBox::from_string(text).map_err(|error| anyhow!("{error}"));
    if let Ok(key) = parse()?.into_unencrypted_secret_key() {
        return Ok(key);
    }
    parse()?.into_secret_key(password()).map_err(|error| anyhow!("{error}"))
}

fn password() -> Option<String> {
    std::env::var(PASSWORD).ok()
}
