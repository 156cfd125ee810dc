//! Prediction sets: the labels that an item may have, such that the true one is among them in a chosen share of cases,
//! label by label. Split-conformal prediction, conditional on the label: Vovk, Gammerman & Shafer 2005, "Algorithmic
//! learning in a random world", section 4.5; Sadinle, Lei & Wasserman 2019, "Least ambiguous set-valued classifiers with
//! bounded error levels".
//!
//! How unusual a label is for an item is 1 minus its probability. Of the training items that have a label, the model
//! keeps quantiles of that number, each item scored by a model that had not seen its group; a label is in the set of a
//! new item where the number is at most the quantile of the coverage asked for.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::label::Scores;

/// Coverage is answered in steps of one over this, rounded up.
const STEPS: usize = 200;
/// Quantiles are rounded up to this many units per 1.
const UNITS: f64 = 1e6;

/// For each label the quantiles of 1 - p(label) among the items that have it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SetTables(Vec<Vec<f64>>);

impl SetTables {
    /// From (true label, probability of it) pairs of items that were not trained on. Of `n` items with a label the quantile
    /// of coverage `c` is the `ceil((n + 1) c)`-th smallest value, and 1 where there are too few items for that.
    ///
    /// # Panics
    /// If a label is not below `labels`.
    pub fn new(labels: usize, items: impl IntoIterator<Item = (usize, f64)>) -> Self {
        let mut unusual = vec![Vec::new(); labels];
        items.into_iter().for_each(|(label, p)| unusual[label].push(1.0 - p));
        let table = |mut values: Vec<f64>| -> Vec<f64> {
            values.sort_unstable_by(f64::total_cmp);
            let quantile = |step: usize| {
                let rank = ((values.len() + 1) * step).div_ceil(STEPS);
                values.get(rank - 1).map_or(1.0, |value| (value * UNITS).ceil() / UNITS)
            };
            (1..STEPS).map(quantile).collect()
        };
        SetTables(unusual.into_iter().map(table).collect())
    }

    /// Whether they are tables for so many labels: for each all quantiles, in [0, 1] and rising.
    pub fn fit(&self, labels: usize) -> bool {
        let sound = |table: &Vec<f64>| {
            table.len() == STEPS - 1 && table.is_sorted() && table.iter().all(|value| (0.0..=1.0).contains(value))
        };
        self.0.len() == labels && self.0.iter().all(sound)
    }

    /// What a label may be unusual by for sets of this coverage, a share above 0 and below 1.
    ///
    /// # Errors
    /// A coverage out of range.
    pub fn thresholds(&self, coverage: f64) -> Result<Thresholds> {
        if !(coverage > 0.0 && coverage < 1.0) {
            return Err(Error::setting("coverage", coverage, "give a share above 0 and below 1, such as 0.9"));
        }
        // 0.9 * 200 is a little above 180 in binary.
        let step = (coverage * STEPS as f64 - 1e-9).ceil().max(1.0) as usize;
        let by_label = self.0.iter().map(|table| table.get(step - 1).copied().unwrap_or(1.0)).collect();
        Ok(Thresholds { coverage, by_label })
    }
}

/// What makes the sets of one coverage.
#[derive(Debug, Clone, PartialEq)]
pub struct Thresholds {
    /// Share of the items of each label whose set has the label, in (0, 1).
    pub coverage: f64,
    /// For each label the largest 1 - p(label) with which it is in the set.
    pub by_label: Vec<f64>,
}

impl Thresholds {
    /// The labels of the set, rising. Where no label qualifies it is the most probable one, which only adds coverage.
    pub fn set(&self, scores: &Scores) -> Vec<usize> {
        let inside = |label: &usize| 1.0 - scores.0[*label] <= self.by_label[*label];
        let set: Vec<usize> = (0..scores.0.len()).filter(inside).collect();
        if set.is_empty() { vec![scores.best()] } else { set }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_order_statistics_of_n_plus_one() {
        // By hand: 9 items with 1 - p = 0.1 ... 0.9. For 0.5 the rank is ceil(10 * 0.5) = 5, for 0.9 it is 9, for 0.91 it
        // is ceil(9.1) = 10 of 9 items, so every label is in; label 1 has no items at all.
        let tables = SetTables::new(2, (1..=9).map(|i| (0, 1.0 - f64::from(i) / 10.0)));
        let threshold = |coverage: f64| tables.thresholds(coverage).unwrap().by_label;
        for (coverage, expected) in [(0.5, 0.5), (0.9, 0.9), (0.91, 1.0), (0.001, 0.1), (0.999, 1.0)] {
            let [first, second] = threshold(coverage)[..] else { panic!("two labels") };
            assert!((first - expected).abs() < 2.0 / UNITS, "{coverage}: {first}");
            assert_eq!(second, 1.0);
        }
        assert!(tables.fit(2) && !tables.fit(3));
        for wrong in [0.0, 1.0, -0.5, f64::NAN] {
            assert!(tables.thresholds(wrong).unwrap_err().to_string().contains("coverage"));
        }
    }

    #[test]
    fn new_items_are_covered_as_often_as_asked_for() {
        // Exchangeable items: probabilities of a label from one sequence, the first half for the table.
        let p = |i: usize| ((i * 7919 + 13) % 10_007) as f64 / 10_007.0;
        let tables = SetTables::new(1, (0..2000).map(|i| (0, p(i))));
        for coverage in [0.5, 0.8, 0.9, 0.95] {
            let threshold = tables.thresholds(coverage).unwrap().by_label[0];
            let covered = (2000..6000).filter(|i| 1.0 - p(*i) <= threshold).count() as f64 / 4000.0;
            assert!((covered - coverage).abs() < 0.02, "{covered} for {coverage}");
        }
    }

    #[test]
    fn sets_have_what_qualifies_and_are_never_empty() {
        let thresholds = Thresholds { coverage: 0.9, by_label: vec![0.4, 0.7, 0.1] };
        assert_eq!(thresholds.set(&Scores(vec![0.6, 0.3, 0.1])), [0, 1]);
        assert_eq!(thresholds.set(&Scores(vec![0.2, 0.0, 0.8])), [2]);
    }
}
