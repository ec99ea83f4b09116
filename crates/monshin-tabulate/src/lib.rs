//! Responses to a cube, the cube to tables, tables to released tables.
//!
//! Comes in: a [`Questionnaire`](instrument::Questionnaire) and its
//! [`Response`](instrument::Response)s, each with a [`Weight`] where there are weights. Goes out:
//! [`Released`] [`Tables`], in which every share stands on its base, with its interval, and what
//! would expose a single institution is withheld.
//!
//! ```text
//! Response ──add──▶ Cube ──tabulate──▶ Tables ──disclose──▶ Released<Tables>
//! ```
//!
//! **Invariants.** Counting is exact and its order does not matter: cubes of one questionnaire add
//! up in any split and order to the same cube, weights included. In every row
//! `responses = asked + not_asked + scope_unknown` and `asked = n + blank + refused`. There is no
//! way to a released table but [`disclose`].

mod cases;
mod cube;
mod design;
mod drawn;
mod evidence;
mod facts;
mod merging;
pub mod microdata;
mod outlook;
mod percent;
mod plan;
mod release;
mod returns;
mod sums;
mod table;
mod tables;
mod tabulate;
#[cfg(test)]
mod tests;
mod variable;
mod waves;

pub use monshin_estimate as estimate;
pub use monshin_frame as frame;
pub use monshin_instrument as instrument;

pub use cases::{Cases, CasesBy, CasesRow, Evenness, RateFigure};
pub use cube::{Cube, CubeCell, CubeKind, NotJoint, OtherQuestionnaire, Packed, State};
pub use design::{DesignInputs, FrameSizes, Merged, Strata, Stratum, SurveyDesign, Weighting, plan_design};
pub use drawn::{DrawCell, Drawn, Origin, StageSummary};
pub use evidence::{Among, Filters, GroupTest, TableTests, TrendTest, table_tests};
pub use facts::{Fieldwork, IntakeNote, Invited, Profile};
pub use merging::{Classes, Groups, Loss, MergeAdvice, Reach, advise_merging};
pub use outlook::{
    ASSUMED_RESPONSE, DIFFERENCES, Outlook, OutlookLine, THRESHOLD, Weighted, bounds_of, outlook,
};
pub use percent::percent;
pub use plan::{Plan, Settings, TableKey};
pub use release::{Audit, AuditFile, AuditPlace, ProtectedLess, Released, disclose, disclose_with_audit};
pub use returns::{Returns, Settled};
pub use sums::Weight;
pub use table::{Cell, Certainty, Figures, Flag, MeanOfGroups, NumberSummary, Row, Table, Withheld};
pub use tables::Tables;
pub use tabulate::{tabulate, tabulate_under};
pub use variable::{Variable, VariableKind, variables};
pub use waves::{NotPaired, UnitAnswers, WaveChange, WaveMeasure, WaveQuestion, wave_change};
