//! Class + the word before it or behind it, by side of the actor.

use super::{Family, Feature, Lexicon, Masked, Part, Prefix, Sink, by_side};

/// See the file's head.
pub struct ClassWord;

const START: Part = Part::literal("^");
const END: Part = Part::literal("$");

impl Family for ClassWord {
    fn emit<S: Sink + ?Sized>(&self, masked: &Masked, lexicon: &Lexicon, sink: &mut S) {
        for found in &masked.matches {
            let (a, b) = (found.start, found.end - 1);
            let before = a.checked_sub(1).map_or(START, |i| Part::unit(masked, i));
            let behind = if found.end < masked.units.len() { Part::unit(masked, found.end) } else { END };
            let lead = by_side(masked, a, const { Prefix::new("lead-left") }, const { Prefix::new("lead-right") });
            let tail = by_side(masked, a, const { Prefix::new("tail-left") }, const { Prefix::new("tail-right") });
            for class in lexicon.meaning(found.phrase) {
                let class = Part::class(lexicon, *class);
                let (lead, tail) =
                    (lead.unwrap_or(const { Prefix::new("lead") }), tail.unwrap_or(const { Prefix::new("tail") }));
                sink.add(Feature::new(lead, &[before, class], a.saturating_sub(1), b));
                sink.add(Feature::new(tail, &[class, behind], a, found.end.min(masked.units.len() - 1)));
            }
        }
    }
}
