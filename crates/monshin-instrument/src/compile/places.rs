//! Where questions stand: in sections and blocks that are there, together, under names of their own.

use monshin_diag::{nearest, words};

use super::fields::{Context, Desk, Named};
use super::items::Layout;
use super::questions::RawQuestion;

impl Layout<'_> {
    /// Blocks and sections that no question stands in.
    pub(super) fn check_empty(&self, context: &mut Context) {
        let blocks: Vec<&Named> =
            self.questions.iter().filter_map(|question| question.block.as_ref()).collect();
        for block in &self.blocks {
            let id = &block.id.text;
            let meant = |name: &&Named| name.text == *id || nearest(&name.text, [&**id]).is_some();
            if !blocks.iter().any(meant) {
                context.error("Q034", block.id.span, words!("繰り返し「{id}」に設問がありません"; "block `{id}` has no questions"),
                    Some(words!("設問に block = \"{id}\" を書くか、繰り返しを消してください"; "write block = \"{id}\" in a question, or remove the block")));
            }
        }
        if context.found.has_errors() {
            return;
        }
        for (at, section) in self.form.sections.iter().enumerate() {
            if !self.form.questions.iter().any(|question| question.section == Some(at)) {
                let (id, span) = (&section.id, context.places.get(&format!("section {}", section.id)));
                context.warning(
                    "Q034",
                    span,
                    words!("章「{id}」に設問がありません"; "section `{id}` has no questions"),
                    None,
                );
            }
        }
    }

    /// A question may not have the name of a breakdown, unless it is the breakdown's own.
    pub(super) fn check_names(&mut self, context: &mut Context) {
        for question in &self.questions {
            let id = &question.id;
            let breakdown = self.form.breakdowns.iter().position(|have| have.id == id.text);
            let own = self.asked.iter().any(|(at, name)| Some(*at) == breakdown && name.text == id.text);
            if breakdown.is_some() && !own {
                let first = context.places.get(&format!("breakdown {}", id.text));
                context.duplicate(words!("名前"; "name"), &id.text, id.span, first);
            }
        }
        self.check_together(context);
    }

    /// Questions of one section, and of one block, stand together.
    fn check_together(&self, context: &mut Context) {
        for (pick, ja, en) in [
            ((|q: &RawQuestion| q.section.clone()) as fn(&RawQuestion) -> Option<Named>, "章", "section"),
            (|q: &RawQuestion| q.block.clone(), "繰り返し", "block"),
        ] {
            let mut closed: Vec<String> = Vec::new();
            let mut current: Option<String> = None;
            for question in &self.questions {
                let name = pick(question);
                let text = name.as_ref().map(|name| name.text.clone());
                if text != current {
                    closed.extend(current.take());
                    current.clone_from(&text);
                    if let Some(name) = name.filter(|name| closed.contains(&name.text)) {
                        let id = &name.text;
                        context.error("Q015", name.span,
                            words!("{ja}「{id}」の設問が離れています"; "the questions of {en} `{id}` do not stand together"),
                            Some(words!("続けて並べてください"; "put them next to each other")));
                    }
                }
            }
        }
    }

    pub(super) fn section_of(&self, context: &mut Context, at: usize) -> Option<usize> {
        let name = self.questions[at].section.as_ref()?;
        let found = self.form.sections.iter().position(|have| have.id == name.text);
        if found.is_none() {
            let help = nearest(&name.text, self.form.sections.iter().map(|have| &*have.id))
                .map(|near| words!("「{near}」のことですか"; "did you mean `{near}`?"));
            context.error(
                "Q012",
                name.span,
                words!("章「{}」はありません", name.text; "there is no section `{}`", name.text),
                help,
            );
        }
        found
    }

    pub(super) fn block_of(&self, context: &mut Context, at: usize) -> Option<usize> {
        let name = self.questions[at].block.as_ref()?;
        let found = self.blocks.iter().position(|have| have.id.text == name.text);
        if found.is_none() {
            let help = nearest(&name.text, self.blocks.iter().map(|have| &*have.id.text))
                .map(|near| words!("「{near}」のことですか"; "did you mean `{near}`?"));
            context.error(
                "Q013",
                name.span,
                words!("繰り返し「{}」はありません", name.text; "there is no block `{}`", name.text),
                help,
            );
        }
        found
    }
}
