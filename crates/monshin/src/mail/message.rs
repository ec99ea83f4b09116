//! One mail: headers and text.

use anyhow::{Context, Result};
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, SinglePart};
use lettre::{Address, Message};
use monshin_instrument::{MailText, fill_places};

use super::words::otherwise;
use monshin_web::{Addressee, Cause, Sample};

/// Who writes, and what.
pub struct Desk {
    from: Mailbox,
    reply_to: Option<Mailbox>,
    subject: String,
    body: String,
    title: String,
    organizer: String,
    contact: String,
    closes: String,
}

/// Why a unit cannot be written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAddress {
    /// The list has none.
    Missing,
    /// What the list has is none.
    Malformed,
}

impl Desk {
    /// The words of a survey in one of its languages.
    pub fn new(cause: &Cause, is_reminder: bool) -> Result<Desk> {
        let (survey, language) = (cause.form.survey(), cause.language.as_str());
        let mail = &survey.mail;
        let text: &MailText = if is_reminder { &mail.reminder } else { &mail.invitation };
        let (subject, body) = otherwise(language, is_reminder);
        let or = |own: &str, otherwise: &str| if own.is_empty() { otherwise } else { own }.to_owned();
        Ok(Desk {
            from: mailbox(&mail.from)?,
            reply_to: mail.reply_to.as_deref().map(mailbox).transpose()?,
            subject: or(text.subject.get(language), subject),
            body: or(text.body.get(language), body),
            title: survey.title.get(language).to_owned(),
            organizer: survey.organizer.get(language).to_owned(),
            contact: survey.fielding.contact.get(language).to_owned(),
            closes: cause.closes.clone(),
        })
    }

    /// The mail to a unit. Its token stands in its Message-ID, and `stop` is where its reader can say
    /// that they want no more.
    pub fn write(&self, to: &Addressee, token: &[u8; 16], stop: &str) -> Result<Result<Message, NoAddress>> {
        let address = match address_of(to) {
            Ok(address) => address,
            Err(why) => return Ok(Err(why)),
        };
        let (name, subject, body) = self.filled(to, stop);
        let host = self.from.email.domain();
        let id: String = token.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new((!name.is_empty()).then(|| name.clone()), address))
            .subject(subject)
            .message_id(Some(format!("<monshin.{id}@{host}>")))
            .raw_header(fixed("Auto-Submitted", "auto-generated"))
            .raw_header(fixed("List-Unsubscribe", &format!("<{}>", in_ascii(stop))))
            .raw_header(fixed("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
            .date_now();
        if let Some(reply_to) = &self.reply_to {
            message = message.reply_to(reply_to.clone());
        }
        let body = body.replace('\n', "\r\n");
        let text = SinglePart::builder()
            .header(ContentType::TEXT_PLAIN)
            .header(ContentTransferEncoding::Base64)
            .body(body);
        Ok(Ok(message.singlepart(text).context("a mail could not be put together")?))
    }
}

impl Desk {
    /// Name, subject and text as they go to somebody.
    fn filled(&self, to: &Addressee, stop: &str) -> (String, String, String) {
        let name = in_one_line(&to.name);
        let place = |place: &str| match place {
            "name" => name.clone(),
            "title" => self.title.clone(),
            "organizer" => self.organizer.clone(),
            "contact" => self.contact.clone(),
            "link" => to.link.clone(),
            "closes" => self.closes.clone(),
            _ => stop.to_owned(),
        };
        let subject = in_one_line(&fill_places(&self.subject, place));
        let body = fill_places(&self.body, place).replace("\r\n", "\n");
        (name, subject, body)
    }

    /// The mail to somebody, to be looked at.
    pub fn sample(&self, to: &Addressee, stop: &str) -> Sample {
        let (name, subject, body) = self.filled(to, stop);
        let to = if name.is_empty() { to.email.clone() } else { format!("{name} <{}>", to.email) };
        let from = match &self.from.name {
            Some(name) => format!("{name} <{}>", self.from.email),
            None => self.from.email.to_string(),
        };
        Sample { from, to, subject, body }
    }
}

/// Whether a text is a mail address.
pub fn is_address(text: &str) -> bool {
    parsed(text).is_ok()
}

/// A header of our own words, which is not to be encoded.
fn fixed(name: &'static str, value: &str) -> HeaderValue {
    let name = HeaderName::new_from_ascii_str(name);
    HeaderValue::dangerous_new_pre_encoded(name, value.to_owned(), value.to_owned())
}

fn in_ascii(text: &str) -> String {
    text.chars().filter(char::is_ascii_graphic).collect()
}

/// Nothing that is filled in begins a new line of the head.
fn in_one_line(text: &str) -> String {
    text.split(|c: char| c.is_control() || c == '\u{2028}' || c == '\u{2029}')
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn address_of(to: &Addressee) -> Result<Address, NoAddress> {
    match to.email.trim() {
        "" => Err(NoAddress::Missing),
        email => parsed(email),
    }
}

/// Full-width signs come from forms that were typed with the input method on.
fn parsed(email: &str) -> Result<Address, NoAddress> {
    monshin_instrument::records::normalise(email.trim()).parse().map_err(|_| NoAddress::Malformed)
}

/// An address as it stands in a letter head: `Name <name@host>`, or alone.
fn mailbox(text: &str) -> Result<Mailbox> {
    let shown = || format!("`{text}` is no mail address");
    let (name, address) = match text.rsplit_once('<') {
        Some((name, rest)) => (name.trim().trim_matches('"'), rest.trim().trim_end_matches('>')),
        None => ("", text.trim()),
    };
    let address: Address = address.parse().with_context(shown)?;
    Ok(Mailbox::new((!name.is_empty()).then(|| in_one_line(name)), address))
}

#[cfg(test)]
mod tests {
    use mail_parser::{MessageParser, MimeHeaders};

    use super::*;

    fn desk() -> Desk {
        Desk {
            from: mailbox("医療情報セキュリティ調査事務局 <survey@example.jp>").expect("an address"),
            reply_to: None,
            subject:
                "【ご協力のお願い】医療機関における情報セキュリティ対策の実施状況に関する調査（{name}様）"
                    .into(),
            body: "{name} 御中\n{link}\n{stop}\n".into(),
            title: String::new(),
            organizer: String::new(),
            contact: String::new(),
            closes: String::new(),
        }
    }

    fn to(name: &str, email: &str) -> Addressee {
        Addressee {
            unit: "u1".into(),
            name: name.into(),
            email: email.into(),
            link: "https://survey.example.jp/r/ABC".into(),
        }
    }

    fn written(name: &str) -> Vec<u8> {
        let stop = "https://survey.example.jp/stop/00ff";
        desk()
            .write(&to(name, "a@b.example"), &[7; 16], stop)
            .expect("written")
            .expect("an address")
            .formatted()
    }

    #[test]
    fn another_program_reads_what_was_meant() {
        let bytes = written("青葉内科・循環器科クリニック");
        assert!(bytes.is_ascii(), "RFC 2047 and base64");
        assert!(bytes.split(|byte| *byte == b'\n').all(|line| line.len() <= 200), "lines are folded");
        let mail = MessageParser::default().parse(&bytes).expect("a mail");
        let subject = "【ご協力のお願い】医療機関における情報セキュリティ対策の実施状況に関する調査（青葉内科・循環器科クリニック様）";
        assert_eq!(mail.subject(), Some(subject));
        let from = mail.from().and_then(|list| list.first()).expect("a sender");
        assert_eq!(
            (from.name(), from.address()),
            (Some("医療情報セキュリティ調査事務局"), Some("survey@example.jp"))
        );
        let to = mail.to().and_then(|list| list.first()).expect("a reader");
        assert_eq!((to.name(), to.address()), (Some("青葉内科・循環器科クリニック"), Some("a@b.example")));
        assert_eq!(mail.message_id(), Some("monshin.07070707070707070707070707070707@example.jp"));
        let body = mail.body_text(0).expect("a text");
        assert_eq!(
            body.replace("\r\n", "\n"),
            "青葉内科・循環器科クリニック 御中\nhttps://survey.example.jp/r/ABC\nhttps://survey.example.jp/stop/00ff\n"
        );
        assert_eq!(mail.content_type().and_then(|kind| kind.attribute("charset")), Some("utf-8"));
        let raw = |name: &'static str| mail.header_raw(name).map(str::trim);
        assert_eq!(raw("List-Unsubscribe"), Some("<https://survey.example.jp/stop/00ff>"));
        assert_eq!(raw("List-Unsubscribe-Post"), Some("List-Unsubscribe=One-Click"));
    }

    #[test]
    fn no_name_begins_a_header_of_its_own() {
        for name in [
            "医院\r\nBcc: all@evil.example",
            "a\nX-Evil: 1",
            "\r\n\r\n<script>",
            "x\u{2028}Bcc: y@z.example",
            "{link}\r",
        ] {
            let bytes = written(name);
            let mail = MessageParser::default().parse(&bytes).expect("a mail");
            let names: Vec<&str> = mail.headers().iter().map(|header| header.name()).collect();
            let ours = [
                "From",
                "To",
                "Subject",
                "Message-ID",
                "Auto-Submitted",
                "List-Unsubscribe",
                "List-Unsubscribe-Post",
                "Date",
                "Content-Type",
                "Content-Transfer-Encoding",
                "MIME-Version",
            ];
            for have in &names {
                assert!(ours.iter().any(|name| name.eq_ignore_ascii_case(have)), "{have}: {name:?}");
            }
            assert_eq!(names.len(), ours.len(), "{names:?}");
            assert_eq!(mail.to().map(|list| list.iter().count()), Some(1));
        }
    }

    #[test]
    fn what_is_no_address_is_told_and_not_written_to() {
        let refused =
            |email: &str| desk().write(&to("a", email), &[0; 16], "https://a/").expect("written").err();
        assert_eq!(refused(""), Some(NoAddress::Missing));
        for email in
            ["a", "a@", "a b@c.example", "a@b.example\r\nBcc: c@d.example", "<a@b.example>, c@d.example"]
        {
            assert_eq!(refused(email), Some(NoAddress::Malformed), "{email}");
        }
        assert_eq!(refused("ａｏｂａ＠example.jp"), None);
    }
}
