//! Whether one system is better than another, or was lucky with the queries.

/// Random assignments that the test draws.
const PERMUTATIONS: u32 = 10_000;
/// Where the random numbers start: the same figures give the same answer every time.
const SEED: u64 = 20_220_105;

/// The paired randomisation test, two-sided, on the differences between two systems, one a query
/// (Fisher's; for retrieval: Smucker, Allan, Carterette, *A comparison of statistical significance
/// tests for information retrieval evaluation*, CIKM 2007).
///
/// Were the systems alike, then on each query either could have had the figure of the other: the
/// sign of a difference would be chance. Of 10,000 random assignments of signs this gives the share
/// whose mean is at least as far from 0 as the real one, the real one being counted among them: the
/// p-value, from 1/10,001 to 1.
pub fn p_value(differences: &[f64]) -> f64 {
    // A difference of 0 has no sign to change.
    let differences: Vec<f64> = differences
        .iter()
        .copied()
        .filter(|difference| *difference != 0.0)
        .collect();
    let observed = differences.iter().sum::<f64>().abs();
    // Sums of the same numbers in different orders differ a little and must still count as equal.
    let least = observed - 1e-9;
    let mut random = Random(SEED);
    let as_far = (0..PERMUTATIONS)
        .filter(|_| random.signed_sum(&differences).abs() >= least)
        .count();
    (as_far + 1) as f64 / f64::from(PERMUTATIONS + 1)
}

/// SplitMix64 (Steele, Lea, Flood, *Fast splittable pseudorandom number generators*, OOPSLA 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// The sum of the numbers, each with a random sign.
    fn signed_sum(&mut self, numbers: &[f64]) -> f64 {
        let mut sum = 0.0;
        for block in numbers.chunks(64) {
            let signs = self.next();
            for (place, number) in block.iter().enumerate() {
                sum += if signs >> place & 1 == 0 {
                    *number
                } else {
                    -number
                };
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The p-value over all assignments of signs: what the random ones estimate.
    fn exact(differences: &[f64]) -> f64 {
        let least = differences.iter().sum::<f64>().abs() - 1e-9;
        let signed = |signs: u32| -> f64 {
            let terms = differences.iter().enumerate();
            terms
                .map(|(place, number)| {
                    if signs >> place & 1 == 0 {
                        *number
                    } else {
                        -number
                    }
                })
                .sum()
        };
        let all = 1_u32 << differences.len();
        f64::from(
            (0..all)
                .filter(|signs| signed(*signs).abs() >= least)
                .count() as u32,
        ) / f64::from(all)
    }

    #[test]
    fn it_estimates_the_share_of_all_assignments() {
        for differences in [
            vec![0.3],
            vec![0.1, 0.1, 0.1, 0.1, 0.1, 0.1],
            vec![0.5, -0.1, 0.3, 0.2, -0.05, 0.4, 0.1, 0.2],
            vec![-0.5, 0.1, -0.3, -0.2, 0.05, -0.4, -0.1, -0.2, -0.7, -0.1],
            vec![0.5, -0.5, 0.2, -0.1, 0.0, 0.3, -0.4],
        ] {
            let (estimate, exact) = (p_value(&differences), exact(&differences));
            assert!(
                (estimate - exact).abs() < 0.015,
                "{differences:?}: {estimate} instead of {exact}"
            );
        }
    }

    #[test]
    fn what_does_not_differ_is_never_significant() {
        for differences in [vec![], vec![0.0; 50], vec![0.25, -0.25]] {
            assert_eq!(p_value(&differences), 1.0, "{differences:?}");
        }
    }

    #[test]
    fn the_sign_and_queries_without_a_difference_do_not_matter() {
        let differences = [0.5, -0.1, 0.3, 0.2, -0.05, 0.4, 0.1];
        let opposite = differences.map(|difference| -difference);
        let padded: Vec<f64> = differences
            .iter()
            .flat_map(|difference| [0.0, *difference])
            .collect();
        assert_eq!(p_value(&differences), p_value(&opposite));
        assert_eq!(p_value(&differences), p_value(&padded));
    }

    #[test]
    fn what_is_better_on_all_of_many_queries_is_significant() {
        assert_eq!(p_value(&[0.01; 200]), 1.0 / 10_001.0);
    }
}
