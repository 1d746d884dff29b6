//! Where substrings stand: in documents of the index only, never in those that were removed.

use std::ops::Range;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::{Field, IndexRecordOption, Term};
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED};

use super::characters::Characters;
use super::counted::Engine;
use super::deadline::Deadline;
use super::exact::{ExactQuery, ExactScorer};
use crate::index::is_gram;

/// Where a text stands in the documents of an index.
#[derive(Debug, Clone, Default)]
pub(crate) struct Occurrences {
    /// By segment: the documents that contain it, and how often.
    pub segments: Vec<Vec<(DocId, u32)>>,
    /// Documents that contain it.
    pub documents: u64,
}

impl Occurrences {
    /// Finds a folded text in a field of characters; of a single character, in how many documents.
    pub(in crate::search) fn find(
        searcher: &Engine,
        field: Field,
        text: &str,
        characters: &Arc<Characters>,
        deadline: Deadline,
    ) -> tantivy::Result<Occurrences> {
        let mut all = text.chars();
        if let (Some(_), None) = (all.next(), all.next()) {
            return Ok(Occurrences {
                segments: Vec::new(),
                documents: characters.documents_with(searcher, field, text)?,
            });
        }
        let mut found = Occurrences::default();
        if is_gram(text) {
            // The documents of a term are those that contain it.
            for segment in searcher.segment_readers() {
                let mut documents = Vec::new();
                if let Some(postings) = characters.postings(segment, field, text)? {
                    let occurrences = |postings: &mut SegmentPostings| postings.term_freq();
                    collect(postings, segment, occurrences, &mut documents);
                }
                found.segments.push(documents);
            }
        } else {
            let substring = ExactQuery::contains(field, text, characters, deadline);
            found.segments = in_texts(searcher, &substring)?;
        }
        let documents = found
            .segments
            .iter()
            .map(|documents| documents.len() as u64);
        found.documents = documents.sum();
        if let Some(all) = searcher.elsewhere() {
            found.documents = all.documents_with(field, text)?;
        }
        deadline.check()?;
        Ok(found)
    }

    /// Keeps the documents of a text of a field of characters that have these words in a field.
    pub fn retain_with(
        &mut self,
        searcher: &Engine,
        text: Option<(Field, &str)>,
        field: Field,
        words: &[String],
    ) -> tantivy::Result<()> {
        for word in words {
            let term = Term::from_field_text(field, word);
            for (documents, segment) in self.segments.iter_mut().zip(searcher.segment_readers()) {
                let index = segment.inverted_index(field)?;
                match index.read_postings(&term, IndexRecordOption::Basic)? {
                    None => documents.clear(),
                    Some(mut with) => documents.retain(|&(doc, _)| {
                        with.doc() == doc || with.doc() < doc && with.seek(doc) == doc
                    }),
                }
            }
        }
        self.documents = self
            .segments
            .iter()
            .map(|documents| documents.len() as u64)
            .sum();
        if let (Some(all), Some(text)) = (searcher.elsewhere(), text) {
            self.documents = all.documents_with_words(text, (field, words))?;
        }
        Ok(())
    }
}

/// So many texts to look through are worth another thread: it takes longer to begin one than to read
/// some hundred.
const WORTH_A_THREAD: u32 = 2_048;

/// Pieces of the work for each thread, so that none waits long for the last one.
const PIECES: usize = 4;

/// Documents of a segment.
type Piece = (usize, Range<DocId>);

/// The documents that contain a text of which texts have to be read, by segment.
fn in_texts(searcher: &Engine, substring: &ExactQuery) -> tantivy::Result<Vec<Vec<(DocId, u32)>>> {
    let segments = searcher.segment_readers();
    let (pieces, threads) = match searcher.threads {
        0 | 1 => (whole(segments), 1),
        most => pieces(segments, substring, most)?,
    };
    let find = |(segment, docs): &Piece| -> tantivy::Result<Vec<(DocId, u32)>> {
        let segment = &segments[*segment];
        let mut documents = Vec::new();
        if let Some(scorer) = ExactScorer::open_within(substring, segment, docs.clone())? {
            collect(scorer, segment, ExactScorer::occurrences, &mut documents);
        }
        Ok(documents)
    };
    let mut found = vec![Vec::new(); segments.len()];
    let all = in_turns(&pieces, threads, find);
    for ((segment, _), documents) in pieces.iter().zip(all) {
        found[*segment].append(&mut documents?);
    }
    Ok(found)
}

fn whole(segments: &[SegmentReader]) -> Vec<Piece> {
    (0..segments.len())
        .map(|segment| (segment, 0..TERMINATED))
        .collect()
}

/// The documents in pieces of about as many texts, in their order, and how many threads these are worth.
fn pieces(
    segments: &[SegmentReader],
    substring: &ExactQuery,
    threads: usize,
) -> tantivy::Result<(Vec<Piece>, usize)> {
    let most = segments.iter().map(|segment| substring.most(segment));
    let most: Vec<u32> = most.collect::<tantivy::Result<_>>()?;
    let all: u32 = most.iter().sum();
    let threads = threads.min((all / WORTH_A_THREAD) as usize);
    if threads < 2 {
        return Ok((whole(segments), 1));
    }
    let each = (all as usize / (PIECES * threads)).max(1);
    let mut pieces = Vec::new();
    for ((number, segment), most) in segments.iter().enumerate().zip(most) {
        let docs = u64::from(segment.max_doc());
        let count = (most as usize / each).max(1) as u64;
        let bound = |piece: u64| (docs * piece / count) as DocId;
        pieces.extend((0..count).map(|piece| (number, bound(piece)..bound(piece + 1))));
    }
    Ok((pieces, threads))
}

/// What `work` makes of each piece, in their order; so many threads take the next one in turn.
fn in_turns<T: Sync, R: Send>(
    pieces: &[T],
    threads: usize,
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    if threads < 2 {
        return pieces.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let take = || {
        let mut done = Vec::new();
        loop {
            let number = next.fetch_add(1, Relaxed);
            let Some(piece) = pieces.get(number) else {
                return done;
            };
            done.push((number, work(piece)));
        }
    };
    let mut done = thread::scope(|scope| {
        // Where the system has no thread left the others do its work.
        let others =
            (1..threads).filter_map(|_| thread::Builder::new().spawn_scoped(scope, take).ok());
        let others: Vec<_> = others.collect();
        let mut done = take();
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        done
    });
    done.sort_unstable_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Takes the documents, but for those that were removed, with how often each has what is looked for.
fn collect<D: DocSet>(
    mut found: D,
    segment: &SegmentReader,
    occurrences: impl Fn(&mut D) -> u32,
    documents: &mut Vec<(DocId, u32)>,
) {
    while found.doc() != TERMINATED {
        if !segment.is_deleted(found.doc()) {
            documents.push((found.doc(), occurrences(&mut found)));
        }
        found.advance();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::{Article, Paragraph};
    use crate::{Index, IndexOptions};

    /// Five segments of very different sizes, and a removed article: any number of threads finds what one
    /// finds, in the same order.
    #[test]
    fn threads_share_the_work_and_find_the_same() {
        let index = Index::in_memory(IndexOptions::new()).unwrap();
        let article = |number: usize| Article {
            id: number.to_string(),
            body: vec![Paragraph {
                text: ["云汐港口", "港口云汐，云汐港", "汐云口港"][number * number % 7 % 3].into(),
                heading: false,
            }],
            ..Article::default()
        };
        let mut written = 0;
        for end in [5_000, 5_001, 9_000, 9_010, 9_600] {
            let mut writer = index.writer_with(1, 0).unwrap();
            for number in written..end {
                writer.add(article(number)).unwrap();
            }
            writer.delete("4711");
            writer.close().unwrap();
            written = end;
        }
        index.shared.reload().unwrap();
        let view = index.shared.view();
        let characters = Arc::new(Characters::new(Arc::clone(&view.texts)));
        let mut engine = Engine::new(view.engine, None);
        let body = index.shared.fields.body;
        for text in ["云汐港", "汐港", "港口云"] {
            let mut find = |threads| {
                engine.threads = threads;
                let deadline = Deadline::default();
                Occurrences::find(&engine, body, text, &characters, deadline).unwrap()
            };
            let alone = find(1);
            assert!(alone.documents > 2_000, "{text}");
            for threads in [2, 3, 64] {
                let found = find(threads);
                assert_eq!(found.documents, alone.documents);
                assert_eq!(found.segments, alone.segments, "{text}, {threads} threads");
            }
        }
        let substring = ExactQuery::contains(body, "云汐港", &characters, Deadline::default());
        let (pieces, threads) = pieces(engine.segment_readers(), &substring, 64).unwrap();
        assert!(threads > 1 && pieces.len() > PIECES, "{threads} threads");
        let few = ExactQuery::contains(body, "云汐银", &characters, Deadline::default());
        assert_eq!(
            super::pieces(engine.segment_readers(), &few, 64).unwrap().1,
            1
        );
    }

    #[test]
    fn results_are_in_the_order_of_the_work() {
        let work: Vec<usize> = (0..100).collect();
        for threads in [0, 1, 2, 7] {
            assert_eq!(
                in_turns(&work, threads, |number| number * 2),
                work.iter().map(|number| number * 2).collect::<Vec<_>>()
            );
        }
    }
}
