//! Certificates of our own, and a client that trusts one of them.

use std::io::Write;
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{
    ClientConfig, ClientConnection, Error, RootCertStore, StreamOwned, SupportedProtocolVersion,
};

/// A certificate of this machine with its key, both as PEM.
///
/// # Panics
/// Where none can be made.
pub fn certificate() -> (String, String) {
    let names = ["127.0.0.1".to_owned(), "localhost".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).expect("made");
    (made.cert.pem(), made.signing_key.serialize_pem())
}

pub use tokio_rustls::rustls::version::{TLS12, TLS13};

/// An encrypted line.
pub type Line = StreamOwned<ClientConnection, TcpStream>;

/// A line to a port of this machine whose server has to show this certificate; it speaks these versions.
///
/// # Errors
/// Where no key is agreed on.
///
/// # Panics
/// Where nobody listens.
pub fn line(
    port: u16,
    trusted: &str,
    versions: &[&'static SupportedProtocolVersion],
) -> Result<Line, std::io::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(trusted.as_bytes()).expect("a certificate")).expect("added");
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(versions)
        .expect("ring knows them")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let name = "127.0.0.1".try_into().expect("an address");
    let client = ClientConnection::new(Arc::new(config), name).expect("a client");
    let stream = TcpStream::connect(("127.0.0.1", port)).expect("connects");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("set");
    let mut line = StreamOwned::new(client, stream);
    while line.conn.is_handshaking() {
        line.conn.complete_io(&mut line.sock)?;
    }
    line.flush()?;
    Ok(line)
}

/// Whether a failure is that of a certificate which is not trusted.
pub fn is_distrust(error: &std::io::Error) -> bool {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    matches!(inner, Some(Error::InvalidCertificate(_)))
}
