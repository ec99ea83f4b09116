//! Code lists: shared, extended, or written out in a question.

use std::collections::BTreeMap;
use std::sync::Arc;

use monshin_diag::{Span, Words, nearest, words};
use toml::de::DeValue;

use super::fields::{Context, Desk, Entry, Fields, check_id, translations};
use crate::{Code, CodeKind, CodeList};

/// The named lists, with a note of which were used.
pub(super) struct Lists {
    lists: Vec<(Arc<CodeList>, Span)>,
    used: std::cell::RefCell<Vec<String>>,
}

impl Lists {
    pub fn in_order(&self) -> impl Iterator<Item = &Arc<CodeList>> {
        self.lists.iter().map(|(list, _)| list)
    }

    fn get(&self, id: &str) -> Option<Arc<CodeList>> {
        let (list, _) = self.lists.iter().find(|(list, _)| list.id == id)?;
        self.used.borrow_mut().push(id.to_owned());
        Some(Arc::clone(list))
    }
}

/// `[codes.…]`, with `extends` resolved.
pub(super) fn lists(context: &mut Context, root: &mut Fields) -> Lists {
    let mut raw: BTreeMap<String, (Vec<Code>, Option<super::fields::Named>, Span)> = BTreeMap::new();
    let mut order = Vec::new();
    if let Some(mut tables) = root.table(context, "codes", "[codes]") {
        for entry in tables.take_rest() {
            check_id(context, entry.key, entry.key_span);
            let DeValue::Table(table) = entry.value else {
                context.error(
                    "Q004",
                    entry.span,
                    words!("コード表は表で書いてください"; "a code list is a table"),
                    None,
                );
                continue;
            };
            let mut fields = Fields::new(table, entry.key_span, "[codes]");
            let extends = fields.string(context, "extends");
            let codes = codes(context, entry.key, fields, extends.is_some());
            order.push(entry.key.to_owned());
            raw.insert(entry.key.to_owned(), (codes, extends, entry.key_span));
        }
    }
    let used = std::cell::RefCell::new(Vec::new());
    let mut lists = Vec::new();
    for id in &order {
        let codes = extended(context, id, &raw, &used);
        let span = raw[id].2;
        let own = |code: &Code| raw[id].0.iter().any(|have| have.id == code.id);
        check_labels(context, id, &codes, own, span);
        lists.push((Arc::new(CodeList { id: id.clone(), codes }), span));
    }
    Lists { lists, used }
}

/// The codes of a list after those of the lists that it extends.
fn extended(
    context: &mut Context,
    id: &str,
    raw: &BTreeMap<String, (Vec<Code>, Option<super::fields::Named>, Span)>,
    used: &std::cell::RefCell<Vec<String>>,
) -> Vec<Code> {
    let mut chain = vec![id.to_owned()];
    let mut at = id.to_owned();
    while let Some(base) = &raw[&at].1 {
        // A list that others extend tells its own mistakes: here only those of `id` are told.
        let own = at == id;
        if !raw.contains_key(&base.text) {
            if own {
                unknown_list(context, base, raw.keys().map(String::as_str));
            }
            break;
        }
        if chain.contains(&base.text) {
            // Of the lists that make up the circle, the one that the alphabet puts first tells it.
            if base.text == id && chain.iter().min().is_some_and(|first| first == id) {
                let base = raw[id].1.as_ref().unwrap_or(base);
                context.error(
                    "Q037",
                    base.span,
                    words!("extends が一周しています"; "`extends` goes round in a circle"),
                    Some(words!("どこかで extends をやめてください"; "let one of the lists extend nothing")),
                );
            }
            break;
        }
        used.borrow_mut().push(base.text.clone());
        at.clone_from(&base.text);
        chain.push(at.clone());
    }
    let mut codes: Vec<Code> = Vec::new();
    for list in chain.iter().rev() {
        for code in &raw[list].0 {
            // Findings about an inherited code point to where it is written.
            let written = context.places.get(&format!("code {list}.{}", code.id));
            context.places.note(format!("code {id}.{}", code.id), written);
        }
        join(&mut codes, &raw[list].0);
    }
    codes
}

/// Adds codes; one of the same id replaces the inherited one in its place.
fn join(codes: &mut Vec<Code>, more: &[Code]) {
    for code in more {
        match codes.iter_mut().find(|have| have.id == code.id) {
            Some(have) => *have = code.clone(),
            None => codes.push(code.clone()),
        }
    }
}

fn unknown_list<'a>(
    context: &mut Context,
    name: &super::fields::Named,
    known: impl Iterator<Item = &'a str>,
) {
    let help =
        nearest(&name.text, known).map(|near| words!("「{near}」のことですか"; "did you mean `{near}`?"));
    let id = &name.text;
    context.error(
        "Q011",
        name.span,
        words!("コード表「{id}」はありません"; "there is no code list `{id}`"),
        help,
    );
}

/// The list that `codes = …` names or writes out.
pub(super) fn list_of(
    context: &mut Context,
    fields: &mut Fields,
    lists: &Lists,
    owner: &str,
) -> Option<Arc<CodeList>> {
    let entry = fields.take("codes")?;
    match entry.value {
        DeValue::String(name) => {
            let found = lists.get(name);
            if found.is_none() {
                let name = super::fields::Named { text: name.to_string(), span: entry.span };
                unknown_list(context, &name, lists.in_order().map(|list| &*list.id));
            }
            found
        }
        DeValue::Table(table) => {
            Some(written_out(context, lists, owner, Fields::new(table, entry.key_span, "codes")))
        }
        _ => {
            context.error("Q004", entry.span, words!("codes にはコード表の名前か表を書いてください"; "`codes` takes the name of a list or a table"), None);
            None
        }
    }
}

/// A list written out in a question or breakdown, perhaps after the codes of a named one.
fn written_out(context: &mut Context, lists: &Lists, owner: &str, mut fields: Fields) -> Arc<CodeList> {
    let span = fields.span;
    let base = fields.string(context, "extends");
    let own = codes(context, owner, fields, base.is_some());
    let mut all = Vec::new();
    if let Some(base) = base {
        match lists.get(&base.text) {
            Some(base) => all.clone_from(&base.codes),
            None => {
                unknown_list(context, &base, lists.in_order().map(|list| &*list.id));
                // What the codes are nobody knows: an empty list keeps conditions on it quiet.
                return Arc::default();
            }
        }
    }
    join(&mut all, &own);
    check_labels(context, owner, &all, |code| own.iter().any(|have| have.id == code.id), span);
    Arc::new(CodeList { id: owner.to_owned(), codes: all })
}

fn codes(context: &mut Context, list: &str, mut fields: Fields, extends: bool) -> Vec<Code> {
    let span = fields.span;
    let mut codes = Vec::new();
    for entry in fields.take_rest() {
        check_id(context, entry.key, entry.key_span);
        context.places.note(format!("code {list}.{}", entry.key), entry.key_span);
        codes.push(code(context, &entry));
    }
    if codes.is_empty() && !extends {
        context.error(
            "Q017",
            span,
            words!("コード表「{list}」に選択肢がありません"; "code list `{list}` has no codes"),
            None,
        );
    }
    codes
}

fn code(context: &mut Context, entry: &Entry) -> Code {
    let id = entry.key.to_owned();
    let DeValue::Table(table) = entry.value else {
        let label = super::fields::text(context, entry);
        return plain(id, label);
    };
    let mut fields = Fields::new(table, entry.span, "選択肢 / code");
    let mut code = plain(id, crate::LocalText::default());
    code.aliases = fields.strings(context, "aliases").into_iter().map(|alias| alias.text).collect();
    code.exclusive = fields.boolean(context, "exclusive").unwrap_or(false);
    code.kind = kind(context, &mut fields);
    code.min = fields.integer(context, "min").map(|(value, _)| value);
    code.max = fields.integer(context, "max").map(|(value, _)| value);
    if let (Some(min), Some(max)) = (code.min, code.max)
        && min > max
    {
        context.error(
            "Q019",
            entry.span,
            words!("min が max より大きくなっています"; "`min` is greater than `max`"),
            None,
        );
    }
    let pairs = fields.take_rest();
    code.label = translations(context, entry, &pairs, &["aliases", "kind", "exclusive", "min", "max"]);
    code
}

fn plain(id: String, label: crate::LocalText) -> Code {
    Code {
        id,
        label,
        aliases: Vec::new(),
        kind: CodeKind::Substantive,
        exclusive: false,
        min: None,
        max: None,
    }
}

fn kind(context: &mut Context, fields: &mut Fields) -> CodeKind {
    const KINDS: [(&str, CodeKind); 5] = [
        ("substantive", CodeKind::Substantive),
        ("dont_know", CodeKind::DontKnow),
        ("refused", CodeKind::Refused),
        ("not_applicable", CodeKind::NotApplicable),
        ("other", CodeKind::Other),
    ];
    let Some(name) = fields.string(context, "kind") else { return CodeKind::Substantive };
    let found = KINDS.iter().find(|(word, _)| *word == name.text);
    if found.is_none() {
        let list = KINDS.map(|(word, _)| word).join(", ");
        context.error(
            "Q005",
            name.span,
            words!("kind「{}」はありません", name.text; "there is no kind `{}`", name.text),
            Some(words!("使えるもの: {list}"; "one of {list}")),
        );
    }
    found.map_or(CodeKind::Substantive, |(_, kind)| *kind)
}

/// Two codes that are spelled alike cannot be told apart in a data file.
///
/// Of two inherited codes the list that they come from has told already.
fn check_labels(context: &mut Context, list: &str, codes: &[Code], own: impl Fn(&Code) -> bool, span: Span) {
    let mut seen: BTreeMap<String, &Code> = BTreeMap::new();
    for code in codes {
        let labels = code.label.iter().map(|(_, label)| label);
        let spellings = labels.chain(code.aliases.iter().map(String::as_str)).chain([&*code.id]);
        for spelling in spellings {
            let key = crate::records::normalise(spelling);
            match seen.get(&*key) {
                Some(other) if other.id != code.id => {
                    if !own(code) && !own(other) {
                        break;
                    }
                    let other = &other.id;
                    let message: Words = words!(
                        "コード表「{list}」の「{other}」と「{}」は、どちらも「{spelling}」と書けてしまいます", code.id;
                        "in code list `{list}` both `{other}` and `{}` may be spelled `{spelling}`", code.id);
                    let at = context.places.get(&format!("code {list}.{}", code.id));
                    let at = if at == Span::default() { span } else { at };
                    context.error("Q036", at, message, None);
                    break;
                }
                _ => {
                    seen.insert(key, code);
                }
            }
        }
    }
}

/// Warns of lists that nothing uses: their codes are never shown.
pub(super) fn report_unused(context: &mut Context, lists: &Lists) {
    let used = lists.used.borrow();
    for (list, span) in &lists.lists {
        if !used.contains(&list.id) {
            let id = &list.id;
            context.warning("Q033", *span,
                words!("コード表「{id}」はどこでも使われていません"; "code list `{id}` is used nowhere, so its codes are never shown"),
                Some(words!("消すか、設問で使ってください"; "remove it or use it in a question")));
        }
    }
}
