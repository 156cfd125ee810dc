//! From one (sentence, actor) pair to a sparse row: masking, lexicon classes, feature families, vocabulary.
//!
//! To add a family, write its file under `family/` and add its line to [`registry::FAMILIES`]; vocabulary, model file,
//! `--features`, `--explain` and the ablation table follow by themselves.

pub mod instance;
pub mod lexicon;
pub mod masked;
pub mod emit;
pub mod family;
pub mod registry;
pub mod columns;
pub mod vocabulary;
mod sort;
pub mod row;
pub mod featurizer;
pub mod item;
pub mod pairing;
