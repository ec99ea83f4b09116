//! A permission is a handle: who holds a [`Respondent`] can read and write this one case.

use std::sync::OnceLock;

use monshin_instrument::screen::Typed;
use monshin_instrument::{Answers, Given};
use monshin_store::{CaseRow, Draft, Mode, Privacy, Saved, StoreError, Submission, Submitted};

use crate::app::{App, rng};
use crate::record::Sealed;
use crate::session::Session;
use crate::survey::Fielded;

/// One case, opened by its session.
pub struct Respondent<'a> {
    app: &'a App,
    session: &'a Session,
    pub case: CaseRow,
    pub survey: &'a Fielded,
    /// As it was when the case was opened.
    kept: Option<Draft>,
    /// The same, once it was opened itself.
    opened: OnceLock<Opened>,
}

/// What was typed so far.
#[derive(Clone, Debug, Default)]
pub struct Opened {
    /// Version of the draft; 0 where there is none.
    pub version: i64,
    /// What was typed.
    pub typed: Typed,
    /// Whether this session's key opens it.
    pub is_readable: bool,
}

/// Opens the case of a session; `None` where it is not of a survey that is served here, or new codes
/// were issued since.
pub async fn respondent<'a>(
    app: &'a App,
    session: &'a Session,
) -> Result<Option<Respondent<'a>>, StoreError> {
    let Some((case, kept)) = app.0.store.case_with_draft(session.case).await? else { return Ok(None) };
    let survey = app.0.surveys.get(&case.survey);
    if app.is_before_end(session, &case.survey, &case.unit) {
        return Ok(None);
    }
    Ok(survey.map(|survey| Respondent { app, session, case, survey, kept, opened: OnceLock::new() }))
}

/// How often a save is tried again when another window was faster.
const TRIES: usize = 8;

impl Respondent<'_> {
    /// Whether answers are taken now.
    pub fn is_open(&self) -> bool {
        self.survey.dates().is_open(self.app.now())
    }

    /// Whether an anonymous return has been sent: nothing can be read or written any more.
    pub fn is_sealed_off(&self) -> bool {
        self.survey.row.privacy == Privacy::Anonymous && self.case.revision > 0
    }

    /// Whether a draft was there when the case was opened.
    pub fn has_draft(&self) -> bool {
        self.kept.is_some()
    }

    /// The draft as it was when the case was opened. One that this session's key does not open is as
    /// good as none.
    pub fn draft(&self) -> &Opened {
        self.opened.get_or_init(|| self.open(self.kept.as_ref()))
    }

    fn open(&self, draft: Option<&Draft>) -> Opened {
        let Some(draft) = draft else { return Opened::default() };
        match self.session.key.0.open(&self.purpose(), &draft.sealed) {
            Ok(bytes) => Opened { version: draft.version, typed: read_typed(&bytes), is_readable: true },
            Err(error) => {
                tracing::warn!(case = self.case.case, %error, "a draft does not open");
                Opened { version: draft.version, ..Opened::default() }
            }
        }
    }

    /// Takes the items of one page into the draft, on whatever version it has meanwhile.
    pub async fn save(
        &self,
        items: std::ops::Range<usize>,
        sent: &Typed,
    ) -> Result<(Saved, Typed), StoreError> {
        let mut draft = self.draft().clone();
        for _ in 0..TRIES {
            draft.typed.replace(&self.survey.form.items()[items.clone()], sent);
            let bytes = zeroize::Zeroizing::new(write_typed(&draft.typed));
            let sealed = self.session.key.0.seal(&self.purpose(), &bytes, &mut rng());
            let saved =
                self.app.0.store.save_draft(self.case.case, draft.version, sealed, self.app.now()).await?;
            if saved != Saved::Stale {
                return Ok((saved, draft.typed));
            }
            draft = self.open(self.app.0.store.draft(self.case.case).await?.as_ref());
        }
        Ok((Saved::Stale, Typed::default()))
    }

    /// The answers with the classes that the frame gives the unit.
    pub fn answers(&self, typed: &Typed) -> (Answers, Vec<(usize, monshin_instrument::screen::Slip)>) {
        let form = &self.survey.form;
        let (mut answers, slips) = form.read_typed(typed);
        for (at, breakdown) in form.breakdowns().iter().enumerate() {
            answers.classes[at] =
                self.case.classes.of(&breakdown.id).and_then(|id| breakdown.codes.position(id));
        }
        (answers, slips)
    }

    /// Seals the answers on the path and keeps them. The caller has seen that nothing stands in the way.
    pub async fn submit(&self, version: i64, answers: &Answers) -> Result<Submitted, StoreError> {
        let Sealed { sealed, receipt, anonymous_id, .. } = self.survey.seal(&self.case, answers);
        let submission = Submission {
            case: self.case.case,
            draft_version: version,
            sealed,
            receipt,
            anonymous_id,
            mode: Mode::Web,
            at: self.app.now(),
        };
        self.app.0.store.submit(submission).await
    }

    /// The receipt of the return that counts.
    pub async fn receipt(&self) -> Result<Option<Submitted>, StoreError> {
        self.app.0.store.receipt(self.case.case).await
    }

    fn purpose(&self) -> Vec<u8> {
        format!("draft {}", self.case.case).into_bytes()
    }
}

/// Whether something was given.
pub fn is_given(given: &Given) -> bool {
    matches!(given, Given::Value(_))
}

fn write_typed(typed: &Typed) -> Vec<u8> {
    serde_json::to_vec(&typed.0).expect("texts by name are JSON")
}

fn read_typed(bytes: &[u8]) -> Typed {
    Typed(serde_json::from_slice(bytes).unwrap_or_default())
}
