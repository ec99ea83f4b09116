//! The files of a certificate and its key, read anew when they were renewed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use monshin_diag::Lang;
use monshin_web::{NoTls, Tls, is_for_host};
use zeroize::Zeroizing;

use super::Reload;
use crate::output::pick;

/// How often the files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// A certificate that can be used, and where it lies.
pub struct Certificate {
    certificate: PathBuf,
    key: PathBuf,
    read: Files,
    tls: Tls,
}

/// What the files held.
#[derive(PartialEq, Eq)]
struct Files {
    certificate: Vec<u8>,
    key: Zeroizing<Vec<u8>>,
}

impl Certificate {
    /// Reads both files.
    ///
    /// # Errors
    /// Which file cannot be used, why, and what to do, in the reader's language.
    pub fn open(certificate: &Path, key: &Path, lang: Lang) -> Result<Certificate, String> {
        let read = |path: &Path| std::fs::read(path).map_err(|error| unreadable(lang, path, &error));
        let files = Files { certificate: read(certificate)?, key: read(key)?.into() };
        let tls = Tls::new(&files.certificate, &files.key).map_err(|why| {
            let path = if why.is_of_certificate() { certificate } else { key };
            format!("{}: {}", path.display(), words(lang, why))
        })?;
        Ok(Certificate { certificate: certificate.to_owned(), key: key.to_owned(), read: files, tls })
    }

    /// Warns where browsers that come by this address will refuse it.
    pub fn warn_of_host(&self, public_url: &str, lang: Lang) {
        let host = public_url.split_once("://").map_or(public_url, |(_, rest)| rest);
        if !is_for_host(&self.read.certificate, host) {
            let path = self.certificate.display();
            eprintln!(
                "{}",
                pick(
                    lang,
                    format!(
                        "{path}: この証明書に「{host}」は含まれていません。直接開くブラウザは警告を出します"
                    ),
                    format!(
                        "{path}: this certificate is not one of `{host}`: browsers that open it directly will warn"
                    ),
                )
            );
        }
    }

    /// Goes on looking for a renewed certificate: once a minute, and at once when told by SIGHUP.
    pub fn watched(mut self, mut signal: Reload) -> Tls {
        let tls = self.tls.clone();
        tokio::spawn(async move {
            loop {
                let was_told = tokio::select! {
                    () = tokio::time::sleep(LOOK_EVERY) => false,
                    () = signal.told() => true,
                };
                if !self.look() && was_told {
                    tracing::info!("told to read anew: certificate and key are those that are in use");
                }
            }
        });
        tls
    }

    /// Takes a renewed certificate over. One that cannot be used is told of once, and the old one stays. Whether there
    /// was anything to tell of.
    fn look(&mut self) -> bool {
        let (Ok(certificate), Ok(key)) = (std::fs::read(&self.certificate), std::fs::read(&self.key)) else {
            tracing::warn!("the files of the certificate cannot be read; the old one stays");
            return true;
        };
        let files = Files { certificate, key: key.into() };
        if files == self.read {
            return false;
        }
        match self.tls.renew(&files.certificate, &files.key) {
            Ok(()) => tracing::info!("the certificate was renewed"),
            Err(error) => tracing::warn!(%error, "the renewed certificate cannot be used; the old one stays"),
        }
        self.read = files;
        true
    }
}

fn unreadable(lang: Lang, path: &Path, error: &std::io::Error) -> String {
    let path = path.display();
    match error.kind() {
        std::io::ErrorKind::NotFound => pick(
            lang,
            format!("{path}: ファイルがありません。証明書と秘密鍵（PEM）の場所をお確かめください"),
            format!("{path}: there is no such file. Check where certificate and key (PEM) are"),
        ),
        std::io::ErrorKind::PermissionDenied => pick(
            lang,
            format!(
                "{path}: 読む権限がありません。monshin を動かす利用者がこのファイルを読めるようにしてください"
            ),
            format!("{path}: it may not be read. Let the user that runs monshin read it"),
        ),
        _ => pick(
            lang,
            format!("{path}: 読めません（{error}）"),
            format!("{path}: it cannot be read ({error})"),
        ),
    }
}

/// What is wrong, and what to do.
fn words(lang: Lang, why: NoTls) -> String {
    let (ja, en) = match why {
        NoTls::NoCertificate => (
            "証明書（-----BEGIN CERTIFICATE-----）がありません。--tls-cert と --tls-key が逆になっていないかお確かめください",
            "there is no certificate (-----BEGIN CERTIFICATE-----) in it. Are --tls-cert and --tls-key the wrong way round?",
        ),
        NoTls::CertificateUnreadable => (
            "証明書を読み取れません。途中で切れているか、PEM ではありません。認証局から受け取ったファイルを置き直してください",
            "a certificate in it cannot be read: it is cut short, or no PEM. Put the file from the authority there again",
        ),
        NoTls::NoKey => (
            "秘密鍵（-----BEGIN PRIVATE KEY-----）がありません。証明書と一緒に作られた鍵のファイルを指定してください",
            "there is no private key (-----BEGIN PRIVATE KEY-----) in it. Name the file of the key that the certificate was made with",
        ),
        NoTls::KeyLocked => (
            "秘密鍵にパスワードがかかっています。サーバは入力できません。openssl pkey -in 鍵 -out 新しい鍵 で外し、monshin を動かす利用者だけが読めるようにしてください",
            "the private key is locked with a password, which a server cannot type. Unlock it with `openssl pkey -in KEY -out NEW`, and let only the user that runs monshin read it",
        ),
        NoTls::KeyUnreadable => (
            "秘密鍵を読み取れないか、使えない種類の鍵です。RSA（2048ビット以上）、ECDSA（P-256、P-384）、Ed25519 の鍵を PEM で用意してください",
            "the private key cannot be read, or is of a kind that cannot be used. RSA (2048 bits or more), ECDSA (P-256, P-384) and Ed25519 keys in PEM can",
        ),
        NoTls::Mismatch => (
            "証明書の秘密鍵ではありません。同じときに作られた証明書と鍵の組を指定してください",
            "this is not the private key of the certificate. Name a certificate and the key it was made with",
        ),
    };
    pick(lang, ja.to_owned(), en.to_owned())
}
