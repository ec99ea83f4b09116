//! [`Store`] by the statements: the same on both databases, but for how a transaction comes about.

use std::collections::BTreeSet;
use std::io::{BufRead, Write as Out};

use async_trait::async_trait;
use tokio::sync::{Mutex, mpsc};

use super::super::{BEGIN_READING, Here};
use crate::dump::{Reader, Writer as Dump};
use crate::write::{Done, Write};
use crate::{
    Act, AuditEntry, Backup, CaseCount, CaseRow, CodeHit, Draft, Kind, NewCase, PutSurvey, Saved,
    SealedAnswer, Store, StoreError, Submission, Submitted, SurveyRow,
};

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
        super::units(&mut *self.reader().await?, survey, wave).await
    }

    async fn counts(&self, survey: &str) -> Result<Vec<CaseCount>, StoreError> {
        super::counts(&mut *self.reader().await?, survey).await
    }

    async fn case_of_code(&self, hash: [u8; 32]) -> Result<Option<CodeHit>, StoreError> {
        super::by_code(&mut *self.reader().await?, &hash).await
    }

    async fn case(&self, case: i64) -> Result<Option<CaseRow>, StoreError> {
        super::by_number(&mut *self.reader().await?, case).await
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

    async fn receipt(&self, case: i64) -> Result<Option<Submitted>, StoreError> {
        super::receipt(&mut *self.reader().await?, case).await
    }

    async fn answers(&self, survey: &str, after: &str, limit: u32) -> Result<Vec<SealedAnswer>, StoreError> {
        super::answers(&mut *self.reader().await?, survey, after, i64::from(limit)).await
    }

    async fn audit(&self, survey: &str, act: Act) -> Result<(), StoreError> {
        self.write(Write::Audit { survey: survey.to_owned(), act }).await.map(|_| ())
    }

    async fn audit_log(&self) -> Result<Vec<AuditEntry>, StoreError> {
        super::log(&mut *self.reader().await?).await
    }

    async fn backup(&self, out: &mut (dyn Out + Send)) -> Result<Backup, StoreError> {
        let mut reader = self.reader().await?;
        // A reading transaction sees one moment, whatever is written meanwhile.
        sqlx::query(BEGIN_READING).execute(&mut *reader).await?;
        let dumped = async {
            let kind = super::kind(&mut reader).await?;
            let mut dump = Dump::new(out, kind)?;
            super::dump(&mut reader, &mut dump).await?;
            Ok(dump.finish(kind)?)
        };
        let dumped = dumped.await;
        sqlx::query("ROLLBACK").execute(&mut *reader).await?;
        dumped
    }

    async fn restore(&self, from: &mut (dyn BufRead + Send)) -> Result<Backup, StoreError> {
        let mut reader = Reader::new(from)?;
        if reader.kind() != self.kind().await? {
            return Err(StoreError::says("the backup is of another kind: a rehearsal stays a rehearsal"));
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
        sqlx::query("SELECT 1").execute(&mut *self.reader().await?).await?;
        Ok(())
    }

    async fn close(&self) {
        self.end().await;
    }
}
