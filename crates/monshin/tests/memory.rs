//! What a thief finds who takes everything after the answers were sent: disk, backup, log and memory.
#![allow(clippy::disallowed_methods, reason = "a story of files and processes")]
#![cfg(target_os = "linux")]

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use monshin_fielding_tests::field::{Field, Server, free_address, said, text};
use monshin_fielding_tests::http;
use monshin_fielding_tests::world::every_kind;
use monshin_instrument::Privacy;

/// Words that nobody else uses, longer than what a hash or cipher holds of them at a time.
const KNOWN: [&str; 3] = [
    "heart-of-the-matter-8841-of-the-device-in-the-cellar",
    "ward-seven-has-no-backups-since-the-flood-of-2019",
    "機密の自由記述その九：病棟の端末は二年間更新していない",
];

/// Everything that the process can read and write.
fn memory_of(process: u32) -> Vec<u8> {
    let maps = std::fs::read_to_string(format!("/proc/{process}/maps")).expect("a process of ours");
    let mut memory = File::open(format!("/proc/{process}/mem")).expect("a child may be read");
    let mut all = Vec::new();
    for line in maps.lines().filter(|line| line.split(' ').nth(1).is_some_and(|may| may.starts_with("rw"))) {
        let (from, to) = line.split(' ').next().and_then(|range| range.split_once('-')).expect("a range");
        let [from, to] = [from, to].map(|at| u64::from_str_radix(at, 16).expect("an address"));
        let mut part = vec![0; (to - from) as usize];
        // What cannot be read by its owner either ([vvar]) has no answers in it.
        if memory.seek(SeekFrom::Start(from)).is_ok() && memory.read_exact(&mut part).is_ok() {
            all.extend(part);
        }
    }
    all
}

/// Every file below a folder.
fn files_of(folder: &Path, all: &mut Vec<u8>) {
    for entry in std::fs::read_dir(folder).expect("read").flatten() {
        if entry.path().is_dir() {
            files_of(&entry.path(), all);
        } else {
            all.extend(std::fs::read(entry.path()).expect("read"));
        }
    }
}

/// A word as it stands in a form, in a text, in UTF-16 and in hexadecimal digits.
fn spellings(known: &str) -> Vec<Vec<u8>> {
    let form: String = form_urlencoded::byte_serialize(known.as_bytes()).collect();
    let utf16 = known.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let hex: String = known.bytes().map(|byte| format!("{byte:02x}")).collect();
    vec![known.as_bytes().to_vec(), form.into_bytes(), utf16, hex.into_bytes()]
}

/// Whether half of a word can be read anywhere: a copy may have been overwritten in part.
fn holds(loot: &[u8], known: &str) -> bool {
    spellings(known).iter().any(|spelling| {
        let half = spelling.len() / 2;
        [&spelling[..half], &spelling[half..]].iter().any(|part| finds(loot, part))
    })
}

fn finds(loot: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(loot, part).is_some()
}

struct Respondent {
    port: u16,
    cookie: String,
}

impl Respondent {
    fn ask(&mut self, method: &str, path: &str, fields: &[(&str, &str)]) -> http::Reply {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let headers = [("Cookie", self.cookie.as_str())];
        let reply = http::send(self.port, method, path, &headers, body.as_bytes()).expect("an answer");
        if let Some(set) = reply.header("set-cookie") {
            self.cookie = set.split(';').next().unwrap_or_default().to_owned();
        }
        reply
    }

    fn save(&mut self, page: u32, fields: &[(&str, &str)], to: &str) {
        let path = format!("/ja/page/{page}");
        let token = self.ask("GET", &path, &[]).hidden("token");
        let all = [&[("token", token.as_str()), ("go", "next")], fields].concat();
        let reply = self.ask("POST", &path, &all);
        assert_eq!(reply.header("location"), Some(to), "{}", reply.text());
    }

    /// From the link to the receipt and back to what was sent.
    fn answer(&mut self, link: &str) {
        self.ask("GET", link, &[]);
        let fields = [("q1", "yes"), ("q2", "other"), ("q2.other", KNOWN[0]), ("q3", "4")];
        self.save(1, &fields, "/ja/page/3");
        let fields = [("q5.backup", "done"), ("q5.mfa", "absent"), ("q5.drill", "na"), ("q9", KNOWN[2])];
        self.save(3, &fields, "/ja/page/4");
        self.save(4, &[("device.1.model", KNOWN[1])], "/ja/review");
        let review = self.ask("GET", "/ja/review", &[]);
        let (token, version) = (review.hidden("token"), review.hidden("version"));
        let sent = self.ask("POST", "/ja/submit", &[("token", &token), ("version", &version)]);
        assert_eq!(sent.header("location"), Some("/ja/receipt"), "{}", sent.text());
        assert_eq!(self.ask("GET", "/ja/receipt", &[]).status, 200);
    }
}

/// A page that is on its way: the server holds it, and the search has to find it.
fn on_the_way(port: u16) -> TcpStream {
    let body = format!("q9={}", KNOWN[1]);
    let head = format!(
        "POST /ja/page/3 HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {}\r\n\r\n",
        body.len() + 1_000
    );
    let mut line = TcpStream::connect(("127.0.0.1", port)).expect("connects");
    line.write_all(&[head.as_bytes(), body.as_bytes()].concat()).expect("sent");
    line
}

fn within_seconds(what: impl Fn() -> bool) -> bool {
    let begin = Instant::now();
    while !what() {
        if begin.elapsed() > Duration::from_secs(20) {
            return false;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    true
}

/// The questionnaire, without the part that says how it is fielded.
fn survey() -> String {
    let all = every_kind();
    let (before, rest) = all.split_once("[fielding]").expect("it says so");
    format!("{before}{}", rest.split_once("\n\n").expect("a blank line behind it").1)
}

fn serve(field: &Field) -> (Server, u16) {
    let at = free_address();
    (field.serve(at), at.port())
}

#[test]
fn no_answer_can_be_read_on_disk_in_a_backup_in_the_log_or_in_memory_after_it_was_sent() {
    let binary = Path::new(env!("CARGO_BIN_EXE_monshin"));
    for privacy in [Privacy::Confidential, Privacy::Anonymous] {
        let field = Field::new(binary, &survey(), privacy, 4, None, 7);
        let (server, port) = serve(&field);
        let mut cookies = Vec::new();
        for unit in &field.units {
            let mut respondent = Respondent { port, cookie: String::new() };
            respondent.answer(&unit.link);
            cookies.push(respondent.cookie.split_once('=').expect("a cookie").1.to_owned());
        }
        for known in KNOWN {
            assert!(
                within_seconds(|| !holds(&memory_of(server.id()), known)),
                "`{known}` is in the server's memory after it was sent ({privacy:?})"
            );
        }
        let memory = memory_of(server.id());
        for secret in cookies.iter().map(String::as_str).chain(field.units.iter().map(|unit| &unit.link[3..]))
        {
            assert!(!finds(&memory, secret.as_bytes()), "a cookie or a code is left in memory: {secret}");
        }
        let line = on_the_way(port);
        assert!(
            within_seconds(|| holds(&memory_of(server.id()), KNOWN[1])),
            "the search does not find what is there"
        );
        drop(line);
        let backup = field.dir().join("backup");
        said(binary, &["backup", "--database", &field.database, "--out", text(&backup)]);
        let mut loot = field.log().into_bytes();
        files_of(&field.dir(), &mut loot);
        files_of(Path::new(&field.database).parent().expect("a folder"), &mut loot);
        assert!(finds(&loot, b"every-kind"), "the search finds what is there");
        for known in KNOWN {
            assert!(!holds(&loot, known), "`{known}` in {privacy:?}");
        }
        assert!(server.stop());
    }
}
