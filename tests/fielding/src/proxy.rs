//! Something between a browser and a server that changes what passes.

use std::io::Write;
use std::net::{TcpListener, TcpStream};

use crate::http::{self, Reply};
use crate::world::{Fielding, World};

/// What is changed.
#[derive(Clone, Copy)]
pub struct Change {
    /// The body of a request, before the server gets it; its head promises the whole one.
    pub body: fn(Vec<u8>) -> Vec<u8>,
    /// A reply, before the browser gets it. Its length has to stay.
    pub reply: fn(Reply) -> Reply,
}

/// A server with something between, and the address that leads through it.
///
/// # Panics
/// Where this machine has no port left.
pub fn between(fielding: Fielding, change: Change) -> (World, String) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let at = listener.local_addr().expect("its address").to_string();
    let world = World::of(Fielding { hosts: vec![at.clone()], ..fielding });
    let server = world.port;
    std::thread::spawn(move || {
        for line in listener.incoming().flatten() {
            std::thread::spawn(move || pass_on(line, server, change));
        }
    });
    (world, format!("http://{at}"))
}

/// One request a connection, uncompressed.
fn pass_on(mut browser: TcpStream, server: u16, change: Change) {
    let Ok((head, body)) = http::read_request(&mut browser) else { return };
    let kept = |line: &&str| {
        let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
        !matches!(name.as_str(), "accept-encoding" | "connection")
    };
    let head: Vec<&str> = head.lines().filter(kept).collect();
    let head = format!("{}\r\nConnection: close\r\n\r\n", head.join("\r\n"));
    let request = [head.into_bytes(), (change.body)(body)].concat();
    let Ok(reply) = http::exchange(server, &request) else { return };
    let reply = (change.reply)(reply);
    let kept: Vec<&str> = reply.head.lines().filter(|line| !line.starts_with("connection:")).collect();
    let head = format!("{}\r\nConnection: close\r\n\r\n", kept.join("\r\n"));
    let _ = browser.write_all(&[head.as_bytes(), &reply.body].concat());
}
