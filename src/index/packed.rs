//! Stored text, in two bytes a Han character: GB18030.
//!
//! UTF-8 takes three, and half of that is left after compression where four tenths are left of two;
//! it is also less to decompress when a hit is read.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

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

/// The text that was packed, in `room` where it is made anew; `None` for bytes that [`pack`] did not
/// make.
pub(super) fn unpack<'a>(packed: &'a [u8], room: &'a mut Vec<u8>) -> Option<&'a str> {
    let (&kind, bytes) = packed.split_first()?;
    let text = match kind {
        AS_GB18030 => decode(bytes, room)?,
        AS_UTF_8 => bytes,
        _ => return None,
    };
    simdutf8::basic::from_utf8(text).ok()
}

/// The characters that GB18030 writes in two bytes, by these without their highest bit: UTF-8, which
/// has three bytes at most, and above these how many they are; 0 until a text has the character.
///
/// They are found out one by one, because the general decoder takes milliseconds for all of them.
static CHARS: [AtomicU32; 0x8000] = [const { AtomicU32::new(0) }; 0x8000];

/// Of a character with three bytes of UTF-8.
const THREE: u32 = 3 << 24;

/// The text as UTF-8, in `room`. One look at a table for each Han takes half the time of the general
/// decoder.
fn decode<'a>(bytes: &[u8], room: &'a mut Vec<u8>) -> Option<&'a [u8]> {
    room.clear();
    // Two bytes give three at most, and of each pair four are written.
    room.resize(bytes.len() + bytes.len() / 2 + 4, 0);
    let (mut rest, mut end) = (bytes, 0);
    loop {
        // Han stand together mostly.
        while let Some((&[a, b, c, d, e, f, g, h], behind)) = rest.split_first_chunk()
            && a & c & e & g >= 0x80
            && let four = [[a, b], [c, d], [e, f], [g, h]].map(known)
            && four[0] & four[1] & four[2] & four[3] >= THREE
        {
            let out: &mut [u8; 13] = room.get_mut(end..)?.first_chunk_mut()?;
            for (number, char) in four.iter().enumerate() {
                out[3 * number..][..4].copy_from_slice(&char.to_le_bytes());
            }
            (rest, end) = (behind, end + 12);
        }
        let (length, read) = match *rest {
            [] => return room.get(..end),
            [c, ..] if c.is_ascii() => {
                *room.get_mut(end)? = c;
                (1, 1)
            }
            [a, b, ..]
                if let char = known([a, b])
                    && char > 0 =>
            {
                room.get_mut(end..end + 4)?
                    .copy_from_slice(&char.to_le_bytes());
                (char as usize >> 24, 2)
            }
            _ => decode_one(rest, room.get_mut(end..)?)?,
        };
        (rest, end) = (&rest[read..], end + length);
    }
}

fn known(pair: [u8; 2]) -> u32 {
    CHARS[place(pair)].load(Relaxed)
}

fn place(pair: [u8; 2]) -> usize {
    usize::from(u16::from_be_bytes(pair) & 0x7FFF)
}

/// Decodes a character of several bytes; how many it has in UTF-8, and how many it had.
fn decode_one(bytes: &[u8], room: &mut [u8]) -> Option<(usize, usize)> {
    let second = *bytes.get(1)?;
    let read = if second.is_ascii_digit() { 4 } else { 2 };
    let bytes = bytes.get(..read)?;
    let text = GB18030.decode_without_bom_handling_and_without_replacement(bytes)?;
    room.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
    if let (&[a, b], 2..=3) = (bytes, text.len()) {
        let char = u32::from_le_bytes([room[0], room[1], room[2], text.len() as u8]);
        CHARS[place([a, b])].store(char, Relaxed);
    }
    Some((text.len(), read))
}

/// Of these some share their code with a character that got a place of its own later.
fn is_private(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_character_comes_back() {
        for c in (0..=char::MAX as u32).filter_map(char::from_u32) {
            for text in [format!("{c}"), format!("云汐{c}科技{c}{c}有限公司")] {
                let packed = pack(&text);
                let unpacked = unpack(&packed, &mut Vec::new()).map(String::from);
                assert_eq!(unpacked.as_deref(), Some(&*text), "{:x}", c as u32);
            }
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
        for bytes in [&b""[..], b"X", b"U\xff", b"G\xff\xff", b"G\xb0"] {
            assert_eq!(unpack(bytes, &mut Vec::new()), None);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_unpacked_rightly_or_refused(bytes: Vec<u8>, han in "[云汐①€·𠮷ab]{0,9}") {
            let bytes = [&bytes[..], &pack(&han)[1..], &bytes[..]].concat();
            let packed = [&[AS_GB18030][..], &bytes].concat();
            if let Some(unpacked) = unpack(&packed, &mut Vec::new()) {
                let (expected, _) = GB18030.decode_without_bom_handling(&bytes);
                prop_assert_eq!(unpacked, expected);
            }
        }
    }
}
