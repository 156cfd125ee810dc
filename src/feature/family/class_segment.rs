//! Classes and groups between the actor and the next name or clause boundary, told apart by whether a negator came
//! before them in that stretch.

use super::super::lexicon::Group;
use super::{Family, Feature, Lexicon, Masked, Part, Prefix, Sink};

/// See the file's head.
pub struct ClassSegment;

impl Family for ClassSegment {
    fn emit(&self, masked: &Masked, lexicon: &Lexicon, sink: &mut dyn Sink) {
        let Some((first, end)) = masked.segment_right() else { return };
        let mut negated = false;
        for found in masked.matches.iter().filter(|m| m.start >= first && m.end <= end) {
            let (class_prefix, group_prefix) = if negated {
                (Prefix::new("own-not"), Prefix::new("own-group-not"))
            } else {
                (Prefix::new("own"), Prefix::new("own-group"))
            };
            for class in lexicon.meaning(found.phrase) {
                let group = lexicon.class(*class).group;
                if group != Group::Function {
                    let (a, b) = (found.start, found.end - 1);
                    sink.add(Feature::new(class_prefix, &[Part::class(lexicon, *class)], a, b));
                    sink.add(Feature::new(group_prefix, &[Part::group(group)], a, b));
                }
            }
            negated |= lexicon.is_negator(found.phrase);
        }
    }
}
