//! Lexicon classes present in the sentence, anywhere and by side of the actor.

use super::{Family, Feature, Lexicon, Masked, Part, Prefix, Sink, by_side};

/// See the file's head.
pub struct ClassPresence;

impl Family for ClassPresence {
    fn emit<S: Sink + ?Sized>(&self, masked: &Masked, lexicon: &Lexicon, sink: &mut S) {
        for found in &masked.matches {
            let side =
                by_side(masked, found.start, const { Prefix::new("class-left") }, const { Prefix::new("class-right") });
            for class in lexicon.meaning(found.phrase) {
                let part = [Part::class(lexicon, *class)];
                sink.add(Feature::new(const { Prefix::new("class") }, &part, found.start, found.end - 1));
                if let Some(prefix) = side {
                    sink.add(Feature::new(prefix, &part, found.start, found.end - 1));
                }
            }
        }
    }
}
