//! Saves and returns in one statement that is a transaction by itself, where nothing has changed since the page that
//! was sent read its case. Whether a write is refused is decided by the rules on what was read; the statement holds
//! the case and sees that its row, and its survey's, still are the ones that were read. Whatever does not come out of it
//! as written (another window was faster, dates have changed) is decided anew with the case held, as in `batch`.
//!
//! Rows are told from later ones by `xmin`, the transaction that wrote them. A statement that fails, or whose end is
//! not known, may be followed by the same write once more: a draft that was saved is then of another version, and a
//! return that was kept is found.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use monshin_frame::Disposition;

use super::sql::{Get as _, query};
use super::statements::cases::{self, Held};
use super::statements::tally::half_hour;
use super::statements::{drafts, submissions};
use super::{Connection, Row};
use crate::write::{Done, Write};
use crate::{Privacy, Saved, StoreError, Submission};

/// Cases as they were read a short while ago; most that are kept.
const KEPT: usize = 4_096;

#[derive(Debug, Default)]
pub(super) struct Seen(Mutex<HashMap<i64, Version>>);

/// A case as it was read, and the versions of its row and its survey's.
#[derive(Debug)]
pub(super) struct Version {
    held: Held,
    row: String,
    survey: String,
}

/// What a statement that reads cases `c` with their surveys `s` asks for, for [`Seen::note`].
pub(super) const VERSIONS: &str = "s.privacy, s.opens_at, s.closes_at, s.grace_until, s.closed_at, \
                                   c.xmin::TEXT AS row_version, s.xmin::TEXT AS survey_version";

impl Seen {
    /// Remembers a case.
    pub fn note(&self, row: &Row) -> Result<(), StoreError> {
        let held = cases::held(row)?;
        let version = Version { row: row.get("row_version"), survey: row.get("survey_version"), held };
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= KEPT {
            seen.clear();
        }
        seen.insert(version.held.case.case, version);
        Ok(())
    }

    fn take(&self, case: i64) -> Option<Version> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&case)
    }
}

/// Carries out what can be done at once; gives what became of it, by its place among the writes.
pub(super) async fn apply(
    on: &mut Connection,
    writes: &[Write],
    seen: &Seen,
    shard: i64,
) -> Result<BTreeMap<usize, Done>, StoreError> {
    let (mut saves, mut returns) = (Vec::new(), Vec::new());
    for (at, write) in writes.iter().enumerate() {
        match write {
            Write::SaveDraft { case, base, sealed, at: time } => {
                let version = seen.take(*case).filter(|one| drafts::refusal(&one.held, *time).is_none());
                saves.extend(version.map(|version| Save { at, base: *base, sealed, version }));
            }
            Write::Submit(new) => {
                let version = seen.take(new.case).filter(|one| may_be_kept(&one.held, new));
                returns.extend(version.map(|version| Return { at, new, version }));
            }
            _ => unreachable!("only saves and returns come together"),
        }
    }
    let mut done = BTreeMap::new();
    let saved = save(on, &saves, shard).await?;
    for save in saves.iter().filter(|save| saved.contains(&save.version.held.case.case)) {
        done.insert(save.at, Done::Saved(Saved::Version(save.base + 1)));
    }
    let kept = submit(on, &returns, shard).await?;
    for one in returns.iter().filter(|one| kept.contains(&one.new.case)) {
        done.insert(one.at, Done::Submitted(submissions::kept_now(one.new, one.revision())));
    }
    Ok(done)
}

/// Anonymous returns are left to the longer way: their draft goes with them.
fn may_be_kept(held: &Held, new: &Submission) -> bool {
    held.privacy != Privacy::Anonymous
        && submissions::refusal(held, Some(new.draft_version), None, new).is_none()
}

/// A draft to be saved, its place among the writes, and the case it was made on.
struct Save<'a> {
    at: usize,
    base: i64,
    sealed: &'a [u8],
    version: Version,
}

/// A return to be kept.
struct Return<'a> {
    at: usize,
    new: &'a Submission,
    version: Version,
}

impl Return<'_> {
    fn revision(&self) -> i64 {
        self.version.held.case.revision + 1
    }
}

/// Cases are held in the order of their numbers, counts written behind them in the order of their keys.
const SAVE: &str = "\
WITH sent AS (
    SELECT * FROM UNNEST($1, $2, $3, $4, $5, $6)
    AS sent (case_no, base, sealed, begins, row_version, survey_version)
), held AS MATERIALIZED (
    SELECT sent.* FROM sent
    JOIN survey_case c ON c.case_no = sent.case_no AND c.xmin::TEXT = sent.row_version
    JOIN survey s ON s.id = c.survey AND s.xmin::TEXT = sent.survey_version
    ORDER BY c.case_no FOR UPDATE OF c
), first AS (
    INSERT INTO draft (case_no, version, sealed) SELECT case_no, 1, sealed FROM held WHERE base = 0
    ON CONFLICT (case_no) DO NOTHING RETURNING case_no
), further AS (
    UPDATE draft SET version = held.base + 1, sealed = held.sealed FROM held
    WHERE held.base > 0 AND draft.case_no = held.case_no AND draft.version = held.base RETURNING draft.case_no
), saved AS (
    SELECT case_no FROM first UNION ALL SELECT case_no FROM further
), begun AS (
    UPDATE survey_case c SET disposition = $8, mode = '' FROM held
    WHERE c.case_no = held.case_no AND held.begins AND held.case_no = ANY(ARRAY(SELECT case_no FROM saved))
    RETURNING c.survey, c.classes
), counted AS (
    INSERT INTO tally (survey, classes, disposition, mode, shard, cases)
    SELECT begun.survey, begun.classes, change.disposition, '', $9, SUM(change.cases)
    FROM begun CROSS JOIN (VALUES ($7, -1), ($8, 1)) AS change (disposition, cases)
    GROUP BY begun.survey, begun.classes, change.disposition
    ORDER BY begun.survey COLLATE \"C\", begun.classes COLLATE \"C\", change.disposition COLLATE \"C\"
    ON CONFLICT (survey, classes, disposition, mode, shard) DO UPDATE SET cases = tally.cases + excluded.cases
)
SELECT case_no FROM saved";

async fn save(on: &mut Connection, saves: &[Save<'_>], shard: i64) -> Result<Vec<i64>, StoreError> {
    if saves.is_empty() {
        return Ok(Vec::new());
    }
    let rows = query(SAVE)
        .bind(saves.iter().map(|one| one.version.held.case.case).collect::<Vec<_>>())
        .bind(saves.iter().map(|one| one.base).collect::<Vec<_>>())
        .bind(saves.iter().map(|one| one.sealed).collect::<Vec<_>>())
        .bind(saves.iter().map(|one| drafts::begins(&one.version.held.case)).collect::<Vec<_>>())
        .bind(saves.iter().map(|one| &*one.version.row).collect::<Vec<_>>())
        .bind(saves.iter().map(|one| &*one.version.survey).collect::<Vec<_>>())
        .bind(Disposition::UnknownEligibility.name())
        .bind(Disposition::BreakOff.name())
        .bind(shard);
    Ok(rows.fetch_all(on).await?.iter().map(|row| row.get("case_no")).collect())
}

/// What was kept of the same draft before stands in the way by its key, and is told by the longer way.
const SUBMIT: &str = "\
WITH sent AS (
    SELECT * FROM UNNEST($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    AS sent (case_no, revision, draft_version, sealed, receipt, submitted_at, mode, half_hour, row_version, survey_version)
), held AS MATERIALIZED (
    SELECT sent.*, c.survey, c.classes, c.disposition AS was, c.mode AS was_mode FROM sent
    JOIN survey_case c ON c.case_no = sent.case_no AND c.xmin::TEXT = sent.row_version
    JOIN survey s ON s.id = c.survey AND s.xmin::TEXT = sent.survey_version
    JOIN draft d ON d.case_no = sent.case_no AND d.version = sent.draft_version
    ORDER BY c.case_no FOR UPDATE OF c
), kept AS (
    INSERT INTO submission (case_no, revision, draft_version, sealed, receipt, submitted_at, mode)
    SELECT case_no, revision, draft_version, sealed, receipt, submitted_at, mode FROM held
    ON CONFLICT DO NOTHING RETURNING case_no
), returned AS (
    SELECT * FROM held WHERE case_no = ANY(ARRAY(SELECT case_no FROM kept))
), noted AS (
    UPDATE survey_case c SET revision = returned.revision, disposition = $11, mode = returned.mode FROM returned
    WHERE c.case_no = returned.case_no
), counted AS (
    INSERT INTO tally (survey, classes, disposition, mode, shard, cases)
    SELECT survey, classes, disposition, mode, $12, SUM(cases) FROM (
        SELECT survey, classes, was AS disposition, was_mode AS mode, -1 AS cases FROM returned
        UNION ALL SELECT survey, classes, $11, mode, 1 FROM returned
    ) AS change
    GROUP BY survey, classes, disposition, mode HAVING SUM(cases) <> 0
    ORDER BY survey COLLATE \"C\", classes COLLATE \"C\", disposition COLLATE \"C\", mode COLLATE \"C\"
    ON CONFLICT (survey, classes, disposition, mode, shard) DO UPDATE SET cases = tally.cases + excluded.cases
    RETURNING 1
), arrived AS (
    INSERT INTO arrival (survey, half_hour, mode, shard, returns)
    SELECT survey, half_hour, mode, $12, COUNT(*) FROM returned
    WHERE revision = 1 AND (SELECT COUNT(*) FROM counted) >= 0
    GROUP BY survey, half_hour, mode ORDER BY survey COLLATE \"C\", half_hour, mode COLLATE \"C\"
    ON CONFLICT (survey, half_hour, mode, shard) DO UPDATE SET returns = arrival.returns + excluded.returns
)
SELECT case_no FROM kept";

async fn submit(on: &mut Connection, returns: &[Return<'_>], shard: i64) -> Result<Vec<i64>, StoreError> {
    if returns.is_empty() {
        return Ok(Vec::new());
    }
    let news = || returns.iter().map(|one| one.new);
    let rows = query(SUBMIT)
        .bind(news().map(|new| new.case).collect::<Vec<_>>())
        .bind(returns.iter().map(Return::revision).collect::<Vec<_>>())
        .bind(news().map(|new| new.draft_version).collect::<Vec<_>>())
        .bind(news().map(|new| &*new.sealed).collect::<Vec<_>>())
        .bind(news().map(|new| &new.receipt[..]).collect::<Vec<_>>())
        .bind(news().map(|new| new.at).collect::<Vec<_>>())
        .bind(news().map(|new| new.mode.name()).collect::<Vec<_>>())
        .bind(news().map(|new| half_hour(new.at)).collect::<Vec<_>>())
        .bind(returns.iter().map(|one| &*one.version.row).collect::<Vec<_>>())
        .bind(returns.iter().map(|one| &*one.version.survey).collect::<Vec<_>>())
        .bind(Disposition::Complete.name())
        .bind(shard);
    Ok(rows.fetch_all(on).await?.iter().map(|row| row.get("case_no")).collect())
}
