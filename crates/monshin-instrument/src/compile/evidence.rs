//! `[evidence]`: what a comparison has to show.

use monshin_diag::words;

use super::fields::{Context, Desk, Fields, Named};
use crate::{Evidence, EvidenceAdjustment, EvidenceRequired};

/// `[evidence]`.
pub(super) fn evidence(context: &mut Context, root: &mut Fields) -> Evidence {
    let mut evidence = Evidence::default();
    let Some(mut fields) = root.table(context, "evidence", "[evidence]") else { return evidence };
    if let Some((level, span)) = fields.number(context, "level") {
        if level > 0.0 && level <= 0.5 {
            evidence.level = level;
        } else {
            let message = words!(
                "level は有意水準で、0 より大きく 0.5 以下です（既定は 0.05）";
                "`level` is the level of the tests, above 0 and at most 0.5 (0.05 where it is left out)");
            context.error("Q005", span, message, None);
        }
    }
    let adjustments = [
        ("holm", EvidenceAdjustment::Holm),
        ("bh", EvidenceAdjustment::BenjaminiHochberg),
        ("none", EvidenceAdjustment::None),
    ];
    if let Some(name) = fields.string(context, "adjust") {
        evidence.adjust = one_of(context, &name, "adjust", &adjustments).unwrap_or(evidence.adjust);
    }
    let required =
        [("supported", EvidenceRequired::Supported), ("directional", EvidenceRequired::Directional)];
    if let Some(name) = fields.string(context, "require") {
        evidence.require = one_of(context, &name, "require", &required).unwrap_or(evidence.require);
    }
    fields.finish(context);
    evidence
}

/// The choice of that name, or a finding that lists the choices.
pub(super) fn one_of<T: Copy>(
    context: &mut Context,
    name: &Named,
    key: &str,
    choices: &[(&str, T)],
) -> Option<T> {
    let found = choices.iter().find(|(known, _)| *known == name.text).map(|(_, choice)| *choice);
    if found.is_none() {
        let list: Vec<String> = choices.iter().map(|(known, _)| format!("\"{known}\"")).collect();
        let (ja, en) = (list.join("・"), list.join(", "));
        context.error(
            "Q005",
            name.span,
            words!("{key} に書けるのは {ja} です"; "`{key}` is one of {en}"),
            None,
        );
    }
    found
}
