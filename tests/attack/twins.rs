//! Twins: two sets of responses whose released tables are the same although what is withheld is not.
//!
//! Nothing that a report can print may tell them apart: neither tests and p-values, comparisons of answers of
//! the same people (which look at how many gave both), means and quantiles, bounds, trends and ranks, the sentences
//! with their bases, nor the page as a whole. So whatever is made from more than the released tables shows here.

use std::sync::Arc;

use monshin_diag::{Lang, Source};
use monshin_instrument::{Answers, Questionnaire, Response};
use monshin_report::{CheckSettings, Narrative};
use monshin_tabulate::{Released, Tables, disclose};
use serde_json::Value as Json;

use super::surveys::{count, made_up, picker, plan, submitted, weigh, weights};

/// With so many of one survey others tell more.
const MOST_TWINS: usize = 4;

/// What responses weigh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weighing {
    /// Everybody counts the same.
    None,
    /// By known totals of the first breakdown.
    Totals,
    /// With a weight for each class of it.
    Given,
}

/// Looks for twins of a random survey, so many times; gives how many were found.
///
/// # Panics
/// If something printed tells two of them apart.
pub fn attack_by_twins(
    form: &Arc<Questionnaire>,
    seed: u64,
    size: usize,
    weighing: Weighing,
    tries: usize,
) -> usize {
    let mut pick = picker(seed.wrapping_add(41));
    let answers = made_up(form, seed, size, usize::from(weighing != Weighing::None));
    let responses = submitted(form, &answers);
    let known = match weighing {
        Weighing::None => None,
        _ => Some(weights(form, seed, &responses, weighing == Weighing::Totals)),
    };
    let plan = plan(form);
    let tables = |responses: &[Response]| match &known {
        Some(known) => weigh(form, responses, known),
        None => count(form, responses, &plan),
    };
    let first = tables(&responses);
    let (truth, released) = (counts(&first), disclose(first));
    if released.audit().is_empty() {
        return 0;
    }
    let (printed, mut said) = (printed(&released), None);
    let mut found = 0;
    for _ in 0..tries {
        let other = exchanged(form, &answers, &mut pick);
        let other = tables(&submitted(form, &other));
        if counts(&other) == truth {
            continue;
        }
        let other = disclose(other);
        if self::printed(&other) != printed {
            continue;
        }
        found += 1;
        if found > MOST_TWINS {
            break;
        }
        let said = said.get_or_insert_with(|| everything(form, &released));
        for (one, other) in said.iter().zip(everything(form, &other)) {
            let same = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
            let rest = |text: &str| {
                String::from_utf8_lossy(&text.as_bytes()[same.saturating_sub(200)..])
                    .chars()
                    .take(400)
                    .collect::<String>()
            };
            assert!(*one == other, "tables are the same, but not this:\n{}\n{}", rest(one), rest(&other));
        }
    }
    found
}

/// Two respondents exchange a class, or the answers to some questions one after another.
fn exchanged(form: &Questionnaire, answers: &[Answers], pick: &mut impl FnMut(u64) -> u64) -> Vec<Answers> {
    let mut answers = answers.to_vec();
    let [one, other] = [0, 0].map(|_| pick(answers.len() as u64) as usize);
    if one == other {
        return answers;
    }
    let (low, high) = answers.split_at_mut(one.max(other));
    let (one, other) = (&mut low[one.min(other)], &mut high[0]);
    if pick(3) == 0 {
        let by = pick(form.breakdowns().len() as u64) as usize;
        std::mem::swap(&mut one.classes[by], &mut other.classes[by]);
    } else {
        let items = form.items().len();
        let from = pick(items as u64) as usize;
        let to = from + 1 + pick((items - from) as u64) as usize;
        one.values[from..to].swap_with_slice(&mut other.values[from..to]);
    }
    answers
}

/// Every count before release.
fn counts(tables: &Tables) -> Vec<u64> {
    let rows = tables.tables.iter().flat_map(|table| &table.rows).filter_map(|row| row.figures());
    rows.flat_map(|row| [row.n, row.blank].into_iter().chain(row.cells.iter().map(|cell| cell.count)))
        .collect()
}

/// The released tables without their tests.
fn printed(released: &Released<Tables>) -> Json {
    let mut json: Json =
        serde_json::from_str(&monshin_report::tables_json(released, |_| true)).expect("JSON");
    for table in json["tables"].as_array_mut().expect("a list") {
        table.as_object_mut().expect("a table").remove("tests");
    }
    json
}

/// All that can be said of released tables, claim by claim and as a page.
fn everything(form: &Questionnaire, released: &Released<Tables>) -> Vec<String> {
    let explained = |claim: String| {
        let text = monshin_report::explain(&claim, released, Lang::En);
        format!("{claim}: {}", text.unwrap_or_else(|found| format!("{found:?}")))
    };
    let mut said: Vec<String> = claims(form).into_iter().map(explained).collect();
    let (narrative, _) = Narrative::parse(&Source::new("report.en.md", "# T\n"), Lang::En);
    let report = narrative.check(released, &CheckSettings::default());
    said.push(
        report.map_or_else(|found| format!("{found:?}"), |report| monshin_report::html::render(&report)),
    );
    said.push(monshin_report::tables_json(released, |_| true));
    said
}

/// Claims of every kind about every question and class.
fn claims(form: &Questionnaire) -> Vec<String> {
    let mut groups = vec![String::new()];
    let mut trends = Vec::new();
    for breakdown in form.breakdowns() {
        let classes = breakdown.codes.codes.iter().map(|class| &class.id);
        groups.extend(classes.clone().map(|class| format!(";{}={class}", breakdown.id)));
        groups.extend(classes.map(|class| format!(";{}=!{class}", breakdown.id)));
        trends.push((breakdown.id.clone(), breakdown.codes.codes[0].id.clone()));
    }
    let coded = form.items().iter().filter(|item| item.codes().is_some() && item.entry.is_none());
    let target = |item: &monshin_instrument::ItemDef| {
        format!("{}={}", item.name, item.codes().expect("it has codes").codes[0].id)
    };
    let targets: Vec<String> = coded.map(target).collect();
    let mut claims = Vec::new();
    for one in &targets {
        for group in &groups {
            claims.push(format!("share:{one}{group}"));
            claims.push(format!("compare:{one}{group}<all"));
            claims.extend(groups.iter().map(|other| format!("compare:{one}{group}>{one}{other}")));
            claims.extend(targets.iter().map(|other| format!("compare:{one}{group}>{other}{group}")));
        }
        for (by, class) in &trends {
            claims.push(format!("mean:{one};by={by}"));
            claims.push(format!("trend:{one};by={by};up"));
            claims.push(format!("rank:{one};by={by};top={class}"));
            claims.push(format!("list:{one};by={by};above=all;are={class}"));
            claims.push(format!("every:{one};by={by}>=50%"));
        }
        claims.push(format!("bounds:{one}"));
    }
    for item in form.items().iter().filter(|item| item.entry.is_none()) {
        for (kind, group) in ["n", "asked", "blank", "average", "median", "q1", "q3"]
            .iter()
            .flat_map(|kind| groups.iter().map(move |group| (kind, group)))
        {
            claims.push(format!("{kind}:{}{group}", item.name));
        }
    }
    claims.extend(groups.iter().map(|group| format!("n:all{group}")));
    claims
}
