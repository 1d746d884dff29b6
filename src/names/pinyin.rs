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

/// How lower-case letters spell a folded name; `None` where they do not. Every reading of a character
/// will do (银行 is `yinhang` and `yinxing`), and ü is typed `v` or `u`.
pub(crate) fn spelling(letters: &str, name: &str) -> Option<Spelling> {
    if letters.len() < MIN_INITIALS || name.is_ascii() {
        return None;
    }
    let readings: Vec<Vec<String>> = name.chars().map(readings).collect();
    let is_long = letters.len() >= MIN_LETTERS;
    match spelled(letters, &readings) {
        Some(rest) if rest == 0 && is_long => return Some(Spelling::Full),
        _ if is_initials(letters, &readings) => return Some(Spelling::Initials),
        Some(_) if is_long => return Some(Spelling::Start),
        _ => {}
    }
    let mut inside = 1..readings.len();
    let is_inside = is_long && inside.any(|start| spelled(letters, &readings[start..]).is_some());
    is_inside.then_some(Spelling::Inside)
}

/// Fewest characters that are left when the letters have spelled the first ones; `None` where they
/// do not spell any.
fn spelled(letters: &str, readings: &[Vec<String>]) -> Option<usize> {
    let mut reached = vec![0];
    for (nth, readings_of_one) in readings.iter().enumerate() {
        let mut next = Vec::new();
        for &at in &reached {
            let fitting = readings_of_one
                .iter()
                .filter(|reading| letters[at..].starts_with(*reading));
            next.extend(fitting.map(|reading| at + reading.len()));
        }
        if next.contains(&letters.len()) {
            return Some(readings.len() - nth - 1);
        }
        next.sort_unstable();
        next.dedup();
        reached = next;
        if reached.is_empty() {
            return None;
        }
    }
    None
}

fn is_initials(letters: &str, readings: &[Vec<String>]) -> bool {
    let begins = |(letter, readings): (char, &Vec<String>)| {
        readings.iter().any(|reading| reading.starts_with(letter))
    };
    letters.len() == readings.len() && letters.chars().zip(readings).all(begins)
}

/// How a character is read, without tones; what is not Chinese reads as itself.
fn readings(c: char) -> Vec<String> {
    let Some(all) = c.to_pinyin_multi() else {
        return vec![c.to_string()];
    };
    let mut readings: Vec<String> = Vec::new();
    for reading in all.into_iter().map(|reading| reading.plain()) {
        match reading.contains('ü') {
            true => readings.extend([reading.replace('ü', "v"), reading.replace('ü', "u")]),
            false => readings.push(reading.to_owned()),
        }
    }
    readings.sort_unstable();
    readings.dedup();
    readings
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
        ] {
            assert_eq!(spelling(letters, name), expected, "{letters} {name}");
        }
    }
}
