//! Counts of gold against predicted labels and the scores read off them.
//!
//! Probabilities are scored in `probability`; how sure one may be of a score is the business of `intervals`.

use serde::Serialize;

/// A confusion matrix: how many items of each gold label got each predicted label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confusion {
    labels: usize,
    /// Row-major, gold x predicted.
    counts: Vec<u64>,
}

/// Precision, recall and F1 of one label, each in [0, 1], with the counts behind them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LabelScore {
    /// Share of the items predicted as this label that are of it; 0 if none was predicted so.
    pub precision: f64,
    /// Share of the items of this label that were predicted so; 0 if there is none.
    pub recall: f64,
    /// Harmonic mean of precision and recall; 0 if the label occurs nowhere.
    pub f1: f64,
    /// Number of items of this label.
    pub support: u64,
    /// Number of items predicted as this label.
    pub predicted: u64,
}

impl Confusion {
    /// An empty matrix of `labels` x `labels`.
    pub fn new(labels: usize) -> Self {
        Confusion { labels, counts: vec![0; labels * labels] }
    }

    /// The matrix of (gold, predicted) pairs.
    ///
    /// # Panics
    /// If a label is not below `labels`.
    pub fn from_pairs(labels: usize, pairs: impl IntoIterator<Item = (usize, usize)>) -> Self {
        let mut confusion = Confusion::new(labels);
        for (gold, predicted) in pairs {
            confusion.add(gold, predicted);
        }
        confusion
    }

    /// The matrix of row-major counts, gold x predicted.
    pub(super) fn from_counts(labels: usize, counts: Vec<u64>) -> Self {
        debug_assert_eq!(counts.len(), labels * labels);
        Confusion { labels, counts }
    }

    /// Counts one item.
    ///
    /// # Panics
    /// If a label is not below the number of labels.
    pub fn add(&mut self, gold: usize, predicted: usize) {
        assert!(gold < self.labels && predicted < self.labels, "label out of range");
        self.counts[gold * self.labels + predicted] += 1;
    }

    /// Number of labels.
    pub fn labels(&self) -> usize {
        self.labels
    }

    /// Number of items of label `gold` that were predicted as `predicted`.
    pub fn at(&self, gold: usize, predicted: usize) -> u64 {
        self.counts[gold * self.labels + predicted]
    }

    /// The rows in label order: per gold label one count per predicted label.
    pub fn rows(&self) -> impl Iterator<Item = &[u64]> {
        self.counts.chunks(self.labels.max(1))
    }

    /// Number of items.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Number of items of a label.
    pub fn support(&self, gold: usize) -> u64 {
        (0..self.labels).map(|predicted| self.at(gold, predicted)).sum()
    }

    /// Number of items predicted as a label.
    pub fn predicted(&self, label: usize) -> u64 {
        (0..self.labels).map(|gold| self.at(gold, label)).sum()
    }

    /// Share of items predicted right, in [0, 1]; 0 without items.
    pub fn accuracy(&self) -> f64 {
        ratio((0..self.labels).map(|label| self.at(label, label)).sum(), self.total())
    }

    /// Precision, recall and F1 of one label; 0/0 counts as 0, as with scikit-learn's `zero_division=0`.
    pub fn label_score(&self, label: usize) -> LabelScore {
        let (right, support, predicted) = (self.at(label, label), self.support(label), self.predicted(label));
        LabelScore {
            precision: ratio(right, predicted),
            recall: ratio(right, support),
            // 2PR / (P + R) written over the counts, so that P = R = 0 needs no case of its own.
            f1: ratio(2 * right, support + predicted),
            support,
            predicted,
        }
    }

    /// The scores of all labels with their names, in label order.
    pub(super) fn label_scores(&self, names: &[String]) -> Vec<(String, LabelScore)> {
        names.iter().cloned().zip((0..self.labels).map(|label| self.label_score(label))).collect()
    }

    /// Unweighted mean of F1 over the labels that occur in gold or prediction, in [0, 1]; 0 without items.
    ///
    /// A label that the model knows but that neither the items nor the predictions show would count as a failure
    /// nobody had the chance of, so it is left out; scikit-learn's `f1_score(average="macro")` does the same.
    pub fn macro_f1(&self) -> f64 {
        let (mut sum, mut occurring) = (0.0, 0u32);
        for label in 0..self.labels {
            let score = self.label_score(label);
            if score.support + score.predicted > 0 {
                sum += score.f1;
                occurring += 1;
            }
        }
        if occurring == 0 { 0.0 } else { sum / f64::from(occurring) }
    }
}

/// `part / whole`, 0 for 0/0.
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-12, "{a} is not {b}");
    }

    #[test]
    fn scores_are_those_of_scikit_learn() {
        // sklearn 1.9.1: g = [0,0,0,1,1,2,2,2,2,1]; p = [0,0,1,1,2,2,2,0,2,1]
        // confusion_matrix(g, p); accuracy_score(g, p); f1_score(g, p, average="macro", zero_division=0)
        let gold = [0, 0, 0, 1, 1, 2, 2, 2, 2, 1];
        let predicted = [0, 0, 1, 1, 2, 2, 2, 0, 2, 1];
        let c = Confusion::from_pairs(3, gold.into_iter().zip(predicted));
        assert_eq!(c.rows().collect::<Vec<_>>(), [[2, 1, 0], [0, 2, 1], [1, 0, 3]]);
        close(c.accuracy(), 0.7);
        close(c.macro_f1(), 0.694_444_444_444_444_3);
        // precision_recall_fscore_support(g, p, zero_division=0)
        let score = c.label_score(2);
        assert_eq!((score.precision, score.recall, score.f1), (0.75, 0.75, 0.75));
        assert_eq!((score.support, score.predicted), (4, 4));
        close(c.label_score(0).f1, 2.0 / 3.0);
    }

    #[test]
    fn absent_labels_are_left_out_and_undefined_scores_are_zero() {
        // sklearn 1.9.1: f1_score([0,0,1,1], [0,3,3,0], average="macro", zero_division=0); label 2 occurs nowhere.
        let c = Confusion::from_pairs(4, [(0, 0), (0, 3), (1, 3), (1, 0)]);
        close(c.macro_f1(), 0.166_666_666_666_666_66);
        let never_predicted = c.label_score(1);
        assert_eq!((never_predicted.precision, never_predicted.recall, never_predicted.f1), (0.0, 0.0, 0.0));
        assert_eq!(Confusion::new(3).macro_f1(), 0.0);
        assert_eq!(Confusion::new(3).accuracy(), 0.0);
    }

    proptest! {
        #[test]
        fn the_order_of_items_does_not_matter(
            pairs in prop::collection::vec((0usize..4, 0usize..4), 1..60).prop_flat_map(|p| (Just(p.clone()), Just(p).prop_shuffle()))
        ) {
            let (a, b) = (Confusion::from_pairs(4, pairs.0), Confusion::from_pairs(4, pairs.1));
            prop_assert_eq!(a.macro_f1(), b.macro_f1());
            prop_assert!((0.0..=1.0).contains(&a.macro_f1()));
            prop_assert!((0.0..=1.0).contains(&a.accuracy()));
        }
    }
}
