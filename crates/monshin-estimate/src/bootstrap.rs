//! The rescaled bootstrap over sampling units or over cells of equal units, and totals by class in every
//! replicate.

use crate::design::Design;
use crate::estimate::Reason;
use crate::multinomial::{Multinomial, Scratch};
use crate::random::Stream;
use std::collections::BTreeMap;

/// The rescaled bootstrap of Rao and Wu (1988): in each stratum n_h − 1 of n_h units are drawn with
/// replacement, each draw counting n_h/(n_h−1); the finite population correction enters as √(1−f_h) on
/// the distance of each multiplier from 1.
///
/// Units that are rows of the sample may stand for themselves or be counted into cells of equal weight:
/// a cell of n units gets a multinomial count over n as its multiplier, which has the same distribution
/// as the mean of the multipliers of its units. The cost follows the cells, not the units.
///
/// Stratum h of replicate r is decided by `(seed, r, h)` alone: any order of work and any number of
/// threads gives the same bits. R: `as.svrepdesign(type = "subbootstrap")`.
#[derive(Debug, Clone)]
pub struct Bootstrap {
    seed: u64,
    rows: usize,
    strata: Vec<Stratum>,
}

#[derive(Debug, Clone)]
struct Stratum {
    members: Members,
    /// What one draw adds to the multiplier: √(1−f_h) n_h/(n_h−1) over the units of the cell.
    per_draw: Vec<f64>,
    /// The multiplier of what is never drawn: 1 − √(1−f_h).
    floor: f64,
    multinomial: Multinomial,
}

/// What making the multipliers of a replicate needs room for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Room {
    counts: Vec<f64>,
    scratch: Scratch,
}

/// Rows of each unit, or the row of each cell.
#[derive(Debug, Clone)]
enum Members {
    Rows(Vec<usize>),
    Units(Vec<Vec<usize>>),
}

impl Bootstrap {
    /// The bootstrap of a design.
    ///
    /// # Errors
    /// [`Reason::LonelyStratum`] when a stratum holds a single unit that is no certainty;
    /// [`Reason::MethodNotApplicable`] when the weights within a cell differ (split it by weight).
    pub fn new(design: &Design, seed: u64) -> Result<Self, Reason> {
        let sample = design.sample();
        let uneven = |row: usize| {
            let (n, w) = (sample.count(row), sample.weights()[row]);
            n != 1.0 && n * sample.squares()[row] > w * w * (1.0 + 1e-9)
        };
        // A unit of several rows is drawn whole, whatever the weights in it.
        if design.first_units().is_none() && (0..sample.len()).any(uneven) {
            return Err(Reason::MethodNotApplicable);
        }
        let mut strata = Vec::new();
        for (h, (members, sizes)) in members(design)? {
            let n: u64 = sizes.iter().sum();
            let fraction = design.first_fractions()[h];
            if n < 2 && fraction < 1.0 {
                return Err(Reason::LonelyStratum);
            }
            if n < 2 {
                continue;
            }
            let shrink = (1.0 - fraction).max(0.0).sqrt();
            let each = shrink * (n as f64 / (n as f64 - 1.0));
            strata.push(Stratum {
                members,
                per_draw: sizes.iter().map(|size| each / *size as f64).collect(),
                floor: 1.0 - shrink,
                multinomial: Multinomial::new(&sizes, n - 1),
            });
        }
        Ok(Self { seed, rows: sample.len(), strata })
    }

    /// The multiplier of each row's weight in one replicate.
    pub fn multipliers(&self, replicate: usize) -> Vec<f64> {
        let mut multipliers = vec![1.0; self.rows];
        self.multipliers_into(replicate, &mut multipliers, &mut Room::default());
        multipliers
    }

    /// Writes the multipliers of one replicate; rows of strata that are not drawn from are left alone.
    pub(crate) fn multipliers_into(&self, replicate: usize, into: &mut [f64], room: &mut Room) {
        for (h, stratum) in self.strata.iter().enumerate() {
            let mut stream = Stream::new(self.seed, replicate as u64, h as u64);
            room.counts.resize(stratum.per_draw.len(), 0.0);
            stratum.multinomial.draw(&mut stream, &mut room.counts, &mut room.scratch);
            let drawn = room.counts.iter().zip(&stratum.per_draw);
            let values = drawn.map(|(count, each)| stratum.floor + count * each);
            match &stratum.members {
                Members::Rows(rows) => values.zip(rows).for_each(|(value, row)| into[*row] = value),
                Members::Units(units) => {
                    values.zip(units).for_each(|(value, rows)| {
                        rows.iter().for_each(|row| into[*row] = value);
                    });
                }
            }
        }
    }
}

type Membership = (Members, Vec<u64>);

/// By stratum: what is drawn, and how many units each stands for.
fn members(design: &Design) -> Result<BTreeMap<usize, Membership>, Reason> {
    let sample = design.sample();
    let mut grouped: BTreeMap<usize, Membership> = BTreeMap::new();
    let Some(units) = design.first_units() else {
        for (row, &h) in design.first_strata().iter().enumerate().filter(|(row, _)| sample.count(*row) > 0.0)
        {
            let stratum = grouped.entry(h).or_insert_with(|| (Members::Rows(Vec::new()), Vec::new()));
            stratum.1.push(sample.count(row) as u64);
            if let Members::Rows(rows) = &mut stratum.0 {
                rows.push(row);
            }
        }
        return Ok(grouped);
    };
    let mut by_unit: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    for (row, &h) in design.first_strata().iter().enumerate() {
        by_unit.entry((h, units[row])).or_default().push(row);
    }
    for ((h, _), rows) in by_unit {
        let stratum = grouped.entry(h).or_insert_with(|| (Members::Units(Vec::new()), Vec::new()));
        stratum.1.push(1);
        if let Members::Units(units) = &mut stratum.0 {
            units.push(rows);
        }
    }
    Ok(grouped)
}
