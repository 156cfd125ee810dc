//! Classes by their likely relation to the actor: it is the subject, the agent behind `by`, the object, stands behind a
//! preposition, or has another name or a clause boundary between itself and the entry.

use super::super::masked::{Unit, word};
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
        let mut emit = |found: &Match, prefix: Prefix| {
            for class in lexicon.meaning(found.phrase) {
                sink.add(Feature::new(prefix, &[Part::class(lexicon, *class)], found.start, found.end - 1));
            }
        };
        let name = masked.units[first..].iter().position(|u| u.kind.mask().is_some()).map(|at| first + at);
        for found in masked.matches.iter().skip_while(|m| m.start < first) {
            emit(found, behind(found.start >= end, name.is_some_and(|name| name < found.start)));
        }
        // Leftwards from the actor, so that what stands between is read once.
        let (mut between, mut from) = (Between::default(), actor);
        for found in masked.matches.iter().rev().skip_while(|m| m.end > actor) {
            masked.units[found.end..from].iter().rev().for_each(|unit| between.add(unit));
            from = found.end;
            emit(found, between.relation());
        }
    }
}

/// The relation of an entry behind the actor, by whether it is in another clause and behind another name.
fn behind(next_clause: bool, named: bool) -> Prefix {
    match (named, next_clause) {
        (false, false) => const { Prefix::new("subject-of") },
        (true, false) => const { Prefix::new("subject-past-name") },
        (false, true) => const { Prefix::new("next-clause") },
        (true, true) => const { Prefix::new("next-clause-past-name") },
    }
}

/// What stands between an entry and the actor behind it.
#[derive(Default)]
struct Between {
    boundary: bool,
    name: bool,
    by: bool,
    /// The relation that the preposition next to the actor makes.
    preposition: Option<Prefix>,
}

impl Between {
    /// Takes the next unit to the left.
    fn add(&mut self, unit: &Unit) {
        self.boundary |= unit.ends_clause;
        self.name |= unit.kind.mask().is_some();
        self.by |= unit.hash == BY.0;
        if self.preposition.is_none() {
            let of_unit = PREPOSITIONS.iter().find(|(hash, _)| *hash == unit.hash);
            self.preposition = of_unit.map(|(_, prefix)| *prefix);
        }
    }

    fn relation(&self) -> Prefix {
        if self.boundary {
            const { Prefix::new("clause-before") }
        } else if self.name {
            const { Prefix::new("before-past-name") }
        } else if self.by {
            BY.1
        } else {
            self.preposition.unwrap_or(const { Prefix::new("object-of") })
        }
    }
}
