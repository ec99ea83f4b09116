//! The one style sheet of a survey: the plain rules, and its routing.

use monshin_instrument::Questionnaire;
use monshin_instrument::screen::routing_css;
use sha2::{Digest, Sha256};

const BASE: &str = include_str!("../assets/base.css");

/// The sheet, and a name that changes with it, so that browsers may keep it for good.
pub fn sheet(form: &Questionnaire) -> (String, String) {
    let routing = routing_css(form);
    let css = format!("{BASE}@supports selector(:has(*)){{\n.cond.open{{display:none}}\n{routing}}}\n");
    let digest = Sha256::digest(&css);
    let name = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    (css, name)
}
