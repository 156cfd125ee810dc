//! `stance` reads news and says, for each actor in it, whether the actor supports, opposes or is neutral on a
//! proposition; the shipped model's proposition is outside military intervention.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod error;
pub mod label;
mod page;
pub mod text;
pub mod actor;
pub mod feature;
pub mod model;
pub mod evaluate;
#[cfg(feature = "train")]
pub mod train;
pub mod predict;
#[cfg(feature = "cli")]
pub mod cli;
