//! Label names and the scores that a model gives them.
//!
//! Labels are data: a model carries its own ordered names and says which of them, if any, is the neutral one.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// Names that are taken for the neutral label when nobody says which it is.
const NEUTRAL_NAMES: [&str; 3] = ["neutral", "none", "no stance"];

/// A label's name, as data and reports write it.
pub type Label = String;

/// The ordered label names of a model; a label is an index into them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored")]
pub struct Labels {
    names: Vec<String>,
    neutral: Option<usize>,
    /// The labels in the alphabetical order of their names.
    #[serde(skip_serializing)]
    by_name: Vec<usize>,
}

/// Labels as a model file holds them.
#[derive(Deserialize)]
struct Stored {
    names: Vec<String>,
    neutral: Option<usize>,
}

impl From<Stored> for Labels {
    fn from(Stored { names, neutral }: Stored) -> Self {
        let mut by_name: Vec<usize> = (0..names.len()).collect();
        by_name.sort_by_key(|l| &names[*l]);
        Labels { names, neutral, by_name }
    }
}

impl Labels {
    /// Labels from distinct names, kept in the order given, except that the set `opposes, neutral, supports` and
    /// `negative, neutral, positive` are put in that order. The neutral label is the one named `neutral` or `none`.
    ///
    /// # Errors
    /// Fewer than two names, or a name that stands twice.
    pub fn new<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Result<Self> {
        let mut names: Vec<String> = names.into_iter().map(Into::into).collect();
        for scale in [["opposes", "neutral", "supports"], ["negative", "neutral", "positive"]] {
            if names.len() <= 3 && names.iter().all(|n| scale.contains(&n.as_str())) {
                names.sort_by_key(|n| scale.iter().position(|s| s == n));
            }
        }
        if names.len() < 2 {
            let got = names.first().map_or("no label at all".into(), |n| format!("only the label {n:?}"));
            return Err(Error::data(
                got,
                "give items of at least two labels, or name another field with --label-field",
            ));
        }
        if let Some(twice) = names.iter().enumerate().find(|(i, n)| names[..*i].contains(n)) {
            return Err(Error::data(format!("the label {:?} stands twice", twice.1), "name each label once"));
        }
        let neutral = names.iter().position(|n| NEUTRAL_NAMES.contains(&n.as_str()));
        Ok(Stored { names, neutral }.into())
    }

    /// Number of labels, at least 2.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Never true; here because `len` is.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// All names in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// All labels in the alphabetical order of their names.
    pub fn by_name(&self) -> &[usize] {
        &self.by_name
    }

    /// The name of a label.
    pub fn name(&self, label: usize) -> &str {
        &self.names[label]
    }

    /// The label of a name.
    pub fn index(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|n| n == name)
    }

    /// The neutral label, which does not vote when sentences are put together to an article.
    pub fn neutral(&self) -> Option<usize> {
        self.neutral
    }
}

/// One probability per label, in the order of [`Labels`]; they sum to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores(pub Vec<f64>);

impl Scores {
    /// The softmax of one logit per label, computed from the largest down so that nothing overflows.
    pub fn softmax(logits: &[f64]) -> Self {
        let top = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut p: Vec<f64> = logits.iter().map(|z| (z - top).exp()).collect();
        let sum: f64 = p.iter().sum();
        p.iter_mut().for_each(|v| *v /= sum);
        Scores(p)
    }

    /// The most probable label; of equals the first.
    pub fn best(&self) -> usize {
        (1..self.0.len()).fold(0, |best, i| if self.0[i] > self.0[best] { i } else { best })
    }

    /// Probability of the most probable label, in (0, 1].
    pub fn confidence(&self) -> f64 {
        self.0[self.best()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stance_labels_are_ordered_from_against_to_for() {
        let labels = Labels::new(["supports", "opposes", "neutral"]).unwrap();
        assert_eq!(labels.names(), ["opposes", "neutral", "supports"]);
        assert_eq!(labels.neutral(), Some(1));
    }

    #[test]
    fn other_labels_keep_their_order() {
        let labels = Labels::new(["4", "1", "3"]).unwrap();
        assert_eq!(labels.names(), ["4", "1", "3"]);
        assert_eq!(labels.neutral(), None);
    }

    #[test]
    fn one_label_is_refused_by_name() {
        let message = Labels::new(["supports"]).unwrap_err().to_string();
        assert!(message.contains("only the label \"supports\""), "{message}");
    }

    #[test]
    fn softmax_of_large_logits_stays_finite_and_sums_to_one() {
        let scores = Scores::softmax(&[1000.0, 1001.0, -1000.0]);
        assert!((scores.0.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert_eq!(scores.best(), 1);
        // 1 / (1 + e^-1) = 0.731058578630005
        assert!((scores.confidence() - 0.731_058_578_630_005).abs() < 1e-12);
    }
}
