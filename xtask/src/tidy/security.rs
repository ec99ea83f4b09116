//! `docs/security.md` names tests that exist, and passes over no item of OWASP ASVS 5.0.0 at level 2.

use std::collections::BTreeMap;

use super::{Finding, Tree};

const PAGE: &str = "docs/security.md";
const TABLES: &str = "## OWASP ASVS";

/// How many items of levels 1 and 2 each section has, a chapter a line: in 5.0.0 they come first in every section. From its
/// `OWASP_Application_Security_Verification_Standard_5.0.0_en.csv`.
const CHAPTERS: [&[u32]; 17] = [
    &[2, 9, 11, 3, 2],
    &[3, 3, 4, 1],
    &[0, 2, 4, 6, 5, 0, 2],
    &[3, 1, 2, 4],
    &[1, 3, 2, 3],
    &[3, 12, 4, 4, 5, 3, 0, 4],
    &[3, 4, 2, 5, 2, 2],
    &[2, 3, 1, 1],
    &[3, 4],
    &[2, 2, 4, 11, 5, 2, 3],
    &[2, 3, 3, 4, 1, 1, 0],
    &[3, 2, 4],
    &[1, 5, 2, 5],
    &[2, 4, 3],
    &[3, 3, 7, 0],
    &[1, 5, 4, 3, 3],
    &[1, 4, 2],
];

/// Tests that are named and are nowhere, and items of the standard that stand in no row, or in two.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let Some(page) = tree.text(PAGE) else { return Vec::new() };
    let mut found = Vec::new();
    for (line, name) in tests(page) {
        if !is_written(tree, name) {
            found.push(Finding::error(PAGE, line, format!("there is no test `{name}`")));
        }
    }
    let mut rows: BTreeMap<[u32; 3], usize> = BTreeMap::new();
    for (line, item) in items(page) {
        if rows.insert(item, line).is_some() {
            found.push(Finding::error(PAGE, line, format!("{} stands in two rows", dotted(item))));
        }
    }
    for item in asked().filter(|item| !rows.contains_key(item)) {
        found.push(Finding::error(PAGE, 1, format!("{} of ASVS 5.0.0 stands in no row", dotted(item))));
    }
    found
}

fn dotted([chapter, section, item]: [u32; 3]) -> String {
    format!("{chapter}.{section}.{item}")
}

/// Every item of levels 1 and 2.
fn asked() -> impl Iterator<Item = [u32; 3]> {
    let sections = |(chapter, sections): (u32, &'static [u32])| {
        (1..).zip(sections).map(move |(section, items)| (chapter, section, *items))
    };
    let items = |(chapter, section, items)| (1..=items).map(move |item| [chapter, section, item]);
    (1..).zip(CHAPTERS).flat_map(sections).flat_map(items)
}

/// What stands between backticks and looks like a test: `file::name`, `a_whole_name` or the `beginning_of_one_…`.
fn tests(page: &str) -> impl Iterator<Item = (usize, &str)> {
    let spans = |(at, line)| <str>::split(line, '`').skip(1).step_by(2).map(move |span| (at + 1, span));
    page.lines().enumerate().flat_map(spans).filter_map(|(at, span): (usize, &str)| {
        let (is_path, name) = span.rsplit_once("::").map_or((false, span), |(_, name)| (true, name));
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let bare = name.strip_suffix('…').unwrap_or(name);
        let is_test =
            !bare.is_empty() && bare.chars().all(is_name) && (is_path || bare.matches('_').count() >= 3);
        is_test.then_some((at, name))
    })
}

fn is_written(tree: &Tree, name: &str) -> bool {
    let wanted = match name.strip_suffix('…') {
        Some(begin) => format!("fn {begin}"),
        None => format!("fn {name}("),
    };
    tree.texts().any(|(path, text)| path.ends_with(".rs") && text.contains(&wanted))
}

/// The items of the first cells of the tables: `1.2.3`, `1.2.3, 1.2.4`, `1.2.3 – 1.2.5`, a whole section or chapter.
fn items(page: &str) -> Vec<(usize, [u32; 3])> {
    let lines = page.lines().enumerate().skip_while(|(_, line)| !line.starts_with(TABLES));
    let tables = lines.enumerate().take_while(|(at, (_, line))| *at == 0 || !line.starts_with("## "));
    let mut found = Vec::new();
    for (_, (at, line)) in tables {
        let Some(cell) = line.strip_prefix("| ").and_then(|rest| rest.split(" |").next()) else { continue };
        for part in cell.split(", ") {
            let (first, last) = part.split_once(" – ").unwrap_or((part, part));
            let numbers = |text: &str| -> Option<Vec<u32>> {
                text.trim_end_matches(" (3)").split('.').map(|number| number.parse().ok()).collect()
            };
            match (numbers(first).as_deref(), numbers(last).as_deref()) {
                (Some([chapter, section, from]), Some([_, _, to])) => {
                    found.extend((*from..=*to).map(|item| (at + 1, [*chapter, *section, item])));
                }
                (Some([chapter, section]), _) => {
                    let of_section = asked().filter(|item| item[..2] == [*chapter, *section]);
                    found.extend(of_section.map(|item| (at + 1, item)));
                }
                (Some([chapter]), _) => {
                    found.extend(asked().filter(|item| item[0] == *chapter).map(|item| (at + 1, item)));
                }
                _ => {}
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::shown;
    use super::*;

    #[test]
    fn the_standard_has_253_items_of_levels_1_and_2() {
        // 70 of level 1, 183 of level 2.
        assert_eq!(asked().count(), 253);
    }

    fn check_page(text: &str) -> String {
        let rest: Vec<String> = asked().filter(|item| item[0] > 1).map(dotted).collect();
        let page = format!("{TABLES}\n{text}\n| {} | met |\n", rest.join(", "));
        let tree = Tree::from([
            ("docs/security.md", page.as_str()),
            ("crates/a/src/b.rs", "fn is_so_and_not_so() {}"),
        ]);
        shown(&check(&tree))
    }

    const ALL: &str = "| 1.1 |\n| 1.2.1 – 1.2.9, 1.2.10 (3) |\n| 1.3, 1.4, 1.5 |";

    #[test]
    fn rows_of_every_shape_count() {
        assert_eq!(check_page(ALL), "");
        assert_eq!(
            check_page(&ALL.replace("1.2.9", "1.2.8")),
            "docs/security.md:1: 1.2.9 of ASVS 5.0.0 stands in no row"
        );
        assert_eq!(
            check_page(&ALL.replace("1.1 |", "1.1, 1.1.2 |")),
            "docs/security.md:2: 1.1.2 stands in two rows"
        );
    }

    #[test]
    fn tests_that_are_named_exist() {
        for (named, expect) in [
            (
                "`b::is_so_and_not_so`, `is_so_and_not_so`, `b::is_so_…`, `is_so_and_not_…`, `b::…`, `b`, `a_b`",
                "",
            ),
            ("`b::is_so`", "docs/security.md:5: there is no test `is_so`"),
            ("`is_so_and_so_…`", "docs/security.md:5: there is no test `is_so_and_so_…`"),
        ] {
            assert_eq!(check_page(&format!("{ALL}\n{named}")), expect);
        }
    }
}
