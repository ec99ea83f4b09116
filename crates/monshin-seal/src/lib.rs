//! Codes of respondents, keys made from them, and answers sealed to the analyst.
//!
//! Comes in: random numbers and bytes. Goes out: a [`Code`] that is typed or stands in a link; its
//! [`CodeHash`], which is all that a database keeps of it; a [`CaseKey`] that only the code gives
//! back, for drafts; and an envelope that only an [`Identity`] opens, for submitted answers.
//!
//! ```
//! use getrandom::{SysRng, rand_core::UnwrapErr};
//! use monshin_seal::{Identity, open, seal};
//! let mut rng = UnwrapErr(SysRng);
//! let (analyst, second) = (Identity::draw(&mut rng), Identity::draw(&mut rng));
//! let sealed = seal(&[analyst.recipient(), second.recipient()], b"survey", b"q1=yes", &mut rng);
//! assert!(!sealed.windows(6).any(|part| part == b"q1=yes"));
//! assert_eq!(*open(&second, b"survey", &sealed).expect("its own"), b"q1=yes");
//! ```
//!
//! **Invariants.** No `Debug` output of this room shows a secret. Lengths of what is sealed tell
//! nothing below a kilobyte, and an eighth at most above it. Keys are wiped when they are dropped.

mod check;
mod cipher;
mod code;
mod envelope;
mod identity;
mod secret;
#[cfg(test)]
mod tests;

pub use cipher::{CannotOpen, Key};
pub use code::{Code, CodeHash, CodeKind, Mistyped};
pub use envelope::{MOST_RECIPIENTS, open, recipients_of, seal};
pub use hpke::rand_core::CryptoRng;
pub use identity::{Identity, Recipient, UnreadableKey};
pub use secret::{CaseKey, ServerSecret};
