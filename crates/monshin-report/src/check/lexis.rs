//! The words around figures, read once from `data/words.toml`, and how they are found.

use std::sync::LazyLock;

use monshin_diag::Lang;
use toml::de::DeTable;

use crate::phrase::pattern;

/// Words of one language, each list longest first, in lower case.
pub(crate) struct Lexis {
    pub lang: Lang,
    pub high: Vec<String>,
    pub low: Vec<String>,
    pub same: Vec<String>,
    pub negation: Vec<String>,
    pub not_negation: Vec<String>,
    pub along: Vec<String>,
    pub average: Vec<String>,
    pub plain_mean: Vec<String>,
    pub pooled: Vec<String>,
    pub overall: Vec<String>,
    pub causal: Vec<String>,
    pub hedge: Vec<String>,
    pub negative: Vec<String>,
    pub negated_predicate: Vec<String>,
    pub whole: Vec<String>,
    pub base_named: Vec<String>,
    pub everybody: Vec<String>,
    pub normative: Vec<String>,
    pub compare_marks: Vec<String>,
    pub significant: Vec<String>,
    pub in_sample: Vec<String>,
}

/// Which way a comparison goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    High,
    Low,
    Same,
    /// "not higher", 「高くない」.
    NotHigh,
    NotLow,
    NotSame,
}

impl Way {
    /// The opposite direction, for 「小さいほど」.
    pub fn turned(self) -> Way {
        match self {
            Way::High => Way::Low,
            Way::Low => Way::High,
            Way::NotHigh => Way::NotLow,
            Way::NotLow => Way::NotHigh,
            other => other,
        }
    }

    fn negated(self) -> Way {
        match self {
            Way::High => Way::NotHigh,
            Way::Low => Way::NotLow,
            Way::Same => Way::NotSame,
            Way::NotHigh => Way::High,
            Way::NotLow => Way::Low,
            Way::NotSame => Way::Same,
        }
    }
}

/// The words of a language.
pub(crate) fn lexis(lang: Lang) -> &'static Lexis {
    static BOTH: LazyLock<[Lexis; 2]> = LazyLock::new(|| {
        let file =
            DeTable::parse(include_str!("../../data/words.toml")).expect("words.toml is TOML (tested)");
        [Lang::Ja, Lang::En].map(|lang| read(file.get_ref(), lang).expect("words.toml is complete (tested)"))
    });
    &BOTH[usize::from(lang == Lang::En)]
}

fn read(file: &DeTable<'_>, lang: Lang) -> Option<Lexis> {
    let table = file.get(lang.tag())?.get_ref().as_table()?;
    let list = |key: &str| -> Option<Vec<String>> {
        let words = table.get(key)?.get_ref().as_array()?;
        let mut words: Vec<String> =
            words.iter().map(|word| word.get_ref().as_str().map(folded)).collect::<Option<_>>()?;
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        Some(words)
    };
    Some(Lexis {
        lang,
        high: list("high")?,
        low: list("low")?,
        same: list("same")?,
        negation: list("negation")?,
        not_negation: list("not_negation")?,
        along: list("along")?,
        average: list("average")?,
        plain_mean: list("plain_mean")?,
        pooled: list("pooled")?,
        overall: list("overall")?,
        causal: list("causal")?,
        hedge: list("hedge")?,
        negative: list("negative")?,
        negated_predicate: list("negated_predicate")?,
        whole: list("whole")?,
        base_named: list("base_named")?,
        everybody: list("everybody")?,
        normative: list("normative")?,
        compare_marks: list("compare_marks")?,
        significant: list("significant")?,
        in_sample: list("in_sample")?,
    })
}

/// Lower case, full-width forms narrowed; the same number of characters.
pub(crate) fn folded(text: &str) -> String {
    pattern(text).into_iter().collect()
}

impl Lexis {
    /// Where the first of some words stands in (folded) text.
    pub fn first(&self, text: &str, words: &[String]) -> Option<(usize, usize)> {
        self.all(text, words).into_iter().next()
    }

    /// Whether one of some words stands in the text.
    pub fn has(&self, text: &str, words: &[String]) -> bool {
        self.first(&folded(text), words).is_some()
    }

    /// Every place of some words: first and one past the last byte, none within another.
    pub fn all(&self, text: &str, words: &[String]) -> Vec<(usize, usize)> {
        let mut found: Vec<(usize, usize)> = Vec::new();
        for word in words {
            for (at, _) in text.match_indices(word.as_str()) {
                let end = at + word.len();
                let taken = found.iter().any(|(from, to)| at < *to && *from < end);
                if !taken && self.is_word(text, word, at, end) {
                    found.push((at, end));
                }
            }
        }
        found.sort_unstable();
        found
    }

    fn is_word(&self, text: &str, word: &str, at: usize, end: usize) -> bool {
        let letter = |char: Option<char>| char.is_some_and(|char| char.is_ascii_alphabetic());
        let prefix = self.lang == Lang::En && matches!(word, "un" | "dis" | "n't");
        let before = letter(text[..at].chars().next_back()) && !matches!(word, "n't");
        let after = letter(text[end..].chars().next()) && !prefix;
        !letter(word.chars().next()) || !(before || after)
    }

    /// Words of direction in the text, with negation taken into account, in order.
    pub fn ways(&self, text: &str) -> Vec<(usize, Way)> {
        let text = &folded(text);
        let lists = [(&self.same, Way::Same), (&self.low, Way::Low), (&self.high, Way::High)];
        let mut found: Vec<(usize, usize, Way)> = Vec::new();
        for (words, way) in lists {
            for (at, end) in self.all(text, words) {
                if !found.iter().any(|(from, to, _)| at < *to && *from < end)
                    && !is_mere_reference(text, at, end)
                {
                    let way = if self.is_negated(text, at, end) { way.negated() } else { way };
                    found.push((at, end, way));
                }
            }
        }
        found.sort_by_key(|(at, _, _)| *at);
        found.into_iter().map(|(at, _, way)| (at, way)).collect()
    }

    fn is_negated(&self, text: &str, at: usize, end: usize) -> bool {
        match self.lang {
            Lang::Ja => self.is_negated_after(text, end),
            Lang::En => {
                let before: String = last_words(&text[..at], 4);
                let harmless = self.first(&before, &self.not_negation).is_some();
                !harmless && self.first(&before, &self.negation).is_some()
            }
        }
    }

    /// 「高くない」「高いとはいえない」, but not 「高いだけでなく」 nor 「高い層が少ない」.
    fn is_negated_after(&self, text: &str, end: usize) -> bool {
        let rest = &text[end..];
        let stop = rest.find(['、', '。', '，', ',', '・']).unwrap_or(rest.len());
        let near: String = rest[..stop].chars().take(10).collect();
        let near = self.not_negation.iter().fold(near, |near, word| near.replace(word.as_str(), "＿"));
        // Up to the next word of direction: what follows belongs to that one.
        let next = [&self.high, &self.low, &self.same]
            .iter()
            .filter_map(|list| self.first(&near, list))
            .map(|(at, _)| at)
            .min();
        let near = &near[..next.unwrap_or(near.len())];
        self.negation.iter().any(|word| near.contains(word.as_str()))
    }
}

/// 「以上に限られる」: "the above", unless a number stands before it.
fn is_mere_reference(text: &str, at: usize, end: usize) -> bool {
    let bound = ["以上", "以下", "未満"].contains(&&text[at..end]);
    let counted = |char: char| char.is_ascii_digit() || "割%数倍床件１＿".contains(char);
    bound && !text[..at].chars().next_back().is_some_and(counted)
}

fn last_words(text: &str, count: usize) -> String {
    let text = text.trim_end();
    let clause = text.rfind([',', ';', '.']).map_or(text, |at| &text[at + 1..]);
    let words: Vec<&str> = clause.split_whitespace().collect();
    words[words.len().saturating_sub(count)..].join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lang: Lang, text: &str, expected: &[Way]) {
        let found: Vec<Way> = lexis(lang).ways(text).into_iter().map(|(_, way)| way).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn words_of_direction_are_found_with_their_negation() {
        check(Lang::Ja, "全体より低い", &[Way::Low]);
        check(Lang::Ja, "全体より高くない", &[Way::NotHigh]);
        check(Lang::Ja, "全体を上回っているとはいえない", &[Way::NotHigh]);
        check(Lang::Ja, "高いだけでなく", &[Way::High]);
        check(Lang::Ja, "少ない", &[Way::Low]);
        check(Lang::Ja, "高い層が少ない", &[Way::High, Way::Low]);
        check(Lang::Ja, "ほぼ同率", &[Way::Same]);
        check(Lang::Ja, "変わらない", &[Way::Same]);
        check(Lang::En, "lower than overall", &[Way::Low]);
        check(Lang::En, "is not higher than overall", &[Way::NotHigh]);
        check(Lang::En, "about the same", &[Way::Same]);
        check(Lang::En, "exceeds the overall share", &[Way::High]);
    }
}
