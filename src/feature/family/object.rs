//! The last act left of the actor in its clause, of which it may be the object, and whether `by` makes it the agent.

use super::super::masked::word;
use super::{Family, Feature, Lexicon, Masked, Part, Prefix, Sink, acts};

/// See the file's head.
pub struct Object;

impl Family for Object {
    fn emit<S: Sink + ?Sized>(&self, masked: &Masked, lexicon: &Lexicon, sink: &mut S) {
        let Some(actor) = masked.actor else { return };
        let start = masked.clause_start(actor);
        let before = masked.matches.iter().rev().filter(|m| m.start >= start && m.end <= actor);
        let Some(act) = before.clone().find(|m| acts(lexicon, m).next().is_some()) else { return };
        let agent = masked.units[act.end..actor].iter().any(|u| u.hash == BY);
        let prefix = if agent { const { Prefix::new("agent") } } else { const { Prefix::new("object") } };
        let near = actor - act.end <= NEAR;
        for class in acts(lexicon, act) {
            let class = Part::class(lexicon, class);
            sink.add(Feature::new(prefix, &[class], act.start, actor));
            if near {
                sink.add(Feature::new(const { Prefix::new("near-object") }, &[class], act.start, actor));
            }
        }
    }
}

const BY: u64 = word("by");

/// At most so many units between an act and its direct object.
const NEAR: usize = 3;
