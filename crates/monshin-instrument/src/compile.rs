//! `survey.toml` to a [`Questionnaire`]: every mistake at once, each where it stands.

mod codes;
mod fields;
mod items;
mod lint;
mod questions;
mod resolve;
mod survey;

use std::sync::Arc;

use monshin_diag::{Diagnostic, Diagnostics, Place, Source, Span, words};
use sha2::{Digest, Sha256};

use crate::{Questionnaire, analysis};
use fields::{Context, Fields};
pub(crate) use fields::Places;

/// Compiles the text; see [`Questionnaire::compile`].
pub(crate) fn compile(source: &Source) -> (Option<Questionnaire>, Diagnostics) {
    let (root, errors) = toml::de::DeTable::parse_recoverable(source.text());
    let mut context = Context::new(source);
    for error in &errors {
        let span = error.span().map_or(Span::default(), Span::from);
        let message = error.message().trim();
        context.found.push(Diagnostic::error(
            "Q001",
            Place::text(source, span),
            words!("TOML として読めません: {message}"; "this is not TOML: {message}"),
        ));
    }
    let mut root = Fields::new(root.get_ref(), Span::new(0, 0), "survey.toml");
    let questionnaire = assemble(&mut context, &mut root);
    root.finish(&mut context);
    if !context.found.has_errors() {
        context.found.extend(analysis::findings(&questionnaire, &context.places, source));
        context.found.extend(lint::advice(&questionnaire, &context.places, source));
    }
    let mut found = context.found;
    found.sort();
    ((!found.has_errors()).then_some(questionnaire), found)
}

fn assemble(context: &mut Context, root: &mut Fields) -> Questionnaire {
    let (mut survey, required) = survey::survey(context, root);
    survey.disclosure = survey::disclosure(context, root, survey.disclosure);
    survey.quoting = survey::quoting(context, root);
    let lists = codes::lists(context, root);
    let breakdowns = survey::breakdowns(context, root, &lists);
    let sections = survey::sections(context, root);
    let blocks = survey::blocks(context, root);
    let raw = questions::questions(context, root, &lists, required);
    let events = survey::events(context, root);
    let mut form = Questionnaire {
        survey,
        sections,
        breakdowns: Vec::new(),
        blocks: Vec::new(),
        questions: Vec::new(),
        items: Vec::new(),
        events,
        code_lists: lists.in_order().map(Arc::clone).collect(),
        hash: hash(context.source.text()),
    };
    items::lay_out(context, &mut form, breakdowns, blocks, raw);
    codes::report_unused(context, &lists);
    form
}

fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.replace("\r\n", "\n").as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
