//! What is written to the units: who writes, and the words of invitations and reminders.

use crate::LocalText;

/// `[mail]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mail {
    /// Who writes, as in a letter head: `事務局 <survey@example.jp>`; empty where nothing is sent.
    pub from: String,
    /// Where replies go, where that is elsewhere.
    pub reply_to: Option<String>,
    /// The first mail to a unit.
    pub invitation: MailText,
    /// Those after it.
    pub reminder: MailText,
}

/// Subject and body of a mail; empty where the binary's own words are taken.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MailText {
    /// One line.
    pub subject: LocalText,
    /// Plain text.
    pub body: LocalText,
}

/// What may stand in braces in a subject or a body.
pub const PLACES: [&str; 7] = ["name", "title", "organizer", "contact", "link", "closes", "stop"];

/// A text with the places in braces filled in. What is filled in is not read again.
pub fn fill_places(text: &str, value: impl Fn(&str) -> String) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        match after.split_once('}') {
            Some((name, behind)) if PLACES.contains(&name) => {
                filled.push_str(&value(name));
                rest = behind;
            }
            _ => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled + rest
}

/// The names in braces that are no place.
pub(crate) fn unknown_places(text: &str) -> Vec<&str> {
    let names = text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name));
    names.filter(|name| !PLACES.contains(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_looks_like_a_place_stays_a_name() {
        let value = |name: &str| if name == "name" { "{link}医院".to_owned() } else { format!("<{name}>") };
        assert_eq!(fill_places("{name}: {link} {a} {", value), "{link}医院: <link> {a} {");
        assert_eq!(unknown_places("{name} {nmae} {link"), ["nmae"]);
    }
}
