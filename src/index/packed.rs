//! Stored text, in two bytes a Han character: GB18030.
//!
//! UTF-8 takes three, and half of that is left after compression where four tenths are left of two;
//! it is also less to decompress when a hit is read.

use encoding_rs::GB18030;

/// How the bytes behind the first one are to be read.
const AS_GB18030: u8 = b'G';
const AS_UTF_8: u8 = b'U';

/// The text, packed; [`unpack`] gives it back whatever it holds.
pub(super) fn pack(text: &str) -> Vec<u8> {
    let (packed, _, has_unmappable) = GB18030.encode(text);
    let (kind, bytes) = match has_unmappable || text.chars().any(is_private) {
        true => (AS_UTF_8, text.as_bytes()),
        false => (AS_GB18030, &*packed),
    };
    let mut packed = Vec::with_capacity(1 + bytes.len());
    packed.push(kind);
    packed.extend_from_slice(bytes);
    packed
}

/// The text that was packed; `None` for bytes that [`pack`] did not make.
pub(super) fn unpack(packed: &[u8]) -> Option<String> {
    let (&kind, bytes) = packed.split_first()?;
    match kind {
        AS_GB18030 => {
            let text = GB18030.decode_without_bom_handling_and_without_replacement(bytes)?;
            Some(text.into_owned())
        }
        AS_UTF_8 => Some(std::str::from_utf8(bytes).ok()?.to_string()),
        _ => None,
    }
}

/// Of these some share their code with a character that got a place of its own later.
fn is_private(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_comes_back() {
        for c in (0..=char::MAX as u32).filter_map(char::from_u32) {
            let text = c.to_string();
            assert_eq!(
                unpack(&pack(&text)).as_deref(),
                Some(&*text),
                "{:x}",
                c as u32
            );
        }
    }

    #[test]
    fn han_take_two_bytes() {
        assert_eq!(pack("绿色金融，2%").len(), 1 + 2 * 5 + 2);
        assert_eq!(pack("\u{E5E5}")[0], AS_UTF_8);
    }

    #[test]
    fn other_bytes_are_refused() {
        for bytes in [&b""[..], b"X", b"U\xff", b"G\xff\xff"] {
            assert_eq!(unpack(bytes), None);
        }
    }
}
