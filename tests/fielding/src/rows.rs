//! Rows for stories of the store, where what is sealed is of no matter.

use monshin_store::{Mode, Submission};

/// A return by the pages; receipt and number follow from its content.
pub fn web_return(case: i64, draft_version: i64, content: &[u8], at: i64) -> Submission {
    Submission {
        case,
        draft_version,
        sealed: content.to_vec(),
        receipt: [content.len() as u8; 32],
        anonymous_id: [content[0]; 16],
        mode: Mode::Web,
        at,
    }
}
