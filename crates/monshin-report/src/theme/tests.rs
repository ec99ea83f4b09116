use monshin_diag::{Diagnostics, Source};

use super::*;

fn read(text: &str) -> (Theme, Diagnostics, Source) {
    let source = Source::new("theme.toml", text);
    let (theme, found) = Theme::parse(&source);
    (theme, found, source)
}

fn codes(found: &Diagnostics) -> Vec<&'static str> {
    found.iter().map(|one| one.code).collect()
}

#[test]
fn a_whole_theme_is_read() {
    let (theme, found, _) = read(
        "[colours]\nmain = \"#045\"\ntext = \"#111111\"\n[fonts]\ntext = [\"A\", \"B\"]\nheading = \"C\"\n\
         [logo]\nfile = \"logo.svg\"\nalternative = { ja = \"印\" }\n[footer]\nja = \"足\"\nen = \"foot\"\n",
    );
    assert!(found.is_empty(), "{found:?}");
    assert_eq!(theme.main, Colour::parse("#004455"));
    assert_eq!((theme.fonts.len(), theme.heading_fonts.len()), (2, 1));
    assert_eq!(theme.json("en")["footer"], "foot");
    assert_eq!(theme.json("fr")["footer"], "foot", "another language takes what there is");
    assert_eq!(theme.logo_file.as_ref().map(|(name, _)| &**name), Some("logo.svg"));
}

#[test]
fn every_mistake_is_told_at_once_and_where_it_stands() {
    let (_, found, _) = read(
        "[colors]\nmain = 1\n[colours]\nmain = \"blue\"\ntext = 3\npaper = \"#fff\"\n[logo]\nfile = \"../x.png\"\n",
    );
    let mut sorted = codes(&found);
    sorted.sort_unstable();
    assert_eq!(sorted, ["P002", "P002", "P002", "P003", "P005"]);
    assert_eq!(codes(&read("[colours\n").1), ["P001"]);
}

#[test]
fn a_colour_that_cannot_be_read_is_warned_of_with_one_that_can() {
    let (theme, found, _) = read("[colours]\nmain = \"#f0a500\"\n");
    assert_eq!(codes(&found), ["P004"]);
    assert!(!found.has_errors());
    let help = format!("{:?}", found.iter().next().map(|one| one.help.clone()));
    let darker = theme.main.expect("kept").darkened_to(LEAST_CONTRAST);
    assert!(help.contains(&darker.text()) && darker.contrast(Colour::WHITE) >= LEAST_CONTRAST);
}

#[test]
fn a_logo_is_a_picture_that_is_there() {
    let (mut theme, _, source) = read("[logo]\nfile = \"logo.svg\"\n");
    assert_eq!(codes(&theme.take_logo(&source, None)), ["P005"]);
    assert_eq!(codes(&theme.take_logo(&source, Some(b"GIF89a".to_vec()))), ["P006"]);
    assert_eq!(codes(&theme.take_logo(&source, Some(vec![0; 2_000_001]))), ["P006"]);
    let svg = "<?xml version=\"1.0\"?>\n<!-- a -->\n<svg xmlns=\"http://www.w3.org/2000/svg\"/>";
    assert!(theme.take_logo(&source, Some(svg.as_bytes().to_vec())).is_empty());
    assert_eq!(theme.json("ja")["logo"]["format"], "svg");
}

#[test]
fn without_a_theme_nothing_changes() {
    let (theme, found, _) = read("");
    assert!(found.is_empty() && theme == Theme::default() && theme.css().is_empty());
    assert_eq!(theme.palette(), Palette::default());
}
