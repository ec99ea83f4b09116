//! The names in a mapping to what they name, and whether its grades are true.

use std::collections::BTreeMap;

use monshin_diag::keyed::{Desk, Named};
use monshin_diag::{Diagnostics, Lang, Source, Span, Words, nearest, words};
use monshin_tabulate::VariableKind;
use monshin_tabulate::instrument::LocalText;

use super::Member;
use super::mapping::{Concept, Grade, Link, MappedBreakdown, MappedClass, MappedSurvey, Mapping, Order};
use super::read::{MappingFile, Raw, RawBreakdown, RawClass, RawConcept, RawLink, RawSurvey, read};
use super::wording::{Bases, bases, same_words, unit};
use crate::check::figure::{Desk as Figures, Group, Target};
use crate::claims::{self, Claim, Statistic};

/// How the mean of a number is named.
const AVERAGE: &str = "average:";

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

    // --- concepts ---

    fn concept(&mut self, mapping: &Mapping, raw: &RawConcept) -> Concept {
        let grade = raw.grade.as_ref().and_then(|grade| self.grade(grade)).unwrap_or(Grade::SameWording);
        let mut links: Vec<(Link, &RawLink)> = Vec::new();
        for link in &raw.links {
            links.extend(self.link(mapping, link, grade).map(|found| (found, link)));
        }
        links.sort_by_key(|(link, _)| link.survey);
        self.judge(mapping, &links);
        if raw.named < 2 {
            let message = words!("調査が2つないと比べられません"; "it takes two surveys to compare");
            self.desk.warning("M012", raw.id.span, message, None);
        }
        let label =
            if raw.label.is_empty() { self.label_of(mapping, &links, &raw.id) } else { raw.label.clone() };
        self.languages_of(mapping, &label, &raw.id);
        Concept {
            id: raw.id.text.clone(),
            label,
            note: raw.note.clone(),
            links: links.into_iter().map(|(link, _)| link).collect(),
        }
    }

    /// Without a label, that of the first survey's question.
    fn label_of(&self, mapping: &Mapping, links: &[(Link, &RawLink)], id: &Named) -> LocalText {
        let first = links.first().map(|(link, _)| {
            let tables = self.members[mapping.surveys[link.survey].member].tables;
            tables.variables[link.variable].label.clone()
        });
        first.unwrap_or_else(|| LocalText::new([("ja", id.text.clone()), ("en", id.text.clone())]))
    }

    fn languages_of(&mut self, mapping: &Mapping, label: &LocalText, id: &Named) {
        for tag in &mapping.languages {
            if label.exact(tag).is_none() {
                let name = &id.text;
                let message =
                    words!("「{name}」に {tag} の label がありません"; "`{name}` has no label in {tag}");
                self.desk.warning("M015", id.span, message, None);
            }
        }
    }

    fn grade(&mut self, grade: &Named) -> Option<Grade> {
        let known = Grade::ALL.into_iter().find(|one| one.name() == grade.text);
        if known.is_none() {
            let text = &grade.text;
            let names = Grade::ALL.map(Grade::name).join(", ");
            let message = words!("「{text}」という比較可能性はありません"; "there is no grade `{text}`");
            self.desk.error(
                "M009",
                grade.span,
                message,
                Some(words!("あるもの: {names}"; "there are: {names}")),
            );
        }
        known
    }

    fn link(&mut self, mapping: &Mapping, raw: &RawLink, of_concept: Grade) -> Option<Link> {
        let Some(survey) = self.survey(mapping, &raw.survey) else {
            // A survey that is known and not listed was reported when the list was read.
            if !self.members.iter().any(|member| member.key == raw.survey.text) {
                self.unknown_survey(&raw.survey);
            }
            return None;
        };
        let grade = raw.grade.as_ref().and_then(|grade| self.grade(grade)).unwrap_or(of_concept);
        let member = mapping.surveys[survey].member;
        if raw.is.text.starts_with(AVERAGE) {
            let variable = self.number(member, &raw.is)?;
            let note = raw.note.clone();
            return Some(Link { survey, variable, codes: Vec::new(), only: None, grade, note });
        }
        let (target, group) = self.operand(member, &raw.is)?;
        let only = match group.filters.as_slice() {
            [] => None,
            [one] => Some(one.clone()),
            _ => {
                let message = words!("絞り込みは一つまでです"; "there can be one filter at most");
                self.desk.error("M004", raw.is.span, message, None);
                return None;
            }
        };
        let Target { variable, codes } = target;
        Some(Link { survey, variable, codes, only, grade, note: raw.note.clone() })
    }

    /// `average:q9`: the mean of a number.
    fn number(&mut self, member: usize, text: &Named) -> Option<usize> {
        let tables = self.members[member].tables;
        let variable = match claims::parse(&text.text) {
            Ok(Claim::Number { what: Statistic::Average, variable, filters }) if filters.is_empty() => {
                (Figures { tables, lang: Lang::Ja }).find_variable(&variable).ok()
            }
            _ => None,
        };
        let number = variable.filter(|at| tables.variables[*at].kind == VariableKind::Number);
        if number.is_none() {
            let known: Vec<&str> = tables
                .variables
                .iter()
                .filter(|one| one.kind == VariableKind::Number)
                .map(|one| one.name.as_str())
                .collect();
            let known = if known.is_empty() { "–".to_owned() } else { known.join(", ") };
            let message = words!("数値の設問ではありません"; "this is no question for a number");
            let help = words!(
                "「average:設問」の形で書きます（数値の設問: {known}）";
                "write it as average:question (questions for a number: {known})");
            self.desk.error("M006", text.span, message, Some(help));
        }
        number
    }

    fn survey(&self, mapping: &Mapping, name: &Named) -> Option<usize> {
        let member = self.members.iter().position(|member| member.key == name.text)?;
        mapping.surveys.iter().position(|survey| survey.member == member)
    }

    /// `q1=yes`, `q1=yes;beds=small`, in the grammar of claims.
    fn operand(&mut self, member: usize, text: &Named) -> Option<(Target, Group)> {
        const KIND: &str = "share:";
        // One byte for the quotation mark, less the kind that is put in front.
        let place = |span: Span| {
            let from = text.span.start + 1 + span.start.saturating_sub(KIND.len());
            Span::new(from, (from + span.end - span.start).min(text.span.end))
        };
        let operand = match claims::parse(&format!("{KIND}{}", text.text)) {
            Ok(Claim::Share(operand)) => operand,
            Ok(_) => return None,
            Err(error) => {
                let help = words!("「設問=選択肢」の形で書きます（例: q1=yes）"; "write it as question=code, such as q1=yes");
                self.desk.error("M004", place(error.span), error.message, Some(help));
                return None;
            }
        };
        let tables = self.members[member].tables;
        let figures = Figures { tables, lang: Lang::Ja };
        match figures.find_operand(&operand) {
            Ok((target, group)) => self.can_be_compared(member, &target, text).then_some((target, group)),
            Err(fault) => {
                let code = if matches!(fault.code, "C004" | "C005") { "M007" } else { "M006" };
                self.desk.error(code, place(fault.span), fault.message, fault.help.map(|help| *help));
                None
            }
        }
    }

    fn can_be_compared(&mut self, member: usize, target: &Target, text: &Named) -> bool {
        let variable = &self.members[member].tables.variables[target.variable];
        if variable.kind == VariableKind::Multiple && target.codes.len() > 1 {
            let message = words!(
                "複数回答では選択肢を一つだけ指定できます（割合を足せないため）";
                "in a question with several answers one code can be named, since shares do not add up");
            self.desk.error("M013", text.span, message, None);
            return false;
        }
        true
    }

    // --- whether the grades are true ---

    fn judge(&mut self, mapping: &Mapping, links: &[(Link, &RawLink)]) {
        let Some(((first, _), rest)) = links.split_first() else { return };
        self.one_measure(mapping, first, rest);
        let member = |link: &Link| self.members[mapping.surveys[link.survey].member];
        let mut told: Vec<(&'static str, bool, Span, Words, Words)> = Vec::new();
        for (link, raw) in rest {
            let (a, b) = (member(first), member(link));
            let grade = link.grade.max(first.grade);
            let differ = same_words(a, first.variable, b, link.variable) == Some(false);
            if grade == Grade::SameWording && differ {
                told.push(("M010", true, raw.is.span,
                    words!("設問文か選択肢が「{}」と違うので、same-wording ではありません", a.key; "the wording or the answers differ from those of `{}`: this is not same-wording", a.key),
                    words!("grade = \"same-concept\" にしてください"; "write grade = \"same-concept\"")));
            }
            if grade != Grade::DifferentBase {
                let bases = bases(a, first.variable, b, link.variable);
                let one = &a.tables.variables[first.variable].base.sentence;
                let two = &b.tables.variables[link.variable].base.sentence;
                let message = words!(
                    "母数が違います: 「{}」と「{}」", one.get("ja"), two.get("ja");
                    "the bases differ: \"{}\" and \"{}\"", one.get("en"), two.get("en"));
                let help = words!("grade = \"different-base\" にすると、差を出さずに並べます"; "with grade = \"different-base\" they stand side by side without a difference");
                match bases {
                    Bases::Same => {}
                    Bases::OtherCondition => told.push(("M011", false, raw.is.span, message, help)),
                    Bases::SomeAgainstAll => told.push(("M011", true, raw.is.span, message, help)),
                }
            }
        }
        for (code, is_error, span, message, help) in told {
            if is_error {
                self.desk.error(code, span, message, Some(help));
            } else {
                self.desk.warning(code, span, message, Some(help));
            }
        }
    }

    /// A mean stands beside means in the same unit.
    fn one_measure(&mut self, mapping: &Mapping, first: &Link, rest: &[(Link, &RawLink)]) {
        let unit = |link: &Link| unit(self.members[mapping.surveys[link.survey].member], link.variable);
        let of_first = unit(first);
        let other: Vec<(Span, bool)> = rest
            .iter()
            .filter(|(link, _)| link.is_mean() != first.is_mean() || unit(link) != of_first)
            .map(|(link, raw)| (raw.is.span, link.is_mean() == first.is_mean()))
            .collect();
        for (span, is_unit) in other {
            let message = match is_unit {
                true => words!("単位が違う数値は比べられません"; "numbers in other units cannot be compared"),
                false => words!("割合と平均は比べられません"; "a share cannot be compared with a mean"),
            };
            self.desk.error("M020", span, message, None);
        }
    }

    // --- breakdowns ---

    fn breakdown(&mut self, mapping: &Mapping, raw: &RawBreakdown) -> MappedBreakdown {
        self.once("class", raw.classes.iter().map(|one| &one.id));
        let mut taken: Vec<(usize, usize, u16)> = Vec::new();
        let classes = raw.classes.iter().map(|one| self.class(mapping, one, &mut taken)).collect();
        let label = match raw.label.is_empty() {
            true => LocalText::new([("ja", raw.id.text.clone()), ("en", raw.id.text.clone())]),
            false => raw.label.clone(),
        };
        MappedBreakdown { id: raw.id.text.clone(), label, classes }
    }

    fn class(
        &mut self,
        mapping: &Mapping,
        raw: &RawClass,
        taken: &mut Vec<(usize, usize, u16)>,
    ) -> MappedClass {
        let mut places = vec![None; mapping.surveys.len()];
        for (name, is) in &raw.places {
            let Some(survey) = self.survey(mapping, name) else {
                if !self.members.iter().any(|member| member.key == name.text) {
                    self.unknown_survey(name);
                }
                continue;
            };
            let Some((by, classes)) = self.classes(mapping.surveys[survey].member, is) else { continue };
            for class in &classes {
                if taken.contains(&(survey, by, *class)) {
                    let message =
                        words!("同じ区分が二つの区分に入っています"; "a class stands in two classes");
                    self.desk.error("M014", is.span, message, None);
                }
                taken.push((survey, by, *class));
            }
            places[survey] = Some((by, classes));
        }
        let label = match raw.label.is_empty() {
            true => LocalText::new([("ja", raw.id.text.clone()), ("en", raw.id.text.clone())]),
            false => raw.label.clone(),
        };
        MappedClass { id: raw.id.text.clone(), label, places }
    }

    /// `beds=small,middle` of one survey.
    fn classes(&mut self, member: usize, text: &Named) -> Option<(usize, Vec<u16>)> {
        let form = &self.members[member].tables.questionnaire;
        let (name, values) = text.text.split_once('=').unwrap_or((text.text.as_str(), ""));
        let Some(by) = form.breakdown(name.trim()) else {
            let known: Vec<&str> = form.breakdowns().iter().map(|one| one.id.as_str()).collect();
            let message = words!("集計区分「{name}」はありません"; "there is no breakdown \"{name}\"");
            let help = words!("あるもの: {}", known.join(", "); "there are: {}", known.join(", "));
            self.desk.error("M007", text.span, message, Some(help));
            return None;
        };
        let list = form.breakdowns()[by].codes.clone();
        let mut classes = Vec::new();
        for value in values.split(',').map(str::trim) {
            match list.position(value) {
                Some(class) if !classes.contains(&class) => classes.push(class),
                Some(_) => {}
                None => {
                    let known: Vec<&str> = list.codes.iter().map(|code| code.id.as_str()).collect();
                    let message = words!("区分「{value}」はありません"; "there is no class \"{value}\"");
                    let help = words!("あるもの: {}", known.join(", "); "there are: {}", known.join(", "));
                    self.desk.error("M007", text.span, message, Some(help));
                    return None;
                }
            }
        }
        Some((by, classes))
    }
}
