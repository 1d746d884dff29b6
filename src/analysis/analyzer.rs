//! One analyzer for articles and for queries.

use std::fmt;
use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use rustc_hash::FxHashSet;
use tantivy::directory::OwnedBytes;

use super::blocks;
use super::fold::{Folder, is_han};
use super::lexicon::{self, Entry, FINANCE, MixedWords, UserWords};
use super::segment::{Dictionary, ImageError, Scratch, Segmenter, TooLarge, WordError};

/// The dictionary without words of a user, compiled and compressed: compiling it takes longer than
/// indexing a thousand articles. A test makes it anew and compares.
const BUILT_IN: &[u8] = include_bytes!("data/dictionary.zst");

/// Changes whenever the same text would be cut otherwise than before.
const RULES_VERSION: u32 = 3;

/// Folds a text and cuts it into words.
///
/// Immutable and shared by all threads; an index owns the analyzer that it was built with.
pub struct Analyzer {
    folder: Folder,
    segmenter: Segmenter,
    mixed: MixedWords,
    /// Hash of all words of letters and Han together.
    mixed_hash: blake3::Hash,
}

impl fmt::Debug for Analyzer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Analyzer")
            .field("identity", &self.identity())
            .finish_non_exhaustive()
    }
}

/// A text as it is compared: width, case and variant characters made one, the single blanks between
/// Han characters and those at both ends dropped.
pub fn fold(text: &str) -> String {
    static FOLDER: LazyLock<Folder> = LazyLock::new(Folder::new);
    FOLDER.fold(text)
}

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The word, folded.
    pub text: String,
    /// Where it stands in the original text, in bytes.
    pub range: Range<usize>,
    /// It is a part of the word before it (`农业` in `农业银行`), or begins there.
    pub part: bool,
}

/// What [`Analyzer::cut`] finds in a folded text.
pub(crate) struct Cut<'a> {
    pub text: &'a str,
    /// In bytes of the folded text.
    pub range: Range<usize>,
    pub part: bool,
}

/// The dictionary of an analyzer, compiled: jieba's words, the finance lexicon and the user's.
///
/// # Errors
/// When there are too many words.
pub(crate) fn compile(user_words: &UserWords) -> Result<OwnedBytes, TooLarge> {
    static UNPACKED: OnceLock<OwnedBytes> = OnceLock::new();
    if !user_words.text().is_empty() {
        return image(user_words, true).map(OwnedBytes::new);
    }
    let unpack = || zstd::decode_all(BUILT_IN).expect("the embedded file is whole");
    Ok(UNPACKED.get_or_init(|| OwnedBytes::new(unpack())).clone())
}

/// The same as an earlier version of the program compiled it.
#[cfg(test)]
pub(crate) fn compile_counting(user_words: &UserWords) -> OwnedBytes {
    OwnedBytes::new(image(user_words, false).unwrap())
}

fn image(user_words: &UserWords, holds_total: bool) -> Result<Vec<u8>, TooLarge> {
    let folder = Folder::new();
    let mut dictionary = Dictionary::jieba();
    // jieba has words in forms that no folded text has: `乾坤` is looked for as `干坤`.
    let unfolded = dictionary
        .words()
        .filter(|(word, _)| !folder.is_folded(word))
        .map(|(word, frequency)| (folder.fold(word), frequency));
    let mut missing: Vec<(String, u64)> = unfolded
        .filter(|(word, _)| dictionary.frequency(word).is_none())
        .collect();
    missing.sort_unstable();
    for (word, frequency) in missing {
        add(&mut dictionary, &word, Some(frequency));
    }
    let add_all = |dictionary: &mut Dictionary, entries: &mut dyn Iterator<Item = Entry>| {
        for Entry { word, frequency } in entries {
            let frequency = frequency.map(|frequency| frequency as u64);
            add(dictionary, &folder.fold(word), frequency);
        }
    };
    add_all(&mut dictionary, &mut lexicon::entries(FINANCE));
    // A text without any of the user's words is cut as if there were none: so an index whose words
    // change has to cut those articles anew that hold one of them, and no others.
    if holds_total {
        dictionary.hold_total();
    }
    add_all(&mut dictionary, &mut user_words.entries());
    dictionary.compile()
}

/// Adds a word; one of more than 255 characters is none, and is left out.
fn add(dictionary: &mut Dictionary, word: &str, frequency: Option<u64>) {
    let _: Result<u64, WordError> = dictionary.add(word, frequency);
}

impl Analyzer {
    /// An analyzer over a compiled dictionary that these words of the user went into.
    ///
    /// # Errors
    /// When the image is damaged.
    pub(crate) fn new(image: OwnedBytes, user_words: &UserWords) -> Result<Analyzer, ImageError> {
        let folder = Folder::new();
        let mut mixed = MixedWords::default();
        let mut mixed_hash = blake3::Hasher::new();
        for entry in lexicon::entries(FINANCE).chain(user_words.entries()) {
            let word = folder.fold(entry.word);
            let han = word.chars().filter(|&c| is_han(c)).count();
            if han > 0 && han < word.chars().count() {
                mixed_hash.update(word.as_bytes()).update(b"\n");
                mixed.insert(&word, han);
            }
        }
        let segmenter = Segmenter::from_bytes(image)?;
        Ok(Analyzer {
            folder,
            segmenter,
            mixed,
            mixed_hash: mixed_hash.finalize(),
        })
    }

    /// The words of a text, in order, each followed by its parts.
    pub fn tokens(&self, text: &str) -> Vec<Token> {
        let mut scratch = Scratch::default();
        let mut tokens = Vec::new();
        let mut start = 0;
        for paragraph in text.split('\n') {
            let folded = self.folder.map(paragraph);
            self.cut(&folded.text, &mut scratch, |word| {
                let range = folded.original(word.range);
                let range = start + range.start..start + range.end;
                tokens.push(Token {
                    text: word.text.to_string(),
                    range,
                    part: word.part,
                });
            });
            start += paragraph.len() + 1;
        }
        tokens
    }

    /// The text as it is compared: width, case and variant characters made one.
    pub fn fold(&self, text: &str) -> String {
        self.folder.fold(text)
    }

    pub(crate) fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Identifies how texts are folded and cut, in 32 hexadecimal digits: two analyzers with one
    /// identity give the same tokens.
    pub fn identity(&self) -> String {
        let mut hash = blake3::Hasher::new();
        hash.update(&RULES_VERSION.to_le_bytes());
        hash.update(&self.folder.version().to_le_bytes());
        hash.update(&self.segmenter.version().0);
        hash.update(self.mixed_hash.as_bytes());
        hash.finalize().to_hex()[..32].to_string()
    }

    /// The words of Han characters that it cuts with.
    pub(crate) fn dictionary(&self) -> Dictionary {
        self.segmenter.dictionary()
    }

    /// Whether its dictionary was compiled from these words.
    #[cfg(feature = "words")]
    pub(crate) fn is_of(&self, dictionary: &Dictionary) -> bool {
        self.segmenter.version() == dictionary.version()
    }

    /// The words of a folded text that are of Han, as the dictionary alone cuts it.
    #[cfg(feature = "words")]
    pub(crate) fn han_words<'t>(&self, folded: &'t str, scratch: &mut Scratch) -> Vec<&'t str> {
        let mut words = Vec::new();
        self.segmenter
            .cut_for_index(folded, scratch, |range, is_part| {
                if !is_part {
                    words.push(&folded[range]);
                }
            });
        words
    }

    /// The words of letters and Han together.
    pub(super) fn mixed_words(&self) -> &FxHashSet<Box<str>> {
        self.mixed.all()
    }

    /// Cuts a folded text (one paragraph) into words; each is followed by its parts. `scratch` is
    /// reused from call to call.
    ///
    /// The dictionary cuts all that lies between two mixed words at once: it is quicker than run of
    /// Han by run of Han, and no word reaches across what is no Han.
    pub(crate) fn cut(&self, folded: &str, scratch: &mut Scratch, mut emit: impl FnMut(Cut)) {
        let (mut start, mut at) = (0, 0);
        while let Some(block) = next_block(folded, at) {
            at = block.end;
            if let Some((word, seam)) = self.mixed_word(folded, start, block) {
                self.cut_unmixed(folded, start..word.start, scratch, &mut emit);
                start = word.end;
                at = word.end;
                emit_mixed(folded, word, seam, &mut emit);
            }
        }
        self.cut_unmixed(folded, start..folded.len(), scratch, &mut emit);
    }

    /// The mixed word that `block` makes with the Han before it from `start` on (`沪深300`), or else
    /// with those behind it (`a股`), and where in it the two meet.
    fn mixed_word(
        &self,
        folded: &str,
        start: usize,
        block: Range<usize>,
    ) -> Option<(Range<usize>, usize)> {
        let is_word = |word: &Range<usize>| self.mixed.contains(&folded[word.clone()]);
        let before = folded[start..block.start].char_indices().rev();
        let mut with_before = before
            .take(self.mixed.reach)
            .take_while(|&(_, c)| is_han(c))
            .map(|(at, _)| start + at..block.end);
        if let Some(word) = with_before.find(is_word) {
            return Some((word, block.start));
        }
        let behind = folded[block.end..].char_indices().take(self.mixed.reach);
        let with_behind = behind
            .filter(|&(_, c)| is_han(c))
            .map(|(at, c)| block.start..block.end + at + c.len_utf8());
        let word = with_behind.filter(is_word).last()?;
        Some((word, block.end))
    }

    /// Cuts a part of a folded text that holds no mixed word.
    fn cut_unmixed(
        &self,
        folded: &str,
        part: Range<usize>,
        scratch: &mut Scratch,
        emit: &mut impl FnMut(Cut),
    ) {
        let mut end = part.start;
        self.segmenter
            .cut_for_index(&folded[part.clone()], scratch, |word, inner| {
                let range = part.start + word.start..part.start + word.end;
                if !inner {
                    cut_gap(folded, end..range.start, emit);
                    end = range.end;
                }
                emit(Cut {
                    text: &folded[range.clone()],
                    range,
                    part: inner,
                });
            });
        cut_gap(folded, end..part.end, emit);
    }
}

/// Cuts what lies between two words of the dictionary: blocks, and Han that it cannot hold.
fn cut_gap(folded: &str, gap: Range<usize>, emit: &mut impl FnMut(Cut)) {
    let mut at = gap.start;
    while let Some(c) = folded[at..gap.end].chars().next() {
        let mut end = at + c.len_utf8();
        if is_han(c) {
            emit(Cut {
                text: &folded[at..end],
                range: at..end,
                part: false,
            });
        } else if starts_block(c) {
            end = at + blocks::length(&folded[at..], is_han);
            blocks::split(&folded[at..end], |text, range, part| {
                let range = at + range.start..at + range.end;
                emit(Cut { text, range, part })
            });
        }
        at = end;
    }
}

/// A mixed word, and as its parts the block and the Han on the two sides of `seam`.
fn emit_mixed(folded: &str, word: Range<usize>, seam: usize, emit: &mut impl FnMut(Cut)) {
    emit(Cut {
        text: &folded[word.clone()],
        range: word.clone(),
        part: false,
    });
    for range in [word.start..seam, seam..word.end] {
        emit(Cut {
            text: &folded[range.clone()],
            range,
            part: true,
        });
    }
}

/// The first block of a folded text at or behind `at`.
fn next_block(folded: &str, at: usize) -> Option<Range<usize>> {
    let start = at + folded[at..].find(starts_block)?;
    Some(start..start + blocks::length(&folded[start..], is_han))
}

/// Whether a block may start with `c`: a letter or digit that is no Han. Of what remains beside these
/// in a Chinese text, quotation marks, dashes and full stops are told at once.
pub(crate) fn starts_block(c: char) -> bool {
    !is_han(c)
        && !matches!(c, '\u{2010}'..='\u{2027}' | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}')
        && c.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    static ANALYZER: LazyLock<Analyzer> = LazyLock::new(|| analyzer("云汐科技\n甲股 5\nQQ群\n"));

    fn analyzer(words: &str) -> Analyzer {
        let words = UserWords::parse(words).unwrap();
        Analyzer::new(compile(&words).unwrap(), &words).unwrap()
    }

    /// `word(part,part)/word`
    fn cut(text: &str) -> String {
        let mut out = String::new();
        let mut parts = 0;
        for token in ANALYZER.tokens(text) {
            let closing = if parts > 0 && !token.part { ")" } else { "" };
            parts = if token.part { parts + 1 } else { 0 };
            let opening = match (out.is_empty(), parts) {
                (true, _) => "",
                (_, 0) => "/",
                (_, 1) => "(",
                _ => ",",
            };
            out += &format!("{closing}{opening}{}", token.text);
        }
        if parts > 0 { out + ")" } else { out }
    }

    #[test]
    fn han_is_cut_by_the_dictionary_with_the_words_inside() {
        assert_eq!(cut("央行宣布降准"), "央行/宣布/降准");
        assert_eq!(
            cut("中华人民共和国"),
            "中华人民共和国(中华,中华人民,华人,人民,共和,共和国,人民共和国)"
        );
    }

    #[test]
    fn the_users_words_win() {
        assert_eq!(cut("云汐科技上涨"), "云汐科技(科技)/上涨");
        assert_eq!(cut("加入qq群"), "加入/qq群(qq,群)");
    }

    #[test]
    fn traditional_and_full_width_forms_are_folded_before_cutting() {
        assert_eq!(cut("國際論壇"), "国际/论坛");
        assert_eq!(cut("ＥＴＦ上漲"), "etf/上涨");
    }

    #[test]
    fn blocks_and_han_meet() {
        assert_eq!(cut("600519.SH上涨"), "600519.sh(600519,sh)/上涨");
        assert_eq!(cut("A股4S店"), "a股(a,股)/4s店(4s,店)");
        assert_eq!(cut("用C#写"), "用/c#(c)/写");
    }

    #[test]
    fn token_ranges_slice_the_original() {
        let text = "昇興股份（００２７５２）\n國 際論壇";
        let slices: Vec<_> = ANALYZER
            .tokens(text)
            .iter()
            .map(|t| text[t.range.clone()].to_string())
            .collect();
        assert_eq!(
            slices.concat().replace('\n', ""),
            "昇興股份００２７５２國 際論壇"
        );
    }

    /// The rule that [`Analyzer::cut`] follows in a faster way: run by run, from the left.
    fn cut_by_runs(folded: &str) -> Vec<(String, Range<usize>, bool)> {
        let mut words = Vec::new();
        let scratch = &mut Scratch::default();
        let emit = &mut |cut: Cut| words.push((cut.text.to_string(), cut.range, cut.part));
        let mut at = 0;
        while at < folded.len() {
            let start = at;
            at += folded[at..]
                .find(|c| !is_han(c))
                .unwrap_or(folded.len() - at);
            let seam = at;
            if folded[at..].starts_with(char::is_alphanumeric) {
                at += blocks::length(&folded[at..], is_han);
                if let Some((word, seam)) = ANALYZER.mixed_word(folded, start, seam..at) {
                    ANALYZER.cut_unmixed(folded, start..word.start, scratch, emit);
                    at = word.end;
                    emit_mixed(folded, word, seam, emit);
                    continue;
                }
            } else {
                at += folded[at..].chars().next().map_or(0, char::len_utf8);
            }
            ANALYZER.cut_unmixed(folded, start..seam, scratch, emit);
            cut_gap(folded, seam..at, emit);
        }
        words
    }

    /// Texts in which Han, blocks, mixed words and what separates them meet.
    fn folded_text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            4 => "[云汐科技港口绿色金融债券智慧壮大〇\u{20000}\u{30000}]{1,6}",
            2 => "[a-c0-9]{1,3}",
            2 => "[,.:%#+&/ 。“-]",
            2 => prop::sample::select(vec!["a股", "沪深300", "qq群", "3d打印", "甲股", "4s店", "中国农业发展银行"])
                .prop_map(String::from),
        ];
        let text = prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat());
        text.prop_map(|text| ANALYZER.fold(&text))
    }

    proptest! {
        #[test]
        fn a_paragraph_is_cut_as_run_by_run(folded in folded_text()) {
            let mut words = Vec::new();
            ANALYZER.cut(&folded, &mut Scratch::default(), |cut| {
                words.push((cut.text.to_string(), cut.range, cut.part));
            });
            prop_assert_eq!(words, cut_by_runs(&folded));
        }
    }

    #[test]
    fn a_block_starts_with_any_letter_or_digit_that_is_no_han() {
        for c in '\0'..=char::MAX {
            assert_eq!(starts_block(c), c.is_alphanumeric() && !is_han(c), "{c:?}");
        }
    }

    /// After a change of words or layout, `NEWSEARCH_KEEP=1` keeps what is made here.
    #[test]
    fn the_built_in_dictionary_is_what_its_sources_compile_to() {
        let compiled = image(&UserWords::default(), true).unwrap();
        if std::env::var_os("NEWSEARCH_KEEP").is_some() {
            let path = concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/src/analysis/data/dictionary.zst"
            );
            let packed = zstd::encode_all(&*compiled, *zstd::compression_level_range().end());
            std::fs::write(path, packed.unwrap()).unwrap();
            return;
        }
        let built_in = compile(&UserWords::default()).unwrap();
        assert!(
            *built_in == *compiled,
            "run this test with NEWSEARCH_KEEP=1, and then anew"
        );
    }

    #[test]
    fn the_identity_changes_with_the_words() {
        let plain = analyzer("").identity();
        assert_eq!(plain.len(), 32);
        assert_eq!(plain, analyzer("").identity());
        assert_ne!(plain, ANALYZER.identity());
    }
}
