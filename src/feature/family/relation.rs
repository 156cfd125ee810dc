//! Classes by their likely relation to the actor: it is the subject, the agent behind `by`, the object, stands behind a
//! preposition, or has another name or a clause boundary between itself and the entry.

use super::super::masked::word;
use super::{Family, Feature, Lexicon, Masked, Match, Part, Prefix, Sink};

/// See the file's head.
pub struct Relation;

/// Prepositions before the actor and the relations they make; `by` is looked for anywhere between act and actor, the
/// others by which comes last.
const BY: (u64, Prefix) = (word("by"), Prefix::new("agent-of"));
const PREPOSITIONS: [(u64, Prefix); 5] = [
    (word("to"), Prefix::new("goal-of")),
    (word("on"), Prefix::new("target-of")),
    (word("against"), Prefix::new("target-of")),
    (word("in"), Prefix::new("place-of")),
    (word("of"), Prefix::new("owner-of")),
];

impl Family for Relation {
    fn emit<S: Sink + ?Sized>(&self, masked: &Masked, lexicon: &Lexicon, sink: &mut S) {
        let (Some(actor), Some((first, end))) = (masked.actor, masked.predicate()) else { return };
        for found in &masked.matches {
            let prefix = if found.start >= first {
                behind(masked, found, first, end)
            } else if found.end <= actor {
                before(masked, found, actor)
            } else {
                continue;
            };
            for class in lexicon.meaning(found.phrase) {
                sink.add(Feature::new(prefix, &[Part::class(lexicon, *class)], found.start, found.end - 1));
            }
        }
    }
}

/// The relation of an entry behind the actor, whose predicate is `first..end`.
fn behind(masked: &Masked, found: &Match, first: usize, end: usize) -> Prefix {
    let named = masked.units[first..found.start].iter().any(|u| u.kind.mask().is_some());
    match (named, found.start >= end) {
        (false, false) => const { Prefix::new("subject-of") },
        (true, false) => const { Prefix::new("subject-past-name") },
        (false, true) => const { Prefix::new("next-clause") },
        (true, true) => const { Prefix::new("next-clause-past-name") },
    }
}

/// The relation of an entry before the actor.
fn before(masked: &Masked, found: &Match, actor: usize) -> Prefix {
    let between = &masked.units[found.end..actor];
    if between.iter().any(|u| u.ends_clause) {
        const { Prefix::new("clause-before") }
    } else if between.iter().any(|u| u.kind.mask().is_some()) {
        const { Prefix::new("before-past-name") }
    } else if between.iter().any(|u| u.hash == BY.0) {
        BY.1
    } else {
        let last = between.iter().rev().find_map(|u| PREPOSITIONS.iter().find(|(hash, _)| *hash == u.hash));
        last.map_or(const { Prefix::new("object-of") }, |(_, prefix)| *prefix)
    }
}
