//! Which answers of a question a report speaks of.

use monshin_tabulate::VariableKind;
use monshin_tabulate::instrument::Code;

use super::pen::Pen;
use crate::check::figure::{Group, Target};

/// What a variable comes to in a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    /// Yes or no, done or not: one code says it all.
    Pair(Target),
    /// One of several answers, the commonest first.
    Choice(Vec<Target>),
    /// Several answers, the commonest first; those that stand alone last.
    Several(Vec<Target>),
    /// A number.
    Number,
    /// Words or a day.
    Other,
}

impl Pen<'_> {
    /// What a variable comes to.
    pub fn shape(&self, at: usize) -> Shape {
        let one = |code: u16| Target { variable: at, codes: vec![code] };
        match self.one(at).kind {
            VariableKind::Number => Shape::Number,
            VariableKind::Date | VariableKind::Text => Shape::Other,
            VariableKind::Multiple => Shape::Several(self.commonest(at)),
            VariableKind::Single => {
                let codes = self.substantive(at);
                let yes = codes.iter().find(|code| is_affirmative(self.code(at, **code)));
                match (codes.as_slice(), yes) {
                    ([], _) => Shape::Other,
                    ([_] | [_, _], Some(yes)) => Shape::Pair(one(*yes)),
                    ([first] | [first, _], None) => Shape::Pair(one(*first)),
                    _ => Shape::Choice(self.commonest(at)),
                }
            }
        }
    }

    fn commonest(&self, at: usize) -> Vec<Target> {
        let mut targets: Vec<Target> =
            self.substantive(at).into_iter().map(|code| Target { variable: at, codes: vec![code] }).collect();
        let percent = |target: &Target| self.share(target, &Group::all()).map(|share| share.percent);
        targets.sort_by(|a, b| {
            let alone = |target: &Target| self.code(at, target.codes[0]).exclusive;
            (alone(a), percent(b)).cmp(&(alone(b), percent(a)))
        });
        targets
    }

    /// The answers of a variable whose differences between groups may be spoken of: of a pair one, of
    /// a list the commonest, of several answers the three commonest. The choice rests on the overall
    /// figures, which do not depend on how groups differ.
    pub fn spoken_of(&self, at: usize) -> Vec<Target> {
        match self.shape(at) {
            Shape::Pair(target) => vec![target],
            Shape::Choice(targets) => targets.into_iter().take(1).collect(),
            Shape::Several(targets) => {
                let joint = targets.into_iter().filter(|target| !self.code(at, target.codes[0]).exclusive);
                joint.take(3).collect()
            }
            Shape::Number | Shape::Other => Vec::new(),
        }
    }
}

fn is_affirmative(code: &Code) -> bool {
    code.id == "yes"
        || code.label.get("ja").starts_with("はい")
        || code.label.exact("en").is_some_and(|label| label.starts_with("Yes"))
}
