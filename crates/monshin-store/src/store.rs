//! What every store does.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::io::{BufRead, Write};
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    Act, ApiKey, Arrival, AuditEntry, Backup, CaseCount, CaseLine, CaseQuery, CaseRow, CodeHit, Disposition,
    Draft, EndedSession, Erased, Import, Imported, Kind, Listed, Listing, MailCount, MailLine, NewCase,
    NewCodes, OfAccount, OperatorRow, Post, Posted, PutSurvey, Saved, Schedule, SealedAnswer, SessionRow,
    SqliteStore, StoreError, Submission, Submitted, SurveyRow, Upload,
};

/// What is kept while a survey is in the field. Every method that changes something returns when the
/// change is durable. Errors are the world's failures; outcomes to decide on are values.
#[async_trait]
pub trait Store: Send + Sync + Debug {
    /// What the database is for.
    async fn kind(&self) -> Result<Kind, StoreError>;

    /// Adds a survey, or brings dates and texts up to date as long as that changes nothing for those
    /// who have begun to answer.
    async fn put_survey(&self, survey: SurveyRow, act: Act) -> Result<PutSurvey, StoreError>;

    /// All surveys, by id.
    async fn surveys(&self) -> Result<Vec<SurveyRow>, StoreError>;

    /// A survey.
    async fn survey(&self, id: &str) -> Result<Option<SurveyRow>, StoreError>;

    /// Closes a survey by hand; a second time changes nothing.
    async fn close_survey(&self, id: &str, act: Act) -> Result<(), StoreError>;

    /// Adds the units that are not there yet; gives how many they were.
    async fn add_cases(
        &self,
        survey: &str,
        wave: &str,
        cases: Vec<NewCase>,
        act: Act,
    ) -> Result<u64, StoreError>;

    /// Ids of the units that have a case in a wave.
    async fn units(&self, survey: &str, wave: &str) -> Result<BTreeSet<String>, StoreError>;

    /// Takes units of a frame in: adds those that are not there yet, without codes, and brings contacts
    /// up to date; classes too, as long as a unit has sent no return.
    async fn list_units(
        &self,
        survey: &str,
        wave: &str,
        units: Vec<Listed>,
        act: Act,
    ) -> Result<Listing, StoreError>;

    /// Gives units their codes; gives those that got them. Not those that have begun to answer, nor,
    /// unless codes are replaced, those that have some.
    async fn issue_codes(
        &self,
        survey: &str,
        wave: &str,
        codes: Vec<NewCodes>,
        replace: bool,
        act: Act,
    ) -> Result<Vec<String>, StoreError>;

    /// A page of cases, by the ids of their units.
    async fn cases(&self, query: &CaseQuery) -> Result<Vec<CaseLine>, StoreError>;

    /// Notes what became of a case; not where a return of it is there.
    async fn record(&self, case: i64, disposition: Disposition, act: Act) -> Result<bool, StoreError>;

    /// Sets when answers are taken, and opens again what was closed by hand.
    async fn schedule(&self, survey: &str, dates: Schedule, act: Act) -> Result<bool, StoreError>;

    /// First returns by half hour; none of an anonymous survey.
    async fn arrivals(&self, survey: &str) -> Result<Vec<Arrival>, StoreError>;

    /// Keeps a frame until it is loaded.
    async fn put_upload(&self, upload: Upload) -> Result<(), StoreError>;

    /// A frame that waits to be loaded.
    async fn upload(&self, id: [u8; 32]) -> Result<Option<Upload>, StoreError>;

    /// Erases the frames of an operator that wait, and everybody's from before an instant.
    async fn drop_uploads(&self, operator: &str, before: i64) -> Result<(), StoreError>;

    /// Changes an operator's account; `false` where that is not possible (see [`crate::AccountChange`]).
    async fn change_account(&self, change: OfAccount) -> Result<bool, StoreError>;

    /// All operators, by name.
    async fn operators(&self) -> Result<Vec<OperatorRow>, StoreError>;

    /// An operator.
    async fn operator(&self, name: &str) -> Result<Option<OperatorRow>, StoreError>;

    /// The operator of a link for setting up, by the keyed hash of its token.
    async fn operator_of_setup(&self, token: [u8; 32]) -> Result<Option<OperatorRow>, StoreError>;

    /// The operator of a session, by the keyed hash of what the browser holds.
    async fn operator_of_session(
        &self,
        hash: [u8; 32],
    ) -> Result<Option<(OperatorRow, SessionRow)>, StoreError>;

    /// The sessions of an operator, the newest first.
    async fn sessions(&self, operator: &str) -> Result<Vec<SessionRow>, StoreError>;

    /// Notes that respondents' sessions have ended.
    async fn end_sessions(&self, ended: Vec<EndedSession>) -> Result<(), StoreError>;

    /// Respondents' sessions that have ended at an instant or later.
    async fn ended_sessions(&self, since: i64) -> Result<Vec<EndedSession>, StoreError>;

    /// Forgets those that ended before an instant: by then they would be over anyway.
    async fn forget_sessions(&self, before: i64) -> Result<(), StoreError>;

    /// Cases by classes, disposition and mode.
    async fn counts(&self, survey: &str) -> Result<Vec<CaseCount>, StoreError>;

    /// The case of a code, by the code's keyed hash.
    async fn case_of_code(&self, hash: [u8; 32]) -> Result<Option<CodeHit>, StoreError>;

    /// A case.
    async fn case(&self, case: i64) -> Result<Option<CaseRow>, StoreError>;

    /// The case of a unit.
    async fn case_of_unit(&self, survey: &str, unit: &str) -> Result<Option<CaseRow>, StoreError>;

    /// A case with its draft.
    async fn case_with_draft(&self, case: i64) -> Result<Option<(CaseRow, Option<Draft>)>, StoreError>;

    /// The draft of a case.
    async fn draft(&self, case: i64) -> Result<Option<Draft>, StoreError>;

    /// Saves a draft made from version `base` (0: from none).
    async fn save_draft(&self, case: i64, base: i64, sealed: Vec<u8>, at: i64) -> Result<Saved, StoreError>;

    /// Keeps a return; the same draft twice, also at once, is one.
    async fn submit(&self, submission: Submission) -> Result<Submitted, StoreError>;

    /// Takes in returns that came another way: all of them, or none where a case is no longer as it was when it was
    /// looked at. Each is the one that counts from then on; those before stay behind it.
    async fn import(&self, import: Import) -> Result<Imported, StoreError>;

    /// The return of a case that counts; `None` where there is none or it is anonymous.
    async fn receipt(&self, case: i64) -> Result<Option<Submitted>, StoreError>;

    /// Up to `limit` returns that count, after a key, in the order of their keys, which is no order
    /// of time.
    async fn answers(&self, survey: &str, after: &str, limit: u32) -> Result<Vec<SealedAnswer>, StoreError>;

    /// Adds a program's key; `false` where the survey has one of that name.
    async fn put_api_key(&self, key: ApiKey, act: Act) -> Result<bool, StoreError>;

    /// Ends a program's key at once; `false` where there is none of that name.
    async fn revoke_api_key(&self, survey: &str, name: &str, act: Act) -> Result<bool, StoreError>;

    /// A program's key, by its keyed hash.
    async fn api_key(&self, hash: [u8; 32]) -> Result<Option<ApiKey>, StoreError>;

    /// Changes the outbox; see [`Post`].
    async fn post(&self, post: Post) -> Result<Posted, StoreError>;

    /// Mails by round and state.
    async fn mail_counts(&self, survey: &str) -> Result<Vec<MailCount>, StoreError>;

    /// A page of cases with their mails of a round, by the ids of their units.
    async fn mail_lines(
        &self,
        survey: &str,
        round: i64,
        after: &str,
        limit: u32,
    ) -> Result<Vec<MailLine>, StoreError>;

    /// Erases drafts, codes, contacts, mails, returns and cases of a survey, and closes it. Counts and
    /// the audit log stay.
    async fn erase(&self, survey: &str, act: Act) -> Result<Erased, StoreError>;

    /// Cases and returns of a survey that are still there.
    async fn rest(&self, survey: &str) -> Result<u64, StoreError>;

    /// Writes the database anew without what was erased, so that no file of it holds that any more.
    /// Nobody else may use it meanwhile.
    async fn scrub(&self) -> Result<(), StoreError>;

    /// Adds an entry to the audit log.
    async fn audit(&self, survey: &str, act: Act) -> Result<(), StoreError>;

    /// The whole audit log.
    async fn audit_log(&self) -> Result<Vec<AuditEntry>, StoreError>;

    /// Writes everything as it is at one moment, while others go on writing.
    async fn backup(&self, out: &mut (dyn Write + Send)) -> Result<Backup, StoreError>;

    /// Takes everything of a backup into this database, which has to be new and of the same kind:
    /// all of it, or nothing where it is damaged or cut short.
    async fn restore(&self, from: &mut (dyn BufRead + Send)) -> Result<Backup, StoreError>;

    /// Whether the database takes what is written: it answers, may be written to, and has room.
    async fn ping(&self) -> Result<(), StoreError>;

    /// Finishes what is under way; a SQLite database is one file afterwards.
    async fn close(&self);
}

/// Opens a database by its address (`postgres://…`, or the path of a SQLite file, which is made where
/// there is none), and brings its tables up to date.
///
/// # Errors
/// Those of the database; that it is of another kind; that this build has no PostgreSQL.
pub async fn open(address: &str, kind: Kind) -> Result<Arc<dyn Store>, StoreError> {
    let store = if is_postgres(address) {
        postgres(address, kind).await?
    } else {
        Arc::new(SqliteStore::open(Path::new(address), kind).await?)
    };
    let found = store.kind().await?;
    if found != kind {
        store.close().await;
        return Err(StoreError::stands(crate::Obstacle::OtherKind));
    }
    Ok(store)
}

/// Whether somebody else has a database open: a server, or a command.
///
/// # Errors
/// Those of the database; that this build has no PostgreSQL.
pub async fn is_in_use(address: &str) -> Result<bool, StoreError> {
    if is_postgres(address) {
        postgres_in_use(address).await
    } else {
        crate::sqlite::is_in_use(Path::new(address))
    }
}

fn is_postgres(address: &str) -> bool {
    address.starts_with("postgres://") || address.starts_with("postgresql://")
}

#[cfg(feature = "postgres")]
async fn postgres_in_use(address: &str) -> Result<bool, StoreError> {
    crate::postgres::is_in_use(address).await
}

#[cfg(not(feature = "postgres"))]
async fn postgres_in_use(_address: &str) -> Result<bool, StoreError> {
    Err(without_postgres())
}

#[cfg(feature = "postgres")]
async fn postgres(address: &str, kind: Kind) -> Result<Arc<dyn Store>, StoreError> {
    Ok(Arc::new(crate::PgStore::open(address, kind).await?))
}

#[cfg(not(feature = "postgres"))]
async fn postgres(_address: &str, _kind: Kind) -> Result<Arc<dyn Store>, StoreError> {
    Err(without_postgres())
}

#[cfg(not(feature = "postgres"))]
fn without_postgres() -> StoreError {
    StoreError::stands(crate::Obstacle::NoPostgres)
}
