//! `monshin export`: the returns one by one, for a spreadsheet or for programs.

use std::fs::File;
use std::io::{ErrorKind, Read};

use anyhow::{Context, Result};
use monshin_diag::Lang;
use monshin_instrument::records::{Decoder, Encoding};
use monshin_web::harmless;

use crate::args::{Cells, Export};
use crate::fielding::{NewPrivate, open_answers};
use crate::folder::Folder;
use crate::output::{Verdict, leave_alone, pick, print_findings};

pub fn run(it: Export, lang: Lang) -> Result<Verdict> {
    if it.out.exists() {
        return Ok(leave_alone(&it.out, lang));
    }
    let folder = Folder::open(&it.dir)?;
    print_findings(folder.found.as_slice(), &folder.sources, lang);
    let Some(form) = &folder.questionnaire else { return Ok(Verdict::AtFault) };
    let rows = match open_answers(&folder, form, &it.sealed)? {
        Some(opened) => Some(opened.csv),
        None => responses(&folder)?,
    };
    let Some(rows) = rows else {
        let none = pick(lang, "responses.csv がありません".into(), "there is no responses.csv".into());
        eprintln!("{none}");
        return Ok(Verdict::AtFault);
    };
    let place = NewPrivate::in_place_of(&it.out)?;
    let written = Written::of(&rows, it.encoding, it.sealed.rehearsal)?;
    if !written.missing.is_empty() {
        eprintln!("{}", written.complaint(lang));
        return Ok(Verdict::AtFault);
    }
    place.write(&written.bytes)?;
    let (path, returns) = (it.out.display(), written.returns);
    let ja = format!("回答{returns}件を「{path}」に書きました。1件ずつの回答です。公表しないでください");
    let en = format!("{returns} returns are in `{path}`: single answers, not for publication");
    eprintln!("{}", pick(lang, ja, en));
    Ok(Verdict::Fine)
}

/// The folder's data file as UTF-8.
fn responses(folder: &Folder) -> Result<Option<Vec<u8>>> {
    let path = folder.dir.join("responses.csv");
    let shown = || path.display().to_string();
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(shown),
    };
    let encoding = Encoding::detect(file).with_context(shown)?;
    let mut text = Vec::new();
    let file = File::open(&path).with_context(shown)?;
    Decoder::new(file, encoding).read_to_end(&mut text).with_context(shown)?;
    Ok(Some(text))
}

/// A data file as it was asked for.
struct Written {
    bytes: Vec<u8>,
    returns: u64,
    /// Cells that cannot be written: row, column, character.
    missing: Vec<(u64, String, char)>,
}

/// Most cells that are told of.
const TOLD: usize = 20;

impl Written {
    fn of(rows: &[u8], cells: Cells, is_rehearsal: bool) -> Result<Written> {
        let encoding = if cells == Cells::Cp932 { Encoding::Cp932 } else { Encoding::Utf8 };
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(rows);
        let mark: &[u8] = if cells == Cells::Excel { b"\xef\xbb\xbf" } else { b"" };
        let end = if cells == Cells::Utf8 { csv::Terminator::Any(b'\n') } else { csv::Terminator::CRLF };
        let mut text = csv::WriterBuilder::new().flexible(true).terminator(end).from_writer(mark.to_vec());
        let (mut header, mut missing) = (Vec::new(), Vec::new());
        let mut returns = 0;
        for (row, record) in (1..).zip(reader.records()) {
            let record = record?;
            for (column, cell) in record.iter().enumerate() {
                let cell = if cells == Cells::Utf8 { cell.to_owned() } else { for_spreadsheet(cell) };
                let is_marked = is_rehearsal && column == 0 && row > 1;
                let cell = if is_marked { format!("rehearsal-{cell}") } else { cell };
                let bytes = encoding.encode(&cell).unwrap_or_else(|character| {
                    missing.push((row, header.get(column).cloned().unwrap_or_default(), character));
                    Vec::new()
                });
                text.write_field(bytes)?;
            }
            text.write_record(None::<&[u8]>)?;
            match row {
                1 => header = record.iter().map(str::to_owned).collect(),
                _ => returns += 1,
            }
        }
        Ok(Written { bytes: text.into_inner()?, returns, missing })
    }

    fn complaint(&self, lang: Lang) -> String {
        let place = |(row, column, character): &(u64, String, char)| {
            let code = u32::from(*character);
            let ja = format!("{row}行目 {column}: 「{character}」（U+{code:04X}）は CP932 にありません");
            pick(lang, ja, format!("row {row}, {column}: CP932 has no `{character}` (U+{code:04X})"))
        };
        let mut lines: Vec<String> = self.missing.iter().take(TOLD).map(place).collect();
        let more = self.missing.len().saturating_sub(TOLD);
        if more > 0 {
            lines.push(pick(lang, format!("ほか{more}か所"), format!("and {more} more")));
        }
        let ja = "何も書いていません。--encoding excel（BOM付きUTF-8）で書き出してください";
        let en = "nothing was written: use --encoding excel (UTF-8 with a mark)";
        lines.push(pick(lang, ja.to_owned(), en.to_owned()));
        lines.join("\n")
    }
}

/// A text that a spreadsheet would run as a formula is marked as a text; numbers stay numbers.
fn for_spreadsheet(cell: &str) -> String {
    if cell.parse::<f64>().is_ok() { cell.to_owned() } else { harmless(cell) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: &str = "id,beds,note\nu1,-3,=1+1\nu2,20,\"病院〜\n二行\"\n";

    fn text(cells: Cells, is_rehearsal: bool) -> String {
        let written = Written::of(ROWS.as_bytes(), cells, is_rehearsal).expect("written");
        assert_eq!((written.returns, written.missing.len()), (2, 0));
        String::from_utf8(written.bytes).expect("UTF-8")
    }

    #[test]
    fn programs_get_the_answers_as_they_are() {
        assert_eq!(text(Cells::Utf8, false), ROWS);
    }

    #[test]
    fn a_spreadsheet_runs_no_answer_and_keeps_numbers() {
        let excel = text(Cells::Excel, false);
        assert_eq!(excel, "\u{feff}id,beds,note\r\nu1,-3,'=1+1\r\nu2,20,\"病院〜\n二行\"\r\n");
        for cell in ["＝1", "@x", "\tx", "+81 3"] {
            assert_eq!(for_spreadsheet(cell), format!("'{cell}"));
        }
        assert_eq!(for_spreadsheet("+5"), "+5");
    }

    #[test]
    fn a_rehearsal_is_told_in_every_row() {
        let rows = text(Cells::Utf8, true);
        assert!(
            rows.starts_with("id,beds,note\nrehearsal-u1,-3,") && rows.contains("\nrehearsal-u2,"),
            "{rows}"
        );
    }

    #[test]
    fn what_cp932_does_not_have_is_told_by_row_and_column_all_at_once() {
        let written = Written::of(ROWS.as_bytes(), Cells::Cp932, false).expect("written");
        assert!(written.missing.is_empty(), "the wave dash has a twin");
        let rows = "id,note\nu1,𠮷野\nu2,ok\nu3,😀\n";
        let written = Written::of(rows.as_bytes(), Cells::Cp932, false).expect("written");
        assert_eq!(written.missing, [(2, "note".to_owned(), '𠮷'), (4, "note".to_owned(), '😀')]);
        assert!(written.complaint(Lang::En).contains("row 4, note: CP932 has no `😀` (U+1F600)"));
    }
}
