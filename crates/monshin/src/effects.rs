//! `effects.toml`: the distributions behind made-up answers.

use monshin_diag::{Diagnostic, Diagnostics, Place, Source, Span, Words, words};
use monshin_instrument::{Planted, Questionnaire, Unplantable};
use toml::de::{DeTable, DeValue};

/// Reads the file; gives what it plants where there is no mistake in it.
pub fn read(source: &Source, form: &Questionnaire) -> Result<Planted, Diagnostics> {
    let (root, errors) = DeTable::parse_recoverable(source.text());
    let mut reader = Reader { source, form, planted: Planted::new(), found: Diagnostics::new() };
    for error in &errors {
        let message = error.message().trim();
        let span = error.span().map_or(Span::default(), Span::from);
        reader.fault(span, words!("TOML として読めません: {message}"; "this is not TOML: {message}"));
    }
    if errors.is_empty() {
        reader.root(root.get_ref());
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

impl Reader<'_> {
    fn root(&mut self, root: &DeTable<'_>) {
        for (key, value) in root {
            let (name, span) = (key.get_ref().as_ref(), Span::from(key.span()));
            let Some(table) = self.table(value.get_ref(), value.span().into()) else { continue };
            match name {
                "classes" => self.each(table, |reader, name, span, shares| {
                    let planted = reader.planted.classes(reader.form, name, shares);
                    reader.report(planted, span);
                }),
                "answers" => self.each(table, |reader, name, span, shares| {
                    let planted = reader.planted.answers(reader.form, name, None, shares);
                    reader.report(planted, span);
                }),
                "by" => self.by(table),
                _ => self.fault(span, words!("「{name}」というキーはありません（classes、answers、by）"; "there is no key `{name}` (classes, answers, by)")),
            }
        }
    }

    /// `[by.BREAKDOWN.ITEM]`, a line for each class.
    fn by(&mut self, table: &DeTable<'_>) {
        for (breakdown, items) in table {
            let Some(items) = self.table(items.get_ref(), items.span().into()) else { continue };
            for (item, classes) in items {
                let Some(classes) = self.table(classes.get_ref(), classes.span().into()) else { continue };
                self.each(classes, |reader, class, span, shares| {
                    let within = Some((breakdown.get_ref().as_ref(), class));
                    let planted = reader.planted.answers(reader.form, item.get_ref(), within, shares);
                    reader.report(planted, span);
                });
            }
        }
    }

    fn each(&mut self, table: &DeTable<'_>, mut plant: impl FnMut(&mut Self, &str, Span, &[(&str, f64)])) {
        for (key, value) in table {
            let span = Span::from(value.span());
            let Some(inner) = self.table(value.get_ref(), span) else { continue };
            let share = |value: &DeValue<'_>| match value {
                DeValue::Integer(number) => number.as_str().replace('_', "").parse::<f64>().ok(),
                DeValue::Float(number) => number.as_str().replace('_', "").parse::<f64>().ok(),
                _ => None,
            };
            let shares: Option<Vec<(&str, f64)>> = inner
                .iter()
                .map(|(id, value)| Some((id.get_ref().as_ref(), share(value.get_ref())?)))
                .collect();
            match shares {
                Some(shares) => plant(self, key.get_ref(), span, &shares),
                None => self.fault(span, words!("割合は数で書いてください"; "shares are numbers")),
            }
        }
    }

    fn table<'t>(&mut self, value: &'t DeValue<'t>, span: Span) -> Option<&'t DeTable<'t>> {
        let table = value.as_table();
        if table.is_none() {
            self.fault(
                span,
                words!("{{ 選択肢 = 割合 }} の表を書いてください"; "this takes a table, {{ code = share }}"),
            );
        }
        table
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
        self.fault(span, message);
    }

    fn fault(&mut self, span: Span, message: Words) {
        self.found.push(Diagnostic::error("M019", Place::text(self.source, span), message));
    }
}
