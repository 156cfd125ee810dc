//! The gazetteer made ready for matching: every alias as a sequence of token hashes with what it would mean.
//!
//! Built once; afterwards a text position costs one look-up unless an alias may begin there. Which of several meanings
//! holds is decided by the rules in `view`, `place`, `person` and `find`.

use std::borrow::Cow;

use rustc_hash::FxHashSet;

use super::{
    gazetteer::Gazetteer,
    table::{self, Actor, Kind, Table},
    words::{self, Words},
};
use crate::text::{
    language::Language,
    phrase::PhraseTable,
    span::Span,
    token::{Case, Token, TokenKind, fold, hash_of, tokenize},
};

/// What an alias is for its actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sense {
    Name,
    Metonym,
    /// A person's full name.
    Full,
    /// A short form that is safe anywhere.
    Short,
    /// A short form that needs a title or the full name before it.
    Surname,
    Demonym,
    People,
    Description,
    /// A phrase in which the actor is not meant.
    Exclude,
    Title,
    Honorific,
    Pronoun(Form),
    /// The definite article, which may begin a bare office (*the president*).
    The,
}

/// A pronoun as it stands in a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    pub pronoun: table::Pronoun,
    pub role: Role,
}

/// What a form of a pronoun can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Subject,
    /// Before an organ (*her ministers*); an object is no mention, for it holds no stance.
    Possessive,
}

const FORMS: &[(&str, table::Pronoun, Role)] = {
    use table::Pronoun::{He, It, She, They};
    &[
        ("he", He, Role::Subject),
        ("he's", He, Role::Subject),
        ("his", He, Role::Possessive),
        ("she", She, Role::Subject),
        ("she's", She, Role::Subject),
        ("her", She, Role::Possessive),
        ("it", It, Role::Subject),
        ("its", It, Role::Possessive),
        ("they", They, Role::Subject),
        ("their", They, Role::Possessive),
    ]
};

/// One meaning of a phrase.
#[derive(Debug, Clone, Copy)]
pub struct Alias {
    pub sense: Sense,
    pub actor: u32,
    /// Number of the person, for names of persons.
    pub person: u32,
    /// How each token has to be written, two bits a token.
    cases: u64,
    /// Which tokens have to be joined to the one before, a bit a token.
    glue: u32,
    /// Clashes with a word in capitals.
    pub sensitive: bool,
    /// Is a place as well.
    pub place: bool,
}

/// Tokens of an alias whose spelling is remembered; behind them hashes alone decide.
const LONGEST: usize = 32;

const ANY: u64 = 0;
const TITLE: u64 = 1;
const UPPER: u64 = 2;
const MIXED: u64 = 3;

impl Alias {
    /// Whether the tokens, whose hashes are those of the alias, are written as the alias is or in capitals.
    pub fn fits(&self, tokens: &[Token]) -> bool {
        tokens.iter().enumerate().all(|(k, token)| {
            if k >= LONGEST {
                return true;
            }
            let case = match (self.cases >> (2 * k)) & 3 {
                ANY => true,
                TITLE => matches!(token.case, Case::Title | Case::Upper),
                UPPER => token.case == Case::Upper,
                _ => matches!(token.case, Case::Mixed | Case::Upper),
            };
            case && (token.glued || (self.glue >> k) & 1 == 0)
        })
    }

    /// Whether the alias names a person.
    pub fn is_person(&self) -> bool {
        matches!(self.sense, Sense::Full | Sense::Short | Sense::Surname)
    }
}

/// A person, ready for the rules on namesakes.
#[derive(Debug, Clone)]
pub struct Holder {
    pub actor: u32,
    pub from: i32,
    pub until: i32,
    pub prefer: bool,
    pub woman: bool,
    /// Hash of each title's last word.
    pub titles: Vec<u64>,
}

/// What the rules have to know of an actor.
#[derive(Debug, Clone)]
pub struct Entity {
    pub kind: Kind,
    pub pronouns: Vec<table::Pronoun>,
    /// Actors that this one is a member of.
    pub umbrellas: Vec<u32>,
}

/// Bits of [`Organ`]: the noun is a person.
pub const IS_PERSON: u32 = 1;
/// The noun is an office or body that speaks.
pub const IS_BODY: u32 = 2;
/// The noun is in the plural.
pub const IS_PLURAL: u32 = 4;

/// The compiled gazetteer.
#[derive(Debug, Clone, Default)]
pub struct Lexis {
    phrases: PhraseTable,
    meanings: Vec<Vec<Alias>>,
    pub entities: Vec<Entity>,
    pub holders: Vec<Holder>,
    /// Organ nouns; the number is the noun's own shifted left by three, with the `IS_` bits below.
    pub organs: PhraseTable,
    pub no_organs: PhraseTable,
    pub bodies: PhraseTable,
    pub places: PhraseTable,
    pub capital_places: FxHashSet<u64>,
    pub motion: FxHashSet<u64>,
    pub sent: FxHashSet<u64>,
    pub blockers: FxHashSet<u64>,
    pub words: Words,
    ids: Vec<String>,
    also: Vec<Vec<String>>,
}

fn set(words: &[impl AsRef<str>]) -> FxHashSet<u64> {
    words.iter().map(|w| hash_of(&without_dots(w.as_ref()))).collect()
}

/// As tokens are: "U.S." is the token "US".
fn without_dots(word: &str) -> Cow<'_, str> {
    if word.contains('.') { word.replace('.', "").into() } else { word.into() }
}

/// The tokens of an alias.
fn tokens_of(alias: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    tokenize(alias, Span::new(0, alias.len()), Language::english(), &mut tokens);
    tokens
}

fn hashes_of(alias: &str) -> impl Iterator<Item = u64> {
    tokens_of(alias).into_iter().map(|t| t.hash)
}

/// A phrase with its regular plurals.
fn with_plurals(noun: &str) -> Vec<(String, bool)> {
    let mut forms = vec![(noun.to_owned(), false)];
    if let Some(stem) = noun.strip_suffix('y') {
        forms.push((format!("{stem}ies"), true));
    }
    forms.push((format!("{noun}s"), true));
    forms.push((format!("{noun}es"), true));
    forms
}

fn plural_table(nouns: &[String]) -> PhraseTable {
    let mut table = PhraseTable::default();
    for (number, noun) in nouns.iter().enumerate() {
        for (form, _) in with_plurals(noun) {
            table.insert(hashes_of(&form), number as u32);
        }
    }
    table
}

impl Lexis {
    pub fn new(gazetteer: &Gazetteer) -> Lexis {
        let table = gazetteer.table();
        let mut lexis = Lexis {
            organs: organ_table(table),
            no_organs: plural_table(&table.no_organs),
            bodies: plural_table(&table.bodies),
            capital_places: set(&table.capital_prepositions),
            motion: set(&table.motion_words),
            sent: set(&table.sent_words),
            blockers: set(&table.people_blockers),
            words: Words::new(),
            ids: table.actor.iter().map(|a| a.id.clone()).collect(),
            also: table.actor.iter().map(|a| a.also.clone()).collect(),
            ..Lexis::default()
        };
        for phrase in &table.place_prepositions {
            lexis.places.insert(hashes_of(phrase), 0);
        }
        for word in &table.titles {
            lexis.add(word, Sense::Title, 0);
        }
        for word in &table.honorifics {
            lexis.add(word, Sense::Honorific, 0);
        }
        for (word, pronoun, role) in FORMS {
            lexis.add(word, Sense::Pronoun(Form { pronoun: *pronoun, role: *role }), 0);
        }
        lexis.add("the", Sense::The, 0);
        let sensitive: FxHashSet<Cow<'_, str>> = table.case_sensitive.iter().map(|w| without_dots(w)).collect();
        for (number, actor) in table.actor.iter().enumerate() {
            lexis.add_actor(number as u32, actor, &sensitive);
        }
        for (number, actor) in table.actor.iter().enumerate() {
            for member in actor.members.iter().filter_map(|m| gazetteer.canonical(m)) {
                lexis.entities[member].umbrellas.push(number as u32);
            }
        }
        lexis
    }

    fn add_actor(&mut self, number: u32, actor: &Actor, sensitive: &FxHashSet<Cow<'_, str>>) {
        let senses = [
            (Sense::Name, &actor.names),
            (Sense::Metonym, &actor.metonyms),
            (Sense::Demonym, &actor.demonyms),
            (Sense::People, &actor.peoples),
            (Sense::Description, &actor.descriptions),
            (Sense::Exclude, &actor.exclude),
        ];
        for (sense, aliases) in senses {
            for alias in aliases {
                let added = self.add(alias, sense, number);
                added.sensitive = sensitive.contains(&*without_dots(alias));
                added.place = actor.places.contains(alias);
            }
        }
        self.entities.push(Entity { kind: actor.kind, pronouns: actor.pronouns.clone(), umbrellas: Vec::new() });
        for person in &actor.person {
            self.add_person(number, person, sensitive);
        }
    }

    fn add_person(&mut self, actor: u32, person: &table::Person, sensitive: &FxHashSet<Cow<'_, str>>) {
        let number = self.holders.len() as u32;
        let last_word = |s: &str| tokens_of(s).last().map_or(0, |t| t.hash);
        let first = person.name.split(' ').next().unwrap_or_default();
        self.holders.push(Holder {
            actor,
            from: person.from.unwrap_or(i32::MIN),
            until: person.until.unwrap_or(i32::MAX),
            prefer: person.prefer,
            woman: self.words.woman.contains(&hash_of(first)),
            titles: person.titles.iter().map(|t| last_word(t)).collect(),
        });
        for title in &person.titles {
            self.add(title, Sense::Title, 0);
        }
        let surname = person.surname.clone().or_else(|| person.name.rsplit(' ').next().map(str::to_owned));
        let full = [&person.name].into_iter().chain(&person.alt).map(|n| (n, Sense::Full));
        let short = person.short.iter().map(|n| (n, Sense::Short));
        for (name, sense) in full.chain(short).chain(surname.iter().map(|n| (n, Sense::Surname))) {
            let added = self.add(name, sense, actor);
            added.person = number;
            added.sensitive = sensitive.contains(&*without_dots(name));
        }
    }

    /// Adds a meaning to a phrase.
    fn add(&mut self, phrase: &str, sense: Sense, actor: u32) -> &mut Alias {
        let tokens = tokens_of(phrase);
        let mut alias = Alias { sense, actor, person: u32::MAX, cases: 0, glue: 0, sensitive: false, place: false };
        for (k, token) in tokens.iter().enumerate().take(LONGEST) {
            let word = token.kind == TokenKind::Word;
            let case = match token.case {
                Case::Lower => ANY,
                _ if !word || matches!(sense, Sense::Title | Sense::Honorific | Sense::Pronoun(_)) => ANY,
                Case::Title => TITLE,
                Case::Upper => UPPER,
                Case::Mixed => MIXED,
            };
            alias.cases |= case << (2 * k);
            alias.glue |= u32::from(token.glued) << k;
        }
        if matches!(sense, Sense::Title) {
            alias.glue = 0;
        }
        let number = self.phrases.insert(tokens.iter().map(|t| t.hash), self.meanings.len() as u32) as usize;
        if number == self.meanings.len() {
            // Nearly all phrases have one meaning.
            self.meanings.push(Vec::with_capacity(1));
        }
        let meanings = &mut self.meanings[number];
        // Hundreds of persons share a title: once is enough.
        let title = matches!(sense, Sense::Title | Sense::Honorific);
        let known = if title { meanings.iter().position(|a| a.sense == sense) } else { None };
        let place = known.unwrap_or_else(|| {
            meanings.push(alias);
            meanings.len() - 1
        });
        &mut meanings[place]
    }

    /// Whether any phrase begins with a token: most begin none, which is quickly said.
    #[inline]
    pub fn begins(&self, token: u64) -> bool {
        self.phrases.begins(token)
    }

    /// Phrases that begin at the tokens, as (length, number), shortest first; at most eight.
    pub fn at(&self, tokens: &[Token]) -> Matches {
        let mut matches = Matches { found: [(0, 0); 8], count: 0 };
        self.phrases.each_at(tokens.iter().map(|t| t.hash), |length, number| {
            if matches.count < 8 {
                matches.found[matches.count] = (length, number);
                matches.count += 1;
            }
        });
        matches
    }

    /// The meanings of a phrase.
    pub fn meanings(&self, number: u32) -> &[Alias] {
        &self.meanings[number as usize]
    }

    /// The actor that a crisis (`venezuela-2019`) is named after.
    pub fn crisis_actor(&self, crisis: &str) -> Option<u32> {
        let name = crisis.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
        let name = fold(name).replace(['-', ' '], "_");
        let named = |i: &usize| self.ids[*i] == name || self.also[*i].contains(&name);
        (0..self.ids.len()).find(named).map(|i| i as u32)
    }
}

/// Phrases found at one position.
#[derive(Debug, Clone, Copy)]
pub struct Matches {
    found: [(usize, u32); 8],
    count: usize,
}

impl Matches {
    /// Shortest first.
    pub fn as_slice(&self) -> &[(usize, u32)] {
        &self.found[..self.count]
    }
}

fn organ_table(table: &Table) -> PhraseTable {
    let person: FxHashSet<String> = words::entries(words::PERSON_NOUN).collect();
    let mut organs = PhraseTable::default();
    for (number, noun) in table.organs.iter().enumerate() {
        let mut bits = (number as u32) << 3;
        if person.contains(&noun.to_lowercase()) {
            bits |= IS_PERSON;
        }
        if table.bodies.contains(noun) {
            bits |= IS_BODY;
        }
        for (form, plural) in with_plurals(noun) {
            organs.insert(hashes_of(&form), if plural { bits | IS_PLURAL } else { bits });
        }
    }
    organs
}
