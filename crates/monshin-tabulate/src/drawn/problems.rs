//! What keeps responses from being a sample as `[design]` says, each as a finding.
//!
//! | code | finding |
//! |---|---|
//! | T020 | a column of the design that neither file has |
//! | T021 | a response without stratum, cluster or number of units |
//! | T022 | a cell that is neither a number of units nor a fraction |
//! | T023 | numbers of units that differ within a stratum, or stand beside fractions |
//! | T024 | fewer units than were drawn |
//! | T025 | a stratum of a single unit |
//! | T026 | a cell that is no replicate weight |
//! | T027 | replicate weights that are too few, or not as many as their scales |
//! | T028 | warning: a cluster's label that stands in several strata |
//! | T029 | a variance that does not go with the sample or the weights |

use std::collections::{BTreeMap, BTreeSet};

use monshin_diag::{Diagnostic, Diagnostics, Place, words};
use monshin_instrument::records::normalise;
use monshin_instrument::{BaseWeights, Questionnaire, ReplicateColumns, TrimSpec, VarianceSpec};

use super::Drawn;
use super::settle::Stage;
use crate::design::of_survey;

const FILE: &str = "responses.csv";

pub(super) fn of_columns(form: &Questionnaire, has: &[bool], replicates: &[String]) -> Diagnostics {
    let spec = form.design();
    let mut found = Diagnostics::new();
    for (name, _) in spec.columns().iter().zip(has).filter(|(_, has)| !**has) {
        found.push(no_column(name));
    }
    if let Some(given) = &spec.replicates {
        match &given.columns {
            ReplicateColumns::Named(names) => {
                let has = |name: &&String| replicates.iter().any(|one| normalise(one) == normalise(name));
                names.iter().filter(|name| !has(name)).for_each(|name| found.push(no_column(name)));
            }
            ReplicateColumns::Prefix(prefix) if replicates.is_empty() => {
                found.push(no_column(&format!("{prefix}1")));
            }
            ReplicateColumns::Prefix(_) => {}
        }
        if given.is_combined && !matches!(form.weights().base, BaseWeights::Column(_)) {
            found.push(of_survey("T027", words!("複製ウエイトに標本ウエイトが含まれている（combined）なら、[design] weight に標本ウエイトの列が要ります";
                "replicate weights that contain the sampling weight (combined) need its column: `weight` in [design]"))
            .help(words!("標本ウエイトの列を書くか、複製ウエイトが倍率なら combined = false と書いてください"; "name that column, or write combined = false if they are factors")));
        }
        let (count, scales) = (replicates.len(), given.rscales.len());
        if !found.has_errors() && count < 2 {
            found.push(of_survey("T027", words!("複製ウエイトが {count} 列しかありません。2列以上要ります"; "there are {count} replicate weights; at least two are needed")));
        }
        if !found.has_errors() && scales > 0 && scales != count {
            found.push(of_survey("T027", words!("rscales は {scales} 個、複製ウエイトは {count} 列です"; "there are {scales} `rscales` for {count} replicate weights")));
        }
    }
    let resampled = spec.replicates.is_some() || spec.variance != VarianceSpec::Linear;
    if resampled && matches!(form.weights().trim, Some(TrimSpec::Bounds(..) | TrimSpec::Effect(_))) {
        found.push(of_survey("T029", words!("trim は、複製ごとに重みを付け直す分散（replicates・variance）と一緒には使えません";
            "`trim` cannot be joined with variances that weight every replicate again (replicates, variance)")));
    }
    found
}

fn no_column(name: &str) -> Diagnostic {
    Diagnostic::error("T020", Place::cell(FILE, 1, Some(name)),
        words!("[design] が求める列「{name}」が responses.csv にも frame.csv にもありません"; "[design] asks for the column `{name}`, and neither responses.csv nor frame.csv has it"))
    .help(words!("列を加えるか、survey.toml の名前を直してください（区分のidならその区分を使います）"; "add the column, or mend the name in survey.toml (the id of a breakdown means the breakdown)"))
}

impl Drawn {
    fn at(&self, group: usize, column: &str) -> Place {
        Place::cell(FILE, self.groups.list[group].row, Some(column))
    }

    /// What units are drawn within: 「層「1」」, "stratum `1`".
    fn within(&self, at: usize, group: usize) -> monshin_diag::Words {
        let of = &self.groups.list[group];
        match at.checked_sub(1) {
            Some(before) => {
                let label = &self.groups.cluster_names[before]
                    [of.clusters[before.min(of.clusters.len() - 1)] as usize];
                match of.later_strata.get(before) {
                    Some(stratum) if !self.groups.stratum_names[*stratum as usize].is_empty() => {
                        let labels = self.groups.stratum_names[*stratum as usize].join(" × ");
                        words!("クラスター「{label}」の層「{labels}」"; "stratum `{labels}` of cluster `{label}`")
                    }
                    _ => words!("クラスター「{label}」"; "cluster `{label}`"),
                }
            }
            None => {
                let labels = self.groups.stratum_names[of.stratum as usize].join(" × ");
                if labels.is_empty() {
                    words!("標本全体"; "the whole sample")
                } else {
                    words!("層「{labels}」"; "stratum `{labels}`")
                }
            }
        }
    }
}

pub(super) fn mixed(drawn: &Drawn, column: &str, count: (usize, f64), fraction: (usize, f64)) -> Diagnostic {
    let (row, a, b) = (drawn.groups.list[count.0].row, count.1, fraction.1);
    Diagnostic::error(
        "T023",
        drawn.at(fraction.0, column),
        words!("「{column}」に母集団の数（{row} 行目の {a}）と抽出率（{b}）が混じっています";
        "`{column}` mixes numbers of units ({a} in row {row}) and fractions ({b})"),
    )
    .help(words!("どちらかに揃えてください"; "write one or the other throughout"))
}

pub(super) fn varies(drawn: &Drawn, at: usize, column: &str, group: usize, before: usize) -> Diagnostic {
    let within = drawn.within(at, group);
    let (row, here, there) = (
        drawn.groups.list[before].row,
        drawn.groups.list[group].populations[at],
        drawn.groups.list[before].populations[at],
    );
    Diagnostic::error("T023", drawn.at(group, column), words!("{}の「{column}」が {here} ですが、{row} 行目では {there} です", within.ja;
        "`{column}` of {} is {here} here, and {there} in row {row}", within.en))
    .help(words!("同じ層（クラスター）の中では同じ数にしてください"; "it is the same within a stratum (or cluster)"))
}

pub(super) fn too_few(drawn: &Drawn, at: usize, column: &str, group: usize, count: f64) -> Diagnostic {
    let within = drawn.within(at, group);
    let all = drawn.groups.list[group].populations[at];
    Diagnostic::error("T024", drawn.at(group, column), words!("{}から {count} 単位が抽出されていますが、「{column}」の全数は {all} です", within.ja;
        "{count} units were drawn from {}, and `{column}` says that there are {all}", within.en))
    .help(words!("全数を確かめてください。抽出率を書く場合は、列のすべてを 1 以下の値にします"; "check the number of units; a column of fractions has no value above 1"))
}

pub(super) fn lonely(drawn: &Drawn, at: usize, stage: &Stage, parent: u32, resampled: bool) -> Diagnostic {
    let group = stage.parent.iter().position(|one| *one == parent).unwrap_or(0);
    let within = drawn.within(at, group);
    let place = Place::cell(FILE, drawn.groups.list[group].row, None);
    let found = Diagnostic::error(
        "T025",
        place,
        words!("{}には抽出単位が1つしかなく、ばらつきが分かりません", within.ja;
        "{} has a single unit, which has no spread", within.en),
    );
    found.help(match resampled {
        true => words!("隣の層と合わせるか、variance = \"linear\" にして lonely を決めてください"; "join it with a neighbour, or write variance = \"linear\" with a rule for `lonely`"),
        false => words!("隣の層と合わせるか、[design] lonely に扱い（certainty・adjust・average）を書いてください"; "join it with a neighbour, or say in [design] what such a stratum does: lonely = \"certainty\", \"adjust\" or \"average\""),
    })
}

/// Labels that stand in several strata, and strata that half-samples cannot be made of.
pub(super) fn of_first_stage(drawn: &Drawn, stage: &Stage, found: &mut Diagnostics) {
    let spec = drawn.layout.questionnaire.design();
    if !spec.clusters.is_empty() && !spec.nest {
        let mut strata: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        for group in &drawn.groups.list {
            strata.entry(group.clusters[0]).or_default().insert(group.stratum);
        }
        let again: Vec<u32> = strata.iter().filter(|(_, of)| of.len() > 1).map(|(label, _)| *label).collect();
        if let Some(first) = again.first() {
            let (label, count) = (&drawn.groups.cluster_names[0][*first as usize], again.len());
            found.push(Diagnostic::warning("T028", Place::file(FILE), words!("クラスター「{label}」など {count} 個の名前が複数の層にあります。層ごとに別のクラスターとして扱います";
                "{count} labels of clusters (`{label}` first) stand in several strata; in each they are another cluster"))
            .help(words!("番号が層ごとに付け直されているなら、[design] に nest = true と書いてください。そうでなければ層か名前の誤りです";
                "write nest = true in [design] if labels begin anew in every stratum; if they do not, a stratum or a label is wrong")));
        }
    }
    if let (VarianceSpec::HalfSamples(_), None) = (spec.variance, &spec.replicates)
        && let Some(parent) = (0..stage.drawn.len()).find(|at| !matches!(stage.drawn[*at], 0 | 2))
    {
        let group = stage.parent.iter().position(|one| *one as usize == parent).unwrap_or(0);
        let (within, count) = (drawn.within(0, group), stage.drawn[parent]);
        found.push(of_survey(
            "T029",
            words!("半標本法（brr・fay）は各層2単位の標本に使います。{}は {count} 単位です", within.ja;
            "half-samples (brr, fay) need two units in every stratum, and {} has {count}", within.en),
        ));
    }
}

pub(super) fn weights_out_of_range() -> Diagnostic {
    of_survey(
        "T024",
        words!("全数と抽出数から求めたウエイトが 1e18 を超えます"; "the weights that follow from the numbers of units are beyond 1e18"),
    )
}
