//! What identifies an article.

use std::path::Path;

use super::{Article, Published};

/// The serial number of an article in a text: a run of exactly 18 digits that begins with a date,
/// as in `202202092271318195` or `NW202202092271318195`.
pub(super) fn serial(text: &str) -> Option<&str> {
    text.split(|c: char| !c.is_ascii_digit())
        .find(|run| run.len() == 18 && day_of_serial(run).is_some())
}

/// The day a serial number begins with.
fn day_of_serial(serial: &str) -> Option<Published> {
    let year: i16 = serial.get(..4)?.parse().ok()?;
    let month = serial.get(4..6)?.parse().ok()?;
    let day = serial.get(6..8)?.parse().ok()?;
    Published::day(year, month, day).filter(|_| (1900..2100).contains(&year))
}

/// The day in an info code, `NW` and a serial number. A serial number alone tells no day: posts
/// without a date that have one were published at some other time.
pub(super) fn day_of_info_code(text: &str) -> Option<Published> {
    let serials = text.split("NW").skip(1);
    serials
        .filter_map(|rest| day_of_serial(serial(rest).filter(|serial| rest.starts_with(serial))?))
        .next()
}

/// The day in the info code in the name of a post.
pub(super) fn day_of_info_code_of_file(path: &Path) -> Option<Published> {
    day_of_info_code(&path.file_stem()?.to_string_lossy())
}

/// The serial number in the name of a post.
pub(super) fn serial_of_file(path: &Path) -> Option<String> {
    serial(&path.file_stem()?.to_string_lossy()).map(str::to_owned)
}

/// An id for an article that brings none: its serial number, else its address, else a hash of its
/// text (32 hexadecimal digits), which is the same whatever the file.
pub(super) fn make(article: &Article, serial_of_file: Option<String>) -> String {
    let url = article.url.as_deref();
    serial_of_file
        .or_else(|| url.and_then(serial).map(str::to_owned))
        .or_else(|| url.map(str::to_owned))
        .unwrap_or_else(|| hash_of_text(article))
}

/// Whether an id looks like the hash of a text.
pub(super) fn is_hash(id: &str) -> bool {
    id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn hash_of_text(article: &Article) -> String {
    let title = if article.title_derived {
        ""
    } else {
        &article.title
    };
    let mut hasher = blake3::Hasher::new();
    hasher.update(title.as_bytes());
    hasher.update(b"\0");
    hasher.update(article.body_text().as_bytes());
    hasher.finalize().to_hex()[..32].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_is_18_digits_that_begin_with_a_date() {
        let cases = [
            (
                "2022-02-09-NW202202092271318195",
                Some("202202092271318195"),
            ),
            ("-202205262391921712", Some("202205262391921712")),
            (
                "http://a.example/news/1353,202112082206672930.html",
                Some("202112082206672930"),
            ),
            (
                "http://a.example/?infoCode=NW202112312232996687",
                Some("202112312232996687"),
            ),
            ("2022020922713181951", None),
            ("20220209227131819", None),
            ("202213092271318195", None),
            ("999912312271318195", None),
        ];
        for (text, expected) in cases {
            assert_eq!(serial(text), expected, "{text}");
        }
    }
}
