//! `stance` reads news and says, for each actor in it, whether the actor supports, opposes or is neutral on a
//! proposition; the shipped model's proposition is outside military intervention. It trains and evaluates such models.
//!
//! - To classify: [`model::format::from_bytes`], [`predict::Classifier`], [`text::article::Article`].
//! - To train: [`model::Model`]'s `params()`, then linfa's `check` and `fit`, in [`train`].
//! - To evaluate: [`evaluate::evaluate`].
//!
//! Modules stand in the order of the data's way, and each imports only from those above it.
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
#[cfg(feature = "read")]
pub mod files;
#[cfg(feature = "read")]
pub mod read;
#[cfg(feature = "store")]
pub mod store;
#[cfg(feature = "serve")]
pub mod serve;
#[cfg(feature = "cli")]
pub mod cli;

/// The README's code, compiled and run.
#[cfg(all(doctest, feature = "cli"))]
#[doc = include_str!("../README.md")]
struct Readme;
