//! From a claim to its tests.

use monshin_diag::{Lang, Words, words};
use monshin_tabulate::estimate::compare::{Bounded, Direction, ShareSums, TestMethod, class_trend};

use super::EvidenceTest;
use super::relate::{Second, Versus};
use crate::check::figure::{Desk, Group, Target};
use crate::check::lookup::Fault;
use crate::claims::{Against, Claim, Name, Operand, Relation, Term};
use crate::phrase::Ratio;

/// Which way a statement says that two figures differ.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Says {
    Above,
    Below,
    /// Within so many points, as a share.
    Same(f64),
}

/// One test of a statement.
#[derive(Clone, Debug)]
pub(crate) struct Component {
    pub test: EvidenceTest,
    /// p-value in the most favourable case; that of the test unless the tables leave it open.
    pub best: f64,
    /// p-value of the opposite.
    pub against: f64,
}

/// The tests of a claim, or why it has none.
#[derive(Clone, Debug)]
pub(crate) struct Weighing {
    pub components: Result<Vec<Component>, Words>,
    /// "About the same" rather than "higher" or "lower".
    pub says_same: bool,
}

impl Weighing {
    fn one(component: Result<Component, Words>) -> Weighing {
        Weighing { components: component.map(|one| vec![one]), says_same: false }
    }
}

impl Desk<'_> {
    /// The tests of a claim that compares; `None` for any other.
    pub fn weigh(&self, claim: &Claim, similar_within: Ratio) -> Result<Option<Weighing>, Fault> {
        Ok(match claim {
            Claim::Compare { left, relation, right, within } => {
                let tolerance = within.unwrap_or(similar_within).to_float() / 100.0;
                let says = match relation {
                    Relation::Below | Relation::AtMost => Says::Below,
                    Relation::Above | Relation::AtLeast => Says::Above,
                    Relation::Equal | Relation::About => Says::Same(tolerance),
                };
                let (target, group) = self.find_operand(left)?;
                let Some(second) = self.find_against(right, &target, None)? else { return Ok(None) };
                let mut weighing = Weighing::one(self.component(&target, &group, &second, says));
                weighing.says_same = matches!(says, Says::Same(_));
                Some(weighing)
            }
            Claim::Diff(left, right) => self.weigh_difference(left, right)?,
            Claim::List { target, by, above, than, are } => {
                Some(self.weigh_list(target, by, *above, than, are)?)
            }
            Claim::Rank { target, by, top, classes } => Some(self.weigh_rank(target, by, *top, classes)?),
            Claim::Trend { target, by, up, except } => Some(self.weigh_trend(target, by, *up, except)?),
            _ => None,
        })
    }

    /// A difference in points says which way it goes; of none there is nothing to test.
    fn weigh_difference(&self, left: &Operand, right: &Against) -> Result<Option<Weighing>, Fault> {
        let (target, group) = self.find_operand(left)?;
        let Some(second) = self.find_against(right, &target, None)? else { return Ok(None) };
        let component = self.component(&target, &group, &second, Says::Above);
        let component = match component {
            Ok(one) if one.test.value == 0.0 => return Ok(None),
            Ok(one) if one.test.value < 0.0 => self.component(&target, &group, &second, Says::Below),
            other => other,
        };
        Ok(Some(Weighing::one(component)))
    }

    /// Every class named, against the level.
    fn weigh_list(
        &self,
        target: &Term,
        by: &Name,
        above: bool,
        than: &Against,
        are: &[Name],
    ) -> Result<Weighing, Fault> {
        let target = self.find_target(target)?;
        let by_at = self.find_breakdown(by)?;
        let says = if above { Says::Above } else { Says::Below };
        let second = self.find_against(than, &target, Some(by_at))?;
        let classes = self.find_classes(by_at, are)?;
        let one = |class: &u16| match &second {
            Some(second) => self.component(&target, &Group::class(by_at, *class), second, says),
            None => Err(words!("必要な集計表がありません"; "the table it needs was not made")),
        };
        Ok(Weighing { components: classes.iter().map(one).collect(), says_same: false })
    }

    /// Each class named against the one named after it, the last against the next of the others.
    fn weigh_rank(&self, target: &Term, by: &Name, top: bool, classes: &[Name]) -> Result<Weighing, Fault> {
        let target = self.find_target(target)?;
        let by = self.find_breakdown(by)?;
        let named = self.find_classes(by, classes)?;
        let says = if top { Says::Above } else { Says::Below };
        let others = self.by_class(&target, by).into_iter().filter_map(|(class, share)| {
            let share = share.ok().filter(|_| !named.contains(&class))?;
            Some((class, share.percent))
        });
        let next = if top {
            others.reduce(|a, b| if b.1 > a.1 { b } else { a })
        } else {
            others.reduce(|a, b| if b.1 < a.1 { b } else { a })
        };
        let order: Vec<u16> = named.iter().copied().chain(next.map(|(class, _)| class)).collect();
        if order.len() < 2 {
            let alone = words!("比べる相手の区分がありません"; "there is no other class to compare with");
            return Ok(Weighing { components: Err(alone), says_same: false });
        }
        let one = |pair: &[u16]| {
            let second = Second::Share(target.clone(), Group::class(by, pair[1]));
            self.component(&target, &Group::class(by, pair[0]), &second, says)
        };
        Ok(Weighing { components: order.windows(2).map(one).collect(), says_same: false })
    }

    /// Over the classes that are kept, and, where some are excepted, over all of them too: exceptions
    /// found by looking must not make a trend.
    fn weigh_trend(&self, target: &Term, by: &Name, up: bool, except: &[Name]) -> Result<Weighing, Fault> {
        let target = self.find_target(target)?;
        let by = self.find_breakdown(by)?;
        let except = self.find_classes(by, except)?;
        let kept = self.trend_over(&target, by, up, &except);
        let mut components = kept.map(|one| vec![one]);
        if let (Ok(list), false) = (&mut components, except.is_empty())
            && let Ok(all) = self.trend_over(&target, by, up, &[])
        {
            list.push(all);
        }
        Ok(Weighing { components, says_same: false })
    }

    fn trend_over(&self, target: &Target, by: usize, up: bool, except: &[u16]) -> Result<Component, Words> {
        let (mut classes, mut kept): (Vec<ShareSums>, Vec<u16>) = (Vec::new(), Vec::new());
        for class in self.classes(by).filter(|class| !except.contains(class)) {
            if let Ok(sums) = self.sums(target, &Group::class(by, class))
                && sums.base.n > 0
            {
                classes.push(sums);
                kept.push(class);
            }
        }
        let scores: Vec<f64> = kept.iter().map(|class| f64::from(*class) + 1.0).collect();
        let trend = match self.tables.compares_under_design() {
            true => self.tables.trend_designed(target.variable, &target.codes, by, &kept, &scores),
            false => class_trend(&classes, &scores),
        };
        let trend = trend.map_err(
            |_| words!("傾向を検定できる区分がありません"; "there are not the classes to test a trend over"),
        )?;
        let (value, p) = (trend.slope, trend.p_value);
        let agrees = (trend.direction == Direction::Up) == up && trend.direction != Direction::Flat;
        let about = match except {
            [] => words!("すべての区分にわたる傾向"; "trend over all classes"),
            _ => words!("例外を除いた区分の傾向"; "trend over the classes kept"),
        };
        let opposite = !agrees && trend.direction != Direction::Flat;
        let support = if agrees { p } else { 1.0 };
        Ok(Component {
            test: EvidenceTest {
                about,
                value,
                interval: None,
                p_value: support,
                method: trend.method,
                is_slope: true,
            },
            best: support,
            against: if opposite { p } else { 1.0 },
        })
    }

    fn component(
        &self,
        target: &Target,
        group: &Group,
        second: &Second,
        says: Says,
    ) -> Result<Component, Words> {
        let (Bounded { least, best_p_value }, versus) = self.relate(target, group, second)?;
        let (value, p) = (least.value, least.p_value);
        let (support, best, against) = match says {
            Says::Same(tolerance) => {
                let same = least.sameness(tolerance);
                // A difference that is left open may be as sure as can be.
                let best = if least.method == TestMethod::LeastFavourable { 0.0 } else { same };
                (same, best, least.apart(tolerance))
            }
            Says::Above if value > 0.0 => (p, best_p_value, 1.0),
            Says::Below if value < 0.0 => (p, best_p_value, 1.0),
            _ if value == 0.0 => (1.0, 1.0, 1.0),
            _ => (1.0, 1.0, p),
        };
        let about = Words::new(
            self.about(target, group, second, versus, Lang::Ja),
            self.about(target, group, second, versus, Lang::En),
        );
        let test = EvidenceTest {
            about,
            value,
            interval: Some((least.interval.lower, least.interval.upper)),
            p_value: support,
            method: least.method,
            is_slope: false,
        };
        Ok(Component { test, best, against })
    }

    fn about(&self, target: &Target, group: &Group, second: &Second, versus: Versus, lang: Lang) -> String {
        let name = |target: &Target, group: &Group| {
            let name = self.describe(target, group, lang);
            match (group.is_all(), lang) {
                (true, Lang::Ja) => format!("{name}（全体）"),
                (true, Lang::En) => format!("{name} (all)"),
                _ => name,
            }
        };
        let first = name(target, group);
        let other = match second {
            Second::Share(target, group) => name(target, group),
            Second::Mean(by) => {
                let label = self.breakdown(*by).label.get(lang.tag());
                match lang {
                    Lang::Ja => format!("{label}の単純平均"),
                    Lang::En => format!("plain mean over {label}"),
                }
            }
            Second::Number(percent) => format!("{percent}%"),
        };
        match (versus, lang) {
            (Versus::Second, Lang::Ja) => format!("{first} 対 {other}"),
            (Versus::Second, Lang::En) => format!("{first} against {other}"),
            (Versus::RestOfSecond, Lang::Ja) => format!("{first} 対 それ以外の回答"),
            (Versus::RestOfSecond, Lang::En) => format!("{first} against the rest"),
            (Versus::SecondAlone, Lang::Ja) => format!("{other}以外の回答 対 {other}"),
            (Versus::SecondAlone, Lang::En) => format!("the rest against {other}"),
        }
    }

    /// Names of what a share is compared with; `None` where it does not say what.
    fn find_against(
        &self,
        right: &Against,
        target: &Target,
        by: Option<usize>,
    ) -> Result<Option<Second>, Fault> {
        Ok(match right {
            Against::Operand(operand) => {
                let (target, group) = self.find_second(operand, target)?;
                Some(Second::Share(target, group))
            }
            Against::All => Some(Second::Share(target.clone(), Group::all())),
            Against::Mean(Some(name)) => Some(Second::Mean(self.find_breakdown(name)?)),
            Against::Mean(None) => by.map(Second::Mean),
            Against::Percent(percent) => Some(Second::Number(*percent)),
        })
    }
}
