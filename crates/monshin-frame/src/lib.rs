//! Who was asked and what became of each.
