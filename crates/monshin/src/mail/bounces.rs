//! Mails that came back, from a folder or file of the mailbox they came to.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use monshin_web::Returned;

/// Reads mails: files, folders of files (Maildir too), and mbox files.
pub fn read(paths: &[PathBuf]) -> Result<Returned> {
    let mut read = Returned::default();
    for path in paths {
        for file in files(path)? {
            read.read_mails(&std::fs::read(&file).with_context(|| file.display().to_string())?);
        }
    }
    Ok(read)
}

fn files(path: &Path) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path).with_context(|| path.display().to_string())? {
        found.extend(files(&entry?.path())?);
    }
    found.sort();
    Ok(found)
}
