//! Classes and groups between the actor and the next name or clause boundary, told apart by whether a negator came
//! before them in that stretch.

use super::{Family, Lexicon, Masked, Polarity, Prefix, Sink, classes_by_polarity};

/// See the file's head.
pub struct ClassSegment;

const POLARITY: Polarity = Polarity {
    class: [Prefix::new("own"), Prefix::new("own-not")],
    group: [Prefix::new("own-group"), Prefix::new("own-group-not")],
};

impl Family for ClassSegment {
    fn emit<S: Sink + ?Sized>(&self, masked: &Masked, lexicon: &Lexicon, sink: &mut S) {
        if let Some(region) = masked.segment_right() {
            classes_by_polarity(masked, lexicon, region, &POLARITY, |_| true, sink);
        }
    }
}
