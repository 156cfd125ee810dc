//! The feature families, one file each. What they have in common stands here.

use super::emit::{Feature, Part, Prefix, Sink};
use super::lexicon::{Group, Lexicon};
use super::masked::{Masked, Match, UnitKind};

pub mod words;
pub mod sides;
pub mod segment;
pub mod predicate;
pub mod position;
pub mod negation;
pub mod class;
pub mod class_order;
pub mod group_order;
pub mod class_negation;
pub mod first_class;
pub mod class_segment;
pub mod class_word;
pub mod class_predicate;
pub mod subject;
pub mod object;

/// A reader of one kind of features off a masked sentence.
pub trait Family: Sync {
    /// Gives out every occurrence of its features.
    fn emit(&self, masked: &Masked, lexicon: &Lexicon, sink: &mut dyn Sink);
}

/// Words (masks of other names included) and pairs of neighbours among the units `from..to`, under one prefix.
fn words_and_pairs(masked: &Masked, from: usize, to: usize, prefix: Prefix, sink: &mut dyn Sink) {
    for i in from..to {
        let part = Part::unit(masked, i);
        if !matches!(masked.units[i].kind, UnitKind::Actor | UnitKind::Comma | UnitKind::Bound) {
            sink.add(Feature::new(prefix, &[part], i, i));
        }
        if i + 1 < to {
            sink.add(Feature::new(prefix, &[part, Part::unit(masked, i + 1)], i, i + 1));
        }
    }
}

/// The prefix for a place left or right of the actor; without an actor there are no sides.
fn by_side(masked: &Masked, at: usize, left: Prefix, right: Prefix) -> Option<Prefix> {
    masked.actor.map(|actor| if at < actor { left } else { right })
}

/// The classes of a match that are acts or speech.
fn acts<'l>(lexicon: &'l Lexicon, found: &Match) -> impl Iterator<Item = u16> + Clone + 'l {
    let is_act = |c: &u16| matches!(lexicon.class(*c).group, Group::Pro | Group::Con | Group::Non | Group::Speech);
    lexicon.meaning(found.phrase).iter().copied().filter(is_act)
}
