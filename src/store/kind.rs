//! What a file that is imported holds, by its first record, and what it is called.

use std::path::Path;

use serde::Deserialize;

use super::items::records;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Kind {
    /// What its first record looks like.
    #[default]
    Auto,
    /// Articles, to be cut into sentences.
    Articles,
    /// Items: sentences with actors, labelled or not.
    Items,
    /// An export of Label Studio, JSON or JSON-MIN.
    LabelStudio,
    /// An export of doccano, JSONL.
    Doccano,
    /// An export of Prodigy, by `db-out`.
    Prodigy,
}

/// The name of a file without folders and endings.
pub(super) fn stem(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let stem = last.split('.').next().filter(|stem| !stem.is_empty()).unwrap_or(last);
    if stem.trim().is_empty() { "file".into() } else { stem.chars().filter(|c| !c.is_control()).take(100).collect() }
}

/// What a file holds, by its first record; articles where that is none.
pub(super) fn kind_of(name: &str, bytes: &[u8]) -> Kind {
    // Files of whole texts are articles, however they begin.
    let ending = Path::new(name).extension().and_then(|e| e.to_str()).unwrap_or_default().to_lowercase();
    if ["txt", "md", "html", "htm", "parquet"].contains(&ending.as_str()) {
        return Kind::Articles;
    }
    let first = records(name, bytes.to_vec()).ok().and_then(|mut records| records.find_map(Result::ok));
    let Some((first, _)) = first else { return Kind::Articles };
    let has = |name: &str| first.contains_key(name);
    match () {
        () if has("data") && has("annotations") || has("annotation_id") => Kind::LabelStudio,
        () if has("_task_hash") || has("_input_hash") || has("answer") => Kind::Prodigy,
        () if has("label") || has("labels") || has("entities") || has("annotations") => Kind::Doccano,
        () if has("stance") || has("actor") => Kind::Items,
        () => Kind::Articles,
    }
}
