//! `[mail]`: who writes, and the words of invitations and reminders.

use monshin_diag::{Span, words};

use super::fields::{Context, Desk, Fields, SurveyFields};
use crate::mail::{PLACES, unknown_places};
use crate::{Mail, MailText};

/// `[mail]`.
pub(super) fn mail(context: &mut Context, root: &mut Fields) -> Mail {
    let mut mail = Mail::default();
    let Some(mut fields) = root.table(context, "mail", "[mail]") else { return mail };
    if !fields.has("from") {
        fields.missing(context, "from");
    }
    mail.from = address(context, &mut fields, "from").unwrap_or_default();
    mail.reply_to = address(context, &mut fields, "reply_to");
    mail.invitation = text(context, &mut fields, "invitation", "[mail.invitation]");
    mail.reminder = text(context, &mut fields, "reminder", "[mail.reminder]");
    fields.finish(context);
    mail
}

/// An address in its common form; whether it can be written to is seen when it is.
fn address(context: &mut Context, fields: &mut Fields, key: &'static str) -> Option<String> {
    let named = fields.string(context, key)?;
    let bare =
        named.text.rsplit_once('<').map_or(named.text.as_str(), |(_, rest)| rest.trim_end_matches('>'));
    let parts = bare.trim().rsplit_once('@');
    let is_one = parts.is_some_and(|(user, host)| !user.is_empty() && host.contains('.'))
        && !named.text.contains(char::is_control)
        && !bare.trim().contains(char::is_whitespace);
    if !is_one {
        context.error("S004", named.span,
            words!("メールアドレスではありません"; "this is no mail address"),
            Some(words!("survey@example.jp または 事務局 <survey@example.jp> のように書いてください"; "write it as survey@example.jp or as Name <survey@example.jp>")));
    }
    Some(named.text)
}

fn text(context: &mut Context, fields: &mut Fields, key: &'static str, what: &'static str) -> MailText {
    let mut text = MailText::default();
    let Some(mut fields) = fields.table(context, key, what) else { return text };
    let (subject, body) = (fields.span_of("subject"), fields.span_of("body"));
    text.subject = fields.text(context, "subject").unwrap_or_default();
    text.body = fields.text(context, "body").unwrap_or_default();
    if let Some(span) = subject {
        if text.subject.iter().any(|(_, text)| text.contains(['\r', '\n'])) {
            context.error(
                "S005",
                span,
                words!("件名が2行以上あります"; "the subject has more than one line"),
                Some(words!("1行にしてください"; "make it one line")),
            );
        }
        places(context, span, text.subject.iter().map(|(_, text)| text));
    }
    if let Some(span) = body {
        if text.body.iter().any(|(_, text)| !text.contains("{link}")) {
            context.error("S005", span,
                words!("本文に {{link}} がない言語があります"; "the body has no {{link}} in one of its languages"),
                Some(words!("回答ページのアドレスが入る場所に {{link}} と書いてください"; "write {{link}} where the address of the pages goes")));
        }
        places(context, span, text.body.iter().map(|(_, text)| text));
    }
    fields.finish(context);
    text
}

fn places<'t>(context: &mut Context, span: Span, texts: impl Iterator<Item = &'t str>) {
    let list = PLACES.map(|name| format!("{{{name}}}")).join(" ");
    for name in texts.flat_map(unknown_places) {
        context.error(
            "S005",
            span,
            words!("{{{name}}} に入るものはありません"; "nothing goes into {{{name}}}"),
            Some(words!("使えるのは {list} です"; "there is {list}")),
        );
    }
}
