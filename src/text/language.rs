//! What the reader knows about a language: abbreviations and contractions, from `data/lang/*.toml`.
//!
//! A language is a table, not code: to add one, write its file and add a line to [`LANGUAGES`].

use std::sync::OnceLock;

use rustc_hash::FxHashSet;
use serde::Deserialize;

use super::token::hash_of;

/// Built-in tables: name and TOML source.
const LANGUAGES: &[(&str, &str)] = &[("en", include_str!("../../data/lang/en.toml"))];

/// The form of a table on disk.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    titles: Vec<String>,
    abbreviations: Vec<String>,
    also_words: Vec<String>,
    is_contractions: Vec<String>,
}

/// One language's table, words replaced by their token hashes.
#[derive(Debug, Clone)]
pub struct Language {
    titles: FxHashSet<u64>,
    abbreviations: FxHashSet<u64>,
    also_words: FxHashSet<u64>,
    is_contractions: FxHashSet<u64>,
}

impl Language {
    /// English, the language of the shipped model.
    pub fn english() -> &'static Language {
        static ENGLISH: OnceLock<Language> = OnceLock::new();
        ENGLISH.get_or_init(|| Language::parse(LANGUAGES[0].1).expect("the built-in table is tested"))
    }

    fn parse(source: &str) -> Result<Language, toml::de::Error> {
        let table: Table = toml::from_str(source)?;
        let hashed = |words: &[String]| words.iter().map(|w| hash_of(&w.replace('.', ""))).collect();
        Ok(Language {
            titles: hashed(&table.titles),
            abbreviations: hashed(&table.abbreviations),
            also_words: hashed(&table.also_words),
            is_contractions: table.is_contractions.iter().map(|w| hash_of(w)).collect(),
        })
    }

    /// Whether a word is a title that stands before a name (`Gen.`, `Mr.`).
    pub fn is_title(&self, hash: u64) -> bool {
        self.titles.contains(&hash)
    }

    /// Whether a word followed by a dot may be an abbreviation (titles included).
    pub fn is_abbreviation(&self, hash: u64) -> bool {
        self.abbreviations.contains(&hash) || self.titles.contains(&hash)
    }

    /// Whether an abbreviation is an ordinary word as well (`no.`, `Miss.`).
    pub fn is_also_word(&self, hash: u64) -> bool {
        self.also_words.contains(&hash)
    }

    /// Whether a word in `'s` stays whole (`it's`), as opposed to a possessive.
    pub fn is_contraction(&self, hash: u64) -> bool {
        self.is_contractions.contains(&hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_parses() {
        for (name, source) in LANGUAGES {
            Language::parse(source).unwrap_or_else(|e| panic!("data/lang/{name}.toml: {e}"));
        }
    }

    #[test]
    fn titles_are_abbreviations_too() {
        let english = Language::english();
        assert!(english.is_title(hash_of("gen")) && english.is_abbreviation(hash_of("gen")));
        assert!(english.is_abbreviation(hash_of("jan")) && !english.is_title(hash_of("jan")));
    }
}
