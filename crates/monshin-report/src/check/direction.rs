//! Words of direction against the direction of a claim.

use monshin_diag::{Diagnostic, Lang, Words, words};

use super::bench::Bench;
use super::lexis::{Way, folded};
use crate::claims::Relation;
use crate::phrase::Ratio;

impl Bench<'_> {
    /// The way that the words say, of the kinds that are wanted: in the link, and else around it.
    fn way(&self, at: usize, wanted: impl Fn(Way) -> bool, topic_first: bool) -> Option<Way> {
        let link = self.link(at);
        let around = self.reading(at).around(link);
        let ways = |text: &str| -> Vec<Way> {
            self.lexis.ways(text).into_iter().map(|(_, way)| way).filter(|way| wanted(*way)).collect()
        };
        let first = |text: &str| ways(text).first().copied();
        let last = |text: &str| ways(text).last().copied();
        let japanese = self.lexis.lang == Lang::Ja;
        let in_link = if japanese { last(&link.words) } else { first(&link.words) };
        // 「最も低いのは[…]であり」: the words before the link are what is said of it.
        let topic = japanese
            && (topic_first
                || ["のは", "のが", "層は", "区分は"]
                    .iter()
                    .any(|end| around.before.trim_end().ends_with(end)));
        let (before, after) = (|| last(&around.before), || first(&around.after));
        let (lead, rest) = (|| last(&around.lead), || first(&around.rest));
        in_link.or_else(|| match (japanese, topic) {
            (true, true) => before().or_else(after).or_else(lead).or_else(rest),
            (true, false) => after().or_else(rest).or_else(before).or_else(lead),
            (false, _) => before().or_else(after).or_else(lead).or_else(rest),
        })
    }

    /// The words of a comparison say what its claim says.
    pub fn check_relation_words(&mut self, at: usize, relation: Relation) {
        let about = matches!(relation, Relation::About | Relation::Equal);
        let sameness = |way| !about || matches!(way, Way::Same | Way::NotSame);
        let Some(way) = self.way(at, sameness, false).or_else(|| self.way(at, |_| true, false)) else {
            self.no_direction(at);
            return;
        };
        let agrees = match relation {
            Relation::Below => matches!(way, Way::Low | Way::NotHigh | Way::NotSame),
            Relation::AtMost => matches!(way, Way::NotHigh | Way::Low),
            Relation::Above => matches!(way, Way::High | Way::NotLow | Way::NotSame),
            Relation::AtLeast => matches!(way, Way::NotLow | Way::High),
            Relation::Equal => way == Way::Same,
            Relation::About => matches!(way, Way::Same),
        };
        if !agrees {
            self.disagrees(at, relation.sign());
        }
    }

    /// The words say "higher" (up, above, top) or "lower".
    pub fn check_way(&mut self, at: usize, high: bool, sign: &'static str) {
        match self.way(at, |way| !matches!(way, Way::Same | Way::NotSame), true) {
            None => self.no_direction(at),
            Some(Way::High | Way::NotLow) if high => {}
            Some(Way::Low | Way::NotHigh) if !high => {}
            Some(_) => self.disagrees(at, sign),
        }
    }

    /// The words of a trend: 「病床が小さいほど低い」 says the same as 「大きいほど高い」.
    pub fn check_trend_words(&mut self, at: usize, up: bool) {
        let around = self.reading(at).around(self.link(at));
        let text = folded(&format!("{}{}{}", around.lead, self.link(at).words, around.rest));
        let driver = self.driver(&text);
        let rest = driver.map_or(text.as_str(), |(_, end)| &text[end..]);
        let response = self.lexis.ways(&folded(&self.link(at).words)).last().map(|(_, way)| *way);
        let in_link = self.driver(&folded(&self.link(at).words)).is_none().then_some(response).flatten();
        let Some(way) = in_link.or_else(|| self.lexis.ways(rest).first().map(|(_, way)| *way)) else {
            self.no_direction(at);
            return;
        };
        let way = match driver {
            Some((Way::Low | Way::NotHigh, _)) => way.turned(),
            _ => way,
        };
        if !matches!((way, up), (Way::High, true) | (Way::Low, false)) {
            self.disagrees(at, if up { "up" } else { "down" });
        }
    }

    /// What a trend goes along with: its way, and where its words end.
    fn driver(&self, text: &str) -> Option<(Way, usize)> {
        let (from, end) = *self.lexis.all(text, &self.lexis.along).last()?;
        match self.lexis.lang {
            Lang::Ja => {
                let clause = text[..from].rfind(['、', '。']).map_or(0, |at| at + '、'.len_utf8());
                let way = self.lexis.ways(&text[clause..from]).last().map(|(_, way)| *way);
                Some((way.unwrap_or(Way::High), end))
            }
            Lang::En => {
                let stop = text[end..].find(',').map_or(end, |at| end + at);
                let here = &text[from..stop.max(end)];
                let way = self.lexis.ways(here).first().map(|(_, way)| *way);
                Some((way.unwrap_or(Way::High), stop.max(end)))
            }
        }
    }

    /// 「A−B」 below nought with words of "higher", or the other way round.
    pub fn check_points_way(&mut self, at: usize, points: Ratio) {
        let around = self.reading(at).around(self.link(at));
        let words = [self.link(at).words.as_str(), around.after.as_str()];
        let way = words.iter().find_map(|text| self.lexis.ways(text).first().map(|(_, way)| *way));
        match way {
            Some(Way::High) if points.is_negative() => self.disagrees(at, "<"),
            Some(Way::Low) if points > Ratio::ZERO => self.disagrees(at, ">"),
            _ => {}
        }
    }

    fn disagrees(&mut self, at: usize, sign: &'static str) {
        let message: Words = words!(
            "言葉の向きが主張（{sign}）と逆か、合っていません";
            "the words do not go the way of the claim ({sign})");
        let help = words!("言葉か主張のどちらかを直してください"; "mend the words or the claim");
        self.wrong(at, "C022", message, sign.to_owned(), Some(help));
    }

    fn no_direction(&mut self, at: usize) {
        let message = words!(
            "比較の言葉（高い・低い・同程度など）が見つからず、主張と照らせません";
            "no word of comparison (higher, lower, about the same …) was found to hold against the claim");
        let help = words!("リンクの言葉に比較の言葉を入れてください"; "put a word of comparison in the link");
        self.waivable(at, Diagnostic::error("C023", self.words_place(at), message).help(help));
    }
}
