//! Words of direction against the direction of a claim.

use monshin_diag::{Diagnostic, Words, words};

use super::bench::Bench;
use super::context::Around;
use super::lexis::{Way, folded};
use crate::claims::Relation;
use crate::phrase::Ratio;

impl Bench<'_> {
    /// The way that the words say: in the link, after it, or before it; nearest first.
    pub fn way(&self, at: usize) -> Option<Way> {
        let link = self.link(at);
        let around = self.reading(at).around(link);
        let words = self.lexis.ways(&link.words);
        let in_link = match self.lexis.lang {
            monshin_diag::Lang::Ja => words.last(),
            monshin_diag::Lang::En => words.first(),
        };
        in_link.map(|(_, way)| *way).or_else(|| self.way_around(&around))
    }

    fn way_around(&self, around: &Around) -> Option<Way> {
        let first = |text: &str| self.lexis.ways(text).first().map(|(_, way)| *way);
        let last = |text: &str| self.lexis.ways(text).last().map(|(_, way)| *way);
        match self.lexis.lang {
            // The predicate ends a Japanese sentence; what stands before comes second.
            monshin_diag::Lang::Ja => {
                first(&around.after).or_else(|| first(&around.rest)).or_else(|| last(&around.before)).or_else(|| last(&around.lead))
            }
            monshin_diag::Lang::En => {
                last(&around.before).or_else(|| first(&around.after)).or_else(|| last(&around.lead)).or_else(|| first(&around.rest))
            }
        }
    }

    /// The words of a comparison say what its claim says.
    pub fn check_relation_words(&mut self, at: usize, relation: Relation) {
        let Some(way) = self.way(at) else {
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
        match self.way(at) {
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
            monshin_diag::Lang::Ja => {
                let clause = text[..from].rfind(['、', '。']).map_or(0, |at| at + '、'.len_utf8());
                let way = self.lexis.ways(&text[clause..from]).last().map(|(_, way)| *way);
                Some((way.unwrap_or(Way::High), end))
            }
            monshin_diag::Lang::En => {
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
