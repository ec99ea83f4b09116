use super::*;
use crate::design::{Cell, Lonely, Population, Sample, Stage};
use crate::weights::{Margin, Raking, rake};
use crate::{Precision, Replicates, Statistic, Stream};

/// Rows in two strata of weight 3 and 5, of which 40 % and 70 % say yes, by three classes; and the same
/// counted into cells of (stratum, class, answer).
struct Twice {
    rows: Design,
    cells: Design,
    row_columns: Vec<Vec<f64>>,
    row_class: Vec<u32>,
    cell_columns: Vec<Vec<f64>>,
    cell_class: Vec<u32>,
}

fn twice(n: usize) -> Twice {
    let mut stream = Stream::new(3, 1, 4);
    let (mut strata, mut class, mut yes) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..n {
        let h = stream.below(2) as u32;
        strata.push(h);
        class.push(stream.below(3) as u32);
        yes.push(stream.unit() < if h == 0 { 0.4 } else { 0.7 });
    }
    let weight = |h: u32| if h == 0 { 3.0 } else { 5.0 };
    let population = |h: u32| weight(h) * strata.iter().filter(|s| **s == h).count() as f64;
    let stage = |strata: Vec<u32>| {
        let population = Population::Count(strata.iter().map(|h| population(*h)).collect());
        Stage { strata: Some(strata), population, ..Stage::default() }
    };
    let weights: Vec<f64> = strata.iter().map(|h| weight(*h)).collect();
    let rows = Design::new(Sample::rows(&weights).expect("weights"), &[stage(strata.clone())], Lonely::Fail);
    let number = |y: &bool| if *y { 1.0 } else { 0.0 };
    let mut cells = vec![Cell { n: 0, weight: 0.0, square: 0.0 }; 12];
    let place = |h: u32, c: u32, y: bool| (h * 6 + c * 2) as usize + usize::from(y);
    for i in 0..n {
        let cell = &mut cells[place(strata[i], class[i], yes[i])];
        cell.n += 1;
        cell.weight += weights[i];
        cell.square += weights[i] * weights[i];
    }
    let cell_strata: Vec<u32> = (0..12).map(|k| k / 6).collect();
    let sample = Sample::cells(&cells).expect("cells");
    Twice {
        rows: rows.expect("rows"),
        cells: Design::new(sample, &[stage(cell_strata)], Lonely::Fail).expect("cells"),
        row_columns: vec![yes.iter().map(number).collect(), vec![1.0; n]],
        row_class: class,
        cell_columns: vec![(0..12).map(|k| f64::from(k % 2)).collect(), vec![1.0; 12]],
        cell_class: (0..12).map(|k| k / 2 % 3).collect(),
    }
}

fn run(
    design: &Design,
    columns: &[Vec<f64>],
    class: &[u32],
    replicates: usize,
    threads: usize,
) -> ReplicateSums {
    let classes = [vec![0; class.len()], class.to_vec()];
    let wanted = Sums { columns, classes: &classes };
    Bootstrap::new(design, 11)
        .and_then(|b| b.sums(design, wanted, replicates, None, threads))
        .expect("a bootstrap")
}

#[test]
fn cells_rows_and_linearisation_agree_on_every_share() {
    for n in [120, 4_000] {
        let t = twice(n);
        let rows = run(&t.rows, &t.row_columns, &t.row_class, 4_000, 2);
        let cells = run(&t.cells, &t.cell_columns, &t.cell_class, 4_000, 2);
        let yes: Vec<bool> = t.row_columns[0].iter().map(|y| *y == 1.0).collect();
        for (classification, class) in [(0, 0), (1, 0), (1, 1), (1, 2)] {
            let at = |column| (classification, class, column);
            let inside: Vec<bool> = t.row_class.iter().map(|c| classification == 0 || *c == class).collect();
            let linear = Precision::Linearised(t.rows.clone())
                .estimate(&[Statistic::share(&yes).within(&inside)])
                .expect("a share");
            for sums in [&rows, &cells] {
                let (value, se) = sums.ratio(at(0), at(1)).expect("a share");
                assert!((value - linear.values[0]).abs() < 1e-12);
                // 4,000 replicates give a standard error to 1.1 %; small classes add the curvature.
                let off = se / linear.se(0) - 1.0;
                assert!(
                    off.abs() < if n < 1_000 { 0.08 } else { 0.045 },
                    "{n} {classification} {class}: {off}"
                );
            }
        }
    }
}

#[test]
fn threads_and_order_change_no_bit() {
    let t = twice(500);
    let one = run(&t.cells, &t.cell_columns, &t.cell_class, 37, 1);
    for threads in [2, 5, 64] {
        assert_eq!(one, run(&t.cells, &t.cell_columns, &t.cell_class, 37, threads));
    }
    let bootstrap = Bootstrap::new(&t.cells, 11).expect("a bootstrap");
    assert_eq!(bootstrap.multipliers(5), bootstrap.multipliers(5));
    assert_ne!(bootstrap.multipliers(5), bootstrap.multipliers(6));
}

#[test]
fn the_same_replicates_as_multipliers_give_the_same_variance() {
    let t = twice(300);
    let sums = run(&t.cells, &t.cell_columns, &t.cell_class, 60, 1);
    let replicates = Replicates::bootstrap(t.cells.clone(), 60, 11).expect("replicates");
    let inside: Vec<bool> = t.cell_class.iter().map(|c| *c == 1).collect();
    let yes: Vec<bool> = t.cell_columns[0].iter().map(|y| *y == 1.0).collect();
    let whole = Precision::Replicated(replicates)
        .estimate(&[Statistic::share(&yes).within(&inside)])
        .expect("a share");
    let (value, se) = sums.ratio((1, 1, 0), (1, 1, 1)).expect("a share");
    assert!((value - whole.values[0]).abs() < 1e-12 && (se / whole.se(0) - 1.0).abs() < 1e-9);
    let (_, covariance) = sums.covariance(&[((1, 1, 0), (1, 1, 1)), ((0, 0, 0), (0, 0, 1))]).expect("two");
    assert!((covariance[(0, 0)].sqrt() / se - 1.0).abs() < 1e-12 && covariance[(0, 1)] > 0.0);
}

#[test]
fn raked_again_in_every_replicate_the_margin_varies_no_more() {
    let t = twice(600);
    let totals = [900.0, 800.0, 700.0];
    let adjust = |weights: &[f64]| {
        let margin = Margin { levels: &t.cell_class, totals: &totals };
        let raked = rake(weights, &[margin], &Raking::default()).map_err(|_| Reason::NotConverged)?;
        Ok(raked.factors.iter().zip(weights).map(|(g, w)| g * w).collect())
    };
    let classes = [t.cell_class.clone()];
    let wanted = Sums { columns: &t.cell_columns, classes: &classes };
    let sums = Bootstrap::new(&t.cells, 2)
        .and_then(|b| b.sums(&t.cells, wanted, 200, Some(&adjust), 2))
        .expect("a bootstrap");
    let (total, se) = sums.total((0, 1, 1)).expect("a total");
    assert!((total - 800.0).abs() < 1e-6 && se < 1e-6, "{total} {se}");
    assert!(sums.ratio((0, 1, 0), (0, 1, 1)).expect("a share").1 > 0.01);
}

#[test]
fn what_cannot_be_drawn_is_refused_with_the_reason() {
    let t = twice(100);
    let bootstrap = Bootstrap::new(&t.cells, 1).expect("a bootstrap");
    let classes = [vec![0; 12]];
    let short = Sums { columns: &[vec![1.0; 3]], classes: &classes };
    assert_eq!(bootstrap.sums(&t.cells, short, 10, None, 1), Err(Reason::LengthMismatch));
    let nan = Sums { columns: &[vec![f64::NAN; 12]], classes: &classes };
    assert_eq!(bootstrap.sums(&t.cells, nan, 10, None, 1), Err(Reason::NotFinite));
    let fine = Sums { columns: &t.cell_columns, classes: &classes };
    assert_eq!(bootstrap.sums(&t.cells, fine, 1, None, 1), Err(Reason::NoDegreesOfFreedom));
    let sums = bootstrap.sums(&t.cells, fine, 5, None, 1).expect("sums");
    assert_eq!(sums.ratio((0, 1, 0), (0, 0, 1)), Err(Reason::OutOfRange));
    assert_eq!(sums.ratio((0, 0, 2), (0, 0, 1)), Err(Reason::OutOfRange));
    let uneven = Sample::cells(&[Cell { n: 2, weight: 4.0, square: 10.0 }]).expect("a cell");
    assert_eq!(Bootstrap::new(&Design::simple(uneven), 1).err(), Some(Reason::MethodNotApplicable));
    let one = Design::simple(Sample::rows(&[1.0]).expect("a row"));
    assert_eq!(Bootstrap::new(&one, 1).err(), Some(Reason::LonelyStratum));
}
