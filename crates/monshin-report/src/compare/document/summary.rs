//! The summary of a comparison: what differs, what does not, what cannot be compared.

use monshin_diag::{Lang, words};

use super::super::figures::{Difference, Figure, Line, Side};
use super::super::mapping::Grade;
use super::Setting;
use crate::document::{Block, List};

impl Setting<'_, '_> {
    /// What differs, what does not, what cannot be compared: one item for each concept of the first
    /// kind, one for all of the others.
    pub(super) fn summary(&self) -> Vec<Block> {
        let mut items: Vec<Vec<Block>> = Vec::new();
        let (mut alike, mut barred): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
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
            } else {
                barred.push(label);
            }
        }
        let joined = |labels: &[&str]| match self.lang {
            Lang::Ja => labels.iter().map(|label| format!("「{label}」")).collect::<String>(),
            Lang::En => labels.iter().map(|label| format!("“{label}”")).collect::<Vec<_>>().join(", "),
        };
        if !alike.is_empty() {
            let list = joined(&alike);
            let words =
                words!("{list}では、調査の間に差があるとはいえない。"; "No difference is shown for {list}.");
            items.push(vec![Block::words(words.get(self.lang))]);
        }
        if !barred.is_empty() {
            let list = joined(&barred);
            let words = words!("{list}は、母数が異なるか値がないため、差を示さない。"; "For {list} no difference is given: the bases are unlike, or a figure is missing.");
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
        let share = |side: &Side| match side.figure {
            Figure::Share { share, .. } => format!("{:.1}%", share * 100.0),
            Figure::Mean { mean, .. } => mean.value().map_or(String::new(), |mean| format!("{mean:.1}")),
            _ => String::new(),
        };
        let is_mean = matches!(high.figure, Figure::Mean { .. });
        let (a, b) = (self.survey(high.survey), self.survey(low.survey));
        let (pa, pb, gap) = (share(high), share(low), points.points.abs());
        let mut words = if is_mean {
            words!(
            "「{label}」の平均は{a}で{pa}、{b}で{pb}であり、{a}のほうが{gap:.1}（{low_end:.1}～{high_end:.1}）大きい。";
            "“{label}”: mean {pa} in {a}, {pb} in {b}; {gap:.1} more in {a} ({low_end:.1} to {high_end:.1}).")
        } else {
            words!(
            "「{label}」は{a}で{pa}、{b}で{pb}であり、{a}のほうが{gap:.1}ポイント（{low_end:.1}～{high_end:.1}）高い。";
            "“{label}”: {pa} in {a}, {pb} in {b}; {gap:.1} points higher in {a} ({low_end:.1} to {high_end:.1}).")
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
}

fn width(difference: &Difference) -> f64 {
    difference.found.map_or(0.0, |points| points.points.abs())
}
