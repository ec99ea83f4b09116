//! What becomes of each keyed return: by what is known of its case, and by the rule that the operator chose.

use std::collections::{BTreeMap, BTreeSet};

use monshin_diag::{Diagnostic, Diagnostics, Place, words};
use monshin_instrument::Privacy;
use monshin_store::{CaseLine, Mode};

use super::KeyedRow;

/// What is done where the respondent has answered, or begun, by the pages.
#[derive(clap::ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnConflict {
    /// Nothing is taken in, and each is told.
    #[default]
    Stop,
    /// What came by the pages stays; the others are taken in.
    Keep,
    /// The keyed return counts; what came by the pages stays behind it.
    Replace,
}

/// What would be taken in.
#[derive(Debug, Default)]
pub struct Plan<'r> {
    /// Returns to be taken in, with their cases.
    pub take: Vec<(&'r CaseLine, usize)>,
    /// Of them, those that take the place of another return.
    pub replaced: u64,
    /// Left as they are, for they were taken in before.
    pub there: u64,
    /// Left as they are, for the respondent answered or began by the pages.
    pub kept: u64,
    /// What stands in the way.
    pub found: Diagnostics,
}

/// What becomes of each row. Rows whose case has a keyed return already are taken in where they are `corrections`: by
/// their places, those that are known to say something else, or not known to say the same.
pub fn plan<'r>(
    rows: &[KeyedRow],
    cases: &'r BTreeMap<String, CaseLine>,
    privacy: Privacy,
    rule: OnConflict,
    corrections: &BTreeSet<usize>,
) -> Plan<'r> {
    let mut plan = Plan::default();
    let mut seen = BTreeSet::new();
    for (at, row) in rows.iter().enumerate() {
        // Unknown ids are findings of the reader.
        let Some(line) = cases.get(&row.unit) else { continue };
        if !seen.insert(&row.unit) {
            plan.found.push(twice(&row.unit, &row.place));
            continue;
        }
        let is_final = privacy == Privacy::Anonymous && line.case.revision > 0;
        let came_by_pages = line.case.mode == Some(Mode::Web) || (line.case.revision == 0 && line.has_draft);
        match (came_by_pages, line.case.revision > 0) {
            (false, true) if !corrections.contains(&at) || is_final => plan.there += 1,
            (true, _) if rule == OnConflict::Stop => plan.found.push(conflict(row, line, is_final)),
            (true, _) if rule == OnConflict::Keep || is_final => plan.kept += 1,
            (_, has_return) => {
                plan.replaced += u64::from(has_return);
                plan.take.push((line, at));
            }
        }
    }
    plan
}

fn twice(unit: &str, place: &Place) -> Diagnostic {
    Diagnostic::error(
        "S023",
        place.clone(),
        words!("「{unit}」の回答が、ほかのファイルにもあります"; "another file has a return of `{unit}` too"),
    )
    .help(words!("1つだけを残してください"; "keep one of them"))
}

fn conflict(row: &KeyedRow, line: &CaseLine, is_final: bool) -> Diagnostic {
    let unit = &row.unit;
    let what = if line.case.revision > 0 {
        words!("「{unit}」は、すでにウェブで回答しています"; "`{unit}` has answered on the web already")
    } else {
        words!("「{unit}」は、ウェブで回答を始めています"; "`{unit}` has begun to answer on the web")
    };
    let help = if is_final {
        words!("匿名式のため置き換えられません。--on-conflict keep でウェブの回答を残せます"; "the survey is anonymous, so it cannot be replaced; --on-conflict keep leaves what came by the web")
    } else {
        words!("--on-conflict keep でウェブの回答を残し、--on-conflict replace でこの回答を数えます"; "--on-conflict keep leaves what came by the web, --on-conflict replace counts this return")
    };
    Diagnostic::error("S024", row.place.clone(), what).help(help)
}

#[cfg(test)]
mod tests {
    use monshin_instrument::Answers;
    use monshin_store::{CaseClasses, CaseRow, Disposition};

    use super::*;

    fn line(unit: &str, revision: i64, mode: Option<Mode>, has_draft: bool) -> (String, CaseLine) {
        let case = CaseRow {
            case: 1,
            survey: "s".into(),
            wave: "s".into(),
            unit: unit.into(),
            pseudonym: unit.into(),
            classes: CaseClasses::default(),
            disposition: Disposition::UnknownEligibility,
            revision,
            mode,
        };
        (unit.into(), CaseLine { case, contact: None, has_code: true, has_draft })
    }

    fn row(unit: &str) -> KeyedRow {
        let place = Place::cell("k.csv", 2, Some("id"));
        KeyedRow { unit: unit.into(), answers: Answers::default(), place }
    }

    /// Units to be taken in, how many of them replace one, those that are there, those that are kept, findings.
    fn told(units: &str, privacy: Privacy, rule: OnConflict, correct: bool) -> (String, [u64; 3], usize) {
        let cases = BTreeMap::from([
            line("new", 0, None, false),
            line("web", 1, Some(Mode::Web), true),
            line("begun", 0, None, true),
            line("paper", 1, Some(Mode::Paper), false),
        ]);
        let rows: Vec<KeyedRow> = units.split(' ').map(row).collect();
        let corrections = (0..rows.len()).filter(|_| correct).collect();
        let plan = plan(&rows, &cases, privacy, rule, &corrections);
        let take: Vec<&str> = plan.take.iter().map(|(line, _)| &*line.case.unit).collect();
        (take.join(" "), [plan.replaced, plan.there, plan.kept], plan.found.len())
    }

    #[test]
    fn nothing_that_came_by_the_web_is_replaced_unless_that_is_said() {
        let (all, open) = ("new web begun paper", Privacy::Confidential);
        let of = |rule, correct| told(all, open, rule, correct);
        assert_eq!(of(OnConflict::Stop, false), ("new".into(), [0, 1, 0], 2));
        assert_eq!(of(OnConflict::Keep, false), ("new".into(), [0, 1, 2], 0));
        assert_eq!(of(OnConflict::Replace, false), ("new web begun".into(), [1, 1, 0], 0));
        assert_eq!(of(OnConflict::Keep, true), ("new paper".into(), [1, 0, 2], 0));
        assert_eq!(of(OnConflict::Replace, true), ("new web begun paper".into(), [2, 0, 0], 0));
    }

    #[test]
    fn an_anonymous_return_is_never_replaced() {
        let of = |rule| told("new web begun paper", Privacy::Anonymous, rule, true);
        assert_eq!(of(OnConflict::Stop), ("new".into(), [0, 1, 0], 2));
        assert_eq!(of(OnConflict::Replace), ("new begun".into(), [0, 1, 1], 0));
    }

    #[test]
    fn a_unit_has_one_return_over_all_files() {
        assert_eq!(
            told("new new unknown", Privacy::Confidential, OnConflict::Keep, false),
            ("new".into(), [0; 3], 1)
        );
    }
}
