//! A bar for long work on a terminal, nothing in a pipe.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar over bytes read; invisible where standard error is no terminal or the work is short.
pub fn bytes(total: u64) -> ProgressBar {
    const SHORT: u64 = 20_000_000;
    let target = if total < SHORT { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
    let style =
        ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {eta}").expect("a fixed template");
    ProgressBar::with_draw_target(Some(total), target).with_style(style)
}
