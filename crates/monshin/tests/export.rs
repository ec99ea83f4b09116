//! The returns one by one, through the binary: out of a database and back in as a data file.
#![allow(clippy::disallowed_methods, reason = "a story of processes and files")]

use std::path::Path;
use std::process::Command;

use monshin_fielding_tests::client::Client;
use monshin_fielding_tests::field::{Field, free_address, said, text};
use monshin_fielding_tests::journey::Journey;
use monshin_fielding_tests::world;
use monshin_store::Privacy;
use serde_json::Value;

const BINARY: &str = env!("CARGO_BIN_EXE_monshin");

fn tables(words: &[&str]) -> Value {
    let told = said(Path::new(BINARY), &[&["tabulate", "--json"], words].concat());
    let told: Value = serde_json::from_str(&told).expect("JSON");
    assert!(told["tables"].as_array().is_some_and(|tables| !tables.is_empty()));
    serde_json::json!([told["responses"], told["tables"]])
}

#[tokio::test]
async fn what_is_exported_gives_the_tables_of_the_sealed_answers() {
    let field = Field::new(Path::new(BINARY), &world::small(), Privacy::Confidential, 30, None, 3);
    let at = free_address();
    let server = field.serve(at);
    for unit in &field.units {
        Journey::new(Client::new(at, "10.0.0.1")).travel(&unit.link, &unit.script).await.expect("a receipt");
    }
    assert!(server.stop());
    let (dir, key) = (field.dir(), field.dir().with_file_name("one"));
    let from = [text(&dir), "--database", &field.database, "--identity", text(&key)];
    let folder = tempfile::tempdir().expect("a folder");
    let other = folder.path();
    // Its ids are not those of the answers, so it cannot go along; with it all would be a census here.
    std::fs::remove_file(dir.join("frame.csv")).expect("there");
    std::fs::copy(dir.join("survey.toml"), other.join("survey.toml")).expect("copied");
    let out = other.join("responses.csv");
    let export = [&["export"], &from[..], &["--out", text(&out)]].concat();
    for encoding in ["utf8", "excel", "cp932"] {
        said(Path::new(BINARY), &[&export[..], &["--encoding", encoding]].concat());
        assert_eq!(tables(&[text(other)]), tables(&from), "{encoding}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&out).expect("there").permissions().mode() & 0o777, 0o600);
        }
        let again = Command::new(BINARY).args(&export).output().expect("it starts");
        assert_eq!(again.status.code(), Some(1), "what is there stays");
        std::fs::remove_file(&out).expect("there");
    }
    let closed =
        Command::new(BINARY).args(&export[..4]).args(["--out", text(&out)]).output().expect("it starts");
    assert_eq!(closed.status.code(), Some(3), "without the key nothing is written");
    assert!(!out.exists());
}
