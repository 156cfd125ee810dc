//! The card: what a model is, what it was trained on and how, in a form that travels inside the model file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::calibration::Calibration;

/// How often each label occurs in training data, overall and per actor, in the order of the model's labels.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelCounts {
    /// Items per label.
    pub overall: Vec<u64>,
    /// The same for each actor.
    pub by_actor: BTreeMap<String, Vec<u64>>,
}

impl LabelCounts {
    /// Counts (actor, label) pairs of the training items.
    ///
    /// # Panics
    /// If a label is not below `labels`.
    pub fn count<'a>(labels: usize, items: impl IntoIterator<Item = (Option<&'a str>, usize)>) -> Self {
        let mut counts = LabelCounts { overall: vec![0; labels], by_actor: BTreeMap::new() };
        for (actor, label) in items {
            counts.overall[label] += 1;
            if let Some(actor) = actor {
                counts.by_actor.entry(actor.to_owned()).or_insert_with(|| vec![0; labels])[label] += 1;
            }
        }
        counts
    }
}

/// One data file that went into a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataFile {
    /// File name without its folder.
    pub name: String,
    /// Number of items read from it.
    pub items: usize,
    /// BLAKE3 of its bytes, in hexadecimal.
    pub blake3: String,
}

/// How the solver ended.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Solved {
    /// `dual`, `sparse` or `dense`.
    pub solver: String,
    /// Iterations done; the dense solver does not tell.
    pub iterations: Option<u64>,
    /// Value of the objective at the end.
    pub objective: f64,
    /// Norm of the gradient at the end, relative to its norm at zero weights.
    pub relative_gradient: f64,
    /// Whether the relative gradient norm reached the tolerance.
    pub converged: bool,
}

/// Accuracy and macro-F1 on a data file, as recorded at training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// File name without its folder.
    pub data: String,
    /// Number of items.
    pub n: usize,
    /// Share of items labelled right.
    pub accuracy: f64,
    /// Macro-F1.
    pub macro_f1: f64,
}

/// How many items of a checklist's rule a model passed, as recorded at training.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulePasses {
    /// The rule's name.
    pub rule: String,
    /// Number of items.
    pub n: usize,
    /// How many of them were labelled as expected.
    pub passed: usize,
}

/// A checklist that a model was held against at training.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedChecklist {
    /// File name without its folder.
    pub data: String,
    /// Number of groups of minimal pairs.
    pub pairs: usize,
    /// How many of them were passed as a whole.
    pub pairs_passed: usize,
    /// The rules in order.
    pub rules: Vec<RulePasses>,
}

/// One setting that was tried in cross-validation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trial {
    /// Name of the set of feature families.
    pub features: String,
    /// Minimum count of a feature.
    pub min_count: u32,
    /// Weight of the penalty.
    pub alpha: f64,
    /// `balanced` or `none`.
    pub class_weight: String,
    /// Number of items that it was tried on.
    pub items: usize,
    /// Macro-F1 out of fold.
    pub macro_f1: f64,
    /// Macro-F1 above that of the setting to start from on the same items: the mean over folds.
    pub margin: f64,
    /// Standard error of the margin, from how it differs between folds.
    pub margin_error: f64,
}

/// Everything about a model that is no parameter.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// Version of the software that trained it.
    pub software: String,
    /// The command that trained it, without folders of the machine it ran on.
    pub command: String,
    /// Name of the field that the labels came from.
    pub label_field: String,
    /// Weight of the penalty.
    pub alpha: f64,
    /// `balanced` or `none`.
    pub class_weight: String,
    /// `nb` where features were scaled by log-count ratios, which are part of the weights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<String>,
    /// The files it was trained on.
    pub data: Vec<DataFile>,
    /// Number of training items.
    pub items: usize,
    /// Label counts of the training items, for the baselines.
    pub counts: LabelCounts,
    /// How the solver ended.
    pub solved: Solved,
    /// What was tried in cross-validation, if settings were chosen by it, in order: first all on few items.
    pub trials: Vec<Trial>,
    /// How probabilities were calibrated, if they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration: Option<Calibration>,
    /// Scores on development data, if there were any.
    pub scores: Vec<Recorded>,
    /// Passes of a checklist, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checklist: Option<RecordedChecklist>,
}
