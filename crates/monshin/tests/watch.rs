//! A folder is watched while it is written in.
#![allow(clippy::disallowed_methods, reason = "a story of files, a process and a socket")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

/// A watcher at work on a fresh survey.
struct Watched {
    place: TempDir,
    child: Child,
    host: String,
    revision: String,
}

impl Watched {
    fn begin() -> Watched {
        let place = tempfile::tempdir().expect("a folder");
        let dir = place.path().join("survey");
        let made = monshin().args(["new"]).arg(&dir).output().expect("the binary starts");
        assert!(made.status.success());
        let mut child = monshin()
            .args(["--lang", "en", "watch", "--listen", "127.0.0.1:0"])
            .arg(&dir)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let address = lines.find_map(|line| line.ok()?.strip_prefix("open http://").map(str::to_owned));
        // What it prints later goes nowhere, and does not stop it.
        std::thread::spawn(move || lines.for_each(drop));
        let host = address.expect("it says where").split('/').next().unwrap_or_default().to_owned();
        let mut watched = Watched { place, child, host, revision: String::new() };
        watched.look();
        watched
    }

    fn file(&self, name: &str) -> PathBuf {
        self.place.path().join("survey").join(name)
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.host).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(120))).expect("can be set");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.host)
            .expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        answer
    }

    /// The page as it is now.
    fn look(&mut self) -> String {
        let page = self.get("/");
        let (_, rest) = page.split_once("data-revision=\"").expect("has a revision");
        self.revision = rest.split('"').next().unwrap_or_default().to_owned();
        page
    }

    /// Changes a file, and gives the next page that is as expected.
    fn write(&mut self, name: &str, text: &str, is_it: impl Fn(&str) -> bool) -> String {
        std::fs::write(self.file(name), text).expect("written");
        // A change may be seen in two steps, and a request that waits long is let go in between.
        for _ in 0..10 {
            self.get(&format!("/next?after={}", self.revision));
            let page = self.look();
            if is_it(&page) {
                return page;
            }
        }
        panic!("{name}: no such page came");
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn monshin() -> Command {
    Command::new(env!("CARGO_BIN_EXE_monshin"))
}

fn body(page: &str) -> &str {
    page.split_once("<main").expect("has a report").1
}

#[test]
fn findings_come_and_go_with_each_save_and_a_broken_survey_leaves_the_last_report() {
    let mut watched = Watched::begin();
    let good = watched.look();
    assert!(good.contains("0 errors"), "{good}");
    let words = std::fs::read_to_string(watched.file("report.ja.md")).expect("is there");
    let line = words.lines().count() + 2;
    let lie = format!("{words}\n導入しているのは[99%](share:q1=yes)である。\n");
    let page = watched.write("report.ja.md", &lie, |page| page.contains("<mark class=\"error\">"));
    assert!(body(&page).contains(&format!("report.ja.md:{line}:")), "{page}");

    let survey = std::fs::read_to_string(watched.file("survey.toml")).expect("is there");
    let page = watched.write("survey.toml", &format!("{survey}\n[[question\n"), |page| {
        page.contains("Below is the last report that could be made")
    });
    assert!(body(&page).contains("<svg") && page.contains("survey.toml:"), "{page}");

    watched.write("survey.toml", &survey, |page| page.contains("<mark class=\"error\">"));
    let page = watched.write("report.ja.md", &words, |page| page.contains("0 errors"));
    assert_eq!(body(&page), body(&good));
}

#[test]
fn it_listens_to_this_machine_only() {
    let place = tempfile::tempdir().expect("a folder");
    let refused = monshin()
        .args(["--lang", "en", "watch", "--listen", "0.0.0.0:0"])
        .arg(place.path())
        .output()
        .expect("the binary starts");
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("on this machine only"));
}

#[test]
#[cfg(unix)]
fn it_ends_when_it_is_told_to_though_somebody_waits() {
    let mut watched = Watched::begin();
    let (host, revision) = (watched.host.clone(), watched.revision.clone());
    let mut waiting = TcpStream::connect(&host).expect("it listens");
    write!(waiting, "GET /next?after={revision} HTTP/1.1\r\nHost: {host}\r\n\r\n").expect("sent");
    let pid = watched.child.id().to_string();
    let told = Command::new("kill").args(["-TERM", &pid]).status().expect("kill is there");
    assert!(told.success());
    let ended = watched.child.wait().expect("it ends");
    assert_eq!(ended.code(), Some(0));
}
