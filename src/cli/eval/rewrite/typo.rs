//! A slip of who types by sound.

use std::sync::LazyLock;

use encoding_rs::GBK;
use pinyin::ToPinyin;
use rustc_hash::FxHashMap;

/// The common characters of GB 2312, its first level: the rows 16 to 55.
const ROWS: std::ops::RangeInclusive<u8> = 0xB0..=0xD7;
const COLUMNS: std::ops::RangeInclusive<u8> = 0xA1..=0xFE;

/// The text with one of its characters replaced by a common one that sounds alike, whatever the tone.
/// Which one and by which depends on the number; a text without such characters stays as it is.
pub fn typo(text: &str, number: usize) -> String {
    let alike: Vec<(usize, char, Vec<char>)> = text
        .char_indices()
        .map(|(at, c)| (at, c, others_like(c)))
        .filter(|(_, _, others)| !others.is_empty())
        .collect();
    if alike.is_empty() {
        return text.to_owned();
    }
    let (at, typed, others) = &alike[number % alike.len()];
    let other = others[number / alike.len() % others.len()];
    let after = &text[at + typed.len_utf8()..];
    format!("{}{other}{after}", &text[..*at])
}

/// The common characters that sound like this one, but for itself.
fn others_like(c: char) -> Vec<char> {
    static BY_SOUND: LazyLock<FxHashMap<&str, Vec<char>>> = LazyLock::new(|| {
        let mut by_sound: FxHashMap<&str, Vec<char>> = FxHashMap::default();
        for c in common() {
            if let Some(sound) = c.to_pinyin() {
                by_sound.entry(sound.plain()).or_default().push(c);
            }
        }
        by_sound
    });
    let alike = c.to_pinyin().and_then(|sound| BY_SOUND.get(sound.plain()));
    let others = alike.into_iter().flatten().copied();
    others.filter(|&other| other != c).collect()
}

fn common() -> Vec<char> {
    let pairs = ROWS.flat_map(|row| COLUMNS.map(move |column| [row, column]));
    let bytes: Vec<u8> = pairs.flatten().collect();
    let (characters, _) = GBK.decode_without_bom_handling(&bytes);
    characters.chars().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_character_is_replaced_by_one_of_like_sound() {
        let typed = "央行降准5G";
        for number in 0..100 {
            let slip = typo(typed, number);
            let differing: Vec<(char, char)> = typed
                .chars()
                .zip(slip.chars())
                .filter(|(typed, slip)| typed != slip)
                .collect();
            let [(typed, other)] = differing[..] else {
                panic!("{slip}");
            };
            let sound = |c: char| c.to_pinyin().map(|sound| sound.plain());
            assert_eq!(sound(typed), sound(other), "{slip}");
        }
        assert_eq!(typo("LPR 5G", 7), "LPR 5G");
    }
}
