//! Data files as columns.

use super::{Case, read};
use std::collections::BTreeMap;
use std::path::Path;

/// Columns of text; empty is missing.
#[derive(Clone, Default)]
pub struct Data {
    columns: BTreeMap<String, Vec<String>>,
    pub rows: usize,
}

impl Data {
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = read(path)?;
        let mut lines = text.lines().filter(|l| !l.is_empty()).map(fields);
        let names = lines.next().ok_or_else(|| format!("{}: empty", path.display()))?;
        let mut columns: Vec<Vec<String>> = vec![Vec::new(); names.len()];
        for (k, record) in lines.enumerate() {
            if record.len() != names.len() {
                return Err(format!("{}: row {} has {} fields", path.display(), k + 1, record.len()));
            }
            columns.iter_mut().zip(record).for_each(|(column, field)| column.push(field));
        }
        let rows = columns.first().map_or(0, Vec::len);
        Ok(Self { columns: names.into_iter().zip(columns).collect(), rows })
    }

    /// The data of a case's design, with the derived columns of the routed surveys.
    pub fn of(case: &Case) -> Result<Self, String> {
        let name = case.design["data"].as_str().ok_or("the design names no data")?;
        Self::named(&case.folder, name)
    }

    pub fn named(folder: &Path, name: &str) -> Result<Self, String> {
        let mut data = Self::read(&folder.join(format!("data/{name}.csv")))?;
        let register = folder.join(format!("data/{name}_pop.csv"));
        if register.exists() {
            data.derive(&Self::read(&register)?)?;
        }
        Ok(data)
    }

    /// N, w0 = N/n, Nbeds (register count of the beds class) and q?y (1, 0, missing).
    fn derive(&mut self, register: &Self) -> Result<(), String> {
        let counts = register.numbers("N")?;
        let total: f64 = counts.iter().flatten().sum();
        let by_beds = register.sums_by("beds", "N")?;
        let weight = total / self.rows as f64;
        let beds = self.text("beds")?.clone();
        let class = |b: &String| by_beds.get(b).copied().unwrap_or(0.0).to_string();
        self.columns.insert("N".into(), vec![total.to_string(); self.rows]);
        self.columns.insert("w0".into(), vec![weight.to_string(); self.rows]);
        self.columns.insert("Nbeds".into(), beds.iter().map(class).collect());
        for q in self.questions() {
            let yes_no = |code: &String| match code.as_str() {
                "1" => "1".to_string(),
                "2" => "0".to_string(),
                _ => String::new(),
            };
            let derived = self.columns[&q].iter().map(yes_no).collect();
            self.columns.insert(format!("{q}y"), derived);
        }
        Ok(())
    }

    /// Names of the questions, `q` and a number.
    pub fn questions(&self) -> Vec<String> {
        self.columns.keys().filter(|k| is_question(k)).cloned().collect()
    }

    pub fn has(&self, name: &str) -> bool {
        self.columns.contains_key(name)
    }

    pub fn text(&self, name: &str) -> Result<&Vec<String>, String> {
        self.columns.get(name).ok_or_else(|| format!("no column {name}"))
    }

    pub fn numbers(&self, name: &str) -> Result<Vec<Option<f64>>, String> {
        let parse = |s: &String| match s.as_str() {
            "" => Ok(None),
            s => s.parse().map(Some).map_err(|_| format!("{name}: {s} is no number")),
        };
        self.text(name)?.iter().map(parse).collect()
    }

    /// The numbers with 0 for missing, and where there is one.
    pub fn values(&self, name: &str) -> Result<(Vec<f64>, Vec<bool>), String> {
        let numbers = self.numbers(name)?;
        let present = numbers.iter().map(Option::is_some).collect();
        Ok((numbers.into_iter().map(|v| v.unwrap_or(0.0)).collect(), present))
    }

    /// Sorted levels of a column (as numbers where all are), and each row's level.
    pub fn levels(&self, name: &str) -> Result<(Vec<String>, Vec<Option<usize>>), String> {
        let text = self.text(name)?;
        let mut levels: Vec<String> = text.iter().filter(|s| !s.is_empty()).cloned().collect();
        levels.sort();
        levels.dedup();
        if levels.iter().all(|l| l.parse::<f64>().is_ok()) {
            let value = |l: &String| l.parse::<f64>().unwrap_or(0.0);
            levels.sort_by(|a, b| value(a).total_cmp(&value(b)));
        }
        let place = |s: &String| levels.iter().position(|l| l == s);
        let index = text.iter().map(place).collect();
        Ok((levels, index))
    }

    /// Σ value by level.
    pub fn sums_by(&self, level: &str, value: &str) -> Result<BTreeMap<String, f64>, String> {
        let mut sums = BTreeMap::new();
        for (l, v) in self.text(level)?.iter().zip(self.numbers(value)?) {
            *sums.entry(l.clone()).or_insert(0.0) += v.unwrap_or(0.0);
        }
        Ok(sums)
    }
}

/// The fields of a line. Commas inside quotes do not separate, nor do those inside the interval labels
/// that R's `cut` makes, `(19,39]`, which the files leave unquoted.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let (mut quoted, mut label) = (false, false);
    for c in line.chars() {
        let last = fields.len() - 1;
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted && !label => fields.push(String::new()),
            _ => {
                label = match c {
                    '(' | '[' if fields[last].is_empty() => true,
                    ')' | ']' => false,
                    _ => label,
                };
                fields[last].push(c);
            }
        }
    }
    fields
}

fn is_question(name: &str) -> bool {
    name.strip_prefix('q').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
}
