//! Answers sealed to one or more public keys.
//!
//! | bytes | hold |
//! |---|---|
//! | 4 | `MSL1` |
//! | 1 | number of recipients |
//! | 88 each | tag of the key (8), encapsulated key (32), the content key sealed by HPKE (48) |
//! | rest | nonce (24) and padded content, XChaCha20-Poly1305, bound to all of the above |
//!
//! HPKE is RFC 9180 in base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305.

use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256 as Dh;
use hpke::rand_core::CryptoRng;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use hpke::{single_shot_open, single_shot_seal_with_rng};
use zeroize::Zeroizing;

use crate::{CannotOpen, Identity, Key, Recipient};

const MAGIC: &[u8; 4] = b"MSL1";
const INFO: &[u8] = b"monshin answers/1";
const ENTRY: usize = 8 + 32 + 48;

/// To so many keys an envelope can be sealed: their number is one byte.
pub const MOST_RECIPIENTS: usize = 255;

/// Seals bytes to every recipient; `purpose` (the survey) has to be the same when opening.
///
/// # Panics
/// Where there is no recipient, or more than [`MOST_RECIPIENTS`].
pub fn seal(recipients: &[Recipient], purpose: &[u8], plain: &[u8], rng: &mut impl CryptoRng) -> Vec<u8> {
    let count = u8::try_from(recipients.len()).expect("at most 255 recipients");
    assert!(count > 0, "answers are sealed to somebody");
    let content = Key::draw(rng);
    let mut sealed = [&MAGIC[..], &[count]].concat();
    for recipient in recipients {
        let key = <Dh as Kem>::PublicKey::from_bytes(&recipient.0).expect("checked when it was read");
        let (encapsulated, wrapped) = single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, Dh>(
            &OpModeS::Base,
            &key,
            INFO,
            content.as_bytes(),
            purpose,
            rng,
        )
        .expect("a key that was checked when it was read");
        sealed.extend_from_slice(&recipient.tag());
        sealed.extend_from_slice(&encapsulated.to_bytes());
        sealed.extend_from_slice(&wrapped);
    }
    let bound = [&sealed[..], purpose].concat();
    let body = content.seal(&bound, plain, rng);
    sealed.extend_from_slice(&body);
    sealed
}

/// Opens an envelope with one of its recipients' identities.
///
/// # Errors
/// [`CannotOpen`]: sealed to others, for another purpose, or changed.
pub fn open(identity: &Identity, purpose: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, CannotOpen> {
    let (header, body) = parts(sealed).ok_or(CannotOpen)?;
    let tag = identity.recipient().tag();
    let entry = header[5..].chunks(ENTRY).find(|entry| entry[..8] == tag).ok_or(CannotOpen)?;
    let encapsulated = <Dh as Kem>::EncappedKey::from_bytes(&entry[8..40]).map_err(|_| CannotOpen)?;
    let content = single_shot_open::<ChaCha20Poly1305, HkdfSha256, Dh>(
        &OpModeR::Base,
        &identity.private(),
        &encapsulated,
        INFO,
        &entry[40..],
        purpose,
    );
    let content = Zeroizing::new(content.map_err(|_| CannotOpen)?);
    let content: &[u8; 32] = content.as_slice().try_into().map_err(|_| CannotOpen)?;
    Key::from_bytes(content).open(&[header, purpose].concat(), body)
}

/// To how many an envelope is sealed, and whether this recipient is one of them.
pub fn recipients_of(sealed: &[u8], recipient: &Recipient) -> Option<(usize, bool)> {
    let (header, _) = parts(sealed)?;
    let is_among = header[5..].chunks(ENTRY).any(|entry| entry[..8] == recipient.tag());
    Some((usize::from(header[4]), is_among))
}

fn parts(sealed: &[u8]) -> Option<(&[u8], &[u8])> {
    let count = usize::from(*sealed.strip_prefix(MAGIC)?.first()?);
    sealed.split_at_checked(5 + count * ENTRY)
}
