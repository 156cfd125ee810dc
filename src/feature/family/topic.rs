//! Acts with whether they are about armed force: of the predicate, by where in the sentence force is named; of the whole
//! sentence, by whether force is named behind them in their clause.

use super::{Family, Feature, Lexicon, Masked, Match, Part, Prefix, Sink, acts, by_side};

/// See the file's head.
pub struct Topic;

const NEAR: Part = Part::literal("near");
const FAR: Part = Part::literal("far");
const NONE: Part = Part::literal("none");
const TOPIC: Prefix = Prefix::new("topic");

impl Family for Topic {
    fn emit<S: Sink + ?Sized>(&self, masked: &Masked, lexicon: &Lexicon, sink: &mut S) {
        let (Some((first, end)), Some(actor)) = (masked.predicate(), masked.actor) else { return };
        let is_force = |m: &&Match| lexicon.is_force(m.phrase);
        let within = |m: &&Match| m.start >= first && m.end <= end;
        let topic = match masked.matches.iter().find(is_force) {
            Some(_) if masked.matches.iter().filter(within).any(|m| is_force(&m)) => NEAR,
            Some(_) => FAR,
            None => NONE,
        };
        sink.add(Feature::new(TOPIC, &[topic], actor, actor));
        for act in masked.matches.iter().filter(within) {
            for class in acts(lexicon, act) {
                sink.add(Feature::new(TOPIC, &[Part::class(lexicon, class), topic], act.start, act.end - 1));
            }
        }
        // From the last entry to the first, so that the next one that names force is always known.
        let mut next_force = usize::MAX;
        for act in masked.matches.iter().rev() {
            if is_force(&act) {
                next_force = act.start;
                continue;
            }
            let aim = if next_force < masked.clause_end(act.end) { NEAR } else { NONE };
            let side =
                by_side(masked, act.start, const { Prefix::new("aim-left") }, const { Prefix::new("aim-right") });
            for class in acts(lexicon, act) {
                let parts = [Part::class(lexicon, class), aim];
                sink.add(Feature::new(side.unwrap_or(TOPIC), &parts, act.start, act.end - 1));
            }
        }
    }
}
