//! Mails to be sent. The store knows which and what became of each, no address and no text.

use crate::CaseRow;

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MailState {
    /// To be sent.
    Queued,
    /// Being handed over. One that stays so when its sender is gone becomes [`MailState::Uncertain`].
    Sending,
    /// The mail server has taken it.
    Sent,
    /// The sender ended while handing it over: it may have been taken or not.
    Uncertain,
    /// The mail server did not take it, for reasons that pass.
    Failed,
    /// There is no such address, by the mail server or by a bounce.
    Undeliverable,
    /// Not sent: the case finished, wants no mails, or the survey closed meanwhile.
    Dropped,
}

impl MailState {
    /// All.
    pub const ALL: [MailState; 7] = [
        MailState::Queued,
        MailState::Sending,
        MailState::Sent,
        MailState::Uncertain,
        MailState::Failed,
        MailState::Undeliverable,
        MailState::Dropped,
    ];

    /// The word in the database.
    pub fn name(self) -> &'static str {
        match self {
            MailState::Queued => "queued",
            MailState::Sending => "sending",
            MailState::Sent => "sent",
            MailState::Uncertain => "uncertain",
            MailState::Failed => "failed",
            MailState::Undeliverable => "undeliverable",
            MailState::Dropped => "dropped",
        }
    }

    /// From its word.
    pub fn parse(name: &str) -> Option<MailState> {
        MailState::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A mail to be queued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMail {
    /// The unit.
    pub unit: String,
    /// Random; stands in its Message-ID.
    pub token: [u8; 16],
}

/// A mail that is being sent by whoever took it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenMail {
    /// The case.
    pub case: i64,
    /// The unit's id.
    pub unit: String,
    /// Stands in its Message-ID.
    pub token: [u8; 16],
    /// How often it was tried before.
    pub attempts: i64,
    /// How the unit is reached, sealed; `None` where it was never loaded from a frame.
    pub contact: Option<Vec<u8>>,
}

/// A case as a round of mails sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailLine {
    /// The case.
    pub case: CaseRow,
    /// How the unit is reached, sealed; `None` where it was never loaded from a frame.
    pub contact: Option<Vec<u8>>,
    /// Whether it wants no mails.
    pub wants_none: bool,
    /// What became of its mail of this round, where it has one.
    pub state: Option<MailState>,
}

/// Mails of one round that came to the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailCount {
    /// 0 the invitation, then reminders.
    pub round: i64,
    /// What became of them.
    pub state: MailState,
    /// How many.
    pub mails: u64,
}

/// What can be done to the outbox; see [`crate::Store::post`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Post {
    /// Queues mails for units that have a case and no mail of this round; one that failed is queued again.
    Queue {
        /// The survey.
        survey: String,
        /// The wave.
        wave: String,
        /// The round.
        round: i64,
        /// The mails.
        mails: Vec<NewMail>,
        /// When.
        at: i64,
    },
    /// Mails that an earlier sender was handing over when it ended become uncertain, or, where they
    /// may arrive twice, queued. There is one sender at a time.
    Recover {
        /// The survey.
        survey: String,
        /// The round.
        round: i64,
        /// Whether to send uncertain ones again.
        again: bool,
        /// When.
        at: i64,
    },
    /// Takes the next queued mail whose case may still be written to.
    Take {
        /// The survey.
        survey: String,
        /// The round.
        round: i64,
        /// When.
        at: i64,
    },
    /// What became of a mail that was taken.
    Settle {
        /// The case.
        case: i64,
        /// The round.
        round: i64,
        /// What it came to.
        state: MailState,
        /// What the mail server said; never an address.
        detail: String,
        /// When.
        at: i64,
    },
    /// A bounce came back for the mail with this token.
    Bounce {
        /// Stands in its Message-ID.
        token: [u8; 16],
        /// The status that the bounce gives.
        detail: String,
        /// When.
        at: i64,
    },
    /// A case wants no more mails.
    Stop {
        /// The case.
        case: i64,
        /// When.
        at: i64,
    },
}

/// What came of a [`Post`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Posted {
    /// So many mails, or cases, were changed.
    Changed(u64),
    /// The mail that was taken; `None` where there is none left.
    Taken(Option<TakenMail>),
}
