//! What operators do, told on both databases: accounts, the frame, returns that are keyed in, mails, erasing.

#![allow(clippy::disallowed_methods, reason = "stories of files and of other processes")]

use monshin_fielding_tests::rows::web_return;
use monshin_store::*;

/// Tells every chapter of a module, each on a database of its own.
macro_rules! story {
    ($($chapter:ident)*) => {
        #[tokio::test(flavor = "multi_thread")]
        async fn on_sqlite() {
            let folder = tempfile::tempdir().expect("a folder");
            $({
                let path = folder.path().join(concat!(stringify!($chapter), ".db"));
                let store = open(path.to_str().expect("text"), Kind::Field).await.expect("opens");
                $chapter(&*store).await;
                store.close().await;
            })*
        }

        #[tokio::test(flavor = "multi_thread")]
        async fn on_postgresql() {
            let postgres = monshin_fielding_tests::postgres::Postgres::start();
            $({
                let chapter = stringify!($chapter);
                // Names of databases there have at most 63 signs.
                let address = postgres.database(&chapter[..chapter.len().min(60)]);
                let store = open(&address, Kind::Field).await.expect("opens");
                $chapter(&*store).await;
                store.close().await;
            })*
        }
    };
}

mod accounts;
mod erasing;
mod frame;
mod keyed;
mod mails;

/// 2026-11-24T12:00Z.
const NOW: i64 = 1_795_521_600_000_000;
const HOUR: i64 = 3_600_000_000;

fn act(word: &str) -> Act {
    Act { at: NOW, actor: "test".into(), act: word.into(), detail: String::new() }
}

/// The survey `s`.
async fn put(store: &dyn Store, privacy: Privacy) {
    let survey = SurveyRow {
        id: "s".into(),
        questionnaire: "[survey]".into(),
        hash: "h".into(),
        privacy,
        recipients: vec!["monshin-key-1".into()],
        opens_at: NOW - HOUR,
        closes_at: NOW + HOUR,
        grace_until: 0,
        closed_at: None,
    };
    store.put_survey(survey, act("survey")).await.expect("put");
}

fn listed(unit: &str, beds: &str) -> Listed {
    Listed {
        unit: unit.into(),
        pseudonym: format!("p-{unit}"),
        classes: CaseClasses(vec![("beds".into(), beds.into())]),
        disposition: None,
        contact: format!("sealed {unit}").into_bytes(),
    }
}

fn codes(unit: &str, number: u8) -> NewCodes {
    let code = |half: u8| SealedCode { hash: [number * 2 + half; 32], locked: vec![number, half] };
    NewCodes { unit: unit.into(), codes: vec![code(0), code(1)] }
}

/// A return by the pages.
fn sent(case: i64, draft_version: i64, content: &[u8]) -> Submission {
    web_return(case, draft_version, content, NOW)
}

async fn all_lines(store: &dyn Store, which: Which) -> Vec<CaseLine> {
    let query = CaseQuery { survey: "s".into(), which, limit: 1_000, ..CaseQuery::default() };
    store.cases(&query).await.expect("read")
}
