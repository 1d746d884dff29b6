//! Moments as counts since 1970.

/// Seconds since 1970-01-01T00:00:00Z, of a number of seconds, milliseconds or microseconds; what is
/// after a point is dropped. `None` for what is no such number, or lies outside of 1990 to 2100.
pub(super) fn seconds(text: &str) -> Option<i64> {
    let whole = text.split_once('.').map_or(text, |(whole, fraction)| {
        let is_fraction = fraction.bytes().all(|b| b.is_ascii_digit());
        if is_fraction { whole } else { "" }
    });
    let is_number = !whole.is_empty() && whole.bytes().all(|b| b.is_ascii_digit());
    let count: i64 = Some(whole).filter(|_| is_number)?.parse().ok()?;
    let seconds = match whole.len() {
        9 | 10 => count,
        12 | 13 => count / 1_000,
        15 | 16 => count / 1_000_000,
        _ => return None,
    };
    (FIRST..END).contains(&seconds).then_some(seconds)
}

/// 1990-01-01 and 2100-01-01.
const FIRST: i64 = 631_152_000;
const END: i64 = 4_102_444_800;
