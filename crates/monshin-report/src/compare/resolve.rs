//! The names in a mapping to what they name, and whether its grades are true.

mod breakdowns;
mod concepts;
mod judge;

use std::collections::BTreeMap;

use monshin_diag::keyed::{Desk, Named};
use monshin_diag::{Diagnostics, Source, Span, nearest, words};

use super::Member;
use super::mapping::{MappedSurvey, Mapping, Order};
use super::read::{MappingFile, Raw, RawSurvey, read};

/// Colours told apart in print and by colour-blind readers (Okabe and Ito, darkened for thin lines).
pub(super) const COLORS: [&str; 8] =
    ["#0b3a75", "#c05a00", "#00745a", "#8a3b86", "#7a5c00", "#0f7fb0", "#a8261b", "#4a5560"];

impl Mapping {
    /// Reads a mapping file against the surveys it is about. Gives the mapping where there is no
    /// error, and every finding in the order of the file.
    pub fn read(source: &Source, members: &[Member<'_>]) -> (Option<Mapping>, Diagnostics) {
        let mut desk = MappingFile { source, found: Diagnostics::new() };
        let mapping =
            read(&mut desk).map(|raw| Resolver { desk: &mut desk, members, told: Vec::new() }.mapping(&raw));
        let mut found = desk.found;
        found.sort();
        (mapping.filter(|_| !found.has_errors()), found)
    }
}

struct Resolver<'r, 's, 'm> {
    desk: &'r mut MappingFile<'s>,
    members: &'r [Member<'m>],
    /// Names of surveys that were not given: each is told once.
    told: Vec<String>,
}

impl Resolver<'_, '_, '_> {
    fn mapping(&mut self, raw: &Raw) -> Mapping {
        let surveys = self.surveys(&raw.surveys);
        let languages = self.languages(raw, &surveys);
        let mut mapping = Mapping {
            id: if raw.id.text.is_empty() { "comparison".to_owned() } else { raw.id.text.clone() },
            title: raw.title.clone(),
            order: self.order(raw.kind.as_ref()),
            pairs_units: self.pairs_units(raw),
            languages,
            surveys,
            concepts: Vec::new(),
            breakdowns: Vec::new(),
        };
        self.once("concept", raw.concepts.iter().map(|one| &one.id));
        mapping.concepts = raw.concepts.iter().map(|one| self.concept(&mapping, one)).collect();
        self.once("breakdown", raw.breakdowns.iter().map(|one| &one.id));
        mapping.breakdowns = raw.breakdowns.iter().map(|one| self.breakdown(&mapping, one)).collect();
        if raw.concepts.is_empty() {
            let message =
                words!("比べる項目 [[concept]] がありません"; "there is nothing to compare: no [[concept]]");
            self.desk.error("M003", Span::new(0, 0), message, None);
        }
        mapping
    }

    fn order(&mut self, kind: Option<&Named>) -> Order {
        match kind.map(|kind| (kind.text.as_str(), kind.span)) {
            None | Some(("sectors", _)) => Order::Sectors,
            Some(("waves", _)) => Order::Waves,
            Some((other, span)) => {
                let message = words!("「{other}」という種類はありません"; "there is no kind `{other}`");
                let help = words!("\"waves\"（同じ調査の各回）か \"sectors\"（業種）です"; "it is \"waves\" or \"sectors\"");
                self.desk.error("M004", span, message, Some(help));
                Order::Sectors
            }
        }
    }

    fn pairs_units(&mut self, raw: &Raw) -> bool {
        let Some(pair_by) = &raw.pair_by else { return false };
        let are_waves = raw.kind.as_ref().is_some_and(|kind| kind.text == "waves");
        if !are_waves || pair_by.text != "id" {
            let message = words!(
                "pair_by は kind = \"waves\" のときだけ使え、値は \"id\" です";
                "pair_by goes with kind = \"waves\", and its value is \"id\"");
            let help = words!(
                "どの回でも同じ id が同じ組織を指すときに書きます";
                "write it where an id is the same institution in every wave");
            self.desk.error("M004", pair_by.span, message, Some(help));
            return false;
        }
        true
    }

    fn languages(&mut self, raw: &Raw, surveys: &[MappedSurvey]) -> Vec<String> {
        if !raw.languages.is_empty() {
            return raw.languages.iter().map(|tag| tag.text.clone()).collect();
        }
        let first = surveys.first().map(|one| &self.members[one.member]);
        first.map_or(vec!["ja".to_owned()], |one| one.tables.questionnaire.survey().languages.clone())
    }

    fn surveys(&mut self, raw: &[RawSurvey]) -> Vec<MappedSurvey> {
        self.once("survey", raw.iter().map(|one| &one.id));
        let mut surveys: Vec<MappedSurvey> = Vec::new();
        for one in raw {
            let Some(member) = self.members.iter().position(|member| member.key == one.id.text) else {
                self.unknown_survey(&one.id);
                continue;
            };
            let title = &self.members[member].tables.questionnaire.survey().title;
            let label = if one.label.is_empty() { title.clone() } else { one.label.clone() };
            let color = self.color(one.color.as_ref(), surveys.len());
            surveys.push(MappedSurvey { member, label, color });
        }
        if raw.is_empty() {
            // Not named at all: all of them, as they were given.
            return (0..self.members.len()).map(|member| self.unnamed(member)).collect();
        }
        for member in self.members {
            if !raw.iter().any(|one| one.id.text == member.key) {
                let key = member.key;
                let message =
                    words!("調査「{key}」が対応表にありません"; "the survey `{key}` is not in the mapping");
                let help = words!("[[survey]] id = \"{key}\" を加えてください"; "add [[survey]] with id = \"{key}\"");
                self.desk.error("M005", Span::new(0, 0), message, Some(help));
            }
        }
        surveys
    }

    fn unnamed(&self, member: usize) -> MappedSurvey {
        let label = self.members[member].tables.questionnaire.survey().title.clone();
        MappedSurvey { member, label, color: COLORS[member % COLORS.len()].to_owned() }
    }

    fn color(&mut self, color: Option<&Named>, at: usize) -> String {
        let fallback = COLORS[at % COLORS.len()].to_owned();
        let Some(color) = color else { return fallback };
        let digits = color.text.strip_prefix('#').unwrap_or_default();
        if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return color.text.to_ascii_lowercase();
        }
        let text = &color.text;
        let message = words!("「{text}」は色ではありません"; "`{text}` is no colour");
        self.desk.error(
            "M004",
            color.span,
            message,
            Some(words!("#0b3a75 のように書きます"; "write it as #0b3a75")),
        );
        fallback
    }

    fn unknown_survey(&mut self, name: &Named) {
        let known: Vec<&str> = self.members.iter().map(|member| member.key).collect();
        let text = &name.text;
        if text.is_empty() || self.told.contains(text) {
            return;
        }
        self.told.push(text.clone());
        let message = words!("調査「{text}」は渡されていません"; "no survey `{text}` was given");
        let help = match nearest(text, known.iter().copied()) {
            Some(near) => words!("「{near}」のことですか"; "did you mean `{near}`?"),
            None => words!("渡された調査: {}", known.join(", "); "given: {}", known.join(", ")),
        };
        self.desk.error("M005", name.span, message, Some(help));
    }

    /// Each name once.
    fn once<'t>(&mut self, what: &str, names: impl Iterator<Item = &'t Named>) {
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        for name in names.filter(|name| !name.text.is_empty()) {
            if seen.insert(&name.text, name.span).is_some() {
                let text = &name.text;
                let message = words!("{what} の「{text}」が2回あります"; "{what} `{text}` stands twice");
                self.desk.error("M008", name.span, message, None);
            }
        }
    }

    fn survey(&self, mapping: &Mapping, name: &Named) -> Option<usize> {
        let member = self.members.iter().position(|member| member.key == name.text)?;
        mapping.surveys.iter().position(|survey| survey.member == member)
    }
}
