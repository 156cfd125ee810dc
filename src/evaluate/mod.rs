//! How good predictions are, and how sure one may be of that: from judged items to a report in text, JSON or HTML.
//!
//! Pure functions: nothing here opens files, prints, or knows where predictions come from. Flow:
//! [`Judged`] items and rival predictions ([`Baseline`]) go into [`evaluate`], which gives an [`EvaluationReport`];
//! `serde_json` writes it as JSON, [`text::render`] as plain text, [`html::render`] as one HTML page.

pub mod metrics;
pub mod probability;
pub mod selective;
pub mod intervals;
pub mod baselines;
pub mod agreement;
pub mod judged;
pub mod sets;
pub mod by_actor;
pub mod report;
pub mod assess;
mod figures;
mod columns;
mod tables;
pub mod text;
mod svg;
mod plots;
pub mod html;
#[cfg(test)]
mod made_up;

pub use assess::evaluate;
pub use baselines::Baseline;
pub use intervals::{Bootstrap, Interval};
pub use judged::{Judged, Settings};
pub use metrics::{Confusion, LabelScore};
pub use report::EvaluationReport;
