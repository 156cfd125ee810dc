//! How well probabilities, not only labels, agree with what is true: log loss, Brier score, calibration error.
//!
//! Rows are probabilities per label that sum to 1; whoever hands them in has checked that.

use serde::Serialize;

/// Number of equal-width bins of the calibration error.
pub const BINS: usize = 10;

/// Items whose top probability lies in `(from, to]`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReliabilityBin {
    /// Lower border, exclusive (0 belongs to the first bin).
    pub from: f64,
    /// Upper border, inclusive.
    pub to: f64,
    /// Number of items in the bin.
    pub n: usize,
    /// Mean top probability of these items; none in an empty bin.
    pub confidence: Option<f64>,
    /// Share of these items predicted right; none in an empty bin.
    pub accuracy: Option<f64>,
}

/// Mean of -ln(probability of the gold label), at least 0; less is better. No items give 0.
///
/// Probabilities are kept at least 2.2e-16 (the machine epsilon) from 0 and 1, as scikit-learn's `log_loss` does, so
/// that one sure and wrong item costs 36 and not infinity.
pub fn log_loss<'a>(items: impl IntoIterator<Item = (usize, &'a [f64])>) -> f64 {
    mean(items.into_iter().map(|(gold, p)| -p[gold].clamp(f64::EPSILON, 1.0 - f64::EPSILON).ln()))
}

/// The multi-class Brier score (Brier 1950): mean over items of the squared distance between probabilities and truth,
/// in [0, 2]; less is better. No items give 0.
pub fn brier<'a>(items: impl IntoIterator<Item = (usize, &'a [f64])>) -> f64 {
    mean(items.into_iter().map(|(gold, p)| {
        p.iter().enumerate().map(|(label, p)| (p - if label == gold { 1.0 } else { 0.0 }).powi(2)).sum()
    }))
}

/// Items sorted into [`BINS`] bins of equal width by their top probability; `right` says if the label was right.
pub fn reliability(items: impl IntoIterator<Item = (bool, f64)>) -> Vec<ReliabilityBin> {
    let mut bins = [(0usize, 0.0, 0usize); BINS];
    for (right, top) in items {
        // Borders belong to the bin below, as in Guo et al.: (0.8, 0.9].
        let bin = ((top * BINS as f64).ceil() as usize).clamp(1, BINS) - 1;
        bins[bin].0 += 1;
        bins[bin].1 += top;
        bins[bin].2 += usize::from(right);
    }
    let border = |i: usize| i as f64 / BINS as f64;
    let share = |sum: f64, n: usize| (n > 0).then(|| sum / n as f64);
    (0..BINS)
        .map(|i| {
            let (n, top, right) = bins[i];
            let (confidence, accuracy) = (share(top, n), share(right as f64, n));
            ReliabilityBin { from: border(i), to: border(i + 1), n, confidence, accuracy }
        })
        .collect()
}

/// Expected calibration error (Guo, Pleiss, Sun & Weinberger 2017, eq. 3): mean over items of the gap between
/// confidence and accuracy of their bin, in [0, 1]; less is better.
pub fn expected_calibration_error(bins: &[ReliabilityBin]) -> f64 {
    let items: usize = bins.iter().map(|b| b.n).sum();
    let gap = |b: &ReliabilityBin| Some(b.n as f64 * (b.confidence? - b.accuracy?).abs());
    if items == 0 { 0.0 } else { bins.iter().filter_map(gap).sum::<f64>() / items as f64 }
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, n) = values.fold((0.0, 0u32), |(sum, n), v| (sum + v, n + 1));
    if n == 0 { 0.0 } else { sum / f64::from(n) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PROBABILITIES: [[f64; 3]; 6] =
        [[0.7, 0.2, 0.1], [0.5, 0.3, 0.2], [0.3, 0.6, 0.1], [0.1, 0.8, 0.1], [0.2, 0.2, 0.6], [0.05, 0.05, 0.9]];
    const GOLD: [usize; 6] = [0, 1, 1, 1, 2, 2];

    fn items() -> impl Iterator<Item = (usize, &'static [f64])> {
        GOLD.into_iter().zip(PROBABILITIES.iter().map(|p| &p[..]))
    }

    #[test]
    fn losses_are_those_of_scikit_learn() {
        // sklearn 1.9.1: log_loss(gold, p, labels=[0, 1, 2]); brier_score_loss(gold, p, labels=[0, 1, 2])
        assert!((log_loss(items()) - 0.485_133_843_794_781).abs() < 1e-12);
        assert!((brier(items()) - 0.249_166_666_666_666_7).abs() < 1e-12);
        // sklearn 1.9.1: log_loss([0, 2], [[1, 0, 0], [0, 1, 0]], labels=[0, 1, 2])
        let sure: [&[f64]; 2] = [&[1.0, 0.0, 0.0], &[0.0, 1.0, 0.0]];
        assert!((log_loss([0, 2].into_iter().zip(sure)) - 18.021_826_694_558_577).abs() < 1e-9);
    }

    #[test]
    fn the_calibration_error_is_the_weighted_gap_of_the_bins() {
        // By hand: (0.6, 0.7] holds 0.65 and 0.7, one right: gap 0.175; (0.9, 1] holds 1.0, right: gap 0.
        let bins = reliability([(true, 0.65), (false, 0.7), (true, 1.0)]);
        assert_eq!(bins.iter().map(|b| b.n).collect::<Vec<_>>(), [0, 0, 0, 0, 0, 0, 2, 0, 0, 1]);
        assert!((expected_calibration_error(&bins) - 2.0 / 3.0 * 0.175).abs() < 1e-12);
        assert_eq!(bins[0].accuracy, None);
    }

    proptest! {
        #[test]
        fn scores_of_any_probabilities_keep_their_range(
            rows in prop::collection::vec((0usize..3, 0.0f64..1.0, 0.0f64..1.0, 0.001f64..1.0), 1..50)
        ) {
            let rows: Vec<(usize, Vec<f64>)> = rows.into_iter().map(|(gold, a, b, c)| {
                let sum = a + b + c;
                (gold, vec![a / sum, b / sum, c / sum])
            }).collect();
            let items = || rows.iter().map(|(gold, p)| (*gold, &p[..]));
            prop_assert!((0.0..=36.05).contains(&log_loss(items())));
            prop_assert!((0.0..=2.0 + 1e-12).contains(&brier(items())));
            let bins = reliability(rows.iter().map(|(gold, p)| (p[*gold] > 0.5, p.iter().copied().fold(0.0, f64::max))));
            prop_assert_eq!(bins.iter().map(|b| b.n).sum::<usize>(), rows.len());
            prop_assert!((0.0..=1.0).contains(&expected_calibration_error(&bins)));
        }
    }
}
