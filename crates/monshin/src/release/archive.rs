//! A release as a folder or as one archive.

use std::io::{Cursor, Read, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::{Files, MANIFEST};

/// The most that one file of an archive may unpack to.
const LARGEST: u64 = 4 << 30;

/// All files as a ZIP; the same files give the same bytes.
pub fn zipped(files: &Files) -> Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    for (name, bytes) in files {
        zip.start_file(name.as_str(), options)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// Writes the files as a folder, whole or not at all: an earlier release there is replaced in one
/// step, any other folder that is not empty is left alone.
pub fn write_folder(folder: &Path, files: &Files) -> Result<()> {
    let said = || folder.display().to_string();
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent).with_context(|| parent.display().to_string())?;
    let fresh = tempfile::Builder::new().prefix(".release-").tempdir_in(parent).with_context(said)?;
    for (name, bytes) in files {
        let path = fresh.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(fresh.path())).with_context(said)?;
        std::fs::write(&path, bytes).with_context(|| path.display().to_string())?;
    }
    #[cfg(unix)]
    std::fs::set_permissions(fresh.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755))
        .with_context(said)?;
    let fresh = fresh.keep();
    let earlier = folder.exists().then(|| fresh.with_extension("earlier"));
    if let Some(earlier) = &earlier {
        std::fs::rename(folder, earlier).with_context(said)?;
    }
    if let Err(error) = std::fs::rename(&fresh, folder) {
        earlier.iter().for_each(|earlier| drop(std::fs::rename(earlier, folder)));
        return Err(error).with_context(said);
    }
    if let Some(earlier) = earlier {
        std::fs::remove_dir_all(&earlier).with_context(|| earlier.display().to_string())?;
    }
    Ok(())
}

/// Whether a release may be written there: nothing is there yet, or an empty folder, or a release.
pub fn may_write(path: &Path) -> bool {
    if path.is_file() {
        return path.extension().is_some_and(|ending| ending == "zip");
    }
    let is_empty = || std::fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none());
    !path.exists() || path.join(MANIFEST).is_file() || is_empty()
}

/// Reads a release from a folder or an archive.
pub fn read(path: &Path) -> Result<Files> {
    let said = || path.display().to_string();
    let mut files = Files::new();
    if path.is_dir() {
        read_folder(path, path, &mut files).with_context(said)?;
    } else {
        let bytes = std::fs::read(path).with_context(said)?;
        read_zip(bytes, &mut files).with_context(said)?;
    }
    Ok(files)
}

fn read_folder(root: &Path, folder: &Path, files: &mut Files) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read_folder(root, &path, files)?;
        } else {
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            files.insert(name, std::fs::read(&path).with_context(|| path.display().to_string())?);
        }
    }
    Ok(())
}

fn read_zip(bytes: Vec<u8>, files: &mut Files) -> Result<()> {
    let mut zip = ZipArchive::new(Cursor::new(bytes))?;
    for at in 0..zip.len() {
        let entry = zip.by_index(at)?;
        let name = entry.name()?.into_owned();
        if entry.enclosed_name().is_none() || name.contains('\\') {
            bail!("{name}: leads out of the archive");
        }
        if entry.is_dir() {
            continue;
        }
        let mut bytes = Vec::new();
        if entry.take(LARGEST + 1).read_to_end(&mut bytes)? as u64 > LARGEST {
            bail!("{name}: unpacks to more than {LARGEST} bytes");
        }
        files.insert(name, bytes);
    }
    Ok(())
}
