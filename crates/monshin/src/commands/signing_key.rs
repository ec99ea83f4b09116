//! `monshin signing-key`: a pair of keys to sign releases with.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use monshin_diag::Lang;

use crate::args::SigningKey;
use crate::output::{Verdict, leave_alone, pick, print};
use crate::release::signature;

pub fn run(it: SigningKey, lang: Lang) -> Result<Verdict> {
    let (secret, public) = (it.file.with_extension("key"), it.file.with_extension("pub"));
    if let Some(path) = [&secret, &public].into_iter().find(|path| path.exists()) {
        return Ok(leave_alone(path, lang));
    }
    let (secret_text, public_text) = signature::new_pair(it.no_password)?;
    write_new(&secret, &secret_text, 0o600)?;
    write_new(&public, &public_text, 0o644)?;
    let (secret, public) = (secret.display(), public.display());
    print(&pick(
        lang,
        format!(
            "{secret}: 秘密鍵。手元で保管し、公開しない\n{public}: 公開鍵。公開物とは別の経路で知らせる\n"
        ),
        format!(
            "{secret}: the secret key; keep it, publish it nowhere\n{public}: the public key; make it known by another way than the release\n"
        ),
    ))?;
    Ok(Verdict::Fine)
}

fn write_new(path: &Path, text: &str, mode: u32) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    let mut file = options.open(path).with_context(|| path.display().to_string())?;
    file.write_all(text.as_bytes()).with_context(|| path.display().to_string())
}
