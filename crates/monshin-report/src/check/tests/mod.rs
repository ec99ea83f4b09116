mod evidence;
mod example;
mod kinds;
mod seed;
pub(crate) mod world;
