//! Names of sheets: at most 31 characters, some characters not allowed, no two alike.

const LIMIT: usize = 31;

/// A name for each title, as close to it as a workbook allows.
pub(super) fn unique(titles: &[&str]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for title in titles {
        let plain = allowed(title);
        let mut name = cut(&plain, LIMIT);
        let mut number = 2;
        while names.iter().any(|other| other.to_lowercase() == name.to_lowercase()) {
            let tail = format!(" {number}");
            name = cut(&plain, LIMIT - tail.len()) + &tail;
            number += 1;
        }
        names.push(name);
    }
    names
}

fn allowed(title: &str) -> String {
    let kept: String = title
        .chars()
        .map(
            |c| if matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\') || c.is_control() { ' ' } else { c },
        )
        .collect();
    let kept = kept.trim().trim_matches('\'').trim();
    match kept.to_lowercase().as_str() {
        "" => "Sheet".to_owned(),
        "history" => format!("{kept} 1"),
        _ => kept.to_owned(),
    }
}

/// Excel counts UTF-16 units.
fn cut(name: &str, limit: usize) -> String {
    let mut out = String::new();
    let mut units = 0;
    for c in name.chars() {
        units += c.len_utf16();
        if units > limit {
            break;
        }
        out.push(c);
    }
    out.trim_end_matches(['\'', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_distinct_and_allowed() {
        let long = "病床規模および開設者ならびに都道府県別にみたリモートメンテナンスの状況について";
        let names = unique(&["Q1/Q2 [all]", "'History'", "", long, long, "Q1 Q2  ALL!"]);
        assert_eq!(names[0], "Q1 Q2  all");
        assert_eq!(names[1], "History 1");
        assert_eq!(names[2], "Sheet");
        assert!(names.iter().all(|name| name.encode_utf16().count() <= LIMIT));
        assert_ne!(names[3], names[4]);
        assert_eq!(names[5], "Q1 Q2  ALL!");
    }

    #[test]
    fn names_that_differ_only_in_case_are_alike() {
        assert_eq!(unique(&["Beds", "BEDS"]), ["Beds", "BEDS 2"]);
    }
}
