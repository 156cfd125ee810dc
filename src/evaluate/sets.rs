//! How often prediction sets of a given coverage have the true label, and how large they are.

use serde::{Serialize, Serializer};

use super::judged::Judged;
use crate::label::{Labels, Scores};
use crate::model::conformal::Thresholds;

/// Prediction sets of all items, overall and by true label.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SetReport {
    /// The coverage that was asked for, in (0, 1), the same for each label.
    pub asked: f64,
    /// Over all items.
    pub all: Coverage,
    /// Over the items of each label, in label order; an object in JSON.
    #[serde(serialize_with = "as_object")]
    pub per_label: Vec<(String, Coverage)>,
    /// How many sets have one label, two labels, and so on.
    pub sizes: Vec<usize>,
}

/// Prediction sets of some items.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Coverage {
    /// Number of items.
    pub n: usize,
    /// Share of them whose set has the true label, in [0, 1]; none without items.
    pub covered: Option<f64>,
    /// Mean number of labels in a set, at least 1; none without items.
    pub mean_size: Option<f64>,
}

impl Coverage {
    fn of<'a>(items: impl Iterator<Item = &'a (usize, Vec<usize>)>) -> Self {
        let (mut n, mut covered, mut labels) = (0, 0, 0);
        for (gold, set) in items {
            n += 1;
            covered += usize::from(set.contains(gold));
            labels += set.len();
        }
        let share = |sum: usize| (n > 0).then(|| sum as f64 / n as f64);
        Coverage { n, covered: share(covered), mean_size: share(labels) }
    }
}

/// The sets of the items by these thresholds; `None` if an item has no probabilities.
///
/// # Panics
/// If there are not as many thresholds as labels; `judged` checks before.
pub(super) fn report(labels: &Labels, items: &[Judged], thresholds: &Thresholds) -> Option<SetReport> {
    let set = |item: &Judged| Some((item.gold, thresholds.set(&Scores(item.scores.clone()?))));
    let sets = items.iter().map(set).collect::<Option<Vec<_>>>()?;
    let of_label = |label: usize| Coverage::of(sets.iter().filter(|(gold, _)| *gold == label));
    let mut sizes = vec![0; labels.len()];
    sets.iter().for_each(|(_, set)| sizes[set.len() - 1] += 1);
    let per_label = labels.names().iter().cloned().zip((0..labels.len()).map(of_label)).collect();
    Some(SetReport { asked: thresholds.coverage, all: Coverage::of(sets.iter()), per_label, sizes })
}

fn as_object<S: Serializer>(pairs: &[(String, Coverage)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(name, value)| (name, value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coverage_is_counted_by_true_label() {
        let labels = Labels::new(["opposes", "neutral", "supports"]).unwrap();
        let thresholds = Thresholds { coverage: 0.8, by_label: vec![0.5, 0.75, 0.5] };
        let item = |gold, scores: [f64; 3]| Judged { gold, scores: Some(scores.to_vec()), ..Judged::default() };
        // By hand: the sets are {0, 1}, {0}, {1} and, as none qualifies, the most probable {2}.
        let items =
            [item(1, [0.6, 0.3, 0.1]), item(0, [0.8, 0.1, 0.1]), item(2, [0.3, 0.4, 0.3]), item(2, [0.32, 0.24, 0.44])];
        let report = report(&labels, &items, &thresholds).unwrap();
        assert_eq!(report.all, Coverage { n: 4, covered: Some(0.75), mean_size: Some(1.25) });
        assert_eq!(report.per_label[2].1, Coverage { n: 2, covered: Some(0.5), mean_size: Some(1.0) });
        assert_eq!(report.sizes, [3, 1, 0]);
    }
}
