//! The classifier in use: the active version of the model, with the aliases that coders added.

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;

use super::{Store, models};
use crate::actor::gazetteer::Gazetteer;
use crate::actor::table::{Actor, Kind, Table};
use crate::error::Result;
use crate::model::format;
use crate::predict::Classifier;

/// Gives the classifier in use, made again only when the active version or the aliases have changed.
pub struct InUse {
    base: Arc<Classifier>,
    last: Mutex<Option<(Key, Arc<Classifier>)>>,
}

/// The active version, and the number of the last alias.
type Key = (i64, i64);

impl InUse {
    /// With the model that the program was started with.
    pub fn new(base: Arc<Classifier>) -> InUse {
        InUse { base, last: Mutex::default() }
    }

    /// The model that the program was started with.
    pub fn base(&self) -> &Arc<Classifier> {
        &self.base
    }

    /// The classifier in use, and the number of its version; 0 is the model that the program was started with.
    ///
    /// # Errors
    /// A version that is no usable model; an alias that contradicts the gazetteer of the active version.
    pub fn get(&self, store: &Store) -> Result<(i64, Arc<Classifier>)> {
        let key = store.read(key)?;
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, classifier)) = last.as_ref().filter(|(known, _)| *known == key) {
            return Ok((key.0, classifier.clone()));
        }
        let classifier = self.made(store, key)?;
        *last = Some((key, classifier.clone()));
        Ok((key.0, classifier))
    }

    fn made(&self, store: &Store, (version, _): Key) -> Result<Arc<Classifier>> {
        let aliases = store.read(aliases)?;
        if version == 0 && aliases.is_empty() {
            return Ok(self.base.clone());
        }
        let model = match version {
            0 => Arc::new(self.base.model().clone()),
            version => {
                let (name, bytes) = store.version(version)?;
                Arc::new(format::from_bytes(&bytes, &format!("model {version} ({name})"))?)
            }
        };
        // Actors that the program was started with count for every version.
        let gazetteer = with_aliases(self.base.gazetteer(), &aliases)?;
        Ok(Arc::new(Classifier::with_gazetteer(model, Arc::new(gazetteer))))
    }
}

fn key(connection: &Connection) -> Result<Key> {
    let last = connection.query_row("SELECT coalesce(max(id), 0) FROM alias", [], |row| row.get(0))?;
    Ok((models::active(connection)?, last))
}

/// Actors and their aliases, in the order in which they were added.
fn aliases(connection: &Connection) -> Result<Vec<(String, String)>> {
    let mut statement = connection.prepare("SELECT actor, alias FROM alias ORDER BY id")?;
    let aliases = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(aliases.collect::<rusqlite::Result<_>>()?)
}

/// A gazetteer with further names. An actor that it does not have is added; nothing but its names is known of it.
///
/// # Errors
/// A name that is another actor's already, or that cannot be one.
pub(super) fn with_aliases(gazetteer: &Gazetteer, aliases: &[(String, String)]) -> Result<Gazetteer> {
    let mut actors: Vec<Actor> = Vec::new();
    for (id, alias) in aliases {
        let known = gazetteer.canonical(id).map(|number| gazetteer.actors()[number].clone());
        let at = match actors.iter().position(|actor| actor.id == *id || actor.also.contains(id)) {
            Some(at) => at,
            None => {
                actors.push(known.unwrap_or_else(|| new_actor(id)));
                actors.len() - 1
            }
        };
        if !actors[at].names.contains(alias) {
            actors[at].names.push(alias.clone());
        }
    }
    gazetteer.clone().merged(Gazetteer::try_from(Table { actor: actors, ..empty() })?)
}

fn empty() -> Table {
    Gazetteer::default().into()
}

fn new_actor(id: &str) -> Actor {
    Actor {
        id: id.into(),
        also: Vec::new(),
        kind: Kind::Organisation,
        pronouns: Vec::new(),
        names: Vec::new(),
        metonyms: Vec::new(),
        demonyms: Vec::new(),
        peoples: Vec::new(),
        descriptions: Vec::new(),
        places: Vec::new(),
        members: Vec::new(),
        exclude: Vec::new(),
        person: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&str, &str)]) -> Result<Gazetteer> {
        let base = "[[actor]]\nid = \"eu\"\nalso = [\"union\"]\nkind = \"bloc\"\nnames = [\"EU\"]\n\
                    [[actor]]\nid = \"us\"\nkind = \"state\"\nnames = [\"US\"]";
        let pairs: Vec<_> = pairs.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect();
        with_aliases(&Gazetteer::from_toml(base, "t").unwrap(), &pairs)
    }

    #[test]
    fn aliases_extend_known_actors_and_make_new_ones() {
        let more = of(&[("union", "The 28"), ("eu", "Bloc"), ("ruritania", "Ruritania")]).unwrap();
        assert_eq!(more.actors()[more.canonical("eu").unwrap()].names, ["EU", "The 28", "Bloc"]);
        assert_eq!(more.actors()[more.canonical("ruritania").unwrap()].names, ["Ruritania"]);
        assert_eq!(more.actors().len(), 3);
    }

    #[test]
    fn a_name_of_another_actor_or_a_wrong_id_is_refused() {
        assert!(of(&[("eu", "US")]).is_err());
        assert!(of(&[("Not An Id", "Some name")]).is_err());
    }
}
