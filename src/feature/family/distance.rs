//! Classes by side of the actor and by how far they are from it.

use super::{Family, Feature, Lexicon, Masked, Part, Prefix, Sink};

/// See the file's head.
pub struct Distance;

/// The largest distance in units that still counts as within a step, and the steps' names; beyond the last is one more.
const STEPS: [(usize, Part); 3] = [(2, Part::literal("2")), (5, Part::literal("5")), (10, Part::literal("10"))];
const BEYOND: Part = Part::literal("more");

impl Family for Distance {
    fn emit<S: Sink + ?Sized>(&self, masked: &Masked, lexicon: &Lexicon, sink: &mut S) {
        let Some(actor) = masked.actor else { return };
        for found in &masked.matches {
            let (units, prefix) = if found.start > actor {
                (found.start - actor, const { Prefix::new("within-right") })
            } else {
                (actor + 1 - found.end, const { Prefix::new("within-left") })
            };
            let step = STEPS.iter().find(|(most, _)| units <= *most).map_or(BEYOND, |(_, name)| *name);
            for class in lexicon.meaning(found.phrase) {
                let parts = [step, Part::class(lexicon, *class)];
                sink.add(Feature::new(prefix, &parts, found.start, found.end - 1));
            }
        }
    }
}
