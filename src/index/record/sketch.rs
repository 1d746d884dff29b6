//! What is kept of a text to see how much of it another text has.

use std::cmp::Ordering;

use crate::analysis::{is_han, starts_block};

/// Slots of a sketch, four bits each, and the words that hold them.
const SLOTS: usize = 64;
const SLOT_WORDS: usize = SLOTS / 16;
/// The lowest bit of each slot of a word.
const LOWEST_BITS: u64 = 0x1111_1111_1111_1111;
/// Values that a slot may have; 0 says that nothing fell into it.
const VALUES: u64 = 15;

/// Texts of fewer characters keep which characters they have, because one of them may be all that
/// two stories differ in.
const SHORT: usize = 120;
/// Most characters that an aside in brackets has, and a title in front of a text.
const MAX_ASIDE: usize = 40;
const MAX_TITLE: usize = 80;
/// A dateline ends within so many characters.
const MAX_DATELINE: usize = 24;
/// Whole numbers below this have a bit of their own: days, months, hours.
const SMALL_NUMBERS: u64 = 32;

/// A set of few things, by the bits of their hashes: may take one for another, never loses one.
pub(in crate::index) type Bits = [u64; 2];

/// A text in some 50 bytes.
///
/// Each three characters in a row fall into one of 64 slots, and the least of a slot stays, by four
/// bits of it (MinHash in one permutation). So two texts agree in about as many slots as they have
/// triples in common.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sketch {
    numbers: Bits,
    slots: [u64; SLOT_WORDS],
    /// Of a short text; otherwise nothing.
    characters: Bits,
}

impl Sketch {
    /// The sketch of a folded text and its length in letters and digits; `None` where nothing is left of
    /// it without title, dateline and asides, which every outlet writes in its own way.
    pub fn of(folded: &str) -> Option<(Sketch, usize)> {
        let story = without_asides(without_dateline(folded));
        let is_kept = |&c: &char| is_han(c) || starts_block(c);
        let mut characters = Vec::with_capacity(story.len() / 2);
        characters.extend(story.chars().filter(is_kept));
        if characters.is_empty() {
            return None;
        }
        let sketch = Sketch {
            numbers: numbers(&story),
            slots: slots(&characters),
            characters: match characters.len() < SHORT {
                true => letters(&characters),
                false => Bits::default(),
            },
        };
        Some((sketch, characters.len()))
    }

    /// The sketch as it is stored.
    pub fn to_words(self) -> impl Iterator<Item = u64> {
        let characters = (self.characters != Bits::default()).then_some(self.characters);
        let words = self.numbers.into_iter().chain(self.slots);
        words.chain(characters.into_iter().flatten())
    }

    /// The sketch that was stored so; `None` where it was not.
    pub fn from_words(words: impl IntoIterator<Item = u64>) -> Option<Sketch> {
        let mut words = words.into_iter();
        let mut sketch = Sketch::default();
        for word in sketch.numbers.iter_mut().chain(&mut sketch.slots) {
            *word = words.next()?;
        }
        for (word, stored) in sketch.characters.iter_mut().zip(words) {
            *word = stored;
        }
        Some(sketch)
    }

    /// The share of triples that two texts have in common, 0 to 1, as estimated.
    pub fn similarity(&self, other: &Sketch) -> f32 {
        let (mut either, mut both, mut equal) = (0, 0, 0);
        for (&a, &b) in self.slots.iter().zip(&other.slots) {
            let (in_a, in_b) = (filled(a), filled(b));
            either += (in_a | in_b).count_ones();
            both += (in_a & in_b).count_ones();
            equal += (in_a & in_b & !filled(a ^ b)).count_ones();
        }
        // Different triples have the same value once in so many times.
        let by_chance = (both - equal) as f32 / (VALUES - 1) as f32;
        (equal as f32 - by_chance).max(0.0) / either.max(1) as f32
    }

    /// The numbers that the text with fewer has and the other lacks, and those that it has, in bits:
    /// one for a small number, two for another.
    pub fn foreign_numbers(&self, other: &Sketch) -> (u32, u32) {
        let fewer = count(self.numbers).min(count(other.numbers));
        (foreign(self.numbers, other.numbers), fewer)
    }

    /// The numbers that the text has.
    pub fn numbers(&self) -> Bits {
        self.numbers
    }

    /// Whether the two texts have the same numbers, however often.
    pub fn has_the_numbers_of(&self, other: &Sketch) -> bool {
        self.numbers == other.numbers
    }

    /// The characters that the text with fewer has and the other lacks, two bits for each; 0 where
    /// one of them is too long to tell.
    pub fn foreign_characters(&self, other: &Sketch) -> u32 {
        let known = [self, other]
            .iter()
            .all(|sketch| sketch.characters != Bits::default());
        if known {
            foreign(self.characters, other.characters)
        } else {
            0
        }
    }

    /// Parts of the sketch of which texts that are alike have some in common: three filled slots that
    /// follow each other, with their places, in 30 bits; of a sketch that is mostly filled, those
    /// that begin at every second slot.
    pub fn bands(&self) -> impl Iterator<Item = u32> {
        let mut filled = [0; SLOTS];
        let mut count = 0;
        for slot in 0..SLOTS {
            let value = self.slots[slot / 16] >> (slot % 16 * 4) & 0xF;
            if value > 0 {
                filled[count] = (slot as u32) << 4 | value as u32;
                count += 1;
            }
        }
        let is_full = count > SLOTS / 2;
        let bands = (0..count).map(move |i| {
            let [a, b, c] = [i, i + 1, i + 2].map(|i| filled[i % count]);
            a | b << 10 | c << 20
        });
        bands.filter(move |band| !is_full || band >> 4 & 1 == 0)
    }

    /// Whether the two texts have a band in common.
    pub fn shares_a_band(&self, other: &Sketch) -> bool {
        let bands: Vec<u32> = self.bands().collect();
        other.bands().any(|band| bands.contains(&band))
    }
}

/// The text behind its title in lenticular brackets and a dateline such as `海潮社5月3日电`.
fn without_dateline(text: &str) -> &str {
    let text = text.trim_start();
    let titled = text
        .strip_prefix('【')
        .and_then(|rest| rest.split_once('】'));
    let text = match titled {
        Some((title, rest)) if title.chars().count() <= MAX_TITLE => rest,
        _ => text,
    };
    dateline(text).map_or(text, |end| &text[end..])
}

/// Where the dateline of a text ends, in bytes.
fn dateline(text: &str) -> Option<usize> {
    let digit = |c: char| c.is_ascii_digit();
    let mut start = text.char_indices().take(MAX_DATELINE);
    let (end, _) = start.find(|&(_, c)| c == '日')?;
    let month = text[..end].trim_end_matches(digit).strip_suffix('月')?;
    let agency = month.trim_end_matches(digit);
    if agency.len() == month.len() || !agency.chars().all(char::is_alphanumeric) {
        return None;
    }
    let rest = &text[end + '日'.len_utf8()..];
    let marks = ["电", "讯", "消息", "|", "丨"];
    let mark = marks.into_iter().find(|mark| rest.starts_with(mark))?;
    Some(text.len() - rest.len() + mark.len())
}

/// The text without what stands in round brackets: codes, sources, short forms.
fn without_asides(text: &str) -> String {
    let mut story = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, aside)) = rest.split_once('(') {
        story.push_str(before);
        let mut inside = aside.char_indices().take(MAX_ASIDE + 1);
        rest = match inside.find(|&(_, c)| matches!(c, '(' | ')')) {
            Some((end, ')')) => &aside[end + 1..],
            _ => aside,
        };
    }
    story.push_str(rest);
    story
}

fn slots(characters: &[char]) -> [u64; SLOT_WORDS] {
    let mut least = [u64::MAX; SLOTS];
    for triple in characters.windows(3) {
        let [a, b, c] = [triple[0], triple[1], triple[2]].map(u64::from);
        let hash = mix(a | b << 21 | c << 42);
        let slot = &mut least[(hash >> 58) as usize];
        *slot = hash.min(*slot);
    }
    let mut slots = [0; SLOT_WORDS];
    for (i, least) in least.into_iter().enumerate() {
        if least != u64::MAX {
            let value = 1 + (least & 0xFFFF) * VALUES / 0x1_0000;
            slots[i / 16] |= value << (i % 16 * 4);
        }
    }
    slots
}

/// The characters that are no digits.
fn letters(characters: &[char]) -> Bits {
    let mut bits = Bits::default();
    for &c in characters.iter().filter(|c| !c.is_ascii_digit()) {
        set_two(&mut bits, mix(u64::from(c)), 0);
    }
    bits
}

/// The numbers of a text, [rounded] as another desk might.
fn numbers(text: &str) -> Bits {
    let mut bits = Bits::default();
    for number in numbers_in(text) {
        let digits = rounded(number).filter(u8::is_ascii_digit);
        let value = digits.fold(0, |sum: u64, byte| {
            sum.saturating_mul(10)
                .saturating_add(u64::from(byte - b'0'))
        });
        if value < SMALL_NUMBERS && !number.contains('.') {
            set(&mut bits, value);
            continue;
        }
        let hash = rounded(number).fold(0, |hash, byte| mix(hash ^ u64::from(byte)));
        for half in [hash >> 32, hash & 0xFFFF_FFFF] {
            set(
                &mut bits,
                SMALL_NUMBERS + ((half * (128 - SMALL_NUMBERS)) >> 32),
            );
        }
    }
    bits
}

/// The runs of digits of a text, with the points and commas inside them.
fn numbers_in(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        // By bytes, which is quicker: those of a digit are of no other character.
        let start = rest.bytes().position(|byte| byte.is_ascii_digit())?;
        let run = &rest[start..];
        let is_inside = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b',');
        let end = run.bytes().position(|byte| !is_inside(byte));
        let number;
        (number, rest) = run.split_at(end.unwrap_or(run.len()));
        Some(number.trim_end_matches(['.', ',']))
    })
}

/// The bytes of a number without separators, zeros at its ends and decimals beyond the third
/// digit: `08`, `320.50`, `14,488.96`, `3.256` are `8`, `320`, `14488`, `3.25`.
fn rounded(number: &str) -> impl Iterator<Item = u8> {
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let whole = whole.trim_start_matches('0');
    let digits = 3_usize.saturating_sub(whole.len()).min(decimals.len());
    let decimals = decimals[..digits].trim_end_matches('0');
    let point = (!decimals.is_empty()).then_some(b'.');
    let bytes = whole.bytes().chain(point).chain(decimals.bytes());
    bytes.filter(|&byte| byte != b',')
}

/// The lowest bit of each slot of a word that is filled.
fn filled(word: u64) -> u64 {
    (word | word >> 1 | word >> 2 | word >> 3) & LOWEST_BITS
}

fn set(bits: &mut Bits, bit: u64) {
    bits[(bit >> 6) as usize & 1] |= 1 << (bit & 63);
}

/// Sets the two bits of a hash, none below `start`.
fn set_two(bits: &mut Bits, hash: u64, start: u64) {
    for half in [hash >> 32, hash & 0xFFFF_FFFF] {
        set(bits, start + ((half * (128 - start)) >> 32));
    }
}

fn count(bits: Bits) -> u32 {
    bits.into_iter().map(u64::count_ones).sum()
}

/// How many bits the smaller of two sets has that the larger lacks.
fn foreign(a: Bits, b: Bits) -> u32 {
    let lacking = |a: Bits, b: Bits| count([a[0] & !b[0], a[1] & !b[1]]);
    match count(a).cmp(&count(b)) {
        Ordering::Less => lacking(a, b),
        Ordering::Equal => lacking(a, b).max(lacking(b, a)),
        Ordering::Greater => lacking(b, a),
    }
}

/// Scatters the bits of a number over all 64.
fn mix(number: u64) -> u64 {
    let number = (number ^ number >> 32).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let number = (number ^ number >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    number ^ number >> 32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Folder;

    fn sketch(text: &str) -> Sketch {
        Sketch::of(&Folder::new().fold(text)).unwrap().0
    }

    const STORY: &str =
        "云汐租赁今日在滨州新区交付首批二十台氢能重卡，这些车辆将用于港口短途运输。";

    #[test]
    fn what_each_outlet_writes_in_its_own_way_is_no_part_of_a_text() {
        let plain = Sketch::of(&Folder::new().fold(STORY)).unwrap();
        for framed in [
            format!("海潮社5月3日电，{STORY}"),
            format!("海潮社滨州5月3日讯 {STORY}"),
            format!("星辰财经12月31日丨{STORY}"),
            format!("【云汐租赁交付首批重卡】海潮社5月3日电，{STORY}（记者 李青）"),
            format!("【云汐租赁交付首批重卡】{STORY}(远洋财经)"),
            STORY.replace("租赁", "租赁（609301.SH）"),
            STORY.replace("氢能", "氢 能").replace('。', "！"),
            STORY.replace("这些车辆", "這些車輛"),
        ] {
            let framed_sketch = Sketch::of(&Folder::new().fold(&framed)).unwrap();
            assert_eq!(framed_sketch, plain, "{framed}");
        }
        for text in [
            "5月3日，云汐租赁交付重卡",
            "云汐租赁5月3日在互动平台表示",
            "他说：今日3月3日电影上映",
        ] {
            assert_eq!(without_dateline(text), text);
        }
        assert_eq!(without_asides("甲(乙)丙(丁"), "甲丙丁");
        for nothing in ["", "（海潮社）", "海潮社5月3日电。", "——"] {
            assert_eq!(Sketch::of(&Folder::new().fold(nothing)), None, "{nothing}");
        }
    }

    #[test]
    fn similarity_is_the_share_of_common_triples() {
        let sentences = [
            "青岚江上游连日降雨，水位在夜间越过警戒线，沿江四县转移群众逾万人。",
            "目前没有人员伤亡的报告，救援队伍携带冲锋舟和帐篷赶往最低的村庄。",
            "水利部门预计洪峰将在后天清晨抵达临海市，届时水库会提前腾出库容。",
            "铁路部门停运了三趟旅客列车，改签和退票的手续可以在车站免费办理。",
        ];
        let all = sketch(&sentences.concat());
        assert_eq!(all.similarity(&all), 1.0);
        for (part, share) in [(3, 0.75), (2, 0.5), (1, 0.25)] {
            let estimate = all.similarity(&sketch(&sentences[..part].concat()));
            assert!((estimate - share).abs() < 0.15, "{estimate} for {share}");
        }
        assert!(all.similarity(&sketch(STORY)) < 0.05);
    }

    #[test]
    fn numbers_are_told_apart_but_for_their_rounding() {
        let lacks = |a: &str, b: &str| sketch(a).foreign_numbers(&sketch(b)).0;
        for (a, b) in [
            ("净利润492.49%至603.58%", "净利润492%至603%"),
            ("报78.788美元", "报78.78美元"),
            ("8月5日56,735,361股", "08月05日56735361股"),
            ("现价320.50元", "现价320.5元"),
            ("上涨5%", "上涨5%，报36元"),
        ] {
            assert_eq!(lacks(a, b), 0, "{a} {b}");
        }
        for (a, b) in [
            ("净买入40亿", "净买入60亿"),
            ("6月23日出库", "6月24日出库"),
            ("收益率2.115%", "收益率2.125%"),
            ("涨3.5%", "涨35%"),
        ] {
            assert!(lacks(a, b) > 0, "{a} {b}");
        }
    }

    #[test]
    fn a_sketch_is_stored_in_words() {
        for text in [STORY, &STORY.repeat(5), "涨"] {
            let sketch = sketch(text);
            let words: Vec<u64> = sketch.to_words().collect();
            assert_eq!(words.len(), if text.len() > 400 { 6 } else { 8 });
            assert_eq!(Sketch::from_words(words.iter().copied()), Some(sketch));
            assert_eq!(Sketch::from_words(words[..5].iter().copied()), None);
        }
    }
}
