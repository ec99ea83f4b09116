//! [`Store`] by the statements: the same on both databases, but for how a transaction comes about.

use std::collections::BTreeSet;
use std::io::{BufRead, Write as Out};

use async_trait::async_trait;
use tokio::sync::{Mutex, mpsc};

use super::super::{BEGIN_READING, Here};
use super::{Connection, sql};
use crate::dump::{Reader, Writer as Dump};
use crate::write::{Done, Write};
use crate::{
    Act, ApiKey, Arrival, AuditEntry, Backup, CaseCount, CaseLine, CaseQuery, CaseRow, CodeHit, Disposition,
    Draft, EndedSession, Erased, Import, Imported, Kind, Listed, Listing, MailCount, MailLine, NewCase,
    NewCodes, OfAccount, OperatorRow, Post, Posted, PutSurvey, Saved, Schedule, SealedAnswer, SessionRow,
    Store, StoreError, Submission, Submitted, SurveyRow, Upload,
};

impl Here {
    async fn flag(&self, write: Write) -> Result<bool, StoreError> {
        match self.write(write).await? {
            Done::Flag(is_done) => Ok(is_done),
            other => unreachable!("a change that is made or not gave {other:?}"),
        }
    }
}

#[async_trait]
impl Store for Here {
    async fn kind(&self) -> Result<Kind, StoreError> {
        super::kind(&mut *self.reader().await?).await
    }

    async fn put_survey(&self, survey: SurveyRow, act: Act) -> Result<PutSurvey, StoreError> {
        match self.write(Write::PutSurvey(survey, act)).await? {
            Done::Survey(outcome) => Ok(outcome),
            other => unreachable!("putting a survey gave {other:?}"),
        }
    }

    async fn surveys(&self) -> Result<Vec<SurveyRow>, StoreError> {
        super::surveys(&mut *self.reader().await?).await
    }

    async fn survey(&self, id: &str) -> Result<Option<SurveyRow>, StoreError> {
        super::survey(&mut *self.reader().await?, id).await
    }

    async fn close_survey(&self, id: &str, act: Act) -> Result<(), StoreError> {
        self.write(Write::Close { survey: id.to_owned(), act }).await.map(|_| ())
    }

    async fn add_cases(
        &self,
        survey: &str,
        wave: &str,
        cases: Vec<NewCase>,
        act: Act,
    ) -> Result<u64, StoreError> {
        let (survey, wave) = (survey.to_owned(), wave.to_owned());
        match self.write(Write::AddCases { survey, wave, cases, act }).await? {
            Done::Count(added) => Ok(added),
            other => unreachable!("adding cases gave {other:?}"),
        }
    }

    async fn units(&self, survey: &str, wave: &str) -> Result<BTreeSet<String>, StoreError> {
        super::units(&mut *self.long_reader().await?, survey, wave).await
    }

    async fn counts(&self, survey: &str) -> Result<Vec<CaseCount>, StoreError> {
        super::counts(&mut *self.long_reader().await?, survey).await
    }

    async fn arrivals(&self, survey: &str) -> Result<Vec<Arrival>, StoreError> {
        super::arrivals(&mut *self.long_reader().await?, survey).await
    }

    async fn cases(&self, query: &CaseQuery) -> Result<Vec<CaseLine>, StoreError> {
        super::lines(&mut *self.long_reader().await?, query).await
    }

    async fn list_units(
        &self,
        survey: &str,
        wave: &str,
        units: Vec<Listed>,
        act: Act,
    ) -> Result<Listing, StoreError> {
        let (survey, wave) = (survey.to_owned(), wave.to_owned());
        match self.write(Write::List { survey, wave, units, act }).await? {
            Done::Listing(listing) => Ok(listing),
            other => unreachable!("listing units gave {other:?}"),
        }
    }

    async fn issue_codes(
        &self,
        survey: &str,
        wave: &str,
        codes: Vec<NewCodes>,
        replace: bool,
        act: Act,
    ) -> Result<Vec<String>, StoreError> {
        let (survey, wave) = (survey.to_owned(), wave.to_owned());
        match self.write(Write::IssueCodes { survey, wave, codes, replace, act }).await? {
            Done::Units(units) => Ok(units),
            other => unreachable!("issuing codes gave {other:?}"),
        }
    }

    async fn record(&self, case: i64, disposition: Disposition, act: Act) -> Result<bool, StoreError> {
        self.flag(Write::Record { case, disposition, act }).await
    }

    async fn schedule(&self, survey: &str, dates: Schedule, act: Act) -> Result<bool, StoreError> {
        self.flag(Write::Schedule { survey: survey.to_owned(), dates, act }).await
    }

    async fn put_upload(&self, upload: Upload) -> Result<(), StoreError> {
        self.write(Write::PutUpload(upload)).await.map(|_| ())
    }

    async fn upload(&self, id: [u8; 32]) -> Result<Option<Upload>, StoreError> {
        super::upload(&mut *self.reader().await?, &id).await
    }

    async fn drop_uploads(&self, operator: &str, before: i64) -> Result<(), StoreError> {
        self.write(Write::DropUploads { operator: operator.to_owned(), before }).await.map(|_| ())
    }

    async fn change_account(&self, change: OfAccount) -> Result<bool, StoreError> {
        self.flag(Write::Account(change)).await
    }

    async fn operators(&self) -> Result<Vec<OperatorRow>, StoreError> {
        super::operators(&mut *self.long_reader().await?).await
    }

    async fn operator(&self, name: &str) -> Result<Option<OperatorRow>, StoreError> {
        super::operator(&mut *self.reader().await?, name).await
    }

    async fn operator_of_setup(&self, token: [u8; 32]) -> Result<Option<OperatorRow>, StoreError> {
        super::of_setup(&mut *self.reader().await?, &token).await
    }

    async fn operator_of_session(
        &self,
        hash: [u8; 32],
    ) -> Result<Option<(OperatorRow, SessionRow)>, StoreError> {
        super::of_session(&mut *self.reader().await?, &hash).await
    }

    async fn sessions(&self, operator: &str) -> Result<Vec<SessionRow>, StoreError> {
        super::sessions(&mut *self.reader().await?, operator).await
    }

    async fn end_sessions(&self, ended: Vec<EndedSession>) -> Result<(), StoreError> {
        self.write(Write::EndSessions(ended)).await.map(|_| ())
    }

    async fn ended_sessions(&self, since: i64) -> Result<Vec<EndedSession>, StoreError> {
        super::ended_sessions(&mut *self.reader().await?, since).await
    }

    async fn forget_sessions(&self, before: i64) -> Result<(), StoreError> {
        self.write(Write::ForgetSessions { before }).await.map(|_| ())
    }

    async fn case_of_code(&self, hash: [u8; 32]) -> Result<Option<CodeHit>, StoreError> {
        self.code_hit(hash).await
    }

    async fn case(&self, case: i64) -> Result<Option<CaseRow>, StoreError> {
        super::by_number(&mut *self.reader().await?, case).await
    }

    async fn case_of_unit(&self, survey: &str, unit: &str) -> Result<Option<CaseRow>, StoreError> {
        super::by_unit(&mut *self.reader().await?, survey, unit).await
    }

    async fn case_with_draft(&self, case: i64) -> Result<Option<(CaseRow, Option<Draft>)>, StoreError> {
        self.opened(case).await
    }

    async fn draft(&self, case: i64) -> Result<Option<Draft>, StoreError> {
        super::draft(&mut *self.reader().await?, case).await
    }

    async fn save_draft(&self, case: i64, base: i64, sealed: Vec<u8>, at: i64) -> Result<Saved, StoreError> {
        match self.write(Write::SaveDraft { case, base, sealed, at }).await? {
            Done::Saved(outcome) => Ok(outcome),
            other => unreachable!("saving a draft gave {other:?}"),
        }
    }

    async fn submit(&self, submission: Submission) -> Result<Submitted, StoreError> {
        match self.write(Write::Submit(submission)).await? {
            Done::Submitted(outcome) => Ok(outcome),
            other => unreachable!("submitting gave {other:?}"),
        }
    }

    async fn import(&self, import: Import) -> Result<Imported, StoreError> {
        match self.write(Write::Import(import)).await? {
            Done::Imported(outcome) => Ok(outcome),
            other => unreachable!("importing gave {other:?}"),
        }
    }

    async fn receipt(&self, case: i64) -> Result<Option<Submitted>, StoreError> {
        self.kept(case).await
    }

    async fn answers(&self, survey: &str, after: &str, limit: u32) -> Result<Vec<SealedAnswer>, StoreError> {
        super::answers(&mut *self.long_reader().await?, survey, after, i64::from(limit)).await
    }

    async fn put_api_key(&self, key: ApiKey, act: Act) -> Result<bool, StoreError> {
        self.flag(Write::PutApiKey(key, act)).await
    }

    async fn revoke_api_key(&self, survey: &str, name: &str, act: Act) -> Result<bool, StoreError> {
        self.flag(Write::RevokeApiKey { survey: survey.to_owned(), name: name.to_owned(), act }).await
    }

    async fn api_key(&self, hash: [u8; 32]) -> Result<Option<ApiKey>, StoreError> {
        super::api_key(&mut *self.reader().await?, &hash).await
    }

    async fn post(&self, post: Post) -> Result<Posted, StoreError> {
        match self.write(Write::Post(post)).await? {
            Done::Posted(outcome) => Ok(outcome),
            other => unreachable!("the outbox gave {other:?}"),
        }
    }

    async fn mail_counts(&self, survey: &str) -> Result<Vec<MailCount>, StoreError> {
        super::mail_counts(&mut *self.long_reader().await?, survey).await
    }

    async fn mail_lines(
        &self,
        survey: &str,
        round: i64,
        after: &str,
        limit: u32,
    ) -> Result<Vec<MailLine>, StoreError> {
        super::mail_lines(&mut *self.long_reader().await?, survey, round, after, i64::from(limit)).await
    }

    async fn erase(&self, survey: &str, act: Act) -> Result<Erased, StoreError> {
        match self.write(Write::Erase { survey: survey.to_owned(), act }).await? {
            Done::Erased(erased) => Ok(erased),
            other => unreachable!("erasing gave {other:?}"),
        }
    }

    async fn rest(&self, survey: &str) -> Result<u64, StoreError> {
        super::rest(&mut *self.long_reader().await?, survey).await
    }

    async fn scrub(&self) -> Result<(), StoreError> {
        self.rewrite().await
    }

    async fn audit(&self, survey: &str, act: Act) -> Result<(), StoreError> {
        self.write(Write::Audit { survey: survey.to_owned(), act }).await.map(|_| ())
    }

    async fn audit_log(&self) -> Result<Vec<AuditEntry>, StoreError> {
        super::log(&mut *self.long_reader().await?).await
    }

    async fn backup(&self, out: &mut (dyn Out + Send)) -> Result<Backup, StoreError> {
        let mut reader = self.long_reader().await?;
        let on: &mut Connection = &mut reader;
        // A reading transaction sees one moment, whatever is written meanwhile.
        sql::query(BEGIN_READING).execute(&mut *on).await?;
        let dumped = async {
            let kind = super::kind(&mut *on).await?;
            let mut dump = Dump::new(out, kind)?;
            super::dump(&mut *on, &mut dump).await?;
            Ok(dump.finish(kind)?)
        };
        let dumped = dumped.await;
        sql::query("ROLLBACK").execute(&mut *on).await?;
        dumped
    }

    async fn restore(&self, from: &mut (dyn BufRead + Send)) -> Result<Backup, StoreError> {
        let mut reader = Reader::new(from)?;
        if reader.kind() != self.kind().await? {
            return Err(StoreError::stands(crate::Obstacle::OtherKind));
        }
        let (parts, receiver) = mpsc::channel(4);
        let feeding = async move {
            crate::dump::feed(&mut reader, parts).await?;
            reader.finish()
        };
        let (fed, written) = tokio::join!(feeding, self.write(Write::Restore(Mutex::new(receiver))));
        // What the database says comes first, unless it only says that no more rows came.
        match (fed, written) {
            (Ok(backup), Ok(_)) => Ok(backup),
            (Err(error), Ok(_)) => Err(error),
            (Err(error), Err(_)) if error.is_of_backup() => Err(error),
            (_, Err(error)) => Err(error),
        }
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.write(Write::Ping).await.map(|_| ())
    }

    async fn close(&self) {
        self.end().await;
    }
}
