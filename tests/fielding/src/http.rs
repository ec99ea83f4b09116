//! A request as bytes, and what comes back: one connection each, nothing hidden.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// What came back.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Status code.
    pub status: u16,
    /// Status line and header lines.
    pub head: String,
    /// The body, as it came.
    pub body: Vec<u8>,
}

impl Reply {
    /// The first header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        lines.filter(|(have, _)| have.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The value of a hidden field of a form.
    pub fn hidden(&self, name: &str) -> String {
        let (text, start) = (self.text(), format!("name=\"{name}\" value=\""));
        text.split(&start).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
    }
}

/// Longest wait for anything to come.
const PATIENCE: Duration = Duration::from_secs(60);

/// Sends bytes to a port of this machine and reads one reply.
///
/// # Errors
/// Where the line breaks, or what comes is no reply.
pub fn exchange(port: u16, request: &[u8]) -> io::Result<Reply> {
    let mut line = TcpStream::connect(("127.0.0.1", port))?;
    line.set_read_timeout(Some(PATIENCE))?;
    line.write_all(request)?;
    read(&mut line)
}

/// A request with its headers, and a body where there is one.
///
/// # Errors
/// Where the line breaks, or what comes is no reply.
pub fn send(port: u16, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> io::Result<Reply> {
    let mut head = format!("{method} {path} HTTP/1.1\r\n");
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        head.push_str(&format!("Host: 127.0.0.1:{port}\r\n"));
    }
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("Content-Length: {}\r\nConnection: close\r\n\r\n", body.len()));
    exchange(port, &[head.as_bytes(), body].concat())
}

/// Reads one reply.
///
/// # Errors
/// Where the line breaks, or what comes is no reply.
pub fn read(line: &mut impl Read) -> io::Result<Reply> {
    let mut bytes = Vec::new();
    let ends = |bytes: &[u8]| bytes.windows(4).position(|window| window == b"\r\n\r\n");
    while ends(&bytes).is_none() {
        more(line, &mut bytes)?;
    }
    let at = ends(&bytes).expect("the loop went on until it was there");
    let head = String::from_utf8_lossy(&bytes[..at]).into_owned();
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    let status = status.ok_or_else(|| io::Error::other(head.clone()))?;
    let mut reply = Reply { status, head, body: bytes.split_off(at + 4) };
    let chunked = reply.header("transfer-encoding") == Some("chunked");
    let length: Option<usize> = reply.header("content-length").and_then(|length| length.parse().ok());
    loop {
        match length {
            Some(length) if reply.body.len() >= length => break,
            None if chunked && reply.body.ends_with(b"0\r\n\r\n") => break,
            _ => match more(line, &mut reply.body) {
                Err(_) if length.is_none() && !chunked => break,
                come => come?,
            },
        }
    }
    if chunked {
        reply.body = joined(&reply.body).ok_or_else(|| io::Error::other("chunks that do not add up"))?;
    }
    Ok(reply)
}

/// Reads one request: its head and its body.
///
/// # Errors
/// Where the line breaks.
pub fn read_request(line: &mut TcpStream) -> io::Result<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let end = loop {
        more(line, &mut bytes)?;
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
    };
    let mut body = bytes.split_off(end + 4);
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let length = head.lines().filter_map(|line| line.split_once(':'));
    let length = length.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length = length.filter_map(|(_, value)| value.trim().parse().ok()).next().unwrap_or(0);
    while body.len() < length {
        more(line, &mut body)?;
    }
    Ok((head, body))
}

fn more(line: &mut impl Read, bytes: &mut Vec<u8>) -> io::Result<()> {
    let mut part = [0; 16_384];
    match line.read(&mut part)? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        length => {
            bytes.extend_from_slice(&part[..length]);
            Ok(())
        }
    }
}

/// The chunks of a body as one.
fn joined(mut chunks: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let end = chunks.windows(2).position(|window| window == b"\r\n")?;
        let length = usize::from_str_radix(std::str::from_utf8(&chunks[..end]).ok()?, 16).ok()?;
        if length == 0 {
            return Some(whole);
        }
        whole.extend_from_slice(chunks.get(end + 2..end + 2 + length)?);
        chunks = chunks.get(end + 4 + length..)?;
    }
}
