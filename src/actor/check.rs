//! Whether a gazetteer makes sense: every complaint names the file, the actor, the field and the way out.

use rustc_hash::FxHashMap;

use super::table::{Actor, Table};
use crate::{
    error::{Error, Place, Result},
    text::token::hash_of,
};

/// Checks a table; `name` is what the user calls the file.
///
/// Members are looked up only where the table stands alone (it has organ nouns of its own): a file of actors only may
/// name members that the gazetteer it is merged into has.
pub fn check(table: &Table, name: &str) -> Result<()> {
    let complain = |what: String, help: &str| Err(Error::table(Place::file(name), what, help));
    if table.version != 1 {
        return complain(format!("version = {}", table.version), "this program reads version 1");
    }
    for (field, words) in table.word_lists() {
        if words.iter().any(|w| !has_word(w)) {
            return complain(format!("`{field}` has an empty entry"), "remove it or write the word");
        }
    }
    for actor in &table.actor {
        check_actor(actor, name)?;
    }
    check_ids(table, name)?;
    check_clashes(table, name)?;
    if table.organs.is_empty() { Ok(()) } else { check_members(table, name) }
}

fn has_word(alias: &str) -> bool {
    alias.chars().any(char::is_alphanumeric)
}

fn check_actor(actor: &Actor, name: &str) -> Result<()> {
    let complain = |what: String, help: &str| Err(Error::table(Place::file(name), what, help));
    let id = &actor.id;
    for (field, id) in [("id", id)].into_iter().chain(actor.also.iter().map(|a| ("also", a))) {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if id.is_empty() || !id.chars().all(plain) {
            let what = format!("actor `{}`: `{field}` = {id:?}", actor.id);
            return complain(what, "use lower-case letters, digits and underscores");
        }
    }
    for (field, aliases) in actor.alias_lists() {
        if aliases.iter().any(|a| !has_word(a)) {
            return complain(format!("actor `{id}`: `{field}` has an empty alias"), "remove it or write the name");
        }
    }
    for person in &actor.person {
        let forms = [&person.name].into_iter().chain(&person.alt).chain(&person.short).chain(&person.surname);
        if forms.chain(&person.titles).any(|f| !has_word(f)) {
            let what = format!("actor `{id}`: `person` {:?} has an empty form", person.name);
            return complain(what, "remove it or write the name");
        }
        if let (Some(from), Some(until)) = (person.from, person.until)
            && from > until
        {
            let what = format!("actor `{id}`: `person` {:?} is in office from {from} until {until}", person.name);
            return complain(what, "let `until` be no earlier than `from`");
        }
    }
    for place in &actor.places {
        if !actor.names.contains(place) && !actor.metonyms.contains(place) {
            let what = format!("actor `{id}`: `places` has {place:?}, which is neither in `names` nor in `metonyms`");
            return complain(what, "add it there as well, written alike, or remove it");
        }
    }
    if actor.names.is_empty() && actor.metonyms.is_empty() && actor.person.is_empty() {
        return complain(format!("actor `{id}` has no `names`"), "give at least one name");
    }
    Ok(())
}

fn check_ids(table: &Table, name: &str) -> Result<()> {
    let mut seen: FxHashMap<&str, &str> = FxHashMap::default();
    for actor in &table.actor {
        for id in [&actor.id].into_iter().chain(&actor.also) {
            if let Some(other) = seen.insert(id, &actor.id) {
                let what = format!("the id `{id}` is used by actor `{other}` and again by actor `{}`", actor.id);
                return Err(Error::table(Place::file(name), what, "rename one, or merge the two actors"));
            }
        }
    }
    Ok(())
}

/// Descriptions may be shared (the actor named last has them); names, adjectives and peoples may not.
fn check_clashes(table: &Table, name: &str) -> Result<()> {
    let count: usize = table.actor.iter().flat_map(Actor::alias_lists).map(|(_, aliases)| aliases.len()).sum();
    let mut seen: FxHashMap<(bool, Spelling), (&str, &str)> =
        FxHashMap::with_capacity_and_hasher(count, Default::default());
    for actor in &table.actor {
        for (field, aliases) in &actor.alias_lists()[..4] {
            for alias in aliases.iter() {
                // Names and metonyms are one kind: both are found by themselves, so nothing could tell them apart.
                let key = (matches!(*field, "names" | "metonyms"), spelling(alias));
                match seen.insert(key, (&actor.id, field)) {
                    Some((other, theirs)) if other != actor.id => {
                        let what = format!(
                            "actor `{}`: `{field}` has {alias:?}, which actor `{other}` has in its `{theirs}`",
                            actor.id
                        );
                        return Err(Error::table(Place::file(name), what, "leave it to one of them"));
                    }
                    _ => {}
                }
            }
        }
    }
    Ok(())
}

/// Number of capitals and hash of the folded form.
type Spelling = (usize, u64);

/// Spelling that matters: accents and curly quotes are folded away, capitals are not (`IS`, `is`).
fn spelling(alias: &str) -> Spelling {
    (alias.chars().filter(|c| c.is_uppercase()).count(), hash_of(alias))
}

/// That every member is an actor of the table.
pub fn check_members(table: &Table, name: &str) -> Result<()> {
    let known = |id: &String| table.actor.iter().any(|a| a.id == *id || a.also.contains(id));
    for actor in &table.actor {
        if let Some(member) = actor.members.iter().find(|m| !known(m)) {
            let what = format!("actor `{}`: `members` has `{member}`, which is no actor", actor.id);
            return Err(Error::table(Place::file(name), what, "add that actor or correct the id"));
        }
    }
    Ok(())
}
