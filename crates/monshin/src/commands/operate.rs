//! `monshin close`, `backup`, `restore`, `migrate`: thin hands on the store.

use std::fs::File;
use std::io::{BufReader, BufWriter, Seek, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};
use monshin_diag::Lang;
use monshin_store::{Backup as Told, Kind, Store, check_backup};

use crate::args::{Backup, Close, Migrate, Restore};
use crate::fielding::{act, block_on, database_of, in_store, shown};
use crate::folder::Folder;
use crate::output::{Verdict, folder_of, leave_alone, pick, print, print_findings, sync_folder};
use crate::trouble::{no_database, no_survey};

pub fn close(it: Close, lang: Lang) -> Result<Verdict> {
    let folder = Folder::open(&it.dir)?;
    let Some(form) = &folder.questionnaire else {
        print_findings(folder.found.as_slice(), &folder.sources, lang);
        return Ok(Verdict::AtFault);
    };
    let (id, address) = (form.survey().id.clone(), database_of(&it.dir, it.database.as_ref()));
    existing(&address)?;
    block_on(in_store(&address, Kind::Field, async |store| {
        if store.survey(&id).await.with_context(|| shown(&address))?.is_none() {
            return Err(no_survey(&address, &id));
        }
        store.close_survey(&id, act("close", "")).await.with_context(|| shown(&address))
    }))?;
    print(&pick(lang, format!("「{id}」の受付を締め切りました\n"), format!("`{id}` is closed\n")))?;
    Ok(Verdict::Fine)
}

/// A database that is read has to be there: a misspelt path is not a new one.
pub fn existing(address: &str) -> Result<()> {
    if !address.contains("://") && !Path::new(address).is_file() {
        return Err(no_database(address));
    }
    Ok(())
}

pub fn backup(it: Backup, lang: Lang) -> Result<Verdict> {
    existing(&it.database)?;
    if it.out.exists() {
        return Ok(leave_alone(&it.out, lang));
    }
    let kind = if it.rehearsal { Kind::Rehearsal } else { Kind::Field };
    let shown = || it.out.display().to_string();
    let mut file = tempfile::Builder::new().tempfile_in(folder_of(&it.out)).with_context(shown)?;
    let told =
        block_on(in_store(&it.database, kind, async |store| backed_up(store, file.as_file_mut()).await))?;
    file.as_file().sync_all().with_context(shown)?;
    // What was written is read again before it gets its name.
    file.as_file_mut().rewind()?;
    if check_backup(&mut BufReader::new(file.as_file()))? != told {
        bail!("{}: what was written is not what was read", it.out.display());
    }
    file.persist_noclobber(&it.out).map_err(|error| error.error).with_context(shown)?;
    sync_folder(folder_of(&it.out))?;
    print(&summary(lang, &told))?;
    Ok(Verdict::Fine)
}

/// Writes a backup into a file, to its last byte.
async fn backed_up(store: &dyn Store, file: &mut File) -> Result<Told> {
    let mut out = BufWriter::new(file);
    let told = store.backup(&mut out).await?;
    out.flush()?;
    Ok(told)
}

fn summary(lang: Lang, told: &Told) -> String {
    let hash: String = told.sha256.iter().map(|byte| format!("{byte:02x}")).collect();
    pick(lang, format!("{} 行、SHA-256 {hash}\n", told.rows), format!("{} rows, SHA-256 {hash}\n", told.rows))
}

pub fn restore(it: Restore, lang: Lang) -> Result<Verdict> {
    let file_shown = || it.file.display().to_string();
    let mut file = BufReader::new(File::open(&it.file).with_context(file_shown)?);
    let kind = check_backup(&mut file).with_context(file_shown)?.kind;
    file.rewind()?;
    let told = block_on(in_store(&it.database, kind, async |store| {
        store.restore(&mut file).await.with_context(|| shown(&it.database))
    }))?;
    print(&summary(lang, &told))?;
    Ok(Verdict::Fine)
}

/// A backup of one, restored into the other; both hashes are checked on the way.
pub fn migrate(it: Migrate, lang: Lang) -> Result<Verdict> {
    existing(&it.from)?;
    if block_on(async { monshin_store::is_in_use(&it.from).await.with_context(|| shown(&it.from)) })? {
        eprintln!("{}", still_in_use(lang, &shown(&it.from)));
        return Ok(Verdict::AtFault);
    }
    let mut file = tempfile::tempfile()?;
    let told = block_on(async {
        in_store(&it.from, Kind::Field, async |from| backed_up(from, &mut file).await).await?;
        file.rewind()?;
        in_store(&it.to, Kind::Field, async |to| {
            to.restore(&mut BufReader::new(&mut file)).await.with_context(|| shown(&it.to))
        })
        .await
    })?;
    print(&summary(lang, &told))?;
    print(&moved(lang, &shown(&it.to)))?;
    Ok(Verdict::Fine)
}

fn still_in_use(lang: Lang, address: &str) -> String {
    pick(
        lang,
        format!(
            "{address}: サーバなどが使っています。移している間に届いた回答を取り残さないよう、すべて止めてからもう一度実行してください"
        ),
        format!(
            "{address}: it is in use. Stop every server and command that has it open and run this again, so that no answer that comes meanwhile is left behind"
        ),
    )
}

fn moved(lang: Lang, address: &str) -> String {
    pick(
        lang,
        format!(
            "これからは {address} を --database に指定して動かしてください。運用者はサインインし直します。元のデータベースは消していません\n"
        ),
        format!(
            "From now on serve with --database {address}. Operators sign in anew. The old database was left as it is\n"
        ),
    )
}
