//! Stories over the whole crate; units stand beside their code.

mod claims_of_seed;
mod disclosure;
mod drawn;
mod evidence;
mod merging;
mod microdata;
mod naive;
mod presentation;
mod properties;
mod returns;
pub(crate) mod support;
mod tables;
