//! Classes and groups of the actor's predicate, told apart by whether an odd number of negators came before them in it.

use super::{Family, Lexicon, Masked, Polarity, Prefix, Sink, classes_by_polarity};

/// See the file's head.
pub struct ClassPredicate;

const POLARITY: Polarity = Polarity {
    class: [Prefix::new("does-class"), Prefix::new("does-not-class")],
    group: [Prefix::new("does-group"), Prefix::new("does-not-group")],
};

impl Family for ClassPredicate {
    fn emit<S: Sink + ?Sized>(&self, masked: &Masked, lexicon: &Lexicon, sink: &mut S) {
        if let Some(region) = masked.predicate() {
            classes_by_polarity(masked, lexicon, region, &POLARITY, |negated| !negated, sink);
        }
    }
}
