//! How two figures hang together, and so how they are compared.

use monshin_diag::{Words, words};
use monshin_tabulate::estimate::Reason;
use monshin_tabulate::estimate::compare::{
    Bounded, Compared, ShareSums, compare_answers, compare_combination, compare_groups, compare_overlapping,
    compare_with_number, compare_with_rest,
};
use monshin_tabulate::{Among, Figures, VariableKind};

use crate::check::figure::{Desk, Group, Missing, Target};
use crate::phrase::Ratio;

/// What a share is compared with, its names found.
#[derive(Clone, Debug)]
pub(crate) enum Second {
    Share(Target, Group),
    Mean(usize),
    Number(Ratio),
}

/// A comparison, or why there is none.
pub(super) type Related = Result<(Bounded, Versus), Words>;

/// What the first is in fact held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Versus {
    /// The second as it stands.
    Second,
    /// What is left of the second without the first.
    RestOfSecond,
    /// The second is a part of the first, which is taken without it.
    SecondAlone,
}

/// How two groups stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stand {
    Equal,
    Apart,
    FirstInside,
    SecondInside,
    Overlap,
}

impl Desk<'_> {
    /// Compares a share with what it is held against.
    pub(super) fn relate(&self, target: &Target, group: &Group, second: &Second) -> Related {
        let level = self.tables.level;
        let first = self.sums(target, group)?;
        match second {
            Second::Number(percent) => {
                sure(compare_with_number(&first, percent.to_float() / 100.0, level), Versus::Second)
            }
            Second::Mean(by) => self.relate_to_mean(target, group, *by),
            Second::Share(other, _)
                if other.variable != target.variable && self.units_differ(target, other) =>
            {
                Err(words!("数えている単位が違います"; "they count different units"))
            }
            Second::Share(other, where_) if same_codes(target, other) => {
                self.relate_groups(target, group, where_)
            }
            Second::Share(other, where_) => self.relate_answers((target, group), (other, where_)),
        }
    }

    /// The sums of a share.
    pub(super) fn sums(&self, target: &Target, group: &Group) -> Result<ShareSums, Words> {
        let several = self.variable(target.variable).kind == VariableKind::Multiple;
        if several && target.codes.len() > 1 {
            return Err(words!("複数回答の割合は足せません"; "shares of several answers do not add up"));
        }
        let figures = self.figures(target.variable, group).map_err(|missing| why_missing(&missing))?;
        self.sums_of(&figures, target)
    }

    /// An answer that is withheld or omitted is not one that nobody gave.
    fn sums_of(&self, figures: &Figures, target: &Target) -> Result<ShareSums, Words> {
        let has = |is_it: &dyn Fn(u16) -> bool| target.codes.iter().any(|code| is_it(*code));
        match () {
            () if has(&|code| figures.is_withheld(code)) => Err(why_missing(&Missing::Withheld)),
            () if has(&|code| figures.is_omitted(code)) => Err(why_missing(&Missing::Omitted)),
            () => Ok(self.tables.share_sums(figures, &target.codes)),
        }
    }

    fn units_differ(&self, a: &Target, b: &Target) -> bool {
        self.variable(a.variable).block != self.variable(b.variable).block
    }

    /// The same answer in two groups.
    fn relate_groups(&self, target: &Target, first: &Group, second: &Group) -> Related {
        let level = self.tables.level;
        let (a, b) = (self.sums(target, first)?, self.sums(target, second)?);
        let stand = stand(first, second);
        if self.tables.compares_under_design() && stand != Stand::Equal {
            return self.relate_designed(target, first, second, stand);
        }
        match stand {
            Stand::Equal => Err(words!("同じ値どうしです"; "it is one and the same figure")),
            Stand::FirstInside => sure(compare_with_rest(&a, &b, level), Versus::RestOfSecond),
            Stand::SecondInside => sure(compare_groups(&a.minus(&b), &b, level), Versus::SecondAlone),
            Stand::Apart => sure(compare_groups(&a, &b, level), Versus::Second),
            Stand::Overlap => match self.shared_part(target, first, second) {
                Some((both, a_base, b_base)) => {
                    let parts = overlapping_parts(&a.minus(&both), &both, &b.minus(&both), a_base, b_base);
                    sure(compare_combination(&parts, level), Versus::Second)
                }
                // Who is in both answered alike in both, so they vary less than apart: taken as apart
                // the test errs on the side of caution.
                None => sure(compare_groups(&a, &b, level), Versus::Second),
            },
        }
    }

    /// The same under the design: strata, clusters and known totals of the whole sample count.
    fn relate_designed(&self, target: &Target, first: &Group, second: &Group, stand: Stand) -> Related {
        let compare =
            |a: Among<'_>, b: Among<'_>| self.tables.compare_designed(target.variable, &target.codes, a, b);
        let (a, b) = (Among::classes(&first.filters), Among::classes(&second.filters));
        match stand {
            Stand::FirstInside => {
                sure(compare(a, Among::rest(&second.filters, &first.filters)), Versus::RestOfSecond)
            }
            Stand::SecondInside => {
                sure(compare(Among::rest(&first.filters, &second.filters), b), Versus::SecondAlone)
            }
            Stand::Apart => sure(compare(a, b), Versus::Second),
            Stand::Overlap | Stand::Equal => {
                let parts = [(1.0, a), (-1.0, b)];
                let compared = self.tables.contrast_designed(target.variable, &target.codes, &parts);
                sure(compared, Versus::Second)
            }
        }
    }

    /// The classes that two groups of one breakdown have in common, with the bases of both by weight.
    fn shared_part(&self, target: &Target, first: &Group, second: &Group) -> Option<(ShareSums, f64, f64)> {
        let ([(by, ours)], [(other, theirs)]) = (first.filters.as_slice(), second.filters.as_slice()) else {
            return None;
        };
        let common: Vec<u16> = ours.iter().filter(|class| theirs.contains(class)).copied().collect();
        let base = |group: &Group| self.sums(target, group).ok().map(|sums| sums.base.weight);
        let (a, b) = (base(first)?, base(second)?);
        let both = self.sums(target, &Group { filters: vec![(*by, common)] }).ok()?;
        (by == other).then_some((both, a, b))
    }

    /// A class against the plain mean over its breakdown. Over another breakdown the share is taken as
    /// apart from the classes, which errs on the side of caution.
    fn relate_to_mean(&self, target: &Target, group: &Group, by: usize) -> Related {
        let first = self.sums(target, group)?;
        let ours = match group.filters.as_slice() {
            [(own, classes)] if *own == by => classes.as_slice(),
            _ => &[],
        };
        let mut classes: Vec<(u16, ShareSums)> = Vec::new();
        for class in self.classes(by) {
            match self.figures(target.variable, &Group::class(by, class)) {
                Ok(figures) if figures.n > 0 => {
                    classes.push((class, self.sums_of(&figures, target)?));
                }
                Ok(_) | Err(Missing::NoBase) => {}
                Err(missing) => return Err(why_missing(&missing)),
            }
        }
        if classes.is_empty() {
            return Err(why_missing(&Missing::NoBase));
        }
        let k = classes.len() as f64;
        let mut parts: Vec<(f64, ShareSums)> = Vec::new();
        for (class, sums) in &classes {
            let own = if ours.contains(class) { sums.base.weight / first.base.weight } else { 0.0 };
            parts.push((own - 1.0 / k, *sums));
        }
        if ours.is_empty() {
            parts.push((1.0, first));
        }
        // One class that is all classes is its own mean.
        parts.retain(|(c, _)| c.abs() > 1e-12);
        if parts.is_empty() {
            return Err(words!("同じ値どうしです"; "it is one and the same figure"));
        }
        if self.tables.compares_under_design() {
            let filters: Vec<[(usize, Vec<u16>); 1]> =
                classes.iter().map(|(class, _)| [(by, vec![*class])]).collect();
            let of_classes = filters.iter().map(|one| (-1.0 / k, Among::classes(one)));
            let all: Vec<_> = of_classes.chain([(1.0, Among::classes(&group.filters))]).collect();
            return sure(self.tables.contrast_designed(target.variable, &target.codes, &all), Versus::Second);
        }
        sure(compare_combination(&parts, self.tables.level), Versus::Second)
    }

    /// Two answers: of one question, or of two.
    fn relate_answers(&self, first: (&Target, &Group), second: (&Target, &Group)) -> Related {
        let level = self.tables.level;
        let (a, b) = (self.sums(first.0, first.1)?, self.sums(second.0, second.1)?);
        let stand = stand(first.1, second.1);
        let exclusive = first.0.variable == second.0.variable
            && self.variable(first.0.variable).kind == VariableKind::Single;
        if exclusive && stand == Stand::Equal {
            // Codes that both have cancel out.
            let without = |target: &Target, other: &Target| Target {
                codes: target.codes.iter().filter(|code| !other.codes.contains(code)).copied().collect(),
                ..target.clone()
            };
            let (one, other) = (without(first.0, second.0), without(second.0, first.0));
            if self.tables.compares_under_design() {
                return sure(self.joint((&one, first.1), (&other, second.1)), Versus::Second);
            }
            let (a, b) = (self.sums(&one, first.1)?, self.sums(&other, second.1)?);
            return sure(compare_answers(&a, &b, level), Versus::Second);
        }
        // How many gave both answers is counted, where that may be told.
        if (self.tables.compares_under_design() || stand != Stand::Apart)
            && let Ok(compared) = self.joint(first, second)
        {
            return sure(Ok(compared), Versus::Second);
        }
        if stand == Stand::Apart {
            return sure(compare_groups(&a, &b, level), Versus::Second);
        }
        let everybody = if stand == Stand::Equal { first.1.clone() } else { Group::all() };
        let population =
            self.figures(first.0.variable, &everybody).map_err(|missing| why_missing(&missing))?.responses;
        let bounded = compare_overlapping(&a, &b, population, level).map_err(why)?;
        Ok((bounded, Versus::Second))
    }

    fn joint(&self, first: (&Target, &Group), second: (&Target, &Group)) -> Result<Compared, Reason> {
        let one = |(target, group): (&'_ Target, &'_ Group)| {
            (target.variable, target.codes.clone(), group.filters.clone())
        };
        let (a, b) = (one(first), one(second));
        self.tables
            .compare_answers_jointly((a.0, &a.1, Among::classes(&a.2)), (b.0, &b.1, Among::classes(&b.2)))
    }
}

fn sure(compared: Result<Compared, Reason>, versus: Versus) -> Related {
    let least = compared.map_err(why)?;
    let best_p_value = least.p_value;
    Ok((Bounded { least, best_p_value }, versus))
}

fn why(reason: Reason) -> Words {
    match reason {
        Reason::NoBase => {
            words!("比べる相手に回答した組織がありません"; "nobody who answered is left to compare with")
        }
        _ => words!("検定の前提となる値がありません"; "the figures do not allow a test"),
    }
}

pub(super) fn why_missing(missing: &Missing) -> Words {
    match missing {
        Missing::Withheld => words!("秘匿された値が要ります"; "it needs figures that are withheld"),
        Missing::Omitted => {
            words!("信頼性が低く表章していない値が要ります"; "it needs figures that are not presented")
        }
        Missing::NoBase => words!("回答した組織がありません"; "nobody answered"),
        _ => words!("必要な集計表がありません"; "the table it needs was not made"),
    }
}

fn same_codes(a: &Target, b: &Target) -> bool {
    let sorted = |target: &Target| {
        let mut codes = target.codes.clone();
        codes.sort_unstable();
        codes
    };
    a.variable == b.variable && sorted(a) == sorted(b)
}

/// p of A∪I less p of I∪B, over the parts A, I, B that have nobody in common.
fn overlapping_parts(
    a: &ShareSums,
    both: &ShareSums,
    b: &ShareSums,
    first: f64,
    second: f64,
) -> Vec<(f64, ShareSums)> {
    let share = |part: &ShareSums, of: f64| part.base.weight / of;
    let parts =
        [(share(a, first), *a), (share(both, first) - share(both, second), *both), (-share(b, second), *b)];
    parts.into_iter().filter(|(c, part)| part.base.n > 0 && c.abs() > 1e-12).collect()
}

/// How two groups stand to each other, from the classes they name.
fn stand(first: &Group, second: &Group) -> Stand {
    let within = |a: &[u16], b: &[u16]| a.iter().all(|class| b.contains(class));
    let inside = |a: &Group, b: &Group| {
        b.filters.iter().all(|(by, wide)| a.classes(*by).is_some_and(|narrow| within(narrow, wide)))
    };
    let apart = first.filters.iter().any(|(by, ours)| {
        second.classes(*by).is_some_and(|theirs| !ours.iter().any(|class| theirs.contains(class)))
    });
    match (inside(first, second), inside(second, first)) {
        _ if apart => Stand::Apart,
        (true, true) => Stand::Equal,
        (true, false) => Stand::FirstInside,
        (false, true) => Stand::SecondInside,
        (false, false) => Stand::Overlap,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(filters: &[(usize, &[u16])]) -> Group {
        Group { filters: filters.iter().map(|(by, classes)| (*by, classes.to_vec())).collect() }
    }

    #[test]
    fn groups_stand_apart_inside_or_across() {
        for (a, b, expected) in [
            (group(&[(0, &[1])]), group(&[(0, &[2])]), Stand::Apart),
            (group(&[(0, &[1])]), group(&[]), Stand::FirstInside),
            (group(&[]), group(&[(0, &[1])]), Stand::SecondInside),
            (group(&[(0, &[1, 2])]), group(&[(0, &[2, 1])]), Stand::Equal),
            (group(&[(0, &[1, 2])]), group(&[(0, &[2, 3])]), Stand::Overlap),
            (group(&[(0, &[1]), (1, &[0])]), group(&[(0, &[1])]), Stand::FirstInside),
            (group(&[(0, &[1]), (1, &[0])]), group(&[(0, &[1]), (1, &[2])]), Stand::Apart),
            (group(&[(0, &[1])]), group(&[(1, &[1])]), Stand::Overlap),
        ] {
            assert_eq!(stand(&a, &b), expected, "{a:?} {b:?}");
        }
    }
}
