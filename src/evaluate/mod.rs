//! How good predictions are, and how sure one may be of that: from judged items to a report in text, JSON or HTML.
//!
//! Pure functions: nothing here opens files, prints, or knows where predictions come from. Flow:
//! [`Judged`] items and rival predictions ([`Baseline`]) go into [`evaluate`], which gives an [`EvaluationReport`];
//! `serde_json` writes it as JSON, [`text::render`] as plain text, [`html::render`] as one HTML page. Two systems on the
//! same items go into [`compare()`], whose [`compare::Comparison`] is rendered by [`side_by_side`].

pub mod metrics;
pub mod probability;
pub mod selective;
pub mod intervals;
pub mod baselines;
pub mod lexicon_rule;
pub mod agreement;
pub mod judged;
pub mod minhash;
pub mod near_duplicates;
pub mod sets;
pub mod by_actor;
pub mod report;
mod sample;
pub mod assess;
pub mod mcnemar;
pub mod compare;
mod figures;
mod columns;
mod table;
mod tables;
mod sheet;
pub mod text;
mod svg;
mod plots;
pub mod html;
pub mod side_by_side;
pub mod checklist;
pub mod pass_rates;
pub mod leave_one_out;
pub mod learning_curve;
#[cfg(test)]
mod made_up;

pub use assess::evaluate;
pub use baselines::Baseline;
pub use compare::compare;
pub use intervals::{Bootstrap, Interval};
pub use judged::{Judged, Settings};
pub use metrics::{Confusion, LabelScore};
pub use report::EvaluationReport;
