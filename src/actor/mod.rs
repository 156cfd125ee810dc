//! Who is in a text: the gazetteer, the mentions of its actors, and what pronouns and descriptions refer to.

pub mod mention;
pub mod table;
pub mod check;
pub mod gazetteer;
mod words;
mod compile;
mod view;
mod place;
mod person;
mod resolve;
mod weigh;
mod walk;
pub mod find;
