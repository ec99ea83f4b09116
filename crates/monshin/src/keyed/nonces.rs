//! Whether a keyed return is one that was taken in before.
//!
//! The database holds each return sealed, and its receipt: a hash over the return and a random number. Nobody can read the
//! one or try answers out against the other. The random numbers of keyed returns are kept here, in a file of the survey
//! folder beside what was keyed: with the number, the same answers have the same receipt.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::fielding::NewPrivate;

/// The file in a survey folder.
const FILE: &str = "fielding.keyed";

/// Random numbers of keyed returns, by unit.
pub struct Nonces {
    path: PathBuf,
    of: BTreeMap<String, String>,
}

impl Nonces {
    /// Those of a folder; none where nothing was keyed in from there.
    ///
    /// # Errors
    /// Where there is a file that cannot be read.
    pub fn read(dir: &Path) -> Result<Nonces> {
        let path = dir.join(FILE);
        let of = match std::fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).with_context(|| path.display().to_string())?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(error).with_context(|| path.display().to_string()),
        };
        Ok(Nonces { path, of })
    }

    /// That of a unit's return.
    pub fn of(&self, unit: &str) -> Option<[u8; 16]> {
        u128::from_str_radix(self.of.get(unit)?, 16).ok().map(u128::to_be_bytes)
    }

    /// Keeps further ones, each in place of the unit's before.
    ///
    /// # Errors
    /// Where the folder takes no file.
    pub fn keep(mut self, more: impl IntoIterator<Item = (String, [u8; 16])>) -> Result<()> {
        self.of.extend(
            more.into_iter().map(|(unit, nonce)| (unit, format!("{:032x}", u128::from_be_bytes(nonce)))),
        );
        NewPrivate::in_place_of(&self.path)?.replace(&serde_json::to_string(&self.of)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again_and_the_last_one_counts() {
        let folder = tempfile::tempdir().expect("a folder");
        let read = || Nonces::read(folder.path()).expect("read");
        assert_eq!(read().of("u1"), None);
        read().keep([("u1".to_owned(), [0; 16]), ("u2".to_owned(), [255; 16])]).expect("kept");
        read().keep([("u1".to_owned(), [1; 16])]).expect("kept");
        assert_eq!(
            (read().of("u1"), read().of("u2"), read().of("u3")),
            (Some([1; 16]), Some([255; 16]), None)
        );
        std::fs::write(folder.path().join(FILE), "{").expect("written");
        assert!(Nonces::read(folder.path()).is_err());
    }
}
