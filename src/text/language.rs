//! What the reader knows about a language, from `data/lang/*.toml`: abbreviations, contractions, words around sentence
//! bounds, and lines that are not the article.
//!
//! A language is a table, not code: to add one, write its file, add a line to `LANGUAGES`, and have the literals of its
//! patterns derived (`need`).

use std::sync::OnceLock;

use rustc_hash::FxHashSet;
use serde::Deserialize;

use super::{
    fold::hash_of,
    pattern::{LinePatterns, PatternTable},
};

/// A built-in table.
pub(super) struct Source {
    pub name: &'static str,
    toml: &'static str,
    /// What the patterns of lines need (`literals`).
    literals: &'static str,
}

pub(super) const LANGUAGES: &[Source] = &[Source {
    name: "en",
    toml: include_str!("../../data/lang/en.toml"),
    literals: include_str!("../../data/lang/en.literals"),
}];

/// The form of a table on disk.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    titles: Vec<String>,
    abbreviations: Vec<String>,
    also_words: Vec<String>,
    is_contractions: Vec<String>,
    starters: Vec<String>,
    time_words: Vec<String>,
    speech_verbs: Vec<String>,
    pub boilerplate: PatternTable,
}

impl Source {
    pub fn table(&self) -> Result<Table, String> {
        toml::from_str(self.toml).map_err(|error| format!("data/lang/{}.toml: {error}", self.name))
    }
}

/// One language's table, words replaced by their token hashes.
#[derive(Debug)]
pub struct Language {
    titles: FxHashSet<u64>,
    abbreviations: FxHashSet<u64>,
    also_words: FxHashSet<u64>,
    is_contractions: FxHashSet<u64>,
    starters: FxHashSet<u64>,
    time_words: FxHashSet<u64>,
    speech_verbs: FxHashSet<u64>,
    boilerplate: LinePatterns,
}

impl Language {
    /// English, the language of the shipped model.
    pub fn english() -> &'static Language {
        static ENGLISH: OnceLock<Language> = OnceLock::new();
        ENGLISH.get_or_init(|| Language::parse(&LANGUAGES[0]).expect("the built-in table is tested"))
    }

    fn parse(source: &Source) -> Result<Language, String> {
        let table = source.table()?;
        let hashed = |words: &[String]| words.iter().map(|w| hash_of(&w.replace('.', ""))).collect();
        Ok(Language {
            titles: hashed(&table.titles),
            abbreviations: hashed(&table.abbreviations),
            also_words: hashed(&table.also_words),
            is_contractions: table.is_contractions.iter().map(|w| hash_of(w)).collect(),
            starters: hashed(&table.starters),
            time_words: hashed(&table.time_words),
            speech_verbs: hashed(&table.speech_verbs),
            boilerplate: LinePatterns::new(table.boilerplate, source.literals)?,
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

    /// Whether a word with a capital begins a sentence far more often than it goes on after an abbreviation (`The`).
    pub fn is_starter(&self, hash: u64) -> bool {
        self.starters.contains(&hash)
    }

    /// Whether a word may follow a time of day inside a sentence although it has a capital (`10 a.m. Monday`).
    pub fn is_time_word(&self, hash: u64) -> bool {
        self.time_words.contains(&hash)
    }

    /// Whether a word hands a quotation to its speaker (`said`).
    pub fn is_speech_verb(&self, hash: u64) -> bool {
        self.speech_verbs.contains(&hash)
    }

    /// The lines that are not the article.
    pub fn boilerplate(&self) -> &LinePatterns {
        &self.boilerplate
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_parses() {
        for source in LANGUAGES {
            Language::parse(source).unwrap_or_else(|e| panic!("data/lang/{}.toml: {e}", source.name));
        }
    }

    #[test]
    fn titles_are_abbreviations_too() {
        let english = Language::english();
        assert!(english.is_title(hash_of("gen")) && english.is_abbreviation(hash_of("gen")));
        assert!(english.is_abbreviation(hash_of("jan")) && !english.is_title(hash_of("jan")));
    }
}
