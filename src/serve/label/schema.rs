//! The shapes of requests to the part that labels, and of the answers that are no shapes of the store's own.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::store::Kind;

/// A coder, by name.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CoderSent {
    /// The name; who has it already is the same coder.
    pub name: String,
}

/// Settings of a store.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettingsSent {
    /// Number of coders that label each unit, 1 to 100.
    pub coders_per_unit: u32,
    /// Units drawn in a round, 1 to 100,000.
    pub round_size: u32,
    /// Share of the probability of being drawn that all units have alike, above 0 and up to 1.
    pub uniform_share: f64,
}

/// What is said of a file that is imported.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ImportParams {
    /// The file's name, without folders: its ending tells the form, and ids are made of it.
    pub name: Option<String>,
    /// `auto`, `articles`, `items`, `label-studio`, `doccano` or `prodigy`; default `auto`.
    #[serde(default)]
    #[param(value_type = String)]
    pub kind: Kind,
    /// Whose labels they are, where the file does not say so; by default the file's name.
    pub coder: Option<String>,
}

/// Which labels are exported.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ExportParams {
    /// One line per unit, with the stance that holds; by default a line per label.
    #[serde(default)]
    pub adjudicated: bool,
}

/// For whom the next unit is.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct NextParams {
    /// Number of the coder.
    pub coder: i64,
}

/// A label.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LabelSent {
    /// Chosen by the client, such as a UUID: what is sent twice is kept once.
    pub client: String,
    /// Number of the unit.
    pub unit: i64,
    /// Number of the coder.
    pub coder: i64,
    /// The label; null where the unit is skipped.
    pub stance: Option<String>,
    /// Whether the coder passes the unit over.
    #[serde(default)]
    pub skipped: bool,
    /// Whether somebody should look at it again.
    #[serde(default)]
    pub flagged: bool,
    /// The coder's note.
    #[serde(default)]
    pub note: String,
    /// Seconds that the coder took.
    pub seconds: Option<f64>,
}

/// A label that was kept.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LabelKept {
    /// Number of the label.
    pub label: i64,
    /// Number of its unit.
    pub unit: i64,
}

/// Who undoes a label.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawSent {
    /// Number of the coder, whose label it must be.
    pub coder: i64,
}

/// What a unit is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditSent {
    /// Number of the coder who mends it.
    pub coder: i64,
    /// First character of the mention.
    pub start: usize,
    /// One past its last character.
    pub end: usize,
    /// Id of the actor.
    pub actor: String,
}

/// A new name of an actor.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AliasSent {
    /// Id of the actor; one that is not known is added.
    pub actor: String,
    /// First name of an actor that is added.
    pub name: Option<String>,
    /// The new name.
    pub alias: String,
}

/// A decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionSent {
    /// Chosen by the client, such as a UUID: what is sent twice is kept once.
    pub client: String,
    /// Number of the unit.
    pub unit: i64,
    /// Number of the coder who decides.
    pub coder: i64,
    /// The stance that holds.
    pub stance: String,
    /// Why.
    #[serde(default)]
    pub note: String,
}

/// A decision that was kept.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionKept {
    /// Number of the decision.
    pub decision: i64,
}

/// A version to be trained.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetrainSent {
    /// Its name.
    pub name: String,
    /// Whether it is trained on the program's own training items too.
    #[serde(default)]
    pub with_shipped: bool,
}

/// A job that was begun.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Begun {
    /// Number of the job.
    pub job: usize,
}

/// The codebook.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Codebook {
    /// Its text.
    pub markdown: String,
}
