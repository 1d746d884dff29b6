//! jieba-rs is the oracle of everything that is cut here.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::sync::LazyLock;

use jieba_rs::Jieba;
use proptest::prelude::*;
use serde_json::Value;

use super::*;

/// Bytes of the header of an image.
const HEADER: usize = 48;

static JIEBA: LazyLock<Jieba> = LazyLock::new(Jieba::new);
static IMAGE: LazyLock<Vec<u8>> = LazyLock::new(|| compiled(&Dictionary::jieba()));
static SEGMENTER: LazyLock<Segmenter> = LazyLock::new(|| opened(IMAGE.clone()));

/// The Han words of jieba's dictionary, in an order of their own.
static WORDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let dictionary = Dictionary::jieba();
    let words = dictionary.words().map(|(word, _)| word);
    let mut words: Vec<_> = words
        .filter(|w| w.chars().all(is_han))
        .map(str::to_owned)
        .collect();
    words.sort();
    words
});

const NEWS: &str = "\
青岚科技股份有限公司公告，拟以自有资金回购公司股份，回购价格不超过每股三十二元。\
公司董事长沈未央表示，本次回购基于对未来发展的信心；绿色金融、新能源汽车与光刻机业务均保持增长！\
远岫证券研究员认为：在建工程转固后，折旧压力将逐步释放，毛利率有望企稳回升。\
霜林银行与澜沧生物医药签署战略合作协议，中国农业发展银行提供贷款支持。\
川渝特高压工程投产，华东地区用电紧张局面有所缓解，国务院发展研究中心发布报告。\
国際論壇在香港舉行，與會者討論氣候變遷與貿易順差。\
一心一意谋发展，三思而后行；他来到了网易杭研大厦，小明硕士毕业于中国科学院计算所，后在日本京都大学深造。";

#[test]
fn cuts_into_the_words_one_expects() {
    for (text, expected) in [
        ("绿色金融", "绿色/金融"),
        ("中国农业发展银行", "中国/农业发展银行"),
        ("在建工程", "在建/工程"),
        ("南京市长江大桥", "南京市/长江大桥"),
        ("回购公司股份，", "回购/公司/股份/，"),
        ("沈未央", "沈/未央"),
        ("", ""),
        ("。", "。"),
        ("\u{20000}\u{2A6D6}好", "\u{20000}/\u{2A6D6}/好"),
    ] {
        assert_eq!(shown(&SEGMENTER, text), expected);
    }
}

#[test]
fn cuts_news_as_jieba_does() {
    assert_same(&SEGMENTER, &JIEBA, NEWS);
    NEWS.split(['，', '。', '；'])
        .for_each(|run| assert_same(&SEGMENTER, &JIEBA, run));
}

#[test]
fn cuts_every_word_of_the_dictionary_as_jieba_does() {
    for (words, number) in WORDS.chunks(1000).zip(0..) {
        assert_same(&SEGMENTER, &JIEBA, &words.join("，"));
        if number % 10 == 0 {
            assert_same(&SEGMENTER, &JIEBA, &words.concat());
        }
    }
}

#[test]
fn cuts_odd_characters_as_jieba_does() {
    for text in [
        "㐀㐁㐂",
        "\u{9FD6}\u{9FD6}一\u{9FFF}乙",
        "二〇二六年，〇",
        "\u{20000}\u{2A700}\u{2EBEF}\u{2EBF0}\u{30000}",
        "豈更車\u{2F800}\u{2FA1F}",
        "龘龖龗靐齉齾",
        "股🀄️价…—·、\u{0}\u{FEFF}\u{E000}",
        "ＡＢ股１２３",
    ] {
        assert_same(&SEGMENTER, &JIEBA, text);
    }
}

#[test]
fn tokens_cover_any_text() {
    for text in [
        "A股4S店",
        "5G手机\r\n3.6.3版",
        "a",
        "\n\n",
        "é\u{301}中",
        "HFO-1234yf制冷剂",
    ] {
        assert_covered(&SEGMENTER, text);
    }
}

#[test]
fn long_texts_are_cut_piece_by_piece_without_a_seam() {
    let run: String = WORDS
        .iter()
        .step_by(97)
        .take(5_000)
        .map(String::as_str)
        .collect();
    for text in [
        NEWS.repeat(40),
        run.clone(),
        format!("{run}，{run}。{NEWS}"),
    ] {
        assert!(text.len() > 3 * PIECE / 2);
        assert_same(&SEGMENTER, &JIEBA, &text);
    }
    assert_covered(&SEGMENTER, &"金融".repeat(LONGEST_RUN / 4));
}

#[test]
fn a_used_scratch_is_as_good_as_a_new_one() {
    let mut scratch = Scratch::default();
    for text in [NEWS, "银行", "", "中国农业发展银行贷款", "好"] {
        let mut used = Vec::new();
        SEGMENTER.cut(text, &mut scratch, |range| used.push(range));
        assert_eq!(used, ranges(&SEGMENTER, text));
    }
}

#[test]
fn the_embedded_dictionary_is_that_of_jieba() {
    let dictionary = Dictionary::jieba();
    let mut jieba = Jieba::new();
    // It shows the number of words and the sum of their frequencies, which a
    // word set to its own frequency leaves as they are.
    let before = format!("{jieba:?}");
    assert!(
        before.contains(&dictionary.words().count().to_string()),
        "{before}"
    );
    for (word, frequency) in dictionary.words() {
        jieba.add_word(word, Some(frequency as usize), None);
        assert_eq!(format!("{jieba:?}"), before, "{word}");
    }
}

#[test]
fn user_words_cut_as_with_jieba() {
    let long = "青岚科技股份有限公司第三届董事会第二十一次会议决议公告全文".repeat(8);
    let words = [
        ("青岚科技", None),
        ("沈未央", Some(5)),
        ("青岚", Some(3_000)),
        ("远岫证券研究员", None),
        ("霜林银行与澜沧生物医药", Some(1)),
        // Known words: more frequent, less, and forbidden.
        ("研究员", Some(0)),
        ("绿色金融", None),
        ("在建工程", Some(1)),
        ("银行", Some(90_000)),
        // Characters and words that no word had before.
        ("㐀㐁", None),
        ("\u{20000}\u{2A6D6}", Some(7)),
        ("研", Some(0)),
        // With letters and digits: they count, and that is all.
        ("4S店", Some(50_000)),
        ("HFO-1234yf制冷剂", None),
        ("C++、A股", None),
        (long.as_str(), Some(2)),
    ];
    let text = format!("{NEWS}㐀㐁㐂，\u{20000}\u{2A6D6}\u{20000}研发科研研，{long}");
    assert_same_with_words(&words, &text);
}

#[test]
fn words_of_frequency_nought_are_the_last_resort() {
    let words: Vec<(String, Option<u64>)> = "澜沧生物医"
        .chars()
        .map(|c| (c.to_string(), Some(0)))
        .collect();
    let mut words: Vec<(&str, _)> = words.iter().map(|(word, f)| (word.as_str(), *f)).collect();
    words.extend([
        ("澜沧", Some(0)),
        ("沧生", Some(0)),
        ("生物", Some(0)),
        ("澜沧生物医", Some(0)),
    ]);
    assert_same_with_words(
        &words,
        "澜沧生物医药，澜沧，生物，沧生物，医，澜沧生物医澜沧生",
    );
}

#[test]
fn refuses_words_that_cannot_be() {
    let mut dictionary = Dictionary::jieba();
    assert_eq!(dictionary.add("", Some(1)), Err(WordError::Empty));
    assert_eq!(
        dictionary.add(&"长".repeat(256), None),
        Err(WordError::TooLong { found: 256 })
    );
    assert_eq!(dictionary.add("青岚", Some(4)), Ok(4));
    assert_eq!(dictionary.frequency("青岚"), Some(4));
}

#[test]
fn the_version_tells_what_is_in_a_dictionary() {
    let mut dictionary = Dictionary::jieba();
    dictionary.add("青岚", Some(4)).unwrap();
    dictionary.add("澜沧", Some(5)).unwrap();
    let version = opened(compiled(&dictionary)).version();
    assert_ne!(version, SEGMENTER.version());

    let mut turned = Dictionary::jieba();
    turned.add("澜沧", Some(5)).unwrap();
    turned.add("青岚", Some(4)).unwrap();
    assert_eq!(compiled(&turned), compiled(&dictionary));
}

#[test]
fn damaged_images_are_refused() {
    let size = |found: usize| ImageError::Size {
        found: found as u64,
        expected: IMAGE.len() as u64,
    };
    let cut_off = |len: usize| IMAGE[..len].to_vec();
    let changed = |at: usize| {
        let mut image = IMAGE.clone();
        image[at] ^= 0x10;
        image
    };
    for (image, expected) in [
        (Vec::new(), ImageError::Foreign),
        (b"PK\x03\x04".to_vec(), ImageError::Foreign),
        (changed(0), ImageError::Foreign),
        (
            changed(8),
            ImageError::Format {
                found: 18,
                expected: 2,
            },
        ),
        (
            cut_off(20),
            ImageError::Size {
                found: 20,
                expected: 48,
            },
        ),
        (cut_off(HEADER), size(HEADER)),
        (cut_off(IMAGE.len() - 1), size(IMAGE.len() - 1)),
        ([IMAGE.as_slice(), b"\0"].concat(), size(IMAGE.len() + 1)),
        (changed(12), ImageError::Damaged),
        (changed(30), ImageError::Damaged),
        (changed(HEADER - 1), ImageError::Damaged),
        (changed(HEADER), ImageError::Damaged),
        (changed(IMAGE.len() / 2), ImageError::Damaged),
        (changed(IMAGE.len() - 1), ImageError::Damaged),
    ] {
        let error = Segmenter::from_bytes(OwnedBytes::new(image)).err();
        assert_eq!(error, Some(expected));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn cuts_any_mixture_as_jieba_does(text in mixture(60)) {
        assert_same(&SEGMENTER, &JIEBA, &text);
    }

    #[test]
    fn tokens_cover_any_string(text in any::<String>()) {
        assert_covered(&SEGMENTER, &text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    #[test]
    fn any_user_words_cut_as_with_jieba(
        words in prop::collection::vec((mixture(3), user_frequency()), 1..200),
        texts in prop::collection::vec(mixture(20), 20),
    ) {
        let words: Vec<_> = words.iter().map(|(word, f)| (word.as_str(), *f)).collect();
        let words: Vec<_> = words.into_iter().filter(|(word, _)| !word.is_empty()).collect();
        let mut text = texts.join("。");
        for (word, _) in &words {
            text.push_str(word);
        }
        assert_same_with_words(&words, &text);
    }

    #[test]
    fn a_damaged_body_never_panics(mut seed in 1..u64::MAX, distance in 1..100usize) {
        let mut image = IMAGE.clone();
        for byte in image[HEADER..].iter_mut().step_by(distance) {
            // Marsaglia's xorshift.
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            *byte ^= seed as u8;
        }
        let segmenter = Segmenter::from_trusted_bytes(OwnedBytes::new(image)).unwrap();
        assert_covered(&segmenter, NEWS);
        assert_covered(&segmenter, &WORDS.concat()[..100_002]);
    }
}

/// Real texts, when they are at hand; all of them with `NEWSEARCH_LONG=1`.
#[test]
fn cuts_the_corpus_as_jieba_does() {
    let Some(data) = std::env::var_os("NEWSEARCH_DATA") else {
        eprintln!("skipped: NEWSEARCH_DATA does not name the folder of real data");
        return;
    };
    let sample = if std::env::var_os("NEWSEARCH_LONG").is_some() {
        usize::MAX
    } else {
        500
    };
    for file in ["articles", "finance", "flash"] {
        let path = PathBuf::from(&data).join(format!("corpus/{file}.jsonl.zst"));
        let lines = BufReader::new(zstd::Decoder::new(File::open(path).unwrap()).unwrap()).lines();
        let mut count = 0;
        for line in lines.take(sample) {
            let document: Value = serde_json::from_str(&line.unwrap()).unwrap();
            for field in ["title", "body"] {
                assert_same(
                    &SEGMENTER,
                    &JIEBA,
                    &han_runs(document[field].as_str().unwrap()),
                );
            }
            count += 1;
        }
        assert!(count > 0);
    }
}

/// Every run of Han characters, the rest between two of them as one comma.
fn han_runs(text: &str) -> String {
    let runs: Vec<&str> = text
        .split(|c| !is_han(c))
        .filter(|run| !run.is_empty())
        .collect();
    runs.join("，")
}

/// Words of the dictionary, characters known and unknown, punctuation.
fn mixture(length: usize) -> impl Strategy<Value = String> {
    let part = prop_oneof![
        6 => any::<prop::sample::Index>().prop_map(|at| at.get(&WORDS).clone()),
        3 => any::<prop::sample::Index>().prop_map(|at| at.get(&WORDS).chars().take(1).collect()),
        2 => prop::char::range('\u{4E00}', '\u{9FFF}').prop_map(String::from),
        1 => "[\u{3400}-\u{4DBF}\u{F900}-\u{FAFF}\u{20000}-\u{2A6DF}，。〇]",
    ];
    prop::collection::vec(part, 0..length).prop_map(|parts| parts.concat())
}

fn user_frequency() -> impl Strategy<Value = Option<u64>> {
    prop_oneof![
        Just(None),
        (0..5u64).prop_map(Some),
        (0..3_000_000u64).prop_map(Some)
    ]
}

/// Adds the words to both dictionaries and compares frequencies and cuts.
fn assert_same_with_words(words: &[(&str, Option<u64>)], text: &str) {
    let mut dictionary = Dictionary::jieba();
    let mut jieba = JIEBA.clone();
    for &(word, frequency) in words {
        let expected = jieba.add_word(word, frequency.map(|f| f as usize), None);
        assert_eq!(
            dictionary.add(word, frequency),
            Ok(expected as u64),
            "{word}"
        );
    }
    assert_same(&opened(compiled(&dictionary)), &jieba, text);
}

/// Compares the words of a text without letters and digits.
fn assert_same(segmenter: &Segmenter, jieba: &Jieba, text: &str) {
    let expected = jieba.cut(text, false);
    let expected: Vec<_> = expected.iter().map(|t| t.byte_start..t.byte_end).collect();
    assert_eq!(ranges(segmenter, text), expected, "{text}");

    let mut words = Vec::new();
    segmenter.cut_for_index(text, &mut Scratch::default(), |range, is_part| {
        if !is_part {
            words.push(range);
        }
    });
    let is_of_han = |range: &Range<usize>| text[range.clone()].starts_with(is_han);
    let expected: Vec<_> = expected.into_iter().filter(is_of_han).collect();
    assert_eq!(words, expected, "{text}");
}

fn assert_covered(segmenter: &Segmenter, text: &str) {
    let words = ranges(segmenter, text).into_iter();
    let words: String = words.map(|range| &text[range]).collect();
    assert_eq!(words, text);
}

fn shown(segmenter: &Segmenter, text: &str) -> String {
    let words: Vec<&str> = ranges(segmenter, text)
        .into_iter()
        .map(|range| &text[range])
        .collect();
    words.join("/")
}

fn ranges(segmenter: &Segmenter, text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    segmenter.cut(text, &mut Scratch::default(), |range| ranges.push(range));
    ranges
}

fn compiled(dictionary: &Dictionary) -> Vec<u8> {
    dictionary.compile().unwrap()
}

fn opened(image: Vec<u8>) -> Segmenter {
    Segmenter::from_bytes(OwnedBytes::new(image)).unwrap()
}
