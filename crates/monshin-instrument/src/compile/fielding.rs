//! `[fielding]`: privacy, keys, and what respondents are told.

use monshin_diag::words;

use super::fields::{Context, Desk, Fields, SurveyFields};
use crate::{Fielding, Privacy, Survey};

/// `[fielding]`.
pub(super) fn fielding(context: &mut Context, root: &mut Fields, survey: &Survey) -> Fielding {
    let mut fielding = Fielding::default();
    let Some(mut fields) = root.table(context, "fielding", "[fielding]") else { return fielding };
    if let Some(name) = fields.string(context, "privacy") {
        match Privacy::parse(&name.text) {
            Some(privacy) => fielding.privacy = privacy,
            None => context.error("Q005", name.span,
                words!("privacy に書けるのは \"identified\"・\"confidential\"・\"anonymous\" です"; "`privacy` is \"identified\", \"confidential\" or \"anonymous\""), None),
        }
    }
    fielding.waiver = fields.string(context, "waiver").map(|waiver| waiver.text);
    recipients(context, &mut fields, &mut fielding);
    fielding.purpose = fields.text(context, "purpose").unwrap_or_default();
    fielding.contact = fields.text(context, "contact").unwrap_or_default();
    fielding.grace_days = fields.count(context, "grace_days", 0, 60).unwrap_or(0);
    if let Some((day, span)) = fields.date(context, "erase_on") {
        if survey.closes.is_some_and(|closes| day <= closes) {
            context.error("S003", span,
                words!("消去の日（{day}）が締切より前です"; "everything would be erased on {day}, before the survey has closed"),
                Some(words!("締切のあと、集計が終わる日より後にしてください"; "choose a day after closing, when the tables are done")));
        }
        fielding.erase_on = Some(day);
    }
    fields.finish(context);
    fielding
}

fn recipients(context: &mut Context, fields: &mut Fields, fielding: &mut Fielding) {
    let place = fields.span_of("recipients");
    for key in fields.strings(context, "recipients") {
        if !is_public_key(&key.text) {
            context.error("S001", key.span,
                words!("公開鍵ではありません"; "this is no public key"),
                Some(words!("monshin identity が表示した monshin-key- で始まる行を、そのまま書いてください"; "copy the line that `monshin identity` prints, which begins with monshin-key-")));
        } else if fielding.recipients.contains(&key.text) {
            context.error(
                "S001",
                key.span,
                words!("同じ公開鍵が2回あります"; "the same public key stands twice"),
                Some(words!("別の人の鍵にしてください"; "use the key of somebody else")),
            );
        }
        fielding.recipients.push(key.text);
    }
    if let (Some(span), 1, None) = (place, fielding.recipients.len(), &fielding.waiver) {
        context.error("S002", span,
            words!("鍵が1つだけです。なくすと回答を誰も開けません"; "there is one key only: once it is lost, nobody can open the answers"),
            Some(words!("2人目の公開鍵を加えるか、waiver = \"理由\" を書いてください"; "add the key of a second person, or write waiver = \"reason\"")));
    }
}

/// The form of a key; its check digits are looked at where it is used.
fn is_public_key(text: &str) -> bool {
    let digits = text.strip_prefix("monshin-key-").unwrap_or_default();
    digits.len() == 72 && digits.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}
