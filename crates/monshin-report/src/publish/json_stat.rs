//! The tables as JSON-stat 2.0 (<https://json-stat.org/full/>), which statistical offices' tools read.

use monshin_tabulate::{Cell, Figures, Released, Row, Table, Tables, Variable};
use serde_json::{Map, Value, json};

/// The figures of a cell, with their names in Japanese and English.
const FIGURES: [(&str, &str, &str); 5] = [
    ("n", "集計母数", "Base"),
    ("count", "件数", "Count"),
    ("share", "割合", "Share"),
    ("low", "割合の下限", "Lower limit of the share"),
    ("high", "割合の上限", "Upper limit of the share"),
];

/// Every released table of answers with codes as one dataset of a collection, in one language.
///
/// Dimensions: the breakdowns, the answers (`answer`), the figures (`figure`, the metric; shares are
/// from 0 to 1). A figure that is withheld, is not presented or has no base is `null`; `status` says which
/// (`x`, `…`, `-`), and `※` marks a weak base. Tables of numbers, days and words have no answers and are left out.
pub fn json_stat(tables: &Released<Tables>, language: &str) -> String {
    let survey = tables.questionnaire.survey();
    let items: Vec<Value> = tables
        .tables
        .iter()
        .filter(|table| tables.variables[table.variable].codes.is_some())
        .map(|table| Dataset { tables, table, language }.value())
        .collect();
    let mut whole = json!({
        "version": "2.0",
        "class": "collection",
        "label": survey.title.get(language),
        "source": survey.organizer.get(language),
    });
    if let Some(notice) = &survey.synthetic {
        whole["note"] = json!([notice.get(language)]);
    }
    whole["link"] = json!({ "item": items });
    let mut text = serde_json::to_string_pretty(&whole).expect("a value of our own making has no odd keys");
    text.push('\n');
    text
}

struct Dataset<'a> {
    tables: &'a Tables,
    table: &'a Table,
    language: &'a str,
}

impl Dataset<'_> {
    fn variable(&self) -> &Variable {
        &self.tables.variables[self.table.variable]
    }

    fn value(&self) -> Value {
        let breakdowns = self.tables.questionnaire.breakdowns();
        let by = || self.table.by.iter().map(|at| &breakdowns[*at]);
        let answers = self.answers();
        let mut ids: Vec<&str> = by().map(|breakdown| &*breakdown.id).collect();
        let mut sizes: Vec<usize> = by().map(|breakdown| breakdown.codes.len()).collect();
        ids.extend(["answer", "figure"]);
        sizes.extend([answers.len(), FIGURES.len()]);
        let mut dimension = Map::new();
        for breakdown in by() {
            let codes = breakdown.codes.codes.iter();
            let categories = codes.map(|code| (&*code.id, code.label.get(self.language)));
            dimension
                .insert(breakdown.id.clone(), dimension_of(breakdown.label.get(self.language), categories));
        }
        let categories = answers.iter().map(|(_, id, label)| (*id, *label));
        dimension.insert("answer".into(), dimension_of(self.variable().label.get(self.language), categories));
        let is_ja = self.language == "ja";
        let figures = FIGURES.iter().map(|(id, ja, en)| (*id, if is_ja { *ja } else { *en }));
        dimension.insert("figure".into(), dimension_of(if is_ja { "値" } else { "Figure" }, figures));
        let (values, status) = self.values(&answers);
        json!({
            "class": "dataset",
            "label": self.variable().label.get(self.language),
            "note": [self.table.base.sentence.get(self.language)],
            "extension": {
                "question": self.variable().name,
                "condition": self.table.base.condition,
                "weighted": self.tables.weighted,
            },
            "id": ids,
            "size": sizes,
            "role": { "metric": ["figure"] },
            "dimension": dimension,
            "value": values,
            "status": status,
        })
    }

    /// Position, id and label of the answers that are counted, in the order of the cells.
    fn answers(&self) -> Vec<(u16, &str, &str)> {
        use monshin_tabulate::instrument::CodeKind;
        let codes = self.variable().codes.iter().flat_map(|list| list.codes.iter().enumerate());
        codes
            .filter(|(_, code)| code.kind != CodeKind::Refused)
            .map(|(at, code)| (at as u16, &*code.id, code.label.get(self.language)))
            .collect()
    }

    /// Every figure, the last dimension the fastest, and the signs of those that need one.
    fn values(&self, answers: &[(u16, &str, &str)]) -> (Vec<Value>, Map<String, Value>) {
        let mut values = Vec::new();
        let mut status = Map::new();
        for row in &self.table.rows {
            for (code, _, _) in answers {
                let (figures, sign) = cell(row, *code);
                if let Some(sign) = sign {
                    (0..figures.len()).for_each(|at| {
                        status.insert((values.len() + at).to_string(), json!(sign));
                    });
                }
                values.extend(figures.map(|figure| json!(figure)));
            }
        }
        (values, status)
    }
}

/// n, count, share, lower and upper limit of an answer, and its sign.
fn cell(row: &Row, code: u16) -> ([Option<f64>; 5], Option<&'static str>) {
    let Some(figures) = row.figures() else { return ([None; 5], Some("x")) };
    let n = Some(figures.n as f64);
    match figures.cell(code) {
        Some(cell) if cell.share().is_some() => (shown(figures, cell), sign(cell)),
        None if figures.is_withheld(code) => ([n, None, None, None, None], Some("x")),
        None if figures.is_omitted(code) => ([n, None, None, None, None], Some("…")),
        _ => ([n, None, None, None, None], Some("-")),
    }
}

fn shown(figures: &Figures, cell: &Cell) -> [Option<f64>; 5] {
    let interval = cell.estimate.interval();
    [
        Some(figures.n as f64),
        Some(cell.count as f64),
        cell.share(),
        interval.map(|one| one.lower).filter(|end| end.is_finite()),
        interval.map(|one| one.upper).filter(|end| end.is_finite()),
    ]
}

fn sign(cell: &Cell) -> Option<&'static str> {
    use monshin_tabulate::Flag;
    cell.flag.map(|flag| match flag {
        Flag::NoBase => "-",
        Flag::Unreliable => "※",
        Flag::Withheld => "x",
        Flag::Omitted => "…",
    })
}

fn dimension_of<'a>(label: &str, categories: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> Value {
    let index: Vec<&str> = categories.clone().map(|(id, _)| id).collect();
    let labels: Map<String, Value> = categories.map(|(id, label)| (id.to_owned(), json!(label))).collect();
    json!({ "label": label, "category": { "index": index, "label": labels } })
}
