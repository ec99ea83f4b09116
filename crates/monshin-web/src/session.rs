//! The session of a respondent: a sealed cookie. Nothing of it is kept on the server as long as it lasts, so any
//! server can answer, and a stolen database has no sessions in it. That it was left is kept ([`crate::ended`]).

use axum::http::{HeaderMap, HeaderValue, header};
use monshin_seal::{CaseKey, Key, ServerSecret};
use zeroize::Zeroizing;

use crate::app::Config;

/// Who came in with a code.
#[derive(Clone, Debug)]
pub struct Session {
    /// The case.
    pub case: i64,
    /// The key to its drafts, given back by the code.
    pub key: CaseKey,
    /// When, in microseconds since 1970.
    pub since: i64,
    /// When the browser was last given it.
    pub seen: i64,
    /// By what it is known when it has ended.
    pub mark: [u8; 16],
    /// Receipt of an anonymous return: it stands nowhere else.
    pub receipt: Option<[u8; 32]>,
}

/// The session that a request came with, opened once for all who ask.
#[derive(Clone, Debug)]
pub struct CameWith(pub Option<Session>);

const MINUTE: i64 = 60 * 1_000_000;
/// How long a session lasts: a long working day.
pub const LASTS: i64 = 12 * 60 * MINUTE;
/// One that is not used ends sooner. Nothing is lost with it: what was typed stays in the page, and the code
/// saves it.
const IDLE: i64 = 120 * MINUTE;
/// One that is used is given anew so often.
const RENEWED_EVERY: i64 = 5 * MINUTE;
const PURPOSE: &str = "session";
/// How far the clocks of two servers may be apart: what one of them has just begun is shown to the other.
pub const APART: i64 = MINUTE;

impl Session {
    /// One that begins now, at `since`.
    pub fn new(case: i64, key: CaseKey, since: i64) -> Session {
        Session { case, key, since, seen: since, mark: crate::app::draw(), receipt: None }
    }

    /// The same, used now; `None` where it was given a short while ago.
    pub fn renewed(mut self, now: i64) -> Option<Session> {
        let is_due = now - self.seen >= RENEWED_EVERY;
        self.seen = now;
        is_due.then_some(self)
    }

    /// The `Set-Cookie` that begins it.
    pub fn cookie(&self, secret: &ServerSecret, config: &Config) -> HeaderValue {
        let mut bytes = Zeroizing::new(Vec::with_capacity(104));
        bytes.extend_from_slice(&self.case.to_be_bytes());
        bytes.extend_from_slice(self.key.0.as_bytes());
        bytes.extend_from_slice(&self.since.to_be_bytes());
        bytes.extend_from_slice(&self.seen.to_be_bytes());
        bytes.extend_from_slice(&self.mark);
        bytes.extend_from_slice(self.receipt.as_ref().map_or(&[], |receipt| &receipt[..]));
        let sealed = secret.key(PURPOSE).seal_exact(PURPOSE.as_bytes(), &bytes, &mut crate::app::rng());
        let left = (self.since + LASTS - self.seen).min(IDLE);
        set(config, cookie_name(config), &hex(&sealed), left / 1_000_000)
    }

    /// The `Set-Cookie` that ends it.
    pub fn end(config: &Config) -> HeaderValue {
        set(config, cookie_name(config), "", 0)
    }

    /// The session of a request; `None` where there is none, it was forged, or it is over.
    pub fn of(headers: &HeaderMap, secret: &ServerSecret, config: &Config, now: i64) -> Option<Session> {
        let name = cookie_name(config);
        let value = cookies(headers).find(|(have, _)| *have == name)?.1;
        let bytes = secret.key(PURPOSE).open_exact(PURPOSE.as_bytes(), &from_hex(value)?).ok()?;
        let (case, rest) = bytes.split_first_chunk::<8>()?;
        let (key, rest) = rest.split_first_chunk::<32>()?;
        let (since, rest) = rest.split_first_chunk::<8>()?;
        let (seen, rest) = rest.split_first_chunk::<8>()?;
        let (mark, rest) = rest.split_first_chunk::<16>()?;
        let [since, seen] = [since, seen].map(|bytes| i64::from_be_bytes(*bytes));
        let (case, key) = (i64::from_be_bytes(*case), CaseKey(Key::from_bytes(key)));
        let is_alive = since <= seen && seen <= now + APART && now < (since + LASTS).min(seen + IDLE);
        is_alive.then(|| Session { case, key, since, seen, mark: *mark, receipt: rest.try_into().ok() })
    }

    /// A token for a form of this case: a page that was open before its respondent came in again can
    /// still be sent. Each time another, so that compression tells nothing.
    pub fn token(&self, secret: &ServerSecret) -> String {
        token(secret, "form", &self.case.to_be_bytes())
    }

    /// Whether a token is of this case.
    pub fn owns(&self, secret: &ServerSecret, token: &str) -> bool {
        token_is_of(secret, "form", &self.case.to_be_bytes(), token)
    }
}

/// Whether a response gives or takes a session.
pub fn is_set_by(headers: &HeaderMap, config: &Config) -> bool {
    let begin = format!("{}=", cookie_name(config));
    headers.get_all(header::SET_COOKIE).iter().any(|set| set.as_bytes().starts_with(begin.as_bytes()))
}

/// A token that ties a form to what a browser holds. Each time another.
pub fn token(secret: &ServerSecret, purpose: &str, held: &[u8]) -> String {
    let right = secret.hash(purpose, held);
    let mask: [u8; 32] = crate::app::draw();
    let masked: Vec<u8> = right.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect();
    hex(&mask) + &hex(&masked)
}

/// Whether a token is of what a browser holds.
pub fn token_is_of(secret: &ServerSecret, purpose: &str, held: &[u8], token: &str) -> bool {
    let Some(bytes) = from_hex(token).filter(|bytes| bytes.len() == 64) else { return false };
    let (mask, masked) = bytes.split_at(32);
    let right: Vec<u8> = masked.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect();
    secret.is_hash_of(purpose, held, &right)
}

/// All cookies of a request.
pub fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='))
}

/// `__Host-` binds the cookie to this host and to TLS; without TLS (only on this machine) browsers
/// refuse the prefix.
fn cookie_name(config: &Config) -> &'static str {
    if config.is_https() { "__Host-monshin" } else { "monshin" }
}

/// A cookie of this host alone, which no script reads.
pub fn set(config: &Config, name: &str, value: &str, seconds: i64) -> HeaderValue {
    let secure = if config.is_https() { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    HeaderValue::try_from(text).expect("hexadecimal digits and our own words")
}

pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: [u8; 16] = *b"0123456789abcdef";
    let digits = |byte: &u8| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
    String::from_utf8(bytes.iter().flat_map(digits).collect()).expect("digits are ASCII")
}

pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |sign: u8| char::from(sign).to_digit(16).map(|value| value as u8);
    let byte = |pair: &[u8]| Some(digit(pair[0])? << 4 | digit(pair[1])?);
    text.len().is_multiple_of(2).then(|| text.as_bytes().chunks_exact(2).map(byte).collect())?
}
