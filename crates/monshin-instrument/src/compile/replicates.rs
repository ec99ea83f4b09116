//! Variance and replicate weights in `[design]`.

use monshin_diag::words;
use toml::de::DeValue;

use super::design::{choice, names};
use super::fields::{Context, Desk, Fields, Named};
use crate::{DesignSpec, ReplicateColumns, ReplicateMethod, ReplicateSpec, StrataSource, VarianceSpec};

/// Names of the variances, before their own settings are known.
#[derive(Clone, Copy, PartialEq)]
enum Name {
    Linear,
    Bootstrap,
    Jackknife,
    Brr,
    Fay,
}

const VARIANCES: [(&str, Name); 5] = [
    ("linear", Name::Linear),
    ("bootstrap", Name::Bootstrap),
    ("jackknife", Name::Jackknife),
    ("brr", Name::Brr),
    ("fay", Name::Fay),
];
const METHODS: [(&str, ReplicateMethod); 6] = [
    ("jk1", ReplicateMethod::Jk1),
    ("jkn", ReplicateMethod::Jkn),
    ("brr", ReplicateMethod::Brr),
    ("fay", ReplicateMethod::Fay(0.5)),
    ("bootstrap", ReplicateMethod::Bootstrap),
    ("other", ReplicateMethod::Other),
];
/// Fewer replicates leave a standard error that is itself off by a fifth or more.
const FEWEST: i64 = 25;
const MOST: i64 = 10_000;
/// Replicates where nothing is said.
const USUAL: u32 = 500;
/// The most columns that a range may name.
const MOST_COLUMNS: u32 = 10_000;

/// `variance`, `replicates` (a number of the bootstrap's, or a table of columns), `seed`, `rho`.
pub(super) fn variance(context: &mut Context, fields: &mut Fields, spec: &mut DesignSpec) {
    let span = fields.span;
    let named = fields.has("variance");
    let name = choice(context, fields, "variance", &VARIANCES);
    let is_table = fields.peek("replicates").is_some_and(|entry| matches!(entry.value, DeValue::Table(_)));
    let mut count = None;
    if is_table {
        spec.replicates = given(context, fields);
    } else if fields.has("replicates") {
        count = fields.count(context, "replicates", FEWEST, MOST);
    }
    let seed = fields.count(context, "seed", 0, i64::MAX);
    let rho = rho(context, fields);
    let says_more = spec.strata != StrataSource::Unsaid || !spec.clusters.is_empty() || spec.fpc.is_some();
    if is_table && says_more {
        context.error("Q005", span, words!("[design.replicates] があれば strata・cluster・fpc は要りません。複製ウエイトがすべてを表します";
            "with [design.replicates] there is no `strata`, `cluster` or `fpc`: replicate weights say it all"), None);
    }
    if is_table && named {
        context.error("Q005", span, words!("variance と [design.replicates] は一緒に使えません。複製ウエイトがあれば、分散はそこから求めます";
            "`variance` cannot be joined with [design.replicates]: where there are replicate weights, variances come from them"), None);
    }
    if name != Some(Name::Bootstrap) && (count.is_some() || seed.is_some()) {
        context.error(
            "Q005",
            span,
            words!("replicates（数）と seed は variance = \"bootstrap\" のときだけ使います";
            "`replicates` (a number) and `seed` go with variance = \"bootstrap\" only"),
            None,
        );
    }
    if name != Some(Name::Fay) && rho.is_some() {
        context.error(
            "Q005",
            span,
            words!("rho は variance = \"fay\" のときだけ使います"; "`rho` goes with variance = \"fay\" only"),
            None,
        );
    }
    spec.variance = match name {
        None | Some(Name::Linear) => VarianceSpec::Linear,
        Some(Name::Bootstrap) => {
            VarianceSpec::Bootstrap(count.map_or(USUAL, |count| count as u32), seed.unwrap_or(1))
        }
        Some(Name::Jackknife) => VarianceSpec::Jackknife,
        Some(Name::Brr) => VarianceSpec::HalfSamples(0.0),
        Some(Name::Fay) => VarianceSpec::HalfSamples(rho.unwrap_or(0.5)),
    };
}

fn rho(context: &mut Context, fields: &mut Fields) -> Option<f64> {
    let (rho, span) = fields.number(context, "rho")?;
    if (0.0..1.0).contains(&rho) {
        return Some(rho);
    }
    let message =
        words!("rho（フェイの係数）は 0 以上 1 未満です"; "`rho`, Fay's factor, is from 0 to below 1");
    context.error("Q005", span, message, None);
    None
}

/// `[design.replicates]`.
fn given(context: &mut Context, fields: &mut Fields) -> Option<ReplicateSpec> {
    let mut fields = fields.table(context, "replicates", "[design.replicates]")?;
    let span = fields.span;
    let prefix = fields.string(context, "prefix");
    let listed = names(context, &mut fields, "columns");
    if prefix.is_none() && listed.is_empty() {
        fields.missing(context, "columns");
    }
    let columns = match prefix {
        Some(prefix) if listed.is_empty() => ReplicateColumns::Prefix(prefix.text),
        Some(prefix) => {
            context.error(
                "Q005",
                prefix.span,
                words!("prefix と columns はどちらか一方です"; "give `prefix` or `columns`, not both"),
                None,
            );
            ReplicateColumns::Prefix(prefix.text)
        }
        None => ReplicateColumns::Named(listed.iter().flat_map(|name| range(context, name)).collect()),
    };
    if !fields.has("method") {
        fields.missing(context, "method");
    }
    let method = choice(context, &mut fields, "method", &METHODS).unwrap_or(ReplicateMethod::Other);
    let rho = rho(context, &mut fields);
    let scale = positive(context, &mut fields, "scale");
    let rscales = numbers(context, &mut fields, "rscales");
    let is_combined = fields.boolean(context, "combined").unwrap_or(true);
    let is_mse = fields.boolean(context, "mse").unwrap_or(false);
    let df = positive(context, &mut fields, "df");
    let method = match (method, rho) {
        (ReplicateMethod::Fay(_), Some(rho)) => ReplicateMethod::Fay(rho),
        (ReplicateMethod::Fay(_), None) => {
            context.error("Q003", span, words!("method = \"fay\" には rho（フェイの係数）が要ります"; "method = \"fay\" needs `rho`, Fay's factor"), None);
            method
        }
        (_, Some(_)) => {
            context.error(
                "Q005",
                span,
                words!("rho は method = \"fay\" のときだけ使います"; "`rho` goes with method = \"fay\" only"),
                None,
            );
            method
        }
        (method, None) => method,
    };
    let says_too_little = match method {
        ReplicateMethod::Jkn => rscales.is_empty(),
        ReplicateMethod::Other => scale.is_none(),
        _ => false,
    };
    if says_too_little && (method == ReplicateMethod::Jkn || scale.is_none()) {
        context.error(
            "Q003",
            span,
            words!("method = \"jkn\" には rscales、\"other\" には scale が要ります";
            "method = \"jkn\" needs `rscales`, \"other\" needs `scale`"),
            None,
        );
    }
    fields.finish(context);
    Some(ReplicateSpec { columns, method, scale, rscales, is_combined, is_mse, df })
}

/// `w1..w80` as its columns.
fn range(context: &mut Context, name: &Named) -> Vec<String> {
    let Some((first, last)) = name.text.split_once("..") else { return vec![name.text.clone()] };
    let parts = |text: &str| {
        let text = text.trim();
        let digits = text.chars().rev().take_while(char::is_ascii_digit).count();
        let (stem, number) = text.split_at(text.len() - digits);
        Some((stem.to_owned(), number.parse::<u32>().ok()?, if number.starts_with('0') { digits } else { 0 }))
    };
    match (parts(first), parts(last)) {
        (Some((stem, from, width)), Some((other, to, _)))
            if stem == other && from <= to && to - from < MOST_COLUMNS =>
        {
            (from..=to).map(|number| format!("{stem}{number:0width$}")).collect()
        }
        _ => {
            context.error(
                "Q005",
                name.span,
                words!("列の範囲は w1..w80 のように書きます"; "a range of columns is written as in w1..w80"),
                None,
            );
            Vec::new()
        }
    }
}

fn positive(context: &mut Context, fields: &mut Fields, key: &'static str) -> Option<f64> {
    let (number, span) = fields.number(context, key)?;
    if number > 0.0 {
        return Some(number);
    }
    context.error("Q005", span, words!("{key} は正の数です"; "`{key}` is a number above 0"), None);
    None
}

/// A list of numbers from 0 up.
fn numbers(context: &mut Context, fields: &mut Fields, key: &'static str) -> Vec<f64> {
    let Some(entry) = fields.take(key) else { return Vec::new() };
    let number = |value: &DeValue<'_>| {
        let text = match value {
            DeValue::Integer(number) => number.as_str(),
            DeValue::Float(number) => number.as_str(),
            _ => "",
        };
        text.replace('_', "").parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0)
    };
    let list = match entry.value {
        DeValue::Array(list) => list.iter().map(|value| number(value.get_ref())).collect(),
        _ => None,
    };
    list.unwrap_or_else(|| {
        context.error("Q004", entry.span, words!("{key} には 0 以上の数の並び（[0.5, 0.5]）を書いてください"; "`{key}` takes a list of numbers from 0 up, as in [0.5, 0.5]"), None);
        Vec::new()
    })
}
