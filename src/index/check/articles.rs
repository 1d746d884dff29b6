//! Whether every article of an index can be read, is what its copies make of it, and is found.

use std::sync::Arc;

use rustc_hash::FxHashSet;
use tantivy::columnar::{Column, StrColumn};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::schema::{Field, FieldEntry, FieldType, IndexRecordOption, Value};
use tantivy::tokenizer::{TextAnalyzer, Token};
use tantivy::{DocId, DocSet, SegmentReader, TantivyDocument, Term};

use super::findings::Check;
use super::remade::Remade;
use super::sources::Sources;
use crate::index::disk::folder::SEGMENTS;
use crate::index::error::IndexError;
use crate::index::record::copy::{Copy, hash_id};
use crate::index::record::signature::pair_bits;
use crate::index::record::spelling::Needle;
use crate::index::record::stored::Stored;
use crate::index::record::summary::{self, Summary};
use crate::index::record::terms::grams;
use crate::index::record::texts::{SegmentTexts, TextReader};
use crate::index::shared::{Shared, View};

/// Words of each text that are looked for, and up to twice as many.
const WORDS: usize = 4;
/// Characters of the phrase by which an article is looked for.
const PHRASE: usize = 8;

/// Checks the articles of the last commit.
pub(super) fn check(
    shared: &Shared,
    sources: &Sources,
    check: &mut Check,
) -> Result<(), IndexError> {
    let mut ids = FxHashSet::default();
    let View { engine, texts, .. } = shared.view();
    for segment in engine.segment_readers() {
        if Summary::read(segment)? != Summary::anew(segment)? {
            let segment = segment.segment_id().uuid_string();
            let path = shared.dir().join(SEGMENTS).join(segment);
            check.fault(
                path.with_extension(summary::EXTENSION),
                "it is of another segment",
            );
        }
        let mut articles = Articles::of(shared, segment, texts.of(segment)?)?;
        for doc in segment.doc_ids_alive() {
            let fault = match articles.copies_of(doc)? {
                Ok(copies) => {
                    let is_orphan = copies.iter().all(|copy| sources.have_lost(copy));
                    let id = &copies[0].article.id;
                    if !ids.insert(hash_id(id)) {
                        Some(format!("there are two articles with the id {id}"))
                    } else {
                        if let Some(orphans) = check.orphans.as_mut().filter(|_| is_orphan) {
                            *orphans += 1;
                        }
                        None
                    }
                }
                Err(problem) => Some(problem),
            };
            match fault {
                None => check.articles += 1,
                Some(problem) => {
                    let segment = segment.segment_id().uuid_string();
                    check.fault(shared.dir().join(SEGMENTS).join(segment), problem);
                }
            }
            if check.is_full() {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// The articles of one segment.
struct Articles<'a> {
    shared: &'a Shared,
    segment: &'a SegmentReader,
    store: tantivy::store::StoreReader,
    texts: TextReader,
    /// The views by words: their lengths tell that a text is cut today as it was.
    words: Vec<(Field, TextAnalyzer, FieldNormReader)>,
    columns: Vec<(Field, Values)>,
}

/// The column of a field that is kept by document.
enum Values {
    Unsigned(Column<u64>),
    Signed(Column<i64>),
    Text(Option<StrColumn>),
}

impl Values {
    fn of(segment: &SegmentReader, entry: &FieldEntry) -> tantivy::Result<Option<Values>> {
        let columns = segment.fast_fields();
        Ok(match entry.field_type() {
            kind if !kind.is_fast() => None,
            FieldType::U64(_) => Some(Values::Unsigned(columns.u64(entry.name())?)),
            FieldType::I64(_) => Some(Values::Signed(columns.i64(entry.name())?)),
            FieldType::Str(_) => Some(Values::Text(columns.str(entry.name())?)),
            _ => None,
        })
    }

    /// Whether a document has the values of `field` that it has when it is made anew.
    fn agree(&self, doc: DocId, made: &TantivyDocument, field: Field) -> tantivy::Result<bool> {
        let made = made.get_all(field);
        Ok(match self {
            Values::Unsigned(column) => same(
                column.values_for_doc(doc),
                made.filter_map(|value| value.as_u64()),
            ),
            Values::Signed(column) => same(
                column.values_for_doc(doc),
                made.filter_map(|value| value.as_i64()),
            ),
            Values::Text(column) => {
                let mut texts = Vec::new();
                if let Some(column) = column {
                    for place in column.term_ords(doc) {
                        let mut text = String::new();
                        column.ord_to_str(place, &mut text)?;
                        texts.push(text);
                    }
                }
                same(
                    texts,
                    made.filter_map(|value| value.as_str()).map(str::to_string),
                )
            }
        })
    }
}

/// Whether both have the same values, in whatever order.
fn same<T: Ord>(found: impl IntoIterator<Item = T>, made: impl Iterator<Item = T>) -> bool {
    let (mut found, mut made) = (Vec::from_iter(found), Vec::from_iter(made));
    found.sort_unstable();
    made.sort_unstable();
    found == made
}

impl Articles<'_> {
    fn of<'a>(
        shared: &'a Shared,
        segment: &'a SegmentReader,
        texts: &Arc<SegmentTexts>,
    ) -> tantivy::Result<Articles<'a>> {
        let fields = &shared.fields;
        let mut words = Vec::new();
        for field in [fields.title_words, fields.digest_words, fields.body_words] {
            let tokenizer = shared.engine.tokenizer_for_field(field)?;
            words.push((field, tokenizer, segment.get_fieldnorms_reader(field)?));
        }
        let mut columns = Vec::new();
        // The size is that of the stored copies, too, which another version of Zstandard may compress
        // otherwise.
        let size = shared.fields.size;
        for (field, entry) in segment
            .schema()
            .fields()
            .filter(|(field, _)| *field != size)
        {
            columns.extend(Values::of(segment, entry)?.map(|values| (field, values)));
        }
        Ok(Articles {
            shared,
            segment,
            store: segment.get_store_reader(0)?,
            texts: TextReader::of(texts),
            words,
            columns,
        })
    }

    /// The copies of a document, at least one, or what is wrong with it.
    fn copies_of(&mut self, doc: DocId) -> tantivy::Result<Result<Vec<Copy>, String>> {
        let fields = self.shared.fields;
        let stored: TantivyDocument = self.store.get(doc)?;
        let bytes = Stored::bytes(&fields, &stored);
        let Remade { id, copies, made } = match Remade::of(self.shared, bytes) {
            Ok(remade) => remade,
            Err(problem) => return Ok(Err(format!("document {doc}: {problem}"))),
        };
        if self.texts.stored(doc) != bytes {
            return Ok(Err(format!(
                "the article {id} does not lie where it should"
            )));
        }
        if !self.has(doc, Term::from_field_text(fields.id, &id))? {
            return Ok(Err(format!("the article {id} is not found by its id")));
        }
        Ok(match self.unfound(doc, &made)? {
            Some(problem) => Err(format!("the article {id} {problem}")),
            None => Ok(copies),
        })
    }

    /// What of a document that was made anew the index does not have.
    fn unfound(
        &mut self,
        doc: DocId,
        made: &TantivyDocument,
    ) -> tantivy::Result<Option<&'static str>> {
        for (field, values) in &self.columns {
            if !values.agree(doc, made, *field)? {
                return Ok(Some("has other values in the columns"));
            }
        }
        for at in 0..self.words.len() {
            let (field, tokenizer, lengths) = &mut self.words[at];
            let (field, (count, words)) = (*field, sample(tokenizer, made, *field));
            if lengths.fieldnorm_id(doc) != FieldNormReader::fieldnorm_to_id(count) {
                return Ok(Some("is cut otherwise than it was"));
            }
            for word in words {
                if !self.has(doc, Term::from_field_text(field, &word))? {
                    return Ok(Some("is not found by a word of its own"));
                }
            }
        }
        for field in [self.shared.fields.title, self.shared.fields.body] {
            let text = made.get_first(field).and_then(|value| value.as_str());
            let phrase = phrase(text.unwrap_or_default(), doc as usize);
            let mut has_all = true;
            for gram in grams(&phrase) {
                has_all &= self.has(doc, Term::from_field_text(field, gram))?;
            }
            let searched = self.texts.text(doc, field).unwrap_or_default();
            has_all &= Needle::new(&phrase).find(searched, 0).is_some();
            let bits: Vec<_> = pair_bits(searched).collect();
            if !has_all || !self.texts.may_hold(doc, &bits) {
                return Ok(Some("is not found by a phrase of its own"));
            }
        }
        Ok(None)
    }

    /// Whether the index says that a document has a term.
    fn has(&self, doc: DocId, term: Term) -> tantivy::Result<bool> {
        let index = self.segment.inverted_index(term.field())?;
        let postings = index.read_postings(&term, IndexRecordOption::Basic)?;
        Ok(postings
            .is_some_and(|mut with| with.doc() == doc || with.doc() < doc && with.seek(doc) == doc))
    }
}

/// Into how many words a field of a document is cut, and some of them, from all parts of it. No more
/// is held at once: a text may have millions.
fn sample(tokenizer: &mut TextAnalyzer, doc: &TantivyDocument, field: Field) -> (u32, Vec<String>) {
    let text = doc.get_first(field).and_then(|value| value.as_str());
    let mut words: Vec<String> = Vec::new();
    let (mut count, mut step) = (0, 1);
    let mut take = |token: &Token| {
        if count % step == 0 {
            words.push(token.text.clone());
        }
        if words.len() > 2 * WORDS {
            let mut is_even = false;
            words.retain(|_| {
                is_even = !is_even;
                is_even
            });
            step *= 2;
        }
        count += 1;
    };
    if let Some(text) = text {
        tokenizer.token_stream(text).process(&mut take);
    }
    (count, words)
}

/// Characters side by side in a paragraph of a folded text, from a place that differs from document
/// to document.
fn phrase(folded: &str, seed: usize) -> String {
    let count = folded.chars().count();
    let start = seed.wrapping_mul(7919) % count.max(1);
    let rest = folded.chars().skip(start);
    rest.take_while(|&c| c != '\n').take(PHRASE).collect()
}
