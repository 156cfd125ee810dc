//! Negator + class: the next at most two lexicon entries that start within four units behind a negator.

use super::{Family, Feature, Lexicon, Masked, Part, Prefix, Sink, by_side};

/// See the file's head.
pub struct ClassNegation;

/// How far behind a negator an entry may start, in units.
const REACH: usize = 4;

impl Family for ClassNegation {
    fn emit<S: Sink + ?Sized>(&self, masked: &Masked, lexicon: &Lexicon, sink: &mut S) {
        for (number, negator) in masked.matches.iter().enumerate() {
            if !lexicon.is_negator(negator.phrase) {
                continue;
            }
            let side =
                by_side(masked, negator.start, const { Prefix::new("neg-left") }, const { Prefix::new("neg-right") });
            let next = masked.matches[number + 1..].iter().take(2);
            for found in next.take_while(|m| m.start < negator.end + REACH) {
                for m in lexicon.meaning(negator.phrase) {
                    for e in lexicon.meaning(found.phrase) {
                        let parts = [Part::class(lexicon, *m), Part::class(lexicon, *e)];
                        for prefix in [Some(const { Prefix::new("neg") }), side].into_iter().flatten() {
                            sink.add(Feature::new(prefix, &parts, negator.start, found.end - 1));
                        }
                    }
                }
            }
        }
    }
}
