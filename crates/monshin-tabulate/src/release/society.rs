//! Who responded by classes, and of whom nobody can tell which of several classes they are of.

use std::collections::{BTreeMap, BTreeSet};

use monshin_instrument::{BreakdownSource, Subject};

use super::rules::Rules;
use super::scales::Scales;
use crate::Tables;
use crate::cube::joint::{ByPatterns, Component, Joint};

/// Components of the routing by all classes.
pub(super) struct Society<'t> {
    tables: &'t Tables,
    scales: &'t Scales<'t>,
    joint: &'t Joint,
    /// Classes in every breakdown: those that occur, and those that could as well.
    pub classes: Vec<Vec<Option<u16>>>,
    /// Every response, with no question.
    everyone: Component,
    /// By breakdown, the component that alone is asked by it or asks for it; the number after the last
    /// where none is.
    owners: Vec<Option<usize>>,
    /// By breakdown, classes of which nothing is printed.
    dark: Vec<Vec<Option<u16>>>,
    /// By breakdown, whether no table by it is printed.
    is_bare: Vec<bool>,
    /// By classes, those that count alike in weighted figures.
    design: Vec<usize>,
}

/// Two respondents who change places in one breakdown: the one goes from its classes to those of the other
/// in that breakdown, and the other way round. As long as they answer alike everything else, nobody can tell,
/// not even who knows how many gave both of two answers elsewhere.
#[derive(Clone, Debug)]
pub(super) struct Exchange {
    /// Classes that they leave.
    pub from: [usize; 2],
    /// Classes that they go to.
    pub to: [usize; 2],
    /// Who they are: what each pair takes one of.
    pub uses: [Alike; 2],
}

/// Respondents of the same classes who answer alike everything that is not looked at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Alike {
    pub classes: usize,
    patterns: Vec<usize>,
    /// How many there are.
    pub n: u64,
}

impl<'t> Society<'t> {
    pub fn new(tables: &'t Tables, joint: &'t Joint, rules: &Rules, scales: &'t Scales<'t>) -> Society<'t> {
        let mut classes = joint.classes.clone();
        for by in 0..rules.dark.len() {
            add_open(&mut classes, by, &open_classes(tables, rules, by));
        }
        add_neighbours(&mut classes, tables, rules);
        let cells = joint.responses.iter().enumerate().filter(|(_, n)| **n > 0);
        let everyone = Component {
            block: None,
            variables: Vec::new(),
            patterns: vec![Box::default()],
            is_complete: true,
            cells: cells.map(|(at, &n)| (0, at, n)).collect(),
            values: BTreeMap::new(),
        };
        let design = scales.of(&classes);
        let owners = (0..rules.dark.len()).map(|by| owner(tables, joint, by)).collect();
        let (dark, is_bare) = (rules.dark.clone(), rules.is_bare.clone());
        Society { tables, scales, joint, everyone, owners, dark, is_bare, design, classes }
    }

    /// How many components there are: those of the questions, and one of everybody.
    pub fn components(&self) -> usize {
        self.joint.components.len() + 1
    }

    pub fn component(&self, number: usize) -> &Component {
        self.joint.components.get(number).unwrap_or(&self.everyone)
    }

    /// The component that a variable is of.
    pub fn component_of(&self, variable: usize) -> Option<usize> {
        self.joint.components.iter().position(|one| one.variables.contains(&variable))
    }

    /// Numbers of classes, each with how many responded.
    pub fn responses(&self) -> impl Iterator<Item = (usize, u64)> {
        self.joint.responses.iter().copied().enumerate()
    }

    /// The sums of numbers by classes over those that are alike in some breakdowns.
    pub fn sums(
        &self,
        by: &[usize],
        list: impl Iterator<Item = (usize, u64)>,
    ) -> BTreeMap<Vec<Option<u16>>, u64> {
        let mut sums = BTreeMap::new();
        list.for_each(|(at, n)| *sums.entry(self.of(at, by)).or_default() += n);
        sums
    }

    /// The component that tells of a breakdown; `None` where several do.
    pub fn owner(&self, by: usize) -> Option<usize> {
        self.owners[by]
    }

    /// Classes in these breakdowns.
    pub fn of(&self, classes: usize, by: &[usize]) -> Vec<Option<u16>> {
        by.iter().map(|&by| self.classes[classes][by]).collect()
    }

    /// The number of these classes and of those that count alike in weighted figures.
    pub fn scale_of(&self, classes: usize) -> usize {
        self.design[classes]
    }

    /// Exchanges in a breakdown that help a component: respondents of its small classes change places with
    /// others, with those of classes that are withheld anyway first.
    pub fn exchanges(&self, component: usize, by: usize, small: &[u16], withheld: &[u16]) -> Vec<Exchange> {
        /// With more it takes longer than it helps.
        const MOST: usize = 60;
        if !self.may_exchange(component, by) {
            return Vec::new();
        }
        let number: BTreeMap<&[Option<u16>], usize> =
            self.classes.iter().enumerate().map(|(at, one)| (&one[..], at)).collect();
        let with = |at: usize, class: Option<u16>| {
            let mut classes = self.classes[at].clone();
            classes[by] = class;
            number.get(&classes[..]).copied()
        };
        let is_of = |at: usize, list: &[u16]| self.classes[at][by].is_some_and(|class| list.contains(&class));
        let mut others: Vec<usize> = (0..self.joint.classes.len()).collect();
        others.retain(|&at| self.joint.responses[at] > 0);
        others.sort_by_key(|&at| !is_of(at, withheld));
        let Some(by_classes) = self.tables.counted.alike_beside(&self.component(component).variables) else {
            return Vec::new();
        };
        let none = ByPatterns::new();
        let patterns: Vec<&ByPatterns> =
            self.joint.classes.iter().map(|one| by_classes.get(one).unwrap_or(&none)).collect();
        let mut found = Vec::new();
        for &second in &others {
            for first in (0..self.joint.classes.len()).filter(|&at| is_of(at, small)) {
                let (Some(to), Some(back)) =
                    (with(first, self.classes[second][by]), with(second, self.classes[first][by]))
                else {
                    continue;
                };
                // Weighted bases of any table by this breakdown say how many of it weigh how much.
                if to == first || to == second || self.design[first] != self.design[second] {
                    continue;
                }
                if let Some(uses) = alike([first, second], &patterns) {
                    found.push(Exchange { from: [first, second], to: [to, back], uses });
                }
            }
        }
        found.truncate(MOST);
        found
    }

    /// Whether what is printed of other components says no more of a breakdown than how many of each
    /// class gave which answer.
    fn may_exchange(&self, component: usize, by: usize) -> bool {
        let everyone = self.joint.components.len();
        let is_crossed = |table: &crate::Table| {
            let own = self.component(component).variables.contains(&table.variable);
            !own && table.by.len() > 1 && table.by.contains(&by)
        };
        component != everyone
            && [Some(component), Some(everyone)].contains(&self.owners[by])
            && !self.scales.is_by(by)
            && !self.is_bare[by]
            && !self.joint.components.iter().any(|one| one.block.is_some())
            && self.dark.iter().all(Vec::is_empty)
            && !self.tables.tables.iter().any(is_crossed)
    }

    /// Whether units could be of other classes of a breakdown without anybody else answering anything else.
    pub fn is_free(&self, component: usize, by: usize) -> bool {
        let own = [Some(component), Some(self.joint.components.len())].contains(&self.owners[by]);
        // Entries go along with the response they are of.
        own && self.component(component).block.is_none()
    }

    /// Whether weights rest on how many responded of the classes of a breakdown, or go by them.
    pub fn weighs_by(&self, by: usize) -> bool {
        self.scales.is_by(by)
    }

    /// Whether how many responded of each class of a breakdown is for this component to tell.
    pub fn tells_responses(&self, component: usize, by: usize) -> bool {
        self.owners[by] == Some(component) || self.is_bare[by] && self.is_free(component, by)
    }

    /// Classes that units of them could have instead, without anything that is printed of another
    /// component being different: nothing is printed of them, and nothing rests on them elsewhere.
    pub fn exchangeable(&self, component: usize) -> Vec<Vec<usize>> {
        let free: Vec<bool> = (0..self.dark.len()).map(|by| self.is_free(component, by)).collect();
        /// No class has this number.
        const ANY: Option<u16> = Some(u16::MAX);
        // Among classes that were joined in weighting; how many there are of others is what weights rest on.
        let mut groups: BTreeMap<(usize, Vec<Option<u16>>), Vec<usize>> = BTreeMap::new();
        for (at, classes) in self.classes.iter().enumerate() {
            let shown = |(by, class): (usize, &Option<u16>)| {
                let is_open = self.is_bare[by] || self.dark[by].contains(class);
                if free[by] && is_open { ANY } else { *class }
            };
            let shown = classes.iter().enumerate().map(shown).collect();
            groups.entry((self.design[at], shown)).or_default().push(at);
        }
        groups.into_values().collect()
    }
}

/// Those of two classes who answer alike, as many as there can be; `None` where there are no two that do.
fn alike(classes: [usize; 2], patterns: &[&ByPatterns]) -> Option<[Alike; 2]> {
    let [a, b] = classes.map(|at| patterns[at]);
    let both = a.iter().filter_map(|(patterns, &n)| Some((patterns, [n, *b.get(patterns)?])));
    let (patterns, n) = both.max_by_key(|(_, n)| n[0].min(n[1]))?;
    Some([0, 1].map(|at| Alike { classes: classes[at], patterns: patterns.clone(), n: n[at] }))
}

/// Classes of a breakdown of which nothing is printed but how many responded, if that.
fn open_classes(tables: &Tables, rules: &Rules, by: usize) -> Vec<Option<u16>> {
    match rules.is_bare[by] {
        true => {
            let codes = tables.questionnaire.breakdowns()[by].codes.len() as u16;
            (0..codes).map(Some).chain([None]).collect()
        }
        false => rules.dark[by].clone(),
    }
}

/// Adds what those of open classes of a breakdown could be instead, if that are not too many.
fn add_open(classes: &mut Vec<Vec<Option<u16>>>, by: usize, open: &[Option<u16>]) {
    /// With more it takes longer than it helps.
    const MOST: usize = 20_000;
    let known: BTreeSet<Vec<Option<u16>>> = classes.iter().cloned().collect();
    let mut more = BTreeSet::new();
    for one in classes.iter().filter(|one| open.contains(&one[by])) {
        for &class in open {
            let mut other = one.clone();
            other[by] = class;
            if !known.contains(&other) && known.len() + more.len() < MOST {
                more.insert(other);
            }
        }
    }
    classes.extend(more);
}

/// Classes that differ from those that occur in one breakdown, if that are few.
fn add_neighbours(classes: &mut Vec<Vec<Option<u16>>>, tables: &Tables, rules: &Rules) {
    /// With more it takes longer than it helps.
    const MOST: usize = 1_500;
    let mut small: Vec<(usize, u16)> = Vec::new();
    for (unit, _) in rules.primary() {
        if let super::rules::Part::Row(table, row) = rules.units[unit].part
            && let ([by], [class]) = (&tables.tables[table].by[..], &tables.tables[table].rows[row].group[..])
        {
            small.push((*by, *class));
        }
    }
    small.sort_unstable();
    small.dedup();
    let mut known: BTreeSet<Vec<Option<u16>>> = classes.iter().cloned().collect();
    for one in classes.clone() {
        for &(by, class) in &small {
            let mut other = one.clone();
            other[by] = Some(class);
            if known.len() < MOST && known.insert(other.clone()) {
                classes.push(other);
            }
        }
    }
}

fn owner(tables: &Tables, joint: &Joint, by: usize) -> Option<usize> {
    let form = &tables.questionnaire;
    let component_of = |item: usize| {
        let of = |component: &Component| {
            component.variables.iter().any(|&variable| tables.variables[variable].items.contains(&item))
        };
        joint.components.iter().position(of)
    };
    let mut found = Vec::new();
    for (item, def) in form.items().iter().enumerate() {
        if def.tests().iter().any(|test| test.subject == Subject::Breakdown(by)) {
            found.push(component_of(item));
        }
    }
    if let BreakdownSource::Item(item) = form.breakdowns()[by].source {
        found.push(component_of(item));
    }
    found.sort_unstable();
    found.dedup();
    match found[..] {
        [] => Some(joint.components.len()),
        [only] => only,
        _ => None,
    }
}
