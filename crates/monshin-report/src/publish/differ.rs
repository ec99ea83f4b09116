//! Where a published file is not the one that the data give.

use super::reproduce::{Difference, reproduce};

/// Differences of a published file from the computed one of that name: by line of a table, by place of
/// JSON, by the words that a page or a picture prints. Empty where the files are the same, and where what
/// differs cannot be put into words (pixels, workbooks, mark-up without words).
pub fn differences(name: &str, published: &[u8], computed: &[u8]) -> Vec<Difference> {
    let (Ok(a), Ok(b)) = (std::str::from_utf8(published), std::str::from_utf8(computed)) else {
        return Vec::new();
    };
    match name.rsplit('.').next() {
        Some("csv") => of_parts(lines(a), lines(b)),
        Some("json") => match (serde_json::from_str(a), serde_json::from_str(b)) {
            (Ok(a), Ok(b)) => reproduce(&a, &b, false).different,
            _ => Vec::new(),
        },
        Some("html" | "svg") => of_parts(printed(a), printed(b)),
        _ => Vec::new(),
    }
}

/// A part of a file with its place.
type Part<'t> = (String, &'t str);

fn lines(text: &str) -> Vec<Part<'_>> {
    text.lines().enumerate().map(|(at, line)| (format!("{}", at + 1), line)).collect()
}

/// What is read on a page, with the last address before it.
fn printed(text: &str) -> Vec<Part<'_>> {
    let mut place = String::new();
    let mut found = Vec::new();
    for part in text.split('<').skip(1) {
        let Some((tag, words)) = part.split_once('>') else { continue };
        if let Some((_, rest)) = tag.split_once(" id=\"") {
            place = format!("#{}", rest.split('"').next().unwrap_or_default());
        }
        if !words.trim().is_empty() {
            found.push((place.clone(), words.trim()));
        }
    }
    found
}

/// Parts that differ, one by one where both files have as many; else the first that does.
fn of_parts(published: Vec<Part<'_>>, computed: Vec<Part<'_>>) -> Vec<Difference> {
    let many = if published.len() == computed.len() { usize::MAX } else { 1 };
    let nothing = (String::new(), "–");
    let longer = published.len().max(computed.len());
    let pairs =
        (0..longer).map(|at| (published.get(at).unwrap_or(&nothing), computed.get(at).unwrap_or(&nothing)));
    let differ = pairs.filter(|(a, b)| a.1 != b.1).take(many);
    let told = |(a, b): (&Part<'_>, &Part<'_>)| Difference {
        place: if a.0.is_empty() { b.0.clone() } else { a.0.clone() },
        published: a.1.to_owned(),
        computed: b.1.to_owned(),
    };
    differ.map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, published: &str, computed: &str, expect: &[(&str, &str, &str)]) {
        let found = differences(name, published.as_bytes(), computed.as_bytes());
        let seen: Vec<_> = found.iter().map(|one| (&*one.place, &*one.published, &*one.computed)).collect();
        assert_eq!(seen, expect, "{name}");
    }

    #[test]
    fn a_changed_figure_is_told_with_its_line_its_path_or_its_address() {
        check("a.csv", "x\n1,2\n", "x\n1,3\n", &[("2", "1,2", "1,3")]);
        check("a.json", "{\"a\":[1,2]}", "{\"a\":[1,3]}", &[("a / 2", "2", "3")]);
        let page = |share: &str| format!("<p id=\"q1\">n=3</p><td id=\"share:q1=yes\"><b>{share}</b></td>");
        check("a.html", &page("90%"), &page("60%"), &[("#share:q1=yes", "90%", "60%")]);
    }

    #[test]
    fn files_of_other_lengths_tell_the_first_difference() {
        check("a.csv", "1\n2\n3\n", "1\n3\n", &[("2", "2", "3")]);
        check("a.csv", "1\n", "1\n2\n", &[("2", "–", "2")]);
    }

    #[test]
    fn what_has_no_words_has_no_differences_in_words() {
        check("a.png", "a", "b", &[]);
        check("a.svg", "<g x=\"1\"/>", "<g x=\"2\"/>", &[]);
        assert!(differences("a.csv", b"\xff", b"a").is_empty());
    }
}
