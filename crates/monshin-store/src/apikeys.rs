//! Keys of programs that ask through the API.

/// What a program may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Read how many cases came to what.
    Status,
    /// Bring in returns that came on paper or as files.
    Import,
}

impl Scope {
    /// All.
    pub const ALL: [Scope; 2] = [Scope::Status, Scope::Import];

    /// The word in the database and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Scope::Status => "status",
            Scope::Import => "import",
        }
    }

    /// From its word.
    pub fn parse(name: &str) -> Option<Scope> {
        Scope::ALL.into_iter().find(|scope| scope.name() == name)
    }
}

/// A key as the database keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Keyed hash of the key.
    pub hash: [u8; 32],
    /// The one survey that it is for.
    pub survey: String,
    /// What it is called.
    pub name: String,
    /// The one thing it may do.
    pub scope: Scope,
    /// First instant at which it no longer works.
    pub until: i64,
}
