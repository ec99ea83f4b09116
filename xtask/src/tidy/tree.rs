//! The files of the workspace, as paths and texts.

use std::collections::BTreeMap;
use std::path::Path;

use crate::shell;

/// Every file that is, or is about to be, in version control. Files that are not text have none.
#[derive(Debug, Default)]
pub struct Tree {
    files: BTreeMap<String, Option<String>>,
}

impl Tree {
    /// The tree of a workspace on disk.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of_workspace(root: &Path) -> Result<Tree, String> {
        let mut git = shell::command("git");
        git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        let paths: Vec<String> = match shell::output(&mut git) {
            Ok(listed) => listed.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect(),
            // An unpacked archive: no version control, so everything but what builds leave behind.
            Err(_) => walk(root, "")?,
        };
        let mut files = BTreeMap::new();
        for path in paths {
            // A file deleted but not yet committed is still listed.
            if let Ok(bytes) = std::fs::read(root.join(&path)) {
                files.insert(path, String::from_utf8(bytes).ok());
            }
        }
        Ok(Tree { files })
    }

    /// The text of a file; `None` where there is no such file or it is not text.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path)?.as_deref()
    }

    /// Every file that is text.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().filter_map(|(path, text)| Some((path.as_str(), text.as_deref()?)))
    }

    /// Every Rust file.
    pub fn rust(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts().filter(|(path, _)| path.ends_with(".rs"))
    }

    /// Whether there is such a file or folder.
    pub fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let folder = format!("{path}/");
        path.is_empty()
            || self.files.contains_key(path)
            || self.files.keys().any(|file| file.starts_with(&folder))
    }
}

fn walk(root: &Path, folder: &str) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    let entries =
        std::fs::read_dir(root.join(folder)).map_err(|error| format!("cannot list {folder}: {error}"))?;
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && !matches!(name.as_str(), "target" | ".git") => {
                found.extend(walk(root, &path)?)
            }
            Ok(kind) if kind.is_file() => found.push(path),
            _ => {}
        }
    }
    Ok(found)
}

#[cfg(test)]
impl<const N: usize> From<[(&str, &str); N]> for Tree {
    fn from(files: [(&str, &str); N]) -> Tree {
        Tree { files: files.map(|(path, text)| (path.to_owned(), Some(text.to_owned()))).into() }
    }
}
