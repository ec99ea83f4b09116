mod evidence;
mod example;
mod kinds;
mod presentation;
mod seed;
pub(crate) mod world;
