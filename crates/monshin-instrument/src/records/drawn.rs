//! Columns of a data file that say how a response was drawn.

use super::spelling::normalise;
use crate::{DesignSpec, ReplicateColumns};

/// Columns of a data file that say how a response was drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DesignColumns {
    /// Strata, clusters and populations ([`DesignSpec::columns`]), then replicate weights by name.
    pub names: Vec<String>,
    /// Replicate weights by what their names begin with, before a number.
    pub prefix: Option<String>,
}

impl DesignColumns {
    /// Those that `[design]` names.
    pub fn of(spec: &DesignSpec) -> DesignColumns {
        let mut names = spec.columns();
        match spec.replicates.as_ref().map(|replicates| &replicates.columns) {
            Some(ReplicateColumns::Named(more)) => {
                names.extend(more.iter().cloned());
                DesignColumns { names, prefix: None }
            }
            Some(ReplicateColumns::Prefix(prefix)) => DesignColumns { names, prefix: Some(prefix.clone()) },
            None => DesignColumns { names, prefix: None },
        }
    }

    /// How many there are under this header, those that it lacks included.
    pub(super) fn len(&self, header: &csv::StringRecord) -> usize {
        let numbered = header.iter().filter(|name| self.number(name).is_some()).count();
        self.names.len() + numbered
    }

    /// Which column of the header is which, those with a prefix in the order of their numbers.
    pub(super) fn places(&self, header: &csv::StringRecord) -> Vec<Option<usize>> {
        let named = |name: &str| self.names.iter().position(|one| normalise(one) == normalise(name));
        let mut places: Vec<Option<usize>> = header.iter().map(named).collect();
        let mut numbered: Vec<(u64, usize)> =
            header.iter().enumerate().filter_map(|(at, name)| Some((self.number(name)?, at))).collect();
        numbered.sort_unstable();
        for (place, (_, at)) in numbered.into_iter().enumerate() {
            places[at] = Some(self.names.len() + place);
        }
        places
    }

    fn number(&self, name: &str) -> Option<u64> {
        let prefix = normalise(self.prefix.as_ref()?);
        normalise(name).strip_prefix(&prefix)?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replicate_weights_come_in_the_order_of_their_numbers() {
        let columns = DesignColumns { names: vec!["psu".into()], prefix: Some("rw".into()) };
        let header: csv::StringRecord = ["id", "RW10", "rw2", "psu", "rwx", "ｒｗ１"].into_iter().collect();
        assert_eq!(columns.places(&header), [None, Some(3), Some(2), Some(0), None, Some(1)]);
        assert_eq!(columns.len(&header), 4);
    }
}
