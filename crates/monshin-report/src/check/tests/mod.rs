mod evidence;
mod example;
mod kinds;
mod seed;
mod world;
