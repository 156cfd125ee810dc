//! Finds the mentions of a gazetteer's actors in a document.
//!
//! The door to the rest: a sentence is walked in `walk`, the meanings of a phrase are weighed in `weigh`, pronouns and
//! descriptions are looked up in `resolve`; here members go to their blocs.

use super::{
    compile::{Entity, Lexis},
    gazetteer::Gazetteer,
    table::Kind,
    view::View,
    walk::Pass,
};
use crate::text::sentence::Document;

pub use super::mention::{Context, How, Mention};

/// A gazetteer compiled for finding; build it once and share it.
#[derive(Debug, Clone)]
pub struct Finder {
    lexis: Lexis,
}

impl Finder {
    /// Compiles a gazetteer.
    pub fn new(gazetteer: &Gazetteer) -> Finder {
        Finder { lexis: Lexis::new(gazetteer) }
    }

    /// The mentions of each sentence, in order; those of one actor never overlap.
    pub fn find(&self, text: &str, document: &Document, context: &Context) -> Vec<Vec<Mention>> {
        debug_assert!(document.tokens.last().is_none_or(|t| t.span.end <= text.len()));
        let mut pass = Pass::new(&self.lexis, *context);
        let mut sentences = Vec::with_capacity(document.sentences.len());
        let mut paragraph = usize::MAX;
        for (number, sentence) in document.sentences.iter().enumerate() {
            let opens = sentence.paragraph != paragraph;
            paragraph = sentence.paragraph;
            let view = View::new(text, &self.lexis, &document.tokens[sentence.tokens.clone()], opens);
            sentences.push(pass.read(number, &view));
        }
        let crisis = pass.crisis(sentences.len());
        for mentions in &mut sentences {
            gather(&self.lexis.entities, crisis, mentions);
        }
        sentences
    }
}

/// Gives the mentions of a bloc's members to the bloc, unless the member is the crisis's own actor.
fn gather(entities: &[Entity], crisis: Option<u32>, mentions: &mut Vec<Mention>) {
    for i in 0..mentions.len() {
        let actor = mentions[i].actor;
        for umbrella in &entities[actor].umbrellas {
            if entities[*umbrella as usize].kind != Kind::Bloc {
                let whole = Mention { actor: *umbrella as usize, ..mentions[i].clone() };
                mentions.push(whole);
            } else if crisis != Some(actor as u32) && !(crisis.is_none() && entities[actor].kind == Kind::Person) {
                mentions[i].actor = *umbrella as usize;
            }
        }
    }
    mentions.sort_by_key(|m| (m.span.start, m.span.end, m.actor));
    mentions.dedup_by(|later, earlier| later.actor == earlier.actor && later.span.overlaps(&earlier.span));
}
