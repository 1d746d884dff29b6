//! How a name is typed on a keyboard without Chinese, all at once.

use pinyin::ToPinyinMulti;

/// Most ways to read a name that are kept: of more, those of its first characters.
const MAX_READINGS: usize = 8;

/// The first letters of a folded name, and its full spelling, in every reading of its characters; what is not
/// Chinese stands for itself. Empty for a name without Chinese.
pub(crate) fn typed(name: &str) -> (Vec<String>, Vec<String>) {
    if name.is_ascii() {
        return (Vec::new(), Vec::new());
    }
    let mut initials = vec![String::new()];
    let mut spellings = vec![String::new()];
    for c in name.chars().filter(|c| !c.is_whitespace()) {
        let readings = readings(c);
        let mut first: Vec<String> = readings
            .iter()
            .map(|reading| reading.chars().take(1).collect())
            .collect();
        first.dedup();
        initials = each_with(&initials, &first);
        spellings = each_with(&spellings, &readings);
    }
    (initials, spellings)
}

/// Every reading of a character without tones, sorted; of others themselves, but for marks.
fn readings(c: char) -> Vec<String> {
    let Some(readings) = c.to_pinyin_multi() else {
        return match c.is_alphanumeric() {
            true => vec![c.to_string()],
            false => vec![String::new()],
        };
    };
    let mut all = Vec::new();
    for reading in readings {
        all.push(reading.plain().replace('ü', "v"));
    }
    all.sort();
    all.dedup();
    all
}

fn each_with(starts: &[String], ends: &[String]) -> Vec<String> {
    let mut all = Vec::new();
    for start in starts {
        for end in ends {
            if all.len() < MAX_READINGS {
                all.push(format!("{start}{end}"));
            }
        }
    }
    all.sort();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_typed_in_every_reading() {
        let (initials, spellings) = typed("云帆银行");
        assert_eq!(initials, ["yfyh", "yfyx"]);
        assert!(
            spellings.contains(&"yunfanyinhang".to_owned()),
            "{spellings:?}"
        );
        let (initials, _) = typed("重庆云帆");
        assert!(
            ["cqyf", "zqyf"]
                .iter()
                .all(|typed| initials.contains(&(*typed).to_owned()))
        );
        let (initials, spellings) = typed("*st云帆a");
        assert_eq!(initials, ["styfa"]);
        assert_eq!(spellings, ["styunfana"]);
        assert_eq!(typed("tcl"), (Vec::new(), Vec::new()));
    }
}
