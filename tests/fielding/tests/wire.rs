//! What arrives at the port that no browser sends: slow, endless, malformed, forged.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use monshin_fielding_tests::http;
use monshin_fielding_tests::world::{Fielding, World};
use monshin_web::Bounds;

/// Short, so that the tests are; what they ask is that there is an end at all.
fn brief() -> World {
    let bounds = Bounds {
        connections: 4,
        head: Duration::from_millis(400),
        request: Duration::from_millis(800),
        ..Bounds::default()
    };
    World::of(Fielding { bounds, ..Fielding::default() })
}

fn line(world: &World) -> TcpStream {
    let line = TcpStream::connect(("127.0.0.1", world.port)).expect("connects");
    line.set_read_timeout(Some(Duration::from_secs(30))).expect("set");
    line
}

/// Whether the server ends the connection without being asked.
fn is_closed(line: &mut TcpStream) -> bool {
    let mut rest = Vec::new();
    match line.read_to_end(&mut rest) {
        Ok(_) => true,
        Err(error) => error.kind() == ErrorKind::ConnectionReset,
    }
}

fn is_alive(world: &World) -> bool {
    http::send(world.port, "GET", "/ja/", &[], b"").is_ok_and(|reply| reply.status == 200)
}

#[test]
fn slow_loris_heads_that_trickle_in_are_cut_off() {
    let world = brief();
    let mut slow = line(&world);
    slow.write_all(b"GET /ja/ HTTP/1.1\r\nHost: x\r\n").expect("sent");
    // A sign at a time, as long as the server listens.
    let mut signs = 0;
    while slow.write_all(b"a").is_ok() && signs < 500 {
        std::thread::sleep(Duration::from_millis(20));
        signs += 1;
    }
    assert!(signs < 500, "it goes on for as long as somebody likes");
    assert!(is_alive(&world));
}

#[test]
fn slow_loris_bodies_that_never_end_are_answered_and_cut_off() {
    let world = brief();
    let mut slow = line(&world);
    let head = format!(
        "POST /ja/enter HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Length: 1000\r\n\r\ncode=",
        world.port
    );
    slow.write_all(head.as_bytes()).expect("sent");
    let reply = http::read(&mut slow).expect("a page");
    assert_eq!(reply.status, 408);
    assert!(reply.text().contains("二度送っても回答が重なることはありません"), "{}", reply.text());
    assert!(is_closed(&mut slow));
}

#[test]
fn slow_loris_connections_that_say_nothing_make_room_for_others() {
    let world = brief();
    let mut silent: Vec<TcpStream> = (0..12).map(|_| line(&world)).collect();
    assert!(is_alive(&world), "after the silent ones are cut off");
    for line in &mut silent {
        assert!(is_closed(line));
    }
    // One that has asked once and stays.
    let mut idle = line(&world);
    let request = format!("GET /ja/ HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n", world.port);
    idle.write_all(request.as_bytes()).expect("sent");
    assert_eq!(http::read(&mut idle).expect("a page").status, 200);
    assert!(is_closed(&mut idle));
}

#[test]
fn oversized_heads_and_bodies_without_end_are_refused() {
    let world = World::start();
    let host = format!("Host: 127.0.0.1:{}\r\n", world.port);
    let long = "x".repeat(100_000);
    for head in [
        format!("GET /{long} HTTP/1.1\r\n{host}\r\n"),
        format!("GET /ja/ HTTP/1.1\r\n{host}Cookie: monshin={long}\r\n\r\n"),
        format!("GET /ja/ HTTP/1.1\r\n{host}{}\r\n", "X-Filler: x\r\n".repeat(1_000)),
    ] {
        // The server may be gone before all of it is sent; that is a refusal too.
        let refused = http::exchange(world.port, head.as_bytes()).map_or(431, |reply| reply.status);
        assert!(matches!(refused, 414 | 431), "{refused}");
    }
    let mut endless = line(&world);
    let head = format!("POST /ja/enter HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\n");
    endless.write_all(head.as_bytes()).expect("sent");
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(65_536));
    let sent = (0..1_000).take_while(|_| endless.write_all(chunk.as_bytes()).is_ok()).count();
    assert!(sent < 1_000, "64 MB were taken");
    assert!(is_alive(&world));
}

#[test]
fn requests_that_two_servers_would_read_differently_are_refused() {
    let world = World::start();
    let host = format!("Host: 127.0.0.1:{}\r\n", world.port);
    for (what, request) in [
        ("no host", "GET /ja/ HTTP/1.1\r\n\r\n".to_owned()),
        (
            "two lengths",
            format!("POST /ja/enter HTTP/1.1\r\n{host}Content-Length: 4\r\nContent-Length: 40\r\n\r\ncode"),
        ),
        ("a negative length", format!("POST /ja/enter HTTP/1.1\r\n{host}Content-Length: -4\r\n\r\ncode")),
        ("an unknown coding", format!("POST /ja/enter HTTP/1.1\r\n{host}Transfer-Encoding: x\r\n\r\n")),
        ("a blank before the colon", format!("GET /ja/ HTTP/1.1\r\n{host}Content-Length : 4\r\n\r\n")),
        ("no HTTP", "\0\0\0\0\r\n\r\n".to_owned()),
        ("HTTP/2 in the clear", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned()),
    ] {
        let status = http::exchange(world.port, request.as_bytes()).map_or(400, |reply| reply.status);
        assert!((400..500).contains(&status), "{what}: {status}");
    }
    // A length beside chunks is not looked at (RFC 9112, 6.3): the request ends where its chunks do.
    let both = format!(
        "POST /ja/enter HTTP/1.1\r\n{host}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 400\r\n\
         Transfer-Encoding: chunked\r\n\r\n8\r\ncode=ABC\r\n0\r\n\r\n"
    );
    let reply = http::exchange(world.port, both.as_bytes()).expect("an answer");
    assert!(reply.status == 422 && reply.text().contains("いま3文字"), "{}: {}", reply.status, reply.text());
    assert!(is_alive(&world));
}

#[test]
fn host_and_forwarded_spoofing_reaches_no_page_and_no_link() {
    let world = World::start();
    let own = format!("127.0.0.1:{}", world.port);
    let ask = |headers: &[(&str, &str)]| http::send(world.port, "GET", "/ja/", headers, b"").expect("a page");
    for host in [
        "evil.example",
        "evil.example:80",
        "127.0.0.1",
        &format!("{own}.evil.example"),
        &format!("evil@{own}"),
    ] {
        let page = ask(&[("Host", host)]);
        assert!((400..500).contains(&page.status), "{host}: {}", page.status);
        assert!(!page.text().contains("evil"), "{host}");
    }
    let page = ask(&[
        ("X-Forwarded-Host", "evil.example"),
        ("X-Forwarded-Proto", "https"),
        ("X-Original-URL", "/metrics"),
        ("Forwarded", "host=evil.example;proto=https"),
    ]);
    assert_eq!(page.status, 200);
    assert!(!page.text().contains("evil") && !page.head.contains("evil"));
    let entered = http::send(
        world.port,
        "GET",
        &format!("/r/{}", *world.links[0].to_text()),
        &[("X-Forwarded-Host", "evil.example")],
        b"",
    );
    assert_eq!(
        entered.expect("a page").header("location"),
        Some("/ja/page/1"),
        "no address of ours names a host"
    );
    let absolute = format!("GET http://evil.example/ja/ HTTP/1.1\r\nHost: {own}\r\n\r\n");
    let page = http::exchange(world.port, absolute.as_bytes()).expect("a page");
    assert!(!page.text().contains("evil"), "{}", page.status);
    let two = format!("GET /ja/ HTTP/1.1\r\nHost: evil.example\r\nHost: {own}\r\n\r\n");
    let page = http::exchange(world.port, two.as_bytes()).expect("a page");
    assert!((400..500).contains(&page.status), "{}", page.status);
}
