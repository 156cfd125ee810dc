//! The semantic lexicon: classes of words and phrases (`data/lexicon.toml`), compiled to a phrase table.
//!
//! Says what a phrase means; which classes stand where in a sentence is the families' matter.

use std::{borrow::Cow, collections::BTreeMap};

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
    /// For people; it stays in the file.
    #[serde(default, skip_serializing)]
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

impl Class {
    fn new(name: &str, group: Group) -> Self {
        Class { name: name.to_owned(), group, hash: hash_of(name) }
    }
}

/// The compiled lexicon. Keeps its source form, for those who read a model file.
#[derive(Debug, Clone, Default)]
pub struct Lexicon {
    source: Cow<'static, str>,
    classes: Vec<Class>,
    phrases: PhraseTable,
    /// One past the last of each phrase's classes in `meanings`.
    ends: Cow<'static, [u32]>,
    /// The classes of all phrases.
    meanings: Cow<'static, [u16]>,
    /// Per phrase number, whether one of its classes negates.
    negators: Vec<bool>,
    /// Per phrase number, whether one of its classes names armed force.
    force: Vec<bool>,
}

/// The raw parts of a lexicon, as a model file holds them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LexiconParts {
    /// Classes with their entries as JSON. For readers: nothing is computed from it.
    pub source: Cow<'static, str>,
    /// Name and group of each class.
    pub classes: Vec<(String, Group)>,
    /// Keys of the phrase table by slots.
    pub keys: Cow<'static, [u64]>,
    /// Nodes of the phrase table by slots.
    pub nodes: Cow<'static, [u32]>,
    /// One past the last of each phrase's classes in `meanings`.
    pub ends: Cow<'static, [u32]>,
    /// The classes of all phrases, by their numbers.
    pub meanings: Cow<'static, [u16]>,
}

/// Classes that negate what follows.
const NEGATORS: [&str; 2] = ["neg", "weak_neg"];
/// Classes that name armed force or its use.
const FORCE: [&str; 5] = ["attack", "n_force", "n_intervention", "occupy_hold", "send_deploy"];

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
        let mut phrases = PhraseTable::default();
        let mut meanings: Vec<Vec<u16>> = Vec::new();
        let mut tokens = Vec::new();
        for (number, (class, table)) in source.iter().enumerate() {
            for entry in &table.entries {
                tokens.clear();
                tokenize(entry, Span::new(0, entry.len()), Language::english(), &mut tokens);
                if tokens.is_empty() {
                    let what = format!("class {class}: the entry {entry:?} has no word");
                    return Err(Error::table(Place::file(name), what, "give a word or take the entry out"));
                }
                let phrase = phrases.insert(tokens.iter().map(|t| t.hash), meanings.len() as u32) as usize;
                if phrase == meanings.len() {
                    meanings.push(Vec::new());
                }
                if !meanings[phrase].contains(&(number as u16)) {
                    meanings[phrase].push(number as u16);
                }
            }
        }
        let classes = source.iter().map(|(name, table)| Class::new(name, table.group)).collect();
        let source = serde_json::to_string(&source).expect("a table of strings");
        let ends = meanings.iter().scan(0, |end, classes| {
            *end += classes.len() as u32;
            Some(*end)
        });
        let ends = ends.collect();
        Ok(Lexicon::of(source.into(), classes, phrases, ends, meanings.concat().into()))
    }

    fn of(
        source: Cow<'static, str>,
        classes: Vec<Class>,
        phrases: PhraseTable,
        ends: Cow<'static, [u32]>,
        meanings: Cow<'static, [u16]>,
    ) -> Self {
        let mut lexicon = Lexicon { source, classes, phrases, ends, meanings, negators: Vec::new(), force: Vec::new() };
        lexicon.negators = lexicon.having(&NEGATORS);
        lexicon.force = lexicon.having(&FORCE);
        lexicon
    }

    /// Per phrase number, whether one of its classes has one of these names.
    fn having(&self, names: &[&str]) -> Vec<bool> {
        let named: Vec<bool> = self.classes.iter().map(|c| names.contains(&c.name.as_str())).collect();
        let has = |phrase| self.meaning(phrase).iter().any(|c| named[*c as usize]);
        (0..self.ends.len() as u32).map(has).collect()
    }

    /// The raw parts, for the model file.
    pub fn parts(&self) -> LexiconParts {
        let (keys, nodes) = self.phrases.parts();
        LexiconParts {
            source: self.source.clone(),
            classes: self.classes.iter().map(|c| (c.name.clone(), c.group)).collect(),
            keys,
            nodes,
            ends: self.ends.clone(),
            meanings: self.meanings.clone(),
        }
    }

    /// A lexicon from the parts in a model file, every number checked; `None` if one is out of range.
    pub fn from_parts(parts: LexiconParts) -> Option<Self> {
        let LexiconParts { source, classes, keys, nodes, ends, meanings } = parts;
        let phrases = PhraseTable::from_parts(keys, nodes, ends.len())?;
        let whole = ends.is_sorted() && ends.last().copied().unwrap_or(0) as usize == meanings.len();
        if !whole || !meanings.iter().all(|c| (*c as usize) < classes.len()) {
            return None;
        }
        let classes = classes.iter().map(|(name, group)| Class::new(name, *group)).collect();
        Some(Lexicon::of(source, classes, phrases, ends, meanings))
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

    /// Whether a phrase names armed force or its use (classes `attack`, `n_force`, `n_intervention`, `occupy_hold` and
    /// `send_deploy`).
    pub fn is_force(&self, phrase: u32) -> bool {
        self.force[phrase as usize]
    }

    /// The classes of a phrase.
    pub fn meaning(&self, phrase: u32) -> &[u16] {
        let phrase = phrase as usize;
        let start = if phrase == 0 { 0 } else { self.ends[phrase - 1] };
        &self.meanings[start as usize..self.ends[phrase] as usize]
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
        let back = Lexicon::from_parts(lexicon.parts()).unwrap();
        assert_eq!(classes(&back, "did not rule out"), ["keep_options"]);
        assert_eq!(classes(&back, "ruled out force"), ["reject", "rule_out"]);
        assert_eq!(back.classes(), lexicon.classes());
        let source = r#"{"keep_options":{"group":"pro","entries":["did not rule out"]},"reject":"#;
        assert!(back.parts() == lexicon.parts() && back.parts().source.starts_with(source));
    }

    #[test]
    fn damaged_parts_are_refused() {
        let parts = Lexicon::from_toml(SMALL, "small.toml").unwrap().parts();
        type Damage = fn(&mut LexiconParts);
        let damages: [Damage; 5] = [
            |p| p.meanings.to_mut()[0] = 3,
            |p| p.ends.to_mut()[0] = 9,
            |p| p.nodes.to_mut().iter_mut().for_each(|n| *n += 6),
            |p| p.keys.to_mut().truncate(1),
            |p| p.meanings.to_mut().truncate(1),
        ];
        for damage in damages {
            let mut broken = parts.clone();
            damage(&mut broken);
            assert!(Lexicon::from_parts(broken).is_none());
        }
    }

    #[test]
    fn an_entry_without_a_word_is_named() {
        let error = Lexicon::from_toml("[x]\ngroup = \"con\"\nentries = [\" \"]", "l.toml").unwrap_err();
        assert!(error.to_string().contains("class x: the entry \" \" has no word"), "{error}");
    }
}
