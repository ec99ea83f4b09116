//! `[response]`: what counts as a response, and how eligible the silent are taken to be.

use monshin_diag::words;

use super::fields::{Context, Desk, Fields};
use crate::ResponseRule;

/// `[response]`; the defaults where there is none.
pub(super) fn response(context: &mut Context, root: &mut Fields) -> ResponseRule {
    let mut rule = ResponseRule::default();
    let Some(mut fields) = root.table(context, "response", "[response]") else { return rule };
    rule.is_stated = true;
    let complete = share(context, &mut fields, "complete_from");
    let partial_span = fields.span_of("partial_from");
    let partial = share(context, &mut fields, "partial_from");
    rule.complete_from =
        complete.unwrap_or(partial.map_or(rule.complete_from, |p| p.max(rule.complete_from)));
    rule.partial_from = partial.unwrap_or(rule.partial_from.min(rule.complete_from));
    if let Some(span) = partial_span
        && rule.partial_from > rule.complete_from
    {
        context.error("Q005", span,
            words!("partial_from が complete_from（{}）を超えています", rule.complete_from; "`partial_from` is above `complete_from` ({})", rule.complete_from),
            Some(words!("一部回答の下限は、完了の下限以下にしてください"; "the least of a partial return may not exceed that of a complete one")));
    }
    rule.eligible_share = share(context, &mut fields, "e");
    fields.finish(context);
    rule
}

fn share(context: &mut Context, fields: &mut Fields, key: &'static str) -> Option<f64> {
    let (value, span) = fields.number(context, key)?;
    if (0.0..=1.0).contains(&value) {
        return Some(value);
    }
    context.error(
        "Q005",
        span,
        words!("{key} は 0 から 1 までの割合です"; "`{key}` is a share from 0 to 1"),
        Some(words!("半分なら 0.5 と書きます"; "a half is written 0.5")),
    );
    None
}
