//! What the binary carries: the shipped model, the tables, and the data and article of the demo.

use crate::actor::gazetteer::Gazetteer;
use crate::error::Result;
use crate::feature::lexicon::Lexicon;
use crate::model::{Model, format};

/// Name of the shipped model in messages and reports.
pub const MODEL_NAME: &str = "military-intervention (bundled)";

/// The demo's labelled items: file name and content.
pub const TRAIN: (&str, &str) = ("train.jsonl", include_str!("../../data/train.jsonl"));
/// Items of other groups and, in part, of crises that are in no other file.
pub const TEST: (&str, &str) = ("test.jsonl", include_str!("../../data/test.jsonl"));
/// The demo's article.
pub const ARTICLE: (&str, &str) = ("caracas.txt", include_str!("../../data/examples/caracas.txt"));

/// Small tests of one rule each.
pub const CHECKLIST: (&str, &str) = ("checklist.jsonl", include_str!("../../data/checklist.jsonl"));

/// Bytes that begin where numbers of any kind may begin, so that a model file's arrays can be used where they lie.
#[repr(C, align(64))]
struct Aligned<T: ?Sized>(T);

static MODEL: &Aligned<[u8]> = &Aligned(*include_bytes!("../../models/military-intervention.safetensors"));

/// The shipped model.
///
/// # Errors
/// None, unless the binary itself was damaged.
pub fn model() -> Result<Model> {
    format::from_static(&MODEL.0, MODEL_NAME)
}

/// The shipped gazetteer.
///
/// # Errors
/// None: a test reads it.
pub fn gazetteer() -> Result<Gazetteer> {
    Gazetteer::from_toml(include_str!("../../data/actors.toml"), "data/actors.toml")
}

/// The shipped lexicon.
///
/// # Errors
/// None: a test reads it.
pub fn lexicon() -> Result<Lexicon> {
    Lexicon::from_toml(include_str!("../../data/lexicon.toml"), "data/lexicon.toml")
}
