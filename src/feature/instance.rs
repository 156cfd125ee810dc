//! One (sentence, actor) pair, the coding unit of the codebook.
//!
//! Says where things stand in the text; how they are masked and what is read off them comes later.

use crate::text::{span::Span, token::Token};

/// One actor in one sentence, or a plain text without an actor. Owns its text; spans are bytes of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Instance {
    /// The sentence.
    pub text: String,
    /// The mention that is classified; `None` for a plain text item.
    pub actor: Option<Span>,
    /// Further mentions of the same actor.
    pub again: Vec<Span>,
    /// Mentions of other actors.
    pub others: Vec<Span>,
    /// The entity that the stance is toward, where that is not the model's proposition.
    pub target: Option<Span>,
}

impl Instance {
    /// A plain text, classified as a whole.
    pub fn plain(text: impl Into<String>) -> Self {
        Instance { text: text.into(), ..Instance::default() }
    }
}

/// The same, borrowed, with the tokens made: what the featurizer reads. Spans and token spans count in `text`, which
/// may be a whole article of which `tokens` are one sentence.
#[derive(Debug, Clone, Copy)]
pub struct InstanceView<'a> {
    /// The text that spans refer to.
    pub text: &'a str,
    /// The tokens of the sentence.
    pub tokens: &'a [Token],
    /// The mention that is classified.
    pub actor: Option<Span>,
    /// Further mentions of the same actor.
    pub again: &'a [Span],
    /// Mentions of other actors.
    pub others: &'a [Span],
    /// The entity that the stance is toward.
    pub target: Option<Span>,
}

impl<'a> InstanceView<'a> {
    /// A view of an owned instance, given the tokens of its text.
    pub fn new(instance: &'a Instance, tokens: &'a [Token]) -> Self {
        InstanceView {
            text: &instance.text,
            tokens,
            actor: instance.actor,
            again: &instance.again,
            others: &instance.others,
            target: instance.target,
        }
    }
}
