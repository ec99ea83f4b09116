//! `monshin api-key`: a key for a program, printed once; or its end.

use anyhow::{Context, Result};
use getrandom::rand_core::Rng as _;
use monshin_diag::Lang;
use monshin_seal::ServerSecret;
use monshin_store::{ApiKey as Kept, Kind, Scope, Store};

use crate::args::ApiKey;
use crate::fielding::{act, block_on, database_of, in_store, now, secret_file, secret_of, shown};
use crate::folder::Folder;
use crate::output::{Verdict, pick, print, print_findings};
use crate::trouble::no_survey;

const DAY: i64 = 86_400_000_000;

pub fn run(it: ApiKey, lang: Lang) -> Result<Verdict> {
    let folder = Folder::open(&it.dir)?;
    let Some(form) = &folder.questionnaire else {
        print_findings(folder.found.as_slice(), &folder.sources, lang);
        return Ok(Verdict::AtFault);
    };
    let survey = form.survey().id.clone();
    let address = database_of(&it.dir, it.at.database.as_ref());
    super::operate::existing(&address)?;
    let file = secret_file(&it.dir, it.at.secret.as_ref());
    let made = block_on(in_store(&address, Kind::Field, async |store| {
        change(store, &it, &survey, &secret_of(store, &file, lang).await?)
            .await
            .with_context(|| shown(&address))
    }))?;
    let name = &it.name;
    let (ja, en) = match (&made, it.revoke) {
        (Some(key), false) => {
            print(&format!("{key}\n"))?;
            return Ok(Verdict::Fine);
        }
        (Some(_), true) => {
            let text = pick(
                lang,
                format!("鍵「{name}」を無効にしました\n"),
                format!("the key `{name}` works no more\n"),
            );
            print(&text)?;
            return Ok(Verdict::Fine);
        }
        (None, false) => (
            format!("「{name}」という鍵はすでにあります。別の名前にするか、--revoke で無効にしてください"),
            format!("there is a key `{name}` already: choose another name, or end it with --revoke"),
        ),
        (None, true) => (format!("「{name}」という鍵はありません"), format!("there is no key `{name}`")),
    };
    eprintln!("{}", pick(lang, ja, en));
    Ok(Verdict::AtFault)
}

/// Makes the key, or ends it; `None` where that changes nothing.
async fn change(
    store: &dyn Store,
    it: &ApiKey,
    survey: &str,
    secret: &ServerSecret,
) -> Result<Option<String>> {
    if store.survey(survey).await?.is_none() {
        return Err(no_survey(&database_of(&it.dir, it.at.database.as_ref()), survey));
    }
    let mut bytes = [0_u8; 32];
    crate::fielding::rng().fill_bytes(&mut bytes);
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let key = format!("monshin-api-{digits}");
    let is_done = match it.scope.as_deref().and_then(Scope::parse) {
        Some(scope) => {
            let kept = Kept {
                hash: secret.hash("api key", key.as_bytes()),
                survey: survey.to_owned(),
                name: it.name.clone(),
                scope,
                until: now() + i64::from(it.days) * DAY,
            };
            store.put_api_key(kept, act("api key", &format!("{} {}", it.name, scope.name()))).await?
        }
        None => store.revoke_api_key(survey, &it.name, act("api key ended", &it.name)).await?,
    };
    Ok(is_done.then_some(key))
}
