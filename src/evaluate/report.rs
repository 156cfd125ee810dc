//! The report as data: every number that the text, JSON and HTML renderings show.
//!
//! `serde_json` writes these types as they stand; `assess` fills them. No number in them is NaN or infinite.

use serde::{Serialize, Serializer};

use super::by_actor::ActorCalibration;
use super::intervals::{Bootstrap, Interval};
use super::metrics::LabelScore;
use super::near_duplicates::NearDuplicates;
use super::probability::ReliabilityBin;
use super::selective::RiskCoverage;
use super::sets::SetReport;

/// Scores of one set of predictions, with their uncertainty.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EvaluationReport {
    /// What was evaluated, in the caller's words and order, such as `("model", "m.safetensors")`; an object in JSON.
    #[serde(serialize_with = "as_object")]
    pub about: Vec<(String, String)>,
    /// Number of items, at least 1.
    pub n: usize,
    /// Number of groups that the items fall into; the bootstrap draws these.
    pub groups: usize,
    /// Label names in the model's order.
    pub labels: Vec<String>,
    /// Share of items predicted right, in [0, 1].
    pub accuracy: f64,
    /// Bootstrap interval of the accuracy; none with fewer than two groups.
    pub accuracy_interval: Option<Interval>,
    /// Mean F1 over the labels that occur in gold or prediction, in [0, 1].
    pub macro_f1: f64,
    /// Bootstrap interval of macro-F1; none with fewer than two groups.
    pub macro_f1_interval: Option<Interval>,
    /// How the intervals were made.
    pub bootstrap: Bootstrap,
    /// Scores per label, in label order; an object in JSON.
    #[serde(serialize_with = "as_object")]
    pub per_label: Vec<(String, LabelScore)>,
    /// Gold against predicted labels.
    pub confusion: ConfusionTable,
    /// Log loss in nats, at least 0; none if an item has no probabilities.
    pub log_loss: Option<f64>,
    /// Multi-class Brier score, in [0, 2]; none if an item has no probabilities.
    pub brier: Option<f64>,
    /// Expected calibration error, in [0, 1]; none if an item has no probabilities.
    pub ece: Option<f64>,
    /// The ten bins behind the calibration error; none if an item has no probabilities.
    pub reliability: Option<Vec<ReliabilityBin>>,
    /// What is gained by answering only where one is sure; none if an item has no probabilities.
    pub risk_coverage: Option<RiskCoverage>,
    /// Calibration actor by actor; none if an item has no probabilities, or none has an actor.
    pub calibration_by_actor: Option<Vec<ActorCalibration>>,
    /// Prediction sets, if they were asked for; none if an item has no probabilities.
    pub sets: Option<SetReport>,
    /// Rivals and the margin over them, in the order given; an object in JSON.
    #[serde(serialize_with = "as_object")]
    pub baselines: Vec<(String, BaselineScore)>,
    /// Slices per field, in the order asked for; an object in JSON.
    #[serde(serialize_with = "as_object")]
    pub by: Vec<(String, Vec<Slice>)>,
    /// Items whose texts resemble training texts; none if nobody looked. Filled in by the caller, who has the texts.
    pub near_duplicates: Option<NearDuplicates>,
}

/// A confusion matrix with its label names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConfusionTable {
    /// Names of rows and columns.
    pub labels: Vec<String>,
    /// A row per gold label, a column per predicted label.
    pub rows: Vec<Vec<u64>>,
}

/// Scores of a rival on the same items, and how far the evaluated predictions are ahead of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BaselineScore {
    /// Accuracy of the rival, in [0, 1].
    pub accuracy: f64,
    /// Macro-F1 of the rival, in [0, 1].
    pub macro_f1: f64,
    /// Bootstrap interval of the rival's macro-F1.
    pub macro_f1_interval: Option<Interval>,
    /// Macro-F1 of the evaluated predictions minus that of the rival, in [-1, 1]; above 0 the rival is beaten.
    pub difference: f64,
    /// Bootstrap interval of the difference, both scored on the same draws of groups.
    pub difference_interval: Option<Interval>,
}

/// Scores of the items that share a value of a field.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Slice {
    /// The value; `(not given)` for items without the field.
    pub value: String,
    /// Number of items, at least 1.
    pub n: usize,
    /// Number of groups that they fall into.
    pub groups: usize,
    /// Share of items predicted right, in [0, 1].
    pub accuracy: f64,
    /// Mean F1 over the labels that occur in this slice, in [0, 1].
    pub macro_f1: f64,
    /// Bootstrap interval of macro-F1; none for a slice that is too small, see `note`.
    pub macro_f1_interval: Option<Interval>,
    /// What the reader has to know about this slice: why it has no interval, or why that is to be read with care.
    pub note: Option<String>,
}

/// Writes named values as an object that keeps their order.
pub(super) fn as_object<T: Serialize, S: Serializer>(pairs: &[(String, T)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(name, value)| (name, value)))
}
