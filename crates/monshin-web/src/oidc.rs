//! What has to be known of a provider of OpenID Connect, whether this build speaks it or not.

use std::fmt;

/// What names an operator in what the provider says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// `email`, where it says that it has verified it.
    Email,
    /// `sub`, which no provider gives to somebody else.
    Subject,
    /// `preferred_username`.
    Username,
}

/// A provider, and this server as its client.
#[derive(Clone)]
pub struct Settings {
    /// Its address, exactly as it gives it itself.
    pub issuer: String,
    /// What it calls us.
    pub client: String,
    /// What proves to it that we are it; empty where it asks for no such thing.
    pub secret: zeroize::Zeroizing<String>,
    /// What names an operator.
    pub claim: Claim,
    /// How strongly people have to have proven who they are there, in the provider's own word (`acr`).
    pub strength: Option<String>,
    /// Certificates (DER) of authorities that are trusted.
    pub roots: Vec<Vec<u8>>,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Settings({}, {})", self.issuer, self.client)
    }
}

/// This build does not speak OpenID Connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoOidc;

impl fmt::Display for NoOidc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this build has no OpenID Connect: build it with --features oidc")
    }
}

impl std::error::Error for NoOidc {}
