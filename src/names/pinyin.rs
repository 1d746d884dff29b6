//! Names as people type them on a keyboard without Chinese.

use pinyin::ToPinyinMulti;

/// How letters spell a name, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Spelling {
    /// All of it: `yunfankeji` for 云帆科技.
    Full,
    /// The first letter of each character: `yfkj`.
    Initials,
    /// Its beginning: `yunfan`.
    Start,
    /// From a character within it on: `keji`.
    Inside,
}

/// Fewest letters that are read as a spelling; fewer spell too much.
const MIN_INITIALS: usize = 3;
const MIN_LETTERS: usize = 4;
/// Most letters: as many as twenty characters may have.
const MAX_LETTERS: usize = 120;

/// How lower-case letters spell a folded name; `None` where they do not. Every reading of a character
/// will do (银行 is `yinhang` and `yinxing`), and ü is typed `v` or `u`.
pub(crate) fn spelling(letters: &str, name: &str) -> Option<Spelling> {
    if !(MIN_INITIALS..=MAX_LETTERS).contains(&letters.len()) || name.is_ascii() {
        return None;
    }
    let is_long = letters.len() >= MIN_LETTERS;
    match spelled(letters, name) {
        Some("") if is_long => return Some(Spelling::Full),
        _ if is_initials(letters, name) => return Some(Spelling::Initials),
        Some(_) if is_long => return Some(Spelling::Start),
        _ => {}
    }
    let mut ends = name.char_indices().skip(1).map(|(at, _)| &name[at..]);
    let is_inside = is_long && ends.any(|end| spelled(letters, end).is_some());
    is_inside.then_some(Spelling::Inside)
}

/// What is left of a name when the letters have spelled its beginning, as little as can be.
fn spelled<'n>(letters: &str, name: &'n str) -> Option<&'n str> {
    let all = 1 << letters.len();
    // How many letters the characters so far may have spelled, as a set of bits.
    let mut ends: u128 = 1;
    let mut rest = name.chars();
    let mut left = None;
    while let Some(c) = rest.next() {
        let mut next = 0;
        reads(c, |reading| {
            let is_end = |end: &usize| {
                ends & 1 << end != 0 && letters.as_bytes()[*end..].starts_with(reading.as_bytes())
            };
            for end in (0..letters.len()).filter(is_end) {
                next |= 1 << (end + reading.len());
            }
        });
        if next & all != 0 {
            left = Some(rest.as_str());
        }
        ends = next & !all;
        if ends == 0 {
            break;
        }
    }
    left
}

fn is_initials(letters: &str, name: &str) -> bool {
    let mut letters = letters.chars();
    let begins = |c| {
        let letter = letters.next();
        let mut begins = false;
        reads(c, |reading| {
            begins |= letter.is_some() && reading.chars().next() == letter
        });
        begins
    };
    name.chars().all(begins) && letters.next().is_none()
}

/// Calls `take` with every way to read a character, without tones, some twice; what is not Chinese
/// reads as itself.
fn reads(c: char, mut take: impl FnMut(&str)) {
    let Some(readings) = c.to_pinyin_multi() else {
        return take(c.encode_utf8(&mut [0; 4]));
    };
    for reading in readings {
        let reading = reading.plain();
        match reading.contains('ü') {
            true => ["v", "u"]
                .iter()
                .for_each(|u| take(&reading.replace('ü', u))),
            false => take(reading),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_spell_names() {
        use Spelling::{Full, Initials, Inside, Start};
        for (letters, name, expected) in [
            ("yunfanzulin", "云帆租赁", Some(Full)),
            ("yfzl", "云帆租赁", Some(Initials)),
            ("yunfan", "云帆租赁", Some(Start)),
            ("zulin", "云帆租赁", Some(Inside)),
            ("fanzu", "云帆租赁", Some(Inside)),
            ("yunfanyinhang", "云帆银行", Some(Full)),
            ("yunfanyinxing", "云帆银行", Some(Full)),
            ("chongqing", "重庆云帆", Some(Start)),
            ("lvyuan", "绿源", Some(Full)),
            ("luyuan", "绿源", Some(Full)),
            ("xian", "西安云帆", Some(Start)),
            ("yunfana", "云帆a", Some(Full)),
            ("yf", "云帆", None),
            ("yun", "云帆租赁", None),
            ("unfan", "云帆租赁", None),
            ("yunfanzul", "云帆租赁", None),
            ("yunfan", "yunfan", None),
            ("yunfanzulinx", "云帆租赁", None),
            ("haohaohao", "好好好", Some(Full)),
        ] {
            assert_eq!(spelling(letters, name), expected, "{letters} {name}");
        }
    }

    /// 好 reads `hao` in two ways, 嗯 `n` and `ng` in three each: so many ways to try a name in.
    #[test]
    fn a_name_of_many_readings_costs_no_more() {
        for (one, reading) in [("好", "hao"), ("嗯", "ng")] {
            let name = one.repeat(100);
            let letters = reading.repeat(40);
            let is_short = letters.len() <= MAX_LETTERS;
            assert_eq!(
                spelling(&letters, &name),
                is_short.then_some(Spelling::Start)
            );
            assert_eq!(spelling(&(letters + "x"), &name), None);
        }
        assert_eq!(spelling(&"yun".repeat(41), &"云".repeat(41)), None);
    }
}
