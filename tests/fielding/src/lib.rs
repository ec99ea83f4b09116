//! What stories of fielding need: a PostgreSQL of their own, a survey in the field, respondents,
//! a server with a clock that they set, a browser, and requests as bytes.

// Tests look at the world.
#![allow(clippy::disallowed_methods)]

pub mod axe;
pub mod client;
pub mod driver;
pub mod field;
pub mod http;
pub mod journey;
pub mod operator;
pub mod postgres;
pub mod provider;
pub mod proxy;
pub mod rows;
pub mod smtp;
pub mod tls;
pub mod tour;
pub mod world;
