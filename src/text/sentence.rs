//! Sentences with their tokens: a [`Document`] is an article ready for finding actors.

use std::ops::Range;

use super::{span::Span, token::Token};

/// One sentence of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Bytes of the article's text, without surrounding white space.
    pub span: Span,
    /// Its tokens, as a range of [`Document::tokens`].
    pub tokens: Range<usize>,
    /// 0-based number of the paragraph (line) it stands in.
    pub paragraph: usize,
}

/// An article cut into sentences and tokens, boilerplate left out.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// The sentences in order.
    pub sentences: Vec<Sentence>,
    /// The tokens of all sentences in order; spans count from the start of the article's text.
    pub tokens: Vec<Token>,
}
