//! A trend over the classes of an ordered breakdown (X16).

use monshin_diag::{Diagnostic, Lang, Words, words};

use super::bench::Bench;
use super::figure::Share;
use super::lookup::Fault;
use super::report::Note;
use crate::claims::{Name, Term};

impl Bench<'_> {
    /// Strictly rising (falling) from class to class, apart from the classes named.
    pub(super) fn trend(
        &mut self,
        at: usize,
        target: &Term,
        by: &Name,
        up: bool,
        except: &[Name],
    ) -> Result<(), Fault> {
        let target = self.desk.find_target(target)?;
        let by_at = self.desk.find_breakdown(by)?;
        let except_at = self.desk.find_classes(by_at, except)?;
        self.points_to_all(at, &target, by_at);
        if !self.desk.breakdown(by_at).ordered {
            let message =
                words!("「{by}」の区分には順序がありません"; "the classes of \"{by}\" have no order");
            return Err(Fault { code: "C012", span: by.span, message, help: None });
        }
        let shares = self.known(&target, by_at);
        let kept: Vec<&(u16, Share)> =
            shares.iter().filter(|(class, _)| !except_at.contains(class)).collect();
        let rises = |a: &Share, b: &Share| if up { a.percent < b.percent } else { a.percent > b.percent };
        let broken: Vec<(u16, u16)> = kept
            .windows(2)
            .filter(|pair| !rises(&pair[0].1, &pair[1].1))
            .map(|pair| (pair[0].0, pair[1].0))
            .collect();
        self.claims[at].value =
            Words::new(self.line(by_at, &shares, Lang::Ja), self.line(by_at, &shares, Lang::En));
        if kept.len() < 3 || except_at.len() * 2 > shares.len() {
            let message =
                words!("例外が多く、傾向とはいえません"; "with so many exceptions there is no trend");
            self.wrong(at, "C012", message, String::new(), None);
        } else if !broken.is_empty() {
            self.broken_trend(at, by_at, &shares, &broken, up);
        } else {
            self.idle_exceptions(at, by_at, &shares, &except_at, up);
        }
        if !except_at.is_empty() {
            let names = |lang| self.class_names(by_at, &except_at, lang);
            let note = words!("{}を除く", names(Lang::Ja); "except {}", names(Lang::En));
            self.claims[at].notes.push(Note::Except(note));
        }
        self.check_trend_words(at, up);
        Ok(())
    }

    fn broken_trend(
        &mut self,
        at: usize,
        by: usize,
        shares: &[(u16, Share)],
        broken: &[(u16, u16)],
        up: bool,
    ) {
        let exceptions = fewest_exceptions(shares, up);
        let ids: Vec<&str> = exceptions.iter().map(|class| self.desk.class_id(by, *class)).collect();
        let pairs = |lang: Lang| -> String {
            let label = |class: u16| self.desk.class_label(by, class, lang);
            broken.iter().map(|(a, b)| format!("{}→{}", label(*a), label(*b))).collect::<Vec<_>>().join(", ")
        };
        let (way_ja, way_en) = if up { ("上がって", "rise") } else { ("下がって", "fall") };
        let message = words!(
            "{}で{way_ja}いません: {}", pairs(Lang::Ja), self.line(by, shares, Lang::Ja);
            "it does not {way_en} at {}: {}", pairs(Lang::En), self.line(by, shares, Lang::En));
        let names = |lang| self.class_names(by, &exceptions, lang);
        let help = if exceptions.len() * 2 > shares.len() {
            words!("傾向とはいえません"; "there is no trend")
        } else {
            words!(
                "例外を書いてください: except={}（{}）", ids.join(","), names(Lang::Ja);
                "name the exceptions: except={} ({})", ids.join(","), names(Lang::En))
        };
        self.wrong(at, "C012", message, format!("except={}", ids.join(",")), Some(help));
    }

    /// Exceptions without which the trend holds just as well.
    fn idle_exceptions(&mut self, at: usize, by: usize, shares: &[(u16, Share)], except: &[u16], up: bool) {
        for class in except {
            let rest: Vec<&Share> = shares
                .iter()
                .filter(|(other, _)| other == class || !except.contains(other))
                .map(|(_, share)| share)
                .collect();
            let holds = rest.windows(2).all(|pair| {
                if up { pair[0].percent < pair[1].percent } else { pair[0].percent > pair[1].percent }
            });
            if holds {
                let name = |lang| self.desk.class_label(by, *class, lang);
                let message = words!("「{}」は例外ではありません", name(Lang::Ja); "\"{}\" is no exception", name(Lang::En));
                let finding = Diagnostic::warning("C019", self.words_place(at), message);
                self.push(finding.expected(format!("except without {}", self.desk.class_id(by, *class))));
            }
        }
    }
}

/// The fewest classes to leave out so that the rest rises (falls) strictly: what is not in the
/// longest rising run; of several, the one with the largest bases.
pub(crate) fn fewest_exceptions(shares: &[(u16, Share)], up: bool) -> Vec<u16> {
    let rises = |a: &Share, b: &Share| if up { a.percent < b.percent } else { a.percent > b.percent };
    // Best run that ends at each class: its length, the responses it rests on, the class before.
    let mut best: Vec<(usize, u64, Option<usize>)> = Vec::new();
    for (at, (_, share)) in shares.iter().enumerate() {
        let before = (0..at)
            .filter(|before| rises(&shares[*before].1, share))
            .max_by_key(|before| (best[*before].0, best[*before].1));
        let (length, bases) = before.map_or((0, 0), |before| (best[before].0, best[before].1));
        best.push((length + 1, bases + share.base, before));
    }
    let mut kept = Vec::new();
    let mut at = (0..best.len()).max_by_key(|at| (best[*at].0, best[*at].1));
    while let Some(here) = at {
        kept.push(shares[here].0);
        at = best[here].2;
    }
    shares.iter().map(|(class, _)| *class).filter(|class| !kept.contains(class)).collect()
}
