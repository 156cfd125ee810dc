//! Training: instances and labels in, a model out, by the conventions of linfa.

pub mod rows;
pub mod source;
pub mod census;
mod sketch;
pub mod count;
pub mod matrix;
mod exp;
mod kernel;
pub mod objective;
pub mod solution;
pub mod sparse;
mod simplex;
pub mod dual;
pub mod dense;
pub mod solver;
pub mod params;
pub mod nb;
pub mod folds;
pub mod crossfit;
pub mod scaling;
pub mod calibrate;
mod fit;
pub mod dataset;
pub mod stream;
pub mod subsets;
pub mod space;
pub mod tune;

pub use params::{ModelParams, ModelValidParams};
