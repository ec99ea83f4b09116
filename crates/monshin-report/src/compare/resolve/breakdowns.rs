//! Breakdowns: which classes of each survey make one class of the comparison.

use monshin_diag::keyed::{Desk, Named};
use monshin_diag::words;
use monshin_tabulate::instrument::LocalText;

use super::Resolver;
use crate::compare::mapping::{MappedBreakdown, MappedClass, Mapping};
use crate::compare::read::{RawBreakdown, RawClass};

impl Resolver<'_, '_, '_> {
    pub(super) fn breakdown(&mut self, mapping: &Mapping, raw: &RawBreakdown) -> MappedBreakdown {
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
