//! `[survey]`, thresholds, breakdowns, sections, blocks, events.

use std::collections::BTreeMap;
use std::sync::Arc;

use monshin_diag::{Span, words};

use super::codes::{Lists, list_of};
use super::disclosure::named_policy;
use super::fields::{Context, Desk, Fields, Named, SurveyFields};
use crate::{
    CodeList, Disclosure, Event, Evidence, Fielding, LocalText, Mail, PresentationRule, Quoting,
    ResponseRule, Section, Survey, Unreliable,
};

/// `[survey]`, and whether questions are required unless they say otherwise.
pub(super) fn survey(context: &mut Context, root: &mut Fields) -> (Survey, bool) {
    let (is_wrong, is_misspelt) = (root.has("survey"), root.has_near("survey"));
    let Some(mut fields) = root.table(context, "survey", "[survey]") else {
        if is_wrong || is_misspelt {
            return (Survey::empty(), true);
        }
        context.error("Q003", Span::new(0, 0), words!("[survey] がありません"; "there is no [survey]"),
            Some(words!("id、title、languages を持つ [survey] を書いてください"; "write a [survey] with id, title and languages")));
        return (Survey::empty(), true);
    };
    languages(context, &mut fields);
    let opens = fields.date(context, "opens");
    let closes = fields.date(context, "closes");
    if let (Some((first, _)), Some((last, span))) = (opens, closes)
        && last < first
    {
        context.error("Q019", span, words!("締切（{last}）が開始（{first}）より前です"; "it closes on {last}, before it opens on {first}"), None);
    }
    let id = fields.id(context, "id").map(|named| named.text).unwrap_or_default();
    let title = fields.required_text(context, "title");
    let survey = Survey {
        id,
        title,
        languages: context.languages.clone(),
        opens: opens.map(|(day, _)| day),
        closes: closes.map(|(day, _)| day),
        timezone: timezone(context, &mut fields),
        organizer: fields.text(context, "organizer").unwrap_or_default(),
        unit: fields.text(context, "unit").unwrap_or_else(|| default_unit(&context.languages)),
        invited: fields.count(context, "invited", 1, i64::MAX),
        invited_unit: fields.text(context, "invited_unit"),
        synthetic: fields.text(context, "synthetic"),
        disclosure: named_policy(context, &mut fields).unwrap_or_default(),
        quoting: Quoting::default(),
        response: ResponseRule::default(),
        evidence: Evidence::default(),
        fielding: Fielding::default(),
        mail: Mail::default(),
    };
    let required = fields.boolean(context, "required").unwrap_or(true);
    fields.finish(context);
    (survey, required)
}

impl Survey {
    fn empty() -> Survey {
        Survey {
            id: String::new(),
            title: LocalText::default(),
            languages: Vec::new(),
            opens: None,
            closes: None,
            timezone: String::new(),
            organizer: LocalText::default(),
            unit: LocalText::default(),
            invited: None,
            invited_unit: None,
            synthetic: None,
            disclosure: Disclosure::default(),
            quoting: Quoting::default(),
            response: ResponseRule::default(),
            evidence: Evidence::default(),
            fielding: Fielding::default(),
            mail: Mail::default(),
        }
    }
}

fn languages(context: &mut Context, fields: &mut Fields) {
    let place = fields.span_of("languages");
    let before = context.found.len();
    let tags = fields.strings(context, "languages");
    match place {
        None => fields.missing(context, "languages"),
        Some(span) if tags.is_empty() && context.found.len() == before => {
            context.error(
                "Q005",
                span,
                words!("言語が1つもありません"; "there is not one language"),
                Some(words!("languages = [\"ja\"] のように書いてください"; "write languages = [\"en\"]")),
            );
        }
        Some(_) => {}
    }
    for (at, tag) in tags.iter().enumerate() {
        let text = &tag.text;
        let ok = text.len() >= 2 && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        if !ok {
            context.error(
                "Q005",
                tag.span,
                words!("「{text}」は言語の名前ではありません"; "`{text}` is not a language tag"),
                Some(words!("ja、en のように書いてください"; "write ja, en, …")),
            );
        }
        if let Some(first) = tags[..at].iter().find(|have| have.text == *text) {
            context.duplicate(words!("言語"; "language"), text, tag.span, first.span);
        }
    }
    for tag in tags {
        if !context.languages.contains(&tag.text) {
            context.languages.push(tag.text);
        }
    }
}

fn timezone(context: &mut Context, fields: &mut Fields) -> String {
    let Some(zone) = fields.string(context, "timezone") else { return "Asia/Tokyo".to_owned() };
    let part =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "_+-".contains(c));
    if zone.text != "UTC" && !(zone.text.contains('/') && zone.text.split('/').all(part)) {
        context.error(
            "Q005",
            zone.span,
            words!("「{}」は時間帯の名前ではありません", zone.text; "`{}` is not a time zone", zone.text),
            Some(words!("\"Asia/Tokyo\" のように書いてください"; "write it as \"Asia/Tokyo\"")),
        );
    }
    zone.text
}

fn default_unit(languages: &[String]) -> LocalText {
    LocalText::new(
        languages.iter().map(|tag| (tag.clone(), if tag == "ja" { "回答者" } else { "respondents" })),
    )
}

/// `[quoting]`.
pub(super) fn quoting(context: &mut Context, root: &mut Fields) -> Quoting {
    let mut quoting = Quoting::default();
    if let Some(mut fields) = root.table(context, "quoting", "[quoting]") {
        let named = fields.string(context, "rule");
        let min_base = fields.count(context, "min_base", 0, 1_000_000);
        if let Some(name) = &named {
            match PresentationRule::ALL.into_iter().find(|rule| rule.name() == name.text) {
                Some(rule) => quoting.rule = rule,
                None => context.error("Q005", name.span,
                    words!("数値の表示基準「{}」はありません", name.text; "there is no presentation rule `{}`", name.text),
                    Some(words!("\"minimum\"、\"jp30\"、\"jp10\"、\"nchs\" のいずれかを書いてください"; "write \"minimum\", \"jp30\", \"jp10\" or \"nchs\""))),
            }
        }
        match (quoting.rule.own_minimum(), min_base, &named) {
            (Some(own), Some(other), Some(name)) if own != other => context.error("Q005", name.span,
                words!("表示基準「{}」の最小の母数は{own}です。min_base = {other} とは両立しません", name.text;
                    "the rule `{}` has a smallest base of its own, {own}, which `min_base = {other}` contradicts", name.text),
                Some(words!("min_base を消すか、rule = \"minimum\" にしてください"; "leave `min_base` out, or write rule = \"minimum\""))),
            (own, other, _) => quoting.min_base = own.or(other).unwrap_or(quoting.min_base),
        }
        quoting.unreliable = unreliable(context, &mut fields).unwrap_or(quoting.rule.own_treatment());
        match fields.number(context, "similar_within") {
            Some((within, span)) if !(0.0..=100.0).contains(&within) => context.error("Q005", span,
                words!("similar_within は 0 から 100 までのポイントです"; "`similar_within` is from 0 to 100 points"), None),
            Some((within, _)) => quoting.similar_within = within,
            None => {}
        }
        fields.finish(context);
    }
    quoting
}

fn unreliable(context: &mut Context, fields: &mut Fields) -> Option<Unreliable> {
    let name = fields.string(context, "unreliable")?;
    let found = Unreliable::ALL.into_iter().find(|one| one.name() == name.text);
    if found.is_none() {
        context.error("Q005", name.span,
            words!("信頼性の低い数値の扱いに「{}」はありません", name.text; "an unreliable figure cannot be treated as `{}`", name.text),
            Some(words!("\"mark\"（※を付けて示す）か \"omit\"（表章しない）を書いてください"; "write \"mark\" (presented with ※) or \"omit\" (not presented)")));
    }
    found
}

/// A breakdown before its question is resolved.
pub(super) struct RawBreakdown {
    pub id: Named,
    pub label: LocalText,
    pub codes: Option<Arc<CodeList>>,
    pub codes_span: Option<Span>,
    pub ordered: bool,
    pub question: Option<Named>,
}

/// `[[breakdown]]`.
pub(super) fn breakdowns(context: &mut Context, root: &mut Fields, lists: &Lists) -> Vec<RawBreakdown> {
    let mut seen = BTreeMap::new();
    let mut breakdowns = Vec::new();
    for mut fields in root.tables(context, "breakdown", "[[breakdown]]") {
        let Some(id) = fields.id(context, "id") else {
            fields.pass_over(context, "label");
            continue;
        };
        unique(context, ("区分", "breakdown"), &id, &mut seen);
        let label = fields.required_text(context, "label");
        let codes_span = fields.span_of("codes");
        let codes = list_of(context, &mut fields, lists, &id.text);
        if let (Some(codes), Some(span)) = (&codes, codes_span) {
            super::questions::at_most(context, codes, super::questions::MOST_CODES, span);
        }
        let ordered = fields.boolean(context, "ordered").unwrap_or(false);
        let question = fields.string(context, "question");
        let source = fields.string(context, "source");
        if let Some(source) = &source
            && !matches!((&*source.text, &question), ("frame", None) | ("question", Some(_)))
        {
            context.error(
                "Q005",
                source.span,
                words!("source は \"frame\" だけです。回答から取るときは question を書いてください";
                "`source` is \"frame\"; to take the class from an answer write `question`"),
                None,
            );
        }
        if codes_span.is_none() && question.is_none() {
            fields.missing(context, "codes");
        }
        context.places.note(format!("breakdown {}", id.text), id.span);
        fields.finish(context);
        breakdowns.push(RawBreakdown { id, label, codes, codes_span, ordered, question });
    }
    breakdowns
}

/// Refuses a name that was used before.
pub(super) fn unique(
    context: &mut Context,
    what: (&str, &str),
    id: &Named,
    seen: &mut BTreeMap<String, Span>,
) {
    match seen.get(&id.text) {
        Some(first) => context.duplicate(words!("{}", what.0; "{}", what.1), &id.text, id.span, *first),
        None => {
            seen.insert(id.text.clone(), id.span);
        }
    }
}

/// `[[section]]`.
pub(super) fn sections(context: &mut Context, root: &mut Fields) -> Vec<Section> {
    let mut seen = BTreeMap::new();
    let mut sections = Vec::new();
    for mut fields in root.tables(context, "section", "[[section]]") {
        if let Some(id) = fields.id(context, "id") {
            unique(context, ("章", "section"), &id, &mut seen);
            context.places.note(format!("section {}", id.text), id.span);
            sections.push(Section { title: fields.required_text(context, "title"), id: id.text });
        } else {
            fields.required_text(context, "title");
        }
        fields.finish(context);
    }
    sections
}

/// A block before its questions are laid out.
pub(super) struct RawBlock {
    pub id: Named,
    pub label: LocalText,
    pub max: u8,
    pub count: Option<Named>,
    pub ask_if: Option<Named>,
}

/// `[[block]]`.
pub(super) fn blocks(context: &mut Context, root: &mut Fields) -> Vec<RawBlock> {
    let mut seen = BTreeMap::new();
    let mut blocks = Vec::new();
    for mut fields in root.tables(context, "block", "[[block]]") {
        let Some(id) = fields.id(context, "id") else {
            fields.pass_over(context, "label");
            continue;
        };
        unique(context, ("繰り返し", "block"), &id, &mut seen);
        let label = fields.required_text(context, "label");
        if !fields.has("max") {
            fields.missing(context, "max");
        }
        let max = fields.count(context, "max", 1, 50).unwrap_or(1);
        let count = fields.string(context, "count");
        let ask_if = fields.string(context, "ask_if");
        let place = ask_if.as_ref().unwrap_or(&id).span;
        context.places.note(format!("condition of block {}", id.text), place);
        fields.finish(context);
        blocks.push(RawBlock { id, label, max: max as u8, count, ask_if });
    }
    blocks
}

/// `[[event]]`.
pub(super) fn events(context: &mut Context, root: &mut Fields) -> Vec<Event> {
    let mut events = Vec::new();
    for mut fields in root.tables(context, "event", "[[event]]") {
        let label = fields.required_text(context, "label");
        if !fields.has("date") {
            fields.missing(context, "date");
        }
        if let Some((date, span)) = fields.date(context, "date") {
            context.places.note(format!("event {date}"), span);
            events.push(Event { date, label });
        }
        fields.finish(context);
    }
    events
}
