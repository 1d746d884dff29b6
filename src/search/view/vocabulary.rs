//! The words of all segments side by side.

use tantivy::TantivyError;
use tantivy::index::InvertedIndexReader;
use tantivy::postings::TermInfo;
use tantivy::termdict::TermStreamer;

use super::deadline::Deadline;

/// Words that several documents have, in their order, and where each segment has them.
#[derive(Default)]
pub(in crate::search) struct Vocabulary {
    /// The words, end to end, and where each ends.
    texts: String,
    ends: Vec<u32>,
    /// For each word its postings in each segment.
    postings: Vec<Postings>,
    segments: usize,
}

/// Where the postings of a word in a segment are.
#[derive(Default)]
struct Postings {
    start: u64,
    length: u32,
    /// 0 where the segment does not have the word.
    documents: u32,
}

/// What a segment has of a dictionary, at one of its terms.
struct At<'i> {
    terms: TermStreamer<'i>,
    is_open: bool,
}

impl Vocabulary {
    /// The words of these segments that at least so many documents have, and that `is_wanted`.
    ///
    /// # Errors
    /// When a dictionary cannot be read, or time is up.
    pub fn read<'i>(
        segments: impl Iterator<Item = &'i InvertedIndexReader>,
        least: u64,
        is_wanted: impl Fn(&str) -> bool,
        deadline: Deadline,
    ) -> Result<Vocabulary, TantivyError> {
        let mut all = Vec::new();
        for segment in segments {
            let mut terms = segment.terms().stream()?;
            let is_open = terms.advance();
            all.push(At { terms, is_open });
        }
        let mut vocabulary = Vocabulary {
            segments: all.len(),
            ..Vocabulary::default()
        };
        let mut watch = deadline.watch();
        let mut term: Vec<u8> = Vec::new();
        // The next term in the order of all dictionaries.
        while let Some(next) = all.iter().filter_map(At::key).min() {
            term.clear();
            term.extend_from_slice(next);
            let having = || all.iter().filter(|at| at.key() == Some(&term));
            let documents = having().map(|at| u64::from(at.terms.value().doc_freq));
            let text = match documents.sum::<u64>() >= least {
                true => std::str::from_utf8(&term).ok(),
                false => None,
            };
            if let Some(text) = text.filter(|text| is_wanted(text)) {
                vocabulary.texts.push_str(text);
                vocabulary.ends.push(vocabulary.texts.len() as u32);
                vocabulary
                    .postings
                    .extend(all.iter().map(|at| at.postings(&term)));
            }
            for at in &mut all {
                if at.key() == Some(&term) {
                    at.is_open = at.terms.advance();
                }
            }
            if watch.is_over() {
                break;
            }
        }
        deadline.check()?;
        Ok(vocabulary)
    }

    /// Each word, and where its postings in each segment are.
    pub fn words(&self) -> impl Iterator<Item = (&str, impl Iterator<Item = Option<TermInfo>>)> {
        let starts = std::iter::once(&0).chain(&self.ends);
        let texts = starts.zip(&self.ends).map(|(&start, &end)| {
            let text = self.texts.get(start as usize..end as usize);
            text.unwrap_or_default()
        });
        let postings = self.postings.chunks(self.segments.max(1));
        texts.zip(postings.map(|postings| postings.iter().map(Postings::term)))
    }
}

impl At<'_> {
    fn key(&self) -> Option<&[u8]> {
        self.is_open.then(|| self.terms.key())
    }

    fn postings(&self, term: &[u8]) -> Postings {
        if self.key() != Some(term) {
            return Postings::default();
        }
        let term = self.terms.value();
        Postings {
            start: term.postings_range.start as u64,
            length: term.postings_range.len() as u32,
            documents: term.doc_freq,
        }
    }
}

impl Postings {
    /// What opens them, without the positions.
    fn term(&self) -> Option<TermInfo> {
        let start = self.start as usize;
        (self.documents > 0).then(|| TermInfo {
            doc_freq: self.documents,
            postings_range: start..start + self.length as usize,
            positions_range: 0..0,
        })
    }
}
