//! By which classes something is counted that is too large to be counted by all of them crossed.

/// The most crossed classes that are counted as such.
const MOST_CELLS: usize = 1 << 14;

/// Sets of breakdowns that are counted crossed: all at once where there are few classes, else
/// each two. Every table by up to two breakdowns can be had from one of them.
#[derive(Clone, Debug)]
pub(crate) struct Faces(Vec<Face>);

/// Some breakdowns crossed.
#[derive(Clone, Debug)]
pub(crate) struct Face {
    /// Breakdown and how many states it has: its classes, and last "not known".
    by: Vec<(usize, usize)>,
}

impl Faces {
    /// `radices`: classes plus one of each breakdown.
    pub fn new(radices: &[usize]) -> Faces {
        let face = |by: &[usize]| Face { by: by.iter().map(|&at| (at, radices[at])).collect() };
        let all: Vec<usize> = (0..radices.len()).collect();
        let crossed = radices.iter().try_fold(1_usize, |cells, radix| cells.checked_mul(*radix));
        if all.len() <= 2 || crossed.is_some_and(|cells| cells <= MOST_CELLS) {
            return Faces(vec![face(&all)]);
        }
        let pairs = all.iter().flat_map(|&a| all.iter().filter(move |b| **b > a).map(move |&b| [a, b]));
        Faces(pairs.map(|pair| face(&pair)).collect())
    }

    pub fn iter(&self) -> impl Iterator<Item = &Face> {
        self.0.iter()
    }

    /// Whether every set of breakdowns is counted crossed.
    pub fn is_whole(&self) -> bool {
        self.0.len() == 1
    }

    /// The first that has all these breakdowns.
    ///
    /// # Panics
    /// If there are more than two and they are not counted crossed.
    pub fn with(&self, by: &[usize]) -> (usize, &Face) {
        let has = |face: &Face| by.iter().all(|at| face.by.iter().any(|(known, _)| known == at));
        let found = self.0.iter().enumerate().find(|(_, face)| has(face));
        found.expect("a table is by two breakdowns at most")
    }
}

impl Face {
    /// How many cells it has.
    pub fn cells(&self) -> usize {
        self.by.iter().map(|(_, radix)| radix).product()
    }

    /// The cell of a response.
    pub fn cell(&self, classes: &[Option<u16>]) -> usize {
        self.by.iter().fold(0, |cell, &(at, radix)| cell * radix + digit(classes[at], radix))
    }

    /// The classes of a cell in these breakdowns.
    pub fn classes(&self, mut cell: usize, by: &[usize], out: &mut [Option<u16>]) {
        for &(at, radix) in self.by.iter().rev() {
            for (wanted, out) in by.iter().zip(&mut *out) {
                if *wanted == at {
                    *out = class(cell % radix, radix);
                }
            }
            cell /= radix;
        }
    }
}

/// The number of a class, the last for "not known".
#[inline]
pub(crate) fn digit(class: Option<u16>, radix: usize) -> usize {
    class.map_or(radix - 1, usize::from)
}

/// The class of a number.
#[inline]
pub(crate) fn class(digit: usize, radix: usize) -> Option<u16> {
    (digit + 1 < radix).then_some(digit as u16)
}
