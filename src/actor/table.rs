//! The gazetteer as it is written down: the form of `data/actors.toml` and of its copy in a model file.
//!
//! Only the form: whether a table makes sense is checked in [`super::check`].

use serde::{Deserialize, Serialize};

/// What an actor is; decides which pronouns and which members' rule fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A state and its government.
    State,
    /// States acting together; members named alone count as the bloc.
    Bloc,
    /// One person and who speaks for that person.
    Person,
    /// An international organisation.
    Organisation,
    /// A party, militia or opposition.
    Movement,
}

/// A pronoun's nominative, naming the whole set (`he` for he, him, his).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pronoun {
    /// he, him, his
    He,
    /// she, her
    She,
    /// it, its
    It,
    /// they, them, their
    They,
}

/// Someone who speaks for an actor while in office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Full name, without accents.
    pub name: String,
    /// Other spellings of the full name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alt: Vec<String>,
    /// Short forms that are safe anywhere (`Trump`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub short: Vec<String>,
    /// Short form that is safe after the full name or a title; the last word of `name` if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surname: Option<String>,
    /// Titles held.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub titles: Vec<String>,
    /// First year in office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<i32>,
    /// Last year in office; left out: still there or not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<i32>,
    /// Taken when a person held office for two actors and nothing else decides.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub prefer: bool,
}

/// One actor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// Canonical id: lower-case letters, digits, underscores.
    pub id: String,
    /// Other ids of the same actor.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// What it is.
    pub kind: Kind,
    /// Pronouns that can stand for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pronouns: Vec<Pronoun>,
    /// Proper names and abbreviations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// Capitals, palaces, ministries that stand for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub metonyms: Vec<String>,
    /// Adjectives: mentions when an organ noun follows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub demonyms: Vec<String>,
    /// Plurals and collectives of its people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub peoples: Vec<String>,
    /// Descriptions: mentions once the actor has been named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub descriptions: Vec<String>,
    /// Which of the names and metonyms are places as well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<String>,
    /// Ids of actors that also count as this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<String>,
    /// Phrases around an alias in which it is no mention.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<String>,
    /// Office holders.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub person: Vec<Person>,
}

fn first_version() -> u32 {
    1
}

/// A whole file. Every word list may be left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Version of the format.
    #[serde(default = "first_version")]
    pub version: u32,
    /// The word lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub case_sensitive: Vec<String>,
    /// Words after which a name that is also a place is a place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub place_prepositions: Vec<String>,
    /// Words after which a capital is a place if something moves there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub capital_prepositions: Vec<String>,
    /// Words of motion.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub motion_words: Vec<String>,
    /// What is sent to a place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sent_words: Vec<String>,
    /// Forms of address before a name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub honorifics: Vec<String>,
    /// Titles of office before a name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub titles: Vec<String>,
    /// Nouns that make a demonym before them a mention.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub organs: Vec<String>,
    /// Organs that speak from a capital (`officials in Washington`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bodies: Vec<String>,
    /// Nouns after which a name or demonym is no mention.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub no_organs: Vec<String>,
    /// Words before a people's name that make it no mention.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people_blockers: Vec<String>,
    /// The actors.
    #[serde(default)]
    pub actor: Vec<Actor>,
}

impl Table {
    /// The word lists by name, in the order of the file.
    pub fn word_lists(&self) -> [(&'static str, &Vec<String>); 11] {
        [
            ("case_sensitive", &self.case_sensitive),
            ("place_prepositions", &self.place_prepositions),
            ("capital_prepositions", &self.capital_prepositions),
            ("motion_words", &self.motion_words),
            ("sent_words", &self.sent_words),
            ("honorifics", &self.honorifics),
            ("titles", &self.titles),
            ("organs", &self.organs),
            ("bodies", &self.bodies),
            ("no_organs", &self.no_organs),
            ("people_blockers", &self.people_blockers),
        ]
    }

    fn word_lists_mut(&mut self) -> [&mut Vec<String>; 11] {
        [
            &mut self.case_sensitive,
            &mut self.place_prepositions,
            &mut self.capital_prepositions,
            &mut self.motion_words,
            &mut self.sent_words,
            &mut self.honorifics,
            &mut self.titles,
            &mut self.organs,
            &mut self.bodies,
            &mut self.no_organs,
            &mut self.people_blockers,
        ]
    }

    /// Puts another table over this one: its actors replace those with the same id or are added, its word lists extend.
    pub fn overlay(&mut self, other: Table) {
        let Table { actor: actors, .. } = &other;
        for actor in actors {
            match self.actor.iter_mut().find(|a| a.id == actor.id) {
                Some(own) => *own = actor.clone(),
                None => self.actor.push(actor.clone()),
            }
        }
        for (own, (_, more)) in self.word_lists_mut().into_iter().zip(other.word_lists()) {
            let new: Vec<String> = more.iter().filter(|w| !own.contains(w)).cloned().collect();
            own.extend(new);
        }
    }
}

impl Actor {
    /// Every list of aliases with its field name.
    pub fn alias_lists(&self) -> [(&'static str, &Vec<String>); 7] {
        [
            ("names", &self.names),
            ("metonyms", &self.metonyms),
            ("demonyms", &self.demonyms),
            ("peoples", &self.peoples),
            ("descriptions", &self.descriptions),
            ("places", &self.places),
            ("exclude", &self.exclude),
        ]
    }
}
