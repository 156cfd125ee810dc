//! What pronouns, descriptions and bare offices refer to inside one article.
//!
//! Deliberately cautious: only the last few sentences count, a subject goes before everything else, and a stranger who
//! is the subject takes the pronoun away from every actor.

use super::{
    compile::{Form, IS_PERSON, IS_PLURAL, Lexis, Role},
    table::Pronoun,
    view::{After, LOOK_BACK, View},
};
use crate::text::token::{Case, TokenKind};

/// How many sentences back *he* and *she* reach.
const REACH: i32 = 3;

/// How many sentences back *the president* reaches, if nobody nearer holds such an office.
const OFFICE_REACH: i32 = 8;

/// An office or body that was mentioned with its actor.
#[derive(Debug, Clone, Copy)]
struct Office {
    /// Hash of the noun.
    noun: u64,
    actor: u32,
    sentence: i32,
}

/// Someone or something that a pronoun may take up.
#[derive(Debug, Clone, Copy)]
pub struct Reference {
    /// `None` for somebody who is no actor.
    pub actor: Option<u32>,
    /// Its first token in the sentence.
    pub at: usize,
    /// Number of the sentence; actors known beforehand stand in sentence -1.
    pub sentence: i32,
    /// Whether *he* or *she* fits.
    pub person: bool,
    /// Whether *it* fits.
    pub thing: bool,
    /// Whether *they* fits.
    pub plural: bool,
    /// Whether it is known to be a woman.
    pub woman: Option<bool>,
    /// Whether it is the subject of its sentence.
    pub subject: bool,
    /// Whether no preposition stands before it.
    pub free: bool,
    /// Whether it stands inside quotation marks.
    pub quoted: bool,
    /// The person, if it was named as one of the gazetteer's.
    pub holder: Option<u32>,
}

impl Reference {
    /// Somebody who is no actor.
    pub fn stranger(sentence: i32, at: usize) -> Reference {
        let (person, thing, plural) = (true, false, false);
        let (woman, holder, subject) = (None, None, true);
        Reference {
            actor: None,
            at,
            sentence,
            person,
            thing,
            plural,
            woman,
            subject,
            free: true,
            quoted: false,
            holder,
        }
    }

    fn takes(&self, pronoun: Pronoun) -> bool {
        match pronoun {
            Pronoun::He => self.person && self.woman != Some(true),
            Pronoun::She => self.person && self.woman != Some(false),
            Pronoun::It => self.thing,
            Pronoun::They => self.plural,
        }
    }
}

/// What has been mentioned so far.
#[derive(Debug)]
pub struct Discourse {
    /// When each actor was named last; 0: not yet.
    named: Vec<u32>,
    clock: u32,
    recent: Vec<Reference>,
    /// Nouns for offices and bodies that were mentioned with their actor, in order.
    offices: Vec<Office>,
}

impl Discourse {
    /// Nothing mentioned, but for `known` actors, the most recent first.
    pub fn new(lexis: &Lexis, known: &[usize]) -> Self {
        let mut discourse =
            Discourse { named: vec![0; lexis.entities.len()], clock: 0, recent: Vec::new(), offices: Vec::new() };
        for actor in known.iter().rev().copied().filter(|a| *a < lexis.entities.len()) {
            discourse.name(actor as u32);
        }
        for (rank, actor) in known.iter().copied().filter(|a| *a < lexis.entities.len()).enumerate() {
            discourse.recent.push(Reference {
                actor: Some(actor as u32),
                at: 0,
                sentence: -1,
                person: true,
                thing: true,
                plural: true,
                woman: None,
                subject: rank == 0,
                free: true,
                quoted: false,
                holder: None,
            });
        }
        discourse
    }

    /// Remembers that an actor was named.
    pub fn name(&mut self, actor: u32) {
        self.clock += 1;
        self.named[actor as usize] = self.clock;
    }

    /// When an actor was named last; 0: not yet.
    pub fn named(&self, actor: u32) -> u32 {
        self.named[actor as usize]
    }

    /// Adds something that pronouns may take up; only one subject a sentence.
    pub fn note(&mut self, mut reference: Reference) {
        // "The president, Luis Arce": the name says who the noun before it was.
        let apposed = |r: &Reference| {
            r.actor.is_none() && r.sentence == reference.sentence && r.at + 4 > reference.at && reference.person
        };
        if self.recent.last().is_some_and(apposed) {
            self.recent.pop();
        }
        reference.subject &= !self.recent.iter().any(|r| r.sentence == reference.sentence && r.subject);
        if self.recent.len() > 64 {
            self.recent.drain(..32);
        }
        self.recent.push(reference);
    }

    /// Remembers whose office was mentioned.
    pub fn hold(&mut self, noun: u64, actor: u32, sentence: i32) {
        self.offices.retain(|office| (office.noun, office.actor) != (noun, actor));
        self.offices.push(Office { noun, actor, sentence });
    }

    /// The actor that a pronoun at `at` stands for, and one past the last token of the mention.
    pub fn pronoun(&self, view: &View, at: usize, form: Form, sentence: i32) -> Option<(Reference, usize)> {
        let (role, end) = (form.role, mention_end(view, at, form)?);
        let found = match form.pronoun {
            Pronoun::He | Pronoun::She => self.person(view, at, form.pronoun, sentence),
            Pronoun::It | Pronoun::They => {
                let names_none = || !opens_clause(view, at) || is_expletive(view, at + 1, form.pronoun);
                if role == Role::Subject && names_none() {
                    return None;
                }
                self.thing(view, at, form.pronoun, sentence)
            }
        }?;
        found.actor?;
        let organ = if role == Role::Possessive { view.after(at + 1) } else { After::Nothing };
        let holder = organ.has(IS_PERSON) && !view.plural_after(organ);
        let plain = !organ.is_organ();
        let reference = Reference {
            person: if plain { found.person } else { holder },
            thing: found.thing && !holder,
            plural: if plain { found.plural } else { view.plural_after(organ) },
            woman: if plain { found.woman } else { None },
            at,
            ..found
        };
        Some((reference, end))
    }

    /// What a pronoun may take up in a sentence `back` before its own. Who is spoken of in a quotation is not who speaks.
    fn there(&self, pronoun: Pronoun, wanted: i32, own: i32, quoted: bool) -> impl Iterator<Item = &Reference> {
        let heard = move |r: &Reference| if wanted == own { r.quoted == quoted } else { quoted || !r.quoted };
        self.recent.iter().filter(move |r| r.sentence == wanted && r.takes(pronoun) && heard(r))
    }

    /// *he*, *she*: the nearest sentence that has a person decides; in it the subject, or else the first.
    fn person(&self, view: &View, at: usize, pronoun: Pronoun, sentence: i32) -> Option<Reference> {
        let quoted = view.is_quoted(at);
        // "If the president attacked, he said": whoever reports stands in a sentence before.
        let words = &view.lexis.words;
        let reports = words.reporting.contains(&view.hash(at + 1)) && at > view.start && view.is_end(at - 1);
        for back in i32::from(reports)..=REACH {
            let there = || self.there(pronoun, (sentence - back).max(-1), sentence, quoted);
            let subject = there().find(|r| r.subject);
            if let Some(found) = subject.or_else(|| there().next()) {
                return Some(*found);
            }
        }
        None
    }

    /// *it*, *they*: in the same sentence the subject, or the last one that no preposition governs; or the subject of the
    /// sentence before, if nobody else is named and the pronoun begins its sentence or reports (*it said*): elsewhere any
    /// noun might be meant.
    fn thing(&self, view: &View, at: usize, pronoun: Pronoun, sentence: i32) -> Option<Reference> {
        let quoted = view.is_quoted(at);
        let here = || self.there(pronoun, sentence, sentence, quoted);
        if let Some(found) = here().find(|r| r.subject).or_else(|| here().filter(|r| r.free).last()) {
            return Some(*found);
        }
        let reports = view.lexis.words.said.contains(&view.hash(at + 1));
        let others =
            self.recent.iter().any(|r| r.sentence == sentence && r.quoted == quoted && (r.free || r.takes(pronoun)));
        if !reports && (others || !is_subject(view, at)) {
            return None;
        }
        self.there(pronoun, (sentence - 1).max(-1), sentence, quoted).find(|r| r.subject).copied()
    }

    /// Who was named in this sentence or the two before and holds the office whose noun has this hash.
    fn incumbent(&self, lexis: &Lexis, noun: u64, sentence: i32) -> Option<u32> {
        let holds = |r: &&Reference| r.holder.is_some_and(|h| lexis.holders[h as usize].titles.contains(&noun));
        (0..3).find_map(|back| {
            let there = || self.recent.iter().filter(|r| r.sentence == sentence - back).filter(holds);
            there().find(|r| r.subject).or_else(|| there().next()).and_then(|r| r.actor)
        })
    }

    /// The actor whose office or body `the` at `at` introduces (*the president*, *the council*), with its tokens.
    pub fn office(&self, view: &View, at: usize, sentence: i32) -> Option<(u32, usize, usize)> {
        let words = &view.lexis.words;
        let start = at + 1;
        let first = view.get(start)?;
        if self.recent.is_empty() || first.kind != TokenKind::Word || first.case == Case::Upper && !view.capitals {
            return None;
        }
        let mut last = start;
        if words.modifier.contains(&first.hash) && view.organ_at(start + 1).is_some() {
            last += 1;
        }
        let noun = view.hash(last);
        let fresh = |office: &&Office| office.noun == noun && office.sentence + OFFICE_REACH >= sentence;
        let named = || self.offices.iter().rev().find(fresh).map(|office| office.actor);
        let actor = self.incumbent(view.lexis, noun, sentence).or_else(named)?;
        let end = last + 1;
        let next = view.hash(end);
        let goes_on = next == words.of || next == words.r#in || next == words.r#for;
        let adjective = words.adjectival.contains(&noun) && !view.is_end(end) && !words.function.contains(&next);
        let compound = adjective
            || view.organ_at(end).is_some()
            || view.barred_at(end) > 0
            || view.get(end).is_some_and(|t| t.glued);
        let named = view.may_be_name(end) && !view.headline;
        if goes_on || compound || named { None } else { Some((actor, start, end)) }
    }
}

/// One past the mention that a form begins: a possessive takes in the organ behind it, and is nothing without one.
fn mention_end(view: &View, at: usize, form: Form) -> Option<usize> {
    match (form.role, view.after(at + 1)) {
        (Role::Subject, _) => Some(at + 1),
        (_, After::Organ { start, end, .. }) => {
            let plain = start <= at + 3 && !(at + 1..=start).any(|i| view.names_actor(i));
            plain.then_some(end)
        }
        _ => None,
    }
}

/// Whether a pronoun at `at` is the subject of a clause.
fn opens_clause(view: &View, at: usize) -> bool {
    if at <= view.start || is_subject(view, at) {
        return true;
    }
    let before = &view.tokens[at - 1];
    before.kind != TokenKind::Word && before.kind != TokenKind::Number || view.lexis.words.opener.contains(&before.hash)
}

/// Whether *it* before `at` stands for nothing (*it is clear that*).
fn is_expletive(view: &View, at: usize, pronoun: Pronoun) -> bool {
    if pronoun != Pronoun::It {
        return false;
    }
    let words = &view.lexis.words;
    let mut at = at;
    while words.auxiliary.contains(&view.hash(at)) {
        at += 1;
    }
    if !words.expletive.contains(&view.hash(at)) {
        return false;
    }
    while words.auxiliary.contains(&view.hash(at + 1)) {
        at += 1;
    }
    !words.actor_state.contains(&view.hash(at + 1))
}

/// Whether what begins at `at` is likely the subject of its sentence: nothing but function words, names and organs
/// stand before it, or it follows *said*.
pub fn is_subject(view: &View, at: usize) -> bool {
    let words = &view.lexis.words;
    if at <= view.start {
        return true;
    }
    if at > view.start + LOOK_BACK || words.preposition.contains(&view.hash(at - 1)) {
        return false;
    }
    let mut quoted = false;
    for i in view.start..at {
        let token = &view.tokens[i];
        quoted ^= token.hash == words.quote;
        let content =
            token.kind == TokenKind::Word && token.case == Case::Lower && !words.function.contains(&token.hash);
        if content && !quoted && view.organ_at(i).is_none() {
            return false;
        }
    }
    true
}

/// Whether somebody who is no actor is mentioned at `at`: by a noun such as *analyst* or an office nobody is known to
/// hold, or by an unknown first and last name.
pub fn is_stranger(view: &View, at: usize) -> bool {
    let words = &view.lexis.words;
    let token = &view.tokens[at];
    if token.case == Case::Lower {
        let office = || view.organ_at(at).is_some_and(|(o, _)| o & IS_PERSON != 0 && o & IS_PLURAL == 0);
        return words.outsider.contains(&token.hash) || office();
    }
    let unknown = |i: usize| {
        view.may_be_name(i)
            && view.tokens[i].case == Case::Title
            && !words.function.contains(&view.hash(i))
            && !view.names_actor(i)
    };
    let stops = |t: &crate::text::token::Token| t.kind == TokenKind::Comma || t.case == Case::Lower;
    let first = at == view.start || words.said.contains(&view.hash(at - 1));
    first && !view.headline && unknown(at) && unknown(at + 1) && view.get(at + 2).is_none_or(stops)
}
