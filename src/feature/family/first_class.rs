//! The first act or speech class right of the actor: its most likely verb.

use super::super::lexicon::Group;
use super::{Family, Feature, Lexicon, Masked, Part, Prefix, Sink};

/// See the file's head.
pub struct FirstClass;

impl Family for FirstClass {
    fn emit<S: Sink + ?Sized>(&self, masked: &Masked, lexicon: &Lexicon, sink: &mut S) {
        let Some(actor) = masked.actor else { return };
        let is_act =
            |c: &&u16| matches!(lexicon.class(**c).group, Group::Pro | Group::Con | Group::Non | Group::Speech);
        let right = masked.matches.iter().filter(|m| m.start > actor);
        let Some(first) = right.clone().find(|m| lexicon.meaning(m.phrase).iter().any(|c| is_act(&c))) else { return };
        for class in lexicon.meaning(first.phrase).iter().filter(is_act) {
            let part = [Part::class(lexicon, *class)];
            sink.add(Feature::new(const { Prefix::new("first") }, &part, first.start, first.end - 1));
        }
    }
}
