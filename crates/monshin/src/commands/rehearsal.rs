//! What a rehearsal is made of: institutions that do not exist, and somebody to run the field.

use anyhow::Result;
use monshin_diag::Lang;
use monshin_frame::Contact;
use monshin_instrument::{Breakdown, BreakdownSource, Questionnaire};
use monshin_seal::ServerSecret;
use monshin_store::{AccountChange, CaseClasses, Listed, NewCodes, OfAccount, Role, Store};
use monshin_web::{Invitation, invite, new_link, pseudonym, seal_contact};

use crate::fielding::{Ready, act, now};
use crate::output::pick;

/// Made-up institutions of a rehearsal.
const MADE_UP: usize = 5;

/// Made-up institutions, and the links that go into their letters.
pub async fn invite_made_up(
    store: &dyn Store,
    survey: &Ready,
    secret: &ServerSecret,
    public_url: &str,
    lang: Lang,
) -> Result<String> {
    let id = survey.row.id.as_str();
    store.put_survey(survey.row.clone(), act("survey", "rehearsal")).await?;
    let units = (1..=MADE_UP).map(|number| made_up(&survey.form, number, secret, lang)).collect();
    store.list_units(id, id, units, act("frame", "rehearsal")).await?;
    let mut text = pick(
        lang,
        format!("予行「{id}」：架空の組織の回答リンクとコード\n"),
        format!("Rehearsal of `{id}`: links and codes of made-up institutions\n"),
    );
    let invitations: Vec<Invitation> = (1..=MADE_UP).map(|number| invite(&unit(number), secret)).collect();
    for one in &invitations {
        text.push_str(&format!("  {public_url}/r/{}   {}\n", *one.link.to_text(), *one.short.to_text()));
    }
    let codes: Vec<NewCodes> = invitations.iter().map(|one| one.kept.clone()).collect();
    store.issue_codes(id, id, codes, false, act("codes", "rehearsal")).await?;
    Ok(text)
}

fn unit(number: usize) -> String {
    format!("rehearsal-{number}")
}

fn made_up(form: &Questionnaire, number: usize, secret: &ServerSecret, lang: Lang) -> Listed {
    let name = pick(lang, format!("架空の組織 {number}"), format!("Made-up institution {number}"));
    let contact = Contact { name: Some(name), ..Contact::default() };
    Listed {
        unit: unit(number),
        pseudonym: pseudonym(),
        classes: classes(form, number),
        disposition: None,
        contact: seal_contact(secret, &form.survey().id, &unit(number), &contact),
    }
}

/// A class in each breakdown, another for each institution.
fn classes(form: &Questionnaire, number: usize) -> CaseClasses {
    let of_frame = form.breakdowns().iter().filter(|one| one.source == BreakdownSource::Frame);
    let class = |breakdown: &Breakdown| {
        let codes = &breakdown.codes.codes;
        Some((breakdown.id.clone(), codes.get(number % codes.len().max(1))?.id.clone()))
    };
    CaseClasses(of_frame.filter_map(class).collect())
}

/// Somebody who may do everything in the console, and the link that leads straight in.
pub async fn console_link(
    store: &dyn Store,
    secret: &ServerSecret,
    public_url: &str,
    lang: Lang,
) -> Result<String> {
    let link = new_link(secret, now());
    let name = "rehearsal";
    let change = AccountChange::Add { role: Role::Owner, setup: link.setup };
    let of = OfAccount { name: name.into(), change, at: now(), act: Some(act("add-operator", name)) };
    store.change_account(of).await?;
    let address = format!("{public_url}/console/{}/rehearsal/{}", lang.tag(), *link.token);
    Ok(pick(lang, format!("運用コンソール\n  {address}\n"), format!("The operator's console\n  {address}\n")))
}
