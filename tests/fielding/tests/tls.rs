//! The line that the server encrypts by itself, and the one to its database.

// Certificates lie in files.
#![allow(clippy::disallowed_methods)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use monshin_fielding_tests::postgres::Postgres;
use monshin_fielding_tests::tls::{TLS12, TLS13};
use monshin_fielding_tests::world::{Fielding, World};
use monshin_fielding_tests::{http, tls};
use monshin_store::Kind;
use monshin_web::{Bounds, Tls};

fn encrypted(bounds: Bounds) -> (World, Tls, String) {
    let (certificate, key) = tls::certificate();
    let tls = Tls::new(certificate.as_bytes(), key.as_bytes()).expect("it can be used");
    let world = World::of(Fielding { tls: Some(tls.clone()), bounds, ..Fielding::default() });
    (world, tls, certificate)
}

fn ask(line: &mut tls::Line, port: u16, path: &str) -> http::Reply {
    let request = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
    line.write_all(request.as_bytes()).expect("sent");
    http::read(line).expect("a page")
}

#[test]
fn pages_come_over_tls_1_2_and_1_3_and_say_that_only_tls_is_spoken() {
    let (world, _, certificate) = encrypted(Bounds::default());
    for version in [&TLS12, &TLS13] {
        let mut line = tls::line(world.port, &certificate, &[version]).expect("a line");
        assert_eq!(line.conn.alpn_protocol(), Some(&b"http/1.1"[..]));
        let page = ask(&mut line, world.port, "/ja/");
        assert_eq!(page.status, 200);
        assert_eq!(page.header("strict-transport-security"), Some("max-age=31536000; includeSubDomains"));
        let entered = ask(&mut line, world.port, &format!("/r/{}", *world.links[0].to_text()));
        let cookie = entered.header("set-cookie").expect("a session");
        assert!(cookie.starts_with("__Host-") && cookie.contains("Secure"), "{cookie}");
    }
}

#[test]
fn a_line_that_is_not_encrypted_gets_no_page() {
    let (world, _, _) = encrypted(Bounds::default());
    let mut line = TcpStream::connect(("127.0.0.1", world.port)).expect("connects");
    line.write_all(format!("GET /ja/ HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n", world.port).as_bytes())
        .expect("sent");
    let mut came = Vec::new();
    let _ = line.read_to_end(&mut came);
    assert!(!String::from_utf8_lossy(&came).contains("HTTP/1.1"), "{came:?}");
}

#[test]
fn who_does_not_agree_on_a_key_is_cut_off_and_makes_room() {
    let bounds = Bounds { connections: 2, handshake: Duration::from_millis(300), ..Bounds::default() };
    let (world, _, certificate) = encrypted(bounds);
    let mut silent: Vec<TcpStream> =
        (0..6).map(|_| TcpStream::connect(("127.0.0.1", world.port)).expect("connects")).collect();
    // The first bytes of a greeting, and then nothing.
    silent[0].write_all(&[22, 3, 1, 0, 200]).expect("sent");
    let mut line = tls::line(world.port, &certificate, &[&TLS13]).expect("a line");
    assert_eq!(ask(&mut line, world.port, "/ja/").status, 200);
    for mut line in silent {
        line.set_read_timeout(Some(Duration::from_secs(30))).expect("set");
        let mut rest = Vec::new();
        assert!(line.read_to_end(&mut rest).is_ok() || rest.is_empty(), "it ends");
    }
}

#[test]
fn a_renewed_certificate_is_shown_to_new_lines_while_old_ones_go_on() {
    let (world, tls, old) = encrypted(Bounds::default());
    let mut line = tls::line(world.port, &old, &[&TLS13]).expect("a line");
    assert_eq!(ask(&mut line, world.port, "/ja/").status, 200);
    let (new, key) = tls::certificate();
    tls.renew(new.as_bytes(), key.as_bytes()).expect("it can be used");
    assert_eq!(ask(&mut line, world.port, "/en/").status, 200, "the old line goes on");
    let error = tls::line(world.port, &old, &[&TLS13]).expect_err("the old one is gone");
    assert!(tls::is_distrust(&error), "{error}");
    let mut line = tls::line(world.port, &new, &[&TLS13]).expect("a line");
    assert_eq!(ask(&mut line, world.port, "/ja/").status, 200);
}

#[test]
fn a_database_is_reached_by_tls_alone_and_only_where_its_certificate_is_trusted() {
    let (certificate, key) = tls::certificate();
    let postgres = Postgres::start_encrypted(&certificate, &key);
    let address = postgres.database("s");
    let folder = tempfile::tempdir().expect("a folder");
    let kept = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path.display().to_string()
    };
    let (own, other) = (kept("own.pem", &certificate), kept("other.pem", &tls::certificate().0));
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let opens = |query: &str| {
        let address = format!("{address}?{query}");
        runtime.block_on(async {
            match monshin_store::open(&address, Kind::Field).await {
                Ok(store) => {
                    store.ping().await.expect("it answers");
                    store.close().await;
                    true
                }
                Err(_) => false,
            }
        })
    };
    assert!(opens(&format!("sslmode=verify-full&sslrootcert={own}")));
    assert!(!opens(&format!("sslmode=verify-full&sslrootcert={other}")));
    assert!(!opens("sslmode=verify-full"), "the system trusts no certificate of ours");
    assert!(!opens("sslmode=disable"), "it speaks nothing else");
}
