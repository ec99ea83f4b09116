//! The rows of a table, each with what the design says of it.

use monshin_estimate::compare::Mass;
use monshin_estimate::{Estimate, Reason};
use monshin_instrument::{DesignMode, Questionnaire};

use super::counts::Counts;
use super::figures::{FigureMaker, RowPrecision};
use super::part::{Numbers, Part};
use super::precision::{Domain, Precise, Shares, UnderDesign};
use crate::design::SurveyDesign;
use crate::variable::{Variable, VariableKind};
use crate::{Figures, Row, Settings, Table};

/// Makes the rows of one table.
pub(crate) struct RowMaker<'a> {
    variable: &'a Variable,
    by: &'a [usize],
    settings: &'a Settings,
    design: &'a SurveyDesign,
    parts: &'a [Part],
    figures: FigureMaker<'a>,
}

impl<'a> RowMaker<'a> {
    pub fn new(
        questionnaire: &Questionnaire,
        variable: &'a Variable,
        by: &'a [usize],
        settings: &'a Settings,
        design: &'a SurveyDesign,
        parts: &'a [Part],
    ) -> RowMaker<'a> {
        let figures = FigureMaker::new(questionnaire, variable, settings, design);
        RowMaker { variable, by, settings, design, parts, figures }
    }

    /// A row for each group, and what is counted of those in none.
    pub fn rows(&self, groups: Vec<Vec<u16>>) -> (Vec<Row>, Counts<Mass>) {
        let codes = self.variable.codes.as_ref().map_or(0, |codes| codes.len());
        let mut counts = vec![Counts::new(codes); groups.len() + 1];
        let mut values = vec![Numbers::default(); groups.len() + 1];
        for part in self.parts {
            counts[part.row].merge(&part.counts);
            values[part.row].merge(&part.values);
        }
        let unclassified = counts.pop().expect("one more than there are groups");
        let is_in: Vec<Box<dyn Fn(usize) -> bool>> = (0..groups.len())
            .map(|row| Box::new(move |at| at == row) as Box<dyn Fn(usize) -> bool>)
            .collect();
        let domains: Vec<(Domain<'_>, &Counts<Mass>)> =
            is_in.iter().map(|one| &**one as Domain<'_>).zip(&counts).collect();
        let mut precisions = self.precisions(&domains);
        for (group, precision) in groups.iter().zip(&mut precisions) {
            precision.population = self.population(group);
        }
        for ((precision, counts), (domain, _)) in precisions.iter_mut().zip(&counts).zip(&domains) {
            precision.is_census = self.is_census(domain, counts, precision.population);
        }
        let mut rows = Vec::with_capacity(groups.len());
        for ((group, (counts, values)), precision) in
            groups.into_iter().zip(counts.into_iter().zip(values)).zip(&precisions)
        {
            rows.push(Row { group, content: Ok(self.figures.figures(counts, values, precision)) });
        }
        (rows, unclassified)
    }

    /// The figures of several groups together.
    pub fn union(&self, table: &Table, groups: &[&[u16]], counts: Counts<Mass>, values: Numbers) -> Figures {
        let rows = rows_of(table, groups);
        let domain = |row: usize| rows.contains(&row);
        let mut precision = self.precisions(&[(&domain, &counts)]).pop().unwrap_or_default();
        self.of_population(groups, &domain, &counts, &mut precision);
        self.figures.figures(counts, values, &precision)
    }

    /// The share of those of several groups who gave one of `codes`, of a list where one is given.
    pub fn share_of_codes(
        &self,
        table: &Table,
        groups: &[&[u16]],
        codes: &[u16],
        counts: &Counts<Mass>,
    ) -> Estimate {
        let rows = rows_of(table, groups);
        let domain = |row: usize| rows.contains(&row);
        let under = UnderDesign::new(self.design, self.variable, self.parts);
        let precise = || {
            let (_, precise) = under.units(&[])?.of(codes, &[&domain])?;
            precise.first().copied().ok_or(Reason::NoBase)
        };
        let by_design = self.settings.weighted || !self.design.is_plain();
        let precise = (by_design && counts.answered.weight > 0.0).then(precise);
        let mut row = RowPrecision::default();
        self.of_population(groups, &domain, counts, &mut row);
        let holds =
            codes.iter().fold(Mass::default(), |sum, code| sum.plus(counts.codes[usize::from(*code)]));
        self.figures.shared(holds, counts.answered, precise, &row).estimate()
    }

    fn of_population(
        &self,
        groups: &[&[u16]],
        domain: Domain<'_>,
        counts: &Counts<Mass>,
        row: &mut RowPrecision,
    ) {
        row.population = groups.iter().map(|group| self.population(group)).sum();
        row.is_census = self.is_census(domain, counts, row.population);
    }

    /// Units of the population in a group: those of whom the question is asked, if that is everybody.
    fn population(&self, group: &[u16]) -> Option<u64> {
        let is_asked_of_all = self.variable.base.condition.is_empty() && self.variable.block.is_none();
        let counts = self.design.mode == DesignMode::Quasi && self.design.corrects() && is_asked_of_all;
        if counts { self.design.sizes.of(self.by, group) } else { None }
    }

    /// Whether nobody of the population is missing.
    fn is_census(&self, domain: Domain<'_>, counts: &Counts<Mass>, population: Option<u64>) -> bool {
        if self.design.mode != DesignMode::Quasi || self.variable.block.is_some() || counts.answered.n == 0 {
            return false;
        }
        let gaps = counts.blank + counts.refused + counts.scope_unknown;
        let whole = |part: &Part| {
            let stratum = &self.design.strata.list[self.design.kinds.list[part.kind].stratum as usize];
            stratum.population == Some(stratum.responses as f64)
        };
        let inside = || self.parts.iter().filter(|part| domain(part.row));
        population == Some(counts.answered.n)
            || gaps == 0 && !self.design.strata.list.is_empty() && inside().all(whole)
    }

    /// What the design says of each domain; nothing where counts say it all.
    fn precisions(&self, domains: &[(Domain<'_>, &Counts<Mass>)]) -> Vec<RowPrecision> {
        let mut found = vec![RowPrecision::default(); domains.len()];
        let under = UnderDesign::new(self.design, self.variable, self.parts);
        let open: Vec<usize> = (0..domains.len()).filter(|&at| domains[at].1.answered.weight > 0.0).collect();
        let list: Vec<Domain<'_>> = open.iter().map(|&at| domains[at].0).collect();
        if list.is_empty() {
            return found;
        }
        let by_design = self.settings.weighted || !self.design.is_plain();
        if by_design {
            let codes = domains[0].1.codes.len() as u16;
            // Where one code is given the units are the same for all.
            let shared = under.is_one_of_list.then(|| under.units(&[]));
            for code in 0..codes {
                let shares = match &shared {
                    Some(units) => each(units.as_ref(), code, &list),
                    None => each(under.units(&[code]).as_ref(), code, &list),
                };
                open.iter().zip(shares).for_each(|(&at, one)| found[at].shares.push(one));
            }
        }
        if matches!(self.variable.kind, VariableKind::Number | VariableKind::Date) {
            self.of_numbers(&under, &open, &list, by_design, &mut found);
        }
        found
    }

    fn of_numbers(
        &self,
        under: &UnderDesign<'_>,
        open: &[usize],
        list: &[Domain<'_>],
        by_design: bool,
        found: &mut [RowPrecision],
    ) {
        let level = self.settings.level;
        for (&at, domain) in open.iter().zip(list) {
            found[at].quantiles = under.quantiles(domain, &[0.25, 0.5, 0.75], level);
        }
        if !by_design {
            return;
        }
        let adds_up = self.design.weighting.is_some();
        let estimates = [(false, true), (true, adds_up)];
        for (total, _) in estimates.into_iter().filter(|(_, wanted)| *wanted) {
            let Ok((estimates, precise)) = under.numbers(total, list) else { continue };
            for (index, &at) in open.iter().enumerate() {
                let one = estimates.wald(index, level, precise[index].df);
                let place = if total { &mut found[at].total } else { &mut found[at].mean };
                *place = Some(one).filter(|one: &Estimate| one.value().is_some_and(f64::is_finite));
            }
        }
    }
}

fn rows_of(table: &Table, groups: &[&[u16]]) -> Vec<usize> {
    groups.iter().filter_map(|group| table.rows.iter().position(|row| row.group == *group)).collect()
}

/// How sure the share of a code is in each domain; what one of them lacks is no matter of the others.
fn each(
    units: Result<&Shares<'_>, &Reason>,
    code: u16,
    domains: &[Domain<'_>],
) -> Vec<Result<Precise, Reason>> {
    let units = match units {
        Ok(units) => units,
        Err(reason) => return vec![Err(*reason); domains.len()],
    };
    match units.of(&[code], domains) {
        Ok((_, list)) => list.into_iter().map(Ok).collect(),
        Err(reason) if domains.len() == 1 => vec![Err(reason)],
        Err(_) => domains.iter().flat_map(|domain| each(Ok(units), code, &[*domain])).collect(),
    }
}
