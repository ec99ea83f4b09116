//! `effects.toml`: the distributions behind made-up answers.

use monshin_diag::keyed::{self, Codes, Desk, Fields};
use monshin_diag::{Diagnostics, Source, Span, words};
use monshin_instrument::{Planted, Questionnaire, Unplantable};

/// Reads the file; gives what it plants where there is no mistake in it.
pub fn read(source: &Source, form: &Questionnaire) -> Result<Planted, Diagnostics> {
    let mut reader = Reader { source, form, planted: Planted::new(), found: Diagnostics::new() };
    if let Some(root) = keyed::parse(&mut reader, source.text()) {
        reader.root(Fields::new(root.get_ref(), Span::new(0, 0), "effects.toml"));
    }
    let Reader { planted, found, .. } = reader;
    if found.has_errors() { Err(found) } else { Ok(planted) }
}

struct Reader<'r> {
    source: &'r Source,
    form: &'r Questionnaire,
    planted: Planted,
    found: Diagnostics,
}

impl Desk for Reader<'_> {
    const CODES: Codes = Codes { syntax: CODE, unknown: CODE, missing: CODE, wrong_type: CODE, range: CODE };

    fn source(&self) -> &Source {
        self.source
    }

    fn found(&mut self) -> &mut Diagnostics {
        &mut self.found
    }
}

/// A mistake in this file, whatever its kind.
const CODE: &str = "M019";

impl Reader<'_> {
    fn root(&mut self, mut root: Fields<'_>) {
        if let Some(classes) = root.table(self, "classes", "[classes]") {
            self.each(classes, |reader, name, span, shares| {
                let planted = reader.planted.classes(reader.form, name, shares);
                reader.report(planted, span);
            });
        }
        if let Some(answers) = root.table(self, "answers", "[answers]") {
            self.each(answers, |reader, name, span, shares| {
                let planted = reader.planted.answers(reader.form, name, None, shares);
                reader.report(planted, span);
            });
        }
        if let Some(by) = root.table(self, "by", "[by]") {
            self.by(by);
        }
        root.finish(self);
    }

    /// `[by.BREAKDOWN.ITEM]`, a line for each class.
    fn by(&mut self, mut by: Fields<'_>) {
        for breakdown in by.take_rest() {
            let Some(mut items) = breakdown.table(self, "[by]") else { continue };
            for item in items.take_rest() {
                let Some(classes) = item.table(self, "[by]") else { continue };
                self.each(classes, |reader, class, span, shares| {
                    let within = Some((breakdown.key, class));
                    let planted = reader.planted.answers(reader.form, item.key, within, shares);
                    reader.report(planted, span);
                });
            }
        }
    }

    /// Every `name = { code = share, … }`; one with a share that is no number is not planted.
    fn each(&mut self, mut table: Fields<'_>, mut plant: impl FnMut(&mut Self, &str, Span, &[(&str, f64)])) {
        for entry in table.take_rest() {
            let Some(mut inner) = entry.table(self, "") else { continue };
            let listed = inner.take_rest();
            let shares: Vec<(&str, f64)> =
                listed.iter().filter_map(|share| Some((share.key, share.number(self)?.0))).collect();
            if shares.len() == listed.len() {
                plant(self, entry.key, entry.span, &shares);
            }
        }
    }

    fn report(&mut self, planted: Result<(), Unplantable>, span: Span) {
        let message = match planted {
            Ok(()) => return,
            Err(Unplantable::Unknown) => {
                words!("設問、選択肢、集計区分、区分のどれかの名前が survey.toml にありません"; "a question, code, breakdown or class named here is not in survey.toml")
            }
            Err(Unplantable::NoChoice) => {
                words!("選択式の設問ではありません"; "this question is no choice from a list")
            }
            Err(Unplantable::BadShare) => {
                words!("割合は0以上で、合計が0より大きい数です（複数回答では0～100）"; "shares are 0 or more and not all 0 (0 to 100 where several answers may be given)")
            }
        };
        self.error(CODE, span, message, None);
    }
}
