//! What of a segment stands for the concepts of a query.

use std::sync::{Arc, LazyLock};

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::BlockSegmentPostings;
use tantivy::{DocId, SegmentReader, TERMINATED};

use super::bits::{Bits, WINDOW};
use crate::search::plan::concept::WeightedField;
use crate::search::view::occurrences::Occurrences;

/// What stands for a concept.
pub(super) struct Evidence {
    pub found: Found,
    /// Of an alternative: how much of it counts.
    pub share: Option<f32>,
}

impl Evidence {
    /// Takes the documents before `end`, each with its weighted and length-normalised frequency.
    pub fn take(&mut self, fields: &[Norms], end: DocId, mut each: impl FnMut(DocId, f32)) {
        match self.share {
            None => self.found.take(fields, end, each),
            Some(share) => self.found.take(fields, end, |doc, frequency| {
                each(doc, share_of(share, frequency));
            }),
        }
    }

    /// Documents that it has in a window, on the average.
    pub fn in_window(&self, documents: DocId) -> usize {
        self.found.size_hint() as usize * WINDOW / documents.max(1) as usize
    }

    /// Takes those of the documents, which stand in a window from `start` on, that it has.
    pub fn take_those(
        &mut self,
        fields: &[Norms],
        start: DocId,
        documents: &Bits,
        mut each: impl FnMut(DocId, f32),
    ) {
        documents.for_each(|at| {
            let doc = start + at as DocId;
            self.found.seek(doc);
            if self.found.doc() == doc {
                let frequency = self.found.frequency(fields);
                let share = self.share;
                each(
                    doc,
                    share.map_or(frequency, |share| share_of(share, frequency)),
                );
            }
        });
    }
}

/// What the frequency of another name counts: however often it occurs, what was typed counts for more.
pub(crate) fn share_of(share: f32, frequency: f32) -> f32 {
    share * frequency / (frequency + 1.0)
}

/// The documents of a segment that have something.
pub(super) enum Found {
    /// A term in the field with this number.
    Term(usize, Postings),
    /// A substring in a field.
    Substring(Places),
    /// They are about a security with such a code.
    Code(Postings),
}

impl Found {
    pub fn doc(&self) -> DocId {
        match self {
            Found::Term(_, postings) | Found::Code(postings) => postings.doc(),
            Found::Substring(places) => places.doc(),
        }
    }

    pub fn seek(&mut self, target: DocId) {
        if self.doc() < target {
            match self {
                Found::Term(_, postings) | Found::Code(postings) => {
                    postings.seek(target);
                }
                Found::Substring(places) => places.seek(target),
            }
        }
    }

    /// Weighted and length-normalised frequency in the current document.
    fn frequency(&self, fields: &[Norms]) -> f32 {
        match self {
            Found::Term(field, postings) => {
                fields[*field].normalise(postings.doc(), postings.frequency())
            }
            Found::Substring(places) => places.rest().first().map_or(0.0, |&(doc, occurrences)| {
                fields[places.field].normalise(doc, occurrences)
            }),
            Found::Code(_) => CODE_FREQUENCY,
        }
    }

    fn take(&mut self, fields: &[Norms], end: DocId, mut each: impl FnMut(DocId, f32)) {
        match self {
            Found::Term(field, postings) => {
                let norms = &fields[*field];
                postings.take(end, |doc, frequency| {
                    each(doc, norms.normalise(doc, frequency));
                });
            }
            Found::Substring(places) => {
                let norms = &fields[places.field];
                for &(doc, occurrences) in places.take(end) {
                    each(doc, norms.normalise(doc, occurrences));
                }
            }
            Found::Code(postings) => {
                postings.take(end, |doc, _| each(doc, CODE_FREQUENCY));
            }
        }
    }

    pub fn size_hint(&self) -> u32 {
        match self {
            Found::Term(_, postings) | Found::Code(postings) => postings.blocks.doc_freq(),
            Found::Substring(places) => places.all().len() as u32,
        }
    }
}

/// The postings of a term, read block by block.
pub(super) struct Postings {
    blocks: BlockSegmentPostings,
    /// Place in the block.
    at: usize,
}

impl Postings {
    pub fn new(blocks: BlockSegmentPostings) -> Postings {
        Postings { blocks, at: 0 }
    }

    fn doc(&self) -> DocId {
        // Behind the last document stands the mark of the end.
        self.blocks.doc(self.at)
    }

    fn frequency(&self) -> u32 {
        self.blocks.freq(self.at)
    }

    fn seek(&mut self, target: DocId) {
        self.at = self.blocks.seek(target);
    }

    /// Takes the documents before `end`, each with its frequency.
    fn take(&mut self, end: DocId, mut each: impl FnMut(DocId, u32)) {
        loop {
            let docs = self.blocks.docs();
            while let Some(&doc) = docs.get(self.at)
                && doc < end
            {
                each(doc, self.blocks.freq(self.at));
                self.at += 1;
            }
            if self.at < docs.len() || docs.is_empty() {
                return;
            }
            self.blocks.advance();
            self.at = 0;
        }
    }
}

/// Walks the documents of a segment in which a substring stands.
pub(super) struct Places {
    pub occurrences: Arc<Vec<Occurrences>>,
    pub field: usize,
    pub segment: usize,
    pub next: usize,
}

impl Places {
    fn all(&self) -> &[(DocId, u32)] {
        let segments = &self.occurrences[self.field].segments;
        segments.get(self.segment).map_or(&[], Vec::as_slice)
    }

    fn rest(&self) -> &[(DocId, u32)] {
        self.all().get(self.next..).unwrap_or_default()
    }

    fn doc(&self) -> DocId {
        self.rest().first().map_or(TERMINATED, |&(doc, _)| doc)
    }

    fn seek(&mut self, target: DocId) {
        self.next += self.rest().partition_point(|&(doc, _)| doc < target);
    }

    fn take(&mut self, end: DocId) -> &[(DocId, u32)] {
        let start = self.next;
        self.seek(end);
        &self.all()[start..self.next]
    }
}

/// A document about a security counts as if its code stood in the text so often.
pub(crate) const CODE_FREQUENCY: f32 = 3.0;

/// The lengths that a segment tells apart, in words, by their number.
static LENGTHS: LazyLock<[f32; 256]> =
    LazyLock::new(|| std::array::from_fn(|id| FieldNormReader::id_to_fieldnorm(id as u8) as f32));

/// Weight over relative length, for each length that a segment tells apart.
pub(super) struct Norms {
    reader: FieldNormReader,
    factors: [f32; 256],
}

impl Norms {
    pub fn open(segment: &SegmentReader, field: WeightedField) -> tantivy::Result<Norms> {
        let reader = segment.get_fieldnorms_reader(field.field)?;
        let mut factors = [0.0; 256];
        for (factor, length) in factors.iter_mut().zip(LENGTHS.iter()) {
            *factor = field.weight / (1.0 - field.b + field.b * length / field.average);
        }
        Ok(Norms { reader, factors })
    }

    /// Length of the field in words.
    pub fn length(&self, doc: DocId) -> u32 {
        self.reader.fieldnorm(doc)
    }

    pub fn normalise(&self, doc: DocId, frequency: u32) -> f32 {
        frequency as f32 * self.factors[usize::from(self.reader.fieldnorm_id(doc))]
    }
}

#[cfg(test)]
mod tests {
    use tantivy::schema::{IndexRecordOption, Schema, TEXT, Term};
    use tantivy::{Index, doc};

    use super::*;

    const DOCUMENTS: u32 = 3000;

    /// How often a document has the word: every third not at all.
    fn frequency(doc: DocId) -> u32 {
        doc % 3 * (1 + doc % 2)
    }

    #[test]
    fn looking_documents_up_finds_what_walking_finds() {
        let mut schema = Schema::builder();
        let field = schema.add_text_field("body", TEXT);
        let index = Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads(1, 15_000_000).unwrap();
        for number in 0..DOCUMENTS {
            let text = "yunxi ".repeat(frequency(number) as usize);
            writer.add_document(doc!(field => text)).unwrap();
        }
        writer.commit().unwrap();
        let searcher = index.reader().unwrap().searcher();
        let segment = searcher.segment_reader(0);
        let plain = WeightedField {
            field,
            characters: None,
            weight: 1.0,
            b: 0.0,
            average: 1.0,
        };
        let fields = [Norms::open(segment, plain).unwrap()];
        let open = || {
            let term = Term::from_field_text(field, "yunxi");
            let index = segment.inverted_index(field).unwrap();
            let blocks = index.read_block_postings(&term, IndexRecordOption::WithFreqs);
            let blocks = blocks.unwrap().unwrap();
            Evidence {
                found: Found::Term(0, Postings::new(blocks)),
                share: None,
            }
        };
        let (mut walked, mut looked_up) = (open(), open());
        let mut wanted = Bits::default();
        (0..WINDOW).step_by(7).for_each(|at| wanted.insert(at));
        for start in (0..DOCUMENTS).step_by(WINDOW) {
            let end = start + WINDOW as DocId;
            let has = |doc: &DocId| frequency(*doc) > 0;
            let with = |doc| (doc, frequency(doc) as f32);
            let all = (start..end.min(DOCUMENTS)).filter(has).map(with);
            let all: Vec<(DocId, f32)> = all.collect();

            let mut found = Vec::new();
            walked.take(&fields, end, |doc, frequency| found.push((doc, frequency)));
            assert_eq!(found, all, "from {start}");

            found.clear();
            looked_up.take_those(&fields, start, &wanted, |doc, frequency| {
                found.push((doc, frequency));
            });
            let some = all.iter().filter(|(doc, _)| (doc - start) % 7 == 0);
            assert_eq!(found, some.copied().collect::<Vec<_>>(), "from {start}");
        }
        assert_eq!(walked.found.doc(), TERMINATED);
    }
}
