//! From an article to sentences and tokens: everything that can be said about a text without knowing any actor.
//!
//! Spans are byte offsets into the original text everywhere in the library, and nobody shifts them.

pub mod lines;
pub mod elements;
pub mod span;
pub mod fold;
mod automaton;
mod literals;
pub mod pattern;
pub mod language;
#[cfg(test)]
mod need;
mod ascii;
pub mod token;
pub mod phrase;
pub mod paragraph;
pub mod front;
pub mod article;
pub mod reader;
pub mod boilerplate;
pub mod split;
pub mod sentence;
