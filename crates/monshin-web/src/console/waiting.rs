//! Rounds of mails that were looked at and wait to be sent. They hold links, and are in memory alone.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::app::draw;
use crate::mail::Round;
use crate::session::hex;

/// How long one waits.
const WAITS: i64 = 3_600 * 1_000_000;

/// One of them.
#[derive(Clone, Debug)]
pub struct One {
    pub survey: String,
    pub language: String,
    pub round: Round,
}

/// At most one for each operator.
#[derive(Debug, Default)]
pub struct Waiting(Mutex<BTreeMap<String, (String, i64, One)>>);

impl Waiting {
    /// Keeps one in place of the operator's last; gives what it is asked for by.
    pub fn put(&self, operator: &str, one: One, now: i64) -> String {
        let token = hex(&draw::<32>());
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, (_, at, _)| now < *at + WAITS);
        all.insert(operator.to_owned(), (token.clone(), now, one));
        token
    }

    /// Gives it out, once.
    pub fn take(&self, operator: &str, token: &str, survey: &str, now: i64) -> Option<One> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_it =
            |(have, at, one): &(String, i64, One)| have == token && one.survey == survey && now < *at + WAITS;
        if !all.get(operator).is_some_and(is_it) {
            return None;
        }
        all.remove(operator).map(|(_, _, one)| one)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_waits_for_its_operator_for_an_hour_and_goes_out_once() {
        let waiting = Waiting::default();
        let one = || One {
            survey: "s".into(),
            language: "ja".into(),
            round: Round { number: 0, again: false, links: Default::default() },
        };
        let token = waiting.put("aoki", one(), 0);
        assert!(waiting.take("baba", &token, "s", 1).is_none(), "not somebody else's");
        assert!(waiting.take("aoki", &token, "t", 1).is_none(), "not of another survey");
        assert!(waiting.take("aoki", "", "s", 1).is_none());
        assert!(waiting.take("aoki", &token, "s", 1).is_some());
        assert!(waiting.take("aoki", &token, "s", 1).is_none(), "once");
        let token = waiting.put("aoki", one(), 0);
        assert!(waiting.take("aoki", &token, "s", WAITS).is_none(), "too late");
    }
}
