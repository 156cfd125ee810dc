//! Masked words and pairs of neighbours anywhere in the sentence.

use super::{Family, Lexicon, Masked, Prefix, Sink, words_and_pairs};

/// See the file's head.
pub struct Words;

impl Family for Words {
    fn emit<S: Sink + ?Sized>(&self, masked: &Masked, _: &Lexicon, sink: &mut S) {
        words_and_pairs(masked, 0, masked.units.len(), const { Prefix::new("word") }, sink);
    }

    fn reads_lexicon(&self) -> bool {
        false
    }
}
