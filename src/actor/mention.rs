//! What finding actors is told and what it gives back: the context of a document, and mentions. How they are found is
//! decided elsewhere.

use crate::text::span::Span;

/// How a mention was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// A proper name or abbreviation.
    Name,
    /// A capital, palace or ministry that stands for the actor.
    Metonym,
    /// An adjective before an organ (`French government`).
    Demonym,
    /// A people that stands for its state (`the Saudis`).
    People,
    /// An office holder.
    Person,
    /// A description of an actor named earlier (`the opposition leader`).
    Description,
    /// A pronoun, or an organ with one (`his government`).
    Pronoun,
}

/// One mention of one actor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The actor, as an index into the gazetteer's actors.
    pub actor: usize,
    /// Bytes of the text, without a leading article and a trailing `'s`.
    pub span: Span,
    /// How it was found.
    pub how: How,
}

/// What is known of a document besides its text.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'a> {
    /// The year it was written; tells office holders of the same name apart.
    pub year: Option<i32>,
    /// The crisis it is about (`venezuela-2019`): the state in its name reports under its own id, not under its bloc's.
    pub crisis: Option<&'a str>,
    /// Actors that count as named already, the most recent first: for a sentence taken out of its article.
    pub known: &'a [usize],
}
