//! Figures looked up in the released tables, each exact and with what it rests on.

use monshin_diag::Lang;
use monshin_tabulate::estimate::Estimate;
use monshin_tabulate::instrument::{Breakdown, CodeList, Questionnaire};
use monshin_tabulate::{Figures, Row, Table, Tables, Variable, VariableKind};

use crate::phrase::Ratio;

/// One or several codes of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub variable: usize,
    pub codes: Vec<u16>,
}

/// Classes of none, one or two breakdowns; the classes of one breakdown are pooled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Group {
    pub filters: Vec<(usize, Vec<u16>)>,
}

impl Group {
    /// Everybody.
    pub fn all() -> Group {
        Group::default()
    }

    /// One class of one breakdown.
    pub fn class(by: usize, class: u16) -> Group {
        Group { filters: vec![(by, vec![class])] }
    }

    pub fn is_all(&self) -> bool {
        self.filters.is_empty()
    }

    /// Its classes of a breakdown; `None` where it does not filter by it.
    pub fn classes(&self, by: usize) -> Option<&[u16]> {
        self.filters.iter().find(|(of, _)| *of == by).map(|(_, classes)| classes.as_slice())
    }
}

/// A share with what it rests on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Share {
    pub target: Target,
    pub group: Group,
    pub count: u64,
    pub base: u64,
    pub percent: Ratio,
    /// Whether the survey's presentation rule marks it, whatever its base.
    pub is_weak: bool,
}

/// Why there is no figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// It is not published.
    Withheld,
    /// The survey's rule does not present it, since it is unreliable.
    Omitted,
    /// Nobody answered.
    NoBase,
    /// The table was not made.
    NotTabulated,
    /// The shares of several answers of one respondent do not add up.
    SeveralAnswers,
    /// The variable is no number, or the figure is not given.
    NoSuchFigure,
    /// There is no frame, so nobody knows what became of those who did not respond.
    NoFrame,
    /// The frame does not give the classes, or not crossed.
    NotOfFrame,
    /// Nobody knows how many the figures are to speak for.
    NoPopulation,
}

/// The released tables, asked for figures.
#[derive(Clone, Copy)]
pub(crate) struct Desk<'t> {
    pub tables: &'t Tables,
    pub lang: Lang,
}

impl<'t> Desk<'t> {
    pub fn questionnaire(&self) -> &'t Questionnaire {
        &self.tables.questionnaire
    }

    pub fn variable(&self, at: usize) -> &'t Variable {
        &self.tables.variables[at]
    }

    pub fn codes(&self, variable: usize) -> Option<&'t CodeList> {
        self.variable(variable).codes.as_deref()
    }

    pub fn breakdown(&self, at: usize) -> &'t Breakdown {
        &self.questionnaire().breakdowns()[at]
    }

    pub fn classes(&self, by: usize) -> impl Iterator<Item = u16> + 't {
        0..self.breakdown(by).codes.len() as u16
    }

    /// The row of a group.
    pub fn row(&self, variable: usize, group: &Group) -> Result<Row, Missing> {
        let (table, order) = self.table(variable, group).ok_or(Missing::NotTabulated)?;
        let wanted = combinations(group, &order);
        let groups: Vec<&[u16]> = wanted.iter().map(Vec::as_slice).collect();
        let row = match groups.as_slice() {
            [one] => table.row(one).cloned(),
            // A group over every class is everybody with a class: released only as a sum.
            _ => self.tables.pool(table, &groups),
        };
        let row = row.ok_or(Missing::Withheld)?;
        if row.withheld().is_some() { Err(Missing::Withheld) } else { Ok(row) }
    }

    /// The table of a group, and the order of its filters there.
    fn table(&self, variable: usize, group: &Group) -> Option<(&'t Table, Vec<usize>)> {
        let by: Vec<usize> = group.filters.iter().map(|(by, _)| *by).collect();
        if let Some(table) = self.tables.table(variable, &by) {
            return Some((table, by));
        }
        let turned: Vec<usize> = by.iter().rev().copied().collect();
        self.tables.table(variable, &turned).map(|table| (table, turned))
    }

    /// The share of several codes of a list together, as the tables print that of one; `None` where
    /// there is no such table, or something of it is withheld.
    pub fn share_of_codes(&self, variable: usize, codes: &[u16], group: &Group) -> Option<Estimate> {
        let (table, order) = self.table(variable, group)?;
        let wanted = combinations(group, &order);
        let groups: Vec<&[u16]> = wanted.iter().map(Vec::as_slice).collect();
        self.tables.share_of_codes(table, &groups, codes)
    }

    pub fn figures(&self, variable: usize, group: &Group) -> Result<Figures, Missing> {
        self.row(variable, group)?.figures().cloned().ok_or(Missing::Withheld)
    }

    /// Pooled share of a target in a group.
    pub fn share(&self, target: &Target, group: &Group) -> Result<Share, Missing> {
        let several = self.variable(target.variable).kind == VariableKind::Multiple;
        if several && target.codes.len() > 1 {
            return Err(Missing::SeveralAnswers);
        }
        let figures = self.figures(target.variable, group)?;
        if target.codes.iter().any(|code| figures.is_withheld(*code)) {
            return Err(Missing::Withheld);
        }
        if target.codes.iter().any(|code| figures.is_omitted(*code)) {
            return Err(Missing::Omitted);
        }
        let cells: Vec<_> = target.codes.iter().filter_map(|code| figures.cell(*code)).collect();
        let count = cells.iter().map(|cell| cell.count).sum();
        let exact = Ratio::percent(count, figures.n).ok_or(Missing::NoBase)?;
        let percent = if self.tables.weighted {
            let share: f64 = cells.iter().filter_map(|cell| cell.share()).sum();
            Ratio::from_float(share * 100.0).ok_or(Missing::NoBase)?
        } else {
            exact
        };
        let is_weak = cells.iter().any(|cell| cell.nchs.is_some_and(|one| !one.present));
        Ok(Share { target: target.clone(), group: group.clone(), count, base: figures.n, percent, is_weak })
    }

    /// The share of each class of a breakdown, in its order, with why there is none where so.
    pub fn by_class(&self, target: &Target, by: usize) -> Vec<(u16, Result<Share, Missing>)> {
        self.classes(by).map(|class| (class, self.share(target, &Group::class(by, class)))).collect()
    }

    /// Plain mean of the groups' shares over the classes with a base, and how many those are.
    pub fn mean(&self, target: &Target, by: usize, without: &[u16]) -> Result<(Ratio, u64), Missing> {
        let mut sum = Ratio::ZERO;
        let mut groups = 0;
        for (class, share) in self.by_class(target, by) {
            match share {
                _ if without.contains(&class) => {}
                Ok(share) => {
                    sum = sum.plus(share.percent);
                    groups += 1;
                }
                Err(Missing::NoBase) => {}
                Err(other) => return Err(other),
            }
        }
        if groups == 0 { Err(Missing::NoBase) } else { Ok((sum.over(groups), groups)) }
    }

    /// Responses in a group.
    pub fn responses(&self, group: &Group) -> Result<u64, Missing> {
        match group.filters.as_slice() {
            [] => Ok(self.tables.responses),
            [(by, classes)] => {
                if self.cases(group) == Err(Missing::Withheld) {
                    return Err(Missing::Withheld);
                }
                let profile = self.tables.profile.iter().find(|profile| profile.breakdown == *by);
                let counts = &profile.ok_or(Missing::NotTabulated)?.counts;
                let known = classes.iter().filter_map(|class| counts.get(usize::from(*class)).copied());
                known.sum::<Option<u64>>().ok_or(Missing::Withheld)
            }
            _ => {
                let whole = (0..self.tables.variables.len())
                    .filter(|at| self.variable(*at).block.is_none())
                    .find_map(|at| self.figures(at, group).ok());
                whole.map(|figures| figures.responses).ok_or(Missing::NotTabulated)
            }
        }
    }

    // --- what things are called ---

    fn tag(&self) -> &'static str {
        self.lang.tag()
    }

    /// `Q2`.
    pub fn variable_name(&self, variable: usize) -> String {
        let name = &self.variable(variable).name;
        match name.strip_prefix('q') {
            Some(rest) if rest.starts_with(|char: char| char.is_ascii_digit()) => format!("Q{rest}"),
            _ => name.clone(),
        }
    }

    pub fn code_label(&self, variable: usize, code: u16, lang: Lang) -> String {
        let codes = self.codes(variable).and_then(|codes| codes.codes.get(usize::from(code)));
        codes.map(|code| code.label.get(lang.tag()).to_owned()).unwrap_or_default()
    }

    pub fn class_label(&self, by: usize, class: u16, lang: Lang) -> &'t str {
        self.breakdown(by).codes.codes[usize::from(class)].label.get(lang.tag())
    }

    /// Its label, and in Japanese the other spellings of data files.
    pub fn class_spellings(
        &self,
        by: usize,
        class: u16,
        lang: Lang,
    ) -> impl Iterator<Item = &'t str> + use<'t> {
        let code = &self.breakdown(by).codes.codes[usize::from(class)];
        let aliases = code.aliases.iter().map(String::as_str).filter(move |_| lang == Lang::Ja);
        std::iter::once(code.label.get(lang.tag())).chain(aliases)
    }

    /// The id of a class.
    pub fn class_id(&self, by: usize, class: u16) -> &'t str {
        &self.breakdown(by).codes.codes[usize::from(class)].id
    }

    /// 「Q2「はい」・個人」.
    pub fn describe(&self, target: &Target, group: &Group, lang: Lang) -> String {
        let labels: Vec<String> =
            target.codes.iter().map(|code| self.code_label(target.variable, *code, lang)).collect();
        let name = self.variable_name(target.variable);
        let what = match lang {
            Lang::Ja => format!("{name}「{}」", labels.join("・")),
            Lang::En => format!("{name} \"{}\"", labels.join(", ")),
        };
        match (group.is_all(), lang) {
            (true, _) => what,
            (false, Lang::Ja) => format!("{what}（{}）", self.group_label(group, lang)),
            (false, Lang::En) => format!("{what} ({})", self.group_label(group, lang)),
        }
    }

    pub fn group_label(&self, group: &Group, lang: Lang) -> String {
        let joint = if lang == Lang::Ja { "・" } else { ", " };
        let part = |(by, classes): &(usize, Vec<u16>)| {
            let labels: Vec<&str> = classes.iter().map(|class| self.class_label(*by, *class, lang)).collect();
            labels.join(joint)
        };
        group.filters.iter().map(part).collect::<Vec<_>>().join(" × ")
    }

    /// What one response stands for.
    pub fn unit(&self) -> &'t str {
        self.tables.fieldwork.unit.get(self.tag())
    }
}

/// Every combination of the classes of a group, in the order of a table's breakdowns.
fn combinations(group: &Group, order: &[usize]) -> Vec<Vec<u16>> {
    let mut found: Vec<Vec<u16>> = vec![Vec::new()];
    for by in order {
        let classes = group.classes(*by).unwrap_or_default();
        found = found
            .iter()
            .flat_map(|start| classes.iter().map(move |class| [start.as_slice(), &[*class]].concat()))
            .collect();
    }
    found
}
