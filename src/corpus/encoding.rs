//! Bytes → text.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, GBK, UTF_8};

/// Decodes a file: by its byte order mark, else as UTF-8, else as GB18030 or Big5.
///
/// Bytes that are none of the encoding become U+FFFD, line ends become `\n`, NUL is dropped.
pub(super) fn decode(bytes: &[u8]) -> String {
    let text = match Encoding::for_bom(bytes) {
        Some((encoding, bom)) => decode_as(encoding, &bytes[bom..]),
        None => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => decode_as(guess(bytes), bytes),
        },
    };
    normalise_line_ends(text)
}

/// The encoding of a text by its first bytes, and how many of these are its byte order mark; `None`
/// where it is UTF-8 without one, as far as can be seen.
pub(super) fn of_head(head: &[u8]) -> Option<(&'static Encoding, usize)> {
    if let Some(marked) = Encoding::for_bom(head) {
        return Some(marked);
    }
    match std::str::from_utf8(head) {
        Ok(_) => None,
        // Its last character may be cut.
        Err(error) if error.error_len().is_none() && error.valid_up_to() + 4 > head.len() => None,
        Err(_) => Some((guess(head), 0)).filter(|(encoding, _)| *encoding != UTF_8),
    }
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    if is_damaged_utf8(bytes) {
        return UTF_8;
    }
    let head = &bytes[..bytes.len().min(GUESS_BY)];
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(head, false);
    let guess = detector.guess(None, Utf8Detection::Deny);
    if guess == GBK {
        GB18030
    } else if guess == BIG5 {
        BIG5
    } else {
        most_plausible(head)
    }
}

/// How much of a file is looked at to guess its encoding, in bytes.
const GUESS_BY: usize = 64 * 1024;

/// UTF-8 with a few bad bytes: of Chinese text in another encoding, hardly a fifth looks like UTF-8.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > 4 * bad
}

/// Of the encodings in question the one that gives the most of what stands in every Chinese text, and
/// the least of what stands in none.
fn most_plausible(bytes: &[u8]) -> &'static Encoding {
    let plausibility = |encoding| -> i64 {
        let weigh = |c| match c {
            '，' | '。' | '、' | '的' | '一' | '年' => 2,
            '\u{FFFD}' | '\u{E000}'..='\u{F8FF}' => -1,
            _ => 0,
        };
        decode_as(encoding, bytes).chars().map(weigh).sum()
    };
    // Of equals the last wins.
    let encodings = [BIG5, GB18030, UTF_8].into_iter();
    encodings
        .max_by_key(|&encoding| plausibility(encoding))
        .unwrap_or(UTF_8)
}

fn decode_as(encoding: &'static Encoding, bytes: &[u8]) -> String {
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

fn normalise_line_ends(text: String) -> String {
    if memchr::memchr2(b'\r', b'\0', text.as_bytes()).is_none() {
        return text;
    }
    text.replace("\r\n", "\n")
        .replace('\r', "\n")
        .replace('\0', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIMPLIFIED: &str = "云帆科技发布年度报告，营业收入同比增长百分之二十。\n";
    const TRADITIONAL: &str = "雲帆科技發佈年度報告，營業收入與去年相比成長兩成。\n";

    #[test]
    fn chinese_encodings_are_recognised() {
        for text in [SIMPLIFIED, "云帆科技"] {
            assert_eq!(decode(text.as_bytes()), text);
            assert_eq!(decode(&GB18030.encode(text).0), text);
        }
        assert_eq!(decode(&BIG5.encode(TRADITIONAL).0), TRADITIONAL);
    }

    #[test]
    fn a_byte_order_mark_is_obeyed_and_dropped() {
        assert_eq!(decode(b"\xEF\xBB\xBFabc"), "abc");
        let utf16: Vec<u8> = "\u{FEFF}云帆"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(decode(&utf16), "云帆");
    }

    #[test]
    fn damaged_utf8_stays_utf8() {
        let mut bytes = SIMPLIFIED.repeat(3).into_bytes();
        bytes[30] = 0xFF;
        bytes.pop();
        bytes.pop();
        let text = decode(&bytes);
        assert!(text.starts_with("云帆科技发布年度报告"), "{text}");
        assert!(text.contains('\u{FFFD}'));
    }

    #[test]
    fn damaged_gbk_stays_gbk() {
        let mut bytes = GB18030.encode(&SIMPLIFIED.repeat(3)).0.into_owned();
        bytes[20] = 0xFF;
        bytes.truncate(bytes.len() - 2);
        let text = decode(&bytes);
        assert!(text.starts_with("云帆科技发布年度报"), "{text}");
    }

    #[test]
    fn line_ends_are_one_and_nul_is_none() {
        assert_eq!(decode("甲\r\n乙\r丙\n\0丁".as_bytes()), "甲\n乙\n丙\n丁");
    }
}
