//! Classes and groups of the actor's predicate, told apart by whether an odd number of negators came before them in it.

use super::super::lexicon::Group;
use super::{Family, Feature, Lexicon, Masked, Part, Prefix, Sink};

/// See the file's head.
pub struct ClassPredicate;

impl Family for ClassPredicate {
    fn emit(&self, masked: &Masked, lexicon: &Lexicon, sink: &mut dyn Sink) {
        let Some((first, end)) = masked.predicate() else { return };
        let mut negated = false;
        for found in masked.matches.iter().filter(|m| m.start >= first && m.end <= end) {
            let (class_prefix, group_prefix) = if negated {
                (Prefix::new("does-not-class"), Prefix::new("does-not-group"))
            } else {
                (Prefix::new("does-class"), Prefix::new("does-group"))
            };
            for class in lexicon.meaning(found.phrase) {
                let group = lexicon.class(*class).group;
                if group != Group::Function {
                    let (a, b) = (found.start, found.end - 1);
                    sink.add(Feature::new(class_prefix, &[Part::class(lexicon, *class)], a, b));
                    sink.add(Feature::new(group_prefix, &[Part::group(group)], a, b));
                }
            }
            negated ^= lexicon.is_negator(found.phrase);
        }
    }
}
