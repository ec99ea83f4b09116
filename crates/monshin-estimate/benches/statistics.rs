//! What a survey of 897 answers and a weighting of a million cost.
//!
//! `cargo bench -p monshin-estimate`. R survey 4.5 on a loaded two-core machine: 24 tables with
//! intervals 0.29 s, raking 10.9 s, 500 replicates 3.3 s.

use divan::{Bencher, black_box};
use monshin_estimate::weights::{Margin, Raking, rake_rows};
use monshin_estimate::{
    Bootstrap, Cell, Design, IntervalMethod, Precision, Sample, Situation, Statistic, Sums, default_method,
    proportion,
};
use std::collections::BTreeMap;
use std::ops::Range;

mod made_up;
use made_up::{Margins, QUESTIONS, Survey};

fn main() {
    divan::main();
}

impl Survey {
    /// Groups of the 24 tables: all, eight classes of beds, thirteen founders.
    fn groups(&self) -> Vec<Vec<bool>> {
        let n = self.yes.len();
        let mut groups = vec![vec![true; n]];
        groups.extend((0..8).map(|k| (0..n).map(|i| self.beds[i] == k).collect()));
        groups.extend((0..13).map(|k| (0..n).map(|i| self.founder[i] == k).collect()));
        groups
    }

    fn holds(&self, question: usize) -> Vec<bool> {
        self.yes.iter().map(|row| row[question]).collect()
    }
}

/// 24 tables of counts with the printed interval of every share, both answers.
#[divan::bench]
fn tables_of_counts_897(bencher: Bencher<'_, '_>) {
    let survey = Survey::made_up(897);
    bencher.bench(|| {
        let mut widths = 0.0;
        for q in 0..QUESTIONS {
            let (mut n, mut x) = ([0_u64; 22], [0_u64; 22]);
            for (i, row) in survey.yes.iter().enumerate() {
                for g in [0, 1 + survey.beds[i] as usize, 9 + survey.founder[i] as usize] {
                    n[g] += 1;
                    x[g] += u64::from(row[q]);
                }
            }
            for (n, x) in n.into_iter().zip(x) {
                for count in [x, n - x] {
                    let situation = Situation::Counts { count, base: n, population: None };
                    let method = default_method(&situation);
                    widths += proportion(count, n, 0.95, method).interval().map_or(0.0, |i| i.width());
                }
            }
        }
        black_box(widths)
    });
}

/// The same weighted, with linearised variances and the design's intervals.
#[divan::bench]
fn tables_weighted_897(bencher: Bencher<'_, '_>) {
    let survey = Survey::made_up(897);
    let precision = Precision::Linearised(Design::simple(Sample::rows(&survey.weights()).expect("weights")));
    let groups = survey.groups();
    let holds: Vec<Vec<bool>> = (0..QUESTIONS).map(|q| survey.holds(q)).collect();
    bencher.bench(|| {
        let mut widths = 0.0;
        for holds in &holds {
            for group in &groups {
                let share = precision.share(holds, group, 0.95, None);
                widths += share.interval().map_or(0.0, |i| i.width());
            }
        }
        black_box(widths)
    });
}

/// Raking of a million rows to five margins of 8, 13, 47, 6 and 3 levels.
#[divan::bench(args = [100_000, 1_000_000], sample_count = 10)]
fn raking_five_margins(bencher: Bencher<'_, '_>, n: usize) {
    let made_up = Margins::made_up(n);
    let weights = vec![1.0; n];
    bencher.bench(|| {
        let margins: Vec<Margin<'_>> = made_up
            .levels
            .iter()
            .zip(&made_up.totals)
            .map(|(levels, totals)| Margin { levels, totals })
            .collect();
        black_box(rake_rows(&weights, &margins, &Raking::default()).expect("feasible").1.rounds)
    });
}

/// A classification of the survey: everybody, by beds, by founder.
type Classes = fn(&Survey, usize) -> u32;
const EVERYBODY: Classes = |_, _| 0;
const BEDS: Classes = |survey, i| survey.beds[i];
const FOUNDER: Classes = |survey, i| survey.founder[i];

/// The survey counted into cells of equal classes and answers, as the cube holds it: the design, a column
/// per answer and one of ones, and the classifications of the tables.
struct Counted {
    design: Design,
    columns: Vec<Vec<f64>>,
    classes: Vec<Vec<u32>>,
}

impl Counted {
    /// Cells told apart by the answers to `questions` and by these classifications.
    fn of(survey: &Survey, questions: Range<usize>, by: &[Classes]) -> Self {
        let mut cells: BTreeMap<(Vec<u32>, Vec<bool>), u64> = BTreeMap::new();
        for (i, yes) in survey.yes.iter().enumerate() {
            let classes = by.iter().map(|class| class(survey, i)).collect();
            let key = (classes, yes[questions.clone()].to_vec());
            *cells.entry(key).or_insert(0) += 1;
        }
        let cell = |n: &u64| Cell { n: *n, weight: *n as f64, square: *n as f64 };
        let sample = Sample::cells(&cells.values().map(cell).collect::<Vec<_>>()).expect("cells");
        let answers = |q: usize| cells.keys().map(|k| if k.1[q] { 1.0 } else { 0.0 }).collect();
        let mut columns: Vec<Vec<f64>> = (0..questions.len()).map(answers).collect();
        columns.push(vec![1.0; cells.len()]);
        let classes = (0..by.len()).map(|at| cells.keys().map(|k| k.0[at]).collect()).collect();
        Self { design: Design::simple(sample), columns, classes }
    }

    /// Sum of the standard errors of every share in 500 replicates on two threads.
    fn spread(&self) -> f64 {
        let bootstrap = Bootstrap::new(&self.design, 1).expect("units");
        let wanted = Sums { columns: &self.columns, classes: &self.classes };
        let sums = bootstrap.sums(&self.design, wanted, 500, None, 2).expect("sums");
        let all = self.columns.len() - 1;
        let mut spread = 0.0;
        for (classification, classes) in self.classes.iter().enumerate() {
            for class in 0..=classes.iter().copied().max().unwrap_or(0) {
                for question in 0..all {
                    let at = |column| (classification, class, column);
                    spread += sums.ratio(at(question), at(all)).map_or(0.0, |(_, se)| se);
                }
            }
        }
        spread
    }
}

/// 500 bootstrap replicates of 24 tables, answers kept together: covariances between questions too.
#[divan::bench(args = [897, 10_000, 1_000_000], sample_count = 10)]
fn bootstrap_500_tables_together(bencher: Bencher<'_, '_>, n: usize) {
    let counted = Counted::of(&Survey::made_up(n), 0..QUESTIONS, &[EVERYBODY, BEDS, FOUNDER]);
    bencher.bench(|| black_box(counted.spread()));
}

/// 500 bootstrap replicates of 24 tables, question by question: at most 208 cells each, whatever n is.
#[divan::bench(args = [897, 10_000, 1_000_000], sample_count = 10)]
fn bootstrap_500_tables_by_question(bencher: Bencher<'_, '_>, n: usize) {
    let survey = Survey::made_up(n);
    let by = [EVERYBODY, BEDS, FOUNDER];
    let counted: Vec<Counted> = (0..QUESTIONS).map(|q| Counted::of(&survey, q..q + 1, &by)).collect();
    bencher.bench(|| black_box(counted.iter().map(Counted::spread).sum::<f64>()));
}

/// 500 bootstrap replicates of 24 tables, each drawn by itself as `tabulate` does: at most 26 cells each.
#[divan::bench(args = [897, 10_000, 1_000_000], sample_count = 10)]
fn bootstrap_500_tables_one_by_one(bencher: Bencher<'_, '_>, n: usize) {
    let survey = Survey::made_up(n);
    let tables = (0..QUESTIONS).flat_map(|q| [EVERYBODY, BEDS, FOUNDER].map(|by| (q, by)));
    let counted: Vec<Counted> = tables.map(|(q, by)| Counted::of(&survey, q..q + 1, &[by])).collect();
    bencher.bench(|| black_box(counted.iter().map(Counted::spread).sum::<f64>()));
}

/// Variances from cells: a cube of 4,212 patterns, whatever the number of answers.
#[divan::bench]
fn eight_shares_from_a_cube(bencher: Bencher<'_, '_>) {
    let cells: Vec<Cell> = (0..4_212_u64)
        .map(|k| Cell { n: 1 + k % 50, weight: (1 + k % 50) as f64, square: (1 + k % 50) as f64 })
        .collect();
    let precision = Precision::Linearised(Design::simple(Sample::cells(&cells).expect("cells")));
    let statistics: Vec<Statistic> = (0..QUESTIONS)
        .map(|q| Statistic::share(&(0..4_212).map(|k| (k >> q) & 1 == 1).collect::<Vec<bool>>()))
        .collect();
    bencher.bench(|| black_box(precision.estimate(&statistics).expect("shares").se(0)));
}

/// One Clopper–Pearson interval, the costliest that is printed by default.
#[divan::bench]
fn one_exact_interval() -> f64 {
    proportion(black_box(67), black_box(304), 0.95, IntervalMethod::ClopperPearson)
        .interval()
        .map_or(0.0, |i| i.width())
}
