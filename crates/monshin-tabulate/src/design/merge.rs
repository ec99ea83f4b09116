//! Classes with fewer than two responses are joined with their neighbour.

/// One class: how many responded, and how many units there are where that is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Class {
    pub responses: u64,
    pub population: Option<f64>,
}

impl Class {
    fn is_nobody(&self) -> bool {
        self.responses == 0 && self.population.is_none_or(|all| all == 0.0)
    }
}

/// The fewest responses that leave a variance within a class.
const LEAST: u64 = 2;

/// Which classes stand together, in their order. A class in which fewer than two responded joins the
/// next one in which there is somebody, the last one the one before. Classes that nobody is in, in
/// sample or population, are in no group.
pub(super) fn groups(classes: &[Class]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let responses = |group: &[usize]| group.iter().map(|&at| classes[at].responses).sum::<u64>();
    for (at, class) in classes.iter().enumerate() {
        if class.is_nobody() {
            continue;
        }
        open.push(at);
        if responses(&open) >= LEAST {
            groups.push(std::mem::take(&mut open));
        }
    }
    match groups.last_mut() {
        Some(last) => last.append(&mut open),
        None if !open.is_empty() => groups.push(open),
        None => {}
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(classes: &[(u64, f64)], expected: &[&[usize]]) {
        let classes: Vec<Class> = classes
            .iter()
            .map(|&(responses, all)| Class { responses, population: (all >= 0.0).then_some(all) })
            .collect();
        assert_eq!(groups(&classes), expected);
    }

    #[test]
    fn a_class_of_one_joins_the_next() {
        check(&[(5, 9.0), (1, 9.0), (4, 9.0)], &[&[0], &[1, 2]]);
        check(&[(0, 9.0), (1, 9.0), (1, 9.0)], &[&[0, 1, 2]]);
    }

    #[test]
    fn the_last_joins_the_one_before() {
        check(&[(5, 9.0), (3, 9.0), (1, 9.0), (0, 9.0)], &[&[0], &[1, 2, 3]]);
    }

    #[test]
    fn nobody_is_in_no_group() {
        check(&[(5, 9.0), (0, 0.0), (0, -1.0), (2, -1.0)], &[&[0], &[3]]);
        check(&[(1, 9.0)], &[&[0]]);
        check(&[], &[]);
    }
}
