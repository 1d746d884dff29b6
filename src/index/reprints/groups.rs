//! Tellings to groups: each story with all that tell it.

mod bands;
mod undated;

use std::collections::VecDeque;
use std::rc::Rc;

use self::bands::{Bands, MAX_OF_BAND};
use self::undated::Undated;
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
/// belongs, so later ones may be left out of a group, but change nothing else. Tellings without a date
/// come first; once all others are placed, a group of theirs may turn out to be
/// [copies](Self::story_of_undated) of one with a date.
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
    undated: Undated,
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
            undated: Undated::of(Vec::new()),
        }
    }

    /// The group of the next telling: that of an earlier one, or `own`.
    pub fn place(&mut self, telling: Telling, own: u32) -> u32 {
        self.forget(telling.published);
        self.find_candidates(&telling, own);
        let (mut most, mut joined) = ((0.0, 0), None);
        for &number in &self.candidates {
            let earlier = &self.recent[(number - self.left) as usize];
            if let Some(similarity) = telling.reprints(&earlier.telling)
                && (similarity, u32::MAX - number) > most
                && telling.sketch.similarity(earlier.first()) >= LEAST_SIMILARITY
            {
                most = (similarity, u32::MAX - number);
                joined = Some(earlier);
            }
        }
        let group = joined.map_or(own, |earlier| earlier.group);
        if telling.published.is_some() {
            self.undated.compare(&telling, group);
        }
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

    /// Adds the next telling where it is known to be of the group that `first` began, if another did.
    pub fn keep(&mut self, telling: Telling, group: u32, first: Option<Rc<Sketch>>) {
        self.forget(telling.published);
        self.remember(Recent {
            telling,
            group,
            first,
        });
    }

    /// The dated story that a group of undated tellings belongs to, once all tellings were placed.
    pub fn story_of_undated(&self, group: u32) -> Option<u32> {
        self.undated.story(group)
    }

    /// Lets go of tellings that none of now or later can reprint.
    fn forget(&mut self, now: Option<i64>) {
        let first = self.recent.front();
        if now.is_some() && first.is_some_and(|first| first.telling.published.is_none()) {
            self.end_undated();
        }
        let horizon = now.map(|now| now.saturating_sub(WINDOW));
        let is_over = |recent: &Recent| recent.telling.published < horizon;
        while self.recent.front().is_some_and(is_over) {
            self.recent.pop_front();
            self.seen_by.pop_front();
            self.left += 1;
        }
        self.bands.forget(self.left);
    }

    /// All tellings without a date were placed. What found them is made anew, as there may be many.
    fn end_undated(&mut self) {
        self.left += self.recent.len() as u32;
        self.seen_by = VecDeque::new();
        self.bands = Bands::for_bands(0);
        let undated = std::mem::take(&mut self.recent).into_iter();
        self.undated = Undated::of(undated.map(|one| (one.telling, one.group)).collect());
    }

    /// Tellings that share a band with this one, each once.
    fn find_candidates(&mut self, telling: &Telling, own: u32) {
        self.candidates.clear();
        for band in telling.sketch.bands() {
            for number in self.bands.tellings(band).take(MAX_OF_BAND) {
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
        let mut grouper = Grouper::new();
        let mut groups: Vec<u32> = Vec::new();
        for (&(hour, text), number) in texts.iter().zip(0..) {
            let (sketch, length) = Sketch::of(&folder.fold(text)).unwrap();
            let telling = Telling {
                sketch,
                length: length as u16,
                outlet: 0,
                published: hour.map(|hour| hour * 3600),
            };
            groups.push(grouper.place(telling, number));
        }
        let stories = groups
            .iter()
            .zip(texts)
            .map(|(&group, (hour, _))| match hour {
                Some(_) => group,
                None => grouper.story_of_undated(group).unwrap_or(group),
            });
        stories.collect()
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
