//! Masked words and pairs of neighbours anywhere in the sentence.

use super::{Family, Lexicon, Masked, Prefix, Sink, words_and_pairs};

/// See the file's head.
pub struct Words;

impl Family for Words {
    fn emit(&self, masked: &Masked, _: &Lexicon, sink: &mut dyn Sink) {
        words_and_pairs(masked, 0, masked.units.len(), Prefix::new("word"), sink);
    }
}
