//! Runs of a line.

use serde_json::{Value, json};

use super::Writer;
use crate::document::Inline;

impl Writer<'_> {
    pub(super) fn runs(&self, runs: &[Inline]) -> Vec<Value> {
        runs.iter().map(|run| self.run(run)).collect()
    }

    fn run(&self, run: &Inline) -> Value {
        match run {
            Inline::Text(text) => json!(text),
            Inline::Strong(runs) => json!({ "kind": "strong", "runs": self.runs(runs) }),
            Inline::Emphasis(runs) => json!({ "kind": "emphasis", "runs": self.runs(runs) }),
            Inline::Code(text) => json!({ "kind": "code", "text": text }),
            Inline::Break => json!({ "kind": "break" }),
            Inline::Link { address, runs } => {
                json!({ "kind": "link", "address": is_web(address).then_some(address), "runs": self.runs(runs) })
            }
            Inline::Claim { runs, target, detail } => {
                let number = self.next_claim();
                // A claim to what is not printed is words.
                let target = target.as_ref().filter(|target| self.sources.contains_key(target.as_str()));
                let is_first = |target: &&String| self.sources.get(target.as_str()) == Some(&number);
                json!({
                    "kind": "claim",
                    "id": target.filter(is_first).map(|_| claim_id(number)),
                    "target": target,
                    "detail": detail,
                    "runs": self.runs(runs),
                })
            }
            Inline::Remarked { runs, .. } => json!({ "kind": "emphasis", "runs": self.runs(runs) }),
            Inline::FootnoteMark(mark) => {
                let first = self.is_first_mark(&mark.id);
                json!({ "kind": "mark", "id": mark.id, "number": mark.number, "first": first })
            }
        }
    }
}

/// The label of a claim.
pub(super) fn claim_id(number: usize) -> String {
    format!("claim-{number}")
}

/// Whether an address leads to the web or to a mailbox; `javascript:` and its like do not.
fn is_web(address: &str) -> bool {
    let address = address.trim().to_ascii_lowercase();
    ["https://", "http://", "mailto:"].iter().any(|scheme| address.starts_with(scheme))
}
