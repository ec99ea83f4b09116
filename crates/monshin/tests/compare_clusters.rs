//! Two surveys of clusters side by side: how sure a difference is, is for the clusters to say.
#![allow(clippy::disallowed_methods, reason = "a story of files and commands")]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// 50 clusters of two who answer alike; so many clusters say yes, the others no or "in part".
fn survey(dir: &Path, id: &str, yes: usize) -> PathBuf {
    let folder = dir.join(id);
    std::fs::create_dir(&folder).expect("a folder");
    let form = format!(
        "[survey]\nid = \"{id}\"\ntitle = \"T\"\nlanguages = [\"en\"]\ndisclosure = \"none\"\n\
         [design]\nmode = \"sample\"\ncluster = \"site\"\n[codes.yn]\nyes = \"Yes\"\npart = \"In part\"\nno = \"No\"\n\
         [[question]]\nid = \"q1\"\ncodes = \"yn\"\ntext = \"Is it so?\"\n"
    );
    let mut rows = "id,site,q1\n".to_owned();
    for at in 0..100 {
        let site = at / 2;
        let answer = ["yes", "no", "part"][if site < yes { 0 } else { 1 + site % 2 }];
        rows += &format!("{id}{at},s{site},{answer}\n");
    }
    std::fs::write(folder.join("survey.toml"), form).expect("is written");
    std::fs::write(folder.join("responses.csv"), rows).expect("is written");
    folder
}

fn compare(operand: &str) -> Value {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (a, b) = (survey(dir.path(), "a", 15), survey(dir.path(), "b", 25));
    let mapping = dir.path().join("mapping.toml");
    let text = format!(
        "[[survey]]\nid = \"a\"\n[[survey]]\nid = \"b\"\n[[concept]]\nid = \"x\"\nlabel = {{ en = \"X\" }}\n\
         [concept.in]\na = \"{operand}\"\nb = \"{operand}\"\n"
    );
    std::fs::write(&mapping, text).expect("is written");
    let out = dir.path().join("out");
    let mut command = Command::new(env!("CARGO_BIN_EXE_monshin"));
    command.args(["--lang", "en", "compare"]).args([&a, &b]);
    command.arg("--mapping").arg(&mapping).arg("--out").arg(&out);
    let done = command.output().expect("the binary starts");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let json = std::fs::read_to_string(out.join("comparison.json")).expect("is written");
    serde_json::from_str(&json).expect("JSON")
}

/// R 4.2.2, survey 4.1-1: `svymean(~y, svydesign(~c, data))` of 15 and 25 clusters of 50 gives standard errors
/// 0.0654653670708 and 0.0714285714286; z = 2.0641873861686, `2 * pnorm(-z)` = 0.0389999530124. Counts of
/// respondents would say 0.0039.
#[test]
fn clusters_say_how_sure_a_difference_is_of_one_code_and_of_several() {
    for (operand, sign) in [("q1=yes", 1.0), ("q1=no,part", -1.0)] {
        let comparison = compare(operand);
        let found = &comparison["concepts"][0]["differences"][0];
        let figure = |name: &str| found[name].as_f64().unwrap_or_else(|| panic!("{name}: {comparison:#}"));
        assert!((figure("points") - sign * 20.0).abs() < 1e-6, "{operand}: {found}");
        assert!((figure("p") - 0.038_999_953).abs() < 1e-6, "{operand}: {found}");
    }
}
