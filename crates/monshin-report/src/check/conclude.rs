//! Claims that are a conclusion: comparisons; trends, ranks and lists by way of their own files.

use monshin_diag::{Diagnostic, Lang, Words, words};

use super::bench::Bench;
use super::figure::{Group, Share};
use super::lookup::Fault;
use super::value::Side;
use crate::claims::{Against, Claim, Operand, Relation};
use crate::phrase::{Meaning, Quantity, Ratio, Verdict};

impl Bench<'_> {
    /// Checks a claim that is a conclusion.
    pub fn conclude(&mut self, at: usize, claim: &Claim) -> Result<(), Fault> {
        match claim {
            Claim::Compare { left, relation, right, within } => {
                self.compare(at, left, *relation, right, *within)?
            }
            Claim::Trend { target, by, up, except } => self.trend(at, target, by, *up, except)?,
            Claim::Rank { target, by, top, classes } => self.rank(at, target, by, *top, classes)?,
            Claim::List { target, by, above, than, are } => self.list(at, target, by, *above, than, are)?,
            Claim::Every { target, by, only, relation, percent } => {
                self.every(at, target, by.as_ref(), only, *relation, *percent)?;
            }
            _ => unreachable!("figures are checked elsewhere"),
        }
        self.check_average(at, claim);
        Ok(())
    }

    // --- comparison ---

    fn compare(
        &mut self,
        at: usize,
        left: &Operand,
        relation: Relation,
        right: &Against,
        within: Option<Ratio>,
    ) -> Result<(), Fault> {
        let (target, group) = self.desk.find_operand(left)?;
        self.points_to(at, &target, &group);
        let first = self.desk.share(&target, &group);
        let second = self.against(right, &target)?;
        let (first, second) = match (first, second) {
            (Ok(first), Ok(second)) => (first, second),
            (Err(missing), _) | (_, Err(missing)) => {
                self.missing(at, &missing);
                return Ok(());
            }
        };
        let side = Side::Share(first.clone());
        self.claims[at].value = self.both(&side, &second, Lang::Ja, Lang::En);
        let tolerance = within.unwrap_or(self.similar_within);
        if !relation.holds(first.percent, second.percent(), tolerance) {
            self.wrong_comparison(at, &side, relation, &second, tolerance);
        } else if self.only_one_average(at, &first, relation, right, tolerance) {
            return Ok(());
        }
        self.check_relation_words(at, relation);
        self.figures_of_sides(at, &first, &second);
        self.weak_conclusion(
            at,
            [Some(&first), if let Side::Share(share) = &second { Some(share) } else { None }],
        );
        let mut named = first.group.clone();
        if let Side::Share(share) = &second {
            named.filters.extend(share.group.filters.clone());
        }
        self.check_names(at, &named);
        Ok(())
    }

    fn both(&self, left: &Side, right: &Side, ja: Lang, en: Lang) -> Words {
        Words::new(
            format!("{}、{}", left.written(self, ja), right.written(self, ja)),
            format!("{}; {}", left.written(self, en), right.written(self, en)),
        )
    }

    fn wrong_comparison(
        &mut self,
        at: usize,
        left: &Side,
        relation: Relation,
        right: &Side,
        tolerance: Ratio,
    ) {
        let (a, b) = (left.percent(), right.percent());
        let holds = match a.cmp(&b) {
            std::cmp::Ordering::Less => "<",
            std::cmp::Ordering::Equal => "=",
            std::cmp::Ordering::Greater => ">",
        };
        let (ja, en) =
            (self.both(left, right, Lang::Ja, Lang::En).ja, self.both(left, right, Lang::Ja, Lang::En).en);
        if relation == Relation::About {
            let apart = a.minus(b).abs();
            let message = words!(
                "差は{apart}ポイントで、同程度（{tolerance}ポイント以内）ではありません: {ja}";
                "they are {apart} points apart, not about the same (within {tolerance} points): {en}");
            let help = words!("差を書くか、within= に根拠のある幅を書いてください"; "write the difference, or a tolerance you can defend as within=");
            self.wrong(at, "C018", message, holds.to_owned(), Some(help));
            return;
        }
        let message = words!(
            "比較が成り立ちません（{} ではなく {holds}）: {ja}", relation.sign();
            "the comparison does not hold ({holds}, not {}): {en}", relation.sign());
        self.wrong(at, "C011", message, holds.to_owned(), None);
    }

    /// A comparison with "the average" that holds only under one of the two averages (X01).
    fn only_one_average(
        &mut self,
        at: usize,
        first: &Share,
        relation: Relation,
        right: &Against,
        tolerance: Ratio,
    ) -> bool {
        let [(by, _)] = first.group.filters.as_slice() else { return false };
        if !matches!(right, Against::All | Against::Mean(_)) || !self.says_average_unnamed(at) {
            return false;
        }
        let pooled = self.desk.share(&first.target, &Group::all());
        let mean = self.desk.mean(&first.target, *by, &[]);
        let (Ok(pooled), Ok((mean, _))) = (pooled, mean) else { return false };
        let holds = |other: Ratio| relation.holds(first.percent, other, tolerance);
        if holds(pooled.percent) == holds(mean) {
            return false;
        }
        let label = &self.desk.breakdown(*by).label;
        let (share, pooled) = (first.percent, pooled.percent);
        let message = words!(
            "この比較は「平均」の取り方で結論が変わります: {share}%に対し、全体は{pooled}%、{}の単純平均は{mean}%です", label.get("ja");
            "which average is meant decides this comparison: {share}% against {pooled}% pooled and {mean}% as the plain mean over {}", label.get("en"));
        let help = words!("「全体」か「区分の単純平均」かを書いてください"; "say \"overall\" or \"plain mean of the groups\"");
        self.wrong(at, "C034", message, format!("{pooled}% / {mean}%"), Some(help));
        true
    }

    /// Figures in the words of a comparison are one of its sides, or their difference.
    fn figures_of_sides(&mut self, at: usize, first: &Share, second: &Side) {
        let (a, b) = (first.percent, second.percent());
        for quantity in self.own_quantities(at) {
            let fits = match &quantity.meaning {
                Meaning::Share(accepts) => {
                    accepts.judge(a) != Verdict::Fails
                        || accepts.judge(b) != Verdict::Fails
                        || quantity.stem == Some(b)
                }
                Meaning::Points(accepts) => accepts.judge(a.minus(b).abs()) != Verdict::Fails,
                Meaning::Part { count, base } => (*count, *base) == (first.count, first.base),
                Meaning::Times(_) | Meaning::Number { .. } => true,
            };
            if !fits {
                let side = Side::Share(first.clone());
                let words = self.both(&side, second, Lang::Ja, Lang::En);
                let message = words!(
                    "「{}」は比べている値のどちらでもありません: {}", quantity.text, words.ja;
                    "\"{}\" is neither of the figures compared: {}", quantity.text, words.en);
                self.wrong(at, "C010", message, format!("{a}%"), None);
            }
        }
    }

    pub(super) fn own_quantities(&self, at: usize) -> Vec<Quantity> {
        self.reading(at).in_link(self.link(at))
    }

    /// A conclusion from a base below the quoting threshold.
    pub(super) fn weak_conclusion(&mut self, at: usize, shares: [Option<&Share>; 2]) {
        let weakest = shares.into_iter().flatten().map(|share| share.base).min();
        if let Some(base) = weakest.filter(|base| *base < self.quoting_min_base) {
            let least = self.quoting_min_base;
            let message = words!(
                "母数{base}（引用の基準{least}未満）の比較です"; "this compares a base of {base}, below the quoting threshold of {least}");
            self.waivable(at, Diagnostic::warning("C040", self.words_place(at), message));
        }
    }
}
