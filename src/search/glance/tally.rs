//! Articles and stories, counted by a number.

use crate::search::view::columns::ALONE;

/// How many articles have each of some values, and how many stories they tell: a story once for each value.
#[derive(Default)]
pub(super) struct Tally {
    counts: Vec<Counts>,
    /// A value, and a story that several articles tell.
    told: Vec<(u32, u32)>,
}

/// How many there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub articles: u64,
    pub stories: u64,
}

/// Counts by something, and the number of documents that have none of it.
pub(super) struct Counting<T> {
    pub counts: Vec<(T, Counts)>,
    pub missing: u64,
}

impl Tally {
    /// One more article with this value that tells this story.
    pub fn add(&mut self, value: u32, story: u32) {
        let place = value as usize;
        if place >= self.counts.len() {
            self.counts.resize(place + 1, Counts::default());
        }
        self.counts[place].articles += 1;
        match story {
            ALONE => self.counts[place].stories += 1,
            story => self.told.push((value, story)),
        }
    }

    /// The counts by value.
    pub fn finish(mut self) -> Vec<Counts> {
        self.told.sort_unstable();
        self.told.dedup();
        for (value, _) in self.told {
            self.counts[value as usize].stories += 1;
        }
        self.counts
    }
}

/// The same of articles that come story by story, those that nobody else tells at any time: then the last
/// story of each value is all that must be remembered.
pub(super) struct OrderedTally {
    /// By value: articles that are alone with their story.
    alone: Vec<u32>,
    retold: Vec<Retold>,
}

/// Articles of a value whose stories others tell, too.
#[derive(Clone)]
struct Retold {
    articles: u32,
    stories: u32,
    last: u32,
}

impl OrderedTally {
    /// For so many values, or more.
    pub fn new(values: usize) -> OrderedTally {
        OrderedTally {
            alone: vec![0; values],
            retold: vec![Retold::NONE; values],
        }
    }

    /// One more article with this value that tells this story.
    #[inline]
    pub fn add(&mut self, value: u32, story: u32) {
        let place = value as usize;
        if place >= self.alone.len() {
            self.alone.resize(place + 1, 0);
            self.retold.resize(place + 1, Retold::NONE);
        }
        if story == ALONE {
            self.alone[place] += 1;
            return;
        }
        let retold = &mut self.retold[place];
        retold.articles += 1;
        retold.stories += u32::from(story != retold.last);
        retold.last = story;
    }

    /// The counts of every value, in the order of the values.
    pub fn counts(&self) -> impl Iterator<Item = Counts> {
        let both = self.alone.iter().zip(&self.retold);
        both.map(|(&alone, retold)| Counts {
            articles: u64::from(alone) + u64::from(retold.articles),
            stories: u64::from(alone) + u64::from(retold.stories),
        })
    }
}

impl Retold {
    const NONE: Retold = Retold {
        articles: 0,
        stories: 0,
        last: ALONE,
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_story_counts_once_for_each_value() {
        let mut tally = Tally::default();
        for (value, story) in [(0, 7), (0, 7), (2, 7), (0, ALONE), (0, ALONE), (2, 8)] {
            tally.add(value, story);
        }
        let counts = |articles, stories| Counts { articles, stories };
        let expected = [counts(4, 3), counts(0, 0), counts(2, 2)];
        assert_eq!(tally.finish(), expected);
        let mut ordered = OrderedTally::new(1);
        for (value, story) in [(0, 7), (0, ALONE), (2, 7), (0, 7), (0, ALONE), (2, 8)] {
            ordered.add(value, story);
        }
        assert_eq!(ordered.counts().collect::<Vec<Counts>>(), expected);
    }
}
