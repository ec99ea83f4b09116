//! `survey.toml` to a [`Questionnaire`]: every mistake at once, each where it stands.

mod asked;
mod codes;
mod design;
mod disclosure;
mod evidence;
mod fielding;
mod fields;
mod items;
mod lint;
mod mail;
mod names;
mod places;
mod questions;
mod replicates;
mod resolve;
mod response;
mod survey;

use std::collections::BTreeSet;
use std::sync::Arc;

use monshin_diag::{Diagnostic, Diagnostics, Place, Source, Span, keyed};
use sha2::{Digest, Sha256};

use crate::{DesignSpec, Questionnaire, WeightSpec, analysis};
pub(crate) use fields::Places;
use fields::{Context, Fields};

/// Compiles the text; see [`Questionnaire::compile`].
pub(crate) fn compile(source: &Source) -> (Option<Questionnaire>, Diagnostics) {
    let mut context = Context::new(source);
    let Some(root) = keyed::parse(&mut context, source.text()) else {
        return (None, once_each(context.found));
    };
    let asked = asked::hash(root.get_ref());
    let mut root = Fields::new(root.get_ref(), Span::new(0, 0), "survey.toml");
    let questionnaire = Questionnaire { asked, ..assemble(&mut context, &mut root) };
    root.finish(&mut context);
    if !context.found.has_errors() {
        context.found.extend(analysis::findings(&questionnaire, &context.places, source));
        context.found.extend(lint::advice(&questionnaire, &context.places, source));
    }
    let mut found = once_each(context.found);
    found.sort();
    ((!found.has_errors()).then_some(questionnaire), found)
}

fn assemble(context: &mut Context, root: &mut Fields) -> Questionnaire {
    let (mut survey, required) = survey::survey(context, root);
    survey.disclosure = disclosure::disclosure(context, root, survey.disclosure);
    survey.quoting = survey::quoting(context, root);
    survey.response = response::response(context, root);
    survey.evidence = evidence::evidence(context, root);
    survey.fielding = fielding::fielding(context, root, &survey);
    survey.mail = mail::mail(context, root);
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
        design: DesignSpec::default(),
        weights: WeightSpec::default(),
        code_lists: lists.in_order().map(Arc::clone).collect(),
        hash: hash(context.source.text()),
        asked: String::new(),
    };
    items::lay_out(context, &mut form, breakdowns, blocks, raw);
    form.design = design::design(context, root, &form);
    form.weights = design::weights(context, root, &form);
    names::check(context, &form);
    if !context.found.has_errors() {
        // What a mistake kept from being read is not unused.
        codes::report_unused(context, &lists);
    }
    form
}

/// What several parts of the survey have in common is told once.
fn once_each(found: Diagnostics) -> Diagnostics {
    let mut seen = BTreeSet::new();
    let key = |one: &Diagnostic| match &one.place {
        Place::Text { span, .. } => (one.code, *span, one.message.en.clone()),
        _ => (one.code, Span::default(), one.message.en.clone()),
    };
    found.into_iter().filter(|one| seen.insert(key(one))).collect()
}

fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.replace("\r\n", "\n").as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
