//! What a bench of ours works on, as files for the program it is held against.

use std::fmt::Write as _;
use std::path::Path;

#[path = "../../../crates/monshin-estimate/benches/made_up/mod.rs"]
#[allow(dead_code, reason = "shared with the bench, which uses the rest")]
mod made_up;
use made_up::{Margins, Survey};

/// Writes the surveys and margins of the bench `statistics` into a folder.
///
/// # Errors
/// When a file cannot be written.
pub fn write(folder: &Path) -> Result<(), String> {
    std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let write = |name: String, text: String| {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display()))
    };
    for n in [897, 10_000] {
        write(format!("survey-{n}.csv"), survey(&Survey::made_up(n)))?;
    }
    for n in [100_000, 1_000_000] {
        let margins = Margins::made_up(n);
        write(format!("margins-{n}.csv"), levels(&margins))?;
        write(format!("totals-{n}.csv"), totals(&margins))?;
    }
    Ok(())
}

fn survey(survey: &Survey) -> String {
    let mut text = String::from("q1,q2,q3,q4,q5,q6,q7,q8,beds,founder,weight\n");
    for (i, weight) in survey.weights().iter().enumerate() {
        survey.yes[i].iter().for_each(|yes| text.push_str(if *yes { "1," } else { "0," }));
        let _ = writeln!(text, "{},{},{weight}", survey.beds[i], survey.founder[i]);
    }
    text
}

fn levels(margins: &Margins) -> String {
    let mut text = String::from("m1,m2,m3,m4,m5\n");
    for i in 0..margins.levels[0].len() {
        let of: Vec<String> = margins.levels.iter().map(|level| level[i].to_string()).collect();
        let _ = writeln!(text, "{}", of.join(","));
    }
    text
}

fn totals(margins: &Margins) -> String {
    let mut text = String::from("margin,level,total\n");
    for (m, totals) in margins.totals.iter().enumerate() {
        for (level, total) in totals.iter().enumerate() {
            let _ = writeln!(text, "m{},{level},{total}", m + 1);
        }
    }
    text
}
