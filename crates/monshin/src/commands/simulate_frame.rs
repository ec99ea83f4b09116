//! A made-up frame around made-up responses: who was asked, and what became of those who did not
//! respond. Names and addresses are plainly invented.

use std::io::{BufWriter, Write};

use anyhow::Result;
use monshin_frame::Disposition;
use monshin_instrument::{BreakdownSource, Planted, Questionnaire, Simulation};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::args::Simulate;

/// Of a thousand who did not respond, how many ended so; of the rest nothing came back.
const ENDS: [(Disposition, u64); 4] = [
    (Disposition::NotEligible, 40),
    (Disposition::UnknownExistence, 30),
    (Disposition::Refusal, 50),
    (Disposition::NonContact, 20),
];

/// `units` rows. The first are those who respond in `simulate` with the same seed and number, in the
/// same classes; the others lean to the later classes, so that response is uneven.
pub fn write(
    form: &Questionnaire,
    planted: &Planted,
    it: &Simulate,
    units: u64,
    out: impl Write,
) -> Result<()> {
    let mut rng = ChaCha8Rng::seed_from_u64(it.seed);
    let mut pick = |bound: u64| rng.random_range(0..bound.max(1));
    let mut out = csv::Writer::from_writer(BufWriter::new(out));
    let of_frame: Vec<usize> = (0..form.breakdowns().len())
        .filter(|at| form.breakdowns()[*at].source == BreakdownSource::Frame)
        .collect();
    let mut header = vec!["id".to_owned()];
    header.extend(of_frame.iter().map(|at| form.breakdowns()[*at].id.clone()));
    header.extend(["disposition", "name", "email"].map(str::to_owned));
    out.write_record(&header)?;
    for number in 1..=units {
        let made_up = |pick: &mut dyn FnMut(u64) -> u64| {
            form.made_up_with(planted, Simulation { blank: it.blank }, &mut |n| pick(n))
        };
        let mut classes = made_up(&mut pick).classes;
        let mut end = String::new();
        if number > it.count {
            let other = made_up(&mut pick).classes;
            classes = classes.into_iter().zip(other).map(|(one, other)| one.max(other)).collect();
            end = ended(pick(1_000)).map_or(String::new(), |one| one.name().to_owned());
        }
        let mut row = vec![format!("sim-{number:07}")];
        row.extend(of_frame.iter().map(|at| class_id(form, *at, classes[*at])));
        row.extend([end, format!("架空組織 {number:07}"), format!("sim-{number:07}@example.invalid")]);
        out.write_record(&row)?;
    }
    out.flush()?;
    Ok(())
}

fn class_id(form: &Questionnaire, breakdown: usize, class: Option<u16>) -> String {
    let codes = &form.breakdowns()[breakdown].codes.codes;
    class.and_then(|class| codes.get(usize::from(class))).map_or(String::new(), |code| code.id.clone())
}

fn ended(draw: u64) -> Option<Disposition> {
    let mut upto = 0;
    ENDS.into_iter().find_map(|(one, of_thousand)| {
        upto += of_thousand;
        (draw < upto).then_some(one)
    })
}
