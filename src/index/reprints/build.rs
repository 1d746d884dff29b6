//! The groups of all documents, from what each carries.

use std::iter;

use rustc_hash::FxHashMap;

use super::documents::{Documents, Place};
use super::groups::Grouper;
use super::groups::originals::{Originals, Undated};
use super::groups::undated::groups_of_undated;
use super::layers::Table;
use super::pending::Touched;
use super::regroup::regroup;
use super::table::{LayerWriter, Member};

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
    let members = members(documents);
    let groups = members.chunk_by(|a, b| a.group == b.group).count();
    let mut layer = LayerWriter::with_room(members.len() + groups);
    let mut next = Next::default();
    for others in members.chunk_by(|a, b| a.group == b.group) {
        let numbers = iter::once(others[0].group).chain(others.iter().map(|other| other.number));
        next.places
            .extend(numbers.map(|number| documents.place(number)));
        next.ends.push(next.places.len());
        if next.places.len() >= AT_ONCE {
            next.add_to(&mut layer, documents)?;
        }
    }
    next.add_to(&mut layer, documents)?;
    Ok(layer)
}

/// Documents without a date that are compared at once, and members of groups that are looked up together: this
/// bounds the memory for them. Few in tests, which are to see several parts.
const AT_ONCE: usize = if cfg!(test) { 8 } else { 1 << 18 };

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

/// A member of a group, except its first: both are numbers of documents.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Other {
    group: u32,
    number: u32,
}

/// The members of all groups, group by group, without the first of each.
fn members(documents: &Documents) -> Vec<Other> {
    let mut members = members_with_a_date(documents);
    let undated = documents.all_undated_in_order();
    let groups = groups_of_undated(undated.len(), AT_ONCE, |at| documents.telling(&undated[at]));
    let stories = stories_of_undated(documents, &undated, &groups, &members);
    let own = undated.iter().map(|place| documents.number(place));
    for ((number, &group), at) in own.zip(&groups).zip(0..) {
        let story = stories.get(&group).copied();
        if story.is_some() || group != at {
            let group = story.unwrap_or_else(|| documents.number(&undated[group as usize]));
            members.push(Other { group, number });
        }
    }
    members.sort_unstable();
    members
}

/// Those that have a date.
fn members_with_a_date(documents: &Documents) -> Vec<Other> {
    let mut members = Vec::new();
    let mut grouper = Grouper::new();
    for slice in documents.slices() {
        for place in documents.places_within(&[slice]) {
            let Some(telling) = documents.telling(&place) else {
                continue;
            };
            let number = documents.number(&place);
            let group = grouper.place(telling, number);
            if group != number {
                members.push(Other { group, number });
            }
        }
    }
    members
}

/// The groups with a date that groups of documents without one are copies of, by the number of the latter.
fn stories_of_undated(
    documents: &Documents,
    undated: &[Place],
    groups: &[u32],
    dated: &[Other],
) -> FxHashMap<u32, u32> {
    let mut originals = Originals::default();
    for (undated, groups) in undated.chunks(AT_ONCE).zip(groups.chunks(AT_ONCE)) {
        let tellings = undated.iter().zip(groups);
        let tellings =
            tellings.filter_map(|(place, &group)| Some((documents.telling(place)?, group)));
        let undated = Undated::of(tellings.collect());
        for place in documents.dated_with(|numbers| undated.has_numbers(numbers)) {
            if let Some(telling) = documents.telling(&place) {
                let (key, number) = (documents.key(&place), documents.number(&place));
                originals.compare(&undated, &telling, key, number);
            }
        }
    }
    let numbers = originals.numbers().map(|number| (number, number));
    let mut stories: FxHashMap<u32, u32> = numbers.collect();
    for Other { group, number } in dated {
        if let Some(story) = stories.get_mut(number) {
            *story = *group;
        }
    }
    let groups = groups.iter().copied();
    let with_original = groups.filter_map(|group| Some((group, originals.of(group)?)));
    with_original
        .map(|(group, original)| (group, stories[&original.number]))
        .collect()
}
