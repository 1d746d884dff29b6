//! The groups of reprints of an index, as of one commit: layers, of which the later ones say what has
//! changed.
//!
//! What a layer says of an article, a later one may take back. Of a group that has changed a later
//! layer has all members, so a group is that of its layer, or none at all.

use rustc_hash::FxHashSet;

use super::table::{Layer, LayerWriter, Member, Reprint};
use crate::index::record::copy::hash_id;

/// A layer stays as it is as long as it has so many times the bytes of what follows it. So each group is
/// written a few times only, and there are few layers.
const TIMES: u64 = 2;

/// The groups of reprints of an index.
#[derive(Clone, Default)]
pub(crate) struct Table {
    /// The oldest first, each with the number of its first group among those of all.
    layers: Vec<(u32, Layer)>,
}

impl Table {
    pub(super) fn of(layers: impl IntoIterator<Item = Layer>) -> Table {
        let mut table = Table::default();
        let mut first = 0_u32;
        for layer in layers {
            let next = first.saturating_add(layer.groups());
            table.layers.push((first, layer));
            first = next;
        }
        table
    }

    /// The table that is this layer alone.
    #[cfg(feature = "opensearch")]
    pub fn of_one(
        bytes: tantivy::directory::OwnedBytes,
    ) -> Result<Table, super::table::TableError> {
        let length = bytes.len() as u64;
        Ok(Table::of([Layer::open(bytes, length)?]))
    }

    /// Whether no article has, or had, a reprint.
    pub fn is_empty(&self) -> bool {
        self.layers.iter().all(|(_, layer)| layer.groups() == 0)
    }

    /// The group of the article whose id has this hash.
    pub fn group_of(&self, key: u64) -> Option<u32> {
        for (first, layer) in self.layers.iter().rev() {
            if let Some(group) = layer.group_of(key) {
                return group.map(|group| first.saturating_add(group));
            }
        }
        None
    }

    /// The hashes of the ids of all articles in groups.
    #[cfg(feature = "opensearch")]
    pub fn keys(&self) -> impl Iterator<Item = u64> {
        let keys = self.layers.iter().flat_map(|(_, layer)| layer.keys());
        let keys = keys.map(|(key, _)| key);
        keys.filter(|&key| self.group_of(key).is_some())
    }

    /// The articles of a group, the first telling first, those without a date last.
    pub fn members(&self, group: u32) -> impl Iterator<Item = Reprint> {
        let of_layer = self.layers.iter().rev().find(|(first, _)| *first <= group);
        let members = of_layer.map(|(first, layer)| layer.members(group - first));
        members.into_iter().flatten()
    }
}

/// How many of the layers with these sizes in bytes stay when one of `size` is added; the others are
/// [joined](join) with it.
pub(super) fn staying(sizes: &[u64], mut size: u64) -> usize {
    let mut staying = sizes.len();
    while let Some(&last) = sizes[..staying].last()
        && last < TIMES * size
    {
        size += last;
        staying -= 1;
    }
    staying
}

/// Layers that follow each other as one. Where no other comes before them, nobody need be left out.
pub(super) fn join(layers: Vec<Layer>, is_first: bool) -> LayerWriter {
    let table = Table::of(layers);
    let mut joined = LayerWriter::default();
    let mut out = FxHashSet::default();
    for (number, (_, layer)) in table.layers.iter().enumerate() {
        let later = &table.layers[number + 1..];
        let is_last_word = |key| later.iter().all(|(_, layer)| layer.group_of(key).is_none());
        for group in 0..layer.groups() {
            let members = layer.members(group).map(|reprint| Member {
                key: hash_id(&reprint.id),
                reprint,
            });
            let members: Vec<Member> = members.collect();
            // A later layer has all of a group that has changed, or leaves it out.
            if members.len() > 1 && members.iter().all(|member| is_last_word(member.key)) {
                joined.add(&members);
            }
        }
        let left_out = layer.keys().filter(|(_, group)| group.is_none());
        out.extend(left_out.map(|(key, _)| key));
    }
    if !is_first {
        let mut out: Vec<u64> = out.into_iter().collect();
        out.sort_unstable();
        for key in out.into_iter().filter(|&key| table.group_of(key).is_none()) {
            joined.leave_out(key);
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use tantivy::directory::OwnedBytes;

    use super::*;

    fn layer(groups: &[&[&str]], left_out: &[&str]) -> Layer {
        let mut layer = LayerWriter::default();
        for group in groups {
            let members: Vec<Member> = group.iter().map(|id| member(id)).collect();
            layer.add(&members);
        }
        left_out.iter().for_each(|id| layer.leave_out(hash_id(id)));
        opened(layer)
    }

    fn opened(layer: LayerWriter) -> Layer {
        let bytes = layer.into_bytes();
        let length = bytes.len() as u64;
        Layer::open(OwnedBytes::new(bytes), length).unwrap()
    }

    fn member(id: &str) -> Member {
        Member {
            key: hash_id(id),
            reprint: Reprint {
                id: id.into(),
                source: String::new(),
                published: None,
            },
        }
    }

    fn group(table: &Table, id: &str) -> Vec<String> {
        let group = table.group_of(hash_id(id));
        let members = group.map(|group| table.members(group));
        members.into_iter().flatten().map(|one| one.id).collect()
    }

    #[test]
    fn the_last_layer_that_says_something_counts_and_so_it_does_when_they_are_joined() {
        let layers = || {
            vec![
                layer(&[&["a", "b"], &["c", "d"], &["e", "f"]], &[]),
                layer(&[&["a", "b", "g"]], &["c", "d"]),
                layer(&[&["c", "h"]], &["a", "b", "g", "i"]),
            ]
        };
        for joined in 1..=3 {
            let mut parts = layers();
            let last = parts.split_off(3 - joined);
            let is_first = parts.is_empty();
            parts.push(opened(join(last, is_first)));
            let table = Table::of(parts);
            assert_eq!(group(&table, "e"), ["e", "f"], "{joined} joined");
            assert_eq!(group(&table, "c"), ["c", "h"]);
            for id in ["a", "b", "d", "g", "i", "k"] {
                assert_eq!(group(&table, id), [""; 0], "{id}, {joined} joined");
            }
            assert!(!table.is_empty() && Table::default().is_empty());
        }
        let left_out = opened(join(vec![layer(&[], &["a"])], true));
        assert_eq!(left_out.keys().count(), 0);
    }

    #[test]
    fn layers_stay_few_and_are_written_seldom() {
        let (mut sizes, mut written) = (Vec::new(), 0);
        for _ in 0..10_000 {
            let staying = staying(&sizes, 100);
            let size = 100 + sizes[staying..].iter().sum::<u64>();
            sizes.truncate(staying);
            sizes.push(size);
            written += size;
            assert!(sizes.len() <= 14, "{sizes:?}");
        }
        assert_eq!(sizes.iter().sum::<u64>(), 1_000_000);
        assert!(written <= 12 * 1_000_000, "{written}");
    }
}
