//! Percent as text, from the exact fraction.

/// `count` of `n` in percent with so many digits after the point, rounded half up from the exact
/// fraction: no floating point is involved, so 0.5 is always up. `None` where n = 0.
///
/// ```
/// use monshin_tabulate::percent;
/// assert_eq!(percent(598, 897, 1).as_deref(), Some("66.7"));
/// assert_eq!(percent(1, 8, 0).as_deref(), Some("13"));
/// assert_eq!(percent(1, 800, 1).as_deref(), Some("0.1"));
/// assert_eq!(percent(0, 0, 1), None);
/// ```
///
/// At most 12 digits after the point are given.
pub fn percent(count: u64, n: u64, decimals: u32) -> Option<String> {
    if n == 0 {
        return None;
    }
    let decimals = decimals.min(12);
    let scale = 10_u128.pow(decimals);
    let n = u128::from(n);
    let rounded = (u128::from(count) * 100 * scale * 2 + n) / (2 * n);
    let (whole, part) = (rounded / scale, rounded % scale);
    Some(match decimals {
        0 => whole.to_string(),
        _ => format!("{whole}.{part:0width$}", width = decimals as usize),
    })
}
