use super::*;
use crate::demo;

/// Elements of HTML that have no end.
const VOID: [&str; 5] = ["meta", "link", "img", "br", "!DOCTYPE"];

#[test]
fn every_element_is_closed_where_it_was_opened() {
    let page = render_document(&demo::document());
    let mut open: Vec<&str> = Vec::new();
    let body = page.split_once("<style>").expect("has one");
    let body = format!("{}{}", body.0, body.1.split_once("</style>").expect("has one").1);
    for tag in body.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag) {
        let name = tag.split([' ', '/']).find(|part| !part.is_empty()).unwrap_or_default();
        match (tag.starts_with('/'), tag.ends_with('/') || VOID.contains(&name)) {
            (true, _) => assert_eq!(open.pop(), Some(name), "</{name}>"),
            (false, true) => {}
            (false, false) => open.push(name),
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn what_a_survey_says_is_text_and_never_markup() {
    let page = render_document(&demo::document());
    assert!(page.contains("&#60;b&#62;太字&#60;/b&#62;") && !page.contains("<b>太字"));
    assert!(page.contains("悪い") && !page.contains("javascript:"));
}

#[test]
fn tables_and_charts_speak_to_those_who_do_not_see_them() {
    let page = render_document(&demo::document());
    assert!(page.contains(r#"<html lang="ja">"#) && page.contains(r##"<a class="skip" href="#main">"##));
    assert_eq!(page.matches("<svg").count(), page.matches(r#"role="img""#).count());
    assert_eq!(page.matches("<table>").count(), page.matches("<caption").count());
    assert!(page.contains(r#"<th scope="row">"#) && page.contains(r#"scope="colgroup""#));
}

#[test]
fn made_up_figures_are_marked_wherever_they_stand() {
    let page = render_document(&demo::document());
    let marked = page.matches(r#"<span class="made-up">"#).count();
    assert_eq!(marked, page.matches("<figcaption>").count() + page.matches("<caption").count());
    assert_eq!(page.matches(r#"class="reminder""#).count(), demo::document().chapters.len());
}

/// Writes the demonstration where a browser can be pointed at it:
/// `cargo test -p monshin-report look_at -- --ignored`, then `target/demo.html`.
#[test]
#[ignore = "for looking, not for judging"]
#[allow(clippy::disallowed_methods)]
fn look_at_the_demonstration() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/demo.html");
    std::fs::write(path, render_document(&demo::document())).expect("target/ can be written");
}

#[test]
fn a_theme_colours_the_page_and_its_charts() {
    let theme = Theme { main: crate::chart::Colour::parse("#7a1f2b"), ..Theme::default() };
    let page = themed(&demo::document(), &theme, &Published::default());
    let darkest = theme
        .main
        .expect("set")
        .with_luminance(crate::chart::Colour::parse("#0b3a75").expect("a colour").luminance());
    assert!(page.contains("--navy:#7a1f2b") && page.contains(&format!("fill=\"{}\"", darkest.text())));
}

#[test]
fn a_theme_puts_its_logo_and_its_foot_on_the_page() {
    let logo = crate::theme::Logo::Svg("<svg xmlns=\"http://www.w3.org/2000/svg\"/>".into());
    let words = [("ja".to_owned(), "協会\"".to_owned())].into();
    let footer = [("ja".to_owned(), "足".to_owned())].into();
    let theme = Theme { logo: Some(logo), logo_words: words, footer, ..Theme::default() };
    let page = themed(&demo::document(), &theme, &Published::default());
    assert!(page.contains("<img class=\"logo\" src=\"data:image/svg+xml;base64,PHN2ZyB4bWxucz0"));
    assert!(page.contains("alt=\"協会&#34;\"") && page.contains("<p>足</p>"));
}

#[test]
fn a_page_says_what_it_is_to_those_who_share_it() {
    let (page, card) = ("https://example.org/r/report.ja.html", "https://example.org/r/card.png");
    let published = Published { page: Some(page.into()), card: Some(card.into()) };
    let html = themed(&demo::document(), &Theme::default(), &published);
    assert!(html.contains(&format!("<meta property=\"og:url\" content=\"{page}\">")));
    assert!(html.contains(&format!("<meta property=\"og:image\" content=\"{card}\">")));
    let alone = render_document(&demo::document());
    assert!(alone.contains("property=\"og:title\"") && !alone.contains("og:image"));
}
