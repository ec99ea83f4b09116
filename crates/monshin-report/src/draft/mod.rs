//! The first commentary, all of it claims.
//!
//! Comes in: released tables, a language. Goes out: Markdown that the checker accepts, in which every
//! figure and every comparison is bound to its cell.
//!
//! **Invariants.** A difference or a trend is stated only where its test, raised by Holm over every
//! comparison that the draft could have stated, is below the survey's level. A sentence that the
//! checker questions is written in plainer words or left out, never waived.

mod by;
mod evidence;
mod headlines;
mod overall;
mod pen;
mod respondents;
mod settle;
mod targets;
mod unsaid;

use monshin_diag::{Lang, words};
use monshin_tabulate::{Released, Tables};

pub use evidence::{Finding, Kind, Support, support};

use pen::Pen;
use settle::Sheet;

/// A first commentary.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// The text, ready to be written as `report.LANGUAGE.md`.
    pub text: String,
    /// How many sentences were left out because the checker would have questioned them.
    pub left_out: usize,
    /// What it states as a difference or a trend.
    pub findings: Vec<Finding>,
}

/// Writes the first commentary in the language of that tag.
pub fn draft(tables: &Released<Tables>, tag: &str) -> Draft {
    let lang = Lang::from_tag(tag).unwrap_or(Lang::En);
    let pen = Pen::new(tables, tag, lang);
    let support = support(tables);
    let mut sheet = Sheet::new(tables, tag, lang);
    sheet.heading(1, pen.heading(pen.form().survey().title.get(tag)), "");
    respondents::write(&pen, &mut sheet);
    overall::write(&pen, &support, &mut sheet);
    for breakdown in 0..pen.form().breakdowns().len() {
        by::write(&pen, &support, breakdown, &mut sheet);
    }
    if tables.responses > 0 {
        unsaid::write(&pen, &support, &mut sheet);
    }
    method(&pen, &support, &mut sheet);
    let (text, left_out) = sheet.settled();
    let findings = support.findings.iter().filter(|one| one.is_stated(&text, &pen)).cloned().collect();
    Draft { text, left_out, findings }
}

/// How words and comparisons are meant.
fn method(pen: &Pen<'_>, support: &Support, sheet: &mut Sheet<'_>) {
    sheet.heading(2, pen.own_heading(&words!("集計と表記の方法"; "How figures are worded")), "method");
    sheet.item(vec![pen.say(&words!(
        "「弱」「強」「近く」などの語は、それぞれ値の範囲を定めて用いている。";
        "Phrases such as “just under” and “nearly” each stand for a fixed interval."))]);
    if support.candidates > 0 {
        sheet.item(vec![pen.say(&words!(
            "区分の間の差と傾向は、述べうる比較すべてについてホルムの方法で補正した検定で支持されたものだけを述べた。述べていない区分に差がないという意味ではない。";
            "A difference or a trend is stated only where its test supports it, raised by Holm's method for every comparison that could have been stated. What is not stated may still differ."))]);
    }
    if pen.tables().weighted {
        sheet.item(vec![pen.say(&words!(
            "割合は重みを付けたものであり、回答の数は重みを付けない実数である。";
            "Shares are weighted; numbers of answers are not."))]);
    }
    sheet.item(vec![pen.say(&words!(
        "横断調査であり、割合のあいだの関係から因果を述べることはできない。";
        "The survey is a snapshot and does not show causes."))]);
}
