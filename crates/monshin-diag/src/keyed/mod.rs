//! An author's TOML file, read key by key: the place of everything, no key overlooked, every
//! mistake told under the codes of that kind of file.

mod fields;
mod syntax;
#[cfg(test)]
mod tests;
mod values;

pub use fields::{Entry, Fields, Named};
pub use syntax::parse;

use crate::{Diagnostic, Diagnostics, Place, Source, Span, Words};

/// The codes under which a kind of file reports what is wrong with its keys.
#[derive(Clone, Copy, Debug)]
pub struct Codes {
    /// The file is not TOML.
    pub syntax: &'static str,
    /// A key that the table does not have.
    pub unknown: &'static str,
    /// A key that has to be there and is not.
    pub missing: &'static str,
    /// A value of the wrong kind.
    pub wrong_type: &'static str,
    /// A value of the right kind that is not allowed.
    pub range: &'static str,
}

/// Who reads a file: what it is called, where its findings go, under which codes.
pub trait Desk {
    /// The codes of this kind of file.
    const CODES: Codes;

    /// The file that is read.
    fn source(&self) -> &Source;

    /// The findings so far.
    fn found(&mut self) -> &mut Diagnostics;

    /// What makes the file unusable.
    fn error(&mut self, code: &'static str, span: Span, message: Words, help: Option<Words>) {
        let mut diagnostic = Diagnostic::error(code, Place::text(self.source(), span), message);
        diagnostic.help = help;
        self.found().push(diagnostic);
    }

    /// What the author should look at again.
    fn warning(&mut self, code: &'static str, span: Span, message: Words, help: Option<Words>) {
        let mut diagnostic = Diagnostic::warning(code, Place::text(self.source(), span), message);
        diagnostic.help = help;
        self.found().push(diagnostic);
    }

    /// A value of the wrong kind; `wanted` says what belongs there.
    fn wrong_type(&mut self, entry: &Entry<'_>, wanted: Words) {
        let key = entry.key;
        self.error(
            Self::CODES.wrong_type,
            entry.span,
            crate::words!("「{key}」には{}を書いてください", wanted.ja; "`{key}` takes {}", wanted.en),
            None,
        );
    }
}
