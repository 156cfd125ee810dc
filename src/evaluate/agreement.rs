//! Agreement between coders beyond chance: Krippendorff's alpha and Cohen's kappa, for nominal labels.
//!
//! Labels are numbers here; reading columns and naming labels is the caller's.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::intervals::{Bootstrap, Interval, quantile};
use super::metrics::Confusion;

/// Krippendorff's alpha for nominal data (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", section C):
/// 1 - observed / expected disagreement. 1 is perfect, 0 what chance would give, below 0 is systematic disagreement.
///
/// A column per coder, all of the same length; `None` where a coder left an item out. Any number of coders; an item
/// with fewer than two labels does not count. None if no item can be paired or if only one label was ever used:
/// then there is nothing that agreement could be distinguished from.
pub fn krippendorff_alpha(columns: &[&[Option<usize>]]) -> Option<f64> {
    let counts = Counts::of(columns);
    counts.alpha(0..counts.items())
}

/// The interval of [`krippendorff_alpha`] by the percentile bootstrap over items (Efron & Tibshirani 1993, ch. 13).
///
/// Resamples in which only one label occurs have no alpha and are left out. None if the items have no alpha, if fewer than
/// two of them can be paired, or without resamples.
pub fn alpha_interval(columns: &[&[Option<usize>]], bootstrap: &Bootstrap) -> Option<Interval> {
    let counts = Counts::of(columns);
    let items = u32::try_from(counts.items()).ok().filter(|items| *items > 1)?;
    counts.alpha(0..counts.items())?;
    let mut rng = ChaCha8Rng::seed_from_u64(bootstrap.seed);
    let mut draw = || {
        let drawn: Vec<usize> = (0..items).map(|_| rng.random_range(0..items) as usize).collect();
        counts.alpha(drawn)
    };
    let mut values: Vec<f64> = (0..bootstrap.resamples).filter_map(|_| draw()).collect();
    values.sort_by(f64::total_cmp);
    let tail = (1.0 - bootstrap.level) / 2.0;
    (!values.is_empty()).then(|| Interval { low: quantile(&values, tail), high: quantile(&values, 1.0 - tail) })
}

/// How often each label was given to each item that has at least two labels.
struct Counts {
    labels: usize,
    /// A row of `labels` counts per item.
    counts: Vec<f64>,
}

impl Counts {
    fn of(columns: &[&[Option<usize>]]) -> Counts {
        let items = columns.iter().map(|column| column.len()).min().unwrap_or(0);
        let labels = columns.iter().flat_map(|column| column.iter()).flatten().max().map_or(0, |label| label + 1);
        let mut counts = Vec::with_capacity(items * labels);
        for item in 0..items {
            let given: Vec<usize> = columns.iter().filter_map(|column| column[item]).collect();
            if given.len() > 1 {
                let start = counts.len();
                counts.resize(start + labels, 0.0);
                given.into_iter().for_each(|label| counts[start + label] += 1.0);
            }
        }
        Counts { labels, counts }
    }

    fn items(&self) -> usize {
        self.counts.len() / self.labels.max(1)
    }

    /// Alpha of some of the items, which may come several times.
    fn alpha(&self, items: impl IntoIterator<Item = usize>) -> Option<f64> {
        let mut totals = vec![0.0; self.labels];
        let (mut values, mut observed) = (0.0, 0.0);
        for item in items {
            let counts = &self.counts[item * self.labels..][..self.labels];
            let coders: f64 = counts.iter().sum();
            values += coders;
            totals.iter_mut().zip(counts).for_each(|(total, count)| *total += count);
            // Ordered pairs of unequal labels, each item weighing as much as it has labels.
            observed += (coders * coders - counts.iter().map(|c| c * c).sum::<f64>()) / (coders - 1.0);
        }
        let expected = values * values - totals.iter().map(|t| t * t).sum::<f64>();
        (expected > 0.0).then(|| 1.0 - (values - 1.0) * observed / expected)
    }
}

/// Cohen's kappa (Cohen 1960): (observed - expected) / (1 - expected) agreement of two coders, in [-1, 1].
///
/// Items that one of them left out do not count. None if no item is left or if both used one and the same label only.
pub fn cohen_kappa(one: &[Option<usize>], two: &[Option<usize>]) -> Option<f64> {
    let pairs: Vec<(usize, usize)> = one.iter().zip(two).filter_map(|(a, b)| Some(((*a)?, (*b)?))).collect();
    let labels = pairs.iter().map(|(a, b)| a.max(b)).max()? + 1;
    let confusion = Confusion::from_pairs(labels, pairs);
    let n = confusion.total() as f64;
    let by_chance = |label| confusion.support(label) as f64 * confusion.predicted(label) as f64;
    let expected = (0..labels).map(by_chance).sum::<f64>() / (n * n);
    (expected < 1.0).then(|| (confusion.accuracy() - expected) / (1.0 - expected))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// One character per item: a letter or digit is a label, a dot a gap.
    fn column(labels: &str) -> Vec<Option<usize>> {
        labels.bytes().map(|b| (b != b'.').then(|| usize::from(b - b'0'))).collect()
    }

    fn alpha(columns: &[&str]) -> Option<f64> {
        let columns: Vec<_> = columns.iter().map(|c| column(c)).collect();
        krippendorff_alpha(&columns.iter().map(|c| &c[..]).collect::<Vec<_>>())
    }

    #[test]
    fn alpha_of_the_published_examples() {
        // Krippendorff (2011), examples A (binary, two observers), B (nominal, two), C (nominal, four, with gaps).
        let cases: [(&[&str], f64); 3] = [
            (&["0100000010", "1110010000"], 0.095),
            (&["aabbdcccedda", "babbbccceddd"], 0.692),
            (&["123321412...", "1233224125.3", ".3332342251.", "12332441251."], 0.743),
        ];
        for (columns, expected) in cases {
            assert!((alpha(columns).unwrap() - expected).abs() < 0.0005, "{columns:?}: {:?}", alpha(columns));
        }
    }

    #[test]
    fn kappa_of_the_published_example() {
        // Cohen (1960), the 3 x 3 matrix of proportions .44 .07 .09 / .05 .20 .05 / .01 .03 .06 over 200 items: .492
        // sklearn 1.9.1 cohen_kappa_score over the same items: 0.4915254237288136
        let counts = [[88, 14, 18], [10, 40, 10], [2, 6, 12]];
        let (mut one, mut two) = (Vec::new(), Vec::new());
        for (a, row) in counts.iter().enumerate() {
            for (b, n) in row.iter().enumerate() {
                one.extend(vec![Some(a); *n]);
                two.extend(vec![Some(b); *n]);
            }
        }
        assert!((cohen_kappa(&one, &two).unwrap() - 0.491_525_423_728_813_6).abs() < 1e-12);
    }

    #[test]
    fn the_interval_of_independent_items_is_that_of_theory() {
        // Two coders, both labels half of the time, 200 items, agreement on 3 of 4: alpha is about 2 * 3 / 4 - 1 = 0.5,
        // and its standard error about 2 * sqrt(0.75 * 0.25 / 200) = 0.0612, so 1.96 of them on both sides are 0.12.
        let item = |i: usize| (Some(i % 2), Some(if i % 8 < 2 { 1 - i % 2 } else { i % 2 }));
        let (one, two): (Vec<_>, Vec<_>) = (0..200).map(item).unzip();
        let columns: [&[Option<usize>]; 2] = [&one, &two];
        let interval = alpha_interval(&columns, &Bootstrap::default()).unwrap();
        assert!((interval.low - 0.38).abs() < 0.02 && (interval.high - 0.62).abs() < 0.02, "{interval:?}");
        assert_eq!(alpha_interval(&[&one[..1], &two[..1]], &Bootstrap::default()), None);
        let all: [&[Option<usize>]; 2] = [&one, &one];
        assert_eq!(alpha_interval(&all, &Bootstrap::default()), Some(Interval { low: 1.0, high: 1.0 }));
    }

    #[test]
    fn one_label_only_or_no_pair_has_no_agreement() {
        assert_eq!(alpha(&["000", "000"]), None);
        assert_eq!(alpha(&["0..", ".1."]), None);
        assert_eq!(alpha(&[]), None);
        assert_eq!(cohen_kappa(&column("00"), &column("00")), None);
        assert_eq!(cohen_kappa(&column("0."), &column(".0")), None);
    }

    proptest! {
        #[test]
        fn neither_depends_on_the_order_of_coders_and_full_agreement_is_one(
            items in prop::collection::vec((0usize..3, prop::option::of(0usize..3)), 2..40)
        ) {
            let one: Vec<_> = items.iter().map(|(a, _)| Some(*a)).collect();
            let two: Vec<_> = items.iter().map(|(_, b)| *b).collect();
            prop_assert_eq!(krippendorff_alpha(&[&one, &two]), krippendorff_alpha(&[&two, &one]));
            prop_assert_eq!(cohen_kappa(&one, &two), cohen_kappa(&two, &one));
            if let Some(alpha) = krippendorff_alpha(&[&one, &one]) {
                prop_assert!((alpha - 1.0).abs() < 1e-12);
            }
            if let Some(kappa) = cohen_kappa(&one, &two) {
                prop_assert!((-1.0 - 1e-12..=1.0 + 1e-12).contains(&kappa));
            }
        }
    }
}
