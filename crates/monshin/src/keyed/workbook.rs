//! A sheet of an Excel workbook, as the bytes of a data file: row for row, so that places are those of the sheet.

use std::io::Cursor;

use calamine::{Data, Range, Reader, SheetVisible, Xlsx, open_workbook_from_rs};
use monshin_diag::{Diagnostic, Diagnostics, Place, words};

/// Most bytes that a workbook may unfold to.
const MOST_UNFOLDED: u64 = 512 * 1024 * 1024;
/// Most parts of one; Excel writes a few for each sheet.
const MOST_PARTS: usize = 10_000;

/// A sheet.
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Its cells as a data file.
    pub csv: Vec<u8>,
    /// The first column that has something, counted from 0.
    pub left: u32,
}

/// Whether a file is a workbook: it begins as an archive.
pub fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// Reads the one sheet that has something, or the one that is named.
///
/// # Errors
/// What is wrong with the workbook, or which cells have no value.
pub fn read(file: &str, bytes: Vec<u8>, wanted: Option<&str>) -> Result<Sheet, Diagnostics> {
    let refused = |found: Diagnostic| Diagnostics::from_iter([found]);
    if unfolded(&bytes).is_none_or(|size| size > MOST_UNFOLDED) {
        return Err(refused(unreadable(file, "")));
    }
    let book: Result<Xlsx<_>, _> = open_workbook_from_rs(Cursor::new(bytes));
    let mut book = book.map_err(|error| refused(unreadable(file, &error.to_string())))?;
    let name = choose(file, &mut book, wanted)?;
    let cells = book.worksheet_range(&name).map_err(|error| refused(unreadable(file, &error.to_string())))?;
    let formulas = book.worksheet_formula(&name).unwrap_or_default();
    let hollow = hollow(file, &name, &cells, &formulas);
    if hollow.has_errors() {
        return Err(hollow);
    }
    let left = cells.start().map_or(0, |(_, column)| column);
    Ok(Sheet { csv: csv(&cells), name, left })
}

/// What the entries of the archive say that they unfold to.
fn unfolded(bytes: &[u8]) -> Option<u64> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok().filter(|one| one.len() <= MOST_PARTS)?;
    (0..archive.len()).map(|at| archive.by_index_raw(at).ok().map(|entry| entry.size())).sum()
}

fn unreadable(file: &str, why: &str) -> Diagnostic {
    let why = if why.is_empty() { String::new() } else { format!(": {why}") };
    Diagnostic::error("S020", Place::file(file), words!("Excel のブックとして読めません{why}"; "it cannot be read as a workbook{why}"))
        .help(words!("Excel で開き、「Excel ブック（.xlsx）」か CSV で保存し直してください"; "open it in Excel and save it again as a workbook (.xlsx) or CSV"))
}

fn choose(file: &str, book: &mut Xlsx<Cursor<Vec<u8>>>, wanted: Option<&str>) -> Result<String, Diagnostics> {
    let refused = |what, help| {
        let found = Diagnostic::error("S021", Place::file(file), what).help(help);
        Diagnostics::from_iter([found])
    };
    let visible = book.sheets_metadata().iter().filter(|sheet| sheet.visible == SheetVisible::Visible);
    let all: Vec<String> = visible.map(|sheet| sheet.name.clone()).collect();
    let (ja, en) = (all.join("、"), all.join(", "));
    if let Some(wanted) = wanted {
        return all.into_iter().find(|name| name == wanted).ok_or_else(|| {
            refused(
                words!("「{wanted}」というシートはありません"; "there is no sheet `{wanted}`"),
                words!("あるシート: {ja}"; "there are: {en}"),
            )
        });
    }
    let mut filled: Vec<String> = Vec::new();
    for name in all {
        if book.worksheet_range(&name).is_ok_and(|cells| !cells.is_empty()) {
            filled.push(name);
        }
    }
    match <[String; 1]>::try_from(filled) {
        Ok([name]) => Ok(name),
        Err(filled) if filled.is_empty() => Err(refused(
            words!("何も書かれていません"; "there is nothing in it"),
            words!("見出しの行と、1組織1行の回答を書いてください"; "write a row of headings, and a row for each return"),
        )),
        Err(_) => Err(refused(
            words!("シートが複数あります"; "there are several sheets"),
            words!("--sheet で1つを選んでください（{ja}）"; "choose one with --sheet ({en})"),
        )),
    }
}

/// Cells whose formula was never worked out: they look empty, and are not.
fn hollow(file: &str, sheet: &str, cells: &Range<Data>, formulas: &Range<String>) -> Diagnostics {
    let (top, left) = formulas.start().unwrap_or_default();
    let is_hollow =
        |row: u32, column: u32| matches!(cells.get_value((row, column)), None | Some(Data::Empty));
    let mut found = Diagnostics::new();
    for (row, column, formula) in formulas.used_cells() {
        let (row, column) = (top + row as u32, left + column as u32);
        if formula.is_empty() || !is_hollow(row, column) {
            continue;
        }
        let place = Place::Cell {
            file: file.into(),
            sheet: Some(sheet.to_owned()),
            row: u64::from(row) + 1,
            column: Some(address(column, u64::from(row) + 1)),
        };
        found.push(
            Diagnostic::error("S022", place, words!("数式の計算結果が保存されていません"; "the formula has no value in the file"))
                .help(words!("Excel で開いて保存し直すか、値に変えてください"; "open the file in Excel and save it, or put the value there")),
        );
    }
    found
}

/// `AB12`, as a spreadsheet names a cell.
pub fn address(column: u32, row: u64) -> String {
    let (mut letters, mut left) = (Vec::new(), column + 1);
    while left > 0 {
        letters.push(b'A' + ((left - 1) % 26) as u8);
        left = (left - 1) / 26;
    }
    letters.reverse();
    format!("{}{row}", String::from_utf8_lossy(&letters))
}

fn csv(cells: &Range<Data>) -> Vec<u8> {
    // Rows above the first that has something are counted too.
    let above = cells.start().map_or(0, |(row, _)| row as usize);
    let mut out = csv::WriterBuilder::new().from_writer(vec![b'\n'; above]);
    for row in cells.rows() {
        out.write_record(row.iter().map(text))
            .expect("rows of a range are of one length, and memory takes them");
    }
    out.into_inner().expect("memory takes it")
}

fn text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        // Excel keeps every number like this: 3 is 3.0.
        Data::Float(number) => number.to_string(),
        Data::Bool(is) => if *is { "1" } else { "0" }.to_owned(),
        Data::DateTime(at) if at.is_datetime() => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        Data::DateTime(at) => at.as_f64().to_string(),
        Data::DateTimeIso(text) => text.split('T').next().unwrap_or_default().to_owned(),
        Data::DurationIso(text) => text.clone(),
        Data::Error(error) => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_as_in_a_spreadsheet() {
        for (column, expected) in
            [(0, "A7"), (25, "Z7"), (26, "AA7"), (51, "AZ7"), (52, "BA7"), (701, "ZZ7"), (702, "AAA7")]
        {
            assert_eq!(address(column, 7), expected);
        }
    }

    #[test]
    fn what_is_no_workbook_is_none() {
        assert!(!is_workbook(b"id,q1\n") && is_workbook(b"PK\x03\x04"));
        assert!(read("x.xlsx", b"PK\x03\x04 and nothing else".to_vec(), None).is_err());
    }

    /// A workbook of one sheet, with these cells.
    fn book(cells: &str) -> Vec<u8> {
        book_of(cells, &|sheet| sheet)
    }

    /// The same, with the text of its sheet changed.
    fn book_of(cells: &str, change: &dyn Fn(String) -> String) -> Vec<u8> {
        use std::io::Write as _;
        let sheet = format!(
            "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{cells}</sheetData></worksheet>"
        );
        let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let files = [
            (
                "_rels/.rels",
                format!(
                    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"{relations}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
                ),
            ),
            (
                "xl/workbook.xml",
                format!(
                    "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"{relations}\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
                ),
            ),
            (
                "xl/_rels/workbook.xml.rels",
                format!(
                    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"{relations}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
                ),
            ),
            ("xl/worksheets/sheet1.xml", change(sheet)),
        ];
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in files {
            archive.start_file(name, zip::write::SimpleFileOptions::default()).expect("begun");
            archive.write_all(text.as_bytes()).expect("written");
        }
        archive.finish().expect("whole").into_inner()
    }

    #[test]
    fn a_formula_without_a_value_is_no_empty_cell() {
        let cells = "<row r=\"2\"><c r=\"B2\" t=\"inlineStr\"><is><t>id</t></is></c><c r=\"C2\"><v>3</v></c></row>\
                     <row r=\"3\"><c r=\"B3\"><f>C2*2</f><v>6</v></c><c r=\"C3\"><v>0.5</v></c></row>";
        let sheet = read("x.xlsx", book(cells), None).unwrap_or_else(|found| panic!("{found:?}"));
        assert_eq!((sheet.name.as_str(), sheet.left), ("S", 1));
        assert_eq!(String::from_utf8_lossy(&sheet.csv), "\nid,3\n6,0.5\n");
        let hollow = cells.replace("<v>6</v>", "");
        let Err(found) = read("x.xlsx", book(&hollow), None) else { panic!("it is not empty") };
        let place = found.as_slice()[0].place.label(monshin_diag::Lang::En);
        assert_eq!((found.as_slice()[0].code, place.as_str()), ("S022", "x.xlsx [S] row 3 column B3"));
    }
    #[test]
    fn a_workbook_reads_nothing_that_lies_elsewhere() {
        let folder = tempfile::tempdir().expect("a folder");
        let secret = folder.path().join("secret");
        std::fs::write(&secret, "taken").expect("written");
        let cell = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>id&of;</t></is></c></row>";
        let entity =
            format!("<!DOCTYPE worksheet [<!ENTITY of SYSTEM \"file://{}\">]><worksheet ", secret.display());
        let sheet = read("x.xlsx", book_of(cell, &|text| text.replacen("<worksheet ", &entity, 1)), None);
        let text = sheet
            .map_or_else(|found| format!("{found:?}"), |sheet| String::from_utf8_lossy(&sheet.csv).into());
        assert!(!text.contains("taken"), "{text}");
    }

    #[test]
    fn a_workbook_of_very_many_parts_is_none() {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for part in 0..=MOST_PARTS {
            archive.start_file(part.to_string(), zip::write::SimpleFileOptions::default()).expect("begun");
        }
        assert_eq!(unfolded(&archive.finish().expect("whole").into_inner()), None);
        assert!(unfolded(&book("")).is_some_and(|size| size < 10_000));
    }
}
