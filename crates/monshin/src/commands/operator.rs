//! `monshin operator`: who may sign in to the console. The first owner is made here.

use anyhow::{Context, Result};
use monshin_diag::Lang;
use monshin_seal::ServerSecret;
use monshin_store::{AccountChange, Kind, OfAccount, OperatorRow, Role, SessionChange, Store};
use monshin_web::{NewLink, new_link, normal_name};

use crate::args::{Operator, OperatorAction};
use crate::fielding::{act, block_on, database_of, in_store, now, secret_file, secret_of, shown};
use crate::output::{Verdict, pick, print};

pub fn run(it: Operator, lang: Lang) -> Result<Verdict> {
    let address = database_of(&it.dir, it.at.database.as_ref());
    if it.action != OperatorAction::Add {
        super::operate::existing(&address)?;
    }
    let secret = secret_file(&it.dir, it.at.secret.as_ref());
    let kind = if it.rehearsal { Kind::Rehearsal } else { Kind::Field };
    let (verdict, text) = block_on(in_store(&address, kind, async |store| {
        let secret = secret_of(store, &secret, lang).await?;
        carried_out(&it, store, &secret, lang).await.with_context(|| shown(&address))
    }))?;
    match verdict {
        Verdict::Fine => print(&text)?,
        Verdict::AtFault => eprint!("{text}"),
    }
    Ok(verdict)
}

async fn carried_out(
    it: &Operator,
    store: &dyn Store,
    secret: &ServerSecret,
    lang: Lang,
) -> Result<(Verdict, String)> {
    if it.action == OperatorAction::List {
        let lines: Vec<String> = store.operators().await?.iter().map(|row| line(row, lang)).collect();
        let nobody = pick(
            lang,
            "利用者はまだいません。monshin operator add で加えてください\n".into(),
            "there is no operator yet: `monshin operator add` adds one\n".into(),
        );
        return Ok((Verdict::Fine, if lines.is_empty() { nobody } else { lines.concat() }));
    }
    if it.all {
        return everybody(it, store, lang).await;
    }
    let Some(name) = it.name.as_deref().and_then(normal_name) else {
        return Ok((Verdict::AtFault, bad_name(lang)));
    };
    let link = new_link(secret, now());
    let change = match it.action {
        OperatorAction::Add => AccountChange::Add { role: it.role, setup: link.setup },
        OperatorAction::Reset => AccountChange::Reset(link.setup),
        OperatorAction::Remove => AccountChange::Remove,
        OperatorAction::SignOut => AccountChange::Session(SessionChange::EndAll),
        OperatorAction::List => unreachable!("told above"),
    };
    let word = match it.action {
        OperatorAction::Add => "add-operator",
        OperatorAction::Reset => "reset-operator",
        OperatorAction::SignOut => "end-sessions",
        _ => "remove-operator",
    };
    let of = OfAccount { name: name.clone(), change, at: now(), act: Some(act(word, &name)) };
    if !store.change_account(of).await? {
        return Ok((Verdict::AtFault, refused(it.action, &name, lang)));
    }
    Ok((Verdict::Fine, done(it, &name, &link, lang)))
}

/// Ends every session of everybody.
async fn everybody(it: &Operator, store: &dyn Store, lang: Lang) -> Result<(Verdict, String)> {
    if it.action != OperatorAction::SignOut {
        let (ja, en) = ("--all は sign-out にだけ付けられます\n", "--all goes with sign-out alone\n");
        return Ok((Verdict::AtFault, pick(lang, ja.to_owned(), en.to_owned())));
    }
    let change = AccountChange::Session(SessionChange::EndEverybody(None));
    let act = Some(act("end-all-sessions", ""));
    store.change_account(OfAccount { name: String::new(), change, at: now(), act }).await?;
    let (ja, en) = ("全員をサインアウトさせました\n", "everybody was signed out\n");
    Ok((Verdict::Fine, pick(lang, ja.to_owned(), en.to_owned())))
}

fn line(row: &OperatorRow, lang: Lang) -> String {
    let (ja, en) = match (row.is_set_up(), now() < row.setup_until) {
        (true, _) => ("設定済み", "set up"),
        (false, true) => ("リンクの利用待ち", "link not used yet"),
        (false, false) => ("リンクの期限切れ", "link has run out"),
    };
    let state = pick(lang, ja.to_owned(), en.to_owned());
    format!("{}\t{}\t{state}\n", row.name, row.role.name())
}

fn bad_name(lang: Lang) -> String {
    pick(
        lang,
        "利用者の名前を、文字か数字で始まる64文字まで（. _ - @ も可）で指定してください\n".into(),
        "give the operator's name: up to 64 letters, digits, . _ - @, beginning with a letter or digit\n"
            .into(),
    )
}

fn refused(action: OperatorAction, name: &str, lang: Lang) -> String {
    match action {
        OperatorAction::Add => pick(
            lang,
            format!(
                "「{name}」はすでにいます。リンクを作り直すには monshin operator reset を使ってください\n"
            ),
            format!("there is a `{name}` already; `monshin operator reset` makes a new link\n"),
        ),
        _ => pick(
            lang,
            format!("「{name}」という利用者はいません\n"),
            format!("there is no operator `{name}`\n"),
        ),
    }
}

fn done(it: &Operator, name: &str, link: &NewLink, lang: Lang) -> String {
    if it.action == OperatorAction::Remove {
        return pick(lang, format!("「{name}」を削除しました\n"), format!("`{name}` was removed\n"));
    }
    if it.action == OperatorAction::SignOut {
        return pick(
            lang,
            format!("「{name}」をすべての端末でサインアウトさせました\n"),
            format!("`{name}` was signed out everywhere\n"),
        );
    }
    let address =
        set_up_address(it.public_url.as_deref().unwrap_or("http://127.0.0.1:8088"), &link.token, lang);
    pick(
        lang,
        format!("「{name}」の設定用リンク（3日間、1回だけ使えます。ほかには表示しません）\n  {address}\n"),
        format!(
            "set-up link for `{name}` (works once, for three days, and is shown nowhere else)\n  {address}\n"
        ),
    )
}

/// Where an operator sets password and second factor.
pub fn set_up_address(public_url: &str, token: &str, lang: Lang) -> String {
    format!("{}/console/{}/set-up/{token}", public_url.trim_end_matches('/'), lang.tag())
}

/// What may be typed as a role.
pub fn role(text: &str) -> Result<Role, String> {
    let names: Vec<&str> = Role::ALL.into_iter().map(Role::name).collect();
    Role::parse(text).ok_or_else(|| names.join(", "))
}
