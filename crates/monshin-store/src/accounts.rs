//! Operators: who may sign in, as what, and which browsers are signed in.

use crate::Act;

/// What an operator may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Everything, operators and the audit log included.
    Owner,
    /// The frame, codes, letters, dates.
    Operator,
    /// Notes what became of a case; sees ids, no names.
    Keyer,
    /// Counts; no id and no name.
    Analyst,
    /// Counts, to look at.
    Viewer,
}

impl Role {
    /// All, from the widest to the narrowest.
    pub const ALL: [Role; 5] = [Role::Owner, Role::Operator, Role::Keyer, Role::Analyst, Role::Viewer];

    /// The word in the database and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Role::Owner => "owner",
            Role::Operator => "operator",
            Role::Keyer => "keyer",
            Role::Analyst => "analyst",
            Role::Viewer => "viewer",
        }
    }

    /// From its word.
    pub fn parse(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// An operator.
#[derive(Clone, PartialEq, Eq)]
pub struct OperatorRow {
    /// The name to sign in with.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The password's argon2id hash; empty until it is set.
    pub password: String,
    /// The secret of the second factor, sealed under the server's secret; empty until it is set.
    pub second: Vec<u8>,
    /// The last instant at which the link for setting up works.
    pub setup_until: i64,
}

impl OperatorRow {
    /// Whether password and second factor were set.
    pub fn is_set_up(&self) -> bool {
        !self.password.is_empty() && !self.second.is_empty()
    }
}

impl std::fmt::Debug for OperatorRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OperatorRow({}, {})", self.name, self.role.name())
    }
}

/// A browser that is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Keyed hash of what the browser holds.
    pub hash: [u8; 32],
    /// When it was begun.
    pub since: i64,
    /// When it was last used, to a minute or so.
    pub seen: i64,
    /// When password and second factor were last given.
    pub proven: i64,
}

/// A respondent's session that was left, or that ended with all of its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndedSession {
    /// The random mark of the session, or one that stands for the unit: neither tells whose it was.
    pub mark: [u8; 16],
    /// When, in microseconds since 1970.
    pub at: i64,
}

/// A one-time link: the keyed hash of its token, and until when it works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetUp {
    /// Keyed hash of the token.
    pub hash: [u8; 32],
    /// The last instant.
    pub until: i64,
}

/// What can be done to an operator's account; see [`crate::Store::change_account`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountChange {
    /// A new operator. Not where the name is taken.
    Add {
        /// What they may do.
        role: Role,
        /// How they set themselves up.
        setup: SetUp,
    },
    /// Password, second factor and recovery codes are set by the link. Not where it is another or too late.
    SetUp {
        /// Keyed hash of the link's token.
        token: [u8; 32],
        /// The argon2id hash.
        password: String,
        /// The sealed secret.
        second: Vec<u8>,
        /// The step of the code that proved it.
        step: i64,
        /// Keyed hashes of the recovery codes.
        recovery: Vec<[u8; 32]>,
    },
    /// Password, second factor, recovery codes and sessions are gone; a new link begins anew.
    Reset(SetUp),
    /// Another password; every session ends.
    Password(String),
    /// Another role; every session ends.
    Role(Role),
    /// The operator is gone, with all sessions.
    Remove,
    /// A code of the second factor is used up. Not where it or a later one was used before.
    Step(i64),
    /// A recovery code is used up. Not where there is no such code.
    Recovery([u8; 32]),
    /// Other recovery codes.
    NewRecovery(Vec<[u8; 32]>),
    /// Sessions begin, go on and end.
    Session(SessionChange),
}

/// What can be done to an operator's sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionChange {
    /// A session begins, in place of the one that the browser held before, whoever's that was.
    Begin {
        /// Keyed hash of what the browser holds.
        hash: [u8; 32],
        /// When its holder proved who they are; 0 where nobody knows.
        proven: i64,
        /// The session that ends with it.
        instead_of: Option<[u8; 32]>,
    },
    /// Password and second factor were given once more: what the browser held opens nothing any longer. Not where
    /// there is no such session.
    Proven {
        /// Keyed hash of what the browser held.
        from: [u8; 32],
        /// And of what it holds now.
        to: [u8; 32],
    },
    /// A session was used.
    Seen([u8; 32]),
    /// A session ends.
    End([u8; 32]),
    /// All sessions but this one end. Not where there is no other.
    EndOthers([u8; 32]),
    /// Every session of the operator ends. Not where there is no such operator.
    EndAll,
    /// The sessions of all operators end, but for one where it is named. Not where there is none.
    EndEverybody(Option<[u8; 32]>),
}

/// A change of an account, when, and what the audit log says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfAccount {
    /// The operator.
    pub name: String,
    /// What is changed.
    pub change: AccountChange,
    /// When, in microseconds since 1970.
    pub at: i64,
    /// Noted where the change is made.
    pub act: Option<Act>,
}
