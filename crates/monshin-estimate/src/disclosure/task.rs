//! What there is, what is printed of it, and what is to be protected.

/// Σ coefficient · count, by number of the kind.
pub type Terms = Vec<(usize, i64)>;

/// What a kind is about that helps whatever is looked at (see [`Task::about`]).
pub const ABOUT_ANY: usize = usize::MAX;

/// How many units there are of each kind, what is printed of them, and what of that can be withheld.
///
/// A *kind* is all that is known of a unit: its classes and its answers. A *world* is how many there
/// are of each kind; the true one is [`Task::counts`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Task {
    /// How many units there are of each kind. Kinds with none are those that there could be: only
    /// between the kinds that are listed are worlds looked for, so each must be one that a real unit
    /// could be of.
    pub counts: Vec<i64>,
    /// By kind, its classes as a number: units are looked for near each other.
    pub places: Vec<usize>,
    /// By kind, what it differs in from kinds with somebody (see [`Figure::about`]); 0 for nothing in
    /// particular.
    pub about: Vec<usize>,
    /// Sums that are the same in every world.
    pub known: Vec<Terms>,
    /// What is or could be printed.
    pub figures: Vec<Figure>,
    /// What can be withheld.
    pub units: Vec<Unit>,
    /// By position in `units`: those that are withheld by the primary rule.
    pub primary: Vec<usize>,
}

/// A count that is printed, or follows from what is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figure {
    /// What it is the sum of.
    pub terms: Terms,
    /// Finer sums that what is printed beside it would give away (under weights: the same by kinds of
    /// weights). Empty where there are none.
    pub parts: Vec<Terms>,
    /// The table that it stands in.
    pub table: usize,
    /// What it is about, so that kinds that differ in it are looked at first.
    pub about: usize,
    /// Whether it is printed as long as no unit with it is withheld.
    pub published: bool,
    /// How many whole steps a reader must be left with if it is not printed; 0 where it need not be
    /// protected.
    pub demand: i64,
}

/// What is withheld together: a cell, or a row with everything in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unit {
    /// Its figures by position.
    pub figures: Vec<usize>,
    /// How many cells a reader loses.
    pub size: usize,
    /// Of two units the one with the lower rank is withheld first, whatever its size: 0 for
    /// ordinary ones, more for totals.
    pub rank: u8,
    /// Of units of as many cells the one that stands nearer to what is withheld anyway goes first:
    /// how much is withheld of the same class.
    pub company: u32,
}

/// What was withheld.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Withheld {
    /// Units beside the primary ones, each with the figure on whose account it was first withheld.
    pub secondary: Vec<(usize, usize)>,
    /// Figures for which withholding everything leaves fewer steps than asked for, as far as was
    /// found, with the steps that are left.
    pub short: Vec<(usize, i64)>,
}
