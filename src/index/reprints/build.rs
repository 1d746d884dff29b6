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
    Changed(Option<LayerWriter>),
    /// All groups anew, if there are any.
    Anew(Option<LayerWriter>),
    /// All groups would have to be made anew, which may wait.
    Later,
}

/// The groups of an index that has the documents of `committed`, with the groups of `table`, except for
/// those that were `touched`. Without a table all are made anew, unless that `may_wait`.
pub(crate) fn groups(
    table: Option<&Table>,
    committed: &tantivy::Searcher,
    touched: &FxHashMap<u64, Touched>,
    may_wait: bool,
) -> tantivy::Result<Groups> {
    let documents = Documents::open(committed, touched)?;
    let changes = table.map(|table| regroup(&documents, table, touched));
    match changes.transpose()?.flatten() {
        Some(changes) => Ok(Groups::Changed(if_any(changes))),
        None if may_wait => Ok(Groups::Later),
        None => Ok(Groups::Anew(if_any(all(&documents)?))),
    }
}

/// The groups of all documents of `committed`, except those that were `touched`; `None` where there are
/// none.
#[cfg(feature = "opensearch")]
pub(crate) fn all_groups(
    committed: &tantivy::Searcher,
    touched: &FxHashMap<u64, Touched>,
) -> tantivy::Result<Option<Vec<u8>>> {
    let all = if_any(all(&Documents::open(committed, touched)?)?);
    Ok(all.map(LayerWriter::into_bytes))
}

fn if_any(layer: LayerWriter) -> Option<LayerWriter> {
    (!layer.is_empty()).then_some(layer)
}

/// The groups of all documents.
fn all(documents: &Documents) -> tantivy::Result<LayerWriter> {
    let places = documents.places();
    let members = members(&places, |place| documents.telling(place));
    let groups = members.chunk_by(|a, b| a.group == b.group).count();
    let mut layer = LayerWriter::with_room(members.len() + groups);
    let mut next = Next::default();
    for others in members.chunk_by(|a, b| a.group == b.group) {
        let numbers = iter::once(others[0].group).chain(others.iter().map(|other| other.number));
        next.places
            .extend(numbers.map(|number| places[number as usize]));
        next.ends.push(next.places.len());
        if next.places.len() >= AT_ONCE {
            next.add_to(&mut layer, documents)?;
        }
    }
    next.add_to(&mut layer, documents)?;
    Ok(layer)
}

/// Members of groups that are looked up together.
const AT_ONCE: usize = 1 << 18;

/// Groups that are added to a layer next.
#[derive(Default)]
struct Next {
    /// Of their members, group by group.
    places: Vec<Place>,
    /// Where those of each group end.
    ends: Vec<usize>,
}

impl Next {
    fn add_to(&mut self, layer: &mut LayerWriter, documents: &Documents) -> tantivy::Result<()> {
        let mut members = documents.members(&self.places)?.into_iter();
        let mut start = 0;
        for end in self.ends.drain(..) {
            let mut group: Vec<Member> = members.by_ref().take(end - start).collect();
            group.sort_by(|a, b| a.reprint.order().cmp(&b.reprint.order()));
            layer.add(&group);
            start = end;
        }
        self.places.clear();
        Ok(())
    }
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
