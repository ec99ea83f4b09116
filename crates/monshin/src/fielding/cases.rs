//! Codes for units.

use monshin_seal::{CaseKey, Code, CodeKind, ServerSecret};
use monshin_store::{CaseClasses, NewCase, SealedCode};

/// A case with the codes that go into its letter, and nowhere else.
pub struct Issued {
    /// What the database keeps.
    pub case: NewCase,
    /// To be typed.
    pub short: Code,
    /// For the link.
    pub link: Code,
}

/// Draws the codes of a unit, and the key of its drafts, which only they give back.
pub fn issue(unit: &str, classes: CaseClasses, secret: &ServerSecret) -> Issued {
    let mut rng = super::rng();
    let (short, link) = (Code::draw(CodeKind::Short, &mut rng), Code::draw(CodeKind::Link, &mut rng));
    let key = CaseKey::draw(&mut rng);
    let mut pseudonym = [0_u8; 10];
    getrandom::rand_core::Rng::fill_bytes(&mut rng, &mut pseudonym);
    let mut sealed =
        |code: &Code| SealedCode { hash: code.hash(secret).0, locked: code.lock(&key, &mut rng) };
    let codes = vec![sealed(&short), sealed(&link)];
    let pseudonym = pseudonym.iter().map(|byte| format!("{byte:02x}")).collect();
    Issued { case: NewCase { unit: unit.to_owned(), pseudonym, classes, codes }, short, link }
}
