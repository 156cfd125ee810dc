//! Items to instances: puts together what an item says (who is asked about, where) and what the gazetteer finds in its
//! text (the same actor again, other actors).

use super::instance::Instance;
use super::item::Item;
use crate::actor::find::{Context, Finder, Mention};
use crate::actor::gazetteer::Gazetteer;
use crate::text::language::Language;
use crate::text::sentence::Document;
use crate::text::span::Span;

/// The instances of items that all have the same text, in their order: each other's mentions count as other actors.
/// Data files have the items of a sentence on neighbouring lines; see [`runs`].
pub fn instances_of_text(items: &[Item], gazetteer: &Gazetteer, finder: &Finder) -> Vec<Instance> {
    let Some(first) = items.first() else { return Vec::new() };
    if items.iter().all(|item| item.actor.is_none() && item.span.is_none()) {
        return items.iter().map(|item| Instance { target: item.target, ..Instance::plain(&item.text) }).collect();
    }
    let document = Document::of_sentence(&first.text, Language::english());
    let crisis = first.field("crisis");
    let year = crisis.and_then(|c| c.rsplit('-').next()).and_then(|y| y.parse().ok());
    let known: Vec<usize> = items.iter().filter_map(|i| gazetteer.canonical(i.actor.as_deref()?)).collect();
    let context = Context { year, crisis, known: &known };
    let mentions: Vec<Mention> = finder.find(&first.text, &document, &context).into_iter().flatten().collect();
    items.iter().map(|item| instance(item, items, gazetteer, &mentions)).collect()
}

fn instance(item: &Item, all: &[Item], gazetteer: &Gazetteer, mentions: &[Mention]) -> Instance {
    let id = item.actor.as_deref().and_then(|a| gazetteer.canonical(a));
    let own = |m: &&Mention| Some(m.actor) == id;
    let actor = match item.span {
        // Coders mark `EU's ambassador` where the gazetteer finds `EU`: what is found is what prediction will see.
        Some(coded) => Some(mentions.iter().filter(own).map(|m| m.span).find(|s| coded.contains(s)).unwrap_or(coded)),
        None => mentions.iter().find(own).map(|m| m.span),
    };
    let free = |span: &Span| actor.is_none_or(|a| !a.overlaps(span));
    let coded_others = all.iter().filter(|other| other.actor != item.actor).filter_map(|other| other.span);
    let found_others = mentions.iter().filter(|m| !own(m)).map(|m| m.span);
    Instance {
        text: item.text.clone(),
        actor,
        again: mentions.iter().filter(own).map(|m| m.span).filter(free).collect(),
        others: coded_others.chain(found_others).filter(free).collect(),
        target: item.target,
    }
}

/// Items cut into runs of neighbours with the same text.
pub fn runs(items: &[Item]) -> impl Iterator<Item = &[Item]> {
    items.chunk_by(|a, b| a.text == b.text)
}
