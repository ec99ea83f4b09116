//! Whatever is done to cases, in whatever order and however many at once: each is told what the rules say, and the
//! counts that are kept on the way are those of counting all cases.

#![allow(clippy::disallowed_methods)]

use std::collections::BTreeMap;
use std::sync::Arc;

use monshin_fielding_tests::postgres::Postgres;
use monshin_store::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const NOW: i64 = 2_000;
const CLOSES: i64 = 10_000;
const CASES: i64 = 24;
/// What is done to each case, one after the other.
const STEPS: usize = 12;

/// One thing that is done to a case.
#[derive(Clone, Debug)]
enum Step {
    Save { base: i64, at: i64 },
    Submit { version: i64, at: i64, mode: Mode },
    Record(Disposition),
    Reclassify(&'static str),
}

/// What comes of it.
#[derive(Debug, PartialEq)]
enum Outcome {
    Saved(Saved),
    Submitted(Submitted),
    Noted(bool),
    Listed,
}

/// A case by the rules: what a reader of the guide would keep on paper.
struct Paper {
    case: i64,
    is_anonymous: bool,
    version: i64,
    /// Versions that were submitted, with receipt and time; the last one counts.
    sent: Vec<(i64, [u8; 32], i64)>,
    disposition: Disposition,
    mode: Option<Mode>,
    class: &'static str,
}

impl Paper {
    fn new(case: i64, is_anonymous: bool) -> Paper {
        Paper {
            case,
            is_anonymous,
            version: 0,
            sent: Vec::new(),
            disposition: Disposition::UnknownEligibility,
            mode: None,
            class: "none",
        }
    }

    fn take(&mut self, step: &Step) -> Outcome {
        match *step {
            Step::Save { base, at } => Outcome::Saved(self.save(base, at)),
            Step::Submit { version, at, mode } => Outcome::Submitted(self.submit(version, at, mode)),
            Step::Record(disposition) => {
                let may = self.sent.is_empty() && !disposition.is_response();
                if may {
                    (self.disposition, self.mode) = (disposition, None);
                }
                Outcome::Noted(may)
            }
            Step::Reclassify(class) => {
                if self.sent.is_empty() {
                    self.class = class;
                }
                Outcome::Listed
            }
        }
    }

    fn save(&mut self, base: i64, at: i64) -> Saved {
        if at >= CLOSES {
            return Saved::NotOpen;
        }
        if self.is_anonymous && !self.sent.is_empty() {
            return Saved::Refused;
        }
        if base != self.version {
            return Saved::Stale;
        }
        self.version += 1;
        if self.disposition == Disposition::UnknownEligibility {
            self.disposition = Disposition::BreakOff;
        }
        Saved::Version(self.version)
    }

    fn submit(&mut self, version: i64, at: i64, mode: Mode) -> Submitted {
        let earlier = self.sent.iter().position(|(sent, ..)| *sent == version);
        if let (Some(earlier), false) = (earlier, self.is_anonymous) {
            let (_, receipt, at) = self.sent[earlier];
            return Submitted::Kept { revision: earlier as i64 + 1, receipt, at, before: true };
        }
        if self.is_anonymous && !self.sent.is_empty() {
            return Submitted::AlreadyAnonymous;
        }
        if at >= CLOSES {
            return Submitted::NotOpen;
        }
        if self.version == 0 || version != self.version {
            return Submitted::Stale;
        }
        let receipt = receipt(self.case, version);
        self.sent.push((version, receipt, at));
        (self.disposition, self.mode) = (Disposition::Complete, Some(mode));
        Submitted::Kept { revision: self.sent.len() as i64, receipt, at, before: false }
    }
}

fn receipt(case: i64, version: i64) -> [u8; 32] {
    [(case * 16 + version) as u8; 32]
}

fn step(rng: &mut ChaCha8Rng, paper: &Paper) -> Step {
    let at = if rng.random_ratio(1, 12) { CLOSES } else { NOW + rng.random_range(0..5) };
    // Mostly what fits, sometimes what does not.
    let version = (paper.version + [0, 0, 0, 0, -1, 1][rng.random_range(0..6)]).max(0);
    match rng.random_range(0..10) {
        0..5 => Step::Save { base: version, at },
        5..8 => Step::Submit { version, at, mode: Mode::ALL[rng.random_range(0..3)] },
        8 => Step::Record(Disposition::ALL[rng.random_range(0..Disposition::ALL.len())]),
        _ => Step::Reclassify(["none", "some", "many"][rng.random_range(0..3)]),
    }
}

async fn done(store: &dyn Store, case: i64, step: &Step) -> Outcome {
    match *step {
        Step::Save { base, at } => {
            Outcome::Saved(store.save_draft(case, base, vec![base as u8; 40], at).await.expect("saved"))
        }
        Step::Submit { version, at, mode } => {
            let submission = Submission {
                case,
                draft_version: version,
                sealed: vec![version as u8; 50],
                receipt: receipt(case, version),
                anonymous_id: [case as u8; 16],
                mode,
                at,
            };
            Outcome::Submitted(store.submit(submission).await.expect("submitted"))
        }
        Step::Record(disposition) => {
            Outcome::Noted(store.record(case, disposition, act("note")).await.expect("noted"))
        }
        Step::Reclassify(class) => {
            store.list_units("s", "w", vec![unit(case, class)], act("frame")).await.expect("listed");
            Outcome::Listed
        }
    }
}

fn unit(case: i64, class: &str) -> Listed {
    Listed {
        unit: format!("u{case:03}"),
        pseudonym: format!("p{case:03}"),
        classes: CaseClasses(vec![("beds".into(), class.into())]),
        disposition: None,
        contact: vec![1],
    }
}

fn act(word: &str) -> Act {
    Act { at: NOW, actor: "test".into(), act: word.into(), detail: String::new() }
}

fn survey(privacy: Privacy) -> SurveyRow {
    SurveyRow {
        id: "s".into(),
        questionnaire: String::new(),
        hash: "h".into(),
        privacy,
        recipients: vec!["monshin-key-1".into()],
        opens_at: 0,
        closes_at: CLOSES,
        grace_until: 0,
        closed_at: None,
    }
}

type Counts = BTreeMap<(String, String, String), u64>;

fn key(class: &str, disposition: Disposition, mode: Option<Mode>) -> (String, String, String) {
    (class.to_owned(), disposition.name().to_owned(), mode.map_or("", Mode::name).to_owned())
}

/// What counting all cases gives.
async fn plain_count(store: &dyn Store) -> Counts {
    let all = CaseQuery { survey: "s".into(), limit: 1_000, ..CaseQuery::default() };
    let mut counts = Counts::new();
    for line in store.cases(&all).await.expect("read") {
        let class = line.case.classes.of("beds").unwrap_or_default().to_owned();
        *counts.entry(key(&class, line.case.disposition, line.case.mode)).or_default() += 1;
    }
    counts
}

async fn kept_counts(store: &dyn Store) -> Counts {
    let counts = store.counts("s").await.expect("read").into_iter();
    counts
        .map(|one| (key(one.classes.of("beds").unwrap_or_default(), one.disposition, one.mode), one.cases))
        .collect()
}

async fn story(store: Arc<dyn Store>, privacy: Privacy, seed: u64) {
    store.put_survey(survey(privacy), act("survey")).await.expect("put");
    let units = (1..=CASES).map(|case| unit(case, "none")).collect();
    store.list_units("s", "w", units, act("frame")).await.expect("listed");
    // Each case's steps come in their order, all cases at the same time.
    let tasks: Vec<_> = (1..=CASES)
        .map(|case| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                let mut rng = ChaCha8Rng::seed_from_u64(seed * 1_000 + case as u64);
                let mut paper = Paper::new(case, privacy == Privacy::Anonymous);
                for _ in 0..STEPS {
                    let step = step(&mut rng, &paper);
                    let expected = paper.take(&step);
                    // A page reads its case before it writes; what was read may have changed by then.
                    if rng.random_ratio(2, 3) {
                        store.case_with_draft(case).await.expect("read").expect("a case");
                    }
                    let outcome = done(&*store, case, &step).await;
                    assert_eq!(outcome, expected, "{step:?} of case {case}, seed {seed}");
                }
                paper
            })
        })
        .collect();
    let (mut on_paper, mut returns) = (Counts::new(), 0);
    for task in tasks {
        let paper = task.await.expect("no case failed");
        *on_paper.entry(key(paper.class, paper.disposition, paper.mode)).or_default() += 1;
        returns += u64::from(!paper.sent.is_empty());
    }
    assert_eq!(plain_count(&*store).await, on_paper, "seed {seed}");
    assert_eq!(kept_counts(&*store).await, on_paper, "seed {seed}");
    let arrived: u64 = store.arrivals("s").await.expect("read").iter().map(|one| one.returns).sum();
    assert_eq!(arrived, if privacy == Privacy::Anonymous { 0 } else { returns }, "seed {seed}");
    assert_eq!(store.answers("s", "", 1_000).await.expect("read").len() as u64, returns, "seed {seed}");
    store.close().await;
}

const SEEDS: u64 = 6;

fn privacy(seed: u64) -> Privacy {
    [Privacy::Confidential, Privacy::Anonymous, Privacy::Identified][seed as usize % 3]
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_are_those_of_counting_on_sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    for seed in 0..SEEDS {
        let path = folder.path().join(format!("{seed}.db"));
        let store = open(path.to_str().expect("text"), Kind::Field).await.expect("opens");
        story(store, privacy(seed), seed).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_are_those_of_counting_on_postgresql() {
    let postgres = Postgres::start();
    for seed in 0..SEEDS {
        let store = open(&postgres.database(&format!("counts_{seed}")), Kind::Field).await.expect("opens");
        story(store, privacy(seed), seed).await;
    }
}
