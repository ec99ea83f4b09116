//! Rows of small numbers, each numbered when it is first seen.

/// Distinct rows of one width, numbered from 0 in the order in which they came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys {
    width: usize,
    rows: Vec<u32>,
    len: usize,
    /// Open addressing: number of a row plus 1, or 0; a power of two, at most half full.
    slots: Vec<u32>,
}

impl Keys {
    pub fn new(width: usize) -> Keys {
        Keys { width, rows: Vec::new(), len: 0, slots: vec![0; 64] }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn row(&self, number: usize) -> &[u32] {
        &self.rows[number * self.width..(number + 1) * self.width]
    }

    /// The number of a row, a new one where it was not seen before.
    pub fn find_or_add(&mut self, row: &[u32]) -> usize {
        let slot = self.slot(row);
        if let Some(number) = (self.slots[slot] as usize).checked_sub(1) {
            return number;
        }
        self.rows.extend_from_slice(row);
        self.len += 1;
        self.slots[slot] = self.len as u32;
        if self.len * 2 > self.slots.len() {
            self.widen();
        }
        self.len - 1
    }

    /// The slot in which the row stands or would stand.
    fn slot(&self, row: &[u32]) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = hash(row) & mask;
        while let Some(number) = (self.slots[slot] as usize).checked_sub(1) {
            if self.row(number) == row {
                break;
            }
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn widen(&mut self) {
        self.slots = vec![0; self.slots.len() * 2];
        for number in 0..self.len {
            let slot = self.slot(&self.rows[number * self.width..(number + 1) * self.width]);
            self.slots[slot] = number as u32 + 1;
        }
    }
}

fn hash(row: &[u32]) -> usize {
    let mixed = row.iter().fold(0_u64, |hash, &part| {
        (hash.rotate_left(5) ^ u64::from(part)).wrapping_mul(0x517c_c1b7_2722_0a95)
    });
    (mixed ^ (mixed >> 32)) as usize
}
