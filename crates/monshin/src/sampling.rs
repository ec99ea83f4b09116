//! How responses were drawn: cells of the design's columns, from `responses.csv` or `frame.csv`.

use std::sync::Arc;

use monshin_diag::Diagnostics;
use monshin_frame::{Frame, FrameColumn};
use monshin_instrument::Questionnaire;
use monshin_instrument::records::Record;
use monshin_tabulate::{DrawCell, Drawn, Origin, Weight};

/// The responses one by one, where the design needs that.
pub struct Sampling<'a> {
    frame: Option<&'a Frame>,
    /// By column of the design: where it stands in the frame, if the data file lacks it.
    columns: Vec<Option<FrameColumn<'a>>>,
    drawn: Option<Drawn>,
}

impl<'a> Sampling<'a> {
    /// `header` are the design's columns that the data file has.
    pub fn new(
        form: &Arc<Questionnaire>,
        has_weights: bool,
        header: &[Option<&str>],
        frame: Option<&'a Frame>,
    ) -> (Sampling<'a>, Diagnostics) {
        let names = form.design().columns();
        let (own, replicates) = header.split_at(names.len().min(header.len()));
        let in_frame = |name: &String| frame.and_then(|frame| frame.column(name));
        let columns: Vec<Option<FrameColumn<'a>>> = names
            .iter()
            .zip(own)
            .map(|(name, own)| if own.is_some() { None } else { in_frame(name) })
            .collect();
        let mut sampling = Sampling { frame, columns, drawn: None };
        if !Drawn::is_needed(form, has_weights) {
            return (sampling, Diagnostics::new());
        }
        let there: Vec<bool> =
            own.iter().zip(&sampling.columns).map(|(own, other)| own.is_some() || other.is_some()).collect();
        let replicates = replicates.iter().filter_map(|name| name.map(str::to_owned)).collect();
        match Drawn::new(form, has_weights, &there, replicates) {
            Ok(drawn) => {
                sampling.drawn = Some(drawn);
                (sampling, Diagnostics::new())
            }
            Err(found) => (sampling, found),
        }
    }

    /// Adds a response that stands in this row of the data file.
    pub fn add(&mut self, row: u64, record: &Record, weight: Weight) {
        let Some(drawn) = &mut self.drawn else { return };
        let unit = self.frame.and_then(|frame| frame.find(&record.id));
        let cell = |(at, text): (usize, &'_ String)| match (self.columns.get(at), unit) {
            (Some(Some(column)), Some(unit)) => (column.cell(unit).to_owned(), unit.index() as u64 + 2),
            _ => (text.clone(), 0),
        };
        let cells: Vec<(String, u64)> = record.design.iter().enumerate().map(cell).collect();
        let cells: Vec<DrawCell<'_>> = cells
            .iter()
            .map(|(text, row)| DrawCell {
                text,
                origin: if *row > 0 { Origin::Frame(*row) } else { Origin::Responses },
            })
            .collect();
        drawn.add(row, &record.response, weight, &cells);
    }

    /// All responses are in.
    pub fn settle(self, weighted: bool, found: &mut Diagnostics) -> Option<Drawn> {
        let mut drawn = self.drawn?;
        found.extend(drawn.settle(weighted));
        Some(drawn)
    }
}
