//! The mail server that takes the mails.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use lettre::Message;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{self, response::Response};

/// Longest wait for one answer; RFC 5321 asks for minutes where a server checks what it takes.
const WAIT: Duration = Duration::from_secs(120);

/// A mail server, and how to speak to it.
pub struct Relay {
    host: String,
    port: u16,
    line: Line,
    user: String,
    password: zeroize::Zeroizing<String>,
    trusted: Option<Vec<u8>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    /// TLS from the first byte (`smtps://`).
    Tls,
    /// TLS by STARTTLS, or nothing is sent.
    StartTls,
    /// A server on this machine.
    Plain,
}

/// What became of a mail that was handed over.
#[derive(Debug)]
pub enum Handed {
    /// Taken: the server is responsible for it now.
    Taken,
    /// There is no such address.
    Never(String),
    /// Not now, or not as it is; that says nothing of the address.
    Later(String),
    /// The server takes no mail of this sender, whoever it goes to.
    NotFromUs(String),
    /// The line broke while it was handed over.
    Unknown(String),
}

/// How far handing over came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Sender,
    Recipient,
    Text,
}

impl Relay {
    /// From `smtp://[USER@]HOST[:PORT]` (STARTTLS, which only a server on this machine may lack) or
    /// `smtps://…`; the password from a file or from `MONSHIN_SMTP_PASSWORD`.
    pub fn new(url: &str, password: Option<&Path>, trusted: Option<&Path>) -> Result<Relay> {
        let (scheme, rest) =
            url.split_once("://").context("an SMTP address begins with smtp:// or smtps://")?;
        let (user, place) =
            rest.trim_end_matches('/').rsplit_once('@').unwrap_or(("", rest.trim_end_matches('/')));
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) => (host, Some(port.parse().with_context(|| format!("`{port}` is no port"))?)),
            None => (place, None),
        };
        if user.contains(':') {
            bail!("no password in the address: give it in a file, or in MONSHIN_SMTP_PASSWORD");
        }
        let is_here = matches!(host, "localhost" | "127.0.0.1");
        let line = match scheme {
            "smtps" => Line::Tls,
            "smtp" if is_here => Line::Plain,
            "smtp" => Line::StartTls,
            _ => bail!("an SMTP address begins with smtp:// or smtps://"),
        };
        let read = |path: &Path| std::fs::read(path).with_context(|| path.display().to_string());
        let password = match password {
            Some(path) => {
                String::from_utf8(read(path)?).context("a password in UTF-8")?.trim_end().to_owned()
            }
            None => std::env::var("MONSHIN_SMTP_PASSWORD").unwrap_or_default(),
        };
        Ok(Relay {
            host: host.to_owned(),
            port: port.unwrap_or(if line == Line::Tls { 465 } else { 587 }),
            line,
            user: user.to_owned(),
            password: password.into(),
            trusted: trusted.map(read).transpose()?,
        })
    }

    /// A line to it, signed in.
    pub fn connect(&self) -> Result<SmtpConnection> {
        let shown = || format!("{}:{}", self.host, self.port);
        let hello = ClientId::default();
        let tls = match self.line {
            Line::Plain => None,
            Line::Tls | Line::StartTls => Some(self.tls()?),
        };
        let at_once = tls.as_ref().filter(|_| self.line == Line::Tls);
        let server = (self.host.as_str(), self.port);
        let mut connection =
            SmtpConnection::connect(server, Some(WAIT), &hello, at_once, None).with_context(shown)?;
        if let (Line::StartTls, Some(tls)) = (self.line, &tls) {
            connection.starttls(tls, &hello).with_context(shown)?;
        }
        if !self.user.is_empty() {
            let credentials = Credentials::new(self.user.clone(), self.password.to_string());
            connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).with_context(shown)?;
        }
        Ok(connection)
    }

    fn tls(&self) -> Result<TlsParameters> {
        let mut tls = TlsParameters::builder(self.host.clone());
        if let Some(pem) = &self.trusted {
            tls = tls.add_root_certificate(Certificate::from_pem(pem).context("a certificate to trust")?);
        }
        tls.build().context("TLS")
    }
}

/// Hands a mail over.
pub fn hand_over(connection: &mut SmtpConnection, mail: &Message) -> Handed {
    let (step, error) = match send(connection, mail) {
        Ok(_) => return Handed::Taken,
        Err(failed) => failed,
    };
    let said = error.status().map_or_else(|| "no answer".to_owned(), |code| code.to_string());
    if error.is_permanent() {
        match step {
            Step::Sender => Handed::NotFromUs(error.to_string()),
            Step::Recipient if is_of_address(&said, &error.to_string()) => Handed::Never(said),
            Step::Recipient | Step::Text => Handed::Later(said),
        }
    } else if error.is_transient() {
        Handed::Later(said)
    } else if error.is_client() {
        Handed::Never("the address cannot be written to from here".to_owned())
    } else {
        Handed::Unknown(said)
    }
}

/// Whether a refusal for good says that there is no such address, or nobody at it. Servers also refuse for good what
/// they take for unwanted, what is not theirs to pass on, and who has not signed in: by the enhanced status where there
/// is one (RFC 3463: 5.1 the address, 5.2 the mailbox, of which 5.2.2 is full), else by the code.
fn is_of_address(code: &str, said: &str) -> bool {
    let status = said.split_whitespace().find(|word| {
        word.starts_with("5.")
            && word.split('.').count() == 3
            && word.bytes().all(|c| c == b'.' || c.is_ascii_digit())
    });
    match status {
        Some(status) => (status.starts_with("5.1.") || status.starts_with("5.2.")) && status != "5.2.2",
        None => matches!(code, "550" | "551" | "553"),
    }
}

/// As [`SmtpConnection::send`] does it, but with body and end in one piece: of two pieces the second waits on the line
/// until the server has told that it has the first, which it does after 40 ms. What is not plain ASCII is left to it.
fn send(connection: &mut SmtpConnection, mail: &Message) -> Result<Response, (Step, smtp::Error)> {
    let (envelope, bytes) = (mail.envelope(), mail.formatted());
    let addresses = || envelope.to().iter().chain(envelope.from());
    let of_text = |error| (Step::Text, error);
    let body = match String::from_utf8(bytes) {
        Ok(text) if text.is_ascii() && addresses().all(|one| AsRef::<str>::as_ref(one).is_ascii()) => {
            body(&text)
        }
        Ok(text) => return connection.send(envelope, text.as_bytes()).map_err(of_text),
        Err(other) => return connection.send(envelope, other.as_bytes()).map_err(of_text),
    };
    let mut steps = || {
        let from = Mail::new(envelope.from().cloned(), Vec::new());
        connection.command(from).map_err(|error| (Step::Sender, error))?;
        for to in envelope.to() {
            let to = Rcpt::new(to.clone(), Vec::new());
            connection.command(to).map_err(|error| (Step::Recipient, error))?;
        }
        connection.command(Data).map_err(of_text)?;
        connection.command(&*body).map_err(of_text)
    };
    let sent = steps();
    if sent.is_err() {
        connection.abort();
    }
    sent
}

/// A mail between `DATA` and the server's word that it has it: lines that begin with a dot get another one (RFC 5321,
/// 4.5.2).
fn body(mail: &str) -> String {
    let dot = if mail.starts_with('.') { "." } else { "" };
    format!("{dot}{}\r\n.\r\n", mail.replace("\r\n.", "\r\n.."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_of_a_mail_ends_it() {
        assert_eq!(body("a\r\n.\r\n.b\r\nc.\r\n"), "a\r\n..\r\n..b\r\nc.\r\n\r\n.\r\n");
        assert_eq!(body("."), "..\r\n.\r\n");
    }

    #[test]
    fn a_refusal_says_of_the_address_what_it_says_of_it() {
        for (code, said, expected) in [
            ("550", "permanent error (550): 5.1.1 no such user", true),
            ("550", "permanent error (550): 5.2.1 mailbox disabled", true),
            ("550", "permanent error (550): No such user here", true),
            ("553", "permanent error (553): mailbox name not allowed", true),
            ("552", "permanent error (552): 5.2.2 mailbox full", false),
            ("550", "permanent error (550): 5.7.1 relaying denied", false),
            ("554", "permanent error (554): 5.7.26 unauthenticated", false),
            ("554", "permanent error (554): rejected by 10.5.1.1", false),
            ("530", "permanent error (530): authentication required", false),
        ] {
            assert_eq!(is_of_address(code, said), expected, "{said}");
        }
    }

    #[test]
    fn addresses_of_mail_servers_are_read_and_passwords_in_them_refused() {
        let read = |url: &str| {
            let relay = Relay::new(url, None, None)?;
            Ok((relay.user, relay.host, relay.port, relay.line))
        };
        let is = |url: &str, user: &str, host: &str, port, line| {
            let found: Result<_> = read(url);
            assert_eq!(found.expect("read"), (user.to_owned(), host.to_owned(), port, line), "{url}");
        };
        is("smtp://mail.example.jp", "", "mail.example.jp", 587, Line::StartTls);
        is("smtps://desk@mail.example.jp", "desk", "mail.example.jp", 465, Line::Tls);
        is(
            "smtp://desk@example.jp@mail.example.jp:2525/",
            "desk@example.jp",
            "mail.example.jp",
            2525,
            Line::StartTls,
        );
        is("smtp://127.0.0.1:25", "", "127.0.0.1", 25, Line::Plain);
        for url in ["mail.example.jp", "http://a", "smtp://a:b", "smtp://desk:secret@mail.example.jp"] {
            assert!(Relay::new(url, None, None).is_err(), "{url}");
        }
    }
}
