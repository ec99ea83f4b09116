//! What operators prove themselves with: a password, a second factor, recovery codes, a one-time link.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use monshin_seal::ServerSecret;
use monshin_store::SetUp;
use totp_rs::{Builder, Secret, Totp};
use zeroize::Zeroizing;

use crate::app::{draw, rng};
use crate::session::hex;

const HOUR: i64 = 3_600 * 1_000_000;
/// How long a link for setting up works.
const LINK_WORKS: i64 = 72 * HOUR;
const RECOVERY_CODES: usize = 10;
/// Signs of a recovery code: 140 random bits, so that a plain keyed hash is enough to keep of it.
const RECOVERY_SIGNS: usize = 28;

/// A link by which an operator sets password and second factor.
pub struct NewLink {
    /// What stands in the address.
    pub token: Zeroizing<String>,
    /// What the database keeps.
    pub setup: SetUp,
}

/// Draws a link that works for three days.
pub fn new_link(secret: &ServerSecret, now: i64) -> NewLink {
    let token = Zeroizing::new(hex(&draw::<32>()));
    let setup = SetUp { hash: link_hash(secret, &token), until: now + LINK_WORKS };
    NewLink { token, setup }
}

/// The keyed hash of a link's token.
pub fn link_hash(secret: &ServerSecret, token: &str) -> [u8; 32] {
    secret.hash("console link", token.as_bytes())
}

/// The one form of a name: small letters; `None` where it is no name.
pub fn normal_name(typed: &str) -> Option<String> {
    let name = typed.trim().to_lowercase();
    let is_name = (1..=64).contains(&name.chars().count())
        && name.chars().all(|c| c.is_alphanumeric() || "._-@+".contains(c))
        && name.chars().next().is_some_and(char::is_alphanumeric);
    is_name.then_some(name)
}

/// The argon2id hash of a password, with its salt (19 MiB, two passes: what OWASP asks for).
pub fn hash_password(password: &str) -> String {
    let salt: [u8; 16] = draw();
    let hash = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
    hash.expect("a salt of 16 bytes and our own parameters").to_string()
}

/// Whether a password is the one of a hash. No hash takes as long as a wrong one.
pub fn is_password(hash: &str, password: &str) -> bool {
    /// Of a password that nobody has.
    const OF_NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IG5vYm9keSE$Zm9yIG5vYm9keSwgYW5kIG5vdGhpbmcgYXQgYWxsLi4";
    let is_there = !hash.is_empty();
    let parsed = PasswordHash::new(if is_there { hash } else { OF_NOBODY });
    let verified =
        parsed.is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
    verified && is_there
}

/// The secret of a second factor: 160 random bits, as authenticators keep them.
#[derive(Clone)]
pub struct Second(Zeroizing<[u8; 20]>);

const PURPOSE: &str = "second factor";

impl Second {
    pub fn draw() -> Second {
        Second(Zeroizing::new(draw()))
    }

    /// Sealed for one operator, or for one form.
    pub fn seal(&self, secret: &ServerSecret, whose: &str) -> Vec<u8> {
        secret.key(PURPOSE).seal_exact(whose.as_bytes(), &*self.0, &mut rng())
    }

    pub fn open(secret: &ServerSecret, whose: &str, sealed: &[u8]) -> Option<Second> {
        let bytes = secret.key(PURPOSE).open_exact(whose.as_bytes(), sealed).ok()?;
        Some(Second(Zeroizing::new(bytes.as_slice().try_into().ok()?)))
    }

    /// The step of a code of now, or of the half minute before or after; its time goes in microseconds.
    pub fn step(&self, code: &str, now: i64) -> Option<i64> {
        let digits: String =
            code.chars().filter_map(|c| c.to_digit(10).or(wide_digit(c))).map(|d| d.to_string()).collect();
        let step = self.totp().check(&digits, u64::try_from(now / 1_000_000).ok()?)?;
        i64::try_from(step).ok()
    }

    /// For typing into an authenticator.
    pub fn to_base32(&self) -> String {
        Secret::from(self.0.to_vec()).to_base32()
    }

    /// For its camera.
    pub fn address(&self, name: &str, host: &str) -> String {
        let encoded = |text: &str| {
            form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
        };
        let (issuer, name) = (encoded(&format!("monshin {host}")), encoded(name));
        format!("otpauth://totp/{issuer}:{name}?secret={}&issuer={issuer}", self.to_base32())
    }

    fn totp(&self) -> Totp {
        // SHA-1, six digits, 30 seconds and one step of skew: what every authenticator does.
        Builder::new().with_secret(self.0.to_vec()).build().expect("160 bits and the usual rest")
    }

    #[cfg(test)]
    pub fn code(&self, now: i64) -> String {
        self.totp().generate(now as u64 / 1_000_000).to_string()
    }
}

fn wide_digit(c: char) -> Option<u32> {
    ('０'..='９').contains(&c).then(|| c as u32 - '０' as u32)
}

/// Codes for the day on which the second factor is lost: shown once.
pub fn draw_recovery() -> Vec<String> {
    const SIGNS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let code = |_| {
        let bytes: [u8; RECOVERY_SIGNS] = draw();
        let signs: Vec<char> = bytes.iter().map(|byte| SIGNS[usize::from(byte & 31)] as char).collect();
        signs.chunks(4).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join("-")
    };
    (0..RECOVERY_CODES).map(code).collect()
}

/// The keyed hash of a recovery code, in whatever spelling.
pub fn recovery_hash(secret: &ServerSecret, name: &str, code: &str) -> [u8; 32] {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    secret.hash("console recovery", format!("{name}\n{plain}").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_password_is_right() {
        let hash = hash_password("correct horse battery");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(is_password(&hash, "correct horse battery"));
        assert!(!is_password(&hash, "correct horse batterz"));
        assert!(!is_password("", "correct horse battery") && !is_password("nonsense", "x"));
        assert_ne!(hash, hash_password("correct horse battery"), "salted");
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // Appendix B, SHA-1, the last six of the eight digits.
        let second = Second(Zeroizing::new(*b"12345678901234567890"));
        for (seconds, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            assert_eq!(second.step(code, seconds * 1_000_000), Some(seconds / 30), "{seconds}");
            assert_eq!(second.code(seconds * 1_000_000), code);
        }
        assert_eq!(second.step("２８７ ０８２", 59_000_000), Some(1), "typed in full width");
        assert_eq!(second.step("287082", 149_000_000), None, "too old");
        assert_eq!(second.step("", 59_000_000), None);
    }

    #[test]
    fn a_sealed_second_factor_is_one_operators() {
        let secret = ServerSecret::draw(&mut rng());
        let second = Second::draw();
        let sealed = second.seal(&secret, "aoki");
        assert_eq!(Second::open(&secret, "aoki", &sealed).expect("its own").to_base32(), second.to_base32());
        assert!(Second::open(&secret, "baba", &sealed).is_none());
    }

    #[test]
    fn names_are_written_one_way() {
        for (typed, name) in [
            (" Aoki ", Some("aoki")),
            ("青木", Some("青木")),
            ("a@b.jp", Some("a@b.jp")),
            ("", None),
            ("a b", None),
            ("-x", None),
            ("<b>", None),
        ] {
            assert_eq!(normal_name(typed).as_deref(), name, "{typed}");
        }
    }

    #[test]
    fn recovery_codes_are_many_and_read_in_any_spelling() {
        let secret = ServerSecret::draw(&mut rng());
        let codes = draw_recovery();
        let all: std::collections::BTreeSet<&String> = codes.iter().collect();
        assert_eq!(all.len(), RECOVERY_CODES);
        let typed = codes[0].to_uppercase().replace('-', " ");
        assert_eq!(recovery_hash(&secret, "a", &codes[0]), recovery_hash(&secret, "a", &typed));
        assert_ne!(recovery_hash(&secret, "a", &codes[0]), recovery_hash(&secret, "b", &codes[0]));
    }
}
