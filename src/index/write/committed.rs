//! The state of the last commit, as far as a writer looks at it: which documents there are, and of
//! which copies they are made.

use tantivy::columnar::Column;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocSet, SegmentReader, TERMINATED, TantivyDocument, Term};

use super::elsewhere::Elsewhere;
use crate::corpus::merge;
use crate::index::error::IndexError;
use crate::index::record::copy::Copy;
use crate::index::record::keeper::Copies;
use crate::index::record::stored::Stored;
use crate::index::reprints::tables::LayerSeal;
use crate::index::shared::Shared;

/// The committed state, as far as a writer looks at it.
pub(super) struct Committed {
    pub searcher: tantivy::Searcher,
    /// The fingerprints of the copies, by segment.
    copies: Vec<Column<u64>>,
    /// When the documents were published, by segment.
    published: Vec<Column<i64>>,
    /// The layers of the table of reprints.
    pub reprints: Vec<LayerSeal>,
    /// Where the documents are, if not in the engine.
    pub elsewhere: Option<Elsewhere>,
}

/// Where a committed document is.
pub(super) enum Place {
    Here(DocAddress),
    Elsewhere(Copies),
}

impl Committed {
    pub fn read(shared: &Shared, reprints: Vec<LayerSeal>) -> Result<Committed, IndexError> {
        let searcher = shared.reader.searcher();
        let segments = searcher.segment_readers().iter();
        let columns = segments.map(|segment| segment.fast_fields());
        let copies = columns.clone().map(|columns| columns.u64("copy"));
        let published = columns.map(|columns| columns.i64("published"));
        Ok(Committed {
            copies: copies.collect::<tantivy::Result<_>>()?,
            published: published.collect::<tantivy::Result<_>>()?,
            searcher,
            elsewhere: shared.keeper.clone().map(Elsewhere::new),
            reprints,
        })
    }

    /// When a document was published, in seconds since 1970, as far as it says.
    pub fn published(&self, place: &Place) -> Option<i64> {
        match place {
            Place::Here(address) => {
                self.published[address.segment_ord as usize].first(address.doc_id)
            }
            Place::Elsewhere(copies) => {
                let published = match &copies[..] {
                    [only] => only.article.published,
                    copies => merge(copies.iter().map(|copy| &copy.article)).published,
                };
                published.map(|published| published.seconds)
            }
        }
    }

    /// The copies of a document.
    pub fn load(&self, shared: &Shared, place: Place) -> Result<Vec<Copy>, IndexError> {
        let address = match place {
            Place::Here(address) => address,
            Place::Elsewhere(copies) => return Ok(copies.to_vec()),
        };
        let doc: TantivyDocument = self.searcher.doc(address)?;
        let stored = Stored::bytes(&shared.fields, &doc)
            .and_then(Stored::parse)
            .ok_or_else(|| shared.damaged_document())?;
        Ok(stored.into_copies())
    }

    /// The living document with this id.
    pub fn find(&self, shared: &Shared, id: &str) -> Result<Option<Place>, IndexError> {
        if let Some(elsewhere) = &self.elsewhere {
            return Ok(elsewhere.find(id)?.map(Place::Elsewhere));
        }
        let term = Term::from_field_text(shared.fields.id, id);
        Ok(self.living(&term)?.into_iter().next().map(Place::Here))
    }

    /// The living documents that have copies of this file.
    pub fn of_file(&self, shared: &Shared, file: u64) -> Result<Vec<Place>, IndexError> {
        if let Some(elsewhere) = &self.elsewhere {
            let found = elsewhere.of_file(file)?.into_iter();
            return Ok(found.map(Place::Elsewhere).collect());
        }
        let found = self.living(&Term::from_field_u64(shared.fields.file, file))?;
        Ok(found.into_iter().map(Place::Here).collect())
    }

    fn living(&self, term: &Term) -> tantivy::Result<Vec<DocAddress>> {
        let mut found = Vec::new();
        for (segment_ord, segment) in (0..).zip(self.searcher.segment_readers()) {
            let docs = living_in(segment, term)?;
            found.extend(docs.into_iter().map(|doc_id| DocAddress {
                segment_ord,
                doc_id,
            }));
        }
        Ok(found)
    }

    pub fn has_copy(&self, place: &Place, fingerprint: u64) -> bool {
        let address = match place {
            Place::Here(address) => *address,
            Place::Elsewhere(copies) => {
                return copies.iter().any(|copy| copy.fingerprint() == fingerprint);
            }
        };
        let copies = &self.copies[address.segment_ord as usize];
        copies
            .values_for_doc(address.doc_id)
            .any(|copy| copy == fingerprint)
    }
}

fn living_in(segment: &SegmentReader, term: &Term) -> tantivy::Result<Vec<u32>> {
    let index = segment.inverted_index(term.field())?;
    let Some(mut postings) = index.read_postings(term, IndexRecordOption::Basic)? else {
        return Ok(Vec::new());
    };
    let mut docs = Vec::new();
    while postings.doc() != TERMINATED {
        if !segment.is_deleted(postings.doc()) {
            docs.push(postings.doc());
        }
        postings.advance();
    }
    Ok(docs)
}
