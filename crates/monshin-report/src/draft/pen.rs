//! What things are called, and figures in words with their claims.

use monshin_diag::{Lang, Words, words};
use monshin_tabulate::instrument::{BreakdownSource, Code, CodeKind, Questionnaire};
use monshin_tabulate::{Tables, Variable};

use crate::check::figure::{Desk, Group, Share, Target};
use crate::document::grouped;
use crate::phrase::{self, Meaning, Ratio, SMALLEST_BASE_FOR_A_PHRASE};

/// Longest name that is quoted whole, in characters: Japanese, English.
const LONGEST_NAME: [usize; 2] = [32, 64];

/// The tables, and the language to write in.
#[derive(Clone, Copy)]
pub(super) struct Pen<'t> {
    pub desk: Desk<'t>,
    pub tag: &'t str,
    pub lang: Lang,
}

impl<'t> Pen<'t> {
    pub fn new(tables: &'t Tables, tag: &'t str, lang: Lang) -> Pen<'t> {
        Pen { desk: Desk { tables, lang }, tag, lang }
    }

    pub fn tables(&self) -> &'t Tables {
        self.desk.tables
    }

    pub fn form(&self) -> &'t Questionnaire {
        self.desk.questionnaire()
    }

    pub fn say(&self, words: &Words) -> String {
        words.get(self.lang).to_owned()
    }

    pub fn is_ja(&self) -> bool {
        self.lang == Lang::Ja
    }

    // --- names ---

    /// Text with nothing in it that Markdown would take for a sign.
    pub fn escaped(&self, text: &str) -> String {
        let mut out = String::new();
        for char in text.split_whitespace().collect::<Vec<_>>().join(" ").chars() {
            if "\\`*_[]<>~|&!#{}".contains(char) {
                out.push('\\');
            }
            out.push(char);
        }
        out
    }

    /// A label of the survey. One that holds a figure stands in code marks, lest it be taken for
    /// a figure of the text.
    fn label(&self, text: &str) -> String {
        let is_figure = |quantity: &phrase::Quantity| {
            let all_or_none =
                quantity.is_bare_word() && matches!(quantity.manner.as_deref(), Some("all" | "none"));
            !matches!(quantity.meaning, Meaning::Number { .. }) && !all_or_none
        };
        match phrase::read(text, self.lang).iter().any(is_figure) {
            true => self.coded(text),
            false => self.escaped(text),
        }
    }

    /// Text in code marks.
    fn coded(&self, text: &str) -> String {
        format!("`{}`", text.replace('`', "'").split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// A text of the survey as a heading.
    pub fn heading(&self, text: &str) -> [String; 2] {
        [self.label(text), self.coded(text)]
    }

    /// A heading of our own.
    pub fn own_heading(&self, words: &Words) -> [String; 2] {
        let text = self.say(words);
        [text.clone(), text]
    }

    /// 「…」, “…”.
    pub fn quoted(&self, text: &str) -> String {
        let label = self.label(text);
        if self.is_ja() { format!("「{label}」") } else { format!("“{label}”") }
    }

    /// What a variable is called in a sentence; a name too long to be read in one is cut.
    pub fn variable(&self, at: usize) -> String {
        let variable = self.one(at);
        let label = variable.label.get(self.tag).trim();
        let name = self.form().questions()[variable.question].display_name();
        if label.is_empty() {
            return self.escaped(&name);
        }
        let longest = LONGEST_NAME[usize::from(!self.is_ja())];
        if label.chars().count() <= longest {
            return self.quoted(label);
        }
        let cut: String = label.chars().take(longest - 8).collect();
        let (name, cut) = (self.escaped(&name), self.quoted(&format!("{}…", cut.trim_end())));
        self.say(&words!("{name}{cut}"; "{name} {cut}"))
    }

    pub fn one(&self, at: usize) -> &'t Variable {
        self.desk.variable(at)
    }

    pub fn code(&self, variable: usize, code: u16) -> &'t Code {
        let list = self.desk.codes(variable).expect("a target has codes");
        &list.codes[usize::from(code)]
    }

    pub fn answer(&self, variable: usize, code: u16) -> String {
        self.quoted(self.code(variable, code).label.get(self.tag))
    }

    pub fn class(&self, by: usize, class: u16) -> String {
        self.quoted(self.desk.breakdown(by).codes.codes[usize::from(class)].label.get(self.tag))
    }

    pub fn breakdown(&self, by: usize) -> String {
        self.escaped(self.desk.breakdown(by).label.get(self.tag))
    }

    pub fn section(&self, section: Option<usize>) -> Option<String> {
        section.map(|at| self.label(self.form().sections()[at].title.get(self.tag)))
    }

    /// What is counted: 組織, institutions; entries of a block are cases of their own.
    pub fn unit(&self, variable: usize) -> &'t str {
        match (self.one(variable).block, self.lang) {
            (Some(_), Lang::Ja) => "件",
            (Some(_), Lang::En) => "cases",
            (None, _) => self.respondents(),
        }
    }

    /// What one response stands for, as a counter.
    pub fn respondents(&self) -> &'t str {
        match self.desk.unit() {
            "回答者" => "人",
            "" => {
                if self.is_ja() {
                    "件"
                } else {
                    "responses"
                }
            }
            unit => unit,
        }
    }

    /// The noun for those who answered: 組織. A mere counter is put as the thing it counts.
    pub fn noun(&self) -> &'t str {
        match (self.desk.unit(), self.lang) {
            ("", Lang::Ja) => "回答者",
            ("", Lang::En) => "respondents",
            ("社", _) => "企業",
            ("院", _) => "病院",
            ("校", _) => "学校",
            ("人" | "名" | "件", _) => "回答者",
            (unit, _) => unit,
        }
    }

    /// Whether a breakdown is the answer to this variable: every class has 0 % or 100 %.
    pub fn is_source_of(&self, variable: usize, by: usize) -> bool {
        match self.desk.breakdown(by).source {
            BreakdownSource::Item(item) => self.one(variable).items.contains(&item),
            BreakdownSource::Frame => false,
        }
    }

    // --- claims ---

    /// `q1=yes;founder=individual`.
    pub fn target(&self, target: &Target, group: &Group) -> String {
        let codes: Vec<&str> =
            target.codes.iter().map(|code| &*self.code(target.variable, *code).id).collect();
        format!("{}={}{}", self.one(target.variable).name, codes.join(","), self.filters(group))
    }

    fn filters(&self, group: &Group) -> String {
        let one = |(by, classes): &(usize, Vec<u16>)| {
            let ids: Vec<&str> = classes.iter().map(|class| self.desk.class_id(*by, *class)).collect();
            format!(";{}={}", self.desk.breakdown(*by).id, ids.join(","))
        };
        group.filters.iter().map(one).collect()
    }

    pub fn share(&self, target: &Target, group: &Group) -> Option<Share> {
        self.desk.share(target, group).ok()
    }

    /// Whether a share may be quoted as a percentage.
    pub fn can_be_quoted(&self, share: &Share) -> bool {
        let least = self.form().survey().quoting.min_base.max(SMALLEST_BASE_FOR_A_PHRASE);
        share.base >= least
    }

    /// 「[7割弱](share:q1=yes)」; on a small base 「[8組織中7組織](share:…)」.
    pub fn phrase(&self, share: &Share) -> String {
        let words = if self.can_be_quoted(share) {
            phrase::phrase_of(self.lang, share.percent)
        } else {
            self.part(share)
        };
        format!("[{words}](share:{})", self.target(&share.target, &share.group))
    }

    fn part(&self, share: &Share) -> String {
        let (count, base) = (grouped(share.count), grouped(share.base));
        let unit = self.unit(share.target.variable);
        let words = words!("{base}{unit}中{count}{unit}"; "{count} of {base}");
        self.say(&words)
    }

    /// `[66.7%](share:q1=yes)`; on a small base both numbers.
    pub fn percent(&self, share: &Share) -> String {
        if !self.can_be_quoted(share) {
            return self.phrase(share);
        }
        format!("[{}](share:{})", digits(share.percent), self.target(&share.target, &share.group))
    }

    /// `[598組織](count:q1=yes)`.
    pub fn count(&self, share: &Share) -> String {
        let (count, unit) = (grouped(share.count), self.unit(share.target.variable));
        let words = words!("{count}{unit}"; "{count}");
        format!("[{}](count:{})", self.say(&words), self.target(&share.target, &share.group))
    }

    /// The phrase with what it stands for: 「[7割弱](…)（[66.7%](…)、[598組織](…)）」.
    pub fn full(&self, share: &Share) -> String {
        let phrase = self.phrase(share);
        if !self.can_be_quoted(share) {
            return phrase;
        }
        let bare = phrase[1..].split(']').next().unwrap_or_default();
        let is_exact = bare == digits(share.percent);
        let mut inside = if is_exact { Vec::new() } else { vec![self.percent(share)] };
        if !self.tables().weighted {
            inside.push(self.count(share));
        }
        self.bracketed(phrase, &inside)
    }

    /// The phrase with the percentage alone.
    pub fn brief(&self, share: &Share) -> String {
        let phrase = self.phrase(share);
        if !self.can_be_quoted(share) || phrase.starts_with(&format!("[{}]", digits(share.percent))) {
            return phrase;
        }
        self.bracketed(phrase, &[self.percent(share)])
    }

    fn bracketed(&self, phrase: String, inside: &[String]) -> String {
        match (inside.is_empty(), self.lang) {
            (true, _) => phrase,
            (_, Lang::Ja) => format!("{phrase}（{}）", inside.join("、")),
            (_, Lang::En) => format!("{phrase} ({})", inside.join(", ")),
        }
    }

    /// How many answered: `[598組織](n:q2)`.
    pub fn base(&self, variable: usize, n: u64) -> String {
        let (n, unit) = (grouped(n), self.unit(variable));
        let words = words!("{n}{unit}"; "{n} {unit}");
        format!("[{}](n:{})", self.say(&words), self.one(variable).name)
    }

    /// Who was asked, as the beginning of a sentence: 「Q1で「はい」と回答した[598組織](n:q2)のうち、」.
    /// Empty where everybody was asked.
    pub fn among(&self, variable: usize, n: u64) -> String {
        let one = self.one(variable);
        if one.base.is_all() && one.block.is_none() {
            return String::new();
        }
        let (who, base) = (self.label(one.base.sentence.get(self.tag)), self.base(variable, n));
        if let Some(block) = one.block {
            let label = self.quoted(self.form().blocks()[block].label.get(self.tag));
            return self
                .say(&words!("{label}ごとに数えた{base}のうち、"; "Of the {base} counted by {label}, "));
        }
        let joined = if who.ends_with("回答") {
            format!("{who}した{base}のうち、")
        } else {
            format!("この設問の対象（{who}）である{base}のうち、")
        };
        self.say(&words!("{joined}"; "Of the {base} that {who}, "))
    }

    /// A list of names: 「A」「B」, “A” and “B”.
    pub fn list(&self, names: &[String]) -> String {
        match (self.lang, names) {
            (Lang::Ja, _) => {
                let mut out = String::new();
                for name in names {
                    let brackets = out.ends_with('」') && name.starts_with('「');
                    if !out.is_empty() && !brackets {
                        out.push('、');
                    }
                    out.push_str(name);
                }
                out
            }
            (Lang::En, []) => String::new(),
            (Lang::En, [one]) => one.clone(),
            (Lang::En, [rest @ .., last]) => format!("{} and {last}", rest.join(", ")),
        }
    }

    /// Codes that are answers to the matter.
    pub fn substantive(&self, variable: usize) -> Vec<u16> {
        let list = self.desk.codes(variable).map_or(&[][..], |list| &list.codes);
        let is_one = |at: &usize| matches!(list[*at].kind, CodeKind::Substantive | CodeKind::Other);
        (0..list.len()).filter(is_one).map(|at| at as u16).collect()
    }
}

/// Two decimals where one would round to 0 or 100.
pub(super) fn digits(percent: Ratio) -> String {
    let one = percent.rounded(1);
    let is_edge = (one == "100.0" && percent < Ratio::whole(100)) || (one == "0.0" && percent > Ratio::ZERO);
    match (is_edge, one.strip_suffix(".0")) {
        (true, _) => format!("{}%", percent.rounded(2)),
        (false, Some("0" | "100")) => format!("{}%", percent.rounded(0)),
        (false, _) => format!("{one}%"),
    }
}

/// With a capital at its beginning, inside a link too; what is quoted stays as it is.
pub(super) fn capital(text: &str) -> String {
    let (link, rest) = match text.strip_prefix('[') {
        Some(rest) => ("[", rest),
        None => ("", text),
    };
    let mut chars = rest.chars();
    let first: String = chars.next().map(|char| char.to_uppercase().collect()).unwrap_or_default();
    format!("{link}{first}{}", chars.as_str())
}
