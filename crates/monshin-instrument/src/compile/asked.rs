//! What respondents are asked, as one hash: dates, mails and thresholds may change while a survey is
//! in the field, and this does not.

use sha2::{Digest, Sha256};
use toml::de::{DeTable, DeValue};

/// Tables that decide what is asked and what an answer means.
const ASKED: [&str; 5] = ["codes", "breakdown", "section", "block", "question"];
/// Keys of `[survey]` that do.
const OF_SURVEY: [&str; 3] = ["id", "languages", "required"];

/// SHA-256 over those, in hexadecimal; order, spaces and comments of the file do not matter.
pub(super) fn hash(root: &DeTable<'_>) -> String {
    let mut digest = Sha256::new();
    let mut keep = |table: &DeTable<'_>, names: &[&str]| {
        for name in names {
            if let Some(value) = table.get(*name) {
                part(&mut digest, b'k', name.as_bytes());
                add(&mut digest, value.get_ref());
            }
        }
    };
    keep(root, &ASKED);
    if let Some(survey) = root.get("survey").and_then(|survey| survey.get_ref().as_table()) {
        keep(survey, &OF_SURVEY);
    }
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Every part stands with its kind and its length, so that none runs into the next.
fn part(digest: &mut Sha256, kind: u8, bytes: &[u8]) {
    digest.update([kind]);
    digest.update((bytes.len() as u64).to_be_bytes());
    digest.update(bytes);
}

fn add(digest: &mut Sha256, value: &DeValue<'_>) {
    match value {
        DeValue::String(text) => part(digest, b's', text.as_bytes()),
        DeValue::Integer(number) => part(digest, b'i', number.as_str().as_bytes()),
        DeValue::Float(number) => part(digest, b'f', number.as_str().as_bytes()),
        DeValue::Boolean(flag) => part(digest, b'b', &[u8::from(*flag)]),
        DeValue::Datetime(when) => part(digest, b'd', when.to_string().as_bytes()),
        DeValue::Array(list) => {
            part(digest, b'a', &(list.len() as u64).to_be_bytes());
            list.iter().for_each(|value| add(digest, value.get_ref()));
        }
        DeValue::Table(table) => {
            // Codes are numbered in the order in which they stand.
            let mut entries: Vec<_> = table.iter().collect();
            entries.sort_by_key(|(key, _)| key.span().start);
            part(digest, b't', &(entries.len() as u64).to_be_bytes());
            for (key, value) in entries {
                part(digest, b'k', key.get_ref().as_bytes());
                add(digest, value.get_ref());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> String {
        hash(DeTable::parse(text).expect("TOML").get_ref())
    }

    const FORM: &str = "[survey]\nid = \"s\"\ncloses = 2026-12-25\n\
                        [[question]]\nid = \"q1\"\ncodes = { yes = \"Yes\", no = \"No\" }\n";

    #[test]
    fn dates_mails_and_comments_do_not_change_what_is_asked() {
        let later =
            FORM.replace("12-25", "12-31").replace("[[", "# later\n[[") + "[mail]\nfrom = \"a@b.c\"\n";
        assert_eq!(of(FORM), of(&later));
    }

    #[test]
    fn questions_codes_and_their_order_do() {
        let swapped = FORM.replace("yes = \"Yes\", no = \"No\"", "no = \"No\", yes = \"Yes\"");
        for other in
            [swapped, FORM.replace("Yes", "Ja"), FORM.replace("q1", "q2"), FORM.replace("\"s\"", "\"t\"")]
        {
            assert_ne!(of(FORM), of(&other), "{other}");
        }
    }
}
