//! The predicate as a chain: groups of acts, classes of things, negators and the like, and names, in their order. Every
//! beginning of the chain is a feature, and the whole is one more.

use super::super::lexicon::Group;
use super::{Family, Feature, Lexicon, Masked, Match, Part, Prefix, Sink};

/// See the file's head.
pub struct Chain;

/// Links of the longest chain.
const LONGEST: usize = 6;
const START: Prefix = Prefix::new("chain");
const WHOLE: Prefix = Prefix::new("whole-chain");

impl Family for Chain {
    fn emit<S: Sink + ?Sized>(&self, masked: &Masked, lexicon: &Lexicon, sink: &mut S) {
        let Some((first, end)) = masked.predicate() else { return };
        let mut links = [Part::literal(""); LONGEST];
        let (mut length, mut at, mut last) = (0, first, first);
        let mut next = masked.matches.partition_point(|m| m.start < first);
        while at < end && length < LONGEST {
            let (link, behind) = match masked.matches.get(next).filter(|m| m.start == at) {
                Some(found) => {
                    next += 1;
                    (link(lexicon, found), found.end)
                }
                None => (masked.units[at].kind.mask().map(|_| Part::unit(masked, at)), at + 1),
            };
            at = behind;
            // The same link twice in a row says no more than once, but for names.
            let Some(link) = link.filter(|l| length == 0 || links[length - 1] != *l) else { continue };
            (links[length], last) = (link, behind - 1);
            length += 1;
            if length > 1 {
                sink.add(Feature::new(START, &links[..length], first, last));
            }
        }
        if length > 0 {
            sink.add(Feature::new(WHOLE, &links[..length], first, last));
        }
    }
}

/// How an entry is written in a chain: by the first of its classes.
fn link(lexicon: &Lexicon, found: &Match) -> Option<Part> {
    let class = *lexicon.meaning(found.phrase).first()?;
    Some(match lexicon.class(class).group {
        Group::Function | Group::Noun => Part::class(lexicon, class),
        group => Part::group(group),
    })
}
