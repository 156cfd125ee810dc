//! Words and pairs of the actor's predicate: behind the names that are conjoined with it, up to the end of the clause.

use super::{Family, Lexicon, Masked, Prefix, Sink, words_and_pairs};

/// See the file's head.
pub struct Predicate;

impl Family for Predicate {
    fn emit<S: Sink + ?Sized>(&self, masked: &Masked, _: &Lexicon, sink: &mut S) {
        if let Some((first, end)) = masked.predicate() {
            words_and_pairs(masked, first, end, const { Prefix::new("does") }, sink);
        }
    }

    fn reads_lexicon(&self) -> bool {
        false
    }
}
