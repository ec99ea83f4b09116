//! How much room a figure has at all, whatever is withheld.

use super::search::Ground;
use super::task::Task;
use super::walk::{Walk, Way};
use super::worlds::Worlds;

/// Rounding that is no step.
const SLACK: f64 = 1e-6;

/// How many whole steps lie at most between two worlds in a figure, with every unit withheld: no more can
/// be had by withholding.
///
/// The greatest value less the least one that any numbers of the kinds give, whole or not, in agreement
/// with what is known and with the figures that no unit withholds. It is a bound for real worlds as far as
/// the kinds of the task are all that there could be, and its sums hold in all of them. `None` where there
/// is no end, or it was not reached.
///
/// ```
/// use monshin_estimate::disclosure::{Figure, Task, room};
///
/// // One of two said yes, in a survey in which four of six did.
/// let task = Task {
///     counts: vec![1, 1, 3, 1],
///     places: vec![0, 0, 1, 1],
///     about: vec![0; 4],
///     known: vec![vec![(0, 1), (1, 1)], vec![(2, 1), (3, 1)], vec![(0, 1), (2, 1)]],
///     figures: vec![Figure { terms: vec![(0, 1)], ..Figure::default() }],
///     ..Task::default()
/// };
/// assert_eq!(room(&task, 0), Some(2));
/// ```
pub fn room(task: &Task, figure: usize) -> Option<i64> {
    let ground = Ground::new(&Worlds::new(task));
    let shifted = |terms: &[(usize, i64)]| terms.iter().map(|&(kind, k)| (kind + 1, k)).collect::<Vec<_>>();
    let mut equations: Vec<Vec<(usize, i64)>> = task.known.iter().map(|terms| shifted(terms)).collect();
    for fixed in task.figures.iter().enumerate().filter(|(at, _)| ground.is_fixed[*at]).map(|(_, one)| one) {
        let whole = std::slice::from_ref(&fixed.terms);
        let parts = if fixed.parts.is_empty() { whole } else { &fixed.parts };
        equations.extend(parts.iter().map(|terms| shifted(terms)));
    }
    let target = &task.figures[figure].terms;
    let truth = target.iter().map(|&(kind, k)| k * task.counts[kind]).sum();
    equations.push(shifted(target).into_iter().chain([(0, -1)]).collect());
    let start: Vec<i64> = std::iter::once(truth).chain(task.counts.iter().copied()).collect();
    let mut walk = Walk::from(&start, start.len(), &equations);
    let mut end = |way| {
        walk.explore(way, i64::MAX);
        walk.end()
    };
    let (high, low) = (end(Way::Up)?, end(Way::Down)?);
    Some((high + SLACK).floor() as i64 - (low - SLACK).ceil() as i64)
}
