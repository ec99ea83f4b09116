//! Everything that changes a database, as values: a writer can put many into one transaction.

use tokio::sync::{Mutex, mpsc};

use crate::dump::DumpRow;
use crate::{
    Act, Disposition, Listed, Listing, NewCase, NewCodes, OfAccount, PutSurvey, Saved, Schedule, Submission,
    Submitted, SurveyRow, Upload,
};

#[derive(Debug)]
pub(crate) enum Write {
    PutSurvey(SurveyRow, Act),
    AddCases {
        survey: String,
        wave: String,
        cases: Vec<NewCase>,
        act: Act,
    },
    SaveDraft {
        case: i64,
        base: i64,
        sealed: Vec<u8>,
        at: i64,
    },
    Submit(Submission),
    Close {
        survey: String,
        act: Act,
    },
    Audit {
        survey: String,
        act: Act,
    },
    List {
        survey: String,
        wave: String,
        units: Vec<Listed>,
        act: Act,
    },
    IssueCodes {
        survey: String,
        wave: String,
        codes: Vec<NewCodes>,
        replace: bool,
        act: Act,
    },
    Record {
        case: i64,
        disposition: Disposition,
        act: Act,
    },
    Schedule {
        survey: String,
        dates: Schedule,
        act: Act,
    },
    Account(OfAccount),
    PutUpload(Upload),
    DropUploads {
        operator: String,
        before: i64,
    },
    /// The rows of a backup, in parts; an empty part says that all came.
    Restore(Mutex<mpsc::Receiver<Vec<DumpRow>>>),
}

#[derive(Debug)]
pub(crate) enum Done {
    Survey(PutSurvey),
    Count(u64),
    Saved(Saved),
    Submitted(Submitted),
    Listing(Listing),
    Units(Vec<String>),
    Flag(bool),
    Nothing,
}
