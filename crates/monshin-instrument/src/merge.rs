//! The same questionnaire with classes of a breakdown taken together.

use std::sync::Arc;

use crate::{BreakdownSource, Code, CodeList, LocalText, Questionnaire, Subject};

/// Why the classes of a breakdown cannot be taken together without asking otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CannotMerge {
    /// They are the answers to a question.
    Asked,
    /// Whether something is asked depends on them.
    Routes,
}

impl Questionnaire {
    /// Whether classes of a breakdown can be taken together.
    ///
    /// # Errors
    /// [`CannotMerge`] where what is asked would be another thing.
    pub fn can_merge(&self, breakdown: usize) -> Result<(), CannotMerge> {
        let looks_at_it = Subject::Breakdown(breakdown);
        let routes = |item: &crate::ItemDef| item.tests().iter().any(|test| test.subject == looks_at_it);
        match self.breakdowns[breakdown].source {
            BreakdownSource::Item(_) => Err(CannotMerge::Asked),
            BreakdownSource::Frame if self.items.iter().any(routes) => Err(CannotMerge::Routes),
            BreakdownSource::Frame => Ok(()),
        }
    }

    /// The same with the classes of each group as one class, as if `survey.toml` had listed one code with the
    /// others as its aliases. `groups` name every class once; the merged classes come in their order, each
    /// with the id of its first. Numbers of breakdowns, questions and items stay.
    ///
    /// # Errors
    /// As [`Questionnaire::can_merge`].
    ///
    /// # Panics
    /// If a group is empty or names a class that the breakdown does not have.
    pub fn with_classes_merged(
        &self,
        breakdown: usize,
        groups: &[Vec<u16>],
    ) -> Result<Questionnaire, CannotMerge> {
        self.can_merge(breakdown)?;
        let mut merged = self.clone();
        let list = &self.breakdowns[breakdown].codes;
        let codes = groups.iter().map(|group| together(list, group)).collect();
        merged.breakdowns[breakdown].codes = Arc::new(CodeList { id: list.id.clone(), codes });
        // Cubes of it do not add up with those of the survey itself.
        merged.hash = format!("{} {breakdown} {groups:?}", self.hash);
        Ok(merged)
    }
}

fn together(list: &CodeList, group: &[u16]) -> Code {
    let codes: Vec<&Code> = group.iter().map(|at| &list.codes[usize::from(*at)]).collect();
    let [first, others @ ..] = codes.as_slice() else { panic!("a group has a class") };
    let labels = |tag: &str| codes.iter().map(|code| code.label.get(tag)).collect::<Vec<_>>().join(" + ");
    let spellings = others.iter().flat_map(|code| {
        let labels = code.label.iter().map(|(_, label)| label.to_owned());
        std::iter::once(code.id.clone()).chain(labels).chain(code.aliases.iter().cloned())
    });
    // A label of the first alone is still one way to write it.
    let own = first.label.iter().map(|(_, label)| label.to_owned());
    Code {
        id: first.id.clone(),
        label: LocalText::new(first.label.iter().map(|(tag, _)| (tag.to_owned(), labels(tag)))),
        aliases: first.aliases.iter().cloned().chain(own).chain(spellings).collect(),
        min: codes.iter().map(|code| code.min).min().flatten(),
        max: if codes.iter().all(|code| code.max.is_some()) {
            codes.iter().filter_map(|code| code.max).max()
        } else {
            None
        },
        ..Code::clone(first)
    }
}
