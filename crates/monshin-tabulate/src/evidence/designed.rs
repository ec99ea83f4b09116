//! Comparisons under the design, and of two answers of the same respondents.
//!
//! Comes in: names of groups whose figures are released. Goes out: a difference with its interval and its
//! test. What is random is the whole sample, so strata, clusters and known totals of everybody count, as
//! they do in the standard errors of the tables; which groups may be compared is for the caller, who sees
//! released figures alone.

use std::collections::BTreeMap;

use monshin_estimate::Reason;
use monshin_estimate::compare::{
    Association, ClassTrend, Compared, Mass, Sized, association_designed, compare_designed, compare_paired,
    contrast_designed, trend_designed,
};
use monshin_instrument::DisclosurePreset;

use crate::cube::CubeReader;
use crate::tabulate::{Domain, Pairs, Part, Said, UnderDesign, Units, pairs, parts_by};
use crate::{TableKey, Tables, VariableKind};

/// Classes of some breakdowns: breakdown and classes of it, all of which must hold. None: everybody.
pub type Filters = [(usize, Vec<u16>)];

/// A set of respondents.
#[derive(Clone, Copy, Debug)]
pub struct Among<'a> {
    /// Who is in it.
    pub within: &'a Filters,
    /// Who of them is not; `None`: nobody is left out.
    pub without: Option<&'a Filters>,
}

impl<'a> Among<'a> {
    /// Those of these classes.
    pub fn classes(within: &'a Filters) -> Among<'a> {
        Among { within, without: None }
    }

    /// Those of `within` who are not of `without`.
    pub fn rest(within: &'a Filters, without: &'a Filters) -> Among<'a> {
        Among { within, without: Some(without) }
    }

    fn breakdowns(&self) -> impl Iterator<Item = usize> + 'a {
        self.within.iter().chain(self.without.unwrap_or(&[])).map(|(by, _)| *by)
    }

    /// Whether somebody of these classes is in it. One whose class is not known is in no class.
    fn has(&self, by: &[usize], classes: &[Option<u16>]) -> bool {
        let holds = |filters: &Filters| {
            filters.iter().all(|(of, wanted)| {
                let place = by.iter().position(|one| one == of);
                place.and_then(|place| classes[place]).is_some_and(|class| wanted.contains(&class))
            })
        };
        holds(self.within) && !self.without.is_some_and(holds)
    }
}

/// What a comparison is about, by breakdowns that tell its groups apart.
struct Ground {
    by: Vec<usize>,
    /// Classes and one for "not known" of each.
    radices: Vec<usize>,
}

impl Ground {
    fn new(tables: &Tables, among: &[Among<'_>]) -> Ground {
        let mut by: Vec<usize> = among.iter().flat_map(Among::breakdowns).collect();
        by.sort_unstable();
        by.dedup();
        let radices = by.iter().map(|at| tables.questionnaire.breakdowns()[*at].codes.len() + 1).collect();
        Ground { by, radices }
    }

    fn row(&self, classes: &[Option<u16>]) -> usize {
        let digit = |(class, radix): (&Option<u16>, &usize)| class.map_or(radix - 1, usize::from);
        let digits = classes.iter().zip(&self.radices).map(digit);
        digits.zip(&self.radices).fold(0, |row, (digit, radix)| row * radix + digit)
    }

    fn classes(&self, mut row: usize) -> Vec<Option<u16>> {
        let mut classes = vec![None; self.radices.len()];
        for (class, radix) in classes.iter_mut().zip(&self.radices).rev() {
            let digit = row % radix;
            *class = (digit + 1 < *radix).then_some(digit as u16);
            row /= radix;
        }
        classes
    }

    fn has(&self, among: &Among<'_>, row: usize) -> bool {
        among.has(&self.by, &self.classes(row))
    }
}

impl Tables {
    /// Whether comparisons have to go by the design: where counts and weights do not say it all.
    pub fn compares_under_design(&self) -> bool {
        !self.design.is_plain()
    }

    /// Two groups that have nobody in common.
    ///
    /// # Errors
    /// [`Reason::NoBase`], what keeps the design from having a variance, and
    /// [`Reason::MethodNotApplicable`] where classes were not counted together.
    pub fn compare_designed(
        &self,
        variable: usize,
        codes: &[u16],
        first: Among<'_>,
        second: Among<'_>,
    ) -> Result<Compared, Reason> {
        self.with_units(variable, codes, &[first, second], |under, domains, parts| {
            let units = under.units(codes)?;
            let (estimates, _) = units.of(codes, domains)?;
            let sizes = [0, 1].map(|at| sized(parts, codes, domains[at]));
            compare_designed(&estimates, sizes, units.table(codes, domains), units.df(domains), self.level)
        })
    }

    /// A sum Σ c p of shares of groups against 0.
    ///
    /// # Errors
    /// As [`Tables::compare_designed`].
    pub fn contrast_designed(
        &self,
        variable: usize,
        codes: &[u16],
        parts: &[(f64, Among<'_>)],
    ) -> Result<Compared, Reason> {
        let among: Vec<Among<'_>> = parts.iter().map(|(_, among)| *among).collect();
        // How groups of two breakdowns overlap is told where they are crossed, and else nowhere.
        let by = Ground::new(self, &among).by;
        let is_crossed = |table: &crate::Table| {
            table.variable == variable && by.iter().all(|by| table.by.contains(by)) && table.is_whole()
        };
        if by.len() > 1 && !self.tables.iter().any(is_crossed) && !self.is_all_shown(&[variable]) {
            return Err(Reason::MethodNotApplicable);
        }
        let contrast: Vec<f64> = parts.iter().map(|(c, _)| *c).collect();
        self.with_units(variable, codes, &among, |under, domains, _| {
            let units = under.units(codes)?;
            let (estimates, _) = units.of(codes, domains)?;
            contrast_designed(&estimates, &contrast, units.df(domains), self.level)
        })
    }

    /// A trend over classes of a breakdown, in the order given, with their scores.
    ///
    /// # Errors
    /// As [`Tables::compare_designed`].
    pub fn trend_designed(
        &self,
        variable: usize,
        codes: &[u16],
        by: usize,
        classes: &[u16],
        scores: &[f64],
    ) -> Result<ClassTrend, Reason> {
        let filters: Vec<[(usize, Vec<u16>); 1]> = classes.iter().map(|class| [(by, vec![*class])]).collect();
        let among: Vec<Among<'_>> = filters.iter().map(|one| Among::classes(one)).collect();
        self.with_units(variable, codes, &among, |under, domains, parts| {
            let units = under.units(codes)?;
            let (estimates, _) = units.of(codes, domains)?;
            let sizes: Vec<f64> =
                domains.iter().map(|domain| sized(parts, codes, *domain).kish_size).collect();
            trend_designed(&estimates, &sizes, scores, units.df(domains))
        })
    }

    /// Whether answers and classes of a breakdown hang together, over these classes.
    ///
    /// # Errors
    /// As [`Tables::compare_designed`]; [`Reason::MethodNotApplicable`] for several answers at once.
    pub fn association_designed(
        &self,
        variable: usize,
        by: usize,
        classes: &[u16],
    ) -> Result<Association, Reason> {
        if self.variables[variable].kind == VariableKind::Multiple {
            return Err(Reason::MethodNotApplicable);
        }
        let filters: Vec<[(usize, Vec<u16>); 1]> = classes.iter().map(|class| [(by, vec![*class])]).collect();
        let among: Vec<Among<'_>> = filters.iter().map(|one| Among::classes(one)).collect();
        self.with_units(variable, &[], &among, |under, domains, _| {
            association_designed(&under.units(&[])?.table(&[], domains)?)
        })
    }

    /// Two answers of the same respondents (of two questions, or two of several answers to one), each in
    /// a group. Counts of which everybody gave both: McNemar's exact test; otherwise the difference of the
    /// two shares with their covariance, by t.
    ///
    /// How many gave both is in no table. The test is made only where the table of both answers could be
    /// printed itself: each of its nine cells (yes, no, none to either), in the groups and outside them,
    /// is empty or not small by the survey's disclosure control; and where nothing is withheld of either
    /// question or of one that hangs together with it, since it would be one more figure that nothing was
    /// protected against.
    ///
    /// # Errors
    /// [`Reason::MethodNotApplicable`] where that is not so, where answers were not counted together, and
    /// for entries of a block; otherwise as [`Tables::compare_designed`].
    pub fn compare_answers_jointly(
        &self,
        first: (usize, &[u16], Among<'_>),
        second: (usize, &[u16], Among<'_>),
    ) -> Result<Compared, Reason> {
        let among = [first.2, second.2];
        let ground = Ground::new(self, &among);
        let reader = CubeReader::new(&self.counted);
        let units = self.units(&reader);
        let asked = [(first.0, first.1), (second.0, second.1)];
        let row = |classes: &[Option<u16>]| ground.row(classes);
        let said = pairs(units, asked, &ground.by, self.weighted, &self.design, &row)
            .ok_or(Reason::MethodNotApplicable)?;
        let is_in = [0, 1].map(|at| move |row: usize| (at, row));
        let domains = is_in.map(|place| {
            let (ground, among) = (&ground, &among);
            move |row: usize| {
                let (at, row) = place(row);
                ground.has(&among[at], row)
            }
        });
        let domain = |at: usize| &domains[at] as Domain<'_>;
        // Codes that exclude each other are in the table of their question.
        let is_one_table = first.0 == second.0 && self.variables[first.0].kind == VariableKind::Single;
        let may_be_told =
            || self.is_all_shown(&[first.0, second.0]) && self.may_be_told(&said, [domain(0), domain(1)]);
        if !is_one_table && !may_be_told() {
            return Err(Reason::MethodNotApplicable);
        }
        if !self.weighted
            && self.design.is_plain()
            && let Some((b, c, base)) = all_gave_both(&said, [domain(0), domain(1)])
        {
            return compare_paired(b, c, base, self.level);
        }
        let part = |(row, kind, group): &(usize, usize, u32)| Part {
            row: *row,
            kind: *kind,
            group: *group,
            counts: Default::default(),
            values: Default::default(),
        };
        let parts: Vec<Part> = said.keys().map(part).collect();
        let said: Vec<Said<Mass>> = said.into_values().collect();
        let under = UnderDesign {
            compares: true,
            ..UnderDesign::new(&self.design, &self.variables[first.0], &parts)
        };
        let (estimates, df) = under.pair(&said, [domain(0), domain(1)])?;
        contrast_designed(&estimates, &[1.0, -1.0], df, self.level)
    }

    /// Whether nothing is withheld of these questions and of all that hang together with them by routing.
    ///
    /// What is withheld is protected by other sets of responses that agree with the tables; how answers to
    /// two questions go together may be another one in each of them. Questions that hang together with
    /// none of these are not touched by it: who answers them how may go with anything.
    fn is_all_shown(&self, variables: &[usize]) -> bool {
        if self.questionnaire.survey().disclosure.is_none() {
            return true;
        }
        let components = self.joint.iter().flat_map(|joint| &joint.components);
        let around: Vec<usize> = components
            .filter(|one| variables.iter().any(|variable| one.variables.contains(variable)))
            .flat_map(|one| one.variables.iter().copied())
            .collect();
        let is_around = |table: &&crate::Table| self.joint.is_none() || around.contains(&table.variable);
        let classes = self.profile.iter().flat_map(|one| one.counts.iter().chain([&one.unclassified]));
        self.tables.iter().filter(is_around).all(crate::Table::is_whole)
            && classes.into_iter().all(Option::is_some)
    }

    /// Whether no cell of the two answers is small, neither among those compared nor among the others.
    fn may_be_told(&self, said: &Pairs, domains: [Domain<'_>; 2]) -> bool {
        let policy = self.questionnaire.survey().disclosure;
        if policy.preset == DisclosurePreset::None {
            return true;
        }
        let mut cells: BTreeMap<([bool; 2], [Option<bool>; 2]), u64> = BTreeMap::new();
        for ((row, ..), said) in said {
            let place = [domains[0](*row), domains[1](*row)];
            said.iter().for_each(|(said, mass)| *cells.entry((place, *said)).or_default() += mass.n);
        }
        cells.values().all(|n| *n == 0 || *n >= policy.k)
    }

    fn units<'a>(&'a self, reader: &'a CubeReader<'a>) -> Units<'a> {
        self.design.drawn.as_deref().map_or(Units::Cube(reader), Units::Drawn)
    }

    /// What `ask` makes of a variable's units under the design, the groups as domains.
    fn with_units<T>(
        &self,
        variable: usize,
        codes: &[u16],
        among: &[Among<'_>],
        ask: impl FnOnce(&UnderDesign<'_>, &[Domain<'_>], &[Part]) -> Result<T, Reason>,
    ) -> Result<T, Reason> {
        let of = &self.variables[variable];
        if of.kind == VariableKind::Multiple && codes.len() > 1 {
            return Err(Reason::MethodNotApplicable);
        }
        let ground = Ground::new(self, among);
        let reader = CubeReader::new(&self.counted);
        let all: Vec<usize> = ground.by.iter().chain(&self.design.kinds.by).copied().collect();
        if self.design.drawn.is_none() && !reader.can_cross(&all, 0) && all.len() > 2 {
            return Err(Reason::MethodNotApplicable);
        }
        let key = TableKey { variable, by: ground.by.clone() };
        let row = |classes: &[Option<u16>]| ground.row(classes);
        let parts = parts_by(self.units(&reader), of, &key, self.weighted, &self.design, &row);
        let under = UnderDesign { compares: true, ..UnderDesign::new(&self.design, of, &parts) };
        let is_in: Vec<_> = among.iter().map(|one| |row: usize| ground.has(one, row)).collect();
        let domains: Vec<Domain<'_>> = is_in.iter().map(|one| one as Domain<'_>).collect();
        ask(&under, &domains, &parts)
    }
}

/// Yes and answered by number, and Kish's size, of the parts in a domain.
fn sized(parts: &[Part], codes: &[u16], domain: Domain<'_>) -> Sized {
    let (mut holds, mut base) = (0, Mass::default());
    for part in parts.iter().filter(|part| domain(part.row)) {
        holds += codes.iter().map(|code| part.counts.codes[usize::from(*code)].n).sum::<u64>();
        base = base.plus(part.counts.answered);
    }
    Sized { holds, base: base.n, kish_size: base.effective_size() }
}

/// How many gave the first answer only, the second only, and how many there are, if both groups are the same
/// and everybody in them answered both questions or neither.
fn all_gave_both(said: &Pairs, domains: [Domain<'_>; 2]) -> Option<(u64, u64, u64)> {
    let (mut first, mut second, mut base) = (0, 0, 0);
    for ((row, ..), said) in said {
        match (domains[0](*row), domains[1](*row)) {
            (true, true) => {}
            (false, false) => continue,
            _ => return None,
        }
        for (said, mass) in said {
            match said {
                [Some(a), Some(b)] => {
                    base += mass.n;
                    first += if *a && !b { mass.n } else { 0 };
                    second += if *b && !a { mass.n } else { 0 };
                }
                [None, None] => {}
                _ if mass.n == 0 => {}
                _ => return None,
            }
        }
    }
    (base > 0).then_some((first, second, base))
}
