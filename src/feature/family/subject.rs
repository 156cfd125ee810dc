//! Every act with its likely subject (the last name before it in the clause, or the actor if it is conjoined with that
//! name), whether it is negated, and what it is about (the next noun class or name in the clause).

use super::super::lexicon::Group;
use super::{Family, Feature, Lexicon, Masked, Match, Part, Prefix, Sink, acts};

/// See the file's head.
pub struct Subject;

const NOBODY: Part = Part::literal("-");

impl Family for Subject {
    fn emit<S: Sink + ?Sized>(&self, masked: &Masked, lexicon: &Lexicon, sink: &mut S) {
        for (number, act) in masked.matches.iter().enumerate() {
            let mut classes = acts(lexicon, act).peekable();
            if classes.peek().is_none() {
                continue;
            }
            let (subject, from) = subject_of(masked, act);
            let negators = masked.matches[..number].iter().rev().take_while(|m| m.start >= from);
            let odd = negators.filter(|m| lexicon.is_negator(m.phrase)).count() % 2 == 1;
            let (does, about) = if odd {
                (const { Prefix::new("subject-not") }, const { Prefix::new("about-not") })
            } else {
                (const { Prefix::new("subject") }, const { Prefix::new("about") })
            };
            let object = object_of(masked, lexicon, number);
            let last = object.map_or(act.end - 1, |(_, unit)| unit);
            for class in classes {
                let (group, class) = (Part::group(lexicon.class(class).group), Part::class(lexicon, class));
                sink.add(Feature::new(does, &[subject, class], from, act.end - 1));
                let object = object.map_or(NOBODY, |(part, _)| part);
                sink.add(Feature::new(about, &[subject, class, object], from, last));
                sink.add(Feature::new(about, &[subject, group, object], from, last));
            }
        }
    }
}

/// The subject of an act, and the first unit that may belong to its verb.
fn subject_of(masked: &Masked, act: &Match) -> (Part, usize) {
    let start = masked.clause_start(act.start);
    let name = masked.units[start..act.start].iter().rposition(|u| u.kind.mask().is_some());
    match (name.map(|n| start + n), masked.actor) {
        (Some(name), Some(actor))
            if (start..name).contains(&actor) && masked.predicate().is_some_and(|(first, _)| first > name) =>
        {
            (Part::unit(masked, actor), name)
        }
        (Some(name), _) => (Part::unit(masked, name), name),
        (None, _) => (NOBODY, start),
    }
}

/// The next noun class or name behind the act in its clause, with its unit, unless another act comes first.
fn object_of(masked: &Masked, lexicon: &Lexicon, act: usize) -> Option<(Part, usize)> {
    let from = masked.matches[act].end;
    let end = masked.clause_end(from);
    let name = masked.units[from..end].iter().position(|u| u.kind.mask().is_some()).map(|i| from + i);
    let stop = name.unwrap_or(end);
    for found in masked.matches[act + 1..].iter().take_while(|m| m.start < stop) {
        let noun = lexicon.meaning(found.phrase).iter().find(|c| lexicon.class(**c).group == Group::Noun);
        if let Some(noun) = noun {
            return Some((Part::class(lexicon, *noun), found.end - 1));
        }
        if acts(lexicon, found).next().is_some() {
            let group = acts(lexicon, found).next().map(|c| Part::group(lexicon.class(c).group));
            return group.map(|part| (part, found.end - 1));
        }
    }
    name.map(|name| (Part::unit(masked, name), name))
}
