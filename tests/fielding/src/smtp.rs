//! A mail server on this machine: mailin speaks SMTP, this keeps what came and refuses as it is told.

use std::io::{BufRead, BufReader, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use mailin::{Action, Handler, Response, Session, SessionBuilder, response};

/// The line breaks instead of an answer.
const BROKEN: u16 = 999;

/// A mail that was taken.
#[derive(Clone, Debug)]
pub struct Taken {
    /// Who sent it, by the envelope.
    pub from: String,
    /// To whom, by the envelope.
    pub to: String,
    /// Head and body.
    pub mail: Vec<u8>,
}

#[derive(Debug, Default)]
struct State {
    taken: Vec<Taken>,
    /// After so many mails the line breaks behind DATA, whether the mail is kept or not.
    breaks_after: Option<usize>,
    /// Whether no mail is taken, whoever it goes to.
    refuses_senders: bool,
}

/// A server that runs until the test ends.
#[derive(Debug)]
pub struct MailServer {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl MailServer {
    /// Starts one. It knows no address that begins with `nobody`, is busy for those with `busy`, passes nothing on to
    /// those with `elsewhere`, and takes mails to those with `unwanted` for unwanted.
    ///
    /// # Panics
    /// Where there is no port.
    pub fn start() -> MailServer {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let desk = Desk { state: Arc::clone(&shared), mail: Taken::empty() };
                std::thread::spawn(move || speak(stream, desk));
            }
        });
        MailServer { address, state }
    }

    /// Its address, as the command line takes it.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// What was taken so far.
    ///
    /// # Panics
    /// Where a thread of it has failed.
    pub fn taken(&self) -> Vec<Taken> {
        self.state.lock().expect("held shortly").taken.clone()
    }

    /// Takes no mail, or takes them again.
    ///
    /// # Panics
    /// Where a thread of it has failed.
    pub fn refuse_senders(&self, refuses: bool) {
        self.state.lock().expect("held shortly").refuses_senders = refuses;
    }

    /// Takes so many more mails, then breaks the line without an answer after it has kept the next.
    ///
    /// # Panics
    /// Where a thread of it has failed.
    pub fn break_after(&self, mails: usize) {
        let mut state = self.state.lock().expect("held shortly");
        state.breaks_after = Some(state.taken.len() + mails);
    }
}

impl Taken {
    fn empty() -> Taken {
        Taken { from: String::new(), to: String::new(), mail: Vec::new() }
    }
}

struct Desk {
    state: Arc<Mutex<State>>,
    mail: Taken,
}

impl Handler for Desk {
    fn mail(&mut self, _: IpAddr, _: &str, from: &str) -> Response {
        self.mail = Taken { from: from.to_owned(), ..Taken::empty() };
        match self.state.lock().expect("held shortly").refuses_senders {
            true => Response::custom(550, "5.7.1 not from you".to_owned()),
            false => response::OK,
        }
    }

    fn rcpt(&mut self, to: &str) -> Response {
        self.mail.to = to.to_owned();
        match to.trim_start_matches('<') {
            to if to.starts_with("nobody") => response::NO_MAILBOX,
            to if to.starts_with("busy") => Response::custom(451, "4.7.1 come back later".to_owned()),
            to if to.starts_with("elsewhere") => Response::custom(550, "5.7.1 relaying denied".to_owned()),
            _ => response::OK,
        }
    }

    fn data_start(&mut self, _: &str, _: &str, _: bool, _: &[String]) -> Response {
        match self.mail.to.contains("unwanted") {
            true => Response::custom(554, "5.7.0 unwanted".to_owned()),
            false => response::OK,
        }
    }

    fn data(&mut self, line: &[u8]) -> std::io::Result<()> {
        self.mail.mail.extend_from_slice(line);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        let mut state = self.state.lock().expect("held shortly");
        state.taken.push(self.mail.clone());
        if state.breaks_after.is_some_and(|most| state.taken.len() > most) {
            state.breaks_after = None;
            // Not a word: the caller takes it for a broken line.
            return Response::custom(BROKEN, String::new());
        }
        response::OK
    }
}

fn speak(stream: TcpStream, desk: Desk) {
    let peer = stream.peer_addr().map_or(IpAddr::from([127, 0, 0, 1]), |peer| peer.ip());
    let mut session: Session<Desk> = SessionBuilder::new("mail.example").build(peer, desk);
    let mut out = match stream.try_clone() {
        Ok(out) => out,
        Err(_) => return,
    };
    let mut lines = BufReader::new(stream);
    if say(&mut out, &session.greeting()).is_err() {
        return;
    }
    let mut line = Vec::new();
    loop {
        line.clear();
        if lines.read_until(b'\n', &mut line).unwrap_or(0) == 0 {
            return;
        }
        let answer = session.process(&line);
        if answer.code == BROKEN {
            return;
        }
        let is_said = answer.action == Action::NoReply || say(&mut out, &answer).is_ok();
        if !is_said || answer.action == Action::Close {
            return;
        }
    }
}

fn say(out: &mut TcpStream, response: &Response) -> std::io::Result<()> {
    response.write_to(out)?;
    out.flush()
}
