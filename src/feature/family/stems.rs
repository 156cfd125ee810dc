//! Stems of words and pairs of stems, by side of the actor: what is said of it whatever the words' endings.

use super::{Family, Feature, Lexicon, Masked, Part, Prefix, Sink, UnitKind};

/// See the file's head.
pub struct Stems;

impl Family for Stems {
    fn emit<S: Sink + ?Sized>(&self, masked: &Masked, _: &Lexicon, sink: &mut S) {
        let Some(actor) = masked.actor else { return };
        for (from, to, prefix) in [
            (0, actor, const { Prefix::new("stem-left") }),
            (actor + 1, masked.units.len(), const { Prefix::new("stem-right") }),
        ] {
            let mut before: Option<usize> = None;
            for at in (from..to).filter(|at| masked.units[*at].kind == UnitKind::Word) {
                let stem = Part::stem(masked, at);
                sink.add(Feature::new(prefix, &[stem], at, at));
                if let Some(before) = before {
                    sink.add(Feature::new(prefix, &[Part::stem(masked, before), stem], before, at));
                }
                before = Some(at);
            }
        }
    }

    fn reads_lexicon(&self) -> bool {
        false
    }
}
