//! `population.csv`: known totals to weight to, or everything that is wrong with the file.
//!
//! | code | finding |
//! |---|---|
//! | T001 | the file is empty, or not UTF-8 |
//! | T002 | the header is none: columns are missing |
//! | T003 | a breakdown that the survey does not have |
//! | T004 | a class that the breakdown does not have |
//! | T005 | a count that is no number, or negative |
//! | T006 | a row that is marked as unverified |
//! | T007 | a class that stands twice |
//! | T008 | a class without a total |
//! | T009 | a row has another number of cells than the header |

use std::collections::{BTreeMap, HashMap};

use monshin_diag::{Diagnostic, Diagnostics, Place, words};

use crate::ClassColumn;
use crate::spelling::fold;

/// Known totals.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Population {
    /// Margins in the order of the file.
    pub margins: Vec<KnownTotals>,
}

/// Known totals of one breakdown, or of two crossed.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownTotals {
    /// Numbers of the breakdowns.
    pub by: Vec<usize>,
    /// Number of units by class (one class per breakdown).
    pub counts: BTreeMap<Vec<u16>, f64>,
    /// Row of each class, as a spreadsheet counts.
    pub rows: BTreeMap<Vec<u16>, u64>,
    /// Row in which the first of them stands.
    pub row: u64,
}

impl KnownTotals {
    /// All units together.
    pub fn sum(&self) -> f64 {
        self.counts.values().sum()
    }
}

impl Population {
    /// The totals by these breakdowns, in whichever order.
    pub fn margin(&self, by: &[usize]) -> Option<&KnownTotals> {
        let alike =
            |known: &&KnownTotals| known.by.len() == by.len() && by.iter().all(|at| known.by.contains(at));
        self.margins.iter().find(alike)
    }
}

impl Population {
    /// The same where classes of a breakdown are one: `into` says of each class which one it is then.
    #[must_use]
    pub fn with_classes_merged(mut self, breakdown: usize, into: &[u16]) -> Population {
        for known in &mut self.margins {
            let Some(place) = known.by.iter().position(|by| *by == breakdown) else { continue };
            let merged = |mut classes: Vec<u16>| {
                classes[place] = into[usize::from(classes[place])];
                classes
            };
            for (classes, count) in std::mem::take(&mut known.counts) {
                *known.counts.entry(merged(classes)).or_default() += count;
            }
            for (classes, row) in std::mem::take(&mut known.rows) {
                known.rows.entry(merged(classes)).or_insert(row);
            }
        }
        self
    }
}

/// Words of `status` that say that a row can be relied on.
const SEEN: [&str; 8] = ["", "seen", "verified", "official", "confirmed", "derived", "確認済", "公表値"];

/// Loads known totals from UTF-8 bytes. `breakdowns` are all of the survey, in its order.
///
/// Two layouts:
/// * long: `breakdown,class,count` and, where wanted, `breakdown2,class2`, `status`, `source`, `note`.
///   A joint total has `beds × founder` and `0 × national` in the first two columns, or uses all four;
/// * wide: a column per breakdown and `count`: every row is a joint total.
///
/// Gives all findings at once, and the totals where none of them is an error.
pub fn load_population(
    file: &str,
    bytes: &[u8],
    breakdowns: &[ClassColumn],
) -> (Option<Population>, Diagnostics) {
    let known = breakdowns.iter().map(ClassColumn::by_spelling).collect();
    let mut loading =
        Loading { file, breakdowns, known, found: Diagnostics::new(), population: Population::default() };
    loading.load(bytes);
    loading.check_complete();
    let population = (!loading.found.has_errors()).then_some(loading.population);
    (population, loading.found)
}

struct Loading<'a> {
    file: &'a str,
    breakdowns: &'a [ClassColumn],
    known: Vec<HashMap<String, u16>>,
    found: Diagnostics,
    population: Population,
}

/// Where in a row things stand.
struct Columns {
    /// Columns with the name of a breakdown, and with the name of a class; the second may be empty.
    named: Vec<(usize, usize)>,
    /// Columns that are breakdowns themselves.
    wide: Vec<(usize, usize)>,
    count: usize,
    status: Option<usize>,
    width: usize,
}

impl Loading<'_> {
    fn load(&mut self, bytes: &[u8]) {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let Ok(text) = std::str::from_utf8(bytes) else {
            return self.error(
                "T001",
                Place::file(self.file),
                words!("文字コードが UTF-8 ではありません"; "the file is not UTF-8"),
            );
        };
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let mut rows = reader.records();
        let Some(Ok(header)) = rows.next() else {
            return self.error(
                "T001",
                Place::file(self.file),
                words!("ファイルが空です"; "the file is empty"),
            );
        };
        let Some(columns) = self.columns(&header) else { return };
        let mut any = false;
        for (at, row) in rows.enumerate() {
            let row = row.expect("valid UTF-8 in memory, rows of any length");
            self.row(at as u64 + 2, &row, &columns);
            any = true;
        }
        if !any {
            self.error(
                "T001",
                Place::file(self.file),
                words!("見出しのほかに行がありません"; "there are no rows below the header"),
            );
        }
    }

    fn columns(&mut self, header: &csv::StringRecord) -> Option<Columns> {
        let names: Vec<String> = header.iter().map(fold).collect();
        let find = |wanted: &[&str]| names.iter().position(|name| wanted.contains(&name.as_str()));
        let count = find(&["count", "n", "total", "件数", "施設数"]);
        let pair = |breakdown: &[&str], class: &[&str]| Some((find(breakdown)?, find(class)?));
        let named: Vec<(usize, usize)> = [
            pair(&["breakdown", "区分"], &["class", "分類"]),
            pair(&["breakdown2", "区分2"], &["class2", "分類2"]),
        ]
        .into_iter()
        .flatten()
        .collect();
        let of_breakdown = |name: &String| self.breakdowns.iter().position(|one| fold(&one.id) == *name);
        let wide: Vec<(usize, usize)> =
            names.iter().enumerate().filter_map(|(at, name)| Some((at, of_breakdown(name)?))).collect();
        match count {
            Some(count) if !named.is_empty() || !wide.is_empty() => {
                Some(Columns { named, wide, count, status: find(&["status", "状態"]), width: names.len() })
            }
            _ => {
                let place = Place::cell(self.file, 1, None);
                let ids: Vec<&str> = self.breakdowns.iter().map(|one| &*one.id).collect();
                let (ja, en) = (ids.join("、"), ids.join(", "));
                self.found.push(
                    Diagnostic::error("T002", place, words!("見出しに breakdown、class、count の列がありません"; "the header lacks the columns breakdown, class and count"))
                        .help(words!("breakdown,class,count（区分の id、分類、母集団の数）か、区分ごとの列（{ja}）と count を書いてください";
                            "write breakdown,class,count, or a column per breakdown ({en}) and count")),
                );
                None
            }
        }
    }

    fn row(&mut self, number: u64, row: &csv::StringRecord, columns: &Columns) {
        if row.iter().all(|cell| cell.trim().is_empty()) {
            return;
        }
        if row.len() != columns.width {
            let (has, wants) = (row.len(), columns.width);
            return self.error("T009", Place::cell(self.file, number, None),
                words!("見出しは {wants} 列、この行は {has} 列です"; "the header has {wants} columns, this row {has}"));
        }
        let before = self.found.len();
        let classes = self.classes(number, row, columns);
        if let Some(status) = columns.status
            && !SEEN.contains(&fold(&row[status]).as_str())
        {
            let (place, text) = (Place::cell(self.file, number, Some("status")), row[status].trim());
            self.found.push(
                Diagnostic::error("T006", place, words!("「{text}」の行は確かめられていない数です"; "this row is marked `{text}`: its count is not verified"))
                    .help(words!("出典で確かめて status を seen にするか、この区分を使わないなら区分ごと消してください";
                        "check it against its source and write seen, or take out the rows of this breakdown")),
            );
        }
        let count = self.count(number, &row[columns.count]);
        if let (Some(classes), Some(count)) = (classes, count)
            && self.found.len() == before
        {
            self.add(number, classes, count);
        }
    }

    /// Breakdowns with their classes.
    fn classes(
        &mut self,
        number: u64,
        row: &csv::StringRecord,
        columns: &Columns,
    ) -> Option<Vec<(usize, u16)>> {
        if columns.named.is_empty() {
            let class = |loading: &mut Self, (column, breakdown): (usize, usize)| {
                loading.class(number, breakdown, &row[column]).map(|class| (breakdown, class))
            };
            let found: Vec<_> = columns.wide.iter().map(|&one| class(self, one)).collect();
            return found.into_iter().collect();
        }
        let mut found = Vec::new();
        for &(breakdown, class) in
            columns.named.iter().filter(|(breakdown, _)| !row[*breakdown].trim().is_empty())
        {
            let names: Vec<&str> = row[breakdown].split(['×', '*']).collect();
            let classes: Vec<&str> =
                if names.len() == 1 { vec![&row[class]] } else { row[class].split(['×', '*']).collect() };
            if names.len() != classes.len() {
                self.unknown_class(number, "class", &row[class], &[]);
                return None;
            }
            for (name, class) in names.into_iter().zip(classes) {
                let breakdown = self.breakdown(number, name);
                found.push(breakdown.and_then(|at| Some((at, self.class(number, at, class)?))));
            }
        }
        found.into_iter().collect()
    }

    fn breakdown(&mut self, number: u64, name: &str) -> Option<usize> {
        let found = self.breakdowns.iter().position(|one| fold(&one.id) == fold(name));
        if found.is_none() {
            let ids: Vec<&str> = self.breakdowns.iter().map(|one| &*one.id).collect();
            let (name, ja, en) = (name.trim(), ids.join("、"), ids.join(", "));
            self.found.push(
                Diagnostic::error("T003", Place::cell(self.file, number, Some("breakdown")), words!("「{name}」という区分は調査票にありません"; "the survey has no breakdown `{name}`"))
                    .help(words!("区分: {ja}"; "the breakdowns are {en}")),
            );
        }
        found
    }

    fn class(&mut self, number: u64, breakdown: usize, cell: &str) -> Option<u16> {
        let found = self.known[breakdown].get(&fold(cell)).copied();
        if found.is_none() {
            let column = &self.breakdowns[breakdown];
            let ids: Vec<String> =
                column.spellings.iter().filter_map(|class| class.first().cloned()).collect();
            let id = column.id.clone();
            self.unknown_class(number, &id, cell, &ids);
        }
        found
    }

    fn unknown_class(&mut self, number: u64, column: &str, cell: &str, ids: &[String]) {
        let (cell, ja, en) = (cell.trim(), ids.join("、"), ids.join(", "));
        let found = Diagnostic::error(
            "T004",
            Place::cell(self.file, number, Some(column)),
            words!("「{cell}」という分類はありません"; "there is no class `{cell}`"),
        );
        self.found.push(match ids {
            [] => found,
            _ => found.help(words!("分類: {ja}"; "the classes are {en}")),
        });
    }

    fn count(&mut self, number: u64, cell: &str) -> Option<f64> {
        let plain = fold(cell).replace(',', "");
        let count = plain.parse::<f64>().ok().filter(|count| count.is_finite() && *count >= 0.0);
        if count.is_none() {
            let cell = cell.trim();
            self.error(
                "T005",
                Place::cell(self.file, number, Some("count")),
                words!("「{cell}」は 0 以上の数ではありません"; "`{cell}` is no number from 0 up"),
            );
        }
        count
    }

    fn add(&mut self, number: u64, mut classes: Vec<(usize, u16)>, count: f64) {
        classes.sort_unstable();
        let by: Vec<usize> = classes.iter().map(|(by, _)| *by).collect();
        let class: Vec<u16> = classes.iter().map(|(_, class)| *class).collect();
        let at = self.population.margins.iter().position(|known| known.by == by).unwrap_or_else(|| {
            self.population.margins.push(KnownTotals {
                by,
                counts: BTreeMap::new(),
                rows: BTreeMap::new(),
                row: number,
            });
            self.population.margins.len() - 1
        });
        let known = &mut self.population.margins[at];
        known.counts.insert(class.clone(), count);
        if let Some(first) = known.rows.insert(class, number) {
            self.error(
                "T007",
                Place::cell(self.file, number, None),
                words!("この分類は {first} 行目にもあります"; "this class stands in row {first} too"),
            );
        }
    }

    /// Every class of a breakdown has to have its total: one that is left out is no zero.
    fn check_complete(&mut self) {
        if self.found.has_errors() {
            return;
        }
        let mut missing = Vec::new();
        for known in self.population.margins.iter().filter(|known| known.by.len() == 1) {
            let column = &self.breakdowns[known.by[0]];
            let lacking = |class: &usize| !known.counts.contains_key(&vec![*class as u16]);
            for class in (0..column.spellings.len()).filter(lacking) {
                let name = column.spellings[class].first().cloned().unwrap_or_default();
                missing.push((known.row, column.id.clone(), name));
            }
        }
        for (row, id, name) in missing {
            self.found.push(
                Diagnostic::error("T008", Place::cell(self.file, row, None), words!("区分「{id}」の「{name}」の数がありません"; "class `{name}` of `{id}` has no total"))
                    .help(words!("その分類の行を加えてください。母集団に1つもなければ 0 と書いてください"; "add a row for it; write 0 where the population has none")),
            );
        }
    }

    fn error(&mut self, code: &'static str, place: Place, message: monshin_diag::Words) {
        self.found.push(Diagnostic::error(code, place, message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Vec<ClassColumn> {
        vec![
            ClassColumn::new("beds", [vec!["0", "無床"], vec!["1-19"]]),
            ClassColumn::new("founder", [vec!["state"], vec!["other"]]),
        ]
    }

    fn codes(csv: &str) -> Vec<(&'static str, u64)> {
        let (_, found) = load_population("population.csv", csv.as_bytes(), &columns());
        let row = |one: &Diagnostic| match &one.place {
            Place::Cell { row, .. } => *row,
            _ => 0,
        };
        found.iter().map(|one| (one.code, row(one))).collect()
    }

    #[test]
    fn long_joint_and_wide_rows_are_the_same_totals() {
        let long = "breakdown,class,count\nbeds,無床,\"1,000\"\nbeds,1-19,20\nbeds × founder,0 × state,3\n";
        let four = "breakdown,class,breakdown2,class2,count\nbeds,0,,,1000\nbeds,1-19,,,20\nfounder,state,beds,0,3\n";
        let load = |csv: &str| load_population("p", csv.as_bytes(), &columns()).0.expect("nothing is wrong");
        assert_eq!(load(long).margins[0].counts, load(four).margins[0].counts);
        assert_eq!(load(long).margins[1].counts, load(four).margins[1].counts);
        let wide = load("beds,founder,N\n0,state,3\n1-19,other,4\n");
        assert_eq!((wide.margins[0].by.clone(), wide.margins[0].sum()), (vec![0, 1], 7.0));
        assert_eq!(wide.margin(&[1, 0]).map(|known| known.row), Some(2));
    }

    #[test]
    fn totals_of_merged_classes_add_up_in_every_margin() {
        let csv = "breakdown,class,breakdown2,class2,count\nbeds,0,,,10\nbeds,1-19,,,4\n\
            beds,0,founder,state,3\nbeds,1-19,founder,state,1\nbeds,1-19,founder,other,2\n";
        let known = load_population("p", csv.as_bytes(), &columns()).0.expect("nothing is wrong");
        let merged = known.clone().with_classes_merged(0, &[0, 0]);
        assert_eq!(merged.margins[0].counts, BTreeMap::from([(vec![0], 14.0)]));
        assert_eq!(merged.margins[1].counts, BTreeMap::from([(vec![0, 0], 4.0), (vec![0, 1], 2.0)]));
        assert_eq!(known.clone().with_classes_merged(1, &[0, 1]), known, "each class for itself");
    }

    #[test]
    fn what_is_wrong_is_told_row_by_row() {
        let csv = "breakdown,class,count,status\nbeds,0,10,seen\nbeds,2,10,seen\nsize,0,1,seen\nbeds,1-19,-1,seen\nbeds,1-19,5,recalled\nbeds,0,1,seen\nx\n";
        assert_eq!(
            codes(csv),
            [("T004", 3), ("T003", 4), ("T005", 5), ("T006", 6), ("T007", 7), ("T009", 8)]
        );
        assert_eq!(codes("breakdown,class,count\nbeds,0,NaN\n"), [("T005", 2)]);
        assert_eq!(codes("breakdown,class,count\nbeds,0,3\n"), [("T008", 2)]);
        assert_eq!(codes(""), [("T001", 0)]);
        assert_eq!(codes("breakdown,class,count\n"), [("T001", 0)]);
        assert_eq!(codes("a,b,c\n1,2,3\n"), [("T002", 1)]);
    }
}
