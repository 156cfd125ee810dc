//! What stands exactly one, two and three units before and behind the actor.

use super::{Family, Feature, Lexicon, Masked, Part, Prefix, Sink};

/// See the file's head.
pub struct Position;

const BEHIND: [Prefix; 3] = [Prefix::new("at+1"), Prefix::new("at+2"), Prefix::new("at+3")];
const BEFORE: [Prefix; 3] = [Prefix::new("at-1"), Prefix::new("at-2"), Prefix::new("at-3")];
const START: Part = Part::literal("^");
const END: Part = Part::literal("$");

impl Family for Position {
    fn emit<S: Sink + ?Sized>(&self, masked: &Masked, _: &Lexicon, sink: &mut S) {
        let Some(actor) = masked.actor else { return };
        for distance in 1..=3 {
            if let Some(at) = actor.checked_sub(distance) {
                sink.add(Feature::new(BEFORE[distance - 1], &[Part::unit(masked, at)], at, at));
            } else if distance == actor + 1 {
                sink.add(Feature::new(BEFORE[distance - 1], &[START], actor, actor));
            }
            let at = actor + distance;
            if at < masked.units.len() {
                sink.add(Feature::new(BEHIND[distance - 1], &[Part::unit(masked, at)], at, at));
            } else if at == masked.units.len() {
                sink.add(Feature::new(BEHIND[distance - 1], &[END], actor, actor));
            }
        }
    }
}
