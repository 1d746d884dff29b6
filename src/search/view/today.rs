//! Which day counts as today: that of the newest article, except for dates that cannot be right.

use tantivy::columnar::ColumnValues;

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

/// The newest of many dates.
#[derive(Default)]
pub(crate) struct Newest {
    /// Those that may be among them.
    dates: Vec<i64>,
    /// An earlier date is not among them.
    least: Option<i64>,
    dated: u64,
}

/// So many dates are looked at together.
const CHUNK: usize = 1024;

impl Newest {
    /// All dates of a column.
    pub fn take_all(&mut self, column: &dyn ColumnValues<i64>) {
        let mut chunk = [0; CHUNK];
        let count = column.num_vals() as usize;
        for start in (0..count).step_by(CHUNK) {
            let chunk = &mut chunk[..CHUNK.min(count - start)];
            column.get_range(start as u64, chunk);
            self.take(chunk.iter().copied());
        }
    }

    pub fn take(&mut self, dates: impl Iterator<Item = i64>) {
        for date in dates {
            self.dated += 1;
            if self.least.is_none_or(|least| date > least) {
                self.dates.push(date);
                if self.dates.len() == CHUNK {
                    self.sift();
                }
            }
        }
    }

    /// Keeps the [`NEWEST`].
    fn sift(&mut self) {
        if self.dates.len() > NEWEST {
            let newest_first = |a: &i64, b: &i64| b.cmp(a);
            let (_, least, _) = self.dates.select_nth_unstable_by(NEWEST - 1, newest_first);
            self.least = Some(*least);
            self.dates.truncate(NEWEST);
        }
    }

    /// The newest, the latest first, and how many dates there were.
    pub fn finish(mut self) -> (Vec<i64>, u64) {
        self.sift();
        self.dates.sort_unstable_by(|a, b| b.cmp(a));
        (self.dates, self.dated)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_are_found_in_whatever_order_dates_come() {
        for (count, step) in [(0, 1), (5, 1), (64, 1), (65, 1), (5_000, 1), (5_000, 1_237)] {
            let dates: Vec<i64> = (0..count).map(|i| i * step % count).collect();
            let mut newest = Newest::default();
            newest.take(dates.iter().copied());
            let expected: Vec<i64> = (0..count).rev().take(NEWEST).collect();
            assert_eq!(newest.finish(), (expected, count as u64), "{count} {step}");
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
