//! What was asked in the very words: wording, answers and base of one question.

use monshin_tabulate::Variable;
use monshin_tabulate::instrument::{
    AnswerType, CodeKind, CodeList, Comparison, Expr, LocalText, Subject, Test,
};

use super::Member;

/// What people were asked, in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// `Q2`.
    pub name: String,
    /// The question, of a grid with the row.
    pub text: String,
    /// The answers offered.
    pub answers: Vec<String>,
    /// Who was asked.
    pub base: String,
}

/// How one survey asked it.
pub(super) fn asked(member: Member<'_>, variable: usize, tag: &str) -> Asked {
    let one = &member.tables.variables[variable];
    let question = &member.tables.questionnaire.questions()[one.question];
    let text = question.text.get(tag);
    let text = match one.row {
        Some(_) => format!("{text} / {}", one.label.get(tag)),
        None => text.to_owned(),
    };
    Asked {
        name: question.display_name(),
        text,
        answers: answers(one).map(|label| label.get(tag).to_owned()).collect(),
        base: one.base.sentence.get(tag).to_owned(),
    }
}

/// The unit of a number; empty for any other question.
pub(super) fn unit(member: Member<'_>, variable: usize) -> LocalText {
    let items = member.tables.questionnaire.items();
    let item = member.tables.variables[variable].items.first().map(|at| &items[*at]);
    match item.map(|item| &item.answer) {
        Some(AnswerType::Number(limits)) => limits.unit.clone(),
        _ => LocalText::default(),
    }
}

fn answers(variable: &Variable) -> impl Iterator<Item = &LocalText> {
    let codes = variable.codes.iter().flat_map(|list| &list.codes);
    codes.filter(|code| code.kind != CodeKind::Refused).map(|code| &code.label)
}

/// Whether two questions were asked in the same words with the same answers, in the first language
/// that both surveys have; blanks and line ends do not count. `None` where they share no language.
pub(super) fn same_words(a: Member<'_>, of_a: usize, b: Member<'_>, of_b: usize) -> Option<bool> {
    let languages = &b.tables.questionnaire.survey().languages;
    let tag = a.tables.questionnaire.survey().languages.iter().find(|tag| languages.contains(tag))?;
    let (one, two) = (asked(a, of_a, tag), asked(b, of_b, tag));
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    let same_answers = one.answers.len() == two.answers.len()
        && one.answers.iter().zip(&two.answers).all(|(a, b)| bare(a) == bare(b));
    Some(bare(&one.text) == bare(&two.text) && same_answers)
}

/// How the bases of two questions stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bases {
    /// Everybody was asked both, or both follow the same condition.
    Same,
    /// Both depend on an answer, but not on the same one.
    OtherCondition,
    /// One was asked of all, the other of some.
    SomeAgainstAll,
}

/// How the bases of two questions stand to each other. Two conditions are the same where they ask the
/// same of questions that correspond: of the same wording or the same label, on the same base in turn.
pub(super) fn bases(a: Member<'_>, of_a: usize, b: Member<'_>, of_b: usize) -> Bases {
    let (one, two) = (&a.tables.variables[of_a], &b.tables.variables[of_b]);
    match (one.base.is_all(), two.base.is_all()) {
        (true, true) => Bases::Same,
        (false, false) => {
            let (one, two) = (condition(a, one.question), condition(b, two.question));
            let same = one.zip(two).is_some_and(|(one, two)| alike((a, one), (b, two)));
            if same { Bases::Same } else { Bases::OtherCondition }
        }
        _ => Bases::SomeAgainstAll,
    }
}

fn condition(member: Member<'_>, question: usize) -> Option<&Expr> {
    member.tables.questionnaire.questions()[question].ask_if.as_ref()
}

/// Whether two conditions ask the same of questions that correspond.
fn alike((a, one): (Member<'_>, &Expr), (b, two): (Member<'_>, &Expr)) -> bool {
    let all = |xs: &[Expr], ys: &[Expr]| {
        xs.len() == ys.len() && xs.iter().zip(ys).all(|(x, y)| alike((a, x), (b, y)))
    };
    match (one, two) {
        (Expr::Always, Expr::Always) => true,
        (Expr::Test(x), Expr::Test(y)) => same_test((a, x), (b, y)),
        (Expr::And(xs), Expr::And(ys)) | (Expr::Or(xs), Expr::Or(ys)) => all(xs, ys),
        (Expr::Not(x), Expr::Not(y)) => alike((a, x), (b, y)),
        _ => false,
    }
}

fn same_test((a, x): (Member<'_>, &Test), (b, y): (Member<'_>, &Test)) -> bool {
    let (one, two) = (&a.tables.questionnaire, &b.tables.questionnaire);
    let (codes_of_x, codes_of_y) = match (x.subject, y.subject) {
        (Subject::Item(i), Subject::Item(j)) => {
            let (p, q) = (variable_of(a, i), variable_of(b, j));
            let Some((p, q)) = p.zip(q) else { return false };
            let (of_p, of_q) = (&a.tables.variables[p], &b.tables.variables[q]);
            let same_label = of_p.label.iter().any(|(tag, text)| of_q.label.exact(tag) == Some(text));
            let corresponds = same_label || same_words(a, p, b, q) == Some(true);
            if !corresponds || bases(a, p, b, q) != Bases::Same {
                return false;
            }
            (one.items()[i].codes(), two.items()[j].codes())
        }
        (Subject::Breakdown(i), Subject::Breakdown(j)) => {
            let (of_x, of_y) = (&one.breakdowns()[i], &two.breakdowns()[j]);
            if of_x.id != of_y.id {
                return false;
            }
            (Some(&*of_x.codes), Some(&*of_y.codes))
        }
        _ => return false,
    };
    let ids = |list: Option<&CodeList>, codes: &[u16]| {
        let id = |code: &u16| Some(list?.codes.get(usize::from(*code))?.id.clone());
        let mut ids: Vec<Option<String>> = codes.iter().map(id).collect();
        ids.sort();
        ids
    };
    match (&x.is, &y.is) {
        (Comparison::In(xs), Comparison::In(ys)) | (Comparison::NotIn(xs), Comparison::NotIn(ys)) => {
            ids(codes_of_x, xs) == ids(codes_of_y, ys)
        }
        (Comparison::In(_) | Comparison::NotIn(_), _) | (_, Comparison::In(_) | Comparison::NotIn(_)) => {
            false
        }
        (x, y) => x == y,
    }
}

fn variable_of(member: Member<'_>, item: usize) -> Option<usize> {
    member.tables.variables.iter().position(|variable| variable.items.contains(&item))
}
