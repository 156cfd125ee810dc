//! One sentence seen through the compiled gazetteer: how it is written, and which organ noun follows a name (rules on
//! capitals, datelines, demonyms and peoples).

use super::compile::{Alias, IS_BODY, IS_PERSON, IS_PLURAL, Lexis, Sense};
use crate::text::token::{Case, Token, TokenKind};

/// How many words after a name or demonym an organ noun may stand.
const REACH: usize = 3;

/// How many tokens at most are looked at from the head of a sentence: sentences may be whole files.
pub const LOOK_BACK: usize = 400;

/// What follows a name or demonym.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// An organ noun: its number with its bits, and its first and one past its last token.
    Organ { organ: u32, start: usize, end: usize },
    /// A noun that makes it no mention.
    Barred,
    /// Neither.
    Nothing,
}

impl After {
    /// Whether an organ noun follows.
    pub fn is_organ(self) -> bool {
        matches!(self, After::Organ { .. })
    }

    /// Whether an organ noun with one of these bits follows.
    pub fn has(self, bits: u32) -> bool {
        matches!(self, After::Organ { organ, .. } if organ & bits != 0)
    }
}

/// What a hyphen joins to the end of an alias.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tail {
    /// Nothing, or a second name (`Russia-China`).
    Free,
    /// `-led` and the like: a mention when an organ noun follows.
    Led,
    /// Anything else: no mention (`US-based`).
    Blocked,
}

/// A sentence.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub text: &'a str,
    pub lexis: &'a Lexis,
    pub tokens: &'a [Token],
    /// First token behind a dateline.
    pub start: usize,
    /// No lower-case letter in it.
    pub capitals: bool,
    /// Most words begin with a capital.
    pub headline: bool,
}

impl<'a> View<'a> {
    /// Looks at a sentence; `opens` says that it is the first of its paragraph, where datelines stand.
    pub fn new(text: &'a str, lexis: &'a Lexis, tokens: &'a [Token], opens: bool) -> Self {
        let (mut words, mut long, mut raised, mut upper) = (0, 0, 0, 0);
        for token in tokens.iter().filter(|t| t.kind == TokenKind::Word) {
            words += 1;
            upper += usize::from(token.case == Case::Upper);
            if token.span.end - token.span.start > 3 {
                long += 1;
                raised += usize::from(token.case != Case::Lower);
            }
        }
        let capitals = words > 0 && upper == words;
        let headline = long > 2 && raised * 10 >= long * 8;
        let mut view = View { text, lexis, tokens, start: 0, capitals, headline };
        if opens && !capitals {
            view.start = view.dateline();
        }
        view
    }

    pub fn get(&self, at: usize) -> Option<&'a Token> {
        self.tokens.get(at)
    }

    /// The hash at a position, 0 outside.
    pub fn hash(&self, at: usize) -> u64 {
        self.get(at).map_or(0, |t| t.hash)
    }

    /// The hash `back` positions before one, 0 outside.
    pub fn before(&self, at: usize, back: usize) -> u64 {
        if at >= self.start + back { self.tokens[at - back].hash } else { 0 }
    }

    pub fn is_word(&self, at: usize) -> bool {
        self.get(at).is_some_and(|t| t.kind == TokenKind::Word)
    }

    pub fn is_end(&self, at: usize) -> bool {
        self.get(at).is_none_or(|t| !matches!(t.kind, TokenKind::Word | TokenKind::Number))
    }

    /// Whether a position stands inside quotation marks that its sentence opens.
    pub fn is_quoted(&self, at: usize) -> bool {
        if at > self.start + LOOK_BACK {
            return false;
        }
        let marks = self.tokens[self.start.min(at)..at].iter().filter(|t| t.hash == self.lexis.words.quote);
        marks.count() % 2 == 1
    }

    /// One past a dateline (`CARACAS, Jan 24 (Agency) - `), or 0.
    fn dateline(&self) -> usize {
        const LONGEST: usize = 16;
        let Some(first) = self.get(0).filter(|t| t.case == Case::Upper) else { return 0 };
        let Some(dash) = self.tokens.iter().take(LONGEST).position(|t| t.hash == self.lexis.words.dash) else {
            return 0;
        };
        // Behind the place come only a date and an agency; a short name alone may be an actor (`EU - ...`).
        let place =
            self.tokens[..dash].iter().take_while(|t| t.case == Case::Upper || t.kind == TokenKind::Symbol).count();
        let rest = &self.tokens[place..dash];
        let dated = match rest.first() {
            None => first.span.end - first.span.start > 3 || place > 1,
            Some(t) => t.kind == TokenKind::Comma || t.hash == self.lexis.words.bracket,
        };
        let plain = rest.iter().all(|t| t.kind != TokenKind::Word || t.case != Case::Lower);
        if dated && plain && rest.len() < 9 { dash + 1 } else { 0 }
    }

    /// Whether a possessive ending stands here (`'s`, or the apostrophe of `States'`).
    pub fn is_possessive(&self, at: usize) -> bool {
        let words = &self.lexis.words;
        match self.get(at) {
            Some(t) if t.hash == words.possessive => true,
            Some(t) if t.hash == words.apostrophe && at > 0 => self.tokens[at - 1].span.end == t.span.start,
            _ => false,
        }
    }

    /// The organ noun at a position: its number with bits, and its length.
    pub fn organ_at(&self, at: usize) -> Option<(u32, usize)> {
        let hashes = self.tokens.get(at..)?.iter().map(|t| t.hash);
        self.lexis.organs.longest_at(hashes).map(|(length, organ)| (organ, length))
    }

    /// The length of the noun that bars a mention at a position, 0 if there is none.
    pub fn barred_at(&self, at: usize) -> usize {
        let Some(tokens) = self.tokens.get(at..) else { return 0 };
        self.lexis.no_organs.longest_at(tokens.iter().map(|t| t.hash)).map_or(0, |(length, _)| length)
    }

    /// The organ noun within reach of the end of an alias.
    pub fn after(&self, end: usize) -> After {
        let words = &self.lexis.words;
        let mut at = if self.is_possessive(end) { end + 1 } else { end };
        let (mut step, mut jumps) = (0, 0);
        while step < REACH && !self.is_end(at) {
            let hash = self.tokens[at].hash;
            if hash == words.and || hash == words.or {
                jumps += 1;
                match self.other_demonym(at + 1) {
                    Some(next) if jumps <= REACH => at = next,
                    _ => return After::Nothing,
                }
                continue;
            }
            // "its intelligence-gathering satellite": only the last part of a compound is an organ.
            let whole = |length: &usize| !self.get(at + length).is_some_and(|t| t.glued);
            if let Some((organ, length)) = self.organ_at(at).filter(|(_, length)| whole(length)) {
                let (organ, start, next) = self.last_organ(organ, at, at + length);
                let barred = self.barred_at(next) > 0 && self.organ_at(next).is_none();
                return if barred { After::Barred } else { After::Organ { organ, start, end: next } };
            }
            if self.barred_at(at) > 0 {
                return After::Barred;
            }
            if words.function.contains(&hash) {
                return After::Nothing;
            }
            at += 1;
            // Parts joined by a hyphen are one word.
            if !self.get(at).is_some_and(|t| t.glued) {
                step += 1;
            }
        }
        After::Nothing
    }

    /// Of several organs in a row the one that is a person or body (*foreign policy chief*, *army spokesman*).
    fn last_organ(&self, mut organ: u32, start: usize, mut end: usize) -> (u32, usize, usize) {
        for _ in 0..REACH {
            match self.organ_at(end) {
                Some((next, length)) if next & (IS_PERSON | IS_BODY) != 0 => (organ, end) = (next, end + length),
                _ => break,
            }
        }
        (organ, start, end)
    }

    /// One past another actor's adjective or name that stands at a position (*and British* jets).
    fn other_demonym(&self, at: usize) -> Option<usize> {
        let tokens = self.tokens.get(at..)?;
        let matches = self.lexis.at(tokens);
        matches.as_slice().iter().rev().find_map(|(length, number)| {
            let named = |a: &Alias| matches!(a.sense, Sense::Demonym | Sense::Name) && a.fits(&tokens[..*length]);
            self.lexis.meanings(*number).iter().any(named).then_some(at + length)
        })
    }

    /// Whether a noun right behind a name makes the name no mention (*Iraq's oil*, but not *Iraq's oil ministry*).
    pub fn name_is_barred(&self, end: usize) -> bool {
        let at = if self.is_possessive(end) { end + 1 } else { end };
        let length = self.barred_at(at);
        if length == 0 {
            return false;
        }
        let next = at + length;
        self.organ_at(next).is_none() && self.hash(next) != self.lexis.words.office
    }

    /// What is joined to the end of an alias by a hyphen.
    pub fn tail(&self, end: usize) -> Tail {
        let Some(token) = self.get(end).filter(|t| t.glued) else { return Tail::Free };
        if self.lexis.words.led.contains(&token.hash) {
            Tail::Led
        } else if self.names_actor(end) || self.organ_at(end).is_some() {
            Tail::Free
        } else {
            Tail::Blocked
        }
    }

    /// Whether a name, adjective or person begins at a position.
    pub fn names_actor(&self, at: usize) -> bool {
        let Some(tokens) = self.tokens.get(at..) else { return false };
        let matches = self.lexis.at(tokens);
        matches.as_slice().iter().any(|(length, number)| {
            let named = |a: &Alias| {
                matches!(a.sense, Sense::Name | Sense::Metonym | Sense::Demonym | Sense::Full | Sense::Short)
                    && a.fits(&tokens[..*length])
            };
            self.lexis.meanings(*number).iter().any(named)
        })
    }

    /// In a line of capitals a name that is also a word counts only where a name is likely.
    pub fn stands_out(&self, at: usize, end: usize) -> bool {
        let dotted = || self.tokens[at].span.of(self.text).contains('.');
        !self.capitals || dotted() || at == self.start || self.is_end(at - 1) || self.organ_at(end).is_some()
    }

    /// Whether the people named at `at..end` speaks or acts; `adjective` says that the word is also an adjective.
    pub fn people_acts(&self, at: usize, end: usize, adjective: bool) -> bool {
        let words = &self.lexis.words;
        let before = self.before(at, 1);
        let number = at > self.start && self.tokens[at - 1].kind == TokenKind::Number;
        if number || self.lexis.blockers.contains(&before) || self.barred_at(end) > 0 {
            return false;
        }
        let acts = || words.after_people.contains(&self.hash(end)) || self.is_past(end);
        if !adjective {
            // A plural speaks for its state with the article or as a subject, not in "left to Venezuelans".
            let subject = at == self.start || self.is_end(at - 1) || words.opener.contains(&before) && acts();
            return before == words.the || subject;
        }
        if self.is_end(end) || self.is_possessive(end) {
            return true;
        }
        acts()
    }

    /// Whether a word looks like a verb in the past (*wanted*).
    fn is_past(&self, at: usize) -> bool {
        self.get(at).is_some_and(|t| t.case == Case::Lower && t.span.of(self.text).ends_with("ed"))
    }

    /// Whether a particle of a family name stands before a position (*de* Lima).
    pub fn is_particle(&self, at: usize) -> bool {
        self.lexis.words.particle.contains(&self.before(at, 1))
    }

    /// Whether a word begins with a capital and may be part of a person's name.
    pub fn may_be_name(&self, at: usize) -> bool {
        let Some(token) = self.get(at) else { return false };
        token.kind == TokenKind::Word
            && token.case != Case::Lower
            && !self.lexis.words.no_name.contains(&token.hash)
            && !self.is_possessive(at)
    }

    /// Whether an organ in the plural follows.
    pub fn plural_after(&self, after: After) -> bool {
        after.has(IS_PLURAL)
    }
}
