//! `monshin simulate`: made-up responses, for rehearsal. Their ids begin with `sim-`.

use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};
use monshin_diag::{Diagnostics, Lang, Source, Sources};
use monshin_instrument::{Answers, Before, MadeUpDraw, Planted, Questionnaire, Simulation, records};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::args::{Input, Sealed, Simulate};
use crate::data;
use crate::folder::{Folder, read_text};
use crate::output::{Verdict, leave_alone, pick, print_findings};
use crate::release::rows;

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
    let mut panel = Vec::new();
    if let Some(dir) = &it.after {
        match before(dir, form, it.stay, lang)? {
            Some(units) => panel = units,
            None => return Ok(Verdict::AtFault),
        }
    }
    let made = Made { form, planted: &planted, panel: &panel, it: &it };
    match &it.out {
        None => made.write(std::io::stdout().lock())?,
        Some(path) if path.exists() => {
            return Ok(leave_alone(path, lang));
        }
        Some(path) => {
            let parent =
                path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let file = crate::output::temporary(parent).with_context(|| path.display().to_string())?;
            made.write(&file)?;
            file.persist_noclobber(path).with_context(|| path.display().to_string())?;
        }
    }
    Ok(Verdict::Fine)
}

/// What an effects file plants; `None` where it is at fault, which has been said then.
fn planted(path: &Path, form: &Questionnaire, lang: Lang) -> Result<Option<Planted>> {
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

/// What the units of an earlier wave answered, by their ids; `None` where that wave is at fault, which has
/// been said then.
fn before(dir: &Path, form: &Questionnaire, stay: f64, lang: Lang) -> Result<Option<Vec<(String, Before)>>> {
    let folder = Folder::open(dir)?;
    let Some(earlier) = &folder.questionnaire else {
        print_findings(folder.found.as_slice(), &folder.sources, lang);
        return Ok(None);
    };
    let input = Input { dir: dir.to_owned(), lenient: false, weights: None, sealed: Sealed::default() };
    let found = data::read(&folder, earlier, &input)?.map(|data| data.found);
    if found.as_ref().is_none_or(Diagnostics::has_errors) {
        print_findings(found.unwrap_or_default().as_slice(), &folder.sources, lang);
        let (ja, en) = ("前の回の回答を読めません", "the answers of the wave before cannot be read");
        eprintln!("{}", pick(lang, format!("{ja}: {}", dir.display()), format!("{en}: {}", dir.display())));
        return Ok(None);
    }
    let units = rows::by_unit(dir, earlier)?.into_iter();
    Ok(Some(units.map(|(id, response)| (id, form.before(earlier, &response, stay))).collect()))
}

/// What is made up.
struct Made<'a> {
    form: &'a Questionnaire,
    planted: &'a Planted,
    /// Units of the wave before.
    panel: &'a [(String, Before)],
    it: &'a Simulate,
}

impl Made<'_> {
    fn write(&self, out: impl Write) -> Result<()> {
        let Made { form, planted, panel, it } = *self;
        if let Some(units) = it.frame {
            return super::simulate_frame::write(form, planted, it, units, out);
        }
        let mut rng = ChaCha8Rng::seed_from_u64(it.seed);
        let mut pick = |bound: u64| rng.random_range(0..bound.max(1));
        // Drawn apart, so that answers and frame of a seed do not depend on the design.
        let mut drawing = ChaCha8Rng::seed_from_u64(it.seed);
        drawing.set_stream(1);
        let mut draw = MadeUpDraw::new(form, it.count);
        let simulation = Simulation { blank: it.blank };
        let mut out = csv::Writer::from_writer(BufWriter::new(out));
        out.write_record(records::header(form).iter().chain(draw.header()))?;
        let mut add = |id: &str, answers: &Answers| -> Result<()> {
            let mut row = records::row(form, id, answers);
            row.extend(draw.row(answers, &mut |bound| drawing.random_range(0..bound.max(1))));
            Ok(out.write_record(row)?)
        };
        let mut left = it.count;
        for (id, before) in panel {
            let again = (pick(1_000_000) as f64) < it.again * 1_000_000.0;
            if !again || left == 0 {
                continue;
            }
            add(id, &form.made_up_after(before, planted, simulation, &mut pick))?;
            left -= 1;
        }
        // Others answer for the first time; their ids go on where those of the wave before end.
        for number in (1..=left).map(|number| panel.len() as u64 + number) {
            add(&format!("sim-{number:07}"), &form.made_up_with(planted, simulation, &mut pick))?;
        }
        out.flush()?;
        Ok(())
    }
}
