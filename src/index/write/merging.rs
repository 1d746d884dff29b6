//! Which segments become one.

use tantivy::index::SegmentMeta;
use tantivy::indexer::{LogMergePolicy, MergeCandidate, MergePolicy};

use crate::index::disk::sealed::SealedDirectory;

/// Share of deleted documents above which a segment is merged, so that they leave the disk, and
/// their counting costs little.
const MAX_DELETED_RATIO: f32 = 0.2;
/// So many segments of about the same size become one: every query opens every segment.
const MERGED_SEGMENTS: usize = 4;
/// Segments of fewer documents are of about the same size. A trickle of commits makes many of them, and
/// what they merge into is to grow before it is merged again: with the engine's 10,000, every third
/// commit would write up to 10,000 documents.
const SMALLEST: u32 = 8;
/// Segments are of about the same size if none has more than two to this power times the documents of
/// another.
const SIZES_APART: f64 = 1.5;

/// Merges segments of about the same size. Those that it chooses are compared with their checksums
/// before they are read.
#[derive(Debug)]
pub(super) struct Merging {
    by_size: LogMergePolicy,
    files: Option<SealedDirectory>,
}

impl Merging {
    /// Of segments in these files; none for an index in memory.
    pub fn of(files: Option<SealedDirectory>) -> Merging {
        let mut by_size = LogMergePolicy::default();
        by_size.set_del_docs_ratio_before_merge(MAX_DELETED_RATIO);
        by_size.set_min_num_segments(MERGED_SEGMENTS);
        by_size.set_min_layer_size(SMALLEST);
        by_size.set_level_log_size(SIZES_APART);
        Merging { by_size, files }
    }
}

impl MergePolicy for Merging {
    fn compute_merge_candidates(&self, segments: &[SegmentMeta]) -> Vec<MergeCandidate> {
        let candidates = self.by_size.compute_merge_candidates(segments);
        if let Some(files) = &self.files {
            for id in candidates.iter().flat_map(|candidate| &candidate.0) {
                files.will_merge(&id.uuid_string());
            }
        }
        candidates
    }
}
