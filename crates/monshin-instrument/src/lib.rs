//! The questionnaire: text to [`Questionnaire`], answers to a [`Path`], a [`Response`] at submit.
//!
//! Comes in: `survey.toml` as a [`monshin_diag::Source`]; answers as [`Answers`]; data files as
//! bytes ([`records`]). Goes out: a [`Questionnaire`] whose names are resolved and whose
//! conditions look back only; a [`Response`] in which every item is answered, blank, refused,
//! not asked or of unknown scope; [`analysis`] of what can be reached.
//!
//! **Invariant.** A condition reads only earlier items that are open, so one forward pass decides
//! the path, and an answer behind a shut condition cannot steer anything.

pub mod analysis;
mod answer;
mod base;
mod codebook;
mod codes;
mod compile;
mod completeness;
mod condition;
mod design;
mod disclosure;
mod fielding;
mod made_up_draw;
mod mail;
mod merge;
mod panel;
mod planted;
mod question;
mod questionnaire;
pub mod records;
mod route;
pub mod screen;
mod simulate;
#[cfg(test)]
mod tests;
mod text;

pub use answer::{Answers, Day, Given, Value};
pub use base::Base;
pub use codebook::codebook;
pub use codes::{Code, CodeKind, CodeList};
pub use completeness::{Completeness, ResponseRule};
pub use condition::{Comparison, Expr, Subject, Test, Truth};
pub use design::{
    BaseWeights, DesignLabel, DesignMode, DesignSpec, FpcSource, IntervalName, LonelyRule, ReplicateColumns,
    ReplicateMethod, ReplicateSpec, StrataSource, TrimSpec, VarianceSpec, WeightMethod, WeightSpec,
};
pub use disclosure::{Disclosure, DisclosurePreset};
pub use fielding::{Fielding, Privacy};
pub use made_up_draw::MadeUpDraw;
pub use mail::{Mail, MailText, fill_places};
pub use merge::CannotMerge;
pub use panel::Before;
pub use planted::{Planted, Unplantable};
pub use question::{AnswerType, Block, ItemDef, NumberLimits, Question, QuestionKind};
pub use questionnaire::{
    Breakdown, BreakdownSource, Event, Evidence, EvidenceAdjustment, EvidenceRequired, PresentationRule,
    Questionnaire, Quoting, Section, Survey, Unreliable,
};
pub use route::{Item, Path, Problem, ProblemKind, Response, Step};
pub use simulate::Simulation;
pub use text::LocalText;
