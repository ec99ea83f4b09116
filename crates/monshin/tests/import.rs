//! `monshin import`: returns on paper and as files, through the binary.
#![allow(clippy::disallowed_methods, reason = "a story of processes and files")]

use std::path::{Path, PathBuf};
use std::process::Command;

use monshin_fielding_tests::client::Client;
use monshin_fielding_tests::field::{Field, free_address, text};
use monshin_fielding_tests::journey::Journey;
use monshin_fielding_tests::world;
use monshin_store::{Mode, Privacy, verify_audit};
use rust_xlsxwriter::Workbook;

struct World {
    field: Field,
}

impl World {
    fn new(privacy: Privacy) -> World {
        let frame = "id,name\nu0,青葉医院\nu1,文京医院\nu2,中央医院\nu3,台東医院\n";
        World {
            field: Field::with_frame(
                Path::new(env!("CARGO_BIN_EXE_monshin")),
                &world::small(),
                privacy,
                frame,
            ),
        }
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.field.dir().join(name);
        std::fs::write(&path, bytes).expect("written");
        path
    }

    /// What the command says, which has to end with this exit code.
    fn import(&self, files: &[&PathBuf], more: &[&str], code: i32) -> String {
        let (dir, database) = (self.field.dir(), self.field.database.clone());
        let output = Command::new(env!("CARGO_BIN_EXE_monshin"))
            .args(["--lang", "ja", "import", text(&dir), "--database", &database, "--mode", "fax"])
            .args(files)
            .args(more)
            .output()
            .expect("it starts");
        let said = String::from_utf8([output.stdout, output.stderr].concat()).expect("UTF-8");
        assert_eq!(output.status.code(), Some(code), "{said}");
        said
    }

    /// Whose returns are there, how they came, and what they answer, as the analyst reads them.
    async fn returns(&self) -> Vec<(String, String)> {
        let store = self.field.store().await;
        verify_audit(&store.audit_log().await.expect("read")).expect("one chain");
        let mut all = Vec::new();
        for one in self.field.returns(&*store).await.into_values() {
            all.push((
                one.record.key.clone(),
                format!("{:?}", one.record.cells.values().collect::<Vec<_>>()),
            ));
        }
        store.close().await;
        all.sort();
        all
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mistake_of_every_file_is_told_at_once_and_nothing_is_taken_in() {
    let world = World::new(Privacy::Identified);
    let one = world.file("one.csv", "id,q1,remark\nu0,はい,\nu1,たぶん,\nu9,いいえ,\n");
    let two = world.file("two.csv", "id,q1,remark\nu0,はい,\n,yes,\nu2,no,\nu2,no,\n");
    let said = world.import(&[&one, &two], &[], 1);
    for place in [
        "one.csv 3行目 列「q1」",
        "one.csv 4行目 列「id」",
        "two.csv 2行目",
        "two.csv 3行目 列「id」",
        "two.csv 5行目 列「id」",
    ] {
        assert!(said.contains(place), "{place}\n{said}");
    }
    assert!(said.contains("何も取り込んでいません"));
    assert!(world.returns().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn keyed_returns_are_sealed_like_those_of_the_web_and_the_same_file_again_changes_nothing() {
    let world = World::new(Privacy::Identified);
    // As Excel saves it in Japan: CP932.
    let cp932 = b"id,q1,remark\r\nu0,\x82\xcd\x82\xa2,\x8e\x86\r\nu1,no,\r\n";
    let file = world.file("keyed.csv", cp932);
    let said = world.import(&[&file], &["--dry-run"], 0);
    assert!(said.contains("確認のみ") && said.contains("取り込み: 2（FAX）"), "{said}");
    assert!(world.returns().await.is_empty());
    world.import(&[&file], &[], 0);
    let kept = [("u0", "[\"yes\", \"紙\"]"), ("u1", "[\"no\"]")]
        .map(|(unit, cells)| (unit.to_owned(), cells.to_owned()));
    assert_eq!(world.returns().await, kept);
    let database = std::fs::read(&world.field.database).expect("read");
    assert!(!database.windows(3).any(|part| part == "紙".as_bytes()), "no answer is readable");
    let said = world.import(&[&file], &[], 0);
    assert!(said.contains("取り込み: 0（FAX）") && said.contains("取り込み済み: 2"), "{said}");
    let corrected = world.file("corrected.csv", "id,q1,remark\nu1,yes,\n");
    let said = world.import(&[&corrected], &["--correct"], 0);
    assert!(said.contains("前の回答に代えて: 1"), "{said}");
    assert_eq!(world.returns().await[1].1, "[\"yes\"]");
    // What it says already is no correction.
    let said = world.import(&[&corrected], &["--correct"], 0);
    assert!(said.contains("前の回答に代えて: 0") && said.contains("取り込み済み: 1"), "{said}");
    let said = world.import(&[&file], &["--correct"], 0);
    assert!(said.contains("前の回答に代えて: 1") && said.contains("取り込み済み: 1"), "{said}");
    let store = world.field.store().await;
    for (unit, revision) in [("u0", 1), ("u1", 3)] {
        let case = store.case_of_unit("small", unit).await.expect("read").expect("there");
        assert_eq!(case.revision, revision, "{unit}");
    }
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_by_the_web_is_never_replaced_unless_that_is_said() {
    let world = World::new(Privacy::Identified);
    let (at, unit) = (free_address(), &world.field.units[0]);
    let server = world.field.serve(at);
    Journey::new(Client::new(at, "10.0.0.1")).travel(&unit.link, &unit.script).await.expect("a receipt");
    let file = world.file("keyed.csv", "id,q1,remark\nu0,no,by FAX\nu1,no,\n");
    let said = world.import(&[&file], &[], 1);
    assert!(said.contains("S024") && said.contains("keyed.csv 2行目") && said.contains("u0"), "{said}");
    assert_eq!(world.returns().await.len(), 1);
    let said = world.import(&[&file], &["--on-conflict", "keep"], 0);
    assert!(said.contains("ウェブの回答を残した: 1"), "{said}");
    let returns = world.returns().await;
    assert!(returns.len() == 2 && !returns[0].1.contains("by FAX"), "{returns:?}");
    world.import(&[&file], &["--on-conflict", "replace"], 0);
    assert!(world.returns().await[0].1.contains("by FAX"));
    // The respondent is told, is shown nothing that was never typed here, and may answer again.
    let mut client = Client::new(at, "10.0.0.1");
    let page = client.get(&unit.link).await.expect("a page");
    let page =
        if page.location.is_empty() { page } else { client.get(&page.location).await.expect("a page") };
    assert!(page.body.contains("紙・FAXなど"), "{}", page.body);
    assert!(server.stop());
    let store = world.field.store().await;
    let case = store.case_of_unit("small", "u0").await.expect("read").expect("there");
    assert_eq!((case.revision, case.mode), (2, Some(Mode::Fax)));
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_anonymous_return_is_taken_in_once_and_tied_to_nobody() {
    let world = World::new(Privacy::Anonymous);
    let file = world.file("keyed.csv", "id,q1,remark\nu0,yes,\n");
    world.import(&[&file], &[], 0);
    let said = world.import(&[&file], &["--correct"], 0);
    assert!(said.contains("取り込み済み: 1"), "{said}");
    let returns = world.returns().await;
    assert!(returns.len() == 1 && returns[0].0 != "u0", "{returns:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_is_read_by_sheet_row_and_cell() {
    let world = World::new(Privacy::Identified);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("入力").expect("named");
    for (row, cells) in [(2, ["id", "q1", "remark"]), (3, ["u0", "はい", "紙"]), (5, ["u1", "たぶん", ""])]
    {
        for (column, cell) in (1..).zip(cells) {
            sheet.write(row, column, cell).expect("written");
        }
    }
    let one = world.file("one.xlsx", book.save_to_buffer().expect("made"));
    let said = world.import(&[&one], &[], 1);
    assert!(said.contains("one.xlsx [入力] 6行目 列「q1 C6」"), "{said}");
    let sheet = book.worksheet_from_name("入力").expect("there");
    sheet.write(5, 2, "いいえ").expect("written");
    sheet.write(6, 1, "u2").expect("written");
    sheet.write(6, 2, "no").expect("written");
    book.add_worksheet().set_name("メモ").expect("named").write(0, 0, "id").expect("written");
    let two = world.file("two.xlsx", book.save_to_buffer().expect("made"));
    let said = world.import(&[&two], &[], 1);
    assert!(said.contains("シートが複数") && said.contains("入力、メモ"), "{said}");
    world.import(&[&two], &["--sheet", "入力"], 0);
    assert_eq!(world.returns().await.len(), 3);
    let broken = world.file("broken.xlsx", b"PK\x03\x04 and nothing else");
    assert!(world.import(&[&broken], &[], 1).contains("S020"));
}
