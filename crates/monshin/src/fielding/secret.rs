//! Files that nobody else may read.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use monshin_diag::{Lang, words};
use monshin_seal::{Identity, ServerSecret};
use monshin_store::{CaseQuery, Store};
use monshin_web::open_contact;
use tempfile::{NamedTempFile, PersistError};

use crate::output::{folder_of, pick, sync_folder};
use crate::trouble::trouble;

/// Writes a new file that its owner alone can read: whole or not at all, and it is there to stay when this returns.
/// What a database knows by a secret is lost with it.
pub fn write_private(path: &Path, text: &str) -> Result<()> {
    NewPrivate::in_place_of(path)?.write(text)
}

/// A new private file before it has its name: that there is a place for it is seen before the work of which it tells.
pub struct NewPrivate<'p> {
    path: &'p Path,
    file: NamedTempFile,
}

impl<'p> NewPrivate<'p> {
    /// Makes place for a file.
    ///
    /// # Errors
    /// Where its folder is not there, or takes no file.
    pub fn in_place_of(path: &'p Path) -> Result<NewPrivate<'p>> {
        // What this makes its owner alone can read.
        let file = NamedTempFile::new_in(folder_of(path)).with_context(|| path.display().to_string())?;
        Ok(NewPrivate { path, file })
    }

    /// Writes it and gives it its name.
    ///
    /// # Errors
    /// Where there is a file of that name by now, or no room on the disk.
    pub fn write(self, content: impl AsRef<[u8]>) -> Result<()> {
        self.fill(content.as_ref(), |file, path| file.persist_noclobber(path))
    }

    /// The same, in place of the file that has its name, if there is one.
    ///
    /// # Errors
    /// Where there is no room on the disk.
    pub fn replace(self, content: impl AsRef<[u8]>) -> Result<()> {
        self.fill(content.as_ref(), |file, path| file.persist(path))
    }

    fn fill(
        mut self,
        content: &[u8],
        name: impl FnOnce(NamedTempFile, &Path) -> Result<File, PersistError>,
    ) -> Result<()> {
        let shown = || self.path.display().to_string();
        self.file.write_all(content).and_then(|()| self.file.as_file().sync_all()).with_context(shown)?;
        name(self.file, self.path).map_err(|error| error.error).with_context(shown)?;
        sync_folder(folder_of(self.path))
    }
}

/// Makes a new file that its owner alone can read.
pub fn create_private(path: &Path) -> std::io::Result<File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// The server's secret; a new one where there is no file yet.
fn server_secret(path: &Path) -> Result<ServerSecret> {
    if !path.exists() {
        let secret = ServerSecret::draw(&mut super::rng());
        write_private(path, &format!("{}\n", *secret.to_text()))?;
        return Ok(secret);
    }
    let text =
        zeroize::Zeroizing::new(std::fs::read_to_string(path).with_context(|| path.display().to_string())?);
    match ServerSecret::from_text(&text) {
        Some(secret) => Ok(secret),
        None => {
            let path = path.display();
            Err(trouble(words!(
                "{path}: サーバの秘密のファイルではありません。ほかのファイルを指定していないか確かめてください";
                "{path}: not a server's secret: check that it is the right file"
            )))
        }
    }
}

/// The secret of the server that a database belongs to; a new one only where nothing in the database was locked with
/// another: with a new one no code of a letter would work, and no operator could sign in.
pub async fn secret_of(store: &dyn Store, path: &Path, lang: Lang) -> Result<ServerSecret> {
    let is_in_order =
        path.exists() || (store.surveys().await?.is_empty() && store.operators().await?.is_empty());
    if !is_in_order {
        let path = path.display();
        bail!(pick(
            lang,
            format!(
                "{path}: サーバの秘密のファイルがありません。データベースはすでに使われており、新しい秘密では、発行済みのコードが使えなくなります。元のファイルを戻すか、--secret で場所を指定してください"
            ),
            format!(
                "{path}: the server's secret is not there. The database is in use, and with a new secret no code that was issued would work. Put the file back, or say where it is with --secret"
            ),
        ));
    }
    let secret = server_secret(path)?;
    for survey in store.surveys().await? {
        let first = CaseQuery { survey: survey.id.clone(), limit: 1, ..CaseQuery::default() };
        let first = store.cases(&first).await?.into_iter().next();
        let Some((unit, sealed)) = first.and_then(|line| Some((line.case.unit, line.contact?))) else {
            continue;
        };
        if !sealed.is_empty() && open_contact(&secret, &survey.id, &unit, &sealed).is_none() {
            let (path, survey) = (path.display(), survey.id);
            return Err(trouble(words!(
                "{path}: 調査「{survey}」のコードを発行したときの秘密ではありません。発行したときと同じファイルを --secret で指定してください。別の秘密では、発行済みのコードがすべて使えなくなります";
                "{path}: not the secret by which the codes of `{survey}` were issued. Name that file by --secret: with another one none of the codes works"
            )));
        }
    }
    Ok(secret)
}

/// The private key of a file.
pub fn read_identity(path: &Path) -> Result<Identity> {
    let text =
        zeroize::Zeroizing::new(std::fs::read_to_string(path).with_context(|| path.display().to_string())?);
    Identity::parse(&text).map_err(|_| {
        let path = path.display();
        trouble(words!(
            "{path}: 秘密鍵ではないか、途中で切れています。monshin identity が作ったファイルを指定してください";
            "{path}: no private key, or cut short: name the file that `monshin identity` made"
        ))
    })
}
