//! How the survey is fielded: what ties answers to who gave them, and to whom they are sealed.

use crate::{Day, LocalText};

/// What ties an answer to who gave it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Privacy {
    /// The unit's id stands with the answers.
    Identified,
    /// A pseudonym stands with the answers; the list that resolves it is in the database alone.
    #[default]
    Confidential,
    /// Nothing ties them: no case, no time, no order. What was sent cannot be changed.
    Anonymous,
}

impl Privacy {
    /// All of them.
    pub const ALL: [Privacy; 3] = [Privacy::Identified, Privacy::Confidential, Privacy::Anonymous];

    /// The word in `survey.toml` and in databases.
    pub fn name(self) -> &'static str {
        match self {
            Privacy::Identified => "identified",
            Privacy::Confidential => "confidential",
            Privacy::Anonymous => "anonymous",
        }
    }

    /// From its word.
    pub fn parse(name: &str) -> Option<Privacy> {
        Privacy::ALL.into_iter().find(|one| one.name() == name)
    }
}

/// `[fielding]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fielding {
    /// What ties answers to who gave them (default: confidential).
    pub privacy: Privacy,
    /// Public keys that answers are sealed to, as text; two at least, or a waiver.
    pub recipients: Vec<String>,
    /// Why one key is enough, where there is one only.
    pub waiver: Option<String>,
    /// What the answers are used for; on the start page.
    pub purpose: LocalText,
    /// Whom to ask; on every page.
    pub contact: LocalText,
    /// Days after closing in which late returns are still taken.
    pub grace_days: u64,
    /// The day on which everything is erased; on the start page.
    pub erase_on: Option<Day>,
}
