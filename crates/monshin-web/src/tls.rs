//! TLS in the server itself, by rustls on ring: version 1.2 or 1.3, HTTP/1.1 behind it.
//!
//! Comes in: the texts of a PEM file of certificates, the server's own first, and of one with its private
//! key. A certificate that was renewed takes the place of the old one while connections go on; where the new
//! one cannot be used, the old one stays.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::client::verify_server_name;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::server::ParsedCertificate;
use tokio_rustls::rustls::{self, InconsistentKeys, ServerConfig};
use tokio_rustls::server::TlsStream;

/// A certificate with its key, as connections use it; copies are one and the same.
#[derive(Clone)]
pub struct Tls(Arc<RwLock<Arc<ServerConfig>>>);

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls")
    }
}

/// Why a certificate and a key cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoTls {
    /// There is no certificate in its file.
    NoCertificate,
    /// A certificate cannot be read.
    CertificateUnreadable,
    /// There is no private key in its file.
    NoKey,
    /// The private key is locked with a password.
    KeyLocked,
    /// The private key cannot be read, or is of a kind that rustls does not know.
    KeyUnreadable,
    /// They do not belong together.
    Mismatch,
}

impl NoTls {
    /// Whether the file of the certificate is at fault, and not that of the key.
    pub fn is_of_certificate(self) -> bool {
        matches!(self, NoTls::NoCertificate | NoTls::CertificateUnreadable)
    }
}

impl fmt::Display for NoTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NoTls::NoCertificate => "there is no certificate in it",
            NoTls::CertificateUnreadable => "a certificate in it cannot be read",
            NoTls::NoKey => "there is no private key in it",
            NoTls::KeyLocked => "the private key is locked with a password",
            NoTls::KeyUnreadable => "the private key cannot be read",
            NoTls::Mismatch => "the private key is not that of the certificate",
        })
    }
}

impl std::error::Error for NoTls {}

impl Tls {
    /// From the texts of both PEM files.
    ///
    /// # Errors
    /// [`NoTls`].
    pub fn new(certificates: &[u8], key: &[u8]) -> Result<Tls, NoTls> {
        Ok(Tls(Arc::new(RwLock::new(config(certificates, key)?))))
    }

    /// Has new connections use another certificate. Those that are there go on.
    ///
    /// # Errors
    /// [`NoTls`]; then nothing has changed.
    pub fn renew(&self, certificates: &[u8], key: &[u8]) -> Result<(), NoTls> {
        let renewed = config(certificates, key)?;
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = renewed;
        Ok(())
    }

    /// Agrees on a key with a client; `None` where that fails or takes too long.
    pub(crate) async fn agree<S>(&self, stream: S, most: Duration) -> Option<TlsStream<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let config = Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner));
        match tokio::time::timeout(most, TlsAcceptor::from(config).accept(stream)).await {
            Ok(Ok(stream)) => Some(stream),
            Ok(Err(error)) => {
                tracing::debug!(%error, "no key was agreed on");
                None
            }
            Err(_) => None,
        }
    }
}

/// Whether the first certificate of a PEM file is one of a host: `survey.example.jp`, perhaps with a port.
/// Browsers refuse one that is not.
pub fn is_for_host(certificates: &[u8], host: &str) -> bool {
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    let host = host.rsplit_once(':').filter(|(_, port)| is_port(port)).map_or(host, |(host, _)| host);
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let (Ok(first), Ok(name)) = (CertificateDer::from_pem_slice(certificates), ServerName::try_from(host))
    else {
        return false;
    };
    ParsedCertificate::try_from(&first).is_ok_and(|parsed| verify_server_name(&parsed, &name).is_ok())
}

fn config(certificates: &[u8], key: &[u8]) -> Result<Arc<ServerConfig>, NoTls> {
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(certificates).collect();
    let chain = chain.map_err(|_| NoTls::CertificateUnreadable)?;
    if chain.is_empty() {
        return Err(NoTls::NoCertificate);
    }
    let key = private_key(key)?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring has what both versions need")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|error| match error {
            rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => NoTls::Mismatch,
            rustls::Error::InvalidCertificate(_) => NoTls::CertificateUnreadable,
            _ => NoTls::KeyUnreadable,
        })?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn private_key(pem: &[u8]) -> Result<PrivateKeyDer<'static>, NoTls> {
    // PKCS #8 names it in its first line, the older form in a header.
    let is_locked = [&b"BEGIN ENCRYPTED PRIVATE KEY"[..], b"Proc-Type: 4,ENCRYPTED"]
        .iter()
        .any(|mark| pem.windows(mark.len()).any(|part| part == *mark));
    if is_locked {
        return Err(NoTls::KeyLocked);
    }
    PrivateKeyDer::from_pem_slice(pem).map_err(|error| match error {
        rustls::pki_types::pem::Error::NoItemsFound => NoTls::NoKey,
        _ => NoTls::KeyUnreadable,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A certificate for some names with its key, as PEM.
    fn made(names: &[&str]) -> (String, String) {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let made = rcgen::generate_simple_self_signed(names).expect("made");
        (made.cert.pem(), made.signing_key.serialize_pem())
    }

    fn refused(certificates: &str, key: &str) -> Option<NoTls> {
        Tls::new(certificates.as_bytes(), key.as_bytes()).err()
    }

    #[test]
    fn what_cannot_be_used_is_told_apart() {
        let ((certificate, key), (_, other)) = (made(&["a.example"]), made(&["a.example"]));
        assert_eq!(refused(&certificate, &key), None);
        assert_eq!(
            refused(&format!("{key}{certificate}"), &format!("{certificate}{key}")),
            None,
            "one file of both"
        );
        assert_eq!(refused("", &key), Some(NoTls::NoCertificate));
        assert_eq!(refused(&key, &certificate), Some(NoTls::NoCertificate), "the wrong way round");
        assert_eq!(refused(&certificate, &certificate), Some(NoTls::NoKey));
        assert_eq!(refused(&certificate, &other), Some(NoTls::Mismatch));
        // The first line of what it holds, and nothing of the rest.
        let short = |pem: &str| {
            let lines: Vec<&str> = pem.lines().collect();
            format!("{}\n{}\n{}\n", lines[0], lines[1], lines[lines.len() - 1])
        };
        assert_eq!(refused(&short(&certificate), &key), Some(NoTls::CertificateUnreadable));
        assert_eq!(refused(&certificate, &short(&key)), Some(NoTls::KeyUnreadable));
        for locked in [
            key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"),
            key.replace("BEGIN PRIVATE KEY-----\n", "BEGIN PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"),
        ] {
            assert_eq!(refused(&certificate, &locked), Some(NoTls::KeyLocked));
        }
    }

    #[test]
    fn a_renewal_that_cannot_be_used_changes_nothing() {
        let ((old, old_key), (new, new_key)) = (made(&["a.example"]), made(&["a.example"]));
        let tls = Tls::new(old.as_bytes(), old_key.as_bytes()).expect("it can be used");
        let before = Arc::as_ptr(&tls.0.read().expect("no panic"));
        assert_eq!(tls.renew(new.as_bytes(), old_key.as_bytes()), Err(NoTls::Mismatch));
        assert_eq!(Arc::as_ptr(&tls.0.read().expect("no panic")), before);
        assert_eq!(tls.renew(new.as_bytes(), new_key.as_bytes()), Ok(()));
        assert_ne!(Arc::as_ptr(&tls.0.read().expect("no panic")), before);
    }

    #[test]
    fn a_certificate_names_its_hosts() {
        let (certificate, _) = made(&["survey.example.jp", "*.wild.example", "127.0.0.1"]);
        for (host, expected) in [
            ("survey.example.jp", true),
            ("survey.example.jp:8443", true),
            ("SURVEY.example.jp", true),
            ("a.wild.example", true),
            ("127.0.0.1:8088", true),
            ("example.jp", false),
            ("[::1]:8088", false),
            ("", false),
        ] {
            assert_eq!(is_for_host(certificate.as_bytes(), host), expected, "{host}");
        }
        assert!(!is_for_host(b"nothing", "survey.example.jp"));
    }
}
