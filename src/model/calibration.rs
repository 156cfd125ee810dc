//! How a model's probabilities were calibrated: what the card records of it.

use serde::{Deserialize, Serialize};

use super::conformal::SetTables;

/// How well probabilities fit, on items that were not trained on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fitness {
    /// Log loss in nats.
    pub log_loss: f64,
    /// Multi-class Brier score, in [0, 2].
    pub brier: f64,
    /// Expected calibration error, in [0, 1].
    pub ece: f64,
}

/// A calibration. Scale and shift are part of the weights and biases already: nobody has to apply them again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// `temperature` or `vector`.
    pub method: String,
    /// Folds of the cross-validation whose out-of-fold logits it was fitted on.
    pub folds: usize,
    /// What the logit of each label was multiplied by; 1 / T for a temperature T.
    pub scale: Vec<f64>,
    /// What was then added to it.
    pub shift: Vec<f64>,
    /// Out of fold, before.
    pub before: Fitness,
    /// Out of fold, after.
    pub after: Fitness,
    /// What prediction sets are made from.
    pub sets: SetTables,
}

impl Calibration {
    /// Whether it is one for so many labels.
    pub fn fits(&self, labels: usize) -> bool {
        self.scale.len() == labels && self.shift.len() == labels && self.sets.fit(labels)
    }
}
