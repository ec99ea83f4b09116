//! `monshin simulate`: made-up responses, for rehearsal. Their ids begin with `sim-`.

use std::io::{BufWriter, Write};

use anyhow::{Context, Result};
use monshin_diag::{Lang, Source, Sources};
use monshin_instrument::{MadeUpDraw, Planted, Questionnaire, Simulation, records};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::args::Simulate;
use crate::folder::{Folder, read_text};
use crate::output::{Verdict, leave_alone, print_findings};

pub fn run(it: Simulate, lang: Lang) -> Result<Verdict> {
    let folder = Folder::open(&it.dir)?;
    let Some(form) = &folder.questionnaire else {
        print_findings(folder.found.as_slice(), &folder.sources, lang);
        return Ok(Verdict::AtFault);
    };
    let planted = match &it.effects {
        None => Planted::new(),
        Some(path) => match planted(path, form, lang)? {
            Some(planted) => planted,
            None => return Ok(Verdict::AtFault),
        },
    };
    match &it.out {
        None => write(form, &planted, &it, std::io::stdout().lock())?,
        Some(path) if path.exists() => {
            return Ok(leave_alone(path, lang));
        }
        Some(path) => {
            let parent = path
                .parent()
                .filter(|parent| !parent.as_os_str().is_empty())
                .unwrap_or(std::path::Path::new("."));
            let file = crate::output::temporary(parent).with_context(|| path.display().to_string())?;
            write(form, &planted, &it, &file)?;
            file.persist_noclobber(path).with_context(|| path.display().to_string())?;
        }
    }
    Ok(Verdict::Fine)
}

/// What an effects file plants; `None` where it is at fault, which has been said then.
fn planted(path: &std::path::Path, form: &Questionnaire, lang: Lang) -> Result<Option<Planted>> {
    let text = match read_text(path)? {
        Ok(text) => text,
        Err(finding) => {
            print_findings(&[finding], &Sources::default(), lang);
            return Ok(None);
        }
    };
    let source = Source::new(&path.display().to_string(), &text);
    let planted = crate::effects::read(&source, form);
    Ok(planted.inspect_err(|found| print_findings(found.as_slice(), &[source.clone()].into(), lang)).ok())
}

fn write(form: &Questionnaire, planted: &Planted, it: &Simulate, out: impl Write) -> Result<()> {
    if let Some(units) = it.frame {
        return super::simulate_frame::write(form, planted, it, units, out);
    }
    let mut rng = ChaCha8Rng::seed_from_u64(it.seed);
    let mut pick = |bound: u64| rng.random_range(0..bound.max(1));
    // Drawn apart, so that answers and frame of a seed do not depend on the design.
    let mut drawing = ChaCha8Rng::seed_from_u64(it.seed);
    drawing.set_stream(1);
    let mut draw = MadeUpDraw::new(form, it.count);
    let mut out = csv::Writer::from_writer(BufWriter::new(out));
    out.write_record(records::header(form).iter().chain(draw.header()))?;
    for number in 1..=it.count {
        let answers = form.made_up_with(planted, Simulation { blank: it.blank }, &mut pick);
        let mut row = records::row(form, &format!("sim-{number:07}"), &answers);
        row.extend(draw.row(&answers, &mut |bound| drawing.random_range(0..bound.max(1))));
        out.write_record(row)?;
    }
    out.flush()?;
    Ok(())
}
