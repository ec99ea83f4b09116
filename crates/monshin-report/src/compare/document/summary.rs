//! The summary of a comparison: what differs, what does not, what cannot be compared.

use monshin_diag::{Lang, Words, words};

use super::super::figures::{Difference, Figure, Line, NoDifference, Side};
use super::super::mapping::{Grade, Order};
use super::Setting;
use crate::document::{Block, List};

impl Setting<'_, '_> {
    /// What differs, what does not, what cannot be compared: one item for each concept of the first
    /// kind, one for all of the others.
    pub(super) fn summary(&self) -> Vec<Block> {
        let mut items: Vec<Vec<Block>> = Vec::new();
        let (mut alike, mut unlike, mut empty): (Vec<&str>, Vec<&str>, Vec<&str>) = Default::default();
        for line in &self.of.overall {
            let label = self.text(&self.of.mapping.concepts[line.concept].label);
            let mut supported: Vec<&Difference> = line
                .differences
                .iter()
                .filter(|one| one.found.is_ok_and(|points| points.is_supported))
                .collect();
            supported.sort_by(|a, b| width(b).total_cmp(&width(a)));
            if let Some(first) = supported.first() {
                items.push(vec![Block::words(self.stated(line, label, first, supported.len()))]);
            } else if line.differences.iter().any(|one| one.found.is_ok()) {
                alike.push(label);
            } else if line.differences.iter().any(|one| one.found == Err(NoDifference::NoFigure)) {
                empty.push(label);
            } else {
                unlike.push(label);
            }
        }
        let joined = |labels: &[&str]| match self.lang {
            Lang::Ja => labels.iter().map(|label| format!("「{label}」")).collect::<String>(),
            Lang::En => labels.iter().map(|label| format!("“{label}”")).collect::<Vec<_>>().join(", "),
        };
        if !alike.is_empty() {
            let list = joined(&alike);
            let words = match self.of.mapping.order {
                Order::Waves => {
                    words!("{list}では、変化があったとはいえない。"; "No change is shown for {list}.")
                }
                Order::Sectors => {
                    words!("{list}では、調査の間に差があるとはいえない。"; "No difference is shown for {list}.")
                }
            };
            items.push(vec![Block::words(words.get(self.lang))]);
        }
        if !unlike.is_empty() {
            let list = joined(&unlike);
            let words = words!("{list}は、母数が異なるため差を示さない。"; "For {list} no difference is given, since the bases are unlike.");
            items.push(vec![Block::words(words.get(self.lang))]);
        }
        if !empty.is_empty() {
            let list = joined(&empty);
            let words = words!("{list}は、数値のない調査があり、比べられない。"; "For {list} a figure is missing, so there is nothing to compare.");
            items.push(vec![Block::words(words.get(self.lang))]);
        }
        vec![Block::List(List { ordered: false, items })]
    }

    /// The widest difference of a concept in a sentence.
    fn stated(&self, line: &Line, label: &str, one: &Difference, count: usize) -> String {
        let Ok(points) = one.found else { return String::new() };
        let (mut high, mut low) = (&line.sides[one.of], &line.sides[one.with]);
        if points.points < 0.0 {
            std::mem::swap(&mut high, &mut low);
        }
        let (low_end, high_end) = match points.points < 0.0 {
            true => (-points.high, -points.low),
            false => (points.low, points.high),
        };
        let is_mean = matches!(high.figure, Figure::Mean { .. });
        let (a, b) = (self.survey(high.survey), self.survey(low.survey));
        let (pa, pb, gap) = (printed(high), printed(low), points.points.abs());
        let mut words = match (self.of.mapping.order, is_mean) {
            (Order::Waves, _) => self.changed(line, label, one),
            (Order::Sectors, true) => words!(
                "「{label}」の平均は{a}で{pa}、{b}で{pb}であり、{a}のほうが{gap:.1}（{low_end:.1}～{high_end:.1}）大きい。";
                "“{label}”: mean {pa} in {a}, {pb} in {b}; {gap:.1} more in {a} ({low_end:.1} to {high_end:.1})."),
            (Order::Sectors, false) => words!(
                "「{label}」は{a}で{pa}、{b}で{pb}であり、{a}のほうが{gap:.1}ポイント（{low_end:.1}～{high_end:.1}）高い。";
                "“{label}”: {pa} in {a}, {pb} in {b}; {gap:.1} points higher in {a} ({low_end:.1} to {high_end:.1})."),
        };
        if one.grade == Grade::SameConcept {
            words.ja.push_str("ただし、設問文が異なる。");
            words.en.push_str(" The wording differs.");
        }
        if count > 1 {
            let more = count - 1;
            words.ja.push_str(&format!("このほか{more}組にも差がある。"));
            words.en.push_str(&format!(" {more} more {} differ.", if more == 1 { "pair" } else { "pairs" }));
        }
        words.get(self.lang).to_owned()
    }

    /// The change from one wave to a later one.
    fn changed(&self, line: &Line, label: &str, one: &Difference) -> Words {
        let Ok(points) = one.found else { return words!(""; "") };
        let (after, before) = (&line.sides[one.of], &line.sides[one.with]);
        let (a, b) = (self.survey(before.survey), self.survey(after.survey));
        let (pa, pb, gap) = (printed(before), printed(after), points.points.abs());
        let is_up = points.points > 0.0;
        let (low, high) = if is_up { (points.low, points.high) } else { (-points.high, -points.low) };
        let en = if is_up { "rose" } else { "fell" };
        match after.figure {
            Figure::Mean { .. } => {
                let ja = if is_up { "増えた" } else { "減った" };
                words!(
                    "「{label}」の平均は、{a}の{pa}から{b}の{pb}へ、{gap:.1}（{low:.1}～{high:.1}）{ja}。";
                    "“{label}”: the mean {en} from {pa} ({a}) to {pb} ({b}), by {gap:.1} ({low:.1} to {high:.1}).")
            }
            _ => {
                let ja = if is_up { "上がった" } else { "下がった" };
                words!(
                    "「{label}」は、{a}の{pa}から{b}の{pb}へ、{gap:.1}ポイント（{low:.1}～{high:.1}）{ja}。";
                    "“{label}” {en} from {pa} ({a}) to {pb} ({b}), by {gap:.1} points ({low:.1} to {high:.1}).")
            }
        }
    }
}

/// A figure as it is printed.
fn printed(side: &Side) -> String {
    match side.figure {
        Figure::Share { share, .. } => format!("{:.1}%", share * 100.0),
        Figure::Mean { mean, .. } => mean.value().map_or(String::new(), |mean| format!("{mean:.1}")),
        _ => String::new(),
    }
}

fn width(difference: &Difference) -> f64 {
    difference.found.map_or(0.0, |points| points.points.abs())
}
