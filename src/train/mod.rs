//! Training: instances and labels in, a model out, by the conventions of linfa.

pub mod matrix;
mod kernel;
pub mod objective;
pub mod solution;
pub mod sparse;
pub mod dual;
pub mod dense;
pub mod solver;
pub mod params;
pub mod dataset;
pub mod folds;
pub mod tune;

pub use params::{ModelParams, ModelValidParams};
