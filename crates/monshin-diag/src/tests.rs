use crate::*;

fn source() -> Source {
    Source::new("survey.toml", "title = \"問診\"\n設問 = yes\n")
}

#[test]
fn the_column_counts_characters_not_bytes() {
    let at = source().text().find("yes").expect("it is there");
    assert_eq!(source().position(at), Position { line: 2, column: 6 });
}

#[test]
fn an_offset_past_the_end_is_the_end() {
    assert_eq!(source().position(9_999), Position { line: 3, column: 1 });
}

#[test]
fn text_names_file_line_and_column_and_quotes_the_line() {
    let at = source().text().find("yes").expect("it is there");
    let place = Place::text(&source(), Span::new(at, at + 3));
    let found = Diagnostic::error("Q001", place, words!("だめ"; "wrong")).help(words!("直す"; "mend"));
    let page = render_text(std::slice::from_ref(&found), &Sources::from([source()]), Lang::En, false);
    for part in ["error[Q001]: wrong", "survey.toml:2:6", "設問 = yes", "^^^", "help: mend"] {
        assert!(page.contains(part), "{part} is missing in\n{page}");
    }
    let page = render_text(&[found], &Sources::from([source()]), Lang::Ja, false);
    assert!(page.contains("誤り[Q001]: だめ"), "{page}");
}

#[test]
fn a_cell_is_named_by_row_and_column() {
    let found = Diagnostic::warning("D002", Place::cell("r.csv", 7, Some("q1")), words!("値"; "value"));
    let page = render_text(&[found], &Sources::default(), Lang::Ja, false);
    assert!(page.contains("r.csv 7行目 列「q1」"), "{page}");
}

#[test]
fn json_carries_place_words_and_expected_value() {
    let place = Place::text(&source(), Span::new(0, 5));
    let found = Diagnostic::error("C003", place, words!("誤"; "no")).expected("66.7%");
    let json = render_json(&[found]);
    assert_eq!(json[0]["line"], 1);
    assert_eq!(json[0]["end_column"], 6);
    assert_eq!(json[0]["expected"], "66.7%");
    assert_eq!(json[0]["message"]["ja"], "誤");
}
