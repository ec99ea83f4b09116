//! Cookies of the console: before signing in, between password and second factor, and afterwards.

use axum::http::{HeaderMap, HeaderValue};
use monshin_seal::ServerSecret;
use monshin_store::{OperatorRow, SessionRow};

use crate::app::{Config, draw, rng};
use crate::session::{APART, cookies, from_hex, hex, token, token_is_of};

const MINUTE: i64 = 60 * 1_000_000;
/// A session that is not used ends.
const IDLE: i64 = 30 * MINUTE;
/// And so does one that is.
const LASTS: i64 = 12 * 60 * MINUTE;
/// How long the second factor may take.
const BETWEEN: i64 = 5 * MINUTE;
const PASSWORD: &str = "console password";
/// How often the store is told that a session is in use.
pub const NOTED_EVERY: i64 = MINUTE;

/// Ties a form to what a browser holds.
#[derive(Clone, Copy)]
pub struct Tie(pub [u8; 32]);

impl Tie {
    pub fn token(&self, secret: &ServerSecret) -> String {
        token(secret, "console form", &self.0)
    }

    pub fn owns(&self, secret: &ServerSecret, form: &str) -> bool {
        token_is_of(secret, "console form", &self.0, form)
    }
}

/// Before signing in: a random number, so that nobody else can sign somebody in.
pub fn entry(headers: &HeaderMap, config: &Config) -> Option<Tie> {
    Some(Tie(from_hex(value(headers, config, "entry")?)?.try_into().ok()?))
}

pub fn new_entry(config: &Config) -> (Tie, HeaderValue) {
    let bytes: [u8; 32] = draw();
    (Tie(bytes), cookie(config, "entry", &hex(&bytes), 3_600))
}

/// Whose password was right, for the second factor: as long as it is the password.
pub fn between(secret: &ServerSecret, config: &Config, row: &OperatorRow, now: i64) -> HeaderValue {
    let proof = secret.hash(PASSWORD, row.password.as_bytes());
    let bytes = [&now.to_be_bytes()[..], &proof, row.name.as_bytes()].concat();
    let sealed = secret.key("console between").seal_exact(b"between", &bytes, &mut rng());
    cookie(config, "between", &hex(&sealed), BETWEEN / 1_000_000)
}

/// Who is between password and second factor.
pub struct Between {
    pub name: String,
    proof: [u8; 32],
}

impl Between {
    /// Whether the password that was right still is.
    pub fn is_of(&self, secret: &ServerSecret, row: &OperatorRow) -> bool {
        row.name == self.name && secret.is_hash_of(PASSWORD, row.password.as_bytes(), &self.proof)
    }
}

pub fn who_is_between(
    headers: &HeaderMap,
    secret: &ServerSecret,
    config: &Config,
    now: i64,
) -> Option<Between> {
    let sealed = from_hex(value(headers, config, "between")?)?;
    let bytes = secret.key("console between").open_exact(b"between", &sealed).ok()?;
    let (at, rest) = bytes.split_first_chunk::<8>()?;
    let (proof, name) = rest.split_first_chunk::<32>()?;
    let at = i64::from_be_bytes(*at);
    let name = String::from_utf8(name.to_vec()).ok().filter(|_| at <= now + APART && now < at + BETWEEN)?;
    Some(Between { name, proof: *proof })
}

/// How long a browser is known as one in which somebody has signed in.
const KNOWN: i64 = 90 * 24 * 60 * MINUTE;

/// For a browser in which somebody has signed in: whoever tries their name elsewhere does not hold them up here.
pub fn known(secret: &ServerSecret, config: &Config, name: &str, now: i64) -> HeaderValue {
    let browser: [u8; 16] = draw();
    let bytes = [&now.to_be_bytes()[..], &browser, name.as_bytes()].concat();
    let sealed = secret.key("console known").seal_exact(b"known", &bytes, &mut rng());
    cookie(config, "known", &hex(&sealed), KNOWN / 1_000_000)
}

/// By what tries at a name are counted: the name, or the browser in which its owner has signed in before.
pub fn counted_as(
    headers: &HeaderMap,
    secret: &ServerSecret,
    config: &Config,
    name: &str,
    now: i64,
) -> String {
    let known = || {
        let sealed = from_hex(value(headers, config, "known")?)?;
        let bytes = secret.key("console known").open_exact(b"known", &sealed).ok()?;
        let (at, rest) = bytes.split_first_chunk::<8>()?;
        let (browser, whose) = rest.split_first_chunk::<16>()?;
        let at = i64::from_be_bytes(*at);
        (whose == name.as_bytes() && at <= now && now < at + KNOWN).then(|| format!("known {}", hex(browser)))
    };
    known().unwrap_or_else(|| name.to_owned())
}

/// A new session: its keyed hash for the store, and the cookie.
pub fn begin(secret: &ServerSecret, config: &Config) -> ([u8; 32], HeaderValue) {
    let bytes: [u8; 32] = draw();
    (hash(secret, &bytes), cookie(config, "console", &hex(&bytes), LASTS / 1_000_000))
}

/// The keyed hash of the session of a request.
pub fn of(headers: &HeaderMap, secret: &ServerSecret, config: &Config) -> Option<[u8; 32]> {
    let bytes: [u8; 32] = from_hex(value(headers, config, "console")?)?.try_into().ok()?;
    Some(hash(secret, &bytes))
}

fn hash(secret: &ServerSecret, bytes: &[u8; 32]) -> [u8; 32] {
    secret.hash("console session", bytes)
}

/// Whether a session is neither too old nor left alone for too long.
pub fn is_alive(session: &SessionRow, now: i64) -> bool {
    session.since <= now + APART && now < session.since + LASTS && now < session.seen + IDLE
}

/// Takes a cookie back.
pub fn end(config: &Config, name: &str) -> HeaderValue {
    cookie(config, name, "", 0)
}

pub fn full_name(config: &Config, name: &str) -> String {
    format!("{}monshin-{name}", if config.is_https() { "__Host-" } else { "" })
}

pub fn value<'h>(headers: &'h HeaderMap, config: &Config, name: &str) -> Option<&'h str> {
    let wanted = full_name(config, name);
    cookies(headers).find(|(have, _)| *have == wanted).map(|(_, value)| value)
}

fn cookie(config: &Config, name: &str, value: &str, seconds: i64) -> HeaderValue {
    let secure = if config.is_https() { "; Secure" } else { "" };
    let name = full_name(config, name);
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
    HeaderValue::try_from(text).expect("hexadecimal digits and our own words")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_when_it_is_left_alone_or_old() {
        let session = |since, seen| SessionRow { hash: [0; 32], since, seen, proven: since };
        for (since, seen, now, expected) in [
            (0, 0, 0, true),
            (0, 0, IDLE - 1, true),
            (0, 0, IDLE, false),
            (0, LASTS - 1, LASTS - 1, true),
            (0, LASTS - 1, LASTS, false),
            (10, 10, 9, true),
            (10 + APART, 10 + APART, 10, true),
            (11 + APART, 11 + APART, 10, false),
        ] {
            assert_eq!(is_alive(&session(since, seen), now), expected, "{since} {seen} {now}");
        }
    }
}
