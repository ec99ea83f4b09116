//! Who gave which answers together, as far as tables can tell: each component of the routing by all
//! classes.
//!
//! No table looks at two components at once, so any responses that agree in these counts give the same
//! tables: which pattern of the one component goes with which of the other can be told by nobody.

use std::collections::{BTreeMap, HashMap};

use super::space::Space;
use super::{Cube, Place, State};

/// Components by classes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Joint {
    /// Classes in every breakdown that occur together.
    pub classes: Vec<Vec<Option<u16>>>,
    /// By number of the classes, how many responses.
    pub responses: Vec<u64>,
    /// Of the questions that each response answers once, then of each block one.
    pub components: Vec<Component>,
}

/// Items that hang together by routing.
#[derive(Clone, Debug)]
pub(crate) struct Component {
    /// The block whose entries are counted.
    pub block: Option<usize>,
    /// Variables by position in a pattern.
    pub variables: Vec<usize>,
    /// Patterns: all that the routing allows where those are few, else those that occur.
    pub patterns: Vec<Box<[State]>>,
    /// Whether all that the routing allows are there.
    pub is_complete: bool,
    /// Number of the pattern, number of the classes, how many units.
    pub cells: Vec<(usize, usize, u64)>,
    /// By variable with numbers or days: value, number of the classes, how many.
    pub values: BTreeMap<usize, Vec<(f64, usize, u64)>>,
}

/// The most patterns of a component that are all listed.
const MOST_LISTED: usize = 128;

impl Cube {
    /// The components by classes. `None` where items were counted apart, or numbers by two breakdowns
    /// at most: then nobody knows what goes together.
    pub(crate) fn joint(&self) -> Option<Joint> {
        let is_apart = std::iter::once(&self.main).chain(&self.blocks).any(Space::is_apart);
        let measures = !self.layout.measured.is_empty();
        if is_apart || measures && !self.layout.faces.is_whole() {
            return None;
        }
        let mut joint = Joint::default();
        let mut numbers = HashMap::new();
        for (cell, sums) in self.main.occupied() {
            let at = joint.number(&mut numbers, self.main.all_classes(cell));
            joint.responses[at] += sums.n;
        }
        let mut components = self.components_of(&self.main, None, &mut joint, &mut numbers);
        for (block, space) in self.blocks.iter().enumerate() {
            let parts = self.components_of(space, Some(block), &mut joint, &mut numbers);
            debug_assert!(parts.len() <= 1, "a block is one component");
            components.extend(parts);
        }
        self.put_values(&mut components, &mut joint, &mut numbers);
        joint.components = components;
        joint.put_in_order();
        Some(joint)
    }

    fn components_of(
        &self,
        space: &Space,
        block: Option<usize>,
        joint: &mut Joint,
        numbers: &mut HashMap<Vec<Option<u16>>, usize>,
    ) -> Vec<Component> {
        let variable = |local: usize| {
            let is_it = |place: &Place| match *place {
                Place::Main(at) => block.is_none() && at == local,
                Place::Block(of, at) => block == Some(of) && at == local,
            };
            self.layout.places.iter().position(is_it).expect("every item is a variable's")
        };
        let occupied: Vec<(usize, usize, u64)> = space
            .occupied()
            .map(|(cell, sums)| (cell, joint.number(numbers, space.all_classes(cell)), sums.n))
            .collect();
        let parts: Vec<Vec<usize>> = match block {
            None => (0..space.components()).map(|one| space.locals(one).to_vec()).collect(),
            // An entry is one thing: whether it is there hangs on all of it.
            Some(_) => vec![(0..space.items()).collect()],
        };
        let mut found = Vec::new();
        for (at, locals) in parts.into_iter().enumerate().filter(|(_, locals)| !locals.is_empty()) {
            let listed = if block.is_none() { space.listed(at, MOST_LISTED) } else { None };
            let is_complete = listed.is_some();
            let mut patterns: Vec<Box<[State]>> = listed.unwrap_or_default();
            let mut known: HashMap<Box<[State]>, usize> =
                patterns.iter().enumerate().map(|(at, pattern)| (pattern.clone(), at)).collect();
            let mut counts: BTreeMap<(usize, usize), u64> = BTreeMap::new();
            // Patterns of a component have numbers; looking those up once is enough.
            let mut of_number: HashMap<usize, usize> = HashMap::new();
            for &(cell, classes, n) in &occupied {
                let mut look_up = || {
                    let states: Box<[State]> = locals.iter().map(|&local| space.state(cell, local)).collect();
                    *known.entry(states).or_insert_with_key(|states| {
                        patterns.push(states.clone());
                        patterns.len() - 1
                    })
                };
                let pattern = match block {
                    None => *of_number.entry(space.part(cell, at)).or_insert_with(look_up),
                    Some(_) => look_up(),
                };
                *counts.entry((pattern, classes)).or_default() += n;
            }
            let cells = counts.into_iter().map(|((pattern, classes), n)| (pattern, classes, n)).collect();
            let variables = locals.into_iter().map(variable).collect();
            let values = BTreeMap::new();
            found.push(Component { block, variables, patterns, is_complete, cells, values });
        }
        found
    }

    fn put_values(
        &self,
        components: &mut [Component],
        joint: &mut Joint,
        numbers: &mut HashMap<Vec<Option<u16>>, usize>,
    ) {
        let by: Vec<usize> = (0..self.questionnaire().breakdowns().len()).collect();
        let (_, face) = self.layout.faces.with(&by);
        for (&(variable, at, cell), values) in &self.values {
            if at != 0 {
                continue;
            }
            let mut classes = vec![None; by.len()];
            face.classes(cell, &by, &mut classes);
            let number = joint.number(numbers, classes);
            let component = components.iter_mut().find(|one| one.variables.contains(&variable));
            let list = component.expect("every variable is in one").values.entry(variable).or_default();
            list.extend(values.iter().map(|(value, sums)| (value, number, sums.n)));
        }
    }
}

/// How many responses answer alike, by the numbers of their patterns.
pub(crate) type ByPatterns = BTreeMap<Vec<usize>, u64>;

impl Cube {
    /// By classes, who answers alike everything that is asked once, but for these variables; those who gave
    /// a number or a day there are left out. `None` where that is too much to list.
    pub(crate) fn alike_beside(&self, variables: &[usize]) -> Option<BTreeMap<Vec<Option<u16>>, ByPatterns>> {
        /// With more it takes longer than it helps.
        const MOST: usize = 2_000_000;
        let space = &self.main;
        let local_of = |variable: &usize| match self.layout.places[*variable] {
            Place::Main(local) => Some(local),
            Place::Block(..) => None,
        };
        let own: Vec<usize> = variables.iter().filter_map(local_of).collect();
        let is_other = |one: &usize| !space.locals(*one).iter().any(|local| own.contains(local));
        let others: Vec<usize> = (0..space.components()).filter(is_other).collect();
        let measured: Vec<usize> = self.layout.measured.iter().filter_map(|(one, _)| local_of(one)).collect();
        let measured: Vec<usize> = measured.into_iter().filter(|local| !own.contains(local)).collect();
        let cells: Vec<(usize, u64)> = space.occupied().map(|(cell, sums)| (cell, sums.n)).collect();
        if cells.len() * (others.len() + 1) > MOST {
            return None;
        }
        let mut found: BTreeMap<Vec<Option<u16>>, ByPatterns> = BTreeMap::new();
        for (cell, n) in cells {
            if measured.iter().any(|&local| space.state(cell, local) == State::Given) {
                continue;
            }
            let patterns = others.iter().map(|&one| space.part(cell, one)).collect();
            *found.entry(space.all_classes(cell)).or_default().entry(patterns).or_default() += n;
        }
        Some(found)
    }
}

impl Joint {
    fn number(&mut self, numbers: &mut HashMap<Vec<Option<u16>>, usize>, classes: Vec<Option<u16>>) -> usize {
        *numbers.entry(classes).or_insert_with_key(|classes| {
            self.classes.push(classes.clone());
            self.responses.push(0);
            self.classes.len() - 1
        })
    }

    /// The same whatever the order in which responses were counted.
    fn put_in_order(&mut self) {
        let place_of = order_of(&self.classes);
        self.classes.sort_unstable();
        let mut responses = vec![0; self.responses.len()];
        place_of.iter().zip(&self.responses).for_each(|(&at, &n)| responses[at] = n);
        self.responses = responses;
        for component in &mut self.components {
            let pattern_at = order_of(&component.patterns);
            component.patterns.sort_unstable();
            for (pattern, classes, _) in &mut component.cells {
                (*pattern, *classes) = (pattern_at[*pattern], place_of[*classes]);
            }
            component.cells.sort_unstable();
            for list in component.values.values_mut() {
                list.iter_mut().for_each(|(_, classes, _)| *classes = place_of[*classes]);
                list.sort_by(|a, b| (a.1, a.0).partial_cmp(&(b.1, b.0)).expect("numbers are finite"));
            }
        }
    }
}

/// By position, the position when sorted.
fn order_of<T: Ord>(list: &[T]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..list.len()).collect();
    order.sort_by(|&a, &b| list[a].cmp(&list[b]));
    let mut place_of = vec![0; list.len()];
    order.into_iter().enumerate().for_each(|(place, at)| place_of[at] = place);
    place_of
}
