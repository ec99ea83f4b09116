//! Which files a folder has, and whether they have changed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Time and size of every file that may matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stamp(BTreeMap<PathBuf, (Option<SystemTime>, u64)>);

impl Stamp {
    /// The files right in a folder, and one more. Hidden files and what editors leave beside a file are
    /// nobody's input; a folder that cannot be read has no files.
    pub fn of(dir: &Path, more: Option<&Path>) -> Stamp {
        let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
        let listed = entries.map(|entry| entry.path()).filter(|path| !is_aside(path));
        let more = more.map(|name| dir.join(name));
        let stamped = listed.chain(more).filter_map(|path| {
            let about = path.metadata().ok().filter(std::fs::Metadata::is_file)?;
            Some((path, (about.modified().ok(), about.len())))
        });
        Stamp(stamped.collect())
    }

    /// Whether a file is empty that was not.
    pub fn has_emptied(&self, before: &Stamp) -> bool {
        let had = |path: &PathBuf| before.0.get(path).is_some_and(|(_, size)| *size > 0);
        self.0.iter().any(|(path, (_, size))| *size == 0 && had(path))
    }

    /// Whether only commentaries and the look of the report differ: then data and tables still hold.
    pub fn differs_in_words_only(&self, other: &Stamp, logo: Option<&Path>) -> bool {
        let is_same = |path: &PathBuf| self.0.get(path) == other.0.get(path);
        self.0.keys().chain(other.0.keys()).all(|path| is_same(path) || is_words(path, logo))
    }
}

fn is_words(path: &Path, logo: Option<&Path>) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is_commentary = name.starts_with("report.") && name.ends_with(".md");
    is_commentary || name == "theme.toml" || logo.is_some_and(|logo| path.ends_with(logo))
}

fn is_aside(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with(['.', '#', '~']) || name.ends_with('~') || name.ends_with(".tmp") || name == "4913"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, Stamp) {
        let dir = tempfile::tempdir().expect("a folder");
        files.iter().for_each(|(name, text)| std::fs::write(dir.path().join(name), text).expect("written"));
        let stamp = Stamp::of(dir.path(), None);
        (dir, stamp)
    }

    #[test]
    fn a_changed_a_new_and_a_missing_file_are_seen() {
        let (dir, before) = folder(&[("survey.toml", "a"), ("report.ja.md", "b")]);
        assert_eq!(before, Stamp::of(dir.path(), None));
        std::fs::write(dir.path().join("report.ja.md"), "bb").expect("written");
        let changed = Stamp::of(dir.path(), None);
        assert_ne!(before, changed);
        assert!(before.differs_in_words_only(&changed, None));
        std::fs::write(dir.path().join("responses.csv"), "id").expect("written");
        let more = Stamp::of(dir.path(), None);
        assert!(changed != more && !changed.differs_in_words_only(&more, None));
        std::fs::remove_file(dir.path().join("report.ja.md")).expect("removed");
        assert_ne!(more, Stamp::of(dir.path(), None));
    }

    #[test]
    fn what_an_editor_leaves_beside_a_file_is_no_change() {
        let (dir, before) = folder(&[("survey.toml", "a")]);
        for name in [".survey.toml.swp", "survey.toml~", "4913", "#survey.toml#"] {
            std::fs::write(dir.path().join(name), "x").expect("written");
        }
        assert_eq!(before, Stamp::of(dir.path(), None));
    }

    #[test]
    fn a_folder_that_is_not_there_has_no_files() {
        assert_eq!(Stamp::of(Path::new("no such folder"), None), Stamp::default());
    }
}
