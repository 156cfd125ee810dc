//! The semantic lexicon: classes of words and phrases (`data/lexicon.toml`), compiled to a phrase table.
//!
//! Says what a phrase means; which classes stand where in a sentence is the families' matter.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Place, Result};
use crate::text::language::Language;
use crate::text::phrase::PhraseTable;
use crate::text::span::Span;
use crate::text::token::{hash_of, tokenize};

/// What kind of meaning a class has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// Acts for force.
    Pro,
    /// Acts against it.
    Con,
    /// Acts that are no stance.
    Non,
    /// Speech.
    Speech,
    /// Things.
    Noun,
    /// Negators, modals, conditions, contrast.
    Function,
    /// Phrases that mean something else: they hide their words and count as nothing.
    Guard,
}

impl Group {
    /// The group's name as it stands in features.
    pub fn name(self) -> &'static str {
        match self {
            Group::Pro => "pro",
            Group::Con => "con",
            Group::Non => "non",
            Group::Speech => "speech",
            Group::Noun => "noun",
            Group::Function => "function",
            Group::Guard => "guard",
        }
    }
}

/// One class as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    about: String,
    group: Group,
    entries: Vec<String>,
}

/// A class of the compiled lexicon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// Its name (`rule_out`).
    pub name: String,
    /// Its group.
    pub group: Group,
    /// Hash of the name, as features use it.
    pub hash: u64,
}

/// The compiled lexicon. Keeps its source form, in which it is written to a model file and read back.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<String, Table>", into = "BTreeMap<String, Table>")]
pub struct Lexicon {
    source: BTreeMap<String, Table>,
    classes: Vec<Class>,
    phrases: PhraseTable,
    /// Per phrase number, its classes.
    meanings: Vec<Vec<u16>>,
    /// Per phrase number, whether one of its classes negates.
    negators: Vec<bool>,
}

/// Classes that negate what follows.
const NEGATORS: [&str; 2] = ["neg", "weak_neg"];

impl TryFrom<BTreeMap<String, Table>> for Lexicon {
    type Error = Error;

    fn try_from(source: BTreeMap<String, Table>) -> Result<Self> {
        Lexicon::compile(source, "the lexicon")
    }
}

impl From<Lexicon> for BTreeMap<String, Table> {
    /// The source form without the texts for people.
    fn from(lexicon: Lexicon) -> Self {
        let bare = |(name, table): (String, Table)| (name, Table { about: String::new(), ..table });
        lexicon.source.into_iter().map(bare).collect()
    }
}

impl Lexicon {
    /// Reads the TOML form: a table per class with `group`, `entries` and, for people, `about`.
    ///
    /// # Errors
    /// TOML that is broken or has other fields; an entry without any word. `name` is the file's name in messages.
    pub fn from_toml(source: &str, name: &str) -> Result<Self> {
        let tables = toml::from_str(source)
            .map_err(|e| Error::table(Place::file(name), e.to_string(), "see data/lexicon.toml for the form"))?;
        Self::compile(tables, name)
    }

    fn compile(source: BTreeMap<String, Table>, name: &str) -> Result<Self> {
        let mut lexicon = Lexicon::default();
        let mut tokens = Vec::new();
        for (number, (class, table)) in source.iter().enumerate() {
            lexicon.classes.push(Class { name: class.clone(), group: table.group, hash: hash_of(class) });
            for entry in &table.entries {
                tokens.clear();
                tokenize(entry, Span::new(0, entry.len()), Language::english(), &mut tokens);
                if tokens.is_empty() {
                    let what = format!("class {class}: the entry {entry:?} has no word");
                    return Err(Error::table(Place::file(name), what, "give a word or take the entry out"));
                }
                let hashes: Vec<u64> = tokens.iter().map(|t| t.hash).collect();
                let phrase = lexicon.phrases.insert(&hashes, lexicon.meanings.len() as u32) as usize;
                if phrase == lexicon.meanings.len() {
                    lexicon.meanings.push(Vec::new());
                }
                if !lexicon.meanings[phrase].contains(&(number as u16)) {
                    lexicon.meanings[phrase].push(number as u16);
                }
            }
        }
        let negates = |c: &u16| NEGATORS.contains(&lexicon.classes[*c as usize].name.as_str());
        lexicon.negators = lexicon.meanings.iter().map(|classes| classes.iter().any(negates)).collect();
        lexicon.source = source;
        Ok(lexicon)
    }

    /// The class with this number.
    pub fn class(&self, number: u16) -> &Class {
        &self.classes[number as usize]
    }

    /// All classes in order of their names.
    pub fn classes(&self) -> &[Class] {
        &self.classes
    }

    /// The longest entry that the tokens begin with: its length in tokens and the phrase number for [`Lexicon::meaning`].
    pub fn longest_at(&self, tokens: impl IntoIterator<Item = u64>) -> Option<(usize, u32)> {
        self.phrases.longest_at(tokens)
    }

    /// Whether a phrase negates what follows (class `neg` or `weak_neg`).
    pub fn is_negator(&self, phrase: u32) -> bool {
        self.negators[phrase as usize]
    }

    /// The classes of a phrase.
    pub fn meaning(&self, phrase: u32) -> &[u16] {
        &self.meanings[phrase as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"
        [rule_out]
        about = "excludes force"
        group = "con"
        entries = ["ruled out", "rule out"]
        [keep_options]
        group = "pro"
        entries = ["did not rule out"]
        [reject]
        group = "con"
        entries = ["ruled out"]
    "#;

    fn classes(lexicon: &Lexicon, words: &str) -> Vec<String> {
        let hashes = words.split(' ').map(hash_of);
        let Some((_, phrase)) = lexicon.longest_at(hashes) else { return Vec::new() };
        lexicon.meaning(phrase).iter().map(|c| lexicon.class(*c).name.clone()).collect()
    }

    #[test]
    fn the_longest_phrase_gives_all_its_classes() {
        let lexicon = Lexicon::from_toml(SMALL, "small.toml").unwrap();
        assert_eq!(classes(&lexicon, "did not rule out force"), ["keep_options"]);
        assert_eq!(classes(&lexicon, "ruled out force"), ["reject", "rule_out"]);
        assert!(classes(&lexicon, "rule in").is_empty());
    }

    #[test]
    fn it_survives_the_model_file() {
        let lexicon = Lexicon::from_toml(SMALL, "small.toml").unwrap();
        let back: Lexicon = serde_json::from_str(&serde_json::to_string(&lexicon).unwrap()).unwrap();
        assert_eq!(classes(&back, "did not rule out"), ["keep_options"]);
        assert_eq!(back.classes(), lexicon.classes());
    }

    #[test]
    fn an_entry_without_a_word_is_named() {
        let error = Lexicon::from_toml("[x]\ngroup = \"con\"\nentries = [\" \"]", "l.toml").unwrap_err();
        assert!(error.to_string().contains("class x: the entry \" \" has no word"), "{error}");
    }
}
