//! The groups of all documents, from what each carries.

use std::iter;

use rustc_hash::FxHashMap;

use super::documents::{Documents, Place, UNDATED};
use super::groups::Grouper;
use super::layers::Table;
use super::pending::Touched;
use super::regroup::regroup;
use super::table::{LayerWriter, Member};
use super::telling::Telling;

/// What a commit does to the table of groups.
pub(crate) enum Groups {
    /// These layers stay, and this one says what has changed, if anything has.
    Changed(Option<Vec<u8>>),
    /// All groups anew, if there are any.
    Anew(Option<Vec<u8>>),
}

/// The groups of an index that has the documents of `committed`, with the groups of `table`, except for
/// those that were `touched`. Without a table all are made anew.
pub(crate) fn groups(
    table: Option<&Table>,
    committed: &tantivy::Searcher,
    touched: &FxHashMap<u64, Touched>,
) -> tantivy::Result<Groups> {
    let documents = Documents::open(committed, touched)?;
    let changes = table.map(|table| regroup(&documents, table, touched));
    match changes.transpose()?.flatten() {
        Some(changes) => Ok(Groups::Changed(written(changes))),
        None => Ok(Groups::Anew(written(all(&documents)?))),
    }
}

/// The groups of all documents of `committed`, except those that were `touched`; `None` where there are
/// none.
#[cfg(feature = "opensearch")]
pub(crate) fn all_groups(
    committed: &tantivy::Searcher,
    touched: &FxHashMap<u64, Touched>,
) -> tantivy::Result<Option<Vec<u8>>> {
    Ok(written(all(&Documents::open(committed, touched)?)?))
}

fn written(layer: LayerWriter) -> Option<Vec<u8>> {
    (!layer.is_empty()).then(|| layer.finish())
}

/// The groups of all documents.
fn all(documents: &Documents) -> tantivy::Result<LayerWriter> {
    let places = documents.places();
    let members = members(&places, |place| documents.telling(place));
    let mut layer = LayerWriter::default();
    for others in members.chunk_by(|a, b| a.group == b.group) {
        let numbers = iter::once(others[0].group).chain(others.iter().map(|other| other.number));
        let group = numbers.map(|number| documents.member(&places[number as usize]));
        let mut group: Vec<Member> = group.collect::<tantivy::Result<_>>()?;
        group.sort_by(|a, b| a.reprint.order().cmp(&b.reprint.order()));
        layer.add(&group);
    }
    Ok(layer)
}

/// A member of a group, except its first: both are numbers of places.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Other {
    group: u32,
    number: u32,
}

/// The members of all groups, group by group, without the first of each.
fn members(places: &[Place], telling: impl Fn(&Place) -> Option<Telling>) -> Vec<Other> {
    let mut members = Vec::new();
    let mut grouper = Grouper::new();
    let mut undated = Vec::new();
    for (place, number) in places.iter().zip(0..) {
        let group = telling(place).map_or(number, |telling| grouper.place(telling, number));
        if place.published == UNDATED {
            undated.push(Other { group, number });
        } else if group != number {
            members.push(Other { group, number });
        }
    }
    for Other { group, number } in undated {
        let group = grouper.story_of_undated(group).unwrap_or(group);
        if group != number {
            members.push(Other { group, number });
        }
    }
    members.sort_unstable();
    members
}
