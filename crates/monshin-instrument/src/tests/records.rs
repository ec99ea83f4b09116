use std::io::{Cursor, Read};

use super::{tiny, tiny_text};
use crate::records::*;
use crate::*;

const FORM: &str = "q1: yes no\nq2: yes no if q1 = yes\ns: several x y z\nn: number if q1 = no";

fn form() -> Questionnaire {
    let text =
        tiny_text(FORM).replace("codes = { yes = { en = \"yes\" }, no = { en = \"no\" } }", "codes = \"yn\"");
    let text = format!(
        "{text}\n[codes.yn]\nyes = {{ en = \"はい\", aliases = [\"○\", \"1\"] }}\nno = {{ en = \"いいえ\", aliases = [\"×\", \"0\"] }}\n"
    );
    Questionnaire::compile(&monshin_diag::Source::new("survey.toml", &text)).0.expect("compiles")
}

fn rows(csv: &[u8]) -> Vec<Row> {
    let form = form();
    let encoding = Encoding::detect(csv).expect("in memory");
    let reading = Reading { file: "responses.csv".into(), ..Reading::default() };
    let (reader, found) =
        RecordReader::new(&form, Decoder::new(Cursor::new(csv), encoding), reading).expect("in memory");
    let mut reader = reader.unwrap_or_else(|| panic!("{found:#?}"));
    let mut rows = Vec::new();
    while let Some(row) = reader.next_row().expect("in memory") {
        rows.push(row);
    }
    rows
}

fn check(row: &str, expected: &str) {
    let told: Vec<String> = rows(format!("id,q1,q2,s,n\n{row}").as_bytes())
        .iter()
        .flat_map(|row| row.faults.iter())
        .map(|fault| {
            format!("{} row {} {}", fault.kind.code(), fault.row, fault.column.as_deref().unwrap_or("-"))
        })
        .collect();
    assert_eq!(told.join("; "), expected);
}

#[test]
fn answers_may_be_spelled_in_many_ways() {
    for yes in ["yes", "はい", "○", "〇", "1", "１", " YES "] {
        check(&format!("a,{yes},no,x,"), "");
    }
    check("a,×,,x;z,３", "");
    check("a,いいえ,,x；y,\"1,200\"", "");
}

#[test]
fn every_fault_is_told_by_row_and_column() {
    check("a,maybe,,x,", "D001 row 2 q1");
    check("a,no,yes,x,1", "D003 row 2 q2");
    check("a,yes,,x,", "D004 row 2 q2");
    check("a,no,,x,many", "D007 row 2 n");
    check("a,no,,x,1.5", "D008 row 2 n");
    check("a,yes,no,x", "D006 row 2 -");
    check(",yes,no,x,", "D014 row 2 id");
    check("a,yes,no,x,\na,yes,no,x,", "D002 row 3 id");
    check("a,無回答,yes,x,", "D009 row 2 q2");
}

#[test]
fn lenient_reading_keeps_the_item_out_and_the_rest_in() {
    let rows = rows(b"id,q1,q2,s,n\na,no,yes,x,1\n");
    let record = rows[0].record.as_ref().expect("only the item is kept out");
    assert_eq!(record.response.items()[1], Item::NotAsked(1));
    assert_eq!(record.response.items()[3], Item::Answered(Value::Number(1.0)));
}

#[test]
fn a_code_that_cannot_be_read_is_a_blank_not_a_second_fault() {
    check("a,maybe,,x,", "D001 row 2 q1");
}

#[test]
fn cp932_bom_and_utf16_read_alike() {
    let text = "id,q1,q2,s,n\na,はい,いいえ,x,\n";
    let utf8 = rows(text.as_bytes());
    let bom = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    let cp932 = encoding_rs::SHIFT_JIS.encode(text).0.into_owned();
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for bytes in [bom, cp932, utf16] {
        assert_eq!(rows(&bytes), utf8);
    }
}

#[test]
fn one_column_per_code_reads_as_several_answers() {
    let rows = rows("id,q1,q2,s.x,s.y,s.z,n\na,no,,1,0,○,2\n".as_bytes());
    assert_eq!(rows[0].faults, []);
    assert_eq!(
        rows[0].record.as_ref().expect("no fault").response.items()[2],
        Item::Answered(Value::Codes(0b101))
    );
}

#[test]
fn a_header_at_fault_is_told_at_once() {
    let form = form();
    let (reader, found) =
        RecordReader::new(&form, &b"q1,q1,zz\n"[..], Reading::default()).expect("in memory");
    assert!(reader.is_none());
    let codes: Vec<&str> = found.iter().map(|one| one.code).collect();
    assert_eq!(codes, ["D013", "D012", "D011", "D011", "D011", "D011"]);
}

#[test]
fn doubled_ids_are_found_in_several_passes_too() {
    let csv = "id,q1\nb,1\na,1\nb,2\nc,1\na,3\n";
    let rows = duplicate_rows(|| Ok(csv.as_bytes()), Encoding::Utf8).expect("in memory");
    assert_eq!(rows, [4, 6]);
    let ascending = "id\na1\na2\na10\n";
    assert!(duplicate_rows(|| Ok(ascending.as_bytes()), Encoding::Utf8).expect("in memory").is_empty());
}

#[test]
fn rows_are_numbered_as_a_spreadsheet_numbers_them() {
    let rows = rows("id,q1,q2,s,n\n\na,no,,\"x\n\",1\n\n,,,,\nb,no,,x,2".as_bytes());
    assert_eq!(rows.iter().map(|row| row.row).collect::<Vec<_>>(), [3, 6]);
}

#[test]
fn a_quotation_mark_left_open_is_told_and_not_taken_for_an_answer() {
    check("a,no,,x,1\nb,no,,x,\"2\nc,no,,x,3\n", "D010 row 3 -");
}

#[test]
fn a_ragged_row_has_no_id_however_doubled_ids_are_found() {
    let csv = "id,q1\nb\nb,1\na,1\n";
    assert!(duplicate_rows(|| Ok(csv.as_bytes()), Encoding::Utf8).expect("in memory").is_empty());
}

#[test]
fn a_comma_parts_thousands_and_is_no_decimal_point() {
    check("a,no,,x,\"1,200\"", "");
    check("a,no,,x,\"1,5\"", "D007 row 2 n");
}

#[test]
fn a_code_may_be_called_what_is_otherwise_a_mark() {
    let text = tiny_text("q: yes 無")
        .replace("無 = { en = \"無\" }", "na = { en = \"非該当\", kind = \"not_applicable\" }");
    let form = Questionnaire::compile(&monshin_diag::Source::new("survey.toml", &text)).0.expect("compiles");
    let (reader, _) =
        RecordReader::new(&form, "id,q\n1,非該当\n".as_bytes(), Reading::default()).expect("in memory");
    let row = reader.expect("a header").next_row().expect("in memory").expect("a row");
    assert_eq!(row.record.expect("no fault").response.items()[0], Item::Answered(Value::Code(1)));
}

#[test]
fn the_tiny_survey_of_the_tests_compiles() {
    assert_eq!(tiny(FORM).items().len(), 4);
}

#[test]
fn what_is_written_reads_back_to_the_same_response() {
    let form = form();
    let given = super::answers(&form, "q1=no s=x+z n=3");
    let lines = [header(&form).join(","), row(&form, "a", &given).join(",")].join("\n");
    let record = rows(lines.as_bytes()).remove(0).record.expect("no fault");
    assert_eq!(Ok(record.response), form.submit(&given));
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(body in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400)) {
        let mut csv = b"id,q1,q2,s,n\n".to_vec();
        csv.extend(body);
        rows(&csv);
    }

    #[test]
    fn no_text_makes_the_compiler_panic(body in "\\PC*") {
        super::found_in(&body);
        let text = tiny_text(FORM) + "\n[[question]]\nid = \"z\"\ntext = \"z\"\nkind = \"text\"\nask_if = '''" + &body + "'''\n";
        super::found_in(&text);
    }
}

#[test]
fn what_an_encoding_writes_it_reads() {
    let text = "id,語\n1,①㈱〜ｱｲｳ\"円\"\n";
    for encoding in [Encoding::Utf8, Encoding::Cp932, Encoding::Utf16Le, Encoding::Utf16Be] {
        let bytes = encoding.encode(text).expect("it has all of them");
        let mut back = String::new();
        Decoder::new(Cursor::new(bytes), encoding).read_to_string(&mut back).expect("in memory");
        let wave = if encoding == Encoding::Cp932 { "～" } else { "〜" };
        assert_eq!(back, text.replace('〜', wave), "{encoding:?}");
    }
    assert_eq!(Encoding::Cp932.encode("髙田𠮷"), Err('𠮷'));
}
