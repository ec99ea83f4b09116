//! How often somebody may try to sign in, and how many passwords are hashed at once.

use std::net::IpAddr;

use tokio::sync::Semaphore;

use super::credential;
use crate::limits::Limit;

const MINUTE: i64 = 60 * 1_000_000;

/// Everything that slows a guesser down.
pub struct Guards {
    pub by_address: Limit<IpAddr>,
    /// By the name as it was typed, whether there is such an operator or not.
    pub by_name: Limit<String>,
    hashing: Semaphore,
}

impl Guards {
    pub fn new() -> Guards {
        Guards {
            by_address: Limit::new(30, 5 * MINUTE),
            by_name: Limit::new(10, 15 * MINUTE),
            // Each takes 19 MiB while it lasts.
            hashing: Semaphore::new(2),
        }
    }

    /// Whether a password is the one of a hash.
    pub async fn is_password(&self, hash: String, password: String) -> bool {
        let password = zeroize::Zeroizing::new(password);
        self.at_rest(move || credential::is_password(&hash, &password)).await
    }

    /// The hash of a new password.
    pub async fn hash(&self, password: String) -> String {
        let password = zeroize::Zeroizing::new(password);
        self.at_rest(move || credential::hash_password(&password)).await
    }

    async fn at_rest<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let _one = self.hashing.acquire().await.expect("it is never closed");
        tokio::task::spawn_blocking(work).await.expect("hashing does not panic")
    }
}
