//! The figures of all sets, in two tables.

use std::io::{self, Write};
use std::time::Duration;

use super::compare;
use super::measures::{MEASURES, Scores, means};
use super::table::Table;

/// How a query was answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// The id of the query.
    pub topic: String,
    /// How good the ranking is.
    pub scores: Scores,
    /// How good the ranking of the compared run is.
    pub other: Option<Scores>,
    /// How long it took; `None` for a judged query that is not among the queries.
    pub latency: Option<Duration>,
}

/// The figures of all sets.
pub struct Report {
    parts: &'static [Part],
    figures: Table,
    comparisons: Table,
}

/// Which queries of a set a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    All,
    Tune,
    Check,
}

impl Report {
    /// A report about whole sets, or about their halves as well.
    pub fn new(halves: bool) -> Report {
        let speed = ["queries/s", "p50 ms", "p99 ms"];
        Report {
            parts: if halves {
                &[Part::All, Part::Tune, Part::Check]
            } else {
                &[Part::All]
            },
            figures: Table::new(["set", "queries"].into_iter().chain(MEASURES).chain(speed)),
            comparisons: Table::new(["set", "measure", "this", "other", "difference", "p"]),
        }
    }

    /// Adds what was measured on a set.
    pub fn add(&mut self, set: &str, measured: &[Measured]) {
        for part in self.parts {
            let measured: Vec<&Measured> = measured
                .iter()
                .filter(|measured| part.holds(&measured.topic))
                .collect();
            let label = part.label(set);
            self.figures.push(figures(&label, &measured));
            let compared: Vec<_> = measured
                .iter()
                .filter_map(|measured| Some((measured.scores, measured.other?)))
                .collect();
            if !compared.is_empty() {
                comparisons(&label, &compared).for_each(|row| self.comparisons.push(row));
            }
        }
    }

    /// Writes the tables with `write`; the second one only if anything was compared.
    ///
    /// # Errors
    /// `out` cannot be written to.
    pub fn write<W: Write>(
        &self,
        out: &mut W,
        write: fn(&Table, &mut W) -> io::Result<()>,
    ) -> io::Result<()> {
        write(&self.figures, out)?;
        if !self.comparisons.is_empty() {
            writeln!(out)?;
            write(&self.comparisons, out)?;
        }
        Ok(())
    }
}

impl Part {
    fn holds(self, topic: &str) -> bool {
        match self {
            Part::All => true,
            Part::Tune => is_tuned_on(topic),
            Part::Check => !is_tuned_on(topic),
        }
    }

    fn label(self, set: &str) -> String {
        match self {
            Part::All => set.to_owned(),
            Part::Tune => format!("{set}/tune"),
            Part::Check => format!("{set}/check"),
        }
    }
}

/// Whether a query is in the half that is tuned on: by a hash, so that it stays there whatever
/// queries there are beside it.
pub fn is_tuned_on(topic: &str) -> bool {
    blake3::hash(topic.as_bytes()).as_bytes()[0] & 1 == 0
}

fn figures(label: &str, measured: &[&Measured]) -> Vec<String> {
    let means = means(measured.iter().map(|measured| &measured.scores));
    let mut row = vec![label.to_owned(), measured.len().to_string()];
    row.extend(means.map(|mean| format!("{mean:.4}")));
    row.extend(speed(
        measured
            .iter()
            .filter_map(|measured| measured.latency)
            .collect(),
    ));
    row
}

/// Queries in a second, and the latencies below which a half and 99 of 100 queries stay.
fn speed(mut latencies: Vec<Duration>) -> [String; 3] {
    latencies.sort_unstable();
    let total = latencies.iter().sum::<Duration>().as_secs_f64();
    let percentile = |percent| {
        percentile(&latencies, percent).map_or("-".into(), |latency| {
            format!("{:.2}", milliseconds(latency))
        })
    };
    let rate = if total > 0.0 {
        format!("{:.0}", latencies.len() as f64 / total)
    } else {
        "-".into()
    };
    [rate, percentile(50), percentile(99)]
}

/// The least latency that `percent` of all queries do not exceed.
fn percentile(sorted: &[Duration], percent: usize) -> Option<Duration> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

/// A duration in milliseconds.
pub fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

fn comparisons(label: &str, compared: &[(Scores, Scores)]) -> impl Iterator<Item = Vec<String>> {
    let ours = means(compared.iter().map(|(ours, _)| ours));
    let other = means(compared.iter().map(|(_, other)| other));
    MEASURES.iter().enumerate().map(move |(place, measure)| {
        let differences: Vec<f64> = compared
            .iter()
            .map(|(ours, other)| ours[place] - other[place])
            .collect();
        let (ours, other) = (ours[place], other[place]);
        vec![
            label.to_owned(),
            measure.to_string(),
            format!("{ours:.4}"),
            format!("{other:.4}"),
            format!("{:+.4}", ours - other),
            format!("{:.4}", compare::p_value(&differences)),
        ]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(topic: &str, score: f64, other: Option<f64>, milliseconds: u64) -> Measured {
        Measured {
            topic: topic.into(),
            scores: [score, score / 2.0, 1.0],
            other: other.map(|other| [other, other / 2.0, 1.0]),
            latency: Some(Duration::from_millis(milliseconds)),
        }
    }

    fn written(report: &Report) -> String {
        let mut out = Vec::new();
        report
            .write(&mut out, Table::write_aligned)
            .expect("a buffer takes everything");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn each_set_is_a_row() {
        let mut report = Report::new(false);
        report.add(
            "headlines",
            &[measured("a", 1.0, None, 1), measured("b", 0.5, None, 3)],
        );
        report.add(
            "topics",
            &[Measured {
                latency: None,
                ..measured("a", 0.25, None, 0)
            }],
        );
        let expected = "\
set        queries  nDCG@10   RR@10   R@100  queries/s  p50 ms  p99 ms
headlines        2   0.7500  0.3750  1.0000        500    1.00    3.00
topics           1   0.2500  0.1250  1.0000          -       -       -
";
        assert_eq!(written(&report), expected);
    }

    #[test]
    fn a_comparison_has_a_row_for_each_measure() {
        let mut report = Report::new(false);
        report.add(
            "topics",
            &[
                measured("a", 1.0, Some(0.5), 1),
                measured("b", 0.5, Some(0.0), 1),
            ],
        );
        let written = written(&report);
        let (_, comparison) = written.split_once("\n\n").expect("two tables");
        let rows: Vec<Vec<&str>> = comparison
            .lines()
            .map(|line| line.split_whitespace().collect())
            .collect();
        assert_eq!(
            rows[0],
            ["set", "measure", "this", "other", "difference", "p"]
        );
        assert_eq!(
            rows[1][..5],
            ["topics", "nDCG@10", "0.7500", "0.2500", "+0.5000"]
        );
        assert_eq!(
            rows[2][..5],
            ["topics", "RR@10", "0.3750", "0.1250", "+0.2500"]
        );
        assert_eq!(
            rows[3],
            ["topics", "R@100", "1.0000", "1.0000", "+0.0000", "1.0000"]
        );
        // Two queries: half of the four assignments of signs are as far from 0.
        let p: f64 = rows[1][5].parse().expect("a number");
        assert!((p - 0.5).abs() < 0.02, "{p}");
    }

    #[test]
    fn the_halves_are_the_whole() {
        let all: Vec<_> = (0..500)
            .map(|number| measured(&format!("q{number}"), 0.5, None, 1))
            .collect();
        let mut report = Report::new(true);
        report.add("set", &all);
        let written = written(&report);
        let rows: Vec<Vec<&str>> = written
            .lines()
            .skip(1)
            .map(|line| line.split_whitespace().collect())
            .collect();
        let counts: Vec<usize> = rows
            .iter()
            .map(|row| row[1].parse().expect("a count"))
            .collect();
        assert_eq!(
            rows.iter().map(|row| row[0]).collect::<Vec<_>>(),
            ["set", "set/tune", "set/check"]
        );
        assert_eq!(counts[0], counts[1] + counts[2]);
        assert!(counts[1].abs_diff(counts[2]) < 75, "{counts:?}");
    }

    #[test]
    fn a_percentile_is_a_latency_that_occurred() {
        let of = |count: u64| (1..=count).map(Duration::from_millis).collect::<Vec<_>>();
        for (count, percent, expected) in [
            (0, 50, None),
            (1, 50, Some(1)),
            (1, 99, Some(1)),
            (4, 50, Some(2)),
            (5, 50, Some(3)),
            (100, 99, Some(99)),
            (101, 99, Some(100)),
        ] {
            assert_eq!(
                percentile(&of(count), percent),
                expected.map(Duration::from_millis),
                "{percent} % of {count}"
            );
        }
    }
}
