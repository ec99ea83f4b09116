//! Every page against axe-core: what a program can find of what keeps people out.

use serde_json::Value;

use crate::driver::Browser;

const AXE: &str = include_str!("../assets/axe-core/axe.min.js");

/// The rules of WCAG 2.0 to 2.2, levels A and AA, and what axe calls best practice.
const RUN: &str = "const done = arguments[arguments.length - 1];
axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
                    resultTypes: ['violations'] })
   .then(found => done({ passes: found.passes.length, violations: found.violations.map(
       rule => rule.id + ': ' + rule.help + '\\n    ' + rule.nodes.map(node => node.html).join('\\n    ')) }))
   .catch(error => done({ violations: [String(error)] }));";

/// Holds the page that the browser shows against axe-core's rules.
///
/// # Panics
/// With every violation and where it is. The browser has to be one in which scripts may run.
pub fn check(browser: &Browser, what: &str) {
    browser.run(AXE, &[]);
    let found = browser.run_to_end(RUN);
    let violations = found["violations"].as_array().expect("a list");
    assert!(
        found["passes"].as_u64().is_some_and(|passes| passes > 10),
        "{what}: hardly a rule applied: {found}"
    );
    let lines: Vec<&str> = violations.iter().filter_map(Value::as_str).collect();
    assert!(lines.is_empty(), "{what} ({}):\n{}", browser.path(), lines.join("\n"));
}
