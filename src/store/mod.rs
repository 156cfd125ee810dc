//! The store of labelling: articles, units of coding, coders, labels, decisions and models in one SQLite file.
//!
//! A unit of coding is one actor in one sentence. Nothing that a person entered is deleted or overwritten, and what was
//! acknowledged is on the disk. No HTTP here; of JSON only the forms that are imported and exported.

mod database;
pub mod settings;
pub mod coders;
pub mod units;
pub mod models;
pub mod in_use;
pub mod resolved;
mod add;
mod articles;
mod items;
pub mod kind;
mod label_studio;
mod doccano;
mod prodigy;
pub mod import;
pub mod sampling;
mod uncertainty;
mod rounds;
mod leases;
pub mod labels;
pub mod queue;
pub mod edits;
pub mod decisions;
pub mod agreement;
pub mod estimate;
pub mod progress;
pub mod export;
#[cfg(feature = "train")]
pub mod compared;
#[cfg(feature = "train")]
pub mod retrain;

pub use database::Store;
pub use import::{Counts, Passed};
pub use in_use::InUse;
pub use kind::Kind;
pub use labels::NewLabel;
pub use settings::Settings;
pub use units::Unit;
