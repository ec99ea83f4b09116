//! A first mapping: what corresponds by name or by wording, graded as the texts themselves tell.

use std::fmt::Write as _;

use monshin_tabulate::instrument::{CodeKind, CodeList, LocalText};
use monshin_tabulate::{Variable, VariableKind};

use super::Member;
use super::mapping::Grade;
use super::wording::{Bases, asked, bases, same_words};

/// A mapping file for these surveys, to be read over and mended: questions of the same name or the
/// same wording, graded as their texts and bases tell; classes of the same id. What differs stands
/// in comments.
pub fn propose(members: &[Member<'_>]) -> String {
    let mut text = String::from(
        "# 対応表の案。設問名か設問文が同じものを並べた。grade と label を確かめて使う。\n\
         # A first mapping: questions of the same name or wording. Check grades and labels before use.\n\n\
         [comparison]\nid = \"comparison\"\nkind = \"sectors\"   # waves: 同じ調査の各回 / waves of one survey\n",
    );
    for member in members {
        let _ = write!(
            text,
            "\n[[survey]]\nid = {}\n{}",
            quoted(member.key),
            local("label", &member.tables.questionnaire.survey().title)
        );
    }
    concepts(&mut text, members);
    breakdowns(&mut text, members);
    text
}

fn concepts(text: &mut String, members: &[Member<'_>]) {
    let Some((first, rest)) = members.split_first() else { return };
    for (at, variable) in first.tables.variables.iter().enumerate() {
        if variable.is_specify || variable.codes.is_none() {
            continue;
        }
        let matches: Vec<(Member<'_>, usize)> =
            rest.iter().filter_map(|other| Some((*other, counterpart(*first, at, *other)?))).collect();
        if matches.is_empty() {
            continue;
        }
        for code in targets(variable) {
            concept(text, *first, at, code, &matches);
        }
    }
}

/// The codes worth comparing: of a pair the first; otherwise every answer to the matter.
fn targets(variable: &Variable) -> Vec<u16> {
    let Some(list) = &variable.codes else { return Vec::new() };
    let substantive: Vec<u16> = (0..list.len() as u16)
        .filter(|at| matches!(list.codes[usize::from(*at)].kind, CodeKind::Substantive | CodeKind::Other))
        .collect();
    match variable.kind {
        VariableKind::Single if substantive.len() <= 2 => substantive.into_iter().take(1).collect(),
        VariableKind::Single | VariableKind::Multiple => substantive,
        _ => Vec::new(),
    }
}

/// The variable of the same wording, or else of the same name whose answers have the same ids.
fn counterpart(first: Member<'_>, at: usize, other: Member<'_>) -> Option<usize> {
    let variables = &other.tables.variables;
    let fits = |two: &usize| !variables[*two].is_specify && variables[*two].codes.is_some();
    let by_words =
        (0..variables.len()).filter(fits).find(|two| same_words(first, at, other, *two) == Some(true));
    let name = &first.tables.variables[at].name;
    by_words.or_else(|| (0..variables.len()).filter(fits).find(|two| &variables[*two].name == name))
}

fn concept(text: &mut String, first: Member<'_>, at: usize, code: u16, matches: &[(Member<'_>, usize)]) {
    let variable = &first.tables.variables[at];
    let list = variable.codes.as_deref().cloned().unwrap_or_default();
    let id = &list.codes[usize::from(code)].id;
    let mut links = format!("{} = {}\n", quoted(first.key), quoted(&format!("{}={id}", variable.name)));
    let mut count = 0;
    for (other, two) in matches {
        let Some(list) = &other.tables.variables[*two].codes else { continue };
        if list.position(id).is_none() {
            continue;
        }
        count += 1;
        link(&mut links, first, at, id, *other, *two);
    }
    if count == 0 {
        return;
    }
    let name =
        if targets(variable).len() > 1 { format!("{}-{id}", variable.name) } else { variable.name.clone() };
    let name = name.replace('.', "-");
    let label = labelled(&variable.label, &list, code);
    let _ = write!(
        text,
        "\n[[concept]]\nid = {}\n{}grade = \"same-wording\"\n\n[concept.in]\n{links}",
        quoted(&name),
        local("label", &label)
    );
}

fn link(links: &mut String, first: Member<'_>, at: usize, id: &str, other: Member<'_>, two: usize) {
    let grade = match bases(first, at, other, two) {
        Bases::SomeAgainstAll | Bases::OtherCondition => Grade::DifferentBase,
        _ if same_words(first, at, other, two) == Some(true) => Grade::SameWording,
        _ => Grade::SameConcept,
    };
    let (key, is) = (quoted(other.key), quoted(&format!("{}={id}", other.tables.variables[two].name)));
    if grade == Grade::SameWording {
        let _ = writeln!(links, "{key} = {is}");
        return;
    }
    for tag in first.tables.questionnaire.survey().languages.iter().take(1) {
        for (member, variable) in [(first, at), (other, two)] {
            let asked = asked(member, variable, tag);
            let line =
                format!("{}: {} [{}] {}", member.key, asked.text, asked.answers.join(" / "), asked.base);
            let _ = writeln!(links, "# {}", line.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }
    let _ = writeln!(links, "{key} = {{ is = {is}, grade = \"{}\" }}", grade.name());
}

/// The question's label, with the answer where there are more than two.
fn labelled(label: &LocalText, list: &CodeList, code: u16) -> LocalText {
    if list.codes.iter().filter(|code| code.kind == CodeKind::Substantive).count() <= 2 {
        return label.clone();
    }
    label.map(|tag, text| {
        let answer = list.codes[usize::from(code)].label.get(tag);
        if tag == "ja" { format!("{text}：{answer}") } else { format!("{text}: {answer}") }
    })
}

fn breakdowns(text: &mut String, members: &[Member<'_>]) {
    let Some((first, rest)) = members.split_first() else { return };
    for breakdown in first.tables.questionnaire.breakdowns() {
        let has = |member: &Member<'_>, class: &str| {
            let form = &member.tables.questionnaire;
            let by = form.breakdown(&breakdown.id);
            by.is_some_and(|by| form.breakdowns()[by].codes.position(class).is_some())
        };
        let shared: Vec<_> = breakdown
            .codes
            .codes
            .iter()
            .filter(|class| rest.iter().any(|other| has(other, &class.id)))
            .collect();
        if shared.is_empty() {
            continue;
        }
        let _ = write!(
            text,
            "\n[[breakdown]]\nid = {}\n{}",
            quoted(&breakdown.id),
            local("label", &breakdown.label)
        );
        for class in shared {
            let _ = write!(
                text,
                "\n[[breakdown.class]]\nid = {}\n{}\n[breakdown.class.in]\n",
                quoted(&class.id),
                local("label", &class.label)
            );
            for member in members.iter().filter(|member| has(member, &class.id)) {
                let _ = writeln!(
                    text,
                    "{} = {}",
                    quoted(member.key),
                    quoted(&format!("{}={}", breakdown.id, class.id))
                );
            }
        }
    }
}

/// `label = { ja = "…", en = "…" }`.
fn local(key: &str, text: &LocalText) -> String {
    let pairs: Vec<String> =
        text.iter().map(|(tag, words)| format!("{} = {}", quoted(tag), quoted(words))).collect();
    format!("{key} = {{ {} }}\n", pairs.join(", "))
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            char if char.is_control() => out.push(' '),
            char => out.push(char),
        }
    }
    out + "\""
}
