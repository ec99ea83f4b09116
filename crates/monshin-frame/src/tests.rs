use expect_test::{Expect, expect};
use monshin_diag::{Lang, Place};

use crate::*;

fn columns() -> Vec<ClassColumn> {
    vec![
        ClassColumn::new("beds", [vec!["none", "無床"], vec!["some", "1~19床"]]),
        ClassColumn::new("founder", [vec!["public"], vec!["private"]]),
    ]
}

fn check(csv: &str, expected: Expect) {
    let (loaded, found) = load("frame.csv", csv.as_bytes(), &columns());
    let mut text = String::new();
    for one in &found {
        let place = match &one.place {
            Place::Cell { row, column, .. } => format!("{row}:{}", column.as_deref().unwrap_or("")),
            _ => "file".to_owned(),
        };
        text += &format!("{} {place} {}\n", one.code, one.message.get(Lang::En));
    }
    if let Some(loaded) = loaded {
        for unit in loaded.frame.units() {
            text += &format!("{} {:?}\n", loaded.frame.id(unit), loaded.frame.classes(unit));
        }
    }
    expected.assert_eq(&text);
}

#[test]
fn every_mistake_is_found_at_once() {
    check(
        "id,beds,founder,remark\nu1,none,public,a\nu1,none,public,b\n,none,public,c\nu3,few,royal,d\nu4,none\n",
        expect![[r#"
            F004 1:remark the column `remark` is not used
            F007 3:id the id `u1` stands in an earlier row too
            F006 4:id the row has no id
            F008 5:beds there is no class `few`
            F008 5:founder there is no class `royal`
            F005 6: the header has 4 columns, this row 2
        "#]],
    );
    check(
        "id,beds,beds\nu1,none,none\n",
        expect![[r#"
            F003 1:beds the column `beds` stands twice
            F002 1: the column `founder` is missing
        "#]],
    );
}

#[test]
fn an_empty_file_is_a_mistake_and_a_header_alone_is_not() {
    check("", expect!["F001 file the file is empty\n"]);
    check("id,beds,founder\n", expect![""]);
}

#[test]
fn bytes_that_are_not_utf_8_are_refused() {
    let (loaded, found) = load("frame.csv", b"id,beds\n\x96\xb3,none\n", &columns());
    assert!(loaded.is_none());
    assert_eq!(found.as_slice()[0].code, "F009");
}

#[test]
fn a_byte_order_mark_and_the_width_of_letters_do_not_matter() {
    check(
        "\u{feff}id,beds,founder\r\nu1,無床,Ｐｕｂｌｉｃ\r\nu2,１〜１９床, private \r\n",
        expect![[r#"
            u1 [0, 0]
            u2 [1, 1]
        "#]],
    );
}

#[test]
fn contacts_are_in_the_directory_and_in_no_debug_output() {
    let csv = "id,beds,founder,name,email\nu1,none,public,青葉医院,a@example.jp\nu2,some,private,,\n";
    let (loaded, found) = load("frame.csv", csv.as_bytes(), &columns());
    let loaded = loaded.expect("nothing is wrong");
    assert!(found.is_empty());
    let unit = loaded.frame.find("u1").expect("it is there");
    let contact = loaded.directory.contact(unit).expect("it is there");
    assert_eq!(contact.name.as_deref(), Some("青葉医院"));
    let printed = format!("{loaded:?} {contact:?}");
    assert!(!printed.contains("青葉") && !printed.contains("example.jp"), "{printed}");
    assert_eq!(loaded.frame.sizes(0, 2), [1, 1]);
    assert_eq!(loaded.frame.find("u3"), None);
}

#[test]
fn a_diagnostic_about_a_row_does_not_quote_its_contact() {
    let csv = "id,beds,founder,email\nu1,few,public,a@example.jp\n";
    let (_, found) = load("frame.csv", csv.as_bytes(), &columns());
    assert!(!format!("{found:?}").contains("example.jp"));
}

#[test]
fn dispositions_are_counted_by_stratum_and_add_up() {
    let csv = "id,beds,founder\nu1,none,public\nu2,some,private\nu3,some,public\n";
    let frame = load("frame.csv", csv.as_bytes(), &columns()).0.expect("nothing is wrong").frame;
    let mut fieldwork = Fieldwork::default();
    let ends = [Disposition::Complete, Disposition::BreakOff, Disposition::UnknownEligibility];
    for (unit, end) in frame.units().zip(ends) {
        fieldwork.add(frame.stratum(unit, &[0]), end);
    }
    let by_stratum: Vec<(u16, u64)> =
        fieldwork.strata().map(|(stratum, counts)| (stratum.0[0], counts.total())).collect();
    assert_eq!(by_stratum, [(0, 1), (1, 2)]);
    let total = fieldwork.total();
    assert_eq!((total.total(), total.of(Disposition::Complete), total.refusals()), (3, 1, 1));
}

#[test]
fn a_disposition_has_one_name_and_one_number() {
    for one in Disposition::ALL {
        assert_eq!(Disposition::parse(one.name()), Some(one));
        assert_eq!(Disposition::parse(one.number()), Some(one));
    }
    assert_eq!(Disposition::parse("5"), None);
}

#[test]
fn dispositions_and_base_weights_come_with_the_frame_and_their_mistakes_by_row() {
    check(
        "id,beds,founder,disposition,base_weight\nu1,none,public,2.1,1\nu2,none,public,,2.5\nu3,some,public,gone,0\nu4,some,public,廃業,x\n",
        expect![[r#"
            F020 4:disposition there is no disposition `gone`
            F026 4:base_weight `0` is no base weight
            F026 5:base_weight `x` is no base weight
        "#]],
    );
    let csv = "id,beds,founder,disposition,base_weight\nu1,none,public,廃業,1\nu2,none,public,,2.5\n";
    let frame = load("frame.csv", csv.as_bytes(), &columns()).0.expect("nothing is wrong").frame;
    let said: Vec<_> = frame.units().map(|unit| (frame.disposition(unit), frame.weight(unit))).collect();
    assert_eq!(said, [(Some(Disposition::NotEligible), 1.0), (None, 2.5)]);
}

#[test]
fn weights_add_up_beside_the_counts() {
    let mut counts = DispositionCounts::default();
    counts.add_weighted(Disposition::Complete, 2.5);
    counts.add(Disposition::Partial);
    counts.add(Disposition::NotEligible);
    assert_eq!((counts.responses(), counts.not_ruled_out(), counts.total()), (2, 2, 3));
    let weights = [Disposition::Complete, Disposition::Partial].map(|one| counts.weight_of(one));
    assert_eq!(weights, [2.5, 1.0]);
}
