//! Answers that may be published beside the tables: no classes, no words, no rare combinations.

use std::collections::BTreeMap;

use monshin_diag::{Words, words};
use monshin_instrument::{
    AnswerType, Answers, BreakdownSource, Given, Item, ItemDef, Questionnaire, Response, Subject, Value,
};

use crate::cube::components::components;
use crate::{Released, Tables};

/// What stands where a respondent wrote words.
pub const WORDS_KEPT_BACK: &str = "***";

/// Answers with disclosure control, from which every overall table of questions with codes follows
/// exactly, and no table by classes.
///
/// * Classes and ids are left out; rows are in the order of their content.
/// * Of words only stays that there are some.
/// * A row whose answers taken together occur fewer than `k` times (`k` the policy's `min_base`, at
///   least 3) is taken apart: items that hang together by routing stay together, and these pieces
///   are dealt anew among all such rows in the order of their content (data swapping). Sums of each
///   piece stay as they are, so no overall table changes.
///
/// # Errors
/// Where that would not protect or not reproduce: an overall figure is withheld, a breakdown or a
/// condition rests on what is left out, or a question asks for numbers or days, which tell who
/// answered; and where weights enter, since a weight tells the class.
pub fn controlled(responses: &[Response], released: &Released<Tables>) -> Result<Vec<Answers>, Words> {
    let form = &*released.questionnaire;
    refusal(form, released).map_or(Ok(()), Err)?;
    let policy = form.survey().disclosure;
    let k = if policy.is_none() { 3 } else { policy.k.max(3) };
    let items: Vec<(usize, &ItemDef)> = form.items().iter().enumerate().collect();
    let pieces: Vec<Vec<usize>> = components(&items)
        .into_iter()
        .map(|piece| piece.into_iter().map(|(_, number, _)| number).collect())
        .collect();
    let mut rows: Vec<Vec<Given>> = responses.iter().map(|response| without_words(form, response)).collect();
    swap(&mut rows, &pieces, k);
    rows.sort_by_cached_key(|row| keys(row));
    let none = vec![None; form.breakdowns().len()];
    Ok(rows.into_iter().map(|values| Answers { classes: none.clone(), values }).collect())
}

fn refusal(form: &Questionnaire, released: &Released<Tables>) -> Option<Words> {
    let overall = released.tables.iter().filter(|table| table.by.is_empty()).flat_map(|table| &table.rows);
    let mut withheld = overall.filter(|row| {
        let of_cell = |figures: &crate::Figures| !figures.withheld.is_empty();
        row.figures().is_none_or(of_cell)
    });
    let asks_for = |kind: fn(&AnswerType) -> bool| form.items().iter().find(|item| kind(&item.answer));
    let number = asks_for(|answer| matches!(answer, AnswerType::Number(_) | AnswerType::Date { .. }));
    let by_class = form
        .items()
        .iter()
        .find(|item| item.tests().iter().any(|test| matches!(test.subject, Subject::Breakdown(_))));
    let asked = form.breakdowns().iter().find(|one| matches!(one.source, BreakdownSource::Item(_)));
    if released.weighted {
        Some(
            words!("重み付きの集計は個票から再現できますが、重みは区分を明かします"; "a weight tells the class of its row"),
        )
    } else if withheld.next().is_some() {
        Some(
            words!("全体の表に秘匿された数値があり、個票はそれを明かします"; "an overall figure is withheld, and the rows would give it back"),
        )
    } else if let Some(item) = number {
        Some(
            words!("{} は数値または日付の設問で、回答者を特定しえます", item.name; "{} asks for a number or a day, which can tell who answered", item.name),
        )
    } else if let Some(item) = by_class {
        Some(
            words!("{} の回答条件は区分を参照しています", item.name; "{} is asked depending on a class", item.name),
        )
    } else {
        asked.map(
            |one| words!("区分「{}」は設問への回答です", one.id; "the breakdown `{}` is an answer", one.id),
        )
    }
}

fn without_words(form: &Questionnaire, response: &Response) -> Vec<Given> {
    let given = |(item, def): (&Item, &ItemDef)| match item {
        Item::Answered(Value::Text(_)) => Given::Value(Value::Text(WORDS_KEPT_BACK.into())),
        Item::Answered(value) => Given::Value(value.clone()),
        Item::NoAnswer => Given::Blank,
        Item::Refused => refused(def).map_or(Given::Blank, Given::Value),
        Item::NotAsked(_) | Item::ScopeUnknown(_) => Given::Missing,
    };
    response.items().iter().zip(form.items()).map(given).collect()
}

/// The answer that says "rather not say".
fn refused(def: &ItemDef) -> Option<Value> {
    use monshin_instrument::CodeKind;
    let at = def.codes()?.codes.iter().position(|code| code.kind == CodeKind::Refused)?;
    Some(match def.answer {
        AnswerType::Several { .. } => Value::Codes(1 << at),
        _ => Value::Code(at as u16),
    })
}

/// Deals the pieces of rare rows anew.
fn swap(rows: &mut [Vec<Given>], pieces: &[Vec<usize>], k: u64) {
    let mut count: BTreeMap<Vec<(u8, u64)>, u64> = BTreeMap::new();
    rows.iter().for_each(|row| *count.entry(keys(row)).or_default() += 1);
    let rare: Vec<usize> = (0..rows.len()).filter(|at| count[&keys(&rows[*at])] < k).collect();
    for piece in pieces {
        let cut = |at: &usize| piece.iter().map(|item| rows[*at][*item].clone()).collect::<Vec<_>>();
        let mut cuts: Vec<Vec<Given>> = rare.iter().map(cut).collect();
        cuts.sort_by_cached_key(|cut| keys(cut));
        for (at, cut) in rare.iter().zip(cuts) {
            piece.iter().zip(cut).for_each(|(item, given)| rows[*at][*item] = given);
        }
    }
}

/// A key whose order is that of the content; words are all the same here.
fn keys(row: &[Given]) -> Vec<(u8, u64)> {
    let key = |given: &Given| match given {
        Given::Missing => (0, 0),
        Given::Blank => (1, 0),
        Given::Value(Value::Code(code)) => (2, u64::from(*code)),
        Given::Value(Value::Codes(bits)) => (3, *bits),
        Given::Value(Value::Number(number)) => (4, number.to_bits()),
        Given::Value(Value::Day(day)) => (5, day.number() as u64),
        Given::Value(Value::Text(_)) => (6, 0),
    };
    row.iter().map(key).collect()
}
