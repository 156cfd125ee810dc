//! Drawing a sample of known size with unequal inclusion probabilities, and estimating from it. Pure arithmetic: what
//! makes a unit likely to be drawn is decided elsewhere.

use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Inclusion probabilities for a sample of `n` units, proportional to `sizes` but at most 1 (Särndal, Swensson &
/// Wretman 1992, section 3.6.2): where `n * size / sum` exceeds 1 the unit is taken for sure, and the others share what
/// is left.
///
/// Sizes are positive and finite. The probabilities sum to `n`, or are all 1 where there are no more than `n` units.
pub fn inclusion_probabilities(sizes: &[f64], n: usize) -> Vec<f64> {
    if n >= sizes.len() {
        return vec![1.0; sizes.len()];
    }
    let mut probabilities = vec![0.0; sizes.len()];
    // Largest first: those that are taken for sure stand in front.
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by(|a, b| sizes[*b].total_cmp(&sizes[*a]));
    let mut rest: f64 = sizes.iter().sum();
    let mut left = n as f64;
    let mut sure = 0;
    for at in &order {
        if left * sizes[*at] < rest {
            break;
        }
        rest -= sizes[*at];
        left -= 1.0;
        sure += 1;
    }
    order[..sure].iter().for_each(|at| probabilities[*at] = 1.0);
    // Summed anew: what was subtracted leaves rounding errors behind.
    let rest: f64 = order[sure..].iter().map(|at| sizes[*at]).sum();
    order[sure..].iter().for_each(|at| probabilities[*at] = left * sizes[*at] / rest);
    probabilities
}

/// The sizes behind the inclusion probabilities: `share` of the chance is spread evenly, the rest by `weights`, which
/// are not negative. They sum to 1; without any weight all are alike.
pub fn mixed_sizes(weights: &[f64], share: f64) -> Vec<f64> {
    let (n, sum) = (weights.len() as f64, weights.iter().sum::<f64>());
    let size = |weight: &f64| if sum > 0.0 { share / n + (1.0 - share) * weight / sum } else { 1.0 / n };
    weights.iter().map(size).collect()
}

/// Systematic sampling with unequal probabilities and a random start (Madow 1949): units lie on a line in their order,
/// each as long as its probability, and every whole step from a start in [0, 1) hits one. Inclusion probabilities are
/// exactly those given, and the sample spreads over the order. The probabilities sum to a whole number, which is the
/// size of the sample.
pub fn systematic(probabilities: &[f64], rng: &mut impl RngExt) -> Vec<usize> {
    let sum: f64 = probabilities.iter().sum();
    let n = sum.round();
    let start: f64 = rng.random();
    let (mut drawn, mut end, mut next) = (Vec::with_capacity(n as usize), 0.0, start);
    for (at, probability) in probabilities.iter().enumerate() {
        // Rounding errors must not push the end of the line before the last step.
        end += probability * n / sum;
        if next < end {
            drawn.push(at);
            next = start + drawn.len() as f64;
        }
    }
    drawn
}

/// The generator of a round: fixed by the seed of the store and the number of the round.
pub fn generator(seed: u64, round: i64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(round.unsigned_abs());
    rng
}

/// A random order of `n` things.
pub fn shuffled(n: usize, rng: &mut ChaCha8Rng) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    order.shuffle(rng);
    order
}

/// A simple random sample of `most` of `n` numbers, rising; all of them where there are no more. Every number has the
/// probability `most / n`.
pub fn simple_random(n: usize, most: usize, rng: &mut ChaCha8Rng) -> Vec<usize> {
    if n <= most {
        return (0..n).collect();
    }
    let mut chosen = shuffled(n, rng);
    chosen.truncate(most);
    chosen.sort_unstable();
    chosen
}

/// An estimated total and its variance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Total {
    /// Horvitz-Thompson estimate (1952): the sum of `y / pi`.
    pub total: f64,
    /// Estimate of its variance; none for one unit that was not sure to be drawn.
    pub variance: Option<f64>,
}

/// Estimates the total of `y` over a pool from pairs of `y` and inclusion probability of the units drawn.
///
/// The variance is Deville's (1999, Survey Methodology 25, "Variance estimation for complex statistics and estimators")
/// for samples of fixed size, with the correction factor `(1 - pi) n / (n - 1)` of Hájek (1964): systematic sampling
/// has no unbiased estimate of its variance, and this one leans to the safe side where the order matters.
pub fn horvitz_thompson(drawn: &[(f64, f64)]) -> Total {
    let total = drawn.iter().map(|(y, pi)| y / pi).sum();
    let free: Vec<&(f64, f64)> = drawn.iter().filter(|(_, pi)| *pi < 1.0).collect();
    let n = free.len() as f64;
    if free.len() < 2 {
        return Total { total, variance: free.is_empty().then_some(0.0) };
    }
    let factor = |pi: f64| (1.0 - pi) * n / (n - 1.0);
    let weights: f64 = free.iter().map(|(_, pi)| factor(*pi)).sum();
    let centre = free.iter().map(|(y, pi)| factor(*pi) * y / pi).sum::<f64>() / weights;
    let variance = free.iter().map(|(y, pi)| factor(*pi) * (y / pi - centre).powi(2)).sum();
    Total { total, variance: Some(variance) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn probabilities_are_proportional_and_large_units_are_sure() {
        // By hand: of 2 draws from sizes 1, 1, 2 the last has 2 * 2 / 4 = 1, so the others share the second draw.
        assert_eq!(inclusion_probabilities(&[1.0, 1.0, 2.0], 2), [0.5, 0.5, 1.0]);
        assert_eq!(inclusion_probabilities(&[1.0, 2.0, 3.0, 4.0], 1), [0.1, 0.2, 0.3, 0.4]);
        // Twice in a row: 3 of 8, 4, 1, 1, 1, 1: 8 is sure (3 * 8 / 16 > 1), then 4 (2 * 4 / 8 = 1), then 1 / 4 each.
        assert_eq!(inclusion_probabilities(&[1.0, 8.0, 1.0, 4.0, 1.0, 1.0], 3), [0.25, 1.0, 0.25, 1.0, 0.25, 0.25]);
        assert_eq!(inclusion_probabilities(&[1.0, 2.0], 5), [1.0, 1.0]);
    }

    #[test]
    fn sizes_mix_an_even_share_with_weights() {
        assert_eq!(mixed_sizes(&[1.0, 3.0], 0.5), [0.375, 0.625]);
        assert_eq!(mixed_sizes(&[1.0, 3.0], 1.0), [0.5, 0.5]);
        assert_eq!(mixed_sizes(&[0.0, 0.0], 0.5), [0.5, 0.5]);
    }

    #[test]
    fn the_variance_of_equal_probabilities_is_that_of_simple_random_sampling() {
        // N = 10, n = 4, y = 1, 2, 3, 6: N^2 (1 - n / N) s^2 / n = 100 * 0.6 * (14 / 3) / 4 = 70, total 10 * 3 = 30.
        let drawn = [1.0, 2.0, 3.0, 6.0].map(|y| (y, 0.4));
        let estimate = horvitz_thompson(&drawn);
        assert!((estimate.total - 30.0).abs() < 1e-12, "{estimate:?}");
        assert!((estimate.variance.unwrap() - 70.0).abs() < 1e-9, "{estimate:?}");
        assert_eq!(horvitz_thompson(&[(2.0, 1.0), (1.0, 1.0)]), Total { total: 3.0, variance: Some(0.0) });
        assert_eq!(horvitz_thompson(&[(2.0, 0.5)]).variance, None);
    }

    /// Units of very different sizes with a value that goes along with them.
    fn population() -> (Vec<f64>, Vec<f64>) {
        let sizes: Vec<f64> = (0..40).map(|i| 1.0 + f64::from(i * i % 17)).collect();
        let values: Vec<f64> = (0..40).map(|i| f64::from(u8::from(i % 3 == 0 || i % 17 > 12))).collect();
        (sizes, values)
    }

    #[test]
    fn a_simple_random_sample_has_each_number_equally_often() {
        const TIMES: u32 = 5_000;
        let mut counts = [0u32; 20];
        for time in 0..TIMES {
            let chosen = simple_random(20, 5, &mut generator(2, i64::from(time)));
            assert!(chosen.len() == 5 && chosen.windows(2).all(|pair| pair[0] < pair[1]));
            chosen.into_iter().for_each(|number| counts[number] += 1);
        }
        // Five standard errors: sqrt(5000 * 0.25 * 0.75) = 30.6.
        assert!(counts.iter().all(|count| count.abs_diff(TIMES / 4) < 153), "{counts:?}");
        assert_eq!(simple_random(3, 5, &mut generator(2, 1)), [0, 1, 2]);
    }

    #[test]
    fn units_are_drawn_as_often_as_their_probabilities_say_and_the_estimate_is_unbiased() {
        const TIMES: u32 = 40_000;
        let (sizes, values) = population();
        let probabilities = inclusion_probabilities(&sizes, 8);
        let mut counts = vec![0u32; sizes.len()];
        let (mut sum, mut squares) = (0.0, 0.0);
        for time in 0..TIMES {
            let drawn = systematic(&probabilities, &mut generator(1, i64::from(time)));
            assert_eq!(drawn.len(), 8);
            drawn.iter().for_each(|at| counts[*at] += 1);
            let pairs: Vec<(f64, f64)> = drawn.iter().map(|at| (values[*at], probabilities[*at])).collect();
            let total = horvitz_thompson(&pairs).total;
            (sum, squares) = (sum + total, squares + total * total);
        }
        let n = f64::from(TIMES);
        for (count, probability) in counts.iter().zip(&probabilities) {
            // Five standard errors of a share.
            let error = (probability * (1.0 - probability) / n).sqrt();
            assert!((f64::from(*count) / n - probability).abs() <= 5.0 * error + 1e-9, "{count} for {probability}");
        }
        let (mean, truth) = (sum / n, values.iter().sum::<f64>());
        let error = ((squares / n - mean * mean) / n).sqrt();
        assert!((mean - truth).abs() < 5.0 * error, "{mean} +- {error} for {truth}");
    }

    proptest! {
        #[test]
        fn probabilities_sum_to_the_size_and_keep_the_order_of_sizes(
            sizes in prop::collection::vec(1e-6f64..1e6, 1..200), n in 1usize..60, share in 0.01f64..=1.0
        ) {
            let sizes = mixed_sizes(&sizes, share);
            let probabilities = inclusion_probabilities(&sizes, n);
            let sum: f64 = probabilities.iter().sum();
            prop_assert!((sum - n.min(sizes.len()) as f64).abs() < 1e-9);
            prop_assert!(probabilities.iter().all(|p| *p > 0.0 && *p <= 1.0 + 1e-12));
            let drawn = systematic(&probabilities, &mut generator(3, 1));
            prop_assert_eq!(drawn.len(), n.min(sizes.len()));
            prop_assert!(drawn.windows(2).all(|pair| pair[0] < pair[1]), "no unit twice");
            for (a, b) in (0..sizes.len()).zip(1..sizes.len()) {
                prop_assert!(sizes[a] > sizes[b] || probabilities[a] <= probabilities[b] + 1e-12);
            }
        }
    }
}
