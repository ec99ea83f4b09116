//! Requests to the provider: a few kilobytes of JSON, by TLS, within ten seconds, and nowhere else.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, Uri, header};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

const MOST_BYTES: usize = 512 * 1024;
const MOST_TIME: Duration = Duration::from_secs(10);

/// What speaks to the provider.
pub struct Client(Arc<ClientConfig>);

/// What went wrong; for the log.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

impl Client {
    /// One that trusts these certificates (DER).
    pub fn new(roots: &[Vec<u8>]) -> Client {
        let mut store = RootCertStore::empty();
        store.add_parsable_certificates(roots.iter().map(|one| CertificateDer::from_slice(one)));
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring has what both versions need")
            .with_root_certificates(store)
            .with_no_client_auth();
        Client(Arc::new(config))
    }

    pub async fn get(&self, address: &str) -> Result<Value, Failure> {
        self.send(Request::get(address).body(Body::empty())?).await
    }

    /// Posts a form; `basic` is the value of the `Authorization` header, where there is one.
    pub async fn post(&self, address: &str, basic: Option<&str>, form: String) -> Result<Value, Failure> {
        let mut request =
            Request::post(address).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(basic) = basic {
            request = request.header(header::AUTHORIZATION, basic);
        }
        self.send(request.body(Body::from(form))?).await
    }

    async fn send(&self, request: Request<Body>) -> Result<Value, Failure> {
        tokio::time::timeout(MOST_TIME, self.exchange(request)).await?
    }

    async fn exchange(&self, mut request: Request<Body>) -> Result<Value, Failure> {
        let uri = request.uri().clone();
        if !is_allowed(&uri) {
            return Err(format!("{uri}: only https").into());
        }
        let host = uri.host().unwrap_or_default().to_owned();
        let is_encrypted = uri.scheme_str() == Some("https");
        let port = uri.port_u16().unwrap_or(if is_encrypted { 443 } else { 80 });
        let authority = uri.authority().map_or("", |authority| authority.as_str()).parse()?;
        request.headers_mut().insert(header::HOST, authority);
        request.headers_mut().insert(header::ACCEPT, "application/json".parse()?);
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        *request.uri_mut() = path.parse()?;
        let bare = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let stream = TcpStream::connect((bare.as_str(), port)).await?;
        if !is_encrypted {
            return over(stream, request).await;
        }
        let name = ServerName::try_from(bare)?;
        over(TlsConnector::from(Arc::clone(&self.0)).connect(name, stream).await?, request).await
    }
}

async fn over<S>(stream: S, request: Request<Body>) -> Result<Value, Failure>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let line = tokio::spawn(connection);
    let response = sender.send_request(request).await?;
    let status = response.status();
    let bytes = to_bytes(Body::new(response.into_body()), MOST_BYTES).await?;
    line.abort();
    if status != StatusCode::OK {
        // An error of OAuth says what it is in one word; nothing else of the answer is repeated.
        let said: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let word: String = said["error"]
            .as_str()
            .unwrap_or_default()
            .chars()
            .filter(|c| c.is_ascii_graphic())
            .take(60)
            .collect();
        return Err(format!("{status} {word}").into());
    }
    Ok(serde_json::from_slice(&bytes)?)
}

/// By TLS, or on this machine.
pub fn is_allowed(uri: &Uri) -> bool {
    let is_here = matches!(uri.host(), Some("127.0.0.1" | "localhost" | "[::1]"));
    match uri.scheme_str() {
        Some("https") => uri.host().is_some(),
        Some("http") => is_here,
        _ => false,
    }
}
