//! A small client of HTTP/1.1: one connection that is kept, cookies, no redirects followed by itself.

use std::io::{Error, ErrorKind, Read};
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// Longest wait for one answer.
const TIME: Duration = Duration::from_secs(30);

/// What came back.
#[derive(Debug, Default)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Where it sends the browser on to, if so.
    pub location: String,
    /// The body as it is read, not as it was sent.
    pub body: String,
    /// Bytes of head and body on the line.
    pub bytes: usize,
}

impl Answer {
    /// The value of a hidden field.
    pub fn hidden(&self, name: &str) -> &str {
        let start = format!("name=\"{name}\" value=\"");
        let rest = self.body.split_once(&start).map_or("", |(_, rest)| rest);
        rest.split('"').next().unwrap_or_default()
    }
}

/// One browser on its own connection.
#[derive(Debug)]
pub struct Client {
    server: SocketAddr,
    /// Address that a proxy would tell; limits go by it.
    from: String,
    cookies: Vec<(String, String)>,
    stream: Option<BufReader<TcpStream>>,
}

impl Client {
    /// A browser without cookies; `from` is the address that it seems to come from.
    pub fn new(server: SocketAddr, from: &str) -> Client {
        Client { server, from: from.to_owned(), cookies: Vec::new(), stream: None }
    }

    /// Asks for a page.
    ///
    /// # Errors
    /// The line broke, or nothing came.
    pub async fn get(&mut self, path: &str) -> Result<Answer, Error> {
        self.send("GET", path, "").await
    }

    /// Sends a form.
    ///
    /// # Errors
    /// The line broke, or nothing came.
    pub async fn post(&mut self, path: &str, form: &str) -> Result<Answer, Error> {
        self.send("POST", path, form).await
    }

    async fn send(&mut self, method: &str, path: &str, body: &str) -> Result<Answer, Error> {
        let answered = tokio::time::timeout(TIME, self.exchange(method, path, body)).await;
        let answer = answered.unwrap_or_else(|_| Err(ErrorKind::TimedOut.into()));
        if answer.is_err() {
            self.stream = None;
        }
        answer
    }

    async fn exchange(&mut self, method: &str, path: &str, body: &str) -> Result<Answer, Error> {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nAccept-Encoding: gzip\r\nX-Forwarded-For: {}\r\n\
             Cookie: {}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            self.server,
            self.from,
            cookies.join("; "),
            body.len()
        );
        if self.stream.is_none() {
            let stream = TcpStream::connect(self.server).await?;
            stream.set_nodelay(true)?;
            self.stream = Some(BufReader::with_capacity(32 * 1024, stream));
        }
        let stream = self.stream.as_mut().expect("connected above");
        stream.get_mut().write_all(request.as_bytes()).await?;
        read(stream, &mut self.cookies).await
    }
}

async fn read(
    stream: &mut BufReader<TcpStream>,
    cookies: &mut Vec<(String, String)>,
) -> Result<Answer, Error> {
    let mut answer = Answer::default();
    let (mut length, mut chunked, mut packed, mut is_page) = (0, false, false, true);
    let mut line = String::new();
    loop {
        line.clear();
        let read = stream.read_line(&mut line).await?;
        answer.bytes += read;
        if read == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        let text = line.trim_end();
        if text.is_empty() {
            break;
        }
        if answer.status == 0 {
            let status = text.split(' ').nth(1).and_then(|status| status.parse().ok());
            answer.status = status.ok_or(ErrorKind::InvalidData)?;
            continue;
        }
        let Some((name, value)) = text.split_once(": ") else { continue };
        match name {
            "content-length" => length = value.parse().map_err(|_| Error::from(ErrorKind::InvalidData))?,
            "transfer-encoding" => chunked = value == "chunked",
            "content-encoding" => packed = value == "gzip",
            "content-type" => is_page = !value.starts_with("text/css"),
            "location" => value.clone_into(&mut answer.location),
            "set-cookie" => keep(cookies, value),
            _ => {}
        }
    }
    let body = if chunked { chunks(stream).await? } else { exactly(stream, length).await? };
    answer.bytes += body.len();
    // Style sheets are fetched, and read by browsers alone.
    if is_page {
        answer.body = if packed { unpack(&body)? } else { String::from_utf8_lossy(&body).into_owned() };
    }
    Ok(answer)
}

fn keep(cookies: &mut Vec<(String, String)>, set: &str) {
    let pair = set.split(';').next().and_then(|pair| pair.split_once('='));
    let Some((name, value)) = pair else { return };
    cookies.retain(|(have, _)| have != name);
    if !value.is_empty() {
        cookies.push((name.to_owned(), value.to_owned()));
    }
}

async fn exactly(stream: &mut BufReader<TcpStream>, length: usize) -> Result<Vec<u8>, Error> {
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    Ok(body)
}

async fn chunks(stream: &mut BufReader<TcpStream>) -> Result<Vec<u8>, Error> {
    let mut body = Vec::new();
    let mut line = String::new();
    loop {
        line.clear();
        stream.read_line(&mut line).await?;
        let size = usize::from_str_radix(line.trim_end(), 16).map_err(|_| ErrorKind::InvalidData)?;
        body.extend(exactly(stream, size).await?);
        stream.read_line(&mut line).await?;
        if size == 0 {
            return Ok(body);
        }
    }
}

fn unpack(body: &[u8]) -> Result<String, Error> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(body).read_to_string(&mut text)?;
    Ok(text)
}
