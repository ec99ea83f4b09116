//! The list of letters: whom to write to, and the link of each.

use std::path::Path;

use anyhow::{Context, Result, bail};

/// Whom to write to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addressee {
    /// The unit's id.
    pub unit: String,
    /// Its name, as it stands in the frame.
    pub name: String,
    /// Its address; may be empty, and may be no address.
    pub email: String,
    /// The link of its letter.
    pub link: String,
}

/// Reads a `letters.csv` of `monshin invite`; columns may stand in any order, and there may be others.
pub fn letters(path: &Path) -> Result<Vec<Addressee>> {
    let shown = || path.display().to_string();
    let bytes = std::fs::read(path).with_context(shown)?;
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let mut csv = csv::Reader::from_reader(text);
    let header = csv.headers().with_context(shown)?.clone();
    let column = |name: &str| header.iter().position(|have| have == name);
    let columns = ["id", "name", "email", "link"].map(column);
    let [Some(id), Some(name), Some(email), Some(link)] = columns else {
        bail!("{}: this is no letters.csv: it has no columns `id`, `name`, `email`, `link`", shown());
    };
    let mut list = Vec::new();
    for row in csv.records() {
        let row = row.with_context(shown)?;
        let cell = |at: usize| as_written(&row[at]);
        list.push(Addressee { unit: cell(id), name: cell(name), email: cell(email), link: cell(link) });
    }
    Ok(list)
}

/// Without the mark that keeps a spreadsheet from running the cell as a formula.
fn as_written(cell: &str) -> String {
    let marked = cell.strip_prefix('\'').filter(|rest| monshin_web::harmless(rest) == cell);
    marked.unwrap_or(cell).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_excel_has_saved_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("letters.csv");
        let text = "\u{feff}link,id,name,fax,email\nhttps://a/r/1,'=u1,\"青葉, 医院\",,a@b.example \n";
        std::fs::write(&path, text).expect("written");
        let expected = Addressee {
            unit: "=u1".into(),
            name: "青葉, 医院".into(),
            email: "a@b.example".into(),
            link: "https://a/r/1".into(),
        };
        assert_eq!(letters(&path).expect("read"), [expected]);
        std::fs::write(&path, "id,name\n").expect("written");
        assert!(letters(&path).expect_err("no list").to_string().contains("letters.csv"));
    }
}
