//! Mails that came back: reports of mail servers (RFC 3464), and lists of who cannot be reached.
//!
//! Comes in: bytes of a file. Goes out: which of our mails came back, by the token that only the mail carried, and what
//! else was in the file.

use std::collections::BTreeSet;
use std::io::Read as _;

use mail_parser::{MessageParser, MimeHeaders, PartType};
use monshin_instrument::records::{Decoder, Encoding};
use monshin_store::{Act, Post, Posted, Store, StoreError};

/// A mail that came back for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounce {
    /// The token of the mail that came back.
    pub token: [u8; 16],
    /// The status it gives: `5.1.1`.
    pub status: String,
}

/// What a mailbox held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Returned {
    /// Mails that came back for good.
    pub bounces: Vec<Bounce>,
    /// Reports of mails that are only late.
    pub late: u64,
    /// Reports that name no mail of ours.
    pub foreign: u64,
    /// Other mails: answers of people and machines. Somebody should read them.
    pub others: u64,
}

impl Returned {
    /// Reads a mail, or those of an mbox file.
    pub fn read_mails(&mut self, bytes: &[u8]) {
        for mail in mails(bytes) {
            one(&mail, self);
        }
    }

    /// Notes the units of mails that came back as undeliverable; gives how many were noted.
    ///
    /// # Errors
    /// Those of the database. What was noted until then stays.
    pub async fn note(&self, store: &dyn Store, survey: &str, act: Act) -> Result<u64, StoreError> {
        let mut noted = 0;
        let done = self.note_each(store, act.at, &mut noted).await;
        // Also where the rest was not noted.
        if noted > 0 {
            store.audit(survey, Act { detail: noted.to_string(), ..act }).await?;
        }
        done.map(|()| noted)
    }

    async fn note_each(&self, store: &dyn Store, at: i64, noted: &mut u64) -> Result<(), StoreError> {
        for bounce in &self.bounces {
            let post = Post::Bounce { token: bounce.token, detail: bounce.status.clone(), at };
            if let Posted::Changed(changed) = store.post(post).await? {
                *noted += changed;
            }
        }
        Ok(())
    }
}

/// Who cannot be reached, by id or by mail address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unreachable {
    /// Ids of units.
    pub units: BTreeSet<String>,
    /// Mail addresses, in small letters.
    pub addresses: BTreeSet<String>,
}

/// Reads a list: a CSV with a column `id` or `email`, as an operator keeps one or a mail service gives one. `None` where it is
/// no such list.
pub fn unreachable(bytes: &[u8]) -> Option<Unreachable> {
    let encoding = Encoding::detect(bytes).ok()?;
    let mut text = String::new();
    Decoder::new(bytes, encoding).read_to_string(&mut text).ok()?;
    let mut csv = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let header = csv.headers().ok()?.clone();
    let column = |name: &str| header.iter().position(|have| have.trim().eq_ignore_ascii_case(name));
    let (id, email) = (column("id"), column("email"));
    id.or(email)?;
    let mut list = Unreachable::default();
    for row in csv.records() {
        let row = row.ok()?;
        let cell =
            |at: Option<usize>| at.and_then(|at| row.get(at)).map(str::trim).filter(|cell| !cell.is_empty());
        // The id is surer where both are there.
        match (cell(id), cell(email)) {
            (Some(id), _) => drop(list.units.insert(id.to_owned())),
            (None, Some(email)) => drop(list.addresses.insert(email.to_lowercase())),
            (None, None) => {}
        }
    }
    Some(list)
}

/// One mail, or those of an mbox, which are parted by lines that begin with `From `.
fn mails(bytes: &[u8]) -> Vec<Vec<u8>> {
    if !bytes.starts_with(b"From ") {
        return vec![bytes.to_vec()];
    }
    let mut mails: Vec<Vec<u8>> = Vec::new();
    let mut after_blank = true;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if after_blank && line.starts_with(b"From ") {
            mails.push(Vec::new());
        } else if let Some(mail) = mails.last_mut() {
            mail.extend_from_slice(
                line.strip_prefix(b">").filter(|rest| rest.starts_with(b"From ")).unwrap_or(line),
            );
        }
        after_blank = line.trim_ascii().is_empty();
    }
    mails
}

fn one(bytes: &[u8], read: &mut Returned) {
    let Some(mail) = MessageParser::default().parse(bytes) else {
        read.others += 1;
        return;
    };
    let is = |part: &mail_parser::MessagePart<'_>, kind: &str, sub: &str| {
        part.content_type().is_some_and(|have| {
            have.c_type.eq_ignore_ascii_case(kind)
                && have.c_subtype.as_deref().is_some_and(|have| have.eq_ignore_ascii_case(sub))
        })
    };
    let Some(report) = mail.parts.iter().find(|part| is(part, "message", "delivery-status")) else {
        read.others += 1;
        return;
    };
    let report = String::from_utf8_lossy(report.contents()).into_owned();
    let Some(status) = failed_for_good(&report) else {
        read.late += 1;
        return;
    };
    let token = mail.parts.iter().find_map(|part| match &part.body {
        PartType::Message(returned) => returned.message_id().and_then(token_of),
        _ => token_in(&String::from_utf8_lossy(part.contents())),
    });
    match token {
        Some(token) => read.bounces.push(Bounce { token, status }),
        None => read.foreign += 1,
    }
}

/// The status of the first recipient that failed for good: `Action: failed` with a status of class 5.
fn failed_for_good(report: &str) -> Option<String> {
    let mut fields = report.replace("\r\n", "\n");
    fields.push('\n');
    fields.split("\n\n").find_map(|block| {
        let field = |name: &str| {
            block.lines().find_map(|line| {
                let (have, value) = line.split_once(':')?;
                have.trim().eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
            })
        };
        let action = field("action")?;
        // Behind the numbers some servers write a comment.
        let status = field("status")?.split_whitespace().next()?.to_owned();
        let is_status = status.split('.').count() == 3
            && status.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        (action.to_ascii_lowercase().starts_with("failed") && is_status && status.starts_with("5."))
            .then_some(status)
    })
}

/// The token of a Message-ID of ours in the head of a mail that was returned.
fn token_in(text: &str) -> Option<[u8; 16]> {
    let text = text.to_ascii_lowercase();
    let mut rest = text.as_str();
    while let Some((_, after)) = rest.split_once("message-id:") {
        if let Some(token) = token_of(after.trim_start().trim_start_matches('<')) {
            return Some(token);
        }
        rest = after;
    }
    None
}

fn token_of(id: &str) -> Option<[u8; 16]> {
    let digits = id.strip_prefix("monshin.")?.get(..32)?;
    let mut token = [0; 16];
    for (at, byte) in token.iter_mut().enumerate() {
        *byte = u8::from_str_radix(digits.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// After the example in RFC 3464, appendix E.1, with a mail of ours.
    const DSN: &str = "From: Mail Delivery Subsystem <MAILER-DAEMON@cs.example>\r\n\
        To: survey@example.jp\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/report; report-type=delivery-status; boundary=\"RAA1\"\r\n\
        Subject: Returned mail: User unknown\r\n\r\n--RAA1\r\n\r\nThe mail came back.\r\n\r\n\
        --RAA1\r\ncontent-type: message/delivery-status\r\n\r\nReporting-MTA: dns; cs.example\r\n\r\n\
        Original-Recipient: rfc822;a@b.example\r\nFinal-Recipient: rfc822;a@b.example\r\nAction: ACTION\r\n\
        Status: STATUS\r\nDiagnostic-Code: smtp; 550 no such user\r\n\r\n--RAA1\r\ncontent-type: KIND\r\n\r\n\
        Received: from x\r\nMessage-ID: <monshin.000102030405060708090a0b0c0d0e0f@example.jp>\r\n\
        From: survey@example.jp\r\nSubject: x\r\n\r\nbody\r\n--RAA1--\r\n";

    fn of(text: &str) -> Returned {
        let mut read = Returned::default();
        read.read_mails(text.as_bytes());
        read
    }

    fn dsn(action: &str, status: &str, kind: &str) -> String {
        DSN.replace("ACTION", action).replace("STATUS", status).replace("KIND", kind)
    }

    #[test]
    fn a_report_names_the_mail_that_came_back() {
        let token = std::array::from_fn(|at| at as u8);
        for kind in ["message/rfc822", "text/rfc822-headers"] {
            let read = of(&dsn("failed", "5.1.1 (no such user)", kind));
            assert_eq!(read.bounces, [Bounce { token, status: "5.1.1".into() }], "{kind}");
        }
    }

    #[test]
    fn late_mails_answers_and_foreign_reports_are_no_bounces() {
        let late = Returned { late: 1, ..Returned::default() };
        assert_eq!(of(&dsn("delayed", "4.4.7", "message/rfc822")), late);
        assert_eq!(of(&dsn("failed", "4.2.2", "message/rfc822")), late, "full, and may empty");
        let foreign = dsn("failed", "5.1.1", "message/rfc822").replace("monshin.", "other.");
        assert_eq!(of(&foreign), Returned { foreign: 1, ..Returned::default() });
        let answer = "From: a@b.example\r\nSubject: Re: monshin.000102030405060708090a0b0c0d0e0f\r\n\r\n\
                      Message-ID: <monshin.000102030405060708090a0b0c0d0e0f@example.jp> 5.1.1\r\n";
        assert_eq!(
            of(answer),
            Returned { others: 1, ..Returned::default() },
            "a person's words are no report"
        );
    }

    #[test]
    fn an_mbox_holds_several() {
        let two = format!(
            "From a\n{}\nFrom b\n{}",
            dsn("failed", "5.1.1", "message/rfc822"),
            dsn("delayed", "4.4.7", "message/rfc822")
        );
        let read = of(&two);
        assert_eq!((read.bounces.len(), read.late), (1, 1));
    }

    #[test]
    fn a_list_names_units_or_addresses() {
        let list = |text: &[u8]| unreachable(text);
        let read =
            list(b"\xef\xbb\xbfID,Email,reason\n u1 ,a@b.example,gone\n,C@D.example\n,,\n").expect("a list");
        assert_eq!(read.units, BTreeSet::from(["u1".to_owned()]));
        assert_eq!(read.addresses, BTreeSet::from(["c@d.example".to_owned()]));
        assert_eq!(list(b"id\n"), Some(Unreachable::default()));
        assert_eq!(list(b"name,reason\nx,y\n"), None);
        assert_eq!(list(b""), None);
        assert_eq!(list(dsn("failed", "5.1.1", "message/rfc822").as_bytes()), None, "a mail is no list");
    }
}
