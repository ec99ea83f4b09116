//! What keeps a design from being made, each as a finding.
//!
//! | code | finding |
//! |---|---|
//! | T010 | respondents in a class whose total is 0 |
//! | T011 | margins that add up to different numbers |
//! | T012 | totals that cannot be met together |
//! | T013 | responses without a class that weights or strata need |
//! | T014 | mode `quasi`, or base weights by stratum, without the size of the population |
//! | T015 | totals asked for that `population.csv` does not give |
//! | T016 | more responses than units in the population |
//! | T017 | bounds that leave no room, or weights that would be negative |
//! | T018 | what weighting cannot do together |
//! | T019 | too many classes to be crossed |

use monshin_diag::{Diagnostic, Place, Words, words};
use monshin_estimate::weights::WeightingError;
use monshin_frame::KnownTotals;
use monshin_instrument::Questionnaire;

use super::plan::of_survey;

const FILE: &str = "population.csv";

fn at(row: u64) -> Place {
    Place::cell(FILE, row, None)
}

/// `beds × founder`.
fn named(form: &Questionnaire, by: &[usize]) -> String {
    let ids: Vec<&str> = by.iter().map(|&at| &*form.breakdowns()[at].id).collect();
    ids.join(" × ")
}

/// `0 × state, 1-19 × state`.
fn classes(form: &Questionnaire, by: &[usize], classes: &[Vec<u16>]) -> String {
    let id = |(by, class): (&usize, &u16)| {
        let codes = &form.breakdowns()[*by].codes.codes;
        codes.get(usize::from(*class)).map_or("?", |code| &*code.id)
    };
    let one = |class: &Vec<u16>| by.iter().zip(class).map(id).collect::<Vec<_>>().join(" × ");
    classes.iter().map(one).collect::<Vec<_>>().join(", ")
}

pub(super) fn no_population() -> Diagnostic {
    of_survey(
        "T015",
        words!("[weights] が母集団の数に合わせるよう求めていますが、population.csv がありません";
        "[weights] asks for known totals, and there is no population.csv"),
    )
}

pub(super) fn no_margin(form: &Questionnaire, by: &[usize]) -> Diagnostic {
    let name = named(form, by);
    Diagnostic::error(
        "T015",
        Place::file(FILE),
        words!("「{name}」の母集団の数がありません"; "there are no totals of `{name}`"),
    )
    .help(words!("その区分の行を population.csv に加えるか、[weights] margins から外してください";
            "add its rows, or take it out of `margins` in [weights]"))
}

pub(super) fn no_size(form: &Questionnaire, by: &[usize]) -> Diagnostic {
    let name = named(form, by);
    let of = if name.is_empty() { words!("全体"; "all units") } else { words!("「{name}」"; "`{name}`") };
    of_survey("T014", words!("母集団の数（{}）が分からないため、mode = \"quasi\" や base = \"strata\" は使えません", of.ja;
        "mode = \"quasi\" and base = \"strata\" need the size of the population ({}), and nothing gives it", of.en))
        .help(words!("frame.csv か population.csv を用意するか、mode = \"superpop\" にしてください";
            "add frame.csv or population.csv, or write mode = \"superpop\""))
}

pub(super) fn no_frame(form: &Questionnaire, by: &[usize]) -> Diagnostic {
    let name = named(form, by);
    of_survey(
        "T014",
        words!("未回収の補正（nonresponse = \"{name}\"）には、その区分のある frame.csv が要ります";
        "an adjustment for nonresponse by `{name}` needs a frame.csv with those classes"),
    )
}

pub(super) fn without_class(form: &Questionnaire, by: usize, count: u64) -> Diagnostic {
    let name = named(form, &[by]);
    Diagnostic::error(
        "T013",
        Place::file("responses.csv"),
        words!("{count} 件の回答に「{name}」の分類がなく、ウエイトや層を決められません";
        "{count} responses have no class of `{name}`, so they have no weight and no stratum"),
    )
    .help(words!("分類を書き加えるか、その区分をウエイトと層に使わないか、--weights none で集計してください";
            "add their classes, do not weight or stratify by it, or tabulate with --weights none"))
}

pub(super) fn too_small(
    form: &Questionnaire,
    by: &[usize],
    class: &[Vec<u16>],
    responses: u64,
    population: f64,
) -> Diagnostic {
    let which = classes(form, by, class);
    let file = if by.is_empty() { "survey.toml" } else { FILE };
    Diagnostic::error("T016", Place::file(file), words!("「{which}」は、回答 {responses} 件が母集団の数 {population} を超えています";
        "{responses} responses of {which} are more than the {population} of the population"))
        .help(words!("母集団の数と、回答の分類を確かめてください"; "check the total, and the classes of the responses"))
}

pub(super) fn nobody_there(form: &Questionnaire, margin: &KnownTotals, class: &[Vec<u16>]) -> Diagnostic {
    let which = classes(form, &margin.by, class);
    let row = class.first().and_then(|class| margin.rows.get(class)).copied().unwrap_or(margin.row);
    Diagnostic::error("T010", at(row), words!("「{which}」の母集団の数は 0 ですが、回答があります";
        "the total of {which} is 0, and there are responses of it"))
        .help(words!("数を確かめるか、回答の分類を直してください"; "check the total, or mend the classes of the responses"))
}

pub(super) fn one_margin_only() -> Diagnostic {
    of_survey(
        "T018",
        words!("method = \"poststratify\" は区分1つ（または「a × b」の1組）に合わせる方法です。いくつもの区分には rake を使ってください";
        "method = \"poststratify\" meets the totals of one breakdown (or of one pair `a × b`); use rake for several"),
    )
}

pub(super) fn trimming_needs_equal_base() -> Diagnostic {
    of_survey(
        "T018",
        words!("trim は、基本ウエイトの列（base、--weights）と一緒には使えません";
        "`trim` cannot be joined with a column of base weights (base, --weights)"),
    )
}

pub(super) fn too_many_classes(form: &Questionnaire, by: &[usize]) -> Diagnostic {
    let name = named(form, by);
    of_survey(
        "T019",
        words!("「{name}」を組み合わせると分類が多すぎて、ウエイトを付けられません"; "`{name}` have too many classes together to weight by them"),
    )
}

/// What the weighting itself refuses, with the margins it is about.
pub(super) fn of_weighting(
    form: &Questionnaire,
    margins: &[KnownTotals],
    error: &WeightingError,
) -> Diagnostic {
    let name = |margin: usize| margins.get(margin).map_or(String::new(), |one| named(form, &one.by));
    let row = |margin: usize| margins.get(margin).map_or(1, |one| one.row);
    let (code, margin, message, help): (_, _, Words, Words) = match error {
        WeightingError::TotalsClash { first, other } => {
            let (a, b) = (name(first.0), name(other.0));
            let (x, y) = (first.1, other.1);
            (
                "T011",
                other.0,
                words!("「{a}」の合計は {x}、「{b}」の合計は {y} で、一致しません"; "`{a}` adds up to {x}, `{b}` to {y}"),
                words!("どちらかの数を直すか、[weights] に rescale = true と書いて最初の区分の合計に合わせてください";
                    "mend one of them, or write rescale = true in [weights] to bring all to the sum of the first"),
            )
        }
        WeightingError::NotConverged { rounds, margin, error, clashing, .. } => {
            // Calibration numbers its totals one by one, raking its margins.
            let clashing: Vec<String> =
                clashing.iter().filter(|at| **at < margins.len()).map(|at| name(*at)).collect();
            let list = if clashing.is_empty() { name(*margin) } else { clashing.join(", ") };
            (
                "T012",
                *margin,
                words!("{rounds} 回繰り返しても母集団の数に合いません（食い違う区分: {list}、残る誤差 {error:.1e}）";
                "after {rounds} rounds the totals are still missed (margins that clash: {list}; relative error {error:.1e})"),
                words!("回答のない組合せがないか確かめ、分類をまとめるか、区分を margins から外してください";
                    "look for combinations without a response; join classes, or take a margin out"),
            )
        }
        WeightingError::Bounds => (
            "T017",
            0,
            words!("この範囲では母集団の数に合わせられないか、負のウエイトになります";
                "within these bounds the totals cannot be met, or weights would be negative"),
            words!("bounds か trim を広げるか、method = \"rake\" にしてください"; "widen `bounds` or `trim`, or write method = \"rake\""),
        ),
        WeightingError::TooSmall { .. } => (
            "T012",
            0,
            words!("母集団の数に比べて小さすぎるウエイトがあり、何倍しても届きません";
                "a base weight is so small beside its total that no factor raises it that far"),
            words!("base の列の桁を確かめ、ほかのウエイトと単位をそろえてください";
                "check the magnitudes in the column `base` and give all weights the same unit"),
        ),
        other => (
            "T012",
            0,
            words!("ウエイトを決められません: {other}"; "there are no such weights: {other}"),
            words!("population.csv を確かめてください"; "check population.csv"),
        ),
    };
    Diagnostic::error(code, at(row(margin)), message).help(help)
}
