//! One telling of a story, and whether another is its reprint.

use crate::index::record::facts::Facts;
use crate::index::record::sketch::Sketch;

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

/// Least similarity of a copy without a date.
const COPIED_SIMILARITY: f32 = 0.8;
/// Least similarity of two tellings; below it one is less than half of the other.
const LEAST_SIMILARITY: f32 = 0.45;
/// The same where they share a piece of news and a figure differs, as by its rounding.
const OTHER_FIGURE_SIMILARITY: f32 = 0.5;
/// The same for brief tellings, by two outlets and by one.
const BRIEF_SIMILARITY: f32 = 0.5;
const REPEATED_SIMILARITY: f32 = 0.7;

/// Most characters, in bits, that the poorer of two short tellings has for itself where they share
/// figures: of two outlets, and of one. Without figures to go by it has none.
const OWN_CHARACTERS: u32 = 5;
const REPEATED_OWN_CHARACTERS: u32 = 3;
/// So many bits are figures that no two stories share by chance.
const FIGURES: u32 = 4;

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
    /// The telling with these facts and this sketch, published at this second.
    pub fn new(facts: Facts, sketch: Sketch, published: Option<i64>) -> Telling {
        Telling {
            sketch,
            length: facts.length,
            outlet: facts.outlet,
            published,
        }
    }

    /// How similar an undated telling is, where it is a copy of this one: the same text, all numbers
    /// included, except for what an outlet adds or leaves out. `None` where it is not.
    pub fn is_copied_by(&self, undated: &Telling) -> Option<f32> {
        let similarity = self.sketch.similarity(&undated.sketch);
        let is_brief = self.length.min(undated.length) < BRIEF;
        let least_similarity = if is_brief { 1.0 } else { COPIED_SIMILARITY };
        let has_same_length = !is_brief || self.length == undated.length;
        let is_copy = similarity >= least_similarity
            && has_same_length
            && self.sketch.has_the_numbers_of(&undated.sketch)
            && self.sketch.foreign_characters(&undated.sketch) == 0
            && self.sketch.shares_a_band(&undated.sketch);
        is_copy.then_some(similarity)
    }

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
        let least_similarity = match (is_brief, two_outlets) {
            (true, true) => BRIEF_SIMILARITY,
            (true, false) => REPEATED_SIMILARITY,
            (false, _) => LEAST_SIMILARITY,
        };
        let most_own_characters = match two_outlets {
            _ if is_brief || numbers < FIGURES => 0,
            true => OWN_CHARACTERS,
            false => REPEATED_OWN_CHARACTERS,
        };
        let is_shared_news = two_outlets && !is_brief && apart <= AT_ONCE;
        let same_figures = if is_shared_news && similarity >= OTHER_FIGURE_SIMILARITY {
            foreign <= 2 + numbers / 6
        } else if is_brief && !two_outlets {
            // An outlet that fills in a form twice does so with numbers, too.
            self.sketch.has_the_numbers_of(&other.sketch)
        } else if is_brief {
            foreign == 0
        } else {
            foreign <= numbers / 16
        };
        let are_alike =
            similarity >= least_similarity && own_characters <= most_own_characters && same_figures;
        are_alike.then_some(similarity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Folder;

    fn telling(text: &str, outlet: u8, minutes: i64) -> Telling {
        let (sketch, length) = Sketch::of(&Folder::new().fold(text)).unwrap();
        Telling {
            sketch,
            length: length as u16,
            outlet,
            published: Some(minutes * 60),
        }
    }

    /// Whether the second text, of another outlet or the same one, is a reprint some minutes later.
    fn is_reprint(a: &str, b: &str, same_outlet: bool, minutes: i64) -> bool {
        let (a, b) = (
            telling(a, 1, 0),
            telling(b, 2 - u8::from(same_outlet), minutes),
        );
        assert_eq!(a.reprints(&b), b.reprints(&a));
        a.reprints(&b).is_some()
    }

    const NEWS: &str = "云汐租赁公告，拟以不超过3.2亿元收购青岚物流51%股权，交易完成后青岚物流将纳入合并\
        报表。青岚物流在滨州新区经营四座冷库，去年营业收入2.7亿元，净利润1900万元。";

    #[test]
    fn the_same_words_make_a_reprint() {
        for (other, told) in [
            (NEWS.to_string(), "word for word"),
            (format!("海潮社5月3日电，{NEWS}（记者 李青）"), "framed"),
            (
                NEWS.replace("公告，拟", "发布公告称，公司拟"),
                "a word more",
            ),
            (format!("{NEWS}双方还将合建一座冷库。"), "a sentence more"),
            (NEWS.replace("2.7亿元", "2.703亿元"), "rounded otherwise"),
        ] {
            assert!(is_reprint(NEWS, &other, false, 5), "{told}");
            assert!(
                is_reprint(NEWS, &other, true, 5),
                "{told}, by the same outlet"
            );
            assert!(
                is_reprint(NEWS, &other, false, 3 * 24 * 60),
                "{told}, days later"
            );
        }
    }

    #[test]
    fn another_story_is_none() {
        for (other, told) in [
            (
                NEWS.split_once('，').unwrap().0.to_string(),
                "a mere beginning",
            ),
            (
                NEWS.replace("3.2亿", "5.8亿").replace("2.7亿", "9.1亿"),
                "other figures",
            ),
        ] {
            assert!(!is_reprint(NEWS, &other, true, 600), "{told}");
            assert!(!is_reprint(NEWS, &other, false, 600), "{told}");
        }
        assert!(
            !is_reprint(NEWS, NEWS, false, 4 * 24 * 60),
            "four days later"
        );
    }

    #[test]
    fn forms_are_never_merged() {
        for (a, b) in [
            (
                "云汐租赁(06093.HK)日内跌幅达5%。",
                "海岚新材(01888.HK)日内跌幅达5%。",
            ),
            ("云汐租赁盘中触及涨停。", "云汐租赁盘中触及跌停。"),
            (
                "截至目前，南向资金净买入额达40亿港元。",
                "截至目前，南向资金净买入额达60亿港元。",
            ),
            (
                "截至目前，南向资金净买入额达40亿港元。",
                "截至目前，南向资金净卖出额达40亿港元。",
            ),
            (
                "青石证券将云汐租赁目标价从50元上调至55元。",
                "远洲证券将云汐租赁目标价从50元上调至55元。",
            ),
            (
                "云汐租赁公告，公司及实际控制人收到监管部门的立案告知书，因涉嫌信息披露违法违规被立案\
                 调查，目前公司各项经营活动正常开展，敬请广大投资者注意投资风险。",
                "海岚新材公告，公司及实际控制人收到监管部门的立案告知书，因涉嫌信息披露违法违规被立案\
                 调查，目前公司各项经营活动正常开展，敬请广大投资者注意投资风险。",
            ),
            (
                "利弗证券显示，云汐科技股份有限公司向港交所提交上市申请书，独家保荐人为青石证券。",
                "利弗证券显示，海岚新材股份有限公司向港交所提交上市申请书，独家保荐人为青石证券。",
            ),
        ] {
            for same_outlet in [true, false] {
                assert!(!is_reprint(a, b, same_outlet, 10), "{a} {b}");
            }
        }
        let (a, b) = (
            "云汐租赁第2期第2号债券发行完毕。",
            "云汐租赁第2期第22号债券发行完毕。",
        );
        assert!(!is_reprint(a, b, true, 10), "{a} {b}");
    }

    #[test]
    fn brief_news_may_have_a_word_more() {
        let brief = "离岸人民币兑美元收盘报6.7768，较上一交易日下降48点。";
        let framed = format!("海潮社6月4日电，{brief}");
        let longer = format!("{brief}成交额略有减少。");
        assert!(is_reprint(brief, &framed, true, 1));
        assert!(is_reprint(brief, &longer, false, 1));
        assert!(is_reprint(brief, &longer, true, 1), "by the same outlet");
        assert!(
            !is_reprint(brief, &brief.replace("下降", "上升"), false, 1),
            "the contrary"
        );
        assert!(
            !is_reprint(brief, &framed, true, 24 * 60),
            "the same form on another day"
        );
    }

    #[test]
    fn articles_without_a_date_are_compared_with_each_other_only() {
        let dated = telling(NEWS, 1, 0);
        let undated = Telling {
            published: None,
            ..dated
        };
        assert!(undated.reprints(&undated).is_some());
        assert!(undated.reprints(&dated).is_none() && dated.reprints(&undated).is_none());
    }
}
