//! What pronouns, descriptions and bare offices refer to inside one article.
//!
//! Deliberately cautious: only the last few sentences count, a subject goes before everything else, and a stranger who
//! is the subject takes the pronoun away from every actor.

use super::{
    compile::{Form, IS_BODY, IS_PERSON, Lexis, Role},
    table::Pronoun,
    view::{After, View},
};
use crate::text::token::{Case, TokenKind};

/// How many sentences back a pronoun reaches.
const REACH: i32 = 3;

/// Someone or something that a pronoun may take up.
#[derive(Debug, Clone, Copy)]
pub struct Reference {
    /// `None` for somebody who is no actor.
    pub actor: Option<u32>,
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
}

impl Reference {
    /// Somebody who is no actor.
    pub fn stranger(sentence: i32) -> Reference {
        Reference { actor: None, sentence, person: true, thing: false, plural: false, woman: None, subject: true }
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
    /// Offices and bodies that were mentioned with their actor, in order.
    offices: Vec<(u32, u32)>,
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
                sentence: -1,
                person: true,
                thing: true,
                plural: true,
                woman: None,
                subject: rank == 0,
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
        reference.subject &= !self.recent.iter().any(|r| r.sentence == reference.sentence && r.subject);
        if self.recent.len() > 64 {
            self.recent.drain(..32);
        }
        self.recent.push(reference);
    }

    /// Whether anything was noted in a sentence.
    pub fn is_fresh(&self, sentence: i32) -> bool {
        self.recent.last().is_none_or(|r| r.sentence != sentence)
    }

    /// Remembers whose office was mentioned.
    pub fn hold(&mut self, organ: u32, actor: u32) {
        let office = (organ >> 3, actor);
        self.offices.retain(|o| *o != office);
        self.offices.push(office);
    }

    /// The actor that a pronoun at `at` stands for, and one past the last token of the mention.
    pub fn pronoun(&self, view: &View, at: usize, form: Form, sentence: i32) -> Option<(Reference, usize)> {
        let (role, end) = settle_role(view, at, form)?;
        let reference = match form.pronoun {
            Pronoun::He | Pronoun::She => self.antecedent(form.pronoun, role, sentence, REACH),
            Pronoun::It | Pronoun::They => {
                if role == Role::Subject && !(opens_clause(view, at) && !is_expletive(view, at + 1, form.pronoun)) {
                    return None;
                }
                self.antecedent(form.pronoun, role, sentence, 1)
            }
        }?;
        reference.actor?;
        Some((reference, end))
    }

    /// The nearest sentence that has something fitting decides; in it the subject, or else the first.
    fn antecedent(&self, pronoun: Pronoun, role: Role, sentence: i32, reach: i32) -> Option<Reference> {
        let nearest = if role == Role::Object { 1 } else { 0 };
        for back in nearest..=reach {
            let wanted = if sentence - back < 0 { -1 } else { sentence - back };
            let there = || self.recent.iter().filter(|r| r.sentence == wanted);
            let fitting = || there().filter(|r| r.takes(pronoun));
            if let Some(found) = fitting().find(|r| r.subject) {
                return Some(*found);
            }
            // *it* and *they* take up a subject, or nothing: any noun might be meant.
            let strict = matches!(pronoun, Pronoun::It | Pronoun::They) && !(role == Role::Possessive && back == 0);
            if !strict && let Some(found) = fitting().next() {
                return Some(*found);
            }
            if wanted == -1 {
                return None;
            }
        }
        None
    }

    /// The actor whose office `the` at `at` introduces (*the president*), with the tokens of the office.
    pub fn office(&self, view: &View, at: usize) -> Option<(u32, After)> {
        let words = &view.lexis.words;
        let mut start = at + 1;
        let first = view.get(start)?;
        if first.kind != TokenKind::Word || first.case == Case::Upper && !view.capitals {
            return None;
        }
        if words.modifier.contains(&first.hash) && view.organ_at(start + 1).is_some() {
            start += 1;
        }
        let (organ, length) = view.organ_at(start)?;
        let end = start + length;
        let next = view.hash(end);
        let goes_on = next == words.of || next == words.r#in || next == words.r#for;
        let compound =
            view.organ_at(end).is_some() || view.barred_at(end) > 0 || view.get(end).is_some_and(|t| t.glued);
        let named = view.may_be_name(end) && !view.headline;
        if organ & (IS_BODY | IS_PERSON) == 0 || goes_on || compound || named || view.is_possessive(end) && false {
            return None;
        }
        let (_, actor) = self.offices.iter().rev().find(|(o, _)| *o == organ >> 3)?;
        Some((*actor, After::Organ { organ, start: at + 1, end }))
    }
}

/// What a form is here, and one past its mention: a possessive takes the organ behind it in.
fn settle_role(view: &View, at: usize, form: Form) -> Option<(Role, usize)> {
    match form.role {
        Role::Subject | Role::Object => Some((form.role, at + 1)),
        Role::Possessive | Role::Either => match view.after(at + 1) {
            After::Organ { start, end, .. } if start <= at + 3 => Some((Role::Possessive, end)),
            _ if form.role == Role::Either => Some((Role::Object, at + 1)),
            _ => None,
        },
    }
}

/// Whether a pronoun at `at` is the subject of a clause.
fn opens_clause(view: &View, at: usize) -> bool {
    if at <= view.start {
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
    if words.preposition.contains(&view.hash(at - 1)) {
        return false;
    }
    let mut i = view.start;
    while i < at {
        let token = &view.tokens[i];
        let content =
            token.kind == TokenKind::Word && token.case == Case::Lower && !words.function.contains(&token.hash);
        if content && view.organ_at(i).is_none() {
            return false;
        }
        i += 1;
    }
    true
}

/// Whether somebody who is no actor is the subject: a noun such as *analyst*, or an unknown first and last name.
pub fn is_stranger(view: &View, at: usize) -> bool {
    let words = &view.lexis.words;
    let token = &view.tokens[at];
    if token.case == Case::Lower {
        return at <= view.start + 3 && words.outsider.contains(&token.hash) && is_subject(view, at);
    }
    let unknown =
        |i: usize| view.may_be_name(i) && view.tokens[i].case == Case::Title && !words.function.contains(&view.hash(i));
    let ends = |i: usize| {
        view.get(i).is_some_and(|t| t.kind == TokenKind::Comma || t.case == Case::Lower && t.kind == TokenKind::Word)
    };
    at == view.start && !view.headline && unknown(at) && unknown(at + 1) && !view.names_actor(at + 1) && ends(at + 2)
}
