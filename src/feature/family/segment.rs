//! Words and pairs between the actor and the next name or clause boundary, on either side: mostly the actor's own verb.

use super::{Family, Lexicon, Masked, Prefix, Sink, words_and_pairs};

/// See the file's head.
pub struct Segment;

impl Family for Segment {
    fn emit<S: Sink + ?Sized>(&self, masked: &Masked, _: &Lexicon, sink: &mut S) {
        if let Some((first, end)) = masked.segment_right() {
            words_and_pairs(masked, first, end, const { Prefix::new("after") }, sink);
        }
        if let Some((first, end)) = masked.segment_left() {
            words_and_pairs(masked, first, end, const { Prefix::new("before") }, sink);
        }
    }

    fn reads_lexicon(&self) -> bool {
        false
    }
}
