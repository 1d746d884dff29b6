//! The groups of tellings without a date.

use std::rc::Rc;

use super::Grouper;
use crate::index::reprints::telling::Telling;

/// The groups of so many tellings without a date, each by the number of its first: as one [`Grouper`] makes
/// them of all, but with no more than `at_once` of them in memory.
///
/// Any of them may tell the story of any other. So each part is grouped, and then lies still while all that come
/// later are compared with it.
pub(in crate::index::reprints) fn groups_of_undated(
    count: usize,
    at_once: usize,
    telling: impl Fn(usize) -> Option<Telling>,
) -> Vec<u32> {
    let mut groups: Vec<u32> = (0..count as u32).collect();
    // How similar each is to the one that it resembles most in the parts before its own.
    let mut similarities: Vec<f32> = vec![0.0; if count > at_once { count } else { 0 }];
    for start in (0..count).step_by(at_once) {
        let end = count.min(start + at_once);
        let mut grouper = Grouper::new();
        for (own, group) in groups.iter_mut().enumerate().take(end).skip(start) {
            let Some(this) = telling(own) else {
                continue;
            };
            let before = similarities.get(own).filter(|&&before| before > 0.0);
            let before = before.map(|&similarity| (similarity, *group));
            let joined = match (before, grouper.joined(&this, own as u32)) {
                // Of equals the first.
                (Some(before), Some(near)) if near.0 > before.0 => Some(near),
                (before, near) => before.or(near),
            };
            let first = joined.and_then(|(_, group)| telling(group as usize));
            *group = joined.map_or(own as u32, |(_, group)| group);
            grouper.keep(this, *group, first.map(|first| Rc::new(first.sketch)));
        }
        for later in end..count {
            let alike = telling(later).and_then(|this| grouper.joined(&this, later as u32));
            if let Some((similarity, group)) = alike
                && similarity > similarities[later]
            {
                (similarities[later], groups[later]) = (similarity, group);
            }
        }
    }
    groups
}
