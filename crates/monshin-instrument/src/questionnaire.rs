//! The compiled questionnaire: what the other rooms see.

use std::sync::Arc;

use monshin_diag::{Diagnostics, Source};

use crate::{
    Block, CodeList, Day, DesignSpec, Disclosure, Fielding, ItemDef, LocalText, Mail, Question, ResponseRule,
    WeightSpec,
};

/// A questionnaire whose names are resolved and whose conditions look back only.
#[derive(Clone, Debug)]
pub struct Questionnaire {
    pub(crate) survey: Survey,
    pub(crate) sections: Vec<Section>,
    pub(crate) breakdowns: Vec<Breakdown>,
    pub(crate) blocks: Vec<Block>,
    pub(crate) questions: Vec<Question>,
    pub(crate) items: Vec<ItemDef>,
    pub(crate) events: Vec<Event>,
    pub(crate) design: DesignSpec,
    pub(crate) weights: WeightSpec,
    pub(crate) code_lists: Vec<Arc<CodeList>>,
    pub(crate) hash: String,
    pub(crate) asked: String,
}

impl Questionnaire {
    /// Compiles `survey.toml`. Gives the questionnaire where there is no error, and every finding
    /// (errors, warnings, advice) in the order of the file.
    pub fn compile(source: &Source) -> (Option<Questionnaire>, Diagnostics) {
        crate::compile::compile(source)
    }

    /// The survey's own facts and thresholds.
    pub fn survey(&self) -> &Survey {
        &self.survey
    }

    /// Sections in order.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// Breakdowns in order; the index is the position of a class in [`crate::Answers::classes`].
    pub fn breakdowns(&self) -> &[Breakdown] {
        &self.breakdowns
    }

    /// Repeated blocks.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// Questions in the order in which they are asked.
    pub fn questions(&self) -> &[Question] {
        &self.questions
    }

    /// Answerable items in order: a question has one, a grid one per row, a block one per entry
    /// and question, "other, please specify" one of its own. The index is the item's number
    /// everywhere ([`crate::Response::items`], [`crate::Answers::values`]).
    pub fn items(&self) -> &[ItemDef] {
        &self.items
    }

    /// Events that may have changed answers.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// How the responses came about, as `[design]` says.
    pub fn design(&self) -> &DesignSpec {
        &self.design
    }

    /// How responses are weighted, as `[weights]` says.
    pub fn weights(&self) -> &WeightSpec {
        &self.weights
    }

    /// Named code lists, in file order.
    pub fn code_lists(&self) -> &[Arc<CodeList>] {
        &self.code_lists
    }

    /// SHA-256 of the text it was compiled from (line ends as LF), in hexadecimal.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// SHA-256 of what respondents are asked (questions, code lists, breakdowns, languages), in
    /// hexadecimal. Dates, mails, thresholds and comments are not in it: they may change in the field.
    pub fn asked(&self) -> &str {
        &self.asked
    }

    /// A question by id.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == id)
    }

    /// An item's number by its name (`q2`, `q7.row`, `device.1.vendor`, `q2.other`).
    pub fn item(&self, name: &str) -> Option<usize> {
        self.items.iter().position(|item| item.name == name)
    }

    /// A breakdown's number by its id.
    pub fn breakdown(&self, id: &str) -> Option<usize> {
        self.breakdowns.iter().position(|breakdown| breakdown.id == id)
    }

    /// The same, with a notice that the data are made up: what a rehearsal gives is never taken for more.
    #[must_use]
    pub fn marked_synthetic(mut self, notice: LocalText) -> Questionnaire {
        self.survey.synthetic = Some(notice);
        self
    }

    /// The first declared language.
    pub fn language(&self) -> &str {
        self.survey.languages.first().map_or("ja", |tag| tag)
    }
}

/// The survey's own facts.
#[derive(Clone, Debug, PartialEq)]
pub struct Survey {
    /// Name of the survey.
    pub id: String,
    /// Title.
    pub title: LocalText,
    /// Language tags, the first the default.
    pub languages: Vec<String>,
    /// First day of fielding.
    pub opens: Option<Day>,
    /// Last day of fielding.
    pub closes: Option<Day>,
    /// IANA time zone of those days.
    pub timezone: String,
    /// Who asks.
    pub organizer: LocalText,
    /// What one response stands for (組織, institutions).
    pub unit: LocalText,
    /// How many were asked, where there is no frame.
    pub invited: Option<u64>,
    /// What was counted in `invited`, when it is not `unit`.
    pub invited_unit: Option<LocalText>,
    /// Notice that the data are made up; shown wherever figures are.
    pub synthetic: Option<LocalText>,
    /// Disclosure policy.
    pub disclosure: Disclosure,
    /// What may be quoted.
    pub quoting: Quoting,
    /// What counts as a response.
    pub response: ResponseRule,
    /// What a comparison has to show.
    pub evidence: Evidence,
    /// How it is fielded.
    pub fielding: Fielding,
    /// What is written to the units.
    pub mail: Mail,
}

/// What may be quoted in the commentary.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quoting {
    /// Which figures are unreliable.
    pub rule: PresentationRule,
    /// A figure on a smaller base is unreliable (default 30).
    pub min_base: u64,
    /// What becomes of an unreliable figure (default: what the rule asks for).
    pub unreliable: Unreliable,
    /// Points within which two shares are about the same (default 3).
    pub similar_within: f64,
}

/// Whose rule says which figures are precise enough to be quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PresentationRule {
    /// The base is not below `min_base`.
    Minimum,
    /// Base of 30: reference values of the National Police Agency of Japan.
    Jp30,
    /// Base of 10: the mark of the Ministry of Health, Labour and Welfare of Japan.
    Jp10,
    /// The NCHS standard for proportions (2017): effective size, width and relative width.
    Nchs,
}

impl PresentationRule {
    /// All of them.
    pub const ALL: [PresentationRule; 4] =
        [PresentationRule::Minimum, PresentationRule::Jp30, PresentationRule::Jp10, PresentationRule::Nchs];

    /// The name in `survey.toml` and `tables.json`.
    pub fn name(self) -> &'static str {
        match self {
            PresentationRule::Minimum => "minimum",
            PresentationRule::Jp30 => "jp30",
            PresentationRule::Jp10 => "jp10",
            PresentationRule::Nchs => "nchs",
        }
    }

    /// The smallest base that the rule itself states.
    pub fn own_minimum(self) -> Option<u64> {
        match self {
            PresentationRule::Minimum => None,
            PresentationRule::Jp10 => Some(10),
            PresentationRule::Jp30 | PresentationRule::Nchs => Some(30),
        }
    }

    /// What becomes of an unreliable figure where the survey does not say: the NCHS standard does not
    /// present it, the others give it for reference.
    pub fn own_treatment(self) -> Unreliable {
        match self {
            PresentationRule::Nchs => Unreliable::Omit,
            PresentationRule::Minimum | PresentationRule::Jp30 | PresentationRule::Jp10 => Unreliable::Mark,
        }
    }
}

/// What becomes of a figure that is not precise enough. It is a rule of presentation, not of disclosure
/// control: that a figure is omitted protects nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unreliable {
    /// It is presented with a mark, and may not be quoted unwaived.
    Mark,
    /// It is not presented, nowhere.
    Omit,
}

impl Unreliable {
    /// All of them.
    pub const ALL: [Unreliable; 2] = [Unreliable::Mark, Unreliable::Omit];

    /// The name in `survey.toml` and `tables.json`.
    pub fn name(self) -> &'static str {
        match self {
            Unreliable::Mark => "mark",
            Unreliable::Omit => "omit",
        }
    }
}

impl Default for Quoting {
    /// A base of 30, three points.
    fn default() -> Quoting {
        let rule = PresentationRule::Minimum;
        Quoting { rule, min_base: 30, unreliable: rule.own_treatment(), similar_within: 3.0 }
    }
}

/// What a comparison in the commentary has to show, and at which level tables mark a difference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evidence {
    /// A p-value below it supports a statement (default 0.05).
    pub level: f64,
    /// How p-values are raised for the number of comparisons of one commentary (default Holm).
    pub adjust: EvidenceAdjustment,
    /// What a comparison that is true of the figures has to be, or the report is refused (default
    /// directional: a warning).
    pub require: EvidenceRequired,
}

impl Default for Evidence {
    fn default() -> Evidence {
        Evidence { level: 0.05, adjust: EvidenceAdjustment::Holm, require: EvidenceRequired::Directional }
    }
}

/// How p-values are raised for the number of comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EvidenceAdjustment {
    /// Holm: the chance of any unsupported statement stays below the level.
    Holm,
    /// Benjamini–Hochberg: the expected share of unsupported statements does.
    BenjaminiHochberg,
    /// Each by itself.
    None,
}

/// What a comparison has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EvidenceRequired {
    /// Supported by its test; anything less is an error.
    Supported,
    /// True of the figures; what its test does not support is a warning.
    Directional,
}

/// A chapter of the questionnaire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Name.
    pub id: String,
    /// Title.
    pub title: LocalText,
}

/// Classes by which tables are broken down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breakdown {
    /// Name.
    pub id: String,
    /// What people read.
    pub label: LocalText,
    /// The classes.
    pub codes: Arc<CodeList>,
    /// Whether the classes have an order.
    pub ordered: bool,
    /// Where a unit's class comes from.
    pub source: BreakdownSource,
}

/// Where a unit's class comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakdownSource {
    /// From the frame, or from the data file's column of that name.
    Frame,
    /// The answer to this item (one of a list).
    Item(usize),
}

/// A day on which something happened that may have changed answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub date: Day,
    /// What.
    pub label: LocalText,
}
