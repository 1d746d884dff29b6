//! Whether the texts of an index are cut as jieba-rs cuts them.

use super::findings::{Check, FaultKind};
use crate::analysis::{Reference, Scratch, han_runs};
use crate::index::disk::folder::{DICTIONARY, SEGMENTS};
use crate::index::error::IndexError;
use crate::index::record::stored::FullText;
use crate::index::record::texts::TextReader;
use crate::index::shared::{Shared, View};

/// Articles that are compared.
const SAMPLE: u64 = 300;
/// Bytes of each that are.
const MOST: usize = 64 << 10;
/// Words that are shown where cuts differ.
const SHOWN: usize = 3;

/// Compares an even sample of the articles, run of Han by run of Han, with the words of the index.
pub(super) fn check(shared: &Shared, check: &mut Check) -> Result<(), IndexError> {
    let dictionary = shared.analyzer.dictionary();
    if !shared.analyzer.is_of(&dictionary) {
        let problem = "the compiled dictionary does not hold the words that it was compiled from";
        check.add(shared.dir().join(DICTIONARY), FaultKind::Program, problem);
        return Ok(());
    }
    compare(shared, &Reference::new(dictionary), check)
}

fn compare(shared: &Shared, reference: &Reference, check: &mut Check) -> Result<(), IndexError> {
    let View { engine, texts, .. } = shared.view();
    let step = engine.num_docs().div_ceil(SAMPLE).max(1);
    let mut number = 0;
    let mut scratch = Scratch::default();
    for segment in engine.segment_readers() {
        let mut texts = TextReader::of(texts.of(segment)?);
        for doc in segment.doc_ids_alive() {
            number += 1;
            if (number - 1) % step != 0 {
                continue;
            }
            let text = texts.stored(doc).and_then(FullText::parse);
            let text = text.ok_or_else(|| shared.damaged_document())?;
            let FullText { article, body } = &text;
            let title = han_runs(&shared.analyzer.fold(&article.title));
            let folded = shared.analyzer.folder().fold_paragraphs(body);
            let body = han_runs(&folded[..folded.floor_char_boundary(MOST)]);
            let runs = format!("{title}\n{body}");
            let cut = shared.analyzer.han_words(&runs, &mut scratch);
            match reference.cut(&runs) {
                None => {}
                Some(expected) if expected == cut => check.as_jieba += 1,
                Some(expected) => {
                    let (cut, expected) = differing(&cut, &expected);
                    let id = &article.id;
                    let problem =
                        format!("the article {id} is cut {cut}, which jieba-rs cuts {expected}");
                    let segment = segment.segment_id().uuid_string();
                    let path = shared.dir().join(SEGMENTS).join(segment);
                    check.add(path, FaultKind::Program, problem);
                }
            }
            if check.is_full() {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// The first words that differ, and some that follow.
fn differing(one: &[&str], other: &[&str]) -> (String, String) {
    let pairs = one.iter().zip(other);
    let first = pairs.take_while(|(a, b)| a == b).count();
    let shown = |words: &[&str]| {
        let words = words.iter().skip(first).take(SHOWN).copied();
        words.collect::<Vec<_>>().join("/")
    };
    (shown(one), shown(other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Analyzer, UserWords, compile};
    use crate::corpus::Article;
    use crate::index::{Index, IndexOptions};

    fn index(words: &str) -> Index {
        let options = IndexOptions::new().dictionary(words).unwrap();
        let index = Index::in_memory(options).unwrap();
        let mut writer = index.writer_with(1, 0).unwrap();
        for number in 0..700 {
            let article = Article {
                id: number.to_string(),
                title: format!("云汐科技第{number}号公告，拟以自有资金回购公司股份"),
                ..Article::default()
            };
            writer.add(article).unwrap();
        }
        writer.close().unwrap();
        index
    }

    #[test]
    fn an_even_sample_is_cut_as_jieba_cuts_it() {
        let mut found = Check::default();
        check(&index("云汐科技\n").shared, &mut found).unwrap();
        assert_eq!((found.as_jieba, found.faults), (234, vec![]));
    }

    #[test]
    fn a_text_that_is_cut_otherwise_is_found() {
        let words = UserWords::parse("云汐科技\n").unwrap();
        let other = Analyzer::new(compile(&words).unwrap(), &words).unwrap();
        let reference = Reference::new(other.dictionary());
        let mut found = Check::default();
        compare(&index("").shared, &reference, &mut found).unwrap();
        assert!(found.as_jieba == 0 && found.is_full());
        let fault = &found.faults[1];
        assert_eq!(fault.kind, FaultKind::Program);
        assert_eq!(
            fault.problem,
            "the article 3 is cut 云/汐/科技, which jieba-rs cuts 云汐科技/第/号"
        );
    }
}
