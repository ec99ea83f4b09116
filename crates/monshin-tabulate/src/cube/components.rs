//! Which items hang together by routing.

use monshin_instrument::{ItemDef, Subject};

/// Items that look at each other (position in the list, number, definition), each group in the
/// order of the items, the groups by their first item.
pub(crate) fn components<'a>(items: &[(usize, &'a ItemDef)]) -> Vec<Vec<(usize, usize, &'a ItemDef)>> {
    let mut group: Vec<usize> = (0..items.len()).collect();
    for (local, (_, def)) in items.iter().enumerate() {
        for test in def.tests() {
            let Subject::Item(looked_at) = test.subject else { continue };
            if let Some(other) = items.iter().position(|(number, _)| *number == looked_at) {
                let (a, b) = (group[local], group[other]);
                group.iter_mut().filter(|one| **one == a.max(b)).for_each(|one| *one = a.min(b));
            }
        }
    }
    let mut found: Vec<Vec<_>> = vec![Vec::new(); items.len()];
    for (local, &(number, def)) in items.iter().enumerate() {
        found[group[local]].push((local, number, def));
    }
    found.retain(|members| !members.is_empty());
    found
}
