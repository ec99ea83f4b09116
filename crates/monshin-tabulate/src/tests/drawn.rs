//! Responses one by one and counted into cells give the same figures.

use std::sync::Arc;

use monshin_estimate::Estimate;
use monshin_frame::{ClassColumn, load_population};
use monshin_instrument::{Questionnaire, Response};
use proptest::prelude::*;

use super::properties::{random_responses, random_survey_with};
use crate::{
    Cube, DesignInputs, DrawCell, Drawn, Figures, Origin, Plan, Settings, SurveyDesign, Tables, VariableKind,
    Weight, plan_design, tabulate_under,
};

/// Responses whose class in the first breakdown is known, with their weights.
struct World {
    seed: u64,
    responses: Vec<(Response, f64)>,
    weighted: bool,
    /// Known totals of the first breakdown, in multiples of those who responded.
    totals: Option<f64>,
}

impl World {
    fn new(seed: u64, count: usize, weighted: bool) -> World {
        let form = random_survey_with(seed, "");
        let mut responses = random_responses(&form, seed, count);
        responses.retain(|(response, _)| response.classes()[0].is_some());
        World { seed, responses, weighted, totals: None }
    }

    fn form(&self, design: &str) -> Arc<Questionnaire> {
        random_survey_with(self.seed, design)
    }

    fn counted(&self, form: &Arc<Questionnaire>) -> Cube {
        let mut cube = Cube::new(form);
        self.responses
            .iter()
            .for_each(|(response, weight)| cube.add_weighted(response, self.weight(*weight)));
        cube
    }

    fn weight(&self, weight: f64) -> Weight {
        if self.weighted { Weight::new(weight).expect("in range") } else { Weight::ONE }
    }

    /// Known totals as `population.csv` has them.
    fn population(&self, form: &Questionnaire) -> Option<monshin_frame::Population> {
        let times = self.totals?;
        let codes = &form.breakdowns()[0].codes.codes;
        let mut text = "breakdown,class,count\n".to_owned();
        for (at, code) in codes.iter().enumerate() {
            let n = self.responses.iter().filter(|(one, _)| one.classes()[0] == Some(at as u16)).count();
            text += &format!("by0,{},{}\n", code.id, (n as f64 * times).round() + (at % 3 * n) as f64);
        }
        let column = ClassColumn::new("by0", codes.iter().map(|code| [code.id.clone()]));
        let (population, found) = load_population("population.csv", text.as_bytes(), &[column]);
        Some(population.unwrap_or_else(|| panic!("{found:#?}")))
    }

    /// The tables under a design whose columns have these cells for each response.
    fn tables(
        &self,
        design: &str,
        cells: Option<&dyn Fn(usize) -> Vec<String>>,
    ) -> (Tables, Arc<SurveyDesign>) {
        let form = self.form(design);
        let cube = self.counted(&form);
        let drawn = cells.map(|cells| {
            let has = vec![true; form.design().columns().len()];
            let mut drawn =
                Drawn::new(&form, self.weighted, &has, Vec::new()).expect("all columns are there");
            for (at, (response, weight)) in self.responses.iter().enumerate() {
                let texts = cells(at);
                let cells: Vec<DrawCell<'_>> =
                    texts.iter().map(|text| DrawCell { text, origin: Origin::Responses }).collect();
                drawn.add(at as u64 + 2, response, self.weight(*weight), &cells);
            }
            let found = drawn.settle(false);
            assert!(!found.has_errors(), "{found:#?}");
            drawn
        });
        let inputs = DesignInputs {
            cube: &cube,
            has_base: self.weighted,
            weighted: true,
            frame: None,
            population: self.population(&form),
            invited: None,
            drawn,
        };
        let (made, found) = plan_design(inputs);
        let made = Arc::new(made.unwrap_or_else(|| panic!("{found:#?}")));
        let settings = Settings { weighted: self.weighted, ..Settings::of(&form) };
        (tabulate_under(&cube, &Plan::standard(&form), &settings, &made), made)
    }

    /// The stratum of a response under a design by classes, as a label.
    fn stratum(&self, design: &SurveyDesign, at: usize) -> String {
        let class: Vec<u16> =
            design.strata.by.iter().filter_map(|by| self.responses[at].0.classes()[*by]).collect();
        let place = design.strata.list.iter().position(|stratum| stratum.classes.contains(&class));
        format!("s{}", place.expect("every class is in a stratum"))
    }
}

fn near(what: &str, a: Option<f64>, b: Option<f64>) {
    let close = |a: f64, b: f64| (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs()));
    assert!(a.is_none() == b.is_none(), "{what}: {a:?} {b:?}");
    if let (Some(a), Some(b)) = (a, b) {
        assert!(close(a, b), "{what}: {a} {b}");
    }
}

fn same_figures(what: &str, a: &Figures, b: &Figures) {
    assert_eq!((a.n, a.asked, a.blank, a.scope_unknown), (b.n, b.asked, b.blank, b.scope_unknown), "{what}");
    near(what, Some(a.weighted_n()), Some(b.weighted_n()));
    for (a, b) in a.cells.iter().zip(&b.cells) {
        assert_eq!(a.count, b.count, "{what}");
        near(&format!("{what} share"), a.share(), b.share());
        near(&format!("{what} se"), a.estimate.se(), b.estimate.se());
        near(&format!("{what} df"), a.df, b.df);
    }
    if let (Some(a), Some(b)) = (&a.number, &b.number) {
        near(&format!("{what} mean"), a.mean.value(), b.mean.value());
        near(&format!("{what} mean se"), a.mean.se(), b.mean.se());
        near(&format!("{what} median"), Some(a.median), Some(b.median));
        let low = |one: &Option<monshin_estimate::Interval>| one.map(|one| one.lower);
        near(&format!("{what} median interval"), low(&a.median_interval), low(&b.median_interval));
    }
    assert_eq!(a.number.is_some(), b.number.is_some(), "{what}");
}

fn same_tables(a: &Tables, b: &Tables) {
    assert_eq!(a.tables.len(), b.tables.len());
    for (a_table, b_table) in a.tables.iter().zip(&b.tables) {
        let name = &a.variables[a_table.variable].name;
        for (a, b) in a_table.rows.iter().zip(&b_table.rows) {
            let what = format!("{name} by {:?} {:?}", a_table.by, a.group);
            same_figures(&what, a.figures().expect("nothing is withheld"), b.figures().expect("the same"));
        }
    }
}

/// Every share of every table with its standard error.
fn estimates(tables: &Tables) -> Vec<Estimate> {
    let rows = tables.tables.iter().flat_map(|table| &table.rows);
    rows.filter_map(|row| row.figures()).flat_map(|one| &one.cells).map(|cell| cell.estimate).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10))]

    /// The same strata as classes of a breakdown and as a column, with and without weights.
    #[test]
    fn a_column_of_strata_gives_what_classes_give(seed in 0..5_000_u64, count in 20..90_usize, weighted: bool) {
        let world = World::new(seed, count, weighted);
        prop_assume!(world.responses.len() > 4);
        let (of_cells, made) = world.tables("[design]\nmode = \"superpop\"\nstrata = \"by0\"\n", None);
        prop_assume!(made.strata.list.iter().all(|stratum| stratum.responses > 1));
        let label = |at: usize| vec![world.stratum(&made, at)];
        let (of_rows, _) = world.tables("[design]\nstrata = [\"h\"]\n", Some(&label));
        same_tables(&of_cells, &of_rows);
    }

    /// So many of each that rows are joined and told together.
    #[test]
    fn many_that_are_alike_give_what_cells_give(seed in 0..5_000_u64, count in 5..30_usize, weighted: bool) {
        let few = World::new(seed, count, weighted);
        prop_assume!(few.responses.len() > 4);
        let alike = few.responses.iter().flat_map(|one| std::iter::repeat_n(one.clone(), 16)).collect();
        let world = World { responses: alike, ..few };
        let (of_cells, made) = world.tables("[design]\nmode = \"superpop\"\nstrata = \"by0\"\n", None);
        let label = |at: usize| vec![world.stratum(&made, at)];
        let (of_rows, _) = world.tables("[design]\nstrata = [\"h\"]\n", Some(&label));
        same_tables(&of_cells, &of_rows);
    }

    /// Post-stratified: the classes of the totals are no strata then, in both.
    #[test]
    fn weights_to_known_totals_are_the_same(seed in 0..5_000_u64, count in 20..90_usize, weighted: bool) {
        let world = World { totals: Some(4.0), ..World::new(seed, count, weighted) };
        prop_assume!(world.responses.len() > 4);
        let (of_cells, _) = world.tables("[design]\nmode = \"superpop\"\nstrata = \"none\"\n", None);
        let all = |_: usize| vec!["all".to_owned()];
        let (of_rows, _) = world.tables("[design]\nstrata = [\"h\"]\n", Some(&all));
        same_tables(&of_cells, &of_rows);
    }

    /// Every unit its own cluster is no cluster at all.
    #[test]
    fn clusters_of_one_are_responses(seed in 0..5_000_u64, count in 20..90_usize, weighted: bool) {
        let world = World::new(seed, count, weighted);
        prop_assume!(world.responses.len() > 4);
        let blocks = !world.form("").blocks().is_empty();
        // An entry of a block is a unit of its own without clusters, and one of several with them.
        prop_assume!(!blocks);
        let all = |_: usize| vec!["all".to_owned()];
        let own = |at: usize| vec![format!("c{at}")];
        let (of_rows, _) = world.tables("[design]\nstrata = [\"h\"]\n", Some(&all));
        let (of_clusters, _) = world.tables("[design]\ncluster = \"h\"\n", Some(&own));
        same_tables(&of_rows, &of_clusters);
    }

    /// Who gave one of several codes is who did not give one of the others.
    #[test]
    fn codes_together_are_what_the_others_leave(seed in 0..5_000_u64, count in 20..90_usize, weighted: bool, clusters: bool) {
        let world = World::new(seed, count, weighted);
        prop_assume!(world.responses.len() > 4);
        let own = |at: usize| vec![format!("c{}", at % 9)];
        let design = if clusters { "[design]\ncluster = \"h\"\n" } else { "" };
        let (tables, _) = world.tables(design, clusters.then_some(&own));
        for table in &tables.tables {
            for row in table.rows.iter().filter(|_| tables.variables[table.variable].kind == VariableKind::Single) {
                let Some(figures) = row.figures() else { continue };
                let codes: Vec<u16> = figures.cells.iter().map(|cell| cell.code).collect();
                let Some((first, others)) = codes.split_first().filter(|(_, others)| !others.is_empty()) else {
                    continue;
                };
                let one = figures.cell(*first).expect("its own code").estimate;
                let rest = tables.share_of_codes(table, &[&row.group], others).expect("nothing is withheld");
                near("share", one.value().map(|share| 1.0 - share), rest.value());
                near("se", one.se(), rest.se());
                near("low", one.interval().map(|one| 1.0 - one.upper), rest.interval().map(|one| one.lower));
                near("high", one.interval().map(|one| 1.0 - one.lower), rest.interval().map(|one| one.upper));
            }
        }
    }

    #[test]
    fn where_all_were_drawn_nothing_is_left_to_chance(seed in 0..5_000_u64, count in 20..90_usize, weighted: bool) {
        let world = World::new(seed, count, weighted);
        prop_assume!(world.responses.len() > 4);
        let all = |at: usize| vec![format!("h{}", at % 2), format!("c{}", at % 7), "1".to_owned()];
        let design = "[design]\nstrata = [\"h\"]\ncluster = \"c\"\nfpc = \"f\"\nnest = true\n";
        let (tables, _) = world.tables(design, Some(&all));
        for estimate in estimates(&tables) {
            prop_assert!(estimate.se().is_none_or(|se| se < 1e-12), "{estimate:?}");
        }
    }

    #[test]
    fn weights_of_another_unit_change_no_share(seed in 0..5_000_u64, count in 20..90_usize, times in 0.001..1000.0_f64) {
        let world = World::new(seed, count, true);
        prop_assume!(world.responses.len() > 4);
        let cells = |at: usize| vec![format!("c{}", at % 9)];
        let design = "[design]\ncluster = \"c\"\n";
        let (tables, _) = world.tables(design, Some(&cells));
        let scaled = World {
            responses: world.responses.iter().map(|(one, weight)| (one.clone(), weight * times)).collect(),
            ..world
        };
        let (again, _) = scaled.tables(design, Some(&cells));
        for (a, b) in estimates(&tables).iter().zip(estimates(&again)) {
            near("share", a.value(), b.value());
            near("se", a.se(), b.se());
        }
    }
}
