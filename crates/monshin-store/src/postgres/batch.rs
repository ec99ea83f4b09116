//! Saves and returns of many respondents in one transaction and a few statements: what costs is the statement
//! and the sync, hardly the row. What becomes of each is decided by the same rules as one by one.

use std::collections::{BTreeMap, BTreeSet};

use monshin_frame::Disposition;

use super::Connection;
use super::sql::{Get as _, query};
use super::statements::cases::{self, Held};
use super::statements::tally::{self, Place};
use super::statements::{drafts, submissions};
use crate::write::{Done, Write};
use crate::{CaseRow, Mode, Privacy, Saved, StoreError, Submission, Submitted};

/// Whether a write can be carried out with others.
pub(super) fn takes(write: &Write) -> bool {
    matches!(write, Write::SaveDraft { .. } | Write::Submit(_))
}

/// Carries out saves and returns; gives what became of each. The caller has begun a transaction. Counts go to
/// one shard, so that lanes at once need not wait for each other.
pub(super) async fn apply(
    on: &mut Connection,
    writes: &[Write],
    shard: i64,
) -> Result<Vec<Done>, StoreError> {
    let mut done: BTreeMap<usize, Done> = BTreeMap::new();
    let mut counts = Counts::default();
    let mut left: Vec<usize> = (0..writes.len()).collect();
    while !left.is_empty() {
        // Two writes to one case come one after the other.
        let mut cases = BTreeSet::new();
        let (now, later) = left.into_iter().partition(|at: &usize| cases.insert(case_of(&writes[*at])));
        let mut round = Round { held: hold(on, cases.into_iter().collect()).await?, counts };
        let (mut saves, mut returns) = (Vec::new(), Vec::new());
        for at in now {
            match &writes[at] {
                Write::SaveDraft { case, base, sealed, at: time } => {
                    saves.push((at, Save { case: *case, base: *base, sealed, time: *time }));
                }
                Write::Submit(new) => returns.push((at, new)),
                _ => unreachable!("only saves and returns come together"),
            }
        }
        for (at, saved) in round.save(on, saves).await? {
            done.insert(at, Done::Saved(saved));
        }
        for (at, submitted) in round.submit(on, returns).await? {
            done.insert(at, Done::Submitted(submitted));
        }
        (counts, left) = (round.counts, later);
    }
    counts.write(on, shard).await?;
    Ok(done.into_values().collect())
}

fn case_of(write: &Write) -> i64 {
    match write {
        Write::SaveDraft { case, .. } => *case,
        Write::Submit(new) => new.case,
        _ => unreachable!("only saves and returns come together"),
    }
}

/// In the order of their numbers, as everybody does, so that nobody waits in a circle.
async fn hold(on: &mut Connection, numbers: Vec<i64>) -> Result<BTreeMap<i64, Held>, StoreError> {
    let rows = query(
        "SELECT c.*, s.privacy, s.opens_at, s.closes_at, s.grace_until, s.closed_at FROM survey_case c \
         JOIN survey s ON s.id = c.survey WHERE c.case_no = ANY($1) ORDER BY c.case_no FOR UPDATE OF c",
    );
    let rows = rows.bind(numbers).fetch_all(on).await?;
    rows.iter().map(cases::held).map(|held| held.map(|held| (held.case.case, held))).collect()
}

/// A draft to be saved.
struct Save<'a> {
    case: i64,
    base: i64,
    sealed: &'a [u8],
    time: i64,
}

/// Writes to cases that are all different, and held.
struct Round {
    held: BTreeMap<i64, Held>,
    counts: Counts,
}

impl Round {
    async fn save(
        &mut self,
        on: &mut Connection,
        saves: Vec<(usize, Save<'_>)>,
    ) -> Result<Vec<(usize, Saved)>, StoreError> {
        let (mut outcomes, mut first, mut further) = (Vec::new(), Vec::new(), Vec::new());
        for (at, save) in saves {
            match self.held.get(&save.case).map(|held| drafts::refusal(held, save.time)) {
                None => outcomes.push((at, Saved::Refused)),
                Some(Some(refusal)) => outcomes.push((at, refusal)),
                Some(None) if save.base == 0 => first.push((at, save)),
                Some(None) => further.push((at, save)),
            }
        }
        let mut saved = BTreeSet::new();
        for (statement, saves) in [
            (
                "INSERT INTO draft (case_no, version, sealed) \
                 SELECT x.case_no, x.base + 1, x.sealed FROM UNNEST($1, $2, $3) AS x (case_no, base, sealed) \
                 ON CONFLICT (case_no) DO NOTHING RETURNING case_no",
                &first,
            ),
            (
                "UPDATE draft SET version = x.base + 1, sealed = x.sealed \
                 FROM UNNEST($1, $2, $3) AS x (case_no, base, sealed) \
                 WHERE draft.case_no = x.case_no AND draft.version = x.base RETURNING draft.case_no",
                &further,
            ),
        ] {
            if saves.is_empty() {
                continue;
            }
            let rows = query(statement)
                .bind(saves.iter().map(|(_, save)| save.case).collect::<Vec<_>>())
                .bind(saves.iter().map(|(_, save)| save.base).collect::<Vec<_>>())
                .bind(saves.iter().map(|(_, save)| save.sealed.to_vec()).collect::<Vec<_>>());
            saved.extend(rows.fetch_all(&mut *on).await?.iter().map(|row| row.get::<i64, _>("case_no")));
        }
        self.break_off(on, &saved).await?;
        outcomes.extend(first.into_iter().chain(further).map(|(at, save)| {
            let is_saved = saved.contains(&save.case);
            (at, if is_saved { Saved::Version(save.base + 1) } else { Saved::Stale })
        }));
        Ok(outcomes)
    }

    /// Whoever has saved something has begun.
    async fn break_off(&mut self, on: &mut Connection, saved: &BTreeSet<i64>) -> Result<(), StoreError> {
        let mut begun = Vec::new();
        for number in saved {
            let case = &mut self.held.get_mut(number).expect("it was held to be saved").case;
            if drafts::begins(case) {
                self.counts.shift(case, Disposition::BreakOff, None);
                begun.push(*number);
            }
        }
        if begun.is_empty() {
            return Ok(());
        }
        let statement = query("UPDATE survey_case SET disposition = $2, mode = '' WHERE case_no = ANY($1)");
        statement.bind(begun).bind(Disposition::BreakOff.name()).execute(on).await?;
        Ok(())
    }

    async fn submit(
        &mut self,
        on: &mut Connection,
        returns: Vec<(usize, &Submission)>,
    ) -> Result<Vec<(usize, Submitted)>, StoreError> {
        let (mut outcomes, mut kept, mut anonymous) = (Vec::new(), Vec::new(), Vec::new());
        let news: Vec<&Submission> = returns.iter().map(|(_, new)| *new).collect();
        let mut before = of_drafts(on, &news).await?;
        for (at, new) in returns {
            let Some(held) = self.held.get_mut(&new.case) else {
                outcomes.push((at, Submitted::Refused));
                continue;
            };
            let (draft, earlier) = before.remove(&new.case).unwrap_or_default();
            if let Some(outcome) = submissions::refusal(held, draft, earlier, new) {
                outcomes.push((at, outcome));
                continue;
            }
            let revision = held.case.revision + 1;
            outcomes.push((at, submissions::kept_now(new, revision)));
            if held.privacy == Privacy::Anonymous {
                anonymous.push((new, held.case.survey.clone()));
            } else {
                if revision == 1 {
                    self.counts.arrive(&held.case.survey, new);
                }
                kept.push((new, revision));
            }
            self.counts.shift(&mut held.case, Disposition::Complete, Some(new.mode));
        }
        let returned: Vec<&Submission> =
            kept.iter().map(|(new, _)| *new).chain(anonymous.iter().map(|(new, _)| *new)).collect();
        keep(on, &kept).await?;
        keep_anonymous(on, &anonymous).await?;
        note(on, &returned).await?;
        Ok(outcomes)
    }
}

/// Versions of drafts, and what was kept of each before. Read after the cases are held: what another server
/// wrote meanwhile is seen.
async fn of_drafts(
    on: &mut Connection,
    news: &[&Submission],
) -> Result<BTreeMap<i64, (Option<i64>, Option<Submitted>)>, StoreError> {
    if news.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = query(
        "SELECT x.case_no, d.version, s.revision, s.receipt, s.submitted_at \
         FROM UNNEST($1, $2) AS x (case_no, draft_version) LEFT JOIN draft d ON d.case_no = x.case_no \
         LEFT JOIN submission s ON s.case_no = x.case_no AND s.draft_version = x.draft_version",
    );
    let rows = rows
        .bind(news.iter().map(|new| new.case).collect::<Vec<_>>())
        .bind(news.iter().map(|new| new.draft_version).collect::<Vec<_>>())
        .fetch_all(on)
        .await?;
    rows.iter().map(|row| Ok((row.get("case_no"), submissions::before(row)?))).collect()
}

async fn keep(on: &mut Connection, kept: &[(&Submission, i64)]) -> Result<(), StoreError> {
    if kept.is_empty() {
        return Ok(());
    }
    let statement = query(
        "INSERT INTO submission (case_no, revision, draft_version, sealed, receipt, submitted_at, mode) \
         SELECT * FROM UNNEST($1, $2, $3, $4, $5, $6, $7)",
    );
    statement
        .bind(kept.iter().map(|(new, _)| new.case).collect::<Vec<_>>())
        .bind(kept.iter().map(|(_, revision)| *revision).collect::<Vec<_>>())
        .bind(kept.iter().map(|(new, _)| new.draft_version).collect::<Vec<_>>())
        .bind(kept.iter().map(|(new, _)| new.sealed.clone()).collect::<Vec<_>>())
        .bind(kept.iter().map(|(new, _)| new.receipt.to_vec()).collect::<Vec<_>>())
        .bind(kept.iter().map(|(new, _)| new.at).collect::<Vec<_>>())
        .bind(kept.iter().map(|(new, _)| new.mode.name()).collect::<Vec<_>>())
        .execute(on)
        .await?;
    Ok(())
}

/// In the order of their random ids, not in the order in which they came.
async fn keep_anonymous(on: &mut Connection, kept: &[(&Submission, String)]) -> Result<(), StoreError> {
    if kept.is_empty() {
        return Ok(());
    }
    let statement = query(
        "INSERT INTO anonymous_submission (id, survey, sealed) \
         SELECT x.id, x.survey, x.sealed FROM UNNEST($1, $2, $3) AS x (id, survey, sealed) ORDER BY x.id",
    );
    statement
        .bind(kept.iter().map(|(new, _)| new.anonymous_id.to_vec()).collect::<Vec<_>>())
        .bind(kept.iter().map(|(_, survey)| survey.clone()).collect::<Vec<_>>())
        .bind(kept.iter().map(|(new, _)| new.sealed.clone()).collect::<Vec<_>>())
        .execute(&mut *on)
        .await?;
    let cases: Vec<i64> = kept.iter().map(|(new, _)| new.case).collect();
    query("DELETE FROM draft WHERE case_no = ANY($1)").bind(cases).execute(on).await?;
    Ok(())
}

async fn note(on: &mut Connection, returned: &[&Submission]) -> Result<(), StoreError> {
    if returned.is_empty() {
        return Ok(());
    }
    let statement = query(
        "UPDATE survey_case SET revision = revision + 1, disposition = $3, mode = x.mode \
         FROM UNNEST($1, $2) AS x (case_no, mode) WHERE survey_case.case_no = x.case_no",
    );
    statement
        .bind(returned.iter().map(|new| new.case).collect::<Vec<_>>())
        .bind(returned.iter().map(|new| new.mode.name()).collect::<Vec<_>>())
        .bind(Disposition::Complete.name())
        .execute(on)
        .await?;
    Ok(())
}

/// What all of them change in the counts, by survey.
#[derive(Default)]
struct Counts {
    shifts: BTreeMap<String, BTreeMap<Place, i64>>,
    arrivals: BTreeMap<(String, i64, Mode), i64>,
}

impl Counts {
    /// Counts a case elsewhere; a further write to it starts from there.
    fn shift(&mut self, case: &mut CaseRow, to: Disposition, mode: Option<Mode>) {
        let places = self.shifts.entry(case.survey.clone()).or_default();
        *places.entry(cases::place(case)).or_default() -= 1;
        (case.disposition, case.mode) = (to, mode);
        *places.entry(cases::place(case)).or_default() += 1;
    }

    fn arrive(&mut self, survey: &str, new: &Submission) {
        let key = (survey.to_owned(), tally::half_hour(new.at), new.mode);
        *self.arrivals.entry(key).or_default() += 1;
    }

    async fn write(self, on: &mut Connection, shard: i64) -> Result<(), StoreError> {
        for (survey, mut places) in self.shifts {
            places.retain(|_, change| *change != 0);
            tally::add(on, &survey, shard, places).await?;
        }
        for ((survey, half_hour, mode), returns) in self.arrivals {
            tally::arrive(on, &survey, half_hour, mode, shard, returns).await?;
        }
        Ok(())
    }
}
