//! Stored text, in two bytes a Han character: GB18030.
//!
//! UTF-8 takes three, and half of that is left after compression where four tenths are left of two;
//! it is also less to decompress when a hit is read.

use std::sync::OnceLock;

use encoding_rs::GB18030;

/// How the bytes behind the first one are to be read.
const AS_GB18030: u8 = b'G';
const AS_UTF_8: u8 = b'U';

/// The text, packed; [`unpack`] gives it back whatever it holds.
pub(super) fn pack(text: &str) -> Vec<u8> {
    let pairs = pairs();
    let mut packed = Vec::with_capacity(1 + text.len());
    packed.push(AS_GB18030);
    for c in text.chars() {
        match pairs.get(c as usize) {
            _ if c.is_ascii() => packed.push(c as u8),
            Some(&pair) if pair != NO_PAIR => packed.extend_from_slice(&pair.to_be_bytes()),
            _ if is_private(c) => return [&[AS_UTF_8], text.as_bytes()].concat(),
            _ => packed.extend_from_slice(&GB18030.encode(c.encode_utf8(&mut [0; 4])).0),
        }
    }
    packed
}

/// Of a character that GB18030 writes in one byte or in four.
const NO_PAIR: u16 = 0;

/// The two bytes of each character of the basic plane, by its code point: one look at a table takes a
/// tenth of the time of the general encoder.
fn pairs() -> &'static [u16] {
    static PAIRS: OnceLock<Vec<u16>> = OnceLock::new();
    PAIRS.get_or_init(|| {
        let mut pairs = vec![NO_PAIR; 0x1_0000];
        let chars = || ('\u{80}'..='\u{FFFF}').filter(|&c| !is_private(c));
        // A line feed is no part of any other character.
        let lines: String = chars().flat_map(|c| [c, '\n']).collect();
        for (c, bytes) in chars().zip(GB18030.encode(&lines).0.split(|&byte| byte == b'\n')) {
            if let &[first, second] = bytes {
                pairs[c as usize] = u16::from_be_bytes([first, second]);
            }
        }
        pairs
    })
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
    fn text_is_packed_as_the_standard_has_it() {
        for text in ["云汐科技 2.5%，€·ⅷ㎡", "𠮷野㐂 ñ ½ 😀", ""] {
            assert_eq!(pack(text)[0], AS_GB18030);
            assert_eq!(pack(text)[1..], *GB18030.encode(text).0, "{text}");
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
