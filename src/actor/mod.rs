//! Who is in a text: the gazetteer, the mentions of its actors, and what pronouns and descriptions refer to.

pub mod gazetteer;
pub mod find;
pub mod resolve;
