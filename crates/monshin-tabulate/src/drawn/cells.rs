//! What a row says of how its response was drawn.

use monshin_diag::{Diagnostic, Place, words};
use monshin_instrument::records::normalise;
use monshin_instrument::{DesignLabel, Questionnaire};

use super::groups::Draw;

/// One cell of a column of the design.
#[derive(Clone, Copy, Debug)]
pub struct DrawCell<'a> {
    /// What stands there, trimmed.
    pub text: &'a str,
    /// Where.
    pub origin: Origin,
}

/// Where a cell of the design stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// In the row of the response.
    Responses,
    /// In this row of `frame.csv`.
    Frame(u64),
}

pub(super) struct Read {
    pub draw: Draw,
    pub found: Vec<Diagnostic>,
}

fn place(origin: Origin, row: u64, column: &str) -> Place {
    match origin {
        Origin::Responses => Place::cell("responses.csv", row, Some(column)),
        Origin::Frame(row) => Place::cell("frame.csv", row, Some(column)),
    }
}

/// Labels and populations of a response; what cannot be read is found, and stands as nothing.
pub(super) fn read(
    form: &Questionnaire,
    columns: &[String],
    row: u64,
    classes: &[Option<u16>],
    cells: &[DrawCell<'_>],
) -> Read {
    let spec = form.design();
    let mut found = Vec::new();
    let at = |name: &String| columns.iter().position(|one| one == name).expect("one of the design's columns");
    let mut label = |label: &DesignLabel| match label {
        DesignLabel::Breakdown(by) => {
            let codes = &form.breakdowns()[*by].codes.codes;
            let class = classes[*by].and_then(|class| codes.get(usize::from(class)));
            if class.is_none() {
                let id = &form.breakdowns()[*by].id;
                found.push(empty(Place::cell("responses.csv", row, Some(id)), id));
            }
            class.map_or(String::new(), |class| class.id.clone())
        }
        DesignLabel::Column(name) => {
            let cell = cells[at(name)];
            if cell.text.is_empty() {
                found.push(empty(place(cell.origin, row, name), name));
            }
            normalise(cell.text)
        }
    };
    let strata = spec.stratum_labels().iter().map(&mut label).collect();
    let later_strata = spec.later_strata.iter().map(|stage| stage.iter().map(&mut label).collect()).collect();
    let clusters = spec.clusters.iter().map(&mut label).collect();
    let mut populations = Vec::new();
    for name in spec.fpc_columns() {
        let cell = cells[at(name)];
        populations.push(population(place(cell.origin, row, name), name, cell.text).unwrap_or_else(|one| {
            found.push(*one);
            f64::NAN
        }));
    }
    Read { draw: Draw { strata, later_strata, clusters, populations }, found }
}

fn empty(place: Place, name: &str) -> Diagnostic {
    Diagnostic::error(
        "T021",
        place,
        words!("「{name}」が空です。この回答がどのように抽出されたか分かりません";
        "`{name}` is empty: nobody can tell how this response was drawn"),
    )
    .help(words!("層・クラスターの名前か番号を書いてください"; "write the label of its stratum or cluster"))
}

fn population(place: Place, name: &str, text: &str) -> Result<f64, Box<Diagnostic>> {
    if text.is_empty() {
        return Err(Box::new(empty(place, name)));
    }
    let number = normalise(text).replace(',', "").parse::<f64>();
    match number {
        Ok(number) if number.is_finite() && number > 0.0 => Ok(number),
        _ => Err(Box::new(Diagnostic::error("T022", place,
            words!("「{name}」の「{text}」は母集団の数でも抽出率でもありません"; "`{text}` in `{name}` is neither a number of units nor a fraction drawn"))
            .help(words!("層（クラスター）の中の全数（1以上）か、抽出率（0より大きく1以下）を書いてください";
                "write how many units the stratum (or cluster) has, 1 or more, or the fraction drawn, above 0 and at most 1")))),
    }
}

/// A replicate weight: a number from 0 up.
pub(super) fn replicate(name: &str, row: u64, cell: &DrawCell<'_>) -> Result<f64, Box<Diagnostic>> {
    let number = normalise(cell.text).parse::<f64>();
    match number {
        Ok(number) if number.is_finite() && number >= 0.0 => Ok(number),
        _ => {
            let (place, text) = (place(cell.origin, row, name), cell.text);
            let message = match text.is_empty() {
                true => words!("複製ウエイト「{name}」が空です"; "the replicate weight `{name}` is empty"),
                false => {
                    words!("複製ウエイト「{name}」の「{text}」は 0 以上の数ではありません"; "`{text}` in the replicate weight `{name}` is no number from 0 up")
                }
            };
            Err(Box::new(Diagnostic::error("T026", place, message).help(
                words!("0 以上の数を書いてください（抜けた単位は 0）"; "write a number from 0 up; 0 for a unit that is left out"),
            )))
        }
    }
}
