//! One telling of a story, and whether another is its reprint.

use super::sketch::Sketch;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// Reprints appear within so many seconds.
pub(super) const WINDOW: i64 = 3 * DAY;
/// Within so many seconds, an outlet tells a story again; a text that is not [`LONG`] and comes back
/// later is a form that was filled in once more.
const SOON: i64 = 12 * HOUR;
/// Within so many seconds, other outlets carry a piece of news that reached all of them.
const AT_ONCE: i64 = HOUR;

/// In texts of fewer letters and digits any word may be all that two stories differ in.
const BRIEF: u16 = 60;
/// Texts of so many letters and digits are no forms that are filled in.
const LONG: u16 = 400;

/// Least similarity of two tellings; below it one is less than half of the other.
const LEAST_SIMILARITY: f32 = 0.45;
/// The same where they share a piece of news and a figure differs, as by its rounding.
const OTHER_FIGURE_SIMILARITY: f32 = 0.5;
/// The same for brief tellings, by two outlets and by one.
const BRIEF_SIMILARITY: f32 = 0.5;
const REPEATED_SIMILARITY: f32 = 0.85;

/// Most characters that the shorter of two short tellings has for itself.
const OWN_CHARACTERS: u32 = 4;

/// What is known of a telling of a story.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Telling {
    pub sketch: Sketch,
    /// In letters and digits.
    pub length: u16,
    /// A hash of the outlet; 0 where it is not known.
    pub outlet: u8,
    /// In seconds since 1970.
    pub published: Option<i64>,
}

impl Telling {
    /// How similar two tellings of one story are; `None` where they are none.
    ///
    /// They have to share their wording, and the one with fewer numbers must have none that the
    /// other lacks. Forms that are filled in day after day (`… 涨停`, `… 净买入 … 亿`) share their
    /// wording, too, so the shorter the texts the less they may differ, above all in one outlet.
    pub fn reprints(&self, other: &Telling) -> Option<f32> {
        let apart = match (self.published, other.published) {
            (Some(a), Some(b)) => a.abs_diff(b) as i64,
            (None, None) => SOON,
            _ => return None,
        };
        let length = self.length.min(other.length);
        let is_brief = length < BRIEF;
        let two_outlets = self.outlet != other.outlet && self.outlet != 0 && other.outlet != 0;
        let is_no_form = length >= LONG || two_outlets && !is_brief;
        if apart > if is_no_form { WINDOW } else { SOON } {
            return None;
        }
        let similarity = self.sketch.similarity(&other.sketch);
        if similarity < LEAST_SIMILARITY {
            return None;
        }
        let (foreign, numbers) = self.sketch.foreign_numbers(&other.sketch);
        let own_characters = self.sketch.foreign_characters(&other.sketch);
        let are_alike = if is_brief {
            let (least, own) = match two_outlets {
                true => (BRIEF_SIMILARITY, 1),
                false => (REPEATED_SIMILARITY, 0),
            };
            similarity >= least && foreign == 0 && own_characters <= own
        } else {
            let is_shared_news = two_outlets && apart <= AT_ONCE;
            let other_figure = is_shared_news
                && similarity >= OTHER_FIGURE_SIMILARITY
                && foreign <= 2 + numbers / 6;
            own_characters <= OWN_CHARACTERS && (foreign <= numbers / 16 || other_figure)
        };
        are_alike.then_some(similarity)
    }
}
