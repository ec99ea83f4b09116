//! What whoever watches the log is told of beside failures: that somebody was refused. Who was let in stands in the audit
//! log where it is an operator, and nowhere where it is a respondent.

use crate::app::App;
use crate::guard::Address;

/// So many of each kind at once, and as many again in each minute: whoever attacks does not fill a disk.
pub(crate) const TOLD: u32 = 60;

/// Somebody who was refused.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Refused<'a> {
    /// The name of an operator whom it was tried as, or who tried it. Never what was typed: it may be a password.
    pub operator: Option<&'a str>,
    /// From where.
    pub address: Option<Address>,
    /// What was asked for; never an address with a code or a token in it.
    pub asked: &'a str,
}

impl App {
    /// Tells of a refusal.
    pub(crate) fn tell(&self, what: &'static str, Refused { operator, address, asked }: Refused<'_>) {
        if !self.0.told.take(what, self.now()) {
            return;
        }
        let from = address.map_or_else(|| "unknown".to_owned(), |one| one.0.to_string());
        tracing::warn!(operator, from, asked = Some(asked).filter(|asked| !asked.is_empty()), "{what}");
    }
}
