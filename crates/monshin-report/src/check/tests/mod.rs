mod example;
mod world;
