//! Words in the scope of a negator: the next four units up to a clause boundary, by the negator's side of the actor.

use super::{Family, Feature, Lexicon, Masked, Part, Prefix, Sink, UnitKind, by_side};

/// See the file's head.
pub struct Negation;

/// How far a negator reaches, in units.
const SCOPE: usize = 4;

impl Family for Negation {
    fn emit<S: Sink + ?Sized>(&self, masked: &Masked, lexicon: &Lexicon, sink: &mut S) {
        for negator in masked.matches.iter().filter(|m| lexicon.is_negator(m.phrase)) {
            let side =
                by_side(masked, negator.start, const { Prefix::new("not-left") }, const { Prefix::new("not-right") });
            let prefix = side.unwrap_or(const { Prefix::new("not") });
            let reach = (negator.end + SCOPE).min(masked.units.len());
            for at in negator.end..reach {
                match masked.units[at].kind {
                    UnitKind::Bound => break,
                    UnitKind::Comma => {}
                    _ => sink.add(Feature::new(prefix, &[Part::unit(masked, at)], negator.start, at)),
                }
            }
        }
    }
}
