//! The comparison for other programs, format `monshin-comparison/1`.

use serde_json::{Value, json};

use super::figures::{Comparison, Difference, Figure, Line, NoDifference, Pairing, Side};
use super::wording::asked;
use monshin_tabulate::NotPaired;
use monshin_tabulate::instrument::LocalText;

/// The comparison as JSON text. Fields are never removed; others may be added. What is withheld has
/// no figures, and unlike bases no difference.
pub fn json(comparison: &Comparison<'_>) -> String {
    let mapping = comparison.mapping;
    let surveys: Vec<Value> = mapping
        .surveys
        .iter()
        .map(|survey| {
            let member = comparison.members[survey.member];
            json!({
                "id": member.key,
                "label": texts(&survey.label),
                "color": survey.color,
                "responses": member.tables.responses,
                "weighted": member.tables.weighted,
                "synthetic": member.tables.questionnaire.survey().synthetic.is_some(),
                "input_sha256": member.tables.input_sha256,
                "questionnaire_sha256": member.tables.questionnaire.hash(),
            })
        })
        .collect();
    let concepts: Vec<Value> = (0..mapping.concepts.len()).map(|at| concept(comparison, at)).collect();
    let breakdowns: Vec<Value> = mapping
        .breakdowns
        .iter()
        .zip(&comparison.by)
        .map(|(breakdown, lines)| {
            let class = |line: &Line| {
                let class = &breakdown.classes[line.class.unwrap_or_default()];
                let mut value = figures(comparison, line);
                value["concept"] = json!(mapping.concepts[line.concept].id);
                value["class"] = json!(class.id);
                value
            };
            json!({ "id": breakdown.id, "label": texts(&breakdown.label), "rows": lines.iter().map(class).collect::<Vec<_>>() })
        })
        .collect();
    let whole = json!({
        "format": "monshin-comparison/1",
        "comparison": mapping.id,
        "surveys": surveys,
        "concepts": concepts,
        "breakdowns": breakdowns,
    });
    let mut text = serde_json::to_string_pretty(&whole).expect("a value of our own making has no odd keys");
    text.push('\n');
    text
}

fn not_paired(why: NotPaired) -> &'static str {
    match why {
        NotPaired::Weighted => "weighted",
        NotPaired::Designed => "designed",
        NotPaired::NoOverlap => "no-overlap",
        NotPaired::Small => "small",
        NotPaired::Constant => "constant",
        NotPaired::NotTabulated => "not-tabulated",
    }
}

fn texts(text: &LocalText) -> Value {
    text.iter().map(|(tag, words)| (tag.to_owned(), json!(words))).collect::<serde_json::Map<_, _>>().into()
}

fn concept(comparison: &Comparison<'_>, at: usize) -> Value {
    let concept = &comparison.mapping.concepts[at];
    let mut value = figures(comparison, &comparison.overall[at]);
    value["id"] = json!(concept.id);
    value["label"] = texts(&concept.label);
    let wording: Vec<Value> = concept
        .links
        .iter()
        .map(|link| {
            let member = comparison.members[comparison.mapping.surveys[link.survey].member];
            let tags = &member.tables.questionnaire.survey().languages;
            let of = |tag: &String| {
                let asked = asked(member, link.variable, tag);
                (tag.clone(), json!({ "text": asked.text, "answers": asked.answers, "base": asked.base }))
            };
            let words: serde_json::Map<_, _> = tags.iter().map(of).collect();
            json!({
                "survey": member.key,
                "question": member.tables.variables[link.variable].name,
                "grade": link.grade.name(),
                "wording": words,
            })
        })
        .collect();
    value["asked"] = json!(wording);
    value
}

fn figures(comparison: &Comparison<'_>, line: &Line) -> Value {
    let key = |side: &Side| comparison.members[comparison.mapping.surveys[side.survey].member].key;
    let side = |side: &Side| {
        let mut value = json!({ "survey": key(side), "grade": side.grade.name() });
        match side.figure {
            Figure::Share { count, n, share, interval, weak, .. } => {
                value["count"] = json!(count);
                value["n"] = json!(n);
                value["share"] = json!(share);
                value["low"] = json!(interval.map(|one| one.0));
                value["high"] = json!(interval.map(|one| one.1));
                value["flag"] = json!(weak.then_some("unreliable"));
            }
            Figure::Mean { n, mean, weak } => {
                let interval = mean.interval();
                value["n"] = json!(n);
                value["mean"] = json!(mean.value());
                value["low"] = json!(interval.map(|one| one.lower).filter(|end| end.is_finite()));
                value["high"] = json!(interval.map(|one| one.upper).filter(|end| end.is_finite()));
                value["flag"] = json!(weak.then_some("unreliable"));
            }
            Figure::NoBase => value["flag"] = json!("no-base"),
            Figure::Withheld => value["flag"] = json!("withheld"),
            Figure::Omitted => value["flag"] = json!("omitted"),
            Figure::NotAvailable => value["flag"] = json!("not-available"),
        }
        value
    };
    let difference = |one: &Difference| {
        let mut value = json!({
            "of": key(&line.sides[one.of]), "with": key(&line.sides[one.with]), "grade": one.grade.name(),
        });
        match one.pairing {
            Pairing::Independent => {}
            Pairing::Paired { both, correlation } => {
                value["paired"] = json!({ "both": both, "correlation": correlation });
            }
            Pairing::NotPaired(why) => value["not_paired"] = json!(not_paired(why)),
        }
        match one.found {
            Ok(points) => {
                value["points"] = json!(points.points);
                value["low"] = json!(points.low);
                value["high"] = json!(points.high);
                value["p"] = json!(points.p);
                value["p_holm"] = json!(points.adjusted);
                value["supported"] = json!(points.is_supported);
            }
            Err(NoDifference::DifferentBase) => value["refused"] = json!("different-base"),
            Err(NoDifference::NoFigure) => value["refused"] = json!("no-figure"),
        }
        value
    };
    json!({
        "figures": line.sides.iter().map(side).collect::<Vec<_>>(),
        "differences": line.differences.iter().map(difference).collect::<Vec<_>>(),
    })
}
