//! The list of feature families: the one place to touch when a family is added.

use super::family::*;
use crate::error::{Error, Result};

/// Features are scaled to unit length block by block before the blocks are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Block {
    /// Families over words.
    Words,
    /// Families over lexicon classes.
    Classes,
}

impl Block {
    /// Number of blocks.
    pub const COUNT: usize = 2;
    /// Default weight of each block after scaling to unit length; 0.5 and 1.0 for classes were both worse than 0.7 in
    /// cross-validation on parts a to d of the project's data.
    pub const WEIGHTS: [f32; Block::COUNT] = [1.0, 0.7];
}

/// A family as the registry lists it.
pub struct Entry {
    /// Name for `--features` and the model file.
    pub name: &'static str,
    /// One line for people.
    pub about: &'static str,
    /// The block it is scaled with.
    pub block: Block,
    /// Whether it is on when nobody chooses.
    pub default: bool,
    /// The code.
    pub family: &'static dyn AnyFamily,
}

macro_rules! families {
    ($($name:literal, $about:literal, $block:ident, $default:literal, $family:expr;)*) => {
        &[$(Entry { name: $name, about: $about, block: Block::$block, default: $default, family: &$family }),*]
    };
}

/// Every family, in the order in which they are read.
pub const FAMILIES: &[Entry] = families! {
    "words", "masked words and pairs anywhere", Words, true, words::Words;
    "sides", "words and pairs left and right of the actor", Words, false, sides::Sides;
    "segment", "words and pairs between the actor and the next name or clause boundary", Words, false, segment::Segment;
    "predicate", "words and pairs behind the actor and the names conjoined with it, up to the end of the clause", Words, true, predicate::Predicate;
    "position", "the three units on either side of the actor", Words, true, position::Position;
    "stems", "the first letters of words, and pairs of them, left and right of the actor", Words, true, stems::Stems;
    "negation", "words in the scope of a negator", Words, false, negation::Negation;
    "class", "lexicon classes anywhere and by side", Classes, false, class::ClassPresence;
    "class-order", "neighbouring classes, actors and punctuation", Classes, true, class_order::ClassOrder;
    "group-order", "the same by groups of classes, pairs and triples", Classes, true, group_order::GroupOrder;
    "class-negation", "negator and class", Classes, false, class_negation::ClassNegation;
    "first-class", "the first act class right of the actor", Classes, false, first_class::FirstClass;
    "class-segment", "classes between the actor and the next name or clause boundary", Classes, false, class_segment::ClassSegment;
    "class-word", "class and the word beside it", Classes, true, class_word::ClassWord;
    "class-predicate", "classes of the predicate, negated or not", Classes, false, class_predicate::ClassPredicate;
    "subject", "acts with the name before them, their negation and their object", Classes, false, subject::Subject;
    "object", "the last act left of the actor, and whether the actor is its agent", Classes, false, object::Object;
    "relation", "classes by their relation to the actor: subject, agent, object, behind a preposition", Classes, true, relation::Relation;
    "chain", "the predicate as a chain of groups, classes and names", Classes, true, chain::Chain;
    "topic", "acts with whether they are about armed force", Classes, true, topic::Topic;
    "distance", "classes by side and distance from the actor", Classes, true, distance::Distance;
};

/// Names of the families that are on by default.
pub fn default_names() -> Vec<String> {
    FAMILIES.iter().filter(|f| f.default).map(|f| f.name.to_string()).collect()
}

/// The entries with these names, in the registry's order.
///
/// # Errors
/// An unknown name, naming those there are; no name at all.
pub fn select(names: &[String]) -> Result<Vec<&'static Entry>> {
    let known = || FAMILIES.iter().map(|f| f.name).collect::<Vec<_>>().join(", ");
    if let Some(unknown) = names.iter().find(|n| FAMILIES.iter().all(|f| f.name != n.as_str())) {
        return Err(Error::setting("features", unknown, format!("families are: {}", known())));
    }
    if names.is_empty() {
        return Err(Error::setting("features", "", format!("name at least one of: {}", known())));
    }
    Ok(FAMILIES.iter().filter(|f| names.iter().any(|n| n == f.name)).collect())
}
