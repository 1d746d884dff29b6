//! How good a ranking is, as trec_eval and ir-measures compute it.
//!
//! * `nDCG@10`: Σ relevance / log₂(rank + 1) over the first 10 documents, divided by the same sum
//!   over the best ranking there could be. A document that is not judged, or judged below 0, adds
//!   nothing.
//! * `RR@10`: 1 / rank of the first relevant document, 0 where none is among the first 10; its mean
//!   is known as MRR@10.
//! * `R@100`: the share of the relevant documents that are among the first 100.
//!
//! Relevant is what is judged 1 or more. A query with nothing relevant, or without a ranking, has
//! 0 in each.

use rustc_hash::FxHashMap;

/// What is measured, by the names of ir-measures.
pub const MEASURES: [&str; 3] = ["nDCG@10", "RR@10", "R@100"];

/// A value from 0 to 1 for each of [`MEASURES`].
pub type Scores = [f64; MEASURES.len()];

const TOP: usize = 10;
const DEEP: usize = 100;

/// Measures the ranking of one query: ids of documents, the best first.
pub fn measure<'a>(
    ranking: impl IntoIterator<Item = &'a str>,
    relevance: &FxHashMap<String, i32>,
) -> Scores {
    let gains: Vec<i32> = ranking
        .into_iter()
        .take(DEEP)
        .map(|id| relevance.get(id).map_or(0, |relevance| (*relevance).max(0)))
        .collect();
    let found = gains.iter().filter(|gain| **gain > 0).count();
    if found == 0 {
        return Scores::default();
    }
    let mut ideal: Vec<i32> = relevance
        .values()
        .copied()
        .filter(|relevance| *relevance > 0)
        .collect();
    ideal.sort_unstable_by(|a, b| b.cmp(a));
    let first = gains.iter().take(TOP).position(|gain| *gain > 0);
    [
        discounted(&gains) / discounted(&ideal),
        first.map_or(0.0, |place| 1.0 / (place + 1) as f64),
        found as f64 / ideal.len() as f64,
    ]
}

/// The mean of each measure; 0 of nothing.
pub fn means<'a>(all: impl ExactSizeIterator<Item = &'a Scores>) -> Scores {
    let count = all.len().max(1) as f64;
    let mut sums = Scores::default();
    for scores in all {
        sums.iter_mut()
            .zip(scores)
            .for_each(|(sum, score)| *sum += score);
    }
    sums.map(|sum| sum / count)
}

fn discounted(gains: &[i32]) -> f64 {
    let parts = gains.iter().take(TOP).zip(2_u32..);
    parts
        .map(|(gain, place)| f64::from(*gain) / f64::from(place).log2())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::super::trec;
    use super::*;

    const QRELS: &str = include_str!("../../../tests/fixtures/eval/sample.qrels");
    const RUN: &str = include_str!("../../../tests/fixtures/eval/sample.run");
    const EXPECTED: &str = include_str!("../../../tests/fixtures/eval/expected.tsv");

    #[test]
    fn the_sample_has_the_figures_of_ir_measures() -> anyhow::Result<()> {
        let run = trec::run(RUN)?;
        let mut measured = Vec::new();
        for judged in trec::judgements(QRELS)? {
            let ranking = run
                .get(&judged.topic)
                .into_iter()
                .flatten()
                .map(|ranked| ranked.id.as_str());
            let scores = measure(ranking, &judged.relevance);
            measured.push((judged.topic, scores));
        }
        measured.push((
            "all".to_string(),
            means(measured.iter().map(|(_, scores)| scores)),
        ));

        let expected: Vec<_> = EXPECTED
            .lines()
            .skip(1)
            .map(|line| line.split('\t'))
            .collect();
        assert_eq!(measured.len(), expected.len());
        for ((topic, scores), mut expected) in measured.iter().zip(expected) {
            assert_eq!(Some(topic.as_str()), expected.next());
            for (score, expected) in scores.iter().zip(expected) {
                let expected: f64 = expected.parse()?;
                assert!(
                    (score - expected).abs() < 1e-10,
                    "{topic}: {score} instead of {expected}"
                );
            }
        }
        Ok(())
    }

    #[test]
    fn a_ranking_is_measured_by_what_is_relevant_in_it() {
        let relevance = |judged: &[(&str, i32)]| {
            judged
                .iter()
                .map(|(id, value)| (id.to_string(), *value))
                .collect()
        };
        let log3 = 3_f64.log2();
        for (ranking, judged, expected) in [
            (vec!["a"], vec![("a", 1)], [1.0, 1.0, 1.0]),
            (vec!["x", "a"], vec![("a", 1)], [1.0 / log3, 0.5, 1.0]),
            (
                vec!["a", "b"],
                vec![("a", 1), ("b", 3)],
                [(1.0 + 3.0 / log3) / (3.0 + 1.0 / log3), 1.0, 1.0],
            ),
            (
                vec!["b", "a"],
                vec![("a", 1), ("b", -1)],
                [1.0 / log3, 0.5, 1.0],
            ),
            (
                vec!["a"],
                vec![("a", 1), ("b", 1)],
                [1.0 / (1.0 + 1.0 / log3), 1.0, 0.5],
            ),
            (vec!["a"], vec![("a", 0)], [0.0; 3]),
            (vec!["a"], vec![], [0.0; 3]),
            (vec![], vec![("a", 1)], [0.0; 3]),
        ] {
            let scores = measure(ranking.iter().copied(), &relevance(&judged));
            let is_near = scores
                .iter()
                .zip(expected)
                .all(|(score, expected)| (score - expected).abs() < 1e-12);
            assert!(
                is_near,
                "{ranking:?} {judged:?}: {scores:?} instead of {expected:?}"
            );
        }
    }

    #[test]
    fn the_mean_of_nothing_is_nothing() {
        assert_eq!(means([].iter()), [0.0; 3]);
        assert_eq!(
            means([[1.0, 0.5, 0.0], [0.0, 0.5, 0.5]].iter()),
            [0.5, 0.5, 0.25]
        );
    }
}
