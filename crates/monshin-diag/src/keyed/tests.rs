use super::{Codes, Desk, Fields, parse};
use crate::{Diagnostics, Lang, Place, Source, Span};

struct Reader(Source, Diagnostics);

impl Desk for Reader {
    const CODES: Codes = Codes { syntax: "S", unknown: "U", missing: "M", wrong_type: "W", range: "R" };

    fn source(&self) -> &Source {
        &self.0
    }

    fn found(&mut self) -> &mut Diagnostics {
        &mut self.1
    }
}

/// What is told of a file, as `code@line`, when the keys are read so.
fn told(text: &str, read: impl FnOnce(&mut Reader, &mut Fields<'_>)) -> Vec<String> {
    let mut reader = Reader(Source::new("file.toml", text), Diagnostics::new());
    if let Some(root) = parse(&mut reader, text) {
        let mut root = Fields::new(root.get_ref(), Span::new(0, 0), "file.toml");
        read(&mut reader, &mut root);
        root.finish(&mut reader);
    }
    let line = |place: &Place| place.label(Lang::En).split(':').nth(1).unwrap_or_default().to_owned();
    reader.1.iter().map(|one| format!("{}@{}", one.code, line(&one.place))).collect()
}

#[test]
fn every_mistake_is_told_once_and_where_it_stands() {
    let text = "size = \"9\"\ncount = 12\nlabels = [\"a\", 1]\n[part]\nyes = 1\n[[parts]]\nid = \"x\"\n";
    let found = told(text, |desk, root| {
        assert_eq!(root.integer(desk, "size"), None);
        assert_eq!(root.count(desk, "count", 1, 10), None);
        assert_eq!(root.strings(desk, "labels").len(), 1);
        assert_eq!(root.string(desk, "absent").map(|named| named.text), None);
        root.missing(desk, "title");
        let mut part = root.table(desk, "part", "[part]").expect("a table");
        assert_eq!(part.boolean(desk, "yes"), None);
        part.finish(desk);
        assert_eq!(root.tables(desk, "parts", "[[parts]]").len(), 1);
    });
    assert_eq!(found, ["W@1", "R@2", "W@3", "M@1", "W@5"]);
}

#[test]
fn a_key_spelled_wrong_is_one_mistake_and_not_two() {
    let found = told("titel = \"x\"\n", |desk, root| {
        if root.string(desk, "title").is_none() {
            root.missing(desk, "title");
        }
    });
    assert_eq!(found, ["U@1"]);
}

#[test]
fn numbers_are_finite_and_decimal() {
    let found = told("a = 1_000\nb = 0.5\nc = inf\nd = 0x10\ne = \"1\"\n", |desk, root| {
        assert_eq!(root.number(desk, "a").map(|(value, _)| value), Some(1000.0));
        assert_eq!(root.number(desk, "b").map(|(value, _)| value), Some(0.5));
        assert_eq!(root.number(desk, "c"), None);
        assert_eq!(root.integer(desk, "d").map(|(value, _)| value), Some(16));
        assert_eq!(root.number(desk, "e"), None);
    });
    assert_eq!(found, ["W@3", "W@5"]);
}

#[test]
fn text_that_is_no_toml_gives_no_table() {
    let found = told("a = \n[b\n", |_, _| panic!("there is nothing to read"));
    assert!(!found.is_empty() && found.iter().all(|one| one.starts_with("S@")), "{found:?}");
}
