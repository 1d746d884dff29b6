//! Tellings to groups: each story with all that tell it.

mod bands;
pub mod originals;
pub mod undated;

use std::collections::VecDeque;
use std::rc::Rc;

use self::bands::{Bands, MAX_OF_BAND};
use super::telling::{Telling, WINDOW};
use crate::index::record::sketch::Sketch;

/// Least similarity of a telling to the first of its group.
const LEAST_SIMILARITY: f32 = 0.3;
/// No telling has this number.
const NOBODY: u32 = u32::MAX;

/// Puts tellings into groups, in the order of their publication.
///
/// A telling joins the group of the earlier one that it resembles most among those it reprints,
/// if it still resembles the first of the group; so a story that is told on and on, a little changed
/// each time, does not end in the group that it began in. Only earlier tellings decide where one
/// belongs, so later ones may be left out of a group, but change nothing else. Those without a date are put
/// into groups [of their own](undated), which may be copies of a story [with a date](originals).
pub(super) struct Grouper {
    /// The tellings that a later one may still reprint.
    recent: VecDeque<Recent>,
    /// For each of them the telling that it was a candidate for last. Apart, because it is looked at
    /// much more often than they are.
    seen_by: VecDeque<u32>,
    /// How many tellings came before these.
    left: u32,
    bands: Bands,
    candidates: Vec<u32>,
}

/// The telling that another one resembles most.
struct Alike {
    similarity: f32,
    /// Where it is in `recent`.
    place: usize,
}

struct Recent {
    telling: Telling,
    group: u32,
    /// The first telling of the group, where it is another one.
    first: Option<Rc<Sketch>>,
}

impl Grouper {
    pub fn new() -> Grouper {
        Grouper {
            recent: VecDeque::new(),
            seen_by: VecDeque::new(),
            left: 0,
            bands: Bands::for_bands(0),
            candidates: Vec::new(),
        }
    }

    /// The group of the next telling: that of an earlier one, or `own`.
    pub fn place(&mut self, telling: Telling, own: u32) -> u32 {
        self.forget(telling.published);
        let joined = self.most_alike(&telling, own, |_| MAX_OF_BAND);
        let joined = joined.map(|alike| &self.recent[alike.place]);
        let group = joined.map_or(own, |earlier| earlier.group);
        let first = joined.map(|earlier| {
            let first = earlier.first.as_ref();
            first.map_or_else(|| Rc::new(earlier.telling.sketch), Rc::clone)
        });
        self.remember(Recent {
            telling,
            group,
            first,
        });
        group
    }

    /// How similar the earlier telling is that one joins, and its group. Of those that share a band, at most so
    /// many are looked at.
    pub fn joined(
        &mut self,
        telling: &Telling,
        own: u32,
        most_of: impl Fn(u32) -> usize,
    ) -> Option<(f32, u32)> {
        let alike = self.most_alike(telling, own, most_of)?;
        Some((alike.similarity, self.recent[alike.place].group))
    }

    /// The earlier telling that this one joins: of equals the first.
    fn most_alike(
        &mut self,
        telling: &Telling,
        own: u32,
        most_of: impl Fn(u32) -> usize,
    ) -> Option<Alike> {
        self.find_candidates(telling, own, most_of);
        let mut most: Option<Alike> = None;
        for &number in &self.candidates {
            let place = (number - self.left) as usize;
            let earlier = &self.recent[place];
            if let Some(similarity) = telling.reprints(&earlier.telling)
                && most.as_ref().is_none_or(|most| {
                    similarity > most.similarity
                        || similarity == most.similarity && place < most.place
                })
                && telling.sketch.similarity(earlier.first()) >= LEAST_SIMILARITY
            {
                most = Some(Alike { similarity, place });
            }
        }
        most
    }

    /// Adds the next telling where it is known to be of the group that `first` began, if another did.
    pub fn keep(&mut self, telling: Telling, group: u32, first: Option<Rc<Sketch>>) {
        self.forget(telling.published);
        self.remember(Recent {
            telling,
            group,
            first,
        });
    }

    /// Lets go of tellings that none of now or later can reprint.
    fn forget(&mut self, now: Option<i64>) {
        let horizon = now.map(|now| now.saturating_sub(WINDOW));
        let is_over = |recent: &Recent| recent.telling.published < horizon;
        while self.recent.front().is_some_and(is_over) {
            self.recent.pop_front();
            self.seen_by.pop_front();
            self.left += 1;
        }
        self.bands.forget(self.left);
    }

    /// Tellings that share a band with this one, each once.
    fn find_candidates(&mut self, telling: &Telling, own: u32, most_of: impl Fn(u32) -> usize) {
        self.candidates.clear();
        for band in telling.sketch.bands() {
            for number in self.bands.tellings(band).take(most_of(band)) {
                let seen_by = &mut self.seen_by[(number - self.left) as usize];
                if std::mem::replace(seen_by, own) != own {
                    self.candidates.push(number);
                }
            }
        }
    }

    fn remember(&mut self, recent: Recent) {
        self.recent.push_back(recent);
        self.seen_by.push_back(NOBODY);
        let mut not_added = self.recent.len() - 1;
        if let Some(count) = self.bands.is_crowded() {
            self.bands = Bands::for_bands(count);
            self.bands.forget(self.left);
            not_added = 0;
        }
        let first = self.left + not_added as u32;
        for (recent, number) in self.recent.range(not_added..).zip(first..) {
            for band in recent.telling.sketch.bands() {
                self.bands.add(band, number);
            }
        }
    }
}

impl Recent {
    /// Of the first telling of the group.
    fn first(&self) -> &Sketch {
        self.first.as_deref().unwrap_or(&self.telling.sketch)
    }
}

#[cfg(test)]
mod tests {
    use super::originals::{Originals, Undated};
    use super::undated::groups_of_undated;
    use super::*;
    use crate::analysis::Folder;

    /// The groups of texts that appear at these hours, in this order.
    fn groups(texts: &[(i64, &str)]) -> Vec<u32> {
        let folder = Folder::new();
        let mut grouper = Grouper::new();
        let places = texts.iter().zip(0..).map(|(&(hour, text), number)| {
            let (sketch, length) = Sketch::of(&folder.fold(text)).unwrap();
            let telling = Telling {
                sketch,
                length: length as u16,
                outlet: number as u8 + 1,
                published: Some(hour * 3600),
            };
            grouper.place(telling, number)
        });
        places.collect()
    }

    const LAUNCH: &str = "云汐租赁今日在滨州新区交付首批二十台氢能重卡，这些车辆将用于港口短途运输。公司董事长\
        表示，明年计划把车队扩大到五百台，并与三家能源企业合建加氢站，项目总投资约8亿元。";
    const FLOOD: &str = "青岚江上游连日降雨，水位在夜间越过警戒线，沿江四县转移群众逾万人，目前没有人员伤亡\
        的报告。水利部门预计洪峰将在后天清晨抵达临海市，届时水位可能达到18.6米。";

    #[test]
    fn a_story_is_what_resembles_an_earlier_telling() {
        let shorter = LAUNCH.split_once("并与").unwrap().0;
        assert_eq!(
            groups(&[(0, LAUNCH), (1, FLOOD), (1, shorter), (5, LAUNCH)]),
            [0, 1, 0, 0]
        );
    }

    #[test]
    fn a_story_ends_after_three_days_without_it() {
        assert_eq!(groups(&[(0, LAUNCH), (72, LAUNCH)]), [0, 0]);
        assert_eq!(groups(&[(0, LAUNCH), (73, LAUNCH)]), [0, 1]);
        assert_eq!(
            groups(&[(0, LAUNCH), (60, LAUNCH), (120, LAUNCH)]),
            [0, 0, 0],
            "a reprint of a reprint"
        );
    }

    #[test]
    fn a_story_that_changes_and_changes_becomes_another() {
        let han = |i: u32| char::from_u32(0x4E00 + i.wrapping_mul(2_654_435_761) % 5000).unwrap();
        let sentences: Vec<String> = (0..12)
            .map(|i| (30 * i..30 * (i + 1)).map(han).collect())
            .collect();
        let tellings: Vec<String> = (0..8).map(|i| sentences[i..i + 5].join("。")).collect();
        let texts: Vec<(i64, &str)> = (0..).zip(tellings.iter().map(String::as_str)).collect();
        let groups = groups(&texts);
        assert_eq!(groups[1], 0, "each resembles the one before");
        assert_ne!(groups[7], 0, "but not the first: {groups:?}");
    }

    /// The group of each telling, as the doc of [`Grouper`] has it: every earlier one is looked at.
    fn groups_by_looking_at_all(tellings: &[Telling]) -> Vec<u32> {
        let mut groups: Vec<u32> = Vec::new();
        for (telling, own) in tellings.iter().zip(0..) {
            let bands: Vec<u32> = telling.sketch.bands().collect();
            let mut most = None;
            for (earlier, number) in tellings.iter().zip(0..own) {
                let first = &tellings[groups[number as usize] as usize].sketch;
                if let Some(similarity) = telling.reprints(earlier)
                    && earlier.sketch.bands().any(|band| bands.contains(&band))
                    && telling.sketch.similarity(first) >= LEAST_SIMILARITY
                    && most.is_none_or(|(before, _)| similarity > before)
                {
                    most = Some((similarity, groups[number as usize]));
                }
            }
            groups.push(most.map_or(own, |(_, group)| group));
        }
        groups
    }

    #[test]
    fn a_telling_joins_the_most_similar_of_all_earlier_ones() {
        let han = |i: u32| char::from_u32(0x4E00 + i.wrapping_mul(2_654_435_761) % 5000).unwrap();
        let sentence = |i: u32| (20 * i..20 * (i + 1)).map(han).collect::<String>();
        let folder = Folder::new();
        let mut random = 7_u32;
        let mut below = |end: u32| {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (random >> 16) % end
        };
        let tellings = (0..400).map(|number: i64| {
            // Forty stories of eight sentences, of which each telling lacks some.
            let story = 8 * below(40);
            let told = (story..story + 8).filter(|_| below(5) > 0).map(sentence);
            let text = told.collect::<Vec<_>>().join("。") + "尾";
            let (sketch, length) = Sketch::of(&folder.fold(&text)).unwrap();
            Telling {
                sketch,
                length: length as u16,
                outlet: below(4) as u8,
                published: (number >= 100).then_some(number * 5000),
            }
        });
        let tellings: Vec<Telling> = tellings.collect();
        let mut grouper = Grouper::new();
        let groups = tellings.iter().zip(0..);
        let groups = groups.map(|(&telling, number)| grouper.place(telling, number));
        let groups: Vec<u32> = groups.collect();
        assert_eq!(groups, groups_by_looking_at_all(&tellings));
        let undated = tellings.iter().map(|&telling| Telling {
            published: None,
            ..telling
        });
        let undated: Vec<Telling> = undated.collect();
        let expected = groups_by_looking_at_all(&undated);
        for at_once in [1, 7, 100, 399, 400, 1000] {
            let groups = groups_of_undated(undated.len(), at_once, |at| Some(undated[at]));
            assert_eq!(groups, expected, "{at_once} at once");
        }
        let alone = groups.iter().zip(0..).filter(|&(&group, own)| group == own);
        let alone = alone.count();
        assert!(
            (50..350).contains(&alone),
            "{alone} of 400 are the first of their group"
        );
    }

    /// The groups of texts that appear at these hours, of which those without one come first.
    fn groups_with_undated(texts: &[(Option<i64>, &str)]) -> Vec<u32> {
        let folder = Folder::new();
        let telling = |&(hour, text): &(Option<i64>, &str)| {
            let (sketch, length) = Sketch::of(&folder.fold(text)).unwrap();
            Telling {
                sketch,
                length: length as u16,
                outlet: 0,
                published: hour.map(|hour: i64| hour * 3600),
            }
        };
        let tellings: Vec<Telling> = texts.iter().map(telling).collect();
        let undated = tellings.partition_point(|telling| telling.published.is_none());
        let mut groups = groups_of_undated(undated, 1, |at| Some(tellings[at]));
        let with_groups = tellings[..undated].iter().copied().zip(groups.clone());
        let without_date = Undated::of(with_groups.collect());
        let mut originals = Originals::default();
        let mut grouper = Grouper::new();
        for (&telling, number) in tellings.iter().zip(0..).skip(undated) {
            groups.push(grouper.place(telling, number));
            originals.compare(&without_date, &telling, number.into(), number);
        }
        for at in 0..undated {
            if let Some(original) = originals.of(groups[at]) {
                groups[at] = groups[original.number as usize];
            }
        }
        groups
    }

    #[test]
    fn many_copies_without_a_date_are_one_group_in_however_many_parts() {
        let (sketch, length) = Sketch::of(&Folder::new().fold(LAUNCH)).unwrap();
        let telling = Telling {
            sketch,
            length: length as u16,
            outlet: 0,
            published: None,
        };
        for at_once in [10, 300, 2000] {
            let groups = groups_of_undated(4 * MAX_OF_BAND, at_once, |_| Some(telling));
            assert_eq!(groups, vec![0; 4 * MAX_OF_BAND], "{at_once} at once");
        }
    }

    #[test]
    fn an_undated_copy_is_of_the_story_with_a_date() {
        let other = LAUNCH.replace("8亿元", "9亿元");
        let shorter = LAUNCH.split_once("并与").unwrap().0;
        let brief = "云汐租赁日内跌幅达5%。";
        for (texts, expected) in [
            (&[(None, LAUNCH), (Some(9), LAUNCH)][..], &[1, 1][..]),
            (
                &[
                    (None, LAUNCH),
                    (None, LAUNCH),
                    (Some(9), FLOOD),
                    (Some(10), LAUNCH),
                ],
                &[3, 3, 2, 3],
            ),
            // The earliest of two stories in the same words, years apart.
            (
                &[(None, LAUNCH), (Some(9), LAUNCH), (Some(9000), LAUNCH)],
                &[1, 1, 2],
            ),
            (&[(None, &other), (Some(9), LAUNCH)], &[0, 1]),
            (&[(None, shorter), (Some(9), LAUNCH)], &[0, 1]),
            (&[(None, FLOOD), (Some(9), LAUNCH)], &[0, 1]),
            (&[(None, brief), (Some(9), brief)], &[1, 1]),
            (
                &[(None, "云汐租赁日内跌幅达6%。"), (Some(9), brief)],
                &[0, 1],
            ),
        ] {
            assert_eq!(groups_with_undated(texts), expected, "{texts:?}");
        }
    }

    #[test]
    fn later_tellings_change_nothing() {
        let shorter = LAUNCH.split_once("并与").unwrap().0;
        let texts = [
            (0, LAUNCH),
            (1, shorter),
            (2, FLOOD),
            (3, LAUNCH),
            (4, FLOOD),
        ];
        let all = groups(&texts);
        for end in 0..texts.len() {
            assert_eq!(groups(&texts[..end]), all[..end]);
        }
    }
}
