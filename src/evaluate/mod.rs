//! How good predictions are, and how sure one may be of that: from judged items to a report in text, JSON or HTML.
//!
//! Pure functions: nothing here opens files, prints, or knows where predictions come from. Flow:
//! [`Judged`] items and rival predictions ([`Baseline`]) go into [`evaluate`], which gives an [`EvaluationReport`];
//! `serde_json` writes it as JSON.

pub mod metrics;
pub mod probability;
pub mod intervals;
pub mod baselines;
pub mod agreement;
pub mod report;
pub mod assess;
mod figures;
mod columns;
pub mod text;
#[cfg(test)]
mod made_up;

pub use assess::{Judged, Settings, evaluate};
pub use baselines::Baseline;
pub use intervals::{Bootstrap, Interval};
pub use metrics::{Confusion, LabelScore};
pub use report::EvaluationReport;
