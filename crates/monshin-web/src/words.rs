//! Every word of the pages, in both languages. A language that lacks one does not compile.

mod en;
mod ja;

use en::EN;
use ja::JA;

/// The words of one language.
pub struct Words {
    /// Its tag.
    pub tag: &'static str,
    /// Its own name, for the link that leads to it.
    pub name: &'static str,
    pub start: &'static str,
    pub code_label: &'static str,
    pub code_hint: &'static str,
    pub begin: &'static str,
    pub what_becomes: &'static str,
    pub identified: &'static str,
    pub confidential: &'static str,
    pub anonymous: &'static str,
    pub sealed: &'static str,
    pub until: &'static str,
    pub period: &'static str,
    pub erased: &'static str,
    pub colon: &'static str,
    pub rehearsal: &'static str,
    pub larger: &'static str,
    pub normal: &'static str,
    pub skip_link: &'static str,
    pub page_of: &'static str,
    pub required: &'static str,
    pub optional: &'static str,
    pub asked_of: &'static str,
    pub no_answer: &'static str,
    /// First in a list that is opened, where something has to be chosen.
    pub choose: &'static str,
    pub specify: &'static str,
    pub add_entry: &'static str,
    pub save_next: &'static str,
    pub save_back: &'static str,
    pub save_leave: &'static str,
    pub to_review: &'static str,
    pub errors: &'static str,
    pub revising: &'static str,
    pub review: &'static str,
    pub review_lead: &'static str,
    pub change: &'static str,
    pub blank: &'static str,
    pub submit: &'static str,
    pub submit_lead: &'static str,
    pub submit_once: &'static str,
    pub changed: &'static str,
    pub receipt: &'static str,
    pub receipt_lead: &'static str,
    pub receipt_hash: &'static str,
    pub receipt_time: &'static str,
    pub receipt_revision: &'static str,
    pub receipt_keep: &'static str,
    pub receipt_change: &'static str,
    /// Of a return that did not come by these pages.
    pub receipt_otherwise: &'static str,
    pub receipt_anew: &'static str,
    pub receipt_colleague: &'static str,
    pub your_answers: &'static str,
    pub go_start: &'static str,
    pub leave: &'static str,
    pub left: Notice,
    pub stop: &'static str,
    pub stop_lead: &'static str,
    pub stop_button: &'static str,
    pub stop_answer: &'static str,
    pub stopped: Notice,
    pub not_yet: Notice,
    pub closed: Notice,
    pub unknown_code: Notice,
    pub lost_session: Notice,
    pub resume: Notice,
    pub resume_send: &'static str,
    pub expired_form: Notice,
    pub already_anonymous: Notice,
    pub too_large: Notice,
    pub too_many: Notice,
    pub not_found: Notice,
    pub wrong_host: Notice,
    pub foreign: Notice,
    pub failed: Notice,
    /// Where what was typed stays in the page.
    pub failed_with: Notice,
    pub send_again: &'static str,
    pub reference: &'static str,
    pub slow: Notice,
    pub broken_link: &'static str,
    pub mistyped_empty: &'static str,
    pub mistyped_sign: &'static str,
    pub mistyped_length: &'static str,
    pub mistyped_checks: &'static str,
    /// A link of another site, while another case is open in this browser.
    pub other_case: &'static str,
    pub mistyped_place: &'static str,
    pub missing: &'static str,
    pub not_a_number: &'static str,
    pub not_a_day: &'static str,
    pub wrong: &'static str,
    pub too_few: &'static str,
    pub too_many_choices: &'static str,
    pub alone: &'static str,
    pub too_small: &'static str,
    pub too_big: &'static str,
    pub decimals: &'static str,
    pub too_long: &'static str,
    pub with_limits: [&'static str; 2],
    pub full_stop: char,
    pub between: &'static str,
    pub at_least: &'static str,
    pub at_most: &'static str,
    pub choices_at_least: &'static str,
    pub choices_at_most: &'static str,
    pub choices_exactly: &'static str,
    pub characters_at_most: &'static str,
    /// As `strftime` writes it.
    pub day: &'static str,
    pub minute: &'static str,
}

/// A plain page: what happened, and what to do.
#[derive(Clone, Copy)]
pub struct Notice {
    pub title: &'static str,
    pub text: &'static str,
}

const fn notice(title: &'static str, text: &'static str) -> Notice {
    Notice { title, text }
}

/// The words of a language of the survey; English where there are none of its own.
pub fn words(tag: &str) -> &'static Words {
    if tag == "ja" || tag.starts_with("ja-") { &JA } else { &EN }
}

/// `{}` in a text, filled.
pub fn fill(text: &str, what: &str) -> String {
    text.replace("{}", what)
}
