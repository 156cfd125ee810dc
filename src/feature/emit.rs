//! How families give out features: a prefix and up to three parts, hashed to a key, named only on demand.
//!
//! Keys are made of token hashes, so that no string is built for a feature that is only looked up.

use std::borrow::Cow;

use super::lexicon::{Group, Lexicon};
use super::masked::{Masked, Unit, UnitKind};
use crate::text::phrase::mix;
use crate::text::token::{HASH_SEED, fold, stem};
use xxhash_rust::const_xxh3::xxh3_64_with_seed;

/// The start of a feature's name: where its parts stand (`left`, `after`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prefix {
    /// As it is written.
    pub name: &'static str,
    hash: u64,
}

impl Prefix {
    /// A prefix, hashed at compile time.
    pub const fn new(name: &'static str) -> Self {
        Prefix { name, hash: xxh3_64_with_seed(name.as_bytes(), HASH_SEED) }
    }
}

/// A part of a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    hash: u64,
    what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Unit(u32),
    Stem(u32),
    Class(u16),
    Literal(&'static str),
}

impl Part {
    /// A unit of the masked sentence: its word or its mask.
    pub fn unit(masked: &Masked, unit: usize) -> Part {
        Part { hash: masked.units[unit].hash, what: What::Unit(unit as u32) }
    }

    /// The stem of a unit's word, or its mask.
    pub fn stem(masked: &Masked, unit: usize) -> Part {
        Part { hash: masked.units[unit].stem, what: What::Stem(unit as u32) }
    }

    /// A lexicon class.
    pub fn class(lexicon: &Lexicon, class: u16) -> Part {
        Part { hash: lexicon.class(class).hash, what: What::Class(class) }
    }

    /// A fixed word (`^` for the start of the sentence).
    pub const fn literal(word: &'static str) -> Part {
        Part { hash: xxh3_64_with_seed(word.as_bytes(), HASH_SEED), what: What::Literal(word) }
    }

    /// A group of classes.
    pub fn group(group: Group) -> Part {
        const PARTS: [Part; 7] = [
            Part::literal("PRO"),
            Part::literal("CON"),
            Part::literal("NON"),
            Part::literal("SPEECH"),
            Part::literal("NOUN"),
            Part::literal("FUNCTION"),
            Part::literal("GUARD"),
        ];
        PARTS[group as usize]
    }
}

/// One occurrence of a feature in a sentence.
#[derive(Debug, Clone, Copy)]
pub struct Feature<'p> {
    /// Hash of prefix and parts: what the vocabulary knows it by.
    pub key: u64,
    /// First unit it was read off.
    pub first: u32,
    /// Last unit it was read off.
    pub last: u32,
    prefix: Prefix,
    parts: &'p [Part],
}

impl<'p> Feature<'p> {
    /// The feature `prefix:parts`, read off the units `first..=last`.
    #[inline]
    pub fn new(prefix: Prefix, parts: &'p [Part], first: usize, last: usize) -> Self {
        let key = parts.iter().fold(prefix.hash, |key, part| mix(key, part.hash));
        Feature { key, first: first as u32, last: last as u32, prefix, parts }
    }

    /// Writes the name, `prefix:part part`, to the end of `out`.
    pub fn name(&self, text: &str, masked: &Masked, lexicon: &Lexicon, out: &mut String) {
        out.push_str(self.prefix.name);
        for (i, part) in self.parts.iter().enumerate() {
            out.push(if i == 0 { ':' } else { ' ' });
            match part.what {
                What::Literal(word) => out.push_str(word),
                What::Class(class) => out.push_str(&lexicon.class(class).name),
                What::Unit(unit) => out.push_str(&written(text, masked.units[unit as usize])),
                What::Stem(unit) => match masked.units[unit as usize] {
                    unit if unit.kind == UnitKind::Word => {
                        out.push_str(stem(&written(text, unit)));
                        out.push('*');
                    }
                    unit => out.push_str(&written(text, unit)),
                },
            }
        }
    }
}

/// A unit as it stands in names: the mask, the folded word, or the mark.
fn written(text: &str, unit: Unit) -> Cow<'_, str> {
    match unit.kind.mask() {
        Some(mask) => mask.into(),
        None if unit.kind == UnitKind::Word => fold(&unit.span.of(text).replace('.', "")).into(),
        None => punctuation(unit.span.of(text)).into(),
    }
}

/// One form for the marks that hash alike.
fn punctuation(mark: &str) -> &str {
    match mark.chars().next() {
        Some('“' | '”' | '„' | '«' | '»') => "\"",
        Some('—' | '―' | '-' | '\u{2010}' | '\u{2011}') => "–",
        Some('.') if mark.len() > 1 => "…",
        _ => mark,
    }
}

/// Where features go.
pub trait Sink {
    /// Takes one occurrence.
    fn add(&mut self, feature: Feature<'_>);
}

impl<F: FnMut(Feature<'_>)> Sink for F {
    fn add(&mut self, feature: Feature<'_>) {
        self(feature)
    }
}

/// A sink that keeps the keys alone.
#[derive(Debug, Default)]
pub struct Keys(pub Vec<u64>);

impl Sink for Keys {
    #[inline]
    fn add(&mut self, feature: Feature<'_>) {
        self.0.push(feature.key);
    }
}
