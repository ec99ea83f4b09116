//! `monshin serve --tls-cert FILE --tls-key FILE`: what is wrong with the files, and a certificate that is renewed.
#![allow(clippy::disallowed_methods, reason = "a story of processes and files")]

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use monshin_fielding_tests::field::{Field, free_address, text};
use monshin_fielding_tests::{http, tls, world};
use monshin_store::Privacy;

struct World {
    field: Field,
    certificate: PathBuf,
    key: PathBuf,
}

impl World {
    fn new() -> World {
        let binary = Path::new(env!("CARGO_BIN_EXE_monshin"));
        let field = Field::new(binary, &world::small(), Privacy::Confidential, 1, None, 1);
        let (certificate, key) = (field.dir().join("cert.pem"), field.dir().join("key.pem"));
        World { field, certificate, key }
    }

    fn put(&self, (certificate, key): &(String, String)) {
        std::fs::write(&self.certificate, certificate).expect("written");
        std::fs::write(&self.key, key).expect("written");
    }

    fn command(&self, lang: &str, more: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_monshin"));
        command
            .args(["--lang", lang, "serve", text(&self.field.dir()), "--database", &self.field.database])
            .args(["--tls-cert", text(&self.certificate), "--tls-key", text(&self.key)])
            .args(more)
            .stdin(Stdio::null());
        command
    }

    /// What it says where it does not come up.
    fn refused(&self, lang: &str, more: &[&str]) -> String {
        let Output { status, stderr, .. } = self.command(lang, more).output().expect("it starts");
        let said = String::from_utf8(stderr).expect("UTF-8");
        assert_eq!(status.code(), Some(1), "{said}");
        said
    }
}

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn files_that_cannot_be_used_are_named_with_what_to_do() {
    let world = World::new();
    let (certificate, key) = tls::certificate();
    let said = world.refused("en", &[]);
    assert!(said.contains("cert.pem: there is no such file"), "{said}");
    world.put(&(certificate.clone(), String::new()));
    let said = world.refused("en", &[]);
    assert!(said.contains("key.pem: there is no private key"), "{said}");
    world.put(&(key.clone(), certificate.clone()));
    let said = world.refused("en", &[]);
    assert!(said.contains("cert.pem: there is no certificate") && said.contains("wrong way round"), "{said}");
    world.put(&(certificate.clone(), tls::certificate().1));
    let said = world.refused("ja", &[]);
    assert!(said.contains("key.pem: 証明書の秘密鍵ではありません"), "{said}");
    world.put(&(certificate.clone(), key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY")));
    let said = world.refused("ja", &[]);
    assert!(said.contains("パスワード") && said.contains("openssl pkey"), "{said}");
    world.put(&(certificate, key));
    let said = world.refused("en", &["--public-url", "http://127.0.0.1"]);
    assert!(said.contains("https://"), "{said}");
}

#[test]
#[cfg(unix)]
fn a_renewed_certificate_is_taken_over_without_a_new_start() {
    let world = World::new();
    let (old, new) = (tls::certificate(), tls::certificate());
    world.put(&old);
    let at = free_address();
    let mut child = world.command("en", &["--listen", &at.to_string()]);
    let mut child = Server(child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts"));
    let mut line = String::new();
    let mut out = BufReader::new(child.0.stdout.take().expect("piped"));
    out.read_line(&mut line).expect("read");
    assert_eq!(line.trim(), format!("https://{at}/"));
    let sees = |certificate: &str| {
        let line = tls::line(at.port(), certificate, &[&tls::TLS13]);
        line.is_ok_and(|mut line| {
            let request = format!("GET /healthz HTTP/1.1\r\nHost: {at}\r\n\r\n");
            line.write_all(request.as_bytes()).expect("sent");
            http::read(&mut line).expect("a page").status == 200
        })
    };
    assert!(sees(&old.0) && !sees(&new.0));
    // A key that is not the certificate's changes nothing; both of them do.
    let told = || Command::new("kill").args(["-HUP", &child.0.id().to_string()]).status();
    world.put(&(new.0.clone(), old.1.clone()));
    assert!(told().expect("kill runs").success());
    std::thread::sleep(Duration::from_millis(300));
    assert!(sees(&old.0));
    world.put(&new);
    assert!(told().expect("kill runs").success());
    for _ in 0..200 {
        if sees(&new.0) {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(sees(&new.0) && !sees(&old.0));
    let mut said = String::new();
    let mut error = child.0.stderr.take().expect("piped");
    drop(child);
    error.read_to_string(&mut said).expect("read");
    assert!(said.contains("the old one stays") && said.contains("the certificate was renewed"), "{said}");
}

#[test]
fn a_second_port_leads_to_the_encrypted_address() {
    let world = World::new();
    world.put(&tls::certificate());
    let (at, plain) = (free_address(), free_address());
    let more = ["--listen", &at.to_string(), "--http-redirect", &plain.to_string()];
    let more = [&more[..], &["--public-url", "https://survey.example.jp"]].concat();
    let child = world.command("en", &more).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut child = Server(child.expect("it starts"));
    let mut line = String::new();
    BufReader::new(child.0.stdout.take().expect("piped")).read_line(&mut line).expect("read");
    let led = |host: &str| {
        http::send(plain.port(), "GET", "/ja/?size=large", &[("Host", host)], b"").expect("an answer")
    };
    let reply = led("survey.example.jp");
    assert_eq!(reply.status, 301);
    assert_eq!(reply.header("location"), Some("https://survey.example.jp/ja/?size=large"));
    assert_eq!(reply.header("strict-transport-security"), None, "it would not be believed");
    assert_eq!((led("elsewhere.example").status, led("elsewhere.example").header("location")), (421, None));
}
