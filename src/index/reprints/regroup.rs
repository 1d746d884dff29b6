//! What becomes of the groups when some documents change, without a look at the others.
//!
//! A telling is compared with those of the three days before it. So what is added, changed or gone can
//! change the group of tellings of the three days after it, and each of these, if its group is another
//! one now, of those after it, and so on. Here the tellings of these days are grouped anew, beside
//! those of the days before, whose groups are known.

mod undated;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use self::undated::{Story, concerned, stories};
use super::documents::{Documents, Place, UNDATED};
use super::groups::Grouper;
use super::layers::Table;
use super::pending::{Pending, Touched};
use super::table::{LayerWriter, Member, Reprint};
use super::telling::{Telling, WINDOW};
use crate::index::record::copy::hash_id;
use crate::index::record::sketch::Sketch;

/// Where more tellings than these have to be looked at, and they are most of all, all are.
const MANY: usize = 10_000;

/// The changes of the table that the documents that were `touched` bring; `None` where all groups are to
/// be made anew: because most would be looked at, or because the table does not fit the documents.
pub(super) fn regroup(
    documents: &Documents,
    table: &Table,
    touched: &FxHashMap<u64, Touched>,
) -> tantivy::Result<Option<LayerWriter>> {
    let events = events(touched);
    let mut until = Vec::new();
    loop {
        let times = windows(&events, &until);
        let places = documents.places_within(&times);
        if places.len() > MANY && places.len() > documents.count() / 2 {
            return Ok(None);
        }
        let mut walk = Walk::new(documents, table, touched, &places);
        if !walk.run(&events)? {
            return Ok(None);
        }
        // What changed may push on beyond the days that were looked at.
        match walk.beyond(&times) {
            Some(later) => until.push(later.saturating_add(WINDOW)),
            None => {
                let is_placed = walk.place_undated()?;
                return is_placed.then(|| walk.changes()).transpose();
            }
        }
    }
}

/// When something with a date appears, changes or goes, ascending.
fn events(touched: &FxHashMap<u64, Touched>) -> Vec<i64> {
    let times = touched.values().flat_map(|Touched { before, now }| {
        let now = now.as_ref().and_then(Pending::published);
        [before.flatten(), now]
    });
    let mut events: Vec<i64> = times.flatten().collect();
    events.sort_unstable();
    events.dedup();
    events
}

/// The times that are looked at: three days before and after each event, and what more is known to
/// change.
fn windows(events: &[i64], until: &[i64]) -> Vec<RangeInclusive<i64>> {
    let around = |&event: &i64| event.saturating_sub(WINDOW)..=event.saturating_add(WINDOW);
    let mut all: Vec<_> = events.iter().chain(until).map(around).collect();
    all.sort_unstable_by_key(|time| *time.start());
    let mut windows: Vec<RangeInclusive<i64>> = Vec::new();
    for time in all {
        match windows.last_mut() {
            Some(last) if time.start() <= last.end() => {
                *last = *last.start()..=*last.end().max(time.end());
            }
            _ => windows.push(time),
        }
    }
    windows
}

/// The first telling of a group of the table.
struct Root {
    key: u64,
    id: String,
    has_undated: bool,
}

/// The tellings of some days, grouped anew where they may have changed.
struct Walk<'a> {
    documents: &'a Documents<'a>,
    table: &'a Table,
    touched: &'a FxHashMap<u64, Touched>,
    places: &'a [Place],
    grouper: Grouper,
    /// The keys of the places, and those of the first tellings of other days: what a group is numbered
    /// by.
    keys: Vec<u64>,
    /// The number of each key.
    numbers: FxHashMap<u64, u32>,
    /// The sketches of first tellings.
    firsts: FxHashMap<u32, Rc<Sketch>>,
    /// The first tellings of groups of the table.
    roots: FxHashMap<u32, Root>,
    /// The tellings of another group than before, or changed, by key, with the key of the first of it.
    moved: FxHashMap<u64, u64>,
    /// The places of those without a date, and of tellings of other days that they are copies of.
    others: FxHashMap<u64, Place>,
    /// When the last of these were published.
    changes: Vec<i64>,
}

impl<'a> Walk<'a> {
    fn new(
        documents: &'a Documents<'a>,
        table: &'a Table,
        touched: &'a FxHashMap<u64, Touched>,
        places: &'a [Place],
    ) -> Walk<'a> {
        let keys: Vec<u64> = places.iter().map(|place| documents.key(place)).collect();
        let numbers = keys.iter().copied().zip(0..).collect();
        Walk {
            documents,
            table,
            touched,
            places,
            grouper: Grouper::new(),
            keys,
            numbers,
            firsts: FxHashMap::default(),
            roots: FxHashMap::default(),
            moved: FxHashMap::default(),
            others: FxHashMap::default(),
            changes: Vec::new(),
        }
    }

    /// Walks over the places; `false` where the table does not fit the documents.
    fn run(&mut self, events: &[i64]) -> tantivy::Result<bool> {
        let mut events = events.iter().copied().peekable();
        let mut until = UNDATED;
        let places = self.places;
        for (place, number) in places.iter().zip(0..) {
            while let Some(event) = events.next_if(|&event| event <= place.published) {
                until = event.saturating_add(WINDOW);
            }
            let Some(telling) = self.documents.telling(place) else {
                continue;
            };
            if place.published > until {
                let next = events.peek().copied();
                let is_near = |next: i64| place.published >= next.saturating_sub(WINDOW);
                if next.is_some_and(is_near) && !self.keep(telling, number)? {
                    return Ok(false);
                }
            } else if self.place(telling, number) {
                until = until.max(place.published.saturating_add(WINDOW));
                self.changes.push(place.published);
            }
        }
        Ok(true)
    }

    /// Keeps a telling in its group.
    fn keep(&mut self, telling: Telling, number: u32) -> tantivy::Result<bool> {
        let own = self.keys[number as usize];
        let root = self.old_root(own);
        if root == own {
            self.grouper.keep(telling, number, None);
            return Ok(true);
        }
        let Some(group) = self.number_of(root, own)? else {
            return Ok(false);
        };
        let first = self.first(group);
        let is_known = first.is_some();
        self.grouper.keep(telling, group, first);
        Ok(is_known)
    }

    /// Finds the group of a telling; whether it is another one than before.
    fn place(&mut self, telling: Telling, number: u32) -> bool {
        let own = self.keys[number as usize];
        let group = self.grouper.place(telling, number);
        let root = self.keys[group as usize];
        let is_another = self.touched.contains_key(&own)
            || self.touched.contains_key(&root)
            || self.old_root(own) != root;
        if is_another {
            self.moved.insert(own, root);
        }
        is_another
    }

    /// The first telling of the group that one is in by the table: itself where it is in none.
    fn old_root(&mut self, key: u64) -> u64 {
        let Some(group) = self.table.group_of(key) else {
            return key;
        };
        self.root_of(group).map_or(key, |root| root.key)
    }

    /// The first telling of a group of the table.
    fn root_of(&mut self, group: u32) -> Option<&Root> {
        if !self.roots.contains_key(&group) {
            let mut first: Option<((bool, i64, u64), String)> = None;
            let mut has_undated = false;
            for Reprint { id, published, .. } in self.table.members(group) {
                let seconds = published.map(|published| published.seconds);
                has_undated |= seconds.is_none();
                let order = (seconds.is_none(), seconds.unwrap_or(0), hash_id(&id));
                if first.as_ref().is_none_or(|(least, _)| order < *least) {
                    first = Some((order, id));
                }
            }
            let ((_, _, key), id) = first?;
            let root = Root {
                key,
                id,
                has_undated,
            };
            self.roots.insert(group, root);
        }
        self.roots.get(&group)
    }

    /// The number of the group that a telling began, of which `member` is; `None` where it is not in the
    /// index.
    fn number_of(&mut self, root: u64, member: u64) -> tantivy::Result<Option<u32>> {
        if let Some(&number) = self.numbers.get(&root) {
            return Ok(Some(number));
        }
        let group = self.table.group_of(member);
        let id = group.and_then(|group| self.roots.get(&group));
        let Some(id) = id.map(|root| root.id.clone()) else {
            return Ok(None);
        };
        let Some(Telling { sketch, .. }) = self.documents.telling_of(&id)? else {
            return Ok(None);
        };
        let number = self.keys.len() as u32;
        self.keys.push(root);
        self.numbers.insert(root, number);
        self.firsts.insert(number, Rc::new(sketch));
        Ok(Some(number))
    }

    /// The sketch of the first telling of a group.
    fn first(&mut self, group: u32) -> Option<Rc<Sketch>> {
        if let Some(first) = self.firsts.get(&group) {
            return Some(Rc::clone(first));
        }
        let telling = self.documents.telling(self.places.get(group as usize)?)?;
        let first = Rc::new(telling.sketch);
        self.firsts.insert(group, Rc::clone(&first));
        Some(first)
    }

    /// When something changed of which not all that it may push on was looked at.
    fn beyond(&self, times: &[RangeInclusive<i64>]) -> Option<i64> {
        let is_beyond = |&&change: &&i64| {
            let end = change.saturating_add(WINDOW);
            !times
                .iter()
                .any(|time| time.contains(&change) && *time.end() >= end)
        };
        self.changes.iter().rev().find(is_beyond).copied()
    }

    /// Finds the groups of those without a date, once all others are placed; `false` where there is too much
    /// to compare.
    fn place_undated(&mut self) -> tantivy::Result<bool> {
        let Some(mut keys) = concerned(self.documents, self.table, self.touched)? else {
            return Ok(false);
        };
        // Where the telling is gone that some are copies of, they may be copies of another one.
        for group in self.changed_groups() {
            if let Some(&Root {
                key: root,
                has_undated: true,
                ..
            }) = self.root_of(group)
            {
                let members: Vec<Reprint> = self.table.members(group).collect();
                if members
                    .iter()
                    .any(|member| self.leaves(hash_id(&member.id), root))
                {
                    let undated = members.iter().filter(|member| member.published.is_none());
                    keys.extend(undated.map(|member| hash_id(&member.id)));
                }
            }
        }
        if keys.is_empty() {
            return Ok(true);
        }
        let Some(stories) = stories(self.documents, self.table, self.touched, &keys)? else {
            return Ok(false);
        };
        for Story { members, dated } in stories {
            let root = match dated {
                Some((key, place)) => {
                    self.others.insert(key, place);
                    let moved = self.moved.get(&key).copied();
                    moved.unwrap_or_else(|| self.old_root(key))
                }
                None => members[0].0,
            };
            for (key, place) in members {
                self.others.insert(key, place);
                if self.touched.contains_key(&key) || self.old_root(key) != root {
                    self.moved.insert(key, root);
                }
            }
        }
        Ok(true)
    }

    /// Whether a telling of the group with this first one has changed, or is in another group now.
    fn leaves(&self, key: u64, root: u64) -> bool {
        self.touched.contains_key(&key) || self.moved.get(&key).is_some_and(|&now| now != root)
    }

    /// The groups that have changed.
    fn changes(mut self) -> tantivy::Result<LayerWriter> {
        let mut members: FxHashMap<u64, (u64, Reprint)> = FxHashMap::default();
        for group in self.changed_groups() {
            let Some(&Root { key: root, .. }) = self.root_of(group) else {
                continue;
            };
            for reprint in self.table.members(group) {
                members.insert(hash_id(&reprint.id), (root, reprint));
            }
        }
        let left: Vec<u64> = members.keys().copied().collect();
        members.retain(|key, _| !self.touched.contains_key(key));
        for (&key, &root) in &self.moved {
            for key in [key, root] {
                self.add_member(&mut members, key)?;
            }
        }
        let mut groups: BTreeMap<u64, Vec<Member>> = BTreeMap::new();
        for (key, (root, reprint)) in members {
            let root = self.moved.get(&key).copied().unwrap_or(root);
            groups
                .entry(root)
                .or_default()
                .push(Member { key, reprint });
        }
        Ok(self.layer(groups, left))
    }

    /// The groups of the table that lose, gain or have changed something.
    fn changed_groups(&self) -> FxHashSet<u32> {
        let moved = self.moved.iter().flat_map(|(&key, &root)| [key, root]);
        let all = moved.chain(self.touched.keys().copied());
        all.filter_map(|key| self.table.group_of(key)).collect()
    }

    /// Adds what is known of a telling that was in no group, or has changed.
    fn add_member(
        &self,
        members: &mut FxHashMap<u64, (u64, Reprint)>,
        key: u64,
    ) -> tantivy::Result<()> {
        let place = self.numbers.get(&key);
        let place = place.and_then(|&number| self.places.get(number as usize));
        let place = place.or_else(|| self.others.get(&key));
        if let (Some(place), false) = (place, members.contains_key(&key)) {
            let member = self.documents.member(place)?;
            members.insert(key, (key, member.reprint));
        }
        Ok(())
    }

    /// The layer that says so; `left` are those that were in groups which have changed.
    fn layer(&self, groups: BTreeMap<u64, Vec<Member>>, left: Vec<u64>) -> LayerWriter {
        let mut layer = LayerWriter::default();
        let mut placed = FxHashSet::default();
        for mut group in groups.into_values().filter(|group| group.len() > 1) {
            group.sort_by(|a, b| a.reprint.order().cmp(&b.reprint.order()));
            placed.extend(group.iter().map(|member| member.key));
            layer.add(&group);
        }
        for key in left.into_iter().filter(|key| !placed.contains(key)) {
            layer.leave_out(key);
        }
        layer
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::corpus::{Article, Paragraph, Precision, Published};
    use crate::index::reprints::build::{Groups, groups};
    use crate::index::reprints::table::Layer;
    use crate::{Index, IndexOptions};

    const HOUR: i64 = 3600;

    struct Random(u64);

    impl Random {
        fn below(&mut self, end: u64) -> u64 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (self.0 >> 33) % end
        }
    }

    fn sentence(number: u64) -> String {
        let han = |i: u64| {
            let code = 0x4E00 + i.wrapping_mul(2_654_435_761) % 5000;
            char::from_u32(code as u32).unwrap()
        };
        (24 * number..24 * (number + 1)).map(han).collect()
    }

    /// One of few stories, told in one of many ways; now and then without a date.
    fn article(random: &mut Random, id: u64, undated: u64) -> Article {
        let story = 8 * random.below(6);
        let told = (story..story + 8).filter(|_| random.below(6) > 0);
        let text = told.map(sentence).collect::<Vec<_>>().join("。");
        let seconds = random.below(24 * 24) as i64 * HOUR;
        let is_dated = random.below(100) >= undated;
        Article {
            id: format!("{id}"),
            source: ["", "海潮社", "星辰日报"][random.below(3) as usize].into(),
            body: vec![Paragraph {
                text,
                heading: false,
            }],
            published: is_dated.then_some(Published {
                seconds,
                offset: 480,
                precision: Precision::Second,
            }),
            ..Article::default()
        }
    }

    /// All groups of a table, as it shows them.
    fn shown(table: &Table, ids: u64) -> BTreeSet<String> {
        let mut shown = BTreeSet::new();
        for id in 0..ids {
            let id = format!("{id}");
            let Some(group) = table.group_of(hash_id(&id)) else {
                continue;
            };
            let members: Vec<Reprint> = table.members(group).collect();
            assert!(members.len() > 1 && members.iter().any(|member| member.id == id));
            for member in &members {
                assert_eq!(table.group_of(hash_id(&member.id)), Some(group));
            }
            shown.insert(format!("{members:?}"));
        }
        shown
    }

    /// The groups of what an index has, all made anew.
    fn anew(index: &Index) -> Table {
        let none = FxHashMap::default();
        let searcher = index.shared.reader.searcher();
        let layer = match groups(None, &searcher, &none, false).unwrap() {
            Groups::Anew(layer) => layer,
            Groups::Changed(_) | Groups::Later => panic!("all were to be made anew"),
        };
        let layer = layer.map(|layer| {
            let bytes = layer.into_bytes();
            let length = bytes.len() as u64;
            Layer::open(tantivy::directory::OwnedBytes::new(bytes), length).unwrap()
        });
        Table::of(layer)
    }

    /// What happens to an archive in ten commits: the groups are those that would be made of all that is
    /// there. How many commits changed the table only, and how many found groups.
    fn live_through(history: u64) -> [u32; 2] {
        let (mut with_layers, mut with_groups) = (0, 0);
        let mut random = Random(history);
        let ids = 8 + random.below(60);
        let undated = [0, 5, 15, 50][random.below(4) as usize];
        let index = Index::in_memory(IndexOptions::new()).unwrap();
        let mut writer = index.writer_with(1, 0).unwrap();
        for commit in 0..10 {
            let changes = match commit {
                0 => ids,
                _ => 1 + random.below(4),
            };
            for _ in 0..changes {
                let id = random.below(ids);
                match random.below(5) {
                    0 => writer.delete(&format!("{id}")),
                    _ => writer.add(article(&mut random, id, undated)).unwrap(),
                }
            }
            if commit < 9 && random.below(4) == 0 {
                writer.commit_early().unwrap();
            } else {
                writer.commit().unwrap();
            }
            let payload = index.shared.commit_payload().unwrap();
            if payload.ungrouped {
                assert!(commit < 9, "history {history}");
                continue;
            }
            let table = index.shared.view().reprints.unwrap();
            let expected = shown(&anew(&index), ids);
            let groups = shown(&table, ids);
            assert_eq!(groups, expected, "history {history}, commit {commit}");
            with_layers += u32::from(payload.reprints.len() > 1);
            with_groups += u32::from(!expected.is_empty());
        }
        [with_layers, with_groups]
    }

    /// More articles of one day than are looked at beside the others: those of the second half wait, even for
    /// the next writer.
    #[test]
    fn reprints_that_an_early_commit_puts_off_are_grouped_by_the_next_one() {
        let half = MANY as u64 + 2;
        let index = Index::in_memory(IndexOptions::new()).unwrap();
        let early = |ids: std::ops::Range<u64>| {
            let mut writer = index.writer_with(1, 0).unwrap();
            for id in ids {
                let published = Published {
                    seconds: id as i64,
                    offset: 480,
                    precision: Precision::Second,
                };
                let body = Paragraph {
                    text: sentence(id / 2),
                    heading: false,
                };
                let article = Article {
                    id: format!("{id}"),
                    body: vec![body],
                    published: Some(published),
                    ..Article::default()
                };
                writer.add(article).unwrap();
            }
            writer.commit_early().unwrap();
        };
        let groups = || shown(&index.shared.view().reprints.unwrap(), 2 * half);
        let is_ungrouped = || index.shared.commit_payload().unwrap().ungrouped;
        early(0..half);
        let first = groups();
        assert!(!is_ungrouped() && first.len() > 100, "{}", first.len());
        early(half..2 * half - 2);
        assert!(is_ungrouped());
        assert_eq!(groups(), first, "as it was");
        index.writer_with(1, 0).unwrap().commit().unwrap();
        assert!(!is_ungrouped());
        assert_eq!(groups(), shown(&anew(&index), 2 * half));
        assert_ne!(groups(), first);
    }

    /// Whatever is added, early or late, changed or deleted, and with whatever else.
    #[test]
    fn groups_are_those_of_all_documents_whatever_happened() {
        let histories = match std::env::var_os("NEWSEARCH_LONG") {
            Some(_) => 0..10_000,
            None => 1 << 32..(1 << 32) + 60,
        };
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let lived = std::thread::scope(|scope| {
            let live = |first| {
                let histories = histories.clone().skip(first).step_by(threads);
                histories.map(live_through).collect::<Vec<_>>()
            };
            let all = (0..threads).map(|first| scope.spawn(move || live(first)));
            let all: Vec<_> = all.collect();
            let all = all.into_iter().flat_map(|one| one.join().unwrap());
            all.collect::<Vec<[u32; 2]>>()
        });
        let sum = |of: usize| lived.iter().map(|counts| counts[of]).sum::<u32>();
        assert!(sum(0) > 50 && sum(1) > 300, "{} {}", sum(0), sum(1));
    }
}
