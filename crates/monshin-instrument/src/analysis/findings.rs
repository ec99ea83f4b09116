//! What the analysis has to say to the author.

use monshin_diag::{Diagnostic, Place, Source, words};

use super::Variable;
use super::domain::Domains;
use super::reach::{Reach, reach, variables};
use crate::compile::Places;
use crate::{Block, Expr, Item, Question, Questionnaire, Subject, Test, Truth, Value};

/// Conditions that never or always hold, questions out of reach, too many paths.
pub(crate) fn findings(form: &Questionnaire, places: &Places, source: &Source) -> Vec<Diagnostic> {
    let reach = reach(form);
    let domains = Domains::new(form);
    let mut found = Vec::new();
    if !reach.is_complete {
        found.push(Diagnostic::advice("Q035", Place::file(source.name()),
            words!("条件の組合せが多すぎるため、到達できない設問の検査を省きました"; "too many combinations of conditions; reachability was not checked")));
    }
    let is_dead = |block: &Block| !reach.can_open[block.items.start..block.items.end].contains(&true);
    for block in form.blocks.iter().filter(|block| is_dead(block)) {
        let id = &block.id;
        let place = Place::text(source, places.get(&format!("condition of block {id}")));
        found.push(
            Diagnostic::error(
                "Q032",
                place,
                words!("繰り返し「{id}」には誰も到達できません"; "nobody can reach block `{id}`"),
            )
            .help(words!("条件が矛盾していないか、前の設問の分岐と両立するかを見直してください";
                "look for parts of its condition that contradict each other or the routing before it")),
        );
    }
    let is_in_dead = |question: &Question| question.block.is_some_and(|at| is_dead(&form.blocks[at]));
    for question in form.questions.iter().filter(|question| !is_in_dead(question)) {
        found.extend(of_question(&domains, question, &reach, places, source));
    }
    found
}

fn of_question(
    domains: &Domains,
    question: &Question,
    reach: &Reach,
    places: &Places,
    source: &Source,
) -> Option<Diagnostic> {
    let item = question.items.start;
    let id = &question.id;
    let condition = Place::text(source, places.get(&format!("condition {id}")));
    let own = question.ask_if.as_ref();
    if own.is_some_and(|own| can_hold_alone(domains, own) == Some(false)) {
        return Some(Diagnostic::error("Q030", condition,
            words!("設問「{id}」の条件は決して成り立ちません"; "the condition of `{id}` can never hold"))
            .help(words!("条件どうしが矛盾していないか、選択肢や範囲を見直してください"; "look for parts that contradict each other, or codes and limits that rule it out")));
    }
    if !reach.can_open[item] {
        let place = if own.is_some() {
            condition
        } else {
            Place::text(source, places.get(&format!("question {id}")))
        };
        return Some(Diagnostic::error("Q032", place,
            words!("設問「{id}」には誰も到達できません"; "nobody can reach question `{id}`"))
            .help(words!("この条件は、前の設問の分岐と両立しません"; "its condition cannot be met together with the routing before it")));
    }
    (own.is_some() && reach.is_complete && !reach.can_shut[item]).then(|| {
        Diagnostic::warning(
            "Q031",
            condition,
            words!("設問「{id}」の条件は常に成り立ちます"; "the condition of `{id}` always holds"),
        )
        .help(words!("条件を消すか、見直してください"; "remove the condition or look at it again"))
    })
}

/// At most so many combinations are tried for one condition.
const MAX_COMBINATIONS: usize = 200_000;

/// Whether a condition can hold when everything it reads may be anything; `None` where there are
/// too many combinations to try.
fn can_hold_alone(all: &Domains, expr: &Expr) -> Option<bool> {
    let mut read = variables(expr);
    read.sort();
    read.dedup();
    let domains: Vec<Vec<Item>> = read.iter().map(|variable| domain_of(all, *variable)).collect();
    let combinations =
        domains.iter().try_fold(1_usize, |product, domain| product.checked_mul(domain.len()))?;
    let is_beyond = read
        .iter()
        .any(|variable| matches!(variable, Variable::Subject(Subject::Item(at)) if all.is_beyond(*at)));
    if combinations > MAX_COMBINATIONS || is_beyond {
        return None;
    }
    Some((0..combinations).any(|combination| {
        let mut rest = combination;
        let choice: Vec<&Item> = domains
            .iter()
            .map(|domain| {
                let item = &domain[rest % domain.len()];
                rest /= domain.len();
                item
            })
            .collect();
        let look = |variable: Variable| read.binary_search(&variable).ok().map(|at| choice[at]);
        let test = |test: &Test| {
            look(Variable::Subject(test.subject)).map_or(Truth::Unknown, |item| test.is.truth_of(item))
        };
        let given = |entry: &[usize]| {
            look(Variable::Entry(entry[0])).is_some_and(|item| matches!(item, Item::Answered(_))).into()
        };
        expr.eval(&test, &given) == Truth::True
    }))
}

fn domain_of(all: &Domains, variable: Variable) -> Vec<Item> {
    let code = |code: usize| Item::Answered(Value::Code(code as u16));
    match variable {
        Variable::Subject(Subject::Breakdown(at)) => (0..all.classes_of_breakdown(at)).map(code).collect(),
        Variable::Entry(at) => vec![Item::NotAsked(at), code(0)],
        Variable::Subject(Subject::Item(at)) => {
            let answers = all.classes(at, false).into_iter().map(|class| class.stands);
            answers.chain([Item::NotAsked(at)]).collect()
        }
    }
}
