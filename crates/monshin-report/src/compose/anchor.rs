//! The address of every figure: the claim that says it. `share:q2=yes;founder=individual` names
//! the cell in the commentary, in `monshin explain`, and after the `#` of the page's address.

/// Classes of a row with the breakdowns they belong to, by their ids.
pub(crate) type Group<'a> = &'a [(&'a str, &'a str)];

fn filters(group: Group<'_>) -> String {
    group.iter().map(|(breakdown, class)| format!(";{breakdown}={class}")).collect()
}

/// A share.
pub(crate) fn share(variable: &str, code: &str, group: Group<'_>) -> String {
    format!("share:{variable}={code}{}", filters(group))
}

/// A count.
pub(crate) fn count(variable: &str, code: &str, group: Group<'_>) -> String {
    format!("count:{variable}={code}{}", filters(group))
}

/// Something counted or computed of a variable as a whole: `n`, `asked`, `blank`, `average`,
/// `median`, `q1`, `q3`.
pub(crate) fn of_variable(what: &str, variable: &str, group: Group<'_>) -> String {
    format!("{what}:{variable}{}", filters(group))
}

/// The plain mean of the groups.
pub(crate) fn mean(variable: &str, code: &str, breakdown: &str) -> String {
    format!("mean:{variable}={code};by={breakdown}")
}

/// A whole table.
pub(crate) fn table(variable: &str, breakdowns: &[&str]) -> String {
    match breakdowns {
        [] => format!("table:{variable}"),
        several => format!("table:{variable};by={}", several.join(",")),
    }
}

/// How many responses a class has.
pub(crate) fn responses(group: Group<'_>) -> String {
    format!("n:all{}", filters(group))
}

/// One of AAPOR's rates, by its name.
pub(crate) fn rate(name: &str, group: Group<'_>) -> String {
    format!("rate:{}{}", name.to_lowercase(), filters(group))
}

/// A comparison of the commentary in the list of those, by the number of its link.
pub(crate) fn claim(at: usize) -> String {
    format!("claim-{}", at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_cell_is_its_claim() {
        assert_eq!(share("q2", "yes", &[("founder", "individual")]), "share:q2=yes;founder=individual");
        assert_eq!(share("q2", "yes", &[]), "share:q2=yes");
        assert_eq!(mean("q6", "no", "founder"), "mean:q6=no;by=founder");
    }

    #[test]
    fn no_address_holds_a_blank() {
        assert!(!table("device.vendor", &["beds", "founder"]).contains(' '));
    }
}
