//! The shapes of answers, for the API's document. The answers themselves are written by `predict::json`, as for the
//! command line; a test reads real ones with these.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::problem::Problem;

/// An article as it is sent.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArticleSent {
    /// The identifier; without one the answer has `request`, with the line's number where many are sent.
    #[serde(default)]
    pub id: Option<String>,
    /// The headline.
    #[serde(default)]
    pub title: Option<String>,
    /// The date in any form; of names that changed hands the year decides whose they are.
    #[serde(default)]
    pub date: Option<String>,
    /// Newspaper, agency or site.
    #[serde(default)]
    pub outlet: Option<String>,
    /// The text, with or without the headline.
    pub text: String,
}

/// An article as it was read from a file. Offsets of its report count in `text`.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArticleRead {
    /// The identifier: the source's, or the file's name, or name and line.
    pub id: String,
    /// The headline.
    pub title: Option<String>,
    /// The date as written.
    pub date: Option<String>,
    /// Newspaper, agency or site.
    pub outlet: Option<String>,
    /// The text.
    pub text: String,
}

/// A line of an answer whose piece of input could not be used.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ErrorLine {
    /// What is wrong with it.
    pub error: Problem,
}

/// The stance of every actor in an article.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// The article's identifier.
    pub id: String,
    /// Its headline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its date as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Its outlet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outlet: Option<String>,
    /// The text in which offsets count, where it is not the one that was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The actors, in the order of their first mention.
    pub actors: Vec<ActorReport>,
}

/// The stance of one actor in an article.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActorReport {
    /// The actor's id.
    pub actor: String,
    /// The label; null where the confidence is below `min_confidence`.
    pub stance: Option<String>,
    /// How sure, 0 to 1.
    pub confidence: f64,
    /// The mean probability of each label over the sentences.
    pub scores: BTreeMap<String, f64>,
    /// The number of sentences of each label.
    pub counts: BTreeMap<String, usize>,
    /// The sentences, in the order of the text.
    pub evidence: Vec<EvidenceReport>,
}

/// A sentence that mentions an actor. Offsets count Unicode scalar values from 0; `end` is behind the last one.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceReport {
    /// Where the sentence begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// `title` where offsets count in the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The sentence.
    pub text: String,
    /// Its most probable label.
    pub stance: String,
    /// The probability of each label.
    pub scores: BTreeMap<String, f64>,
    /// The mention that was classified.
    pub mention: String,
    /// Where it begins.
    pub mention_start: usize,
    /// Where it ends.
    pub mention_end: usize,
    /// With explanations: the score of the label before the softmax, the sum of bias and contributions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logit: Option<f64>,
    /// With explanations: the score of a sentence without features.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bias: Option<f64>,
    /// With explanations: what each feature adds, the largest first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contributions: Option<Vec<ContributionReport>>,
}

/// What one occurrence of a feature adds to the score of a label.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContributionReport {
    /// The feature's name.
    pub feature: String,
    /// Where it begins, counted as its sentence's offsets.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// The text that it was read off.
    pub text: String,
    /// What it adds.
    pub value: f64,
}

/// The model in use.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ModelReport {
    /// Its name.
    pub name: String,
    /// The version of the program that serves it.
    pub version: String,
    /// The labels, in the model's order.
    pub labels: Vec<String>,
    /// Which of them is neutral, if one is.
    pub neutral: Option<String>,
    /// Number of features.
    pub features: usize,
    /// How it was made and how good it was, as `stance inspect --format json` shows it.
    #[schema(value_type = Object)]
    pub card: Value,
    /// Whether labels can be stored.
    pub store: bool,
}

/// That the server runs.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Health {
    /// `ok`.
    pub status: String,
}
