//! Weighs the meanings of a phrase against each other: names before short forms before adjectives before descriptions.
//!
//! Judges only; what follows from a judgement is left to [`super::walk`].

use super::{
    compile::{Alias, IS_PERSON, Lexis, Sense},
    person::{Acquaintance, Clues},
    resolve::Discourse,
    view::{After, Tail, View},
};
use crate::text::token::{Case, TokenKind};

/// What is known at a point of a document.
pub struct State<'a> {
    pub lexis: &'a Lexis,
    /// Year of the document.
    pub year: Option<i32>,
    pub discourse: Discourse,
    pub acquaintance: Acquaintance,
    /// One past the last token of the mention before in the sentence, and its actor.
    pub last: Option<(usize, u32)>,
    /// One past the last name that was only a place, within the sentence.
    pub place_end: Option<usize>,
}

/// A phrase in a sentence.
#[derive(Debug, Clone, Copy)]
pub struct Phrase {
    /// First token of the alias.
    pub at: usize,
    /// One past its last token.
    pub end: usize,
    /// First token of the titles before it; `at` without any.
    pub from: usize,
    /// The last word of a title of office before it, 0 without one.
    pub title: u64,
}

/// What a phrase is.
pub enum Verdict {
    /// A mention, and what follows it.
    Mention(Alias, After),
    /// The name of an actor that is no mention here, only a place perhaps; it is passed over.
    Skip,
    /// No mention; a shorter phrase may be one.
    Shorter,
}

impl State<'_> {
    /// Whether a mention may begin here: not behind a hyphen, unless that joins two actors.
    pub fn may_begin(&self, view: &View, phrase: Phrase) -> bool {
        let Phrase { at, from, .. } = phrase;
        if !view.tokens[at].glued || from < at || at == 0 {
            return true;
        }
        self.ends_at(at) || self.lexis.words.prefix.contains(&view.tokens[at - 1].hash)
    }

    /// Whether the mention before ends at `at`.
    fn ends_at(&self, at: usize) -> bool {
        self.last.is_some_and(|(end, _)| end == at)
    }

    /// Weighs what a phrase may mean.
    pub fn judge(&self, view: &View, fitting: &Fitting, phrase: Phrase) -> Verdict {
        let end = phrase.end;
        let tail = view.tail(end);
        let after = view.after(if tail == Tail::Led { end + 1 } else { end });
        if tail == Tail::Blocked || tail == Tail::Led && !after.is_organ() {
            return Verdict::Skip;
        }
        // Who held an office once does not speak for the actor.
        if is_former(view, phrase.from) && (after.has(IS_PERSON) || fitting.live().all(Alias::is_person)) {
            return Verdict::Skip;
        }
        let found = self
            .name(view, fitting, phrase)
            .or_else(|| self.person(view, fitting, phrase))
            .or_else(|| adjective_or_people(view, fitting, phrase, after))
            .or_else(|| self.description(view, fitting, phrase));
        match found {
            Some(alias) => Verdict::Mention(*alias, after),
            None if fitting.only_weak() => Verdict::Shorter,
            None => Verdict::Skip,
        }
    }

    fn name<'m>(&self, view: &View, fitting: &Fitting<'m>, phrase: Phrase) -> Option<&'m Alias> {
        let Phrase { at, end, .. } = phrase;
        fitting.live().find(|a| {
            // Every state may have a senate or a security council; whose it is stands before it.
            let generic = end < at + 3 && self.lexis.words.common_body.contains(&view.hash(end - 1));
            let part = end == at + 1 && self.is_part(view, at, end);
            let own = !(generic && (part || self.is_owned(view, a.actor, at)) || view.is_particle(at));
            matches!(a.sense, Sense::Name | Sense::Metonym) && own && !view.name_is_barred(end) && {
                let demonym = fitting.iter().any(|d| d.actor == a.actor && d.sense == Sense::Demonym);
                !(a.place && self.goes_on(view, phrase) || view.is_place(a, at, end, demonym))
            }
        })
    }

    fn person<'m>(&self, view: &View, fitting: &Fitting<'m>, phrase: Phrase) -> Option<&'m Alias> {
        let Phrase { at, end, from, title } = phrase;
        let ship = self.lexis.words.ship.contains(&view.before(from, 1));
        if ship || !fitting.live().any(Alias::is_person) || view.name_is_barred(end) {
            return None;
        }
        let clues = Clues { year: self.year, title, attached: from < at || self.ends_at(at) };
        self.acquaintance.choose(view, || fitting.live().filter(|a| a.is_person()), at, end, clues)
    }

    /// The description of the actor named last among those that share it.
    fn description<'m>(&self, view: &View, fitting: &Fitting<'m>, phrase: Phrase) -> Option<&'m Alias> {
        if view.name_is_barred(phrase.end) {
            return None;
        }
        let described = fitting.live().filter(|a| a.sense == Sense::Description && self.discourse.named(a.actor) > 0);
        described.filter(|a| !self.is_anothers(view, a, phrase)).max_by_key(|a| self.discourse.named(a.actor))
    }

    /// Whether a place before this one makes it a place: *in Bogota and Lima*, *from Panama to Trinidad*.
    fn goes_on(&self, view: &View, phrase: Phrase) -> bool {
        let Phrase { at, end, .. } = phrase;
        if self.place_end.is_none_or(|place| place + 1 != at) || view.is_possessive(end) || view.organ_at(end).is_some()
        {
            return false;
        }
        let words = &self.lexis.words;
        let before = view.before(at, 1);
        [words.and, words.or, words.to].contains(&before) || before == words.comma && view.is_end(end)
    }

    /// Whether what stands at `at` belongs to another actor: *the Turkish army*, *Russia's Security Council*, *his generals*,
    /// *opposition-led Congress*.
    fn is_owned(&self, view: &View, actor: u32, at: usize) -> bool {
        if at == view.start {
            return false;
        }
        let possessed = view.is_possessive(at - 1);
        let owner = if possessed { at - 1 } else { at };
        let owned = match self.last {
            Some((end, other)) if end == owner => other != actor,
            _ => possessed,
        };
        let joined = view.tokens[at - 1].glued && self.lexis.words.led.contains(&view.hash(at - 1));
        owned || joined || self.lexis.words.owner.contains(&view.hash(at - 1))
    }

    /// Whether a description is said of somebody else (*the chief of the OAS*), of nobody in particular (*a group of men*),
    /// or is part of a longer name (*the African Union*, where that is no alias).
    fn is_anothers(&self, view: &View, alias: &Alias, phrase: Phrase) -> bool {
        let Phrase { at, end, .. } = phrase;
        let words = &self.lexis.words;
        let (before, next) = (view.before(at, 1), view.hash(end));
        let of = next == words.of
            && (view.names_actor(end + 1) || view.hash(end + 1) == words.the && view.names_actor(end + 2));
        // "a brutal group", but "an opposition envoy": there the article belongs to the envoy.
        let article = words.indefinite.contains(&before)
            || words.indefinite.contains(&view.before(at, 2)) && !view.is_end(at - 1);
        let indefinite = article && end == at + 1 && view.organ_at(end).is_none();
        let number = view.tokens[at].kind == TokenKind::Number && before != words.the;
        self.is_owned(view, alias.actor, at) || of || indefinite || number || self.is_part(view, at, end)
    }

    /// Whether a capital noun stands beside another capital word that names no actor: then both are one unknown name.
    fn is_part(&self, view: &View, at: usize, end: usize) -> bool {
        if view.headline || view.capitals || view.tokens[at].case == Case::Lower {
            return false;
        }
        let function = |i: usize| self.lexis.words.function.contains(&view.hash(i));
        let before = at > view.start && view.may_be_name(at - 1) && !function(at - 1) && !self.ends_at(at);
        let behind = view.may_be_name(end) && view.organ_at(end).is_none() && !view.names_actor(end);
        let purpose = view.hash(end) == self.lexis.words.r#for && view.may_be_name(end + 1);
        before || behind || purpose
    }
}

/// Whether an office is said to be past: *the former Panamanian president*.
fn is_former(view: &View, at: usize) -> bool {
    let near = (1..=3).take_while(|back| at >= view.start + back && !view.is_end(at - back));
    near.into_iter().any(|back| view.lexis.words.former.contains(&view.before(at, back)))
}

/// An adjective before an organ, or a people that acts.
fn adjective_or_people<'m>(view: &View, fitting: &Fitting<'m>, phrase: Phrase, after: After) -> Option<&'m Alias> {
    let adjective = fitting.iter().any(|a| a.sense == Sense::Demonym);
    // A name that failed as a place or before "oil" does not come back as an adjective.
    let failed = fitting.live().any(|a| matches!(a.sense, Sense::Name | Sense::Metonym));
    fitting.live().find(|a| match a.sense {
        Sense::Demonym => after.is_organ() && !failed,
        Sense::People => !after.is_organ() && view.people_acts(phrase.at, phrase.end, adjective),
        _ => false,
    })
}

/// The meanings of a phrase that its spelling allows.
pub struct Fitting<'m> {
    meanings: &'m [Alias],
    /// Which of them, a bit each.
    bits: u64,
}

impl<'m> Fitting<'m> {
    /// The meanings that fit a phrase as it is written in a sentence.
    pub fn new(view: &View, meanings: &'m [Alias], phrase: Phrase) -> Self {
        let Phrase { at, end, .. } = phrase;
        let fits = |a: &Alias| a.fits(&view.tokens[at..end]) && (!a.sensitive || view.stands_out(at, end));
        let real = |a: &Alias| !matches!(a.sense, Sense::Title | Sense::Honorific | Sense::Pronoun(_) | Sense::The);
        let bit = |(k, a): (usize, &Alias)| u64::from(real(a) && fits(a)) << k;
        Fitting { meanings, bits: meanings.iter().enumerate().take(64).map(bit).sum() }
    }

    pub fn is_empty(&self) -> bool {
        self.bits == 0
    }

    pub fn iter(&self) -> impl Iterator<Item = &'m Alias> {
        let bits = self.bits;
        self.meanings.iter().take(64).enumerate().filter(move |(k, _)| (bits >> k) & 1 == 1).map(|(_, a)| a)
    }

    /// Those whose actor is not ruled out by an exclusion.
    fn live(&self) -> impl Iterator<Item = &'m Alias> {
        self.iter().filter(|a| a.sense != Sense::Exclude && !self.excludes(a.actor))
    }

    fn excludes(&self, actor: u32) -> bool {
        self.iter().any(|a| a.sense == Sense::Exclude && a.actor == actor)
    }

    /// Whether nothing here is a name: then a shorter phrase may still be one.
    fn only_weak(&self) -> bool {
        self.iter().all(|a| matches!(a.sense, Sense::Description | Sense::Surname | Sense::People))
    }
}
