//! Invitations and reminders through the binary, against a mail server.
#![allow(clippy::disallowed_methods, reason = "a story of processes and files")]

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use mail_parser::MessageParser;
use monshin_fielding_tests::client::Client;
use monshin_fielding_tests::field::{Field, Server, free_address, text};
use monshin_fielding_tests::journey::Journey;
use monshin_fielding_tests::smtp::{MailServer, Taken};
use monshin_fielding_tests::world;
use monshin_store::{Disposition, MailState, Privacy, Store};

/// Names that would like to be headers, an address that nobody has, one that is busy, and none.
const UNITS: [(&str, &str); 6] = [
    ("青葉医院", "aoba@example.jp"),
    ("\"Bcc: all@evil.example\r\nX-Evil: 1\"", "bunkyo@example.jp"),
    ("＝クリニック", "chuo@example.jp"),
    ("無人病院", "nobody@example.jp"),
    ("多忙病院", "busy@example.jp"),
    ("宛先なし", ""),
];

struct World {
    field: Field,
    mails: MailServer,
}

impl World {
    fn new() -> World {
        World::of(&UNITS)
    }

    fn of(units: &[(&str, &str)]) -> World {
        let binary = Path::new(env!("CARGO_BIN_EXE_monshin"));
        let mut frame = "id,name,email\n".to_owned();
        for (at, (name, email)) in units.iter().enumerate() {
            frame.push_str(&format!("u{at},{name},{email}\n"));
        }
        let field = Field::with_frame(binary, &world::small(), Privacy::Confidential, &frame);
        World { field, mails: MailServer::start() }
    }

    fn run(&self, words: &[&str]) -> Output {
        let (dir, database) = (self.field.dir(), self.field.database.clone());
        Command::new(env!("CARGO_BIN_EXE_monshin"))
            .args(["--lang", "en", words[0], text(&dir), "--database", &database])
            .args(&words[1..])
            .output()
            .expect("it starts")
    }

    /// Mails of the invitation.
    fn invite(&self, more: &[&str]) -> String {
        said(self.try_to_invite(more))
    }

    fn try_to_invite(&self, more: &[&str]) -> Output {
        let letters = self.field.letters();
        let words = ["invite", "--public-url", "http://127.0.0.1", "--out", text(&letters), "--smtp"];
        self.run(&[&words[..], &[&self.mails.url(), "--per-minute", "60000"], more].concat())
    }

    fn remind(&self, round: &str) -> String {
        let letters = self.field.letters().join("letters.csv");
        let words =
            ["remind", "--public-url", "http://127.0.0.1", "--letters", text(&letters), "--round", round];
        said(self.run(&[&words[..], &["--smtp", &self.mails.url(), "--per-minute", "60000"]].concat()))
    }

    fn to(&self) -> Vec<String> {
        let mut to: Vec<String> =
            self.mails.taken().iter().map(|mail| mail.to.trim_matches(['<', '>']).to_owned()).collect();
        to.sort();
        to
    }

    async fn states(&self, round: i64) -> Vec<(MailState, u64)> {
        let store = self.field.store().await;
        let counts = store.mail_counts("small").await.expect("read");
        store.close().await;
        counts.into_iter().filter(|one| one.round == round).map(|one| (one.state, one.mails)).collect()
    }

    async fn disposition(&self, unit: &str) -> Disposition {
        let store: Arc<dyn Store> = self.field.store().await;
        let case = store.case_of_unit("small", unit).await.expect("read").expect("a case");
        store.close().await;
        case.disposition
    }
}

fn said(output: Output) -> String {
    let text = String::from_utf8([output.stdout, output.stderr].concat()).expect("UTF-8");
    assert!(output.status.success(), "{text}");
    text
}

fn body(mail: &Taken) -> String {
    let mail = MessageParser::default().parse(&mail.mail).expect("a mail");
    mail.body_text(0).expect("a text").into_owned()
}

/// The path of an address of ours in a text.
fn path_in(text: &str, begin: &str) -> String {
    let paths = text.split_whitespace().filter_map(|word| word.split_once("http://127.0.0.1"));
    let path = paths.map(|(_, path)| path).find(|path| path.starts_with(begin));
    path.unwrap_or_else(|| panic!("{begin} in {text}")).to_owned()
}

async fn answer(server: &Server, at: std::net::SocketAddr, world: &World, link: &str) {
    assert!(server.id() > 0);
    let script = &world.field.units[0].script;
    Journey::new(Client::new(at, "10.0.0.1")).travel(link, script).await.expect("a receipt");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_unit_gets_one_mail_and_its_link_works() {
    let world = World::new();
    let looked = world.invite(&["--dry-run"]);
    assert!(
        looked.contains("to be sent: 5") && looked.contains("To: 青葉医院 <aoba@example.jp>"),
        "{looked}"
    );
    assert!(world.to().is_empty() && world.states(0).await.is_empty(), "looking sends and queues nothing");
    let told = world.invite(&[]);
    assert_eq!(world.to(), ["aoba@example.jp", "bunkyo@example.jp", "chuo@example.jp"]);
    assert!(told.contains("no address: u5"), "{told}");
    let states = [(MailState::Failed, 1), (MailState::Sent, 3), (MailState::Undeliverable, 1)];
    assert_eq!(world.states(0).await, states);
    assert_eq!(world.disposition("u3").await, Disposition::UnknownExistence, "AAPOR 3.1");
    assert_eq!(world.disposition("u4").await, Disposition::UnknownEligibility, "busy is not gone");

    world.invite(&[]);
    assert_eq!(world.to().len(), 3, "again is not twice");

    let mails = world.mails.taken();
    for mail in &mails {
        assert_eq!(mail.from.trim_matches(['<', '>']), "desk@example.jp");
        let parsed = MessageParser::default().parse(&mail.mail).expect("a mail");
        assert!(parsed.header_raw("X-Evil").is_none() && parsed.header_raw("Bcc").is_none());
        assert!(parsed.subject().expect("a subject").contains("調査"), "{:?}", parsed.subject());
    }
    let at = free_address();
    let server = world.field.serve(at);
    let text = body(&mails[0]);
    answer(&server, at, &world, &path_in(&text, "/r/")).await;

    // One wants no more: a page that asks, and then one press, as mail programs make it.
    let stop = path_in(&body(&mails[1]), "/stop/");
    let mut program = Client::new(at, "10.0.0.2");
    assert_eq!(program.get(&stop).await.expect("a page").status, 200);
    assert!(program.get(&stop).await.expect("a page").body.contains("メールを停止する"));
    assert_eq!(program.post(&stop, "List-Unsubscribe=One-Click").await.expect("done").status, 200);
    let forged = format!("{}00", &stop[..stop.len() - 2]);
    assert_eq!(program.post(&forged, "List-Unsubscribe=One-Click").await.expect("answered").status, 404);
    drop(server);

    world.remind("1");
    let third = mails[2].to.trim_matches(['<', '>']);
    assert_eq!(world.to()[..].iter().filter(|to| *to == third).count(), 2, "{:?}", world.to());
    assert_eq!(world.to().len(), 4, "not the finished, nor who wants none, nor the undeliverable");
    world.remind("1");
    assert_eq!(world.to().len(), 4, "one mail in a round");
    assert!(body(&world.mails.taken()[3]).contains("/r/"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_for_other_reasons_says_nothing_of_an_address() {
    let units = [
        ("青葉医院", "aoba@example.jp"),
        ("遠方医院", "elsewhere@example.jp"),
        ("文京医院", "unwanted@example.jp"),
    ];
    let world = World::of(&units);
    world.mails.refuse_senders(true);
    let refused = world.try_to_invite(&[]);
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(3), "{told}");
    assert!(told.contains("takes no mail of this sender") && told.contains("not from you"), "{told}");
    assert_eq!(world.states(0).await, [(MailState::Queued, 3)], "all of them wait");
    world.mails.refuse_senders(false);
    world.invite(&[]);
    assert_eq!(world.to(), ["aoba@example.jp"]);
    assert_eq!(world.states(0).await, [(MailState::Failed, 2), (MailState::Sent, 1)]);
    for unit in ["u0", "u1", "u2"] {
        assert_eq!(
            world.disposition(unit).await,
            Disposition::UnknownEligibility,
            "{unit} is not unreachable"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_breaks_leaves_no_mail_twice() {
    let world = World::new();
    world.mails.break_after(1);
    world.invite(&[]);
    // The server kept the second one and did not say so.
    assert_eq!(world.to().len(), 3);
    assert!(world.states(0).await.contains(&(MailState::Uncertain, 1)), "{:?}", world.states(0).await);
    world.invite(&[]);
    assert_eq!(world.to().len(), 3, "what may have arrived is not sent again");
    world.invite(&["--again"]);
    assert_eq!(world.to().len(), 4, "unless that is asked for");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_that_was_killed_goes_on_and_sends_none_twice() {
    let world = World::new();
    let letters = world.field.letters();
    // Slow enough to be caught between two mails.
    let mut sender = Command::new(env!("CARGO_BIN_EXE_monshin"))
        .args(["invite", text(&world.field.dir()), "--database", &world.field.database])
        .args(["--public-url", "http://127.0.0.1", "--out", text(&letters)])
        .args(["--smtp", &world.mails.url(), "--per-minute", "60"])
        .spawn()
        .expect("it starts");
    let begin = std::time::Instant::now();
    while world.to().is_empty() {
        assert!(begin.elapsed().as_secs() < 60, "it sends nothing");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    sender.kill().expect("it runs");
    sender.wait().expect("it ends");
    let before = world.to().len();
    assert!(before < 3);
    world.invite(&[]);
    let mut to = world.to();
    let all = to.len();
    to.dedup();
    assert_eq!(to.len(), all, "none twice");
    // The one that was under way when it was killed may be uncertain.
    let states = world.states(0).await;
    let of = |state| states.iter().find(|one| one.0 == state).map_or(0, |one| one.1);
    assert_eq!(of(MailState::Sent) + of(MailState::Uncertain), 3, "{states:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bounce_notes_that_a_unit_cannot_be_reached() {
    let world = World::new();
    world.invite(&[]);
    let mails = world.mails.taken();
    let id = MessageParser::default().parse(&mails[0].mail).expect("a mail");
    let id = id.message_id().expect("an id").to_owned();
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("new")).expect("made");
    let bounce = |id: &str| {
        format!(
            "From: MAILER-DAEMON@mail.example\r\nTo: desk@example.jp\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n\
             --b\r\n\r\nNo such user.\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\
             Reporting-MTA: dns; mail.example\r\n\r\nFinal-Recipient: rfc822; x@example.jp\r\n\
             Action: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n\
             Message-ID: <{id}>\r\nSubject: x\r\n\r\n--b--\r\n"
        )
    };
    let forged = "monshin.00000000000000000000000000000000@example.jp";
    std::fs::write(folder.path().join("new/1.eml"), bounce(&id)).expect("written");
    std::fs::write(folder.path().join("new/2.eml"), bounce(forged)).expect("written");
    let told = said(world.run(&["bounces", "--from", text(folder.path())]));
    assert!(told.contains("undeliverable: 1\n"), "{told}");
    let unreachable = UNITS.iter().position(|(_, email)| mails[0].to.contains(email) && !email.is_empty());
    let unit = format!("u{}", unreachable.expect("one of them"));
    assert_eq!(world.disposition(&unit).await, Disposition::UnknownExistence);
    world.remind("1");
    assert_eq!(world.to().len(), 5, "the two others");
}
