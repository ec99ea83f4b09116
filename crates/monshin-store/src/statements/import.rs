//! Returns that came another way than by the respondent's pages, all or none.

use super::cases::{self, Held};
use super::{Connection, audit, drafts, submissions, tally};
use crate::{Import, Imported, Keyed, Privacy, StoreError, Submission};

/// Takes them in. First every case is held and looked at, in the order of their numbers as everybody holds them; only
/// then is anything written.
pub(crate) async fn import(on: &mut Connection, all: &Import) -> Result<Imported, StoreError> {
    let mut returns: Vec<&Keyed> = all.returns.iter().collect();
    returns.sort_by_key(|one| one.case);
    let mut held = Vec::with_capacity(returns.len());
    for one in returns {
        match look(on, all, one).await? {
            Ok(case) => held.push((one, case)),
            Err(why) => return Ok(why),
        }
    }
    for (one, case) in &held {
        keep(on, all, one, case).await?;
    }
    audit::append(on, &all.survey, &all.act).await?;
    Ok(Imported::Kept)
}

async fn look(on: &mut Connection, all: &Import, one: &Keyed) -> Result<Result<Held, Imported>, StoreError> {
    let Some(held) = cases::hold(on, one.case).await? else { return Ok(Err(Imported::Changed)) };
    let has_draft = drafts::read(on, one.case).await?.is_some();
    let is_as_before = held.case.survey == all.survey
        && held.case.revision == one.revision
        && has_draft == one.had_draft
        && !(held.privacy == Privacy::Anonymous && one.revision > 0);
    if !is_as_before {
        return Ok(Err(Imported::Changed));
    }
    let is_taken = held.dates.is_open(all.act.at)
        || all.after_closing && held.dates.opens_at <= all.act.at && held.dates.is_over(all.act.at);
    Ok(if is_taken { Ok(held) } else { Err(Imported::NotOpen) })
}

async fn keep(on: &mut Connection, all: &Import, one: &Keyed, held: &Held) -> Result<(), StoreError> {
    let (case, revision) = (&held.case, one.revision + 1);
    let new = Submission {
        case: one.case,
        // Of no draft: versions of drafts are above zero.
        draft_version: -revision,
        sealed: one.sealed.clone(),
        receipt: one.receipt,
        anonymous_id: one.anonymous_id,
        mode: all.mode,
        at: all.act.at,
    };
    match held.privacy {
        Privacy::Anonymous => submissions::keep_anonymous(on, &new, &case.survey).await?,
        Privacy::Identified | Privacy::Confidential => submissions::keep(on, &new, revision).await?,
    }
    cases::return_of(on, case, new.mode).await?;
    if case.revision == 0 && held.privacy != Privacy::Anonymous {
        tally::arrived(on, &case.survey, new.case, new.mode, new.at).await?;
    }
    Ok(())
}
