//! Worlds that agree with everything printed, each checked in whole numbers.

use super::task::Task;

/// How many there could be instead, as what differs from the truth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct World {
    /// By kind, how many more there are; in order.
    pub moves: Vec<(usize, i64)>,
    /// Figures that say something else there; in order.
    touched: Vec<usize>,
}

/// Which figures are printed, and the worlds found so far.
pub(super) struct Worlds<'t> {
    pub task: &'t Task,
    index: Index,
    /// By figure, how many withheld units it is in, and one more where it is not printed anyway.
    covers: Vec<u32>,
    worlds: Vec<World>,
    /// By world, how many printed figures say that it is not so.
    against: Vec<u32>,
    /// By figure, the worlds that touch it.
    touching: Vec<Vec<usize>>,
    /// By figure, how much more it is in a world.
    moved: Vec<Vec<(i64, usize)>>,
}

/// What each kind counts towards.
struct Index {
    figures: Vec<Vec<(usize, i64)>>,
    /// Figure, part, coefficient.
    parts: Vec<Vec<(usize, usize, i64)>>,
    known: Vec<Vec<(usize, i64)>>,
}

impl<'t> Worlds<'t> {
    pub fn new(task: &'t Task) -> Worlds<'t> {
        let kinds = task.counts.len();
        let mut index =
            Index { figures: vec![vec![]; kinds], parts: vec![vec![]; kinds], known: vec![vec![]; kinds] };
        for (at, figure) in task.figures.iter().enumerate() {
            figure.terms.iter().for_each(|&(kind, k)| index.figures[kind].push((at, k)));
            for (part, terms) in figure.parts.iter().enumerate() {
                terms.iter().for_each(|&(kind, k)| index.parts[kind].push((at, part, k)));
            }
        }
        for (at, terms) in task.known.iter().enumerate() {
            terms.iter().for_each(|&(kind, k)| index.known[kind].push((at, k)));
        }
        Worlds {
            task,
            index,
            covers: task.figures.iter().map(|figure| u32::from(!figure.published)).collect(),
            worlds: Vec::new(),
            against: Vec::new(),
            touching: vec![vec![]; task.figures.len()],
            moved: vec![vec![]; task.figures.len()],
        }
    }

    /// The true value of a figure.
    pub fn truth(&self, figure: usize) -> i64 {
        self.task.figures[figure].terms.iter().map(|&(kind, k)| k * self.task.counts[kind]).sum()
    }

    pub fn is_printed(&self, figure: usize) -> bool {
        self.covers[figure] == 0
    }

    /// Figures that a kind counts towards, those of which it counts towards a part too.
    pub fn figures_of(&self, kind: usize) -> impl Iterator<Item = usize> {
        let whole = self.index.figures[kind].iter().map(|(figure, _)| *figure);
        whole.chain(self.index.parts[kind].iter().map(|(figure, ..)| *figure))
    }

    /// Sums known of a kind.
    pub fn known_of(&self, kind: usize) -> impl Iterator<Item = usize> {
        self.index.known[kind].iter().map(|(at, _)| *at)
    }

    pub fn hide(&mut self, figure: usize) {
        self.covers[figure] += 1;
        if self.covers[figure] == 1 {
            self.touching[figure].iter().for_each(|&world| self.against[world] -= 1);
        }
    }

    pub fn print(&mut self, figure: usize) {
        self.covers[figure] -= 1;
        if self.covers[figure] == 0 {
            self.touching[figure].iter().for_each(|&world| self.against[world] += 1);
        }
    }

    /// Least and greatest difference from the truth of a figure in the worlds that agree with all that
    /// is printed.
    pub fn range(&self, figure: usize) -> (i64, i64) {
        self.range_where(figure, |world| self.against[world] == 0)
    }

    /// The same if every unit were withheld.
    pub fn room(&self, figure: usize, is_fixed: &[bool]) -> (i64, i64) {
        let agrees = |world: usize| !self.worlds[world].touched.iter().any(|&touched| is_fixed[touched]);
        self.range_where(figure, agrees)
    }

    fn range_where(&self, figure: usize, agrees: impl Fn(usize) -> bool) -> (i64, i64) {
        let (mut low, mut high) = (0, 0);
        for &(by, world) in &self.moved[figure] {
            if (by < low || by > high) && agrees(world) {
                (low, high) = (low.min(by), high.max(by));
            }
        }
        (low, high)
    }

    /// The worlds that lie farthest apart in a figure, as what differs from the truth.
    pub fn farthest(&self, figure: usize) -> [&[(usize, i64)]; 2] {
        let (low, high) = self.range(figure);
        [low, high].map(|wanted| {
            let found =
                self.moved[figure].iter().find(|(by, world)| *by == wanted && self.against[*world] == 0);
            found.map_or(&[][..], |(_, world)| &self.worlds[*world].moves)
        })
    }

    /// Adds a world, unless it contradicts what is known, has fewer than none of a kind, or shows
    /// nothing new of the figure that is looked at or of one that is to be protected. `moves` names each
    /// kind once.
    pub fn add(&mut self, looked_at: usize, mut moves: Vec<(usize, i64)>) {
        moves.sort_unstable();
        if moves.iter().any(|(_, by)| by.unsigned_abs() > MOST) {
            return;
        }
        if moves.iter().any(|&(kind, by)| self.task.counts[kind] + by < 0) {
            return;
        }
        if !changes(moves.iter().flat_map(|&(kind, by)| times(&self.index.known[kind], by))).is_empty() {
            return;
        }
        let deltas = changes(moves.iter().flat_map(|&(kind, by)| times(&self.index.figures[kind], by)));
        let of_parts = |&(kind, by): &(usize, i64)| {
            self.index.parts[kind].iter().map(move |&(figure, part, k)| ((figure, part), k * by))
        };
        let parts = changes(moves.iter().flat_map(of_parts));
        let mut touched: Vec<usize> = deltas.iter().map(|(figure, _)| *figure).collect();
        touched.extend(parts.iter().map(|((figure, _), _)| *figure));
        touched.sort_unstable();
        touched.dedup();
        let against = touched.iter().filter(|&&figure| self.is_printed(figure)).count() as u32;
        let is_new = |&(figure, by): &(usize, i64)| {
            (figure == looked_at || self.task.figures[figure].demand > 0) && {
                let (low, high) = self.range_where(figure, |world| self.against[world] <= against);
                by < low || by > high
            }
        };
        if !deltas.iter().any(is_new) {
            return;
        }
        let world = self.worlds.len();
        touched.iter().for_each(|&figure| self.touching[figure].push(world));
        deltas.iter().for_each(|&(figure, by)| self.moved[figure].push((by, world)));
        self.worlds.push(World { moves, touched });
        self.against.push(against);
    }
}

/// There are never more of a kind. What a walk proposes that has lost its way is larger than any sum can hold.
pub(super) const MOST: u64 = 1 << 40;

fn times(terms: &[(usize, i64)], by: i64) -> impl Iterator<Item = (usize, i64)> {
    terms.iter().map(move |&(at, k)| (at, k * by))
}

/// What does not cancel out, in order.
fn changes<K: Ord + Copy>(terms: impl Iterator<Item = (K, i64)>) -> Vec<(K, i64)> {
    let mut list: Vec<(K, i64)> = terms.collect();
    list.sort_unstable();
    list.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        kept.1 += if same { next.1 } else { 0 };
        same
    });
    list.retain(|(_, by)| *by != 0);
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disclosure::Figure;

    #[test]
    fn a_proposal_beyond_all_numbers_is_no_world() {
        let figure = Figure { terms: vec![(0, 1), (1, 1)], demand: 1, ..Figure::default() };
        let task = Task {
            counts: vec![3, 4],
            places: vec![0, 0],
            about: vec![0, 0],
            figures: vec![figure],
            ..Task::default()
        };
        let mut worlds = Worlds::new(&task);
        for by in [i64::MAX, i64::MIN, 1 << 41] {
            worlds.add(0, vec![(0, by), (1, by)]);
            assert_eq!(worlds.range(0), (0, 0));
        }
        worlds.add(0, vec![(0, -1), (1, 3)]);
        assert_eq!(worlds.range(0), (0, 2));
    }
}
