use super::*;

#[test]
fn a_single_gap_in_a_row_is_no_secret() {
    let mut system = System::two_way(&[vec![12, 30], vec![1, 20], vec![7, 9]]);
    system.cells[2].published = false;
    let findings = system.bounds().expect("consistent");
    assert!(findings[0].is_disclosed() && findings[0].bounds.low == 1);
}

#[test]
fn protection_survives_the_attack() {
    let table = [vec![3, 14, 8, 1], vec![9, 2, 6, 13], vec![5, 11, 2, 7], vec![20, 16, 12, 10]];
    let system = System::two_way(&table);
    let primary = [3, 5, 10];
    let eligible: Vec<usize> = (0..16).filter(|k| !primary.contains(k)).collect();
    let done = protect(&system, &primary, &eligible, 3).expect("possible");
    assert!(done.optimal && done.secondary.len() == 3);
    assert!(done.findings.iter().all(|f| f.is_safe(if primary.contains(&f.cell) { 3 } else { 1 })));
}

#[test]
fn one_cell_alone_cannot_be_protected() {
    let system = System::two_way(&[vec![1, 5]]);
    assert_eq!(protect(&system, &[0], &[1], 3), None);
}

#[test]
fn what_contradicts_itself_is_not_audited() {
    let mut system = System::two_way(&[vec![1, 5], vec![2, 3]]);
    system.cells[0].value = 4;
    assert_eq!(system.bounds(), None);
}

#[test]
fn a_large_table_is_protected_greedily() {
    let table: Vec<Vec<i64>> = (0..7).map(|i| (0..7).map(|j| (i * 7 + j) * 5 % 23 + 1).collect()).collect();
    let system = System::two_way(&table);
    let primary: Vec<usize> = (0..49).filter(|k| is_primary(system.cells[*k].value as u64, 3)).collect();
    let eligible: Vec<usize> = (0..49).filter(|k| !primary.contains(k)).collect();
    let done = protect(&system, &primary, &eligible, 3).expect("possible");
    assert!(!primary.is_empty() && !done.secondary.is_empty());
}
