//! Ids that stand twice, found in memory that does not grow with the file.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read};

use super::{Decoder, Encoding};

/// Ids looked at in one pass at most.
const IDS_A_PASS: u64 = 2_000_000;

/// Rows (the header is row 1) whose id stood in an earlier row. Reads the file once where the ids
/// ascend, and otherwise as often as its size needs, two million ids a pass.
///
/// # Errors
/// Those of `open` and of reading.
pub fn duplicate_rows<R: Read>(
    mut open: impl FnMut() -> io::Result<R>,
    encoding: Encoding,
) -> io::Result<Vec<u64>> {
    let mut previous = String::new();
    let (mut ascending, mut rows) = (true, 0_u64);
    each_id(open()?, encoding, |_, id| {
        ascending &= (previous.len(), previous.as_str()) < (id.len(), id);
        previous.clear();
        previous.push_str(id);
        rows += 1;
    })?;
    if ascending {
        return Ok(Vec::new());
    }
    let passes = rows.div_ceil(IDS_A_PASS).max(1);
    let mut suspects: HashSet<u64> = HashSet::new();
    for pass in 0..passes {
        let mut seen: HashSet<u64> = HashSet::new();
        each_id(open()?, encoding, |_, id| {
            let key = key(id);
            if key % passes == pass && !seen.insert(key) {
                suspects.insert(key);
            }
        })?;
    }
    confirmed(open()?, encoding, &suspects)
}

/// Two ids of one key are compared letter by letter.
fn confirmed<R: Read>(reader: R, encoding: Encoding, suspects: &HashSet<u64>) -> io::Result<Vec<u64>> {
    let mut seen: HashMap<u64, HashSet<String>> = HashMap::new();
    let mut rows = Vec::new();
    if suspects.is_empty() {
        return Ok(rows);
    }
    each_id(reader, encoding, |row, id| {
        let key = key(id);
        if suspects.contains(&key) && !seen.entry(key).or_default().insert(id.to_owned()) {
            rows.push(row);
        }
    })?;
    Ok(rows)
}

fn key(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

fn each_id<R: Read>(reader: R, encoding: Encoding, mut see: impl FnMut(u64, &str)) -> io::Result<()> {
    let mut table = super::table::Table::new(Decoder::new(reader, encoding))?;
    let mut record = csv::StringRecord::new();
    if !table.next_row(&mut record)? {
        return Ok(());
    }
    let width = record.len();
    let column = record.iter().position(super::columns::is_id);
    while table.next_row(&mut record)? {
        // Which cell of a ragged row is the id nobody knows.
        if record.len() != width || table.has_open_quote() {
            continue;
        }
        let id = column.and_then(|at| record.get(at)).unwrap_or("").trim();
        if !id.is_empty() {
            see(table.row(), id);
        }
    }
    Ok(())
}
