//! An operator in a browser.

use std::time::{SystemTime, UNIX_EPOCH};

use totp_rs::{Builder, Secret};

use crate::driver::Browser;

/// A password that is taken.
pub const PASSWORD: &str = "雨の日は青い傘を差して歩く";

/// What an authenticator shows for a secret at an instant in microseconds.
///
/// # Panics
/// Where it is none.
pub fn code_of(secret: &str, now: i64) -> String {
    let secret = Secret::try_from_base32(secret).expect("a secret");
    let totp = Builder::new().with_secret(secret).build().expect("usual");
    totp.generate(now as u64 / 1_000_000).to_string()
}

/// Sets an operator up by the link, and goes into the console; gives the secret of the authenticator.
///
/// # Panics
/// Where that does not work.
pub fn set_up(browser: &Browser, link: &str, now: i64) -> String {
    browser.open(link);
    let secret = browser.text_of("code.hash");
    let code = code_of(&secret, now);
    browser.fill("#password", PASSWORD);
    browser.fill("#again", PASSWORD);
    browser.fill("#code", &code);
    browser.follow("main button");
    assert_eq!(browser.all(".codes li").len(), 10, "recovery codes, once");
    browser.follow("main a.button");
    secret
}

/// The clock of this machine, in microseconds.
///
/// # Panics
/// Where it is before 1970.
pub fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_micros() as i64
}
