//! The ids of all documents that match.

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::StrColumn;
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader, TantivyError};

/// Collects the ids of all documents: segment by segment, each in the order of ids.
pub(in crate::search) struct Ids;

impl Collector for Ids {
    type Fruit = Vec<String>;
    type Child = IdsOfSegment;

    fn for_segment(
        &self,
        _: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<IdsOfSegment> {
        Ok(IdsOfSegment {
            ids: reader.fast_fields().str("id")?,
            places: Vec::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(
        &self,
        segments: Vec<tantivy::Result<Vec<String>>>,
    ) -> tantivy::Result<Vec<String>> {
        let segments: Vec<_> = segments.into_iter().collect::<tantivy::Result<_>>()?;
        Ok(segments.concat())
    }
}

/// Notes the place of each id among those of the segment. Read in that order, the dictionary of ids
/// is passed over once.
pub(in crate::search) struct IdsOfSegment {
    ids: Option<StrColumn>,
    places: Vec<u64>,
}

impl SegmentCollector for IdsOfSegment {
    type Fruit = tantivy::Result<Vec<String>>;

    fn collect(&mut self, doc: DocId, _: Score) {
        let places = self.ids.iter().flat_map(|ids| ids.term_ords(doc));
        self.places.extend(places);
    }

    fn harvest(mut self) -> tantivy::Result<Vec<String>> {
        let Some(ids) = self.ids else {
            return Ok(Vec::new());
        };
        self.places.sort_unstable();
        let mut found = Vec::with_capacity(self.places.len());
        let dictionary = ids.dictionary();
        let complete = dictionary.sorted_ords_to_term_cb(&self.places, |id| {
            found.push(String::from_utf8_lossy(id).into_owned());
        })?;
        match complete {
            true => Ok(found),
            false => Err(TantivyError::InternalError("an id is missing".into())),
        }
    }
}
