//! Answers of a database, opened, as the rows of a data file: they enter by the same door.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use monshin_diag::words;
use monshin_instrument::{Privacy, Questionnaire, records};
use monshin_seal::{Identity, open};
use monshin_store::{Kind, Store};
use monshin_web::Record;

use crate::args::Sealed;
use crate::folder::Folder;
use crate::trouble::{no_survey, trouble};

/// Opened answers.
pub struct Opened {
    /// A data file.
    pub csv: Vec<u8>,
    /// Whether its ids are those of the frame.
    pub identified: bool,
}

/// Returns at once.
const AT_ONCE: u32 = 1_000;

/// Opens the answers of a survey; `None` where no database is named and the folder has none.
pub fn open_answers(folder: &Folder, form: &Questionnaire, from: &Sealed) -> Result<Option<Opened>> {
    let address = match (&from.database, folder.dir.join("fielding.db")) {
        (Some(address), _) => address.clone(),
        // A folder with responses.csv beside its database goes on using that file.
        (None, path) if from.identity.is_some() && path.is_file() => path.display().to_string(),
        _ => return Ok(None),
    };
    let Some(file) = &from.identity else {
        let address = super::shown(&address);
        return Err(trouble(words!(
            "{address}: 回答は暗号化されています。monshin identity で作った秘密鍵のファイルを --identity で指定してください";
            "{address}: answers are sealed; --identity FILE names the private key that opens them, as `monshin identity` made it"
        )));
    };
    crate::commands::operate::existing(&address)?;
    let identity = super::read_identity(file)?;
    let kind = if from.rehearsal { Kind::Rehearsal } else { Kind::Field };
    super::block_on(async {
        let opened = super::in_store(&address, kind, async |store| {
            read(store, &address, form, &identity).await.with_context(|| super::shown(&address))
        });
        opened.await.map(Some)
    })
}

async fn read(store: &dyn Store, address: &str, form: &Questionnaire, identity: &Identity) -> Result<Opened> {
    let id = form.survey().id.as_str();
    let survey = store.survey(id).await?.ok_or_else(|| no_survey(address, id))?;
    if survey.hash != form.asked() {
        return Err(trouble(words!(
            "回答は、今の survey.toml とは別の版の設問に対するものです。回収したときの survey.toml を使ってください";
            "the answers are to another version of the questionnaire than survey.toml: use the one that was in the field"
        )));
    }
    let header = records::header(form);
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(&header)?;
    let mut after = String::new();
    let mut seen = BTreeSet::new();
    loop {
        let page = store.answers(id, &after, AT_ONCE).await?;
        for answer in &page {
            let record = opened(identity, id, answer)?;
            if record.questionnaire != form.asked() || !seen.insert(record.key.clone()) {
                bail!("return `{}` is damaged: another questionnaire, or its key stands twice", answer.key);
            }
            let cell = |name: &String| record.cells.get(name).map_or("", |cell| &**cell);
            csv.write_record([record.key.as_str()].into_iter().chain(header.iter().skip(1).map(cell)))?;
        }
        match page.last() {
            Some(last) if page.len() == AT_ONCE as usize => after.clone_from(&last.key),
            _ => break,
        }
    }
    Ok(Opened { csv: csv.into_inner()?, identified: survey.privacy == Privacy::Identified })
}

fn other_key(of: &str) -> anyhow::Error {
    trouble(words!(
        "回答「{of}」は、この秘密鍵では開けません。survey.toml の recipients にある公開鍵と組になる秘密鍵を使ってください";
        "return `{of}` is sealed to another key: use the private key that goes with one of `recipients` in survey.toml"
    ))
}

/// Opens one return and checks it against its receipt.
fn opened(identity: &Identity, survey: &str, answer: &monshin_store::SealedAnswer) -> Result<Record> {
    let key = &answer.key;
    let bytes = open(identity, survey.as_bytes(), &answer.sealed).map_err(|_| other_key(key))?;
    if answer.receipt.is_some_and(|receipt| receipt != Record::receipt(&bytes)) {
        bail!("return `{key}` does not match its receipt");
    }
    Record::parse(&bytes).with_context(|| format!("return `{key}`"))
}
