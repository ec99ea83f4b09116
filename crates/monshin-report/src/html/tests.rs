use super::*;
use crate::demo;

/// Writes the demonstration where a browser can be pointed at it:
/// `cargo test -p monshin-report look_at -- --ignored`, then `target/demo.html`.
#[test]
#[ignore = "for looking, not for judging"]
#[allow(clippy::disallowed_methods)]
fn look_at_the_demonstration() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/demo.html");
    std::fs::write(path, render_document(&demo::document())).expect("target/ can be written");
}
