//! Which segments become one.

use tantivy::index::SegmentMeta;
use tantivy::indexer::{LogMergePolicy, MergeCandidate, MergePolicy};

use crate::index::disk::sealed::SealedDirectory;

/// Share of deleted documents above which a segment is merged, so that they leave the disk, and
/// their counting costs little.
const MAX_DELETED_RATIO: f32 = 0.2;
/// So many segments of about the same size become one: every query opens every segment.
const MERGED_SEGMENTS: usize = 4;

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
