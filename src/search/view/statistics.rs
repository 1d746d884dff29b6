//! What is counted of an index: of its documents only, never of those that were removed, so that
//! equal archives have equal figures whatever became of them on the way.

use tantivy::fieldnorm::FieldNormReader;
use tantivy::schema::{Field, IndexRecordOption, Term};
use tantivy::{DocSet, TERMINATED};

use super::counted::{Engine, Length};
use super::segments::deleted;
use crate::index::Texts;

/// Documents that have the term.
pub(crate) fn documents_with(searcher: &Engine, term: &Term) -> tantivy::Result<u64> {
    if let Some(counted) = searcher.counted_elsewhere(term) {
        return counted;
    }
    let mut documents = 0;
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(term.field())?;
        if segment.alive_bitset().is_none() {
            documents += u64::from(index.doc_freq(term)?);
            continue;
        }
        let Some(mut postings) = index.read_postings(term, IndexRecordOption::Basic)? else {
            continue;
        };
        while postings.doc() != TERMINATED {
            documents += u64::from(!segment.is_deleted(postings.doc()));
            postings.advance();
        }
    }
    Ok(documents)
}

/// How long a field of words is, where any document has it.
pub(crate) fn length(
    searcher: &Engine,
    texts: &Texts,
    field: Field,
) -> tantivy::Result<Option<Length>> {
    if let Some(all) = searcher.elsewhere() {
        return all.length(field);
    }
    // The engine keeps lengths as codes of one byte.
    let mut with_code = [0_u64; 256];
    for segment in searcher.segment_readers() {
        for (code, count) in texts.of(segment)?.summary.lengths(field) {
            with_code[usize::from(code)] += u64::from(count);
        }
        let lengths = segment.get_fieldnorms_reader(field)?;
        for doc in deleted(segment) {
            let count = &mut with_code[usize::from(lengths.fieldnorm_id(doc))];
            // Of a damaged index there may be more deleted than there were.
            *count = count.saturating_sub(1);
        }
    }
    let (mut words, mut documents) = (0, 0_u64);
    for (code, count) in (0..=u8::MAX).zip(with_code) {
        let length = FieldNormReader::id_to_fieldnorm(code);
        words += u64::from(length) * count;
        documents += if length > 0 { count } else { 0 };
    }
    Ok(Length::of(documents, words))
}

/// Inverse document frequency, as in the formula of the [ranking](crate::search::run::ranking).
pub(crate) fn idf(documents: u64, frequency: u64) -> f32 {
    let (documents, frequency) = (documents as f64, frequency as f64);
    (1.0 + (documents - frequency + 0.5).max(0.0) / (frequency + 0.5)).ln() as f32
}
