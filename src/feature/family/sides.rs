//! Words and pairs left and right of the actor; a pair may hold the actor itself.

use super::{Family, Lexicon, Masked, Prefix, Sink, words_and_pairs};

/// See the file's head.
pub struct Sides;

impl Family for Sides {
    fn emit<S: Sink + ?Sized>(&self, masked: &Masked, _: &Lexicon, sink: &mut S) {
        let Some(actor) = masked.actor else { return };
        words_and_pairs(masked, 0, actor + 1, const { Prefix::new("left") }, sink);
        words_and_pairs(masked, actor, masked.units.len(), const { Prefix::new("right") }, sink);
    }

    fn reads_lexicon(&self) -> bool {
        false
    }
}
