//! TODO

pub mod chart;
mod compose;
pub mod document;
#[cfg(test)]
mod demo;
mod html;
mod xlsx;
