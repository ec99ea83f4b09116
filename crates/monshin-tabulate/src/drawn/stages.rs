//! The design of cells that are told by group.

use monshin_estimate::design::{Population, Stage, Units};
use monshin_estimate::{Centre, Design, Reason, Replicates};

use super::Drawn;

impl Drawn {
    /// The stages of selection of cells of these groups. With `corrects` numbers of units count.
    pub(crate) fn stages(&self, groups: &[u32], corrects: bool) -> Vec<Stage> {
        let spec = self.layout.questionnaire.design();
        let list = |of: &dyn Fn(usize) -> u32| groups.iter().map(|group| of(*group as usize)).collect();
        let stage = |at: usize| {
            let labels = || list(&|group| self.groups.list[group].clusters[at]);
            let units = if at < spec.clusters.len() { Units::Labels(labels()) } else { Units::Rows };
            let fractions =
                self.settled.fractions.get(at).filter(|_| corrects && at < spec.fpc_columns().len());
            let population = fractions.map_or(Population::Unlimited, |fractions| {
                Population::Fraction(groups.iter().map(|group| fractions[*group as usize]).collect())
            });
            let later = |later: usize| list(&|group| self.groups.list[group].later_strata[later]);
            let strata = match at.checked_sub(1) {
                None => Some(list(&|group| self.groups.list[group].stratum)),
                Some(at) => (at < spec.later_strata.len()).then(|| later(at)),
            };
            Stage { strata, units, population }
        };
        (0..self.settled.stages.len()).map(stage).collect()
    }

    /// The replicates that came with the data, over cells of these groups (each of one response).
    ///
    /// # Errors
    /// Fewer than two replicates.
    pub(crate) fn replicates(&self, design: Design, groups: &[u32]) -> Result<Replicates, Reason> {
        let given =
            self.layout.questionnaire.design().replicates.as_ref().ok_or(Reason::MethodNotApplicable)?;
        if given.is_combined && !self.has_weights {
            // They contain sampling weights, and the tables are without (`--weights none`).
            return Err(Reason::MethodNotApplicable);
        }
        let count = self.replicate_names.len();
        let multiplier = |replicate: usize, group: u32| {
            let response = group as usize;
            let value = self.replicates[response * count + replicate];
            if given.is_combined { value / self.rows[response].weight.get() } else { value }
        };
        let multipliers = (0..count)
            .map(|replicate| groups.iter().map(|group| multiplier(replicate, *group)).collect())
            .collect();
        let scale = given.scale.unwrap_or_else(|| given.method.scale(count));
        let rscales = if given.rscales.is_empty() { vec![1.0; count] } else { given.rscales.clone() };
        let centre = if given.is_mse { Centre::FullSample } else { Centre::Mean };
        let made = Replicates::given(design, multipliers, scale, rscales, self.settled.df)?;
        Ok(made.centred(centre))
    }

    /// Every group, for those of which a table tells nothing.
    pub(crate) fn groups(&self) -> std::ops::Range<u32> {
        0..self.groups.list.len() as u32
    }

    /// What each stage came to.
    pub(crate) fn summary(&self) -> &[super::StageSummary] {
        &self.settled.stages
    }

    /// How many replicate weights there are, and their degrees of freedom.
    pub(crate) fn replicate_count(&self) -> (usize, f64) {
        (self.replicate_names.len(), self.settled.df)
    }
}
