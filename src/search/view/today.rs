//! Which day counts as today: that of the newest article, except for dates that cannot be right.

use tantivy::SegmentReader;
use tantivy::columnar::Column;

use super::segments::deleted;
use crate::index::Summary;

/// What is known of the newest articles of an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Today {
    /// The moment whose day is today, in seconds since 1970.
    pub now: i64,
    /// Articles that are dated later, and do not count.
    pub outliers: u64,
}

/// So many of the newest dates are looked at.
pub(crate) const NEWEST: usize = 64;

const DAY: i64 = 24 * 60 * 60;

/// A clock may be wrong, and a date of another zone, by so much.
const AHEAD: i64 = 2 * DAY;

/// Dates after a gap as long as this are outliers, where they are few.
const GAP: i64 = 2 * 365 * DAY;

/// Few: one in so many articles.
const FEW: u64 = 5;

impl Today {
    /// Of the newest dates of an index, the latest first, all of them or [`NEWEST`]; of the number of
    /// its dated articles; and of the time by the clock. In seconds since 1970.
    pub fn of(newest: &[i64], dated: u64, clock: i64) -> Today {
        let is_ahead = |date: &&i64| **date > clock.saturating_add(AHEAD);
        let ahead = newest.iter().take_while(is_ahead).count();
        // Where all are ahead, they are all that is known.
        let mut first = if ahead < newest.len() { ahead } else { 0 };
        for next in first + 1..newest.len() {
            let is_gap = newest[next - 1].saturating_sub(newest[next]) > GAP;
            let are_few = next as u64 * FEW < dated;
            if is_gap && are_few {
                first = next;
            }
        }
        Today {
            now: newest.get(first).copied().unwrap_or(i64::MIN),
            outliers: first as u64,
        }
    }
}

/// The newest dates of the segments of an index.
#[derive(Default)]
pub(crate) struct Newest {
    /// Those that may be among them.
    dates: Vec<i64>,
    dated: u64,
}

impl Newest {
    /// Those of a segment: of its summary, but for those of documents that were deleted.
    pub fn take(&mut self, segment: &SegmentReader, published: &Column<i64>, summary: &Summary) {
        let gone = deleted(segment).filter(|&doc| published.first(doc).is_some());
        let dated = u64::from(summary.dated).saturating_sub(gone.count() as u64);
        self.dated += dated;
        let is_there = |doc| !segment.is_deleted(doc);
        let known = summary.newest.iter().filter(|(_, doc)| is_there(*doc));
        let known: Vec<i64> = known.map(|(date, _)| *date).collect();
        if known.len() >= NEWEST.min(dated as usize) {
            self.dates.extend(known);
        } else {
            // Most of the newest were deleted.
            let there = (0..segment.max_doc()).filter(|&doc| is_there(doc));
            self.dates
                .extend(there.filter_map(|doc| published.first(doc)));
        }
    }

    /// The newest, the latest first, and how many dates there were.
    pub fn finish(mut self) -> (Vec<i64>, u64) {
        self.dates.sort_unstable_by(|a, b| b.cmp(a));
        self.dates.truncate(NEWEST);
        (self.dates, self.dated)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::corpus::{Article, Precision, Published};
    use crate::search::view::snapshot::Snapshot;
    use crate::{Index, IndexOptions};

    #[test]
    fn the_newest_are_those_of_the_documents_that_are_there() {
        let index = Index::in_memory(IndexOptions::new()).unwrap();
        let add = |numbers: std::ops::Range<i64>, date: &dyn Fn(i64) -> i64| {
            let mut writer = index.writer_with(1, 0).unwrap();
            for number in numbers {
                let article = Article {
                    id: number.to_string(),
                    published: (number % 5 > 0).then(|| Published {
                        seconds: date(number),
                        offset: 480,
                        precision: Precision::Second,
                    }),
                    ..Article::default()
                };
                writer.add(article).unwrap();
            }
            writer.close().unwrap();
            index.shared.reload().unwrap();
        };
        // The newest are replaced by older ones: some, then nearly all that a summary has.
        for (first, last) in [(0, 2_000), (1_990, 2_000), (1_700, 1_990), (2_000, 2_003)] {
            add(first..last, &|number| match first {
                0 => JUNE + number,
                _ => JUNE - number,
            });
            let snapshot = Snapshot::new(Arc::clone(&index.shared));
            let mut newest = Newest::default();
            let mut dates = Vec::new();
            for (number, segment) in (0..).zip(snapshot.engine.segment_readers()) {
                let of_segment = snapshot.segments().unwrap().get(number).unwrap();
                let summary = &snapshot.characters.texts(segment).unwrap().summary;
                newest.take(segment, &of_segment.published, summary);
                let there = segment.doc_ids_alive();
                dates.extend(there.filter_map(|doc| of_segment.published.first(doc)));
            }
            dates.sort_unstable_by(|a, b| b.cmp(a));
            let dated = dates.len() as u64;
            dates.truncate(NEWEST);
            assert_eq!(newest.finish(), (dates, dated), "{first}");
        }
    }

    /// 2024-06-07 and 2026-01-01.
    const JUNE: i64 = 1_717_689_600;
    const CLOCK: i64 = 1_767_196_800;

    #[track_caller]
    fn check(newest: &[i64], now: i64, outliers: u64) {
        let today = Today::of(newest, newest.len() as u64, CLOCK);
        assert_eq!(today, Today { now, outliers });
    }

    #[test]
    fn the_newest_date_is_today() {
        check(&[JUNE, JUNE - DAY, JUNE - 2 * DAY], JUNE, 0);
        check(&[CLOCK + DAY, JUNE], CLOCK + DAY, 0);
        check(&[JUNE], JUNE, 0);
        check(&[], i64::MIN, 0);
    }

    #[test]
    fn dates_ahead_of_the_clock_do_not_count() {
        let year_2099 = 4_070_908_800;
        check(&[year_2099, JUNE, JUNE - DAY], JUNE, 1);
        check(&[year_2099, year_2099 - GAP, JUNE], JUNE, 2);
        check(&[year_2099, year_2099 - DAY], year_2099, 0);
    }

    #[test]
    fn a_few_dates_years_after_the_others_do_not_count() {
        let old = |days: i64| JUNE - 10 * GAP - days * DAY;
        let mut dates = vec![JUNE];
        dates.extend((0..10).map(old));
        check(&dates, old(0), 1);
        // Half of the articles are an archive of their own.
        check(&[JUNE, JUNE - DAY, old(0), old(1)], JUNE, 0);
    }
}
