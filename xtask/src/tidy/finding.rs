//! What a check found, and where.

use std::fmt;

/// One thing that is not as it should be. Sorted by place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    file: String,
    line: usize,
    message: String,
    is_error: bool,
}

impl Finding {
    /// Something to mend.
    pub fn error(file: &str, line: usize, message: impl Into<String>) -> Finding {
        Finding { file: file.to_owned(), line, message: message.into(), is_error: true }
    }

    /// Something to look at.
    pub fn warning(file: &str, line: usize, message: impl Into<String>) -> Finding {
        Finding { is_error: false, ..Finding::error(file, line, message) }
    }

    /// Whether it has to be mended.
    pub fn is_error(&self) -> bool {
        self.is_error
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.is_error { "" } else { "look again: " };
        write!(f, "{}:{}: {kind}{}", self.file, self.line, self.message)
    }
}
