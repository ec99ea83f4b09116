//! `monshin invite`: codes for the units of the frame, and the list for their letters.

use std::path::Path;

use anyhow::{Context, Result, bail};
use monshin_diag::Lang;
use monshin_frame::Contact;
use monshin_instrument::{BreakdownSource, Questionnaire};
use monshin_store::{CaseClasses, Kind, PutSurvey};

use crate::args::Invite;
use crate::data;
use crate::fielding::{Issued, act, block_on, database_of, issue, ready, server_secret};
use crate::output::{Verdict, leave_alone, pick, print, print_findings};

/// Cases that are made durable together, after their letters are on disk.
const AT_ONCE: usize = 2_000;

pub fn run(it: Invite, lang: Lang) -> Result<Verdict> {
    let mut survey = match ready(&it.dir, None)? {
        Ok(survey) => survey,
        Err(folder) => {
            print_findings(folder.found.as_slice(), &folder.sources, lang);
            return Ok(Verdict::AtFault);
        }
    };
    if it.out.exists() {
        return Ok(leave_alone(&it.out, lang));
    }
    let (loaded, found) = data::load_frame(&survey.folder, &survey.form)?;
    survey.folder.found.extend(found);
    let Some(loaded) = loaded.filter(|_| !survey.folder.found.has_errors()) else {
        print_findings(survey.folder.found.as_slice(), &survey.folder.sources, lang);
        if !it.dir.join("frame.csv").is_file() {
            eprintln!(
                "{}",
                pick(lang, "名簿（frame.csv）がありません".into(), "there is no frame.csv".into())
            );
        }
        return Ok(Verdict::AtFault);
    };
    let secret_file = it.at.secret.clone().unwrap_or_else(|| it.dir.join("fielding.secret"));
    let secret = server_secret(&secret_file)?;
    let address = database_of(&it.dir, it.at.database.as_ref());
    let issued: Vec<(Issued, Contact)> = loaded
        .frame
        .units()
        .map(|unit| {
            let classes = classes(&survey.form, loaded.frame.classes(unit));
            let contact = loaded.directory.contact(unit).cloned().unwrap_or_default();
            (issue(loaded.frame.id(unit), classes, &secret), contact)
        })
        .collect();
    let added = block_on(keep(&address, &survey, &it, issued))?;
    let Some(added) = added else {
        eprintln!(
            "{}",
            pick(
                lang,
                "すでに回答が始まっており、設問か鍵が変わっています".into(),
                "answering has begun, and questions or keys have changed".into()
            )
        );
        return Ok(Verdict::AtFault);
    };
    let all = loaded.frame.len() as u64;
    print(&pick(
        lang,
        format!(
            "{added} 組織にコードを発行しました（名簿 {all} 組織。発行済みの組織はそのままです）\n  {}\n",
            it.out.join("letters.csv").display()
        ),
        format!(
            "codes issued to {added} units of {all}; those that had theirs keep them\n  {}\n",
            it.out.join("letters.csv").display()
        ),
    ))?;
    Ok(Verdict::Fine)
}

fn classes(form: &Questionnaire, of_unit: &[u16]) -> CaseClasses {
    let of_frame = form.breakdowns().iter().filter(|one| one.source == BreakdownSource::Frame);
    CaseClasses(
        of_frame
            .zip(of_unit)
            .map(|(breakdown, class)| {
                (breakdown.id.clone(), breakdown.codes.codes[usize::from(*class)].id.clone())
            })
            .collect(),
    )
}

/// Letters are on disk before their codes work: a code that works and is lost cannot be found again.
async fn keep(
    address: &str,
    survey: &crate::fielding::Ready,
    it: &Invite,
    issued: Vec<(Issued, Contact)>,
) -> Result<Option<u64>> {
    let store = monshin_store::open(address, Kind::Field).await.with_context(|| address.to_owned())?;
    let put = store.put_survey(survey.row.clone(), act("survey", "invite")).await?;
    if put == PutSurvey::InUse {
        store.close().await;
        return Ok(None);
    }
    let known = store.units(&survey.row.id, &survey.row.id).await?;
    let issued: Vec<(Issued, Contact)> =
        issued.into_iter().filter(|(one, _)| !known.contains(&one.case.unit)).collect();
    write_letters(it, &issued)?;
    let mut added = 0;
    let mut cases: Vec<_> = issued.into_iter().map(|(one, _)| one.case).collect();
    while !cases.is_empty() {
        let rest = cases.split_off(cases.len().min(AT_ONCE));
        added += store.add_cases(&survey.row.id, &survey.row.id, cases, act("invite", "")).await?;
        cases = rest;
    }
    store.close().await;
    Ok(Some(added))
}

fn write_letters(it: &Invite, issued: &[(Issued, Contact)]) -> Result<()> {
    let shown = |path: &Path| path.display().to_string();
    std::fs::create_dir_all(&it.out).with_context(|| shown(&it.out))?;
    let url = it.public_url.trim_end_matches('/');
    // Excel knows UTF-8 by its mark; cells that would be formulas are put in words.
    let mut csv = csv::Writer::from_writer(b"\xef\xbb\xbf".to_vec());
    csv.write_record(["id", "name", "address", "email", "fax", "code", "link"])?;
    for (one, contact) in issued {
        let link = format!("{url}/r/{}", *one.link.to_text());
        let text = |text: &Option<String>| harmless(text.as_deref().unwrap_or_default());
        csv.write_record([
            harmless(&one.case.unit),
            text(&contact.name),
            text(&contact.address),
            text(&contact.email),
            text(&contact.fax),
            one.short.to_text().to_string(),
            link.clone(),
        ])?;
        if it.qr {
            write_qr(it, &one.case.unit, &link)?;
        }
    }
    let text = String::from_utf8(csv.into_inner()?).context("written as UTF-8")?;
    crate::fielding::write_private(&it.out.join("letters.csv"), &text)
}

/// A cell that a spreadsheet would run as a formula, made a text.
fn harmless(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    if is_formula { format!("'{cell}") } else { cell.to_owned() }
}

fn write_qr(it: &Invite, unit: &str, link: &str) -> Result<()> {
    let code =
        fast_qr::QRBuilder::new(link).build().map_err(|error| anyhow::anyhow!("QR code: {error:?}"))?;
    let svg = fast_qr::convert::svg::SvgBuilder::default().to_str(&code);
    let plain = !unit.is_empty()
        && unit.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c))
        && !unit.starts_with('.');
    if !plain {
        bail!("the id `{unit}` cannot be the name of a file");
    }
    crate::fielding::write_private(&it.out.join(format!("{unit}.svg")), &svg)
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_cell_of_the_letters_is_a_formula() {
        for cell in ["=1+1", "+81", "-x", "@a", "\tx", "＝1"] {
            assert!(super::harmless(cell).starts_with('\''), "{cell}");
        }
        assert_eq!(super::harmless("青葉医院"), "青葉医院");
    }
}
