//! From an article to a report: who is in it, with which stance, and which sentences show it.

pub mod report;
pub mod classifier;
pub mod json;
mod annotate;
pub mod html;
pub mod stream;

pub use classifier::Classifier;
