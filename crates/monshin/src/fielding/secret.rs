//! Files that nobody else may read.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use monshin_seal::{Identity, ServerSecret};

/// Writes a new file that its owner alone can read.
pub fn write_private(path: &Path, text: &str) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let shown = || path.display().to_string();
    let mut file = options.open(path).with_context(shown)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).with_context(shown)
}

/// The server's secret; a new one where there is no file yet.
pub fn server_secret(path: &Path) -> Result<ServerSecret> {
    if !path.exists() {
        let secret = ServerSecret::draw(&mut super::rng());
        write_private(path, &format!("{}\n", *secret.to_text()))?;
        return Ok(secret);
    }
    let text =
        zeroize::Zeroizing::new(std::fs::read_to_string(path).with_context(|| path.display().to_string())?);
    match ServerSecret::from_text(&text) {
        Some(secret) => Ok(secret),
        None => bail!("{}: not a server's secret", path.display()),
    }
}

/// The private key of a file.
pub fn read_identity(path: &Path) -> Result<Identity> {
    let text =
        zeroize::Zeroizing::new(std::fs::read_to_string(path).with_context(|| path.display().to_string())?);
    Identity::parse(&text).with_context(|| path.display().to_string())
}
