//! How far a score may be trusted: percentile bootstrap over groups (Efron & Tibshirani 1993, ch. 13; the cluster
//! bootstrap of Davison & Hinkley 1997, section 3.8).
//!
//! Items of one group (an article, an outlet's story) are no independent evidence, so whole groups are drawn. Every
//! group is boiled down to its confusion matrices first; a resample is then a sum of small matrices.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::metrics::Confusion;

/// Lower and upper end of an interval; in JSON `[low, high]`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(from = "[f64; 2]", into = "[f64; 2]")]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end, not below `low`.
    pub high: f64,
}

impl From<[f64; 2]> for Interval {
    fn from([low, high]: [f64; 2]) -> Self {
        Interval { low, high }
    }
}

impl From<Interval> for [f64; 2] {
    fn from(interval: Interval) -> Self {
        [interval.low, interval.high]
    }
}

/// Settings of the bootstrap.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bootstrap {
    /// Number of resamples; defaults to 1000. 0 gives no intervals.
    pub resamples: usize,
    /// Share of the resampled scores that the interval holds, in (0, 1); defaults to 0.95.
    pub level: f64,
    /// Seed of the ChaCha8 generator; defaults to 1. Same seed and items, same interval, on any machine.
    pub seed: u64,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Bootstrap { resamples: 1000, level: 0.95, seed: 1 }
    }
}

/// The confusion matrices, per group, of one or more predictors ("systems") of the same items.
#[derive(Debug, Clone)]
pub struct Grouped {
    labels: usize,
    systems: usize,
    /// Group after group, in each system after system, in each a row-major matrix gold x predicted.
    counts: Vec<u32>,
}

impl Grouped {
    /// Empty matrices for `groups` groups, `systems` systems and `labels` labels.
    pub fn new(groups: usize, systems: usize, labels: usize) -> Self {
        Grouped { labels, systems, counts: vec![0; groups * systems * labels * labels] }
    }

    /// Counts one item of a group for one system.
    ///
    /// # Panics
    /// If a number is not below what [`Grouped::new`] was given.
    pub fn add(&mut self, group: usize, system: usize, gold: usize, predicted: usize) {
        assert!(system < self.systems && gold < self.labels && predicted < self.labels, "number out of range");
        let cells = self.labels * self.labels;
        self.counts[(group * self.systems + system) * cells + gold * self.labels + predicted] += 1;
    }

    /// Number of groups.
    pub fn groups(&self) -> usize {
        self.counts.len() / self.width().max(1)
    }

    /// Orders the groups by their counts, so that draws depend on the items alone, not on the order they came in.
    pub fn sort(&mut self) {
        let mut groups: Vec<&[u32]> = self.counts.chunks(self.width().max(1)).collect();
        groups.sort_unstable();
        self.counts = groups.concat();
    }

    fn width(&self) -> usize {
        self.systems * self.labels * self.labels
    }
}

/// The scores that every system got on every resample.
#[derive(Debug, Clone)]
pub struct Resamples {
    level: f64,
    accuracy: Vec<Vec<f64>>,
    macro_f1: Vec<Vec<f64>>,
}

impl Bootstrap {
    /// Draws groups with replacement, as many as there are, and scores all systems on each draw.
    ///
    /// None if there are fewer than two groups (one group says nothing about how groups differ) or no resamples.
    /// Macro-F1 is over the labels that occur in the resample, see [`Confusion::macro_f1`].
    pub fn draw(&self, sample: &Grouped) -> Option<Resamples> {
        let (groups, width, cells) = (sample.groups(), sample.width(), sample.labels * sample.labels);
        if groups < 2 || self.resamples == 0 {
            return None;
        }
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        let empty = vec![Vec::with_capacity(self.resamples); sample.systems];
        let mut drawn = Resamples { level: self.level, accuracy: empty.clone(), macro_f1: empty };
        let mut sum = vec![0u64; width];
        // u32, not usize: the numbers drawn must not depend on the width of a pointer.
        let end = u32::try_from(groups).ok()?;
        for _ in 0..self.resamples {
            sum.fill(0);
            for _ in 0..groups {
                let start = rng.random_range(0..end) as usize * width;
                sum.iter_mut().zip(&sample.counts[start..start + width]).for_each(|(s, c)| *s += u64::from(*c));
            }
            for (system, counts) in sum.chunks(cells).enumerate() {
                let confusion = Confusion::from_counts(sample.labels, counts.to_vec());
                drawn.accuracy[system].push(confusion.accuracy());
                drawn.macro_f1[system].push(confusion.macro_f1());
            }
        }
        Some(drawn)
    }
}

impl Resamples {
    /// Interval of a system's accuracy.
    pub fn accuracy(&self, system: usize) -> Interval {
        self.interval(self.accuracy[system].clone())
    }

    /// Interval of a system's macro-F1.
    pub fn macro_f1(&self, system: usize) -> Interval {
        self.interval(self.macro_f1[system].clone())
    }

    /// Interval of the difference in accuracy, `a` minus `b`, paired: both are scored on the same draws.
    pub fn accuracy_difference(&self, a: usize, b: usize) -> Interval {
        self.interval(differences(&self.accuracy[a], &self.accuracy[b]))
    }

    /// Interval of the difference in macro-F1, `a` minus `b`, paired: both are scored on the same draws.
    pub fn macro_f1_difference(&self, a: usize, b: usize) -> Interval {
        self.interval(differences(&self.macro_f1[a], &self.macro_f1[b]))
    }

    /// Share of the resamples in which the macro-F1 of `a` is larger than that of `b`, in [0, 1].
    pub fn share_ahead(&self, a: usize, b: usize) -> f64 {
        let ahead = self.macro_f1[a].iter().zip(&self.macro_f1[b]).filter(|(a, b)| a > b).count();
        ahead as f64 / self.macro_f1[a].len() as f64
    }

    fn interval(&self, mut values: Vec<f64>) -> Interval {
        values.sort_by(f64::total_cmp);
        let tail = (1.0 - self.level) / 2.0;
        Interval { low: quantile(&values, tail), high: quantile(&values, 1.0 - tail) }
    }
}

fn differences(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

/// The quantile of sorted values, between neighbours by straight line (numpy's default, type 7 of Hyndman & Fan 1996).
pub(super) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share.clamp(0.0, 1.0) * (sorted.len() - 1) as f64;
    let (below, above) = (place.floor() as usize, place.ceil() as usize);
    sorted[below] + (sorted[above] - sorted[below]) * (place - below as f64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// One item per group; every third of them wrong for the first system, all right for the second.
    fn sample(groups: usize) -> Grouped {
        let mut grouped = Grouped::new(groups, 2, 3);
        for g in 0..groups {
            grouped.add(g, 0, g % 3, if g % 3 == 2 { 0 } else { g % 3 });
            grouped.add(g, 1, g % 3, g % 3);
        }
        grouped
    }

    #[test]
    fn quantiles_are_those_of_numpy() {
        // numpy.percentile([3, 1, 4, 1, 5, 9, 2, 6], [2.5, 97.5]) = [1.0, 8.475]
        let sorted = [1.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 9.0];
        assert!((quantile(&sorted, 0.025) - 1.0).abs() < 1e-12);
        assert!((quantile(&sorted, 0.975) - 8.475).abs() < 1e-12);
    }

    #[test]
    fn accuracy_of_independent_items_has_the_binomial_interval() {
        // sqrt(p (1 - p) / n) = 0.0272 for p = 2/3 and n = 300; 1.96 times that on both sides: [0.613, 0.720].
        let interval = Bootstrap::default().draw(&sample(300)).unwrap().accuracy(0);
        assert!((interval.low - 0.613).abs() < 0.01 && (interval.high - 0.720).abs() < 0.01, "{interval:?}");
    }

    #[test]
    fn the_same_seed_gives_the_same_interval_and_pairs_share_their_draws() {
        let [a, b] = [(); 2].map(|()| Bootstrap::default().draw(&sample(50)).unwrap());
        assert_eq!(a.macro_f1(0), b.macro_f1(0));
        assert_eq!(a.macro_f1(1), Interval { low: 1.0, high: 1.0 });
        assert_eq!(a.accuracy_difference(0, 0), Interval { low: 0.0, high: 0.0 });
        let (own, minus) = (a.accuracy(0), a.accuracy_difference(0, 1));
        assert!((own.low - 1.0 - minus.low).abs() < 1e-12 && (own.high - 1.0 - minus.high).abs() < 1e-12);
    }

    #[test]
    fn fewer_than_two_groups_have_no_interval() {
        assert!(Bootstrap::default().draw(&sample(1)).is_none());
        assert!(Bootstrap::default().draw(&sample(0)).is_none());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn intervals_stay_in_range(items in prop::collection::vec((0usize..9, 0usize..3, 0usize..3, 0usize..3), 2..40)) {
            let mut grouped = Grouped::new(9, 2, 3);
            for (group, gold, one, two) in items {
                grouped.add(group, 0, gold, one);
                grouped.add(group, 1, gold, two);
            }
            let drawn = Bootstrap { resamples: 50, ..Bootstrap::default() }.draw(&grouped).unwrap();
            for i in [drawn.accuracy(0), drawn.macro_f1(1)] {
                prop_assert!(0.0 <= i.low && i.low <= i.high && i.high <= 1.0);
            }
            let i = drawn.macro_f1_difference(0, 1);
            prop_assert!(-1.0 <= i.low && i.low <= i.high && i.high <= 1.0);
        }
    }
}
