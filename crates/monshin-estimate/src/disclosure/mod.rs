//! Withholding small numbers so that nothing printed gives them back.
//!
//! Two ways. Where units and what is printed of them are known, [`withhold`] looks for whole worlds that
//! agree with everything printed and withholds more until there are two that lie far enough apart in
//! every small figure. Where there are only sums (row and column totals), [`System::bounds`] plays the
//! attacker, who knows all that is printed and that counts are whole and not negative, and [`protect`]
//! withholds more until no withheld cell can be pinned down.

mod audit;
mod protect;
mod room;
mod search;
mod simplex;
mod task;
mod walk;
mod withhold;
mod worlds;

pub use audit::{Bounds, Finding};
pub use protect::{Protection, protect};
pub use room::room;
pub use task::{ABOUT_ANY, Figure, Task, Terms, Unit, Withheld};
pub use withhold::{Protected, withhold};

/// A printed or withheld count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// Its true value.
    pub value: i64,
    /// Is it printed?
    pub published: bool,
}

/// Σ coefficient · cell = right side, for all tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Equation {
    /// Cells by position with their coefficients.
    pub terms: Vec<(usize, i64)>,
    /// Right side.
    pub right: i64,
}

/// All cells of everything that will be printed, with the sums that bind them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct System {
    /// The cells.
    pub cells: Vec<Count>,
    /// The equations.
    pub equations: Vec<Equation>,
}

impl System {
    /// A two-way table with printed row and column totals and grand total. Cell (i, j) is at
    /// i·columns + j; then come the row totals, the column totals, the grand total.
    pub fn two_way(table: &[Vec<i64>]) -> Self {
        let (r, c) = (table.len(), table.first().map_or(0, Vec::len));
        let count = |value: i64| Count { value, published: true };
        let mut cells: Vec<Count> = table.iter().flatten().map(|v| count(*v)).collect();
        let row_sum = |i: usize| table[i].iter().sum();
        let column_sum = |j: usize| table.iter().map(|row| row[j]).sum();
        cells.extend((0..r).map(|i| count(row_sum(i))));
        cells.extend((0..c).map(|j| count(column_sum(j))));
        cells.push(count(table.iter().flatten().sum()));
        let (rows_at, columns_at, grand) = (r * c, r * c + r, r * c + r + c);
        let sum = |parts: Vec<usize>, whole: usize| Equation {
            terms: parts.into_iter().map(|p| (p, 1)).chain([(whole, -1)]).collect(),
            right: 0,
        };
        let mut equations: Vec<Equation> =
            (0..r).map(|i| sum((0..c).map(|j| i * c + j).collect(), rows_at + i)).collect();
        equations.extend((0..c).map(|j| sum((0..r).map(|i| i * c + j).collect(), columns_at + j)));
        equations.push(sum((rows_at..columns_at).collect(), grand));
        equations.push(sum((columns_at..grand).collect(), grand));
        Self { cells, equations }
    }
}

/// The primary rule: a count of 1 up to `threshold` − 1 is withheld. Zeros are printed as "−".
pub fn is_primary(count: u64, threshold: u64) -> bool {
    count > 0 && count < threshold
}

/// Everyone or nobody of a small class said yes: known of each of its members, whatever the counts.
/// True when n < `smallest` and x is 0 or n, for a class with anyone in it.
pub fn discloses_class(x: u64, n: u64, smallest: u64) -> bool {
    n > 0 && n < smallest && (x == 0 || x == n)
}

#[cfg(test)]
mod tests;
