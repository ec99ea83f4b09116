//! What corresponds to what: the mapping, resolved against the surveys it names.

use monshin_tabulate::instrument::LocalText;

/// How well two questions can be compared. The worse of two grades decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// The same words, the same answers, the same base: differences are printed.
    SameWording,
    /// The same thing in other words or with other answers: differences are printed and marked.
    SameConcept,
    /// Asked of others: the shares stand side by side, no difference is printed.
    DifferentBase,
}

impl Link {
    /// Whether the mean of a number is compared.
    pub fn is_mean(&self) -> bool {
        self.codes.is_empty()
    }
}

impl Concept {
    /// Whether means are compared, not shares.
    pub fn is_mean(&self) -> bool {
        self.links.first().is_some_and(Link::is_mean)
    }
}

impl Grade {
    /// Its name in the mapping file.
    pub fn name(self) -> &'static str {
        match self {
            Grade::SameWording => "same-wording",
            Grade::SameConcept => "same-concept",
            Grade::DifferentBase => "different-base",
        }
    }

    /// All of them, best first.
    pub const ALL: [Grade; 3] = [Grade::SameWording, Grade::SameConcept, Grade::DifferentBase];
}

/// What the surveys are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Waves of one survey, the earliest first: each is compared with the one before.
    Waves,
    /// Sectors: each is compared with each.
    Sectors,
}

/// A mapping whose every name is found in the surveys it is about.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// Name of the comparison.
    pub id: String,
    /// Title.
    pub title: LocalText,
    /// Languages of the page, the first the default.
    pub languages: Vec<String>,
    /// What the surveys are to each other.
    pub order: Order,
    /// Whether an id is the same unit in every wave.
    pub pairs_units: bool,
    /// The surveys, in the order in which they are shown.
    pub surveys: Vec<MappedSurvey>,
    /// What is compared.
    pub concepts: Vec<Concept>,
    /// Breakdowns that the surveys share.
    pub breakdowns: Vec<MappedBreakdown>,
}

/// One survey.
#[derive(Clone, Debug)]
pub struct MappedSurvey {
    /// Its position among the members.
    pub member: usize,
    /// What it is called here.
    pub label: LocalText,
    /// Its colour in charts, `#rrggbb`.
    pub color: String,
}

/// One thing that several surveys asked.
#[derive(Clone, Debug)]
pub struct Concept {
    /// Name.
    pub id: String,
    /// What people read.
    pub label: LocalText,
    /// A remark that is printed with it.
    pub note: LocalText,
    /// Where each survey asked it, in the order of the surveys.
    pub links: Vec<Link>,
}

/// Where one survey asked it.
#[derive(Clone, Debug)]
pub struct Link {
    /// Position of the survey in [`Mapping::surveys`].
    pub survey: usize,
    /// Number of the variable in that survey.
    pub variable: usize,
    /// The codes that count as "yes"; none of a number, whose mean is compared.
    pub codes: Vec<u16>,
    /// Only these classes of a breakdown of that survey; all responses where it is `None`.
    pub only: Option<(usize, Vec<u16>)>,
    /// How well it agrees with the concept.
    pub grade: Grade,
    /// A remark on this survey's question.
    pub note: LocalText,
}

/// A breakdown that several surveys share.
#[derive(Clone, Debug)]
pub struct MappedBreakdown {
    /// Name.
    pub id: String,
    /// What people read.
    pub label: LocalText,
    /// Its classes in order.
    pub classes: Vec<MappedClass>,
}

/// One class.
#[derive(Clone, Debug)]
pub struct MappedClass {
    /// Name.
    pub id: String,
    /// What people read.
    pub label: LocalText,
    /// Breakdown and classes of each survey in the order of the surveys; `None` where a survey has
    /// nothing of the kind.
    pub places: Vec<Option<(usize, Vec<u16>)>>,
}
