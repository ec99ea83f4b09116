//! What a thief of the disk or of a backup finds.

use std::sync::Arc;

use monshin_diag::Source;
use monshin_instrument::{Privacy, Questionnaire};
use monshin_store::SurveyRow;

use super::World;
use crate::Fielded;

const KNOWN: [&str; 3] = ["heart-of-the-matter-8841", "2026-02-17", "機密の自由記述その九"];

async fn answered(world: &World, unit: usize) {
    let mut browser = world.inside(unit).await;
    let fields = [("q1", "yes"), ("q2", "other"), ("q2.other", KNOWN[0]), ("q3", "4"), ("go", "next")];
    browser.post("/ja/page/1", &fields).await;
    let fields = [("q5.r1", "yes"), ("q5.r2", "no"), ("q7", KNOWN[1]), ("q8", KNOWN[2]), ("go", "next")];
    assert_eq!(browser.post("/ja/page/3", &fields).await.to, "/ja/review");
    browser.submit().await;
}

/// Every file of the database, the log beside it included, and a backup.
async fn loot(world: &World) -> Vec<u8> {
    let mut all = Vec::new();
    world.store.backup(&mut all).await.expect("backup");
    for entry in std::fs::read_dir(world.folder.path()).expect("read").flatten() {
        all.extend(std::fs::read(entry.path()).expect("read"));
    }
    all
}

fn holds(loot: &[u8], known: &str) -> bool {
    let hex: String = known.bytes().map(|byte| format!("{byte:02x}")).collect();
    [known.as_bytes(), hex.as_bytes()]
        .iter()
        .any(|part| loot.windows(part.len()).any(|window| window == *part))
}

#[tokio::test]
async fn no_answer_can_be_read_in_files_or_backups() {
    for privacy in Privacy::ALL {
        let world = World::new(privacy).await;
        answered(&world, 0).await;
        let mut draft = world.inside(1).await;
        draft.post("/ja/page/3", &[("q8", KNOWN[2]), ("go", "back")]).await;
        let loot = loot(&world).await;
        assert!(holds(&loot, "pseudonym-0"), "the search finds what is there");
        for known in KNOWN {
            assert!(!holds(&loot, known), "{known} in {privacy:?}");
        }
        assert_eq!(world.records().await[0].cells["q8"], KNOWN[2], "and it was there to be found");
    }
}

#[tokio::test]
async fn no_code_can_be_read_in_files_or_backups() {
    let world = World::new(Privacy::Confidential).await;
    answered(&world, 0).await;
    let loot = loot(&world).await;
    for code in world.short.iter().chain(&world.links) {
        assert!(!holds(&loot, &code.to_text()) && !holds(&loot, &code.to_text().replace('-', "")));
    }
}

#[tokio::test]
async fn whoever_answers_alike_cannot_be_told_by_length() {
    let world = World::new(Privacy::Confidential).await;
    answered(&world, 0).await;
    let mut brief = world.inside(1).await;
    super::answer_all(&mut brief).await;
    brief.submit().await;
    let answers = world.store.answers("s", "", 10).await.expect("read");
    assert_eq!(answers[0].sealed.len(), answers[1].sealed.len());
}

#[tokio::test]
async fn an_anonymous_return_carries_nothing_of_its_case() {
    let world = World::new(Privacy::Anonymous).await;
    answered(&world, 2).await;
    let answers = world.store.answers("s", "", 10).await.expect("read");
    let bytes = monshin_seal::open(&world.analyst, b"s", &answers[0].sealed).expect("sealed to the analyst");
    let text = String::from_utf8(bytes.to_vec()).expect("text");
    for tie in ["unit-", "pseudonym-", "2026-11-24", "17955"] {
        assert!(!text.contains(tie), "{tie}: {text}");
    }
}

#[tokio::test]
async fn no_survey_is_served_that_is_sealed_to_nobody_or_to_more_than_an_envelope_takes() {
    let world = World::new(Privacy::Confidential).await;
    let (form, _) = Questionnaire::compile(&Source::new("survey.toml", super::SURVEY));
    let form = Arc::new(form.expect("compiled before"));
    let row = world.store.survey("s").await.expect("read").expect("there");
    for (keys, expected) in [(0, false), (1, true), (255, true), (256, false)] {
        let recipients = vec![row.recipients[0].clone(); keys];
        let fielded = Fielded::new(SurveyRow { recipients, ..row.clone() }, Arc::clone(&form));
        assert_eq!(fielded.is_ok(), expected, "{keys}");
    }
}
