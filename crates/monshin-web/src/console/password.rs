//! Which passwords are taken: long ones, of whatever signs, that nobody would try first.

use std::collections::BTreeSet;

use crate::app::App;

/// The least length, in characters.
const LEAST_LENGTH: usize = 12;
const MOST_LENGTH: usize = 256;
const LEAST_DIFFERENT: usize = 5;

/// The most frequent passwords that would be taken otherwise, in small letters, one a line; whence, `data/README.md` says.
const COMMON: &str = include_str!("../../data/common-passwords.txt");

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weak {
    Short,
    Long,
    Guessable,
    Differs,
}

/// Whether a new password can be taken; typed twice. Nobody may use one of `names` in it.
pub fn check_password(names: &[String], password: &str, again: &str) -> Result<(), Weak> {
    let length = password.chars().count();
    if length < LEAST_LENGTH {
        Err(Weak::Short)
    } else if length > MOST_LENGTH {
        Err(Weak::Long)
    } else if is_guessable(names, password) {
        Err(Weak::Guessable)
    } else if password != again {
        Err(Weak::Differs)
    } else {
        Ok(())
    }
}

fn is_guessable(names: &[String], password: &str) -> bool {
    let small = password.to_lowercase();
    let different: BTreeSet<char> = small.chars().collect();
    let bare = bare(&small);
    different.len() < LEAST_DIFFERENT
        || COMMON.lines().any(|common| common == small)
        || names.iter().any(|name| bare.contains(name.as_str()))
}

/// What somebody would try who knows whose console it is: the names of the product, of the operator, of the host, and of
/// the surveys with whoever holds them, each as [`bare`] leaves it.
pub fn names(app: &App, operator: &str) -> Vec<String> {
    let host = app.0.config.host();
    let host = host.rsplit_once(':').map_or(host, |(name, _)| name);
    // What stands behind the last dot is that of half the world.
    let host = host.rsplit_once('.').map_or(host, |(name, _)| name);
    let mut all = vec!["monshin", operator, operator.split('@').next().unwrap_or_default()];
    all.extend(host.split('.'));
    for survey in app.0.surveys.values().map(|one| one.form.survey()) {
        all.push(&survey.id);
        for language in &survey.languages {
            all.extend([survey.title.get(language), survey.organizer.get(language)]);
        }
    }
    all.into_iter().map(bare).filter(|name| is_telling(name)).collect()
}

/// Small letters and digits alone: however it is spaced and joined, a name is the same.
fn bare(text: &str) -> String {
    text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Three letters stand in many a word; two Chinese characters are a name already.
fn is_telling(name: &str) -> bool {
    name.chars().count() >= if name.is_ascii() { 4 } else { 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(password: &str) -> Result<(), Weak> {
        let names = ["aoki", "monshin", "healthfederation", "保団連", "survey"].map(str::to_owned);
        check_password(&names, password, password)
    }

    #[test]
    fn passwords_are_long_and_not_the_obvious_ones() {
        for (password, expected) in [
            ("kurz", Err(Weak::Short)),
            ("12345678901", Err(Weak::Short)),
            ("aaaaaaaaaaaaaaaa", Err(Weak::Guessable)),
            ("Password12345", Err(Weak::Guessable)),
            ("aoki-in-the-garden", Err(Weak::Guessable)),
            ("A.O.K.I. in the garden", Err(Weak::Guessable)),
            ("my Health-Federation 2026", Err(Weak::Guessable)),
            ("春の保団連の会議に出る日", Err(Weak::Guessable)),
            ("the health of a garden", Ok(())),
            ("雨の日は青い傘を差して歩く", Ok(())),
            ("correct horse battery", Ok(())),
        ] {
            assert_eq!(check(password), expected, "{password}");
        }
        assert_eq!(check_password(&[], "correct horse battery", "correct horse"), Err(Weak::Differs));
        assert_eq!(check_password(&[], &"ab3xy".repeat(60), ""), Err(Weak::Long));
        let long = "ab3xy".repeat(51);
        assert_eq!(check_password(&[], &long, &long), Ok(()), "255 signs are as good as 12");
    }

    #[test]
    fn the_most_frequent_passwords_that_would_be_taken_are_not() {
        let all: Vec<&str> = COMMON.lines().collect();
        assert_eq!(all.len(), 6_000, "ASVS 6.2.4 asks for 3,000");
        assert!(all.is_sorted_by(|a, b| a < b), "each once");
        for common in all {
            assert_eq!(check_password(&[], common, common), Err(Weak::Guessable), "{common}");
            let large = common.to_uppercase();
            assert_eq!(check_password(&[], &large, &large), Err(Weak::Guessable), "{large}");
            // Nothing else refuses them.
            let other = format!("{common}~");
            assert_eq!(check_password(&[], &other, &other), Ok(()), "{other}");
        }
    }
}
