//! What coders mend on the spot: the mention of a unit, and names of actors that the gazetteer does not have.

use rayon::prelude::*;
use rusqlite::{OptionalExtension, Transaction};
use serde::Serialize;
use serde_json::json;

use super::articles::{self, Cut};
use super::in_use::{InUse, with_aliases};
use super::units::{self, Unit};
use super::{Store, coders};
use crate::actor::gazetteer::Gazetteer;
use crate::error::{Error, Result};
use crate::text::span::Span;

/// What a unit is to be. Offsets count Unicode scalar values of its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Who mends it.
    pub coder: i64,
    /// First character of the mention.
    pub start: usize,
    /// One past its last character.
    pub end: usize,
    /// Id of the actor.
    pub actor: String,
}

/// A new name of an actor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Added {
    /// Id of the actor.
    pub actor: String,
    /// The name.
    pub alias: String,
    /// Number of units that were found by it.
    pub units: usize,
}

/// An actor that units may ask about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// Id of the actor.
    pub id: String,
    /// Its first name.
    pub name: String,
}

/// The actors of a gazetteer with their names, by id.
pub fn actors(gazetteer: &Gazetteer) -> Vec<Named> {
    let named = |id: &String| Named { id: id.clone(), name: units::name_of(gazetteer, id) };
    let mut actors: Vec<Named> = gazetteer.actors().iter().map(|actor| named(&actor.id)).collect();
    actors.sort_by(|a, b| a.id.cmp(&b.id));
    actors
}

impl Store {
    /// Mends a unit; how it was stays on record, and labels stay as they are.
    ///
    /// # Errors
    /// A unit or coder that is not there; offsets that are no span of the text; an actor that nobody knows or that
    /// another unit of the same sentence asks about.
    pub fn edit(&self, unit: i64, edit: &Edit, names: &Gazetteer) -> Result<Unit> {
        let known = names.canonical(&edit.actor).ok_or_else(|| {
            Error::setting("actor", format!("{:?}", edit.actor), "give the id of an actor, or add the actor first")
        })?;
        let actor = names.id(known);
        self.write(|t| {
            coders::check(t, edit.coder)?;
            let before = units::unit(t, unit, names)?;
            let span = Span::from_chars(&before.text, edit.start, edit.end).ok_or_else(|| {
                let length = before.text.chars().count();
                let help = format!("give characters of the sentence: 0 <= start < end <= {length}");
                Error::setting("start, end", format!("{}, {}", edit.start, edit.end), help)
            })?;
            check_free(t, unit, actor)?;
            t.execute(
                "UPDATE unit SET actor = ?2, mention_start = ?3, mention_end = ?4 WHERE id = ?1",
                (unit, actor, span.start, span.end),
            )?;
            let of =
                |actor: Option<&str>, start, end| json!({ "actor": actor, "start": start, "end": end }).to_string();
            let was = of(before.actor.as_deref(), before.start, before.end);
            let is = of(Some(actor), Some(edit.start), Some(edit.end));
            t.execute(
                "INSERT INTO unit_edit(unit, coder, before, after) VALUES (?1, ?2, ?3, ?4)",
                (unit, edit.coder, was, is),
            )?;
            units::unit(t, unit, names)
        })
    }

    /// Adds a name to an actor and looks for it in all articles. An actor that nobody knows is added; `name` is then
    /// its first name.
    ///
    /// # Errors
    /// A name that is another actor's, or no name; an id that is none.
    pub fn add_alias(&self, actor: &str, name: Option<&str>, alias: &str, in_use: &InUse) -> Result<Added> {
        let gazetteer = in_use.get(self)?.1;
        let known = gazetteer.gazetteer().canonical(actor).map(|number| gazetteer.gazetteer().id(number).to_string());
        let id = known.clone().unwrap_or_else(|| actor.trim().to_string());
        let first = name.map(str::trim).filter(|name| known.is_none() && !name.is_empty());
        let new: Vec<(String, String)> =
            first.into_iter().chain([alias.trim()]).map(|name| (id.clone(), name.to_string())).collect();
        let refused = |e: Error| Error::setting("alias", format!("{alias:?}"), e.to_string());
        with_aliases(gazetteer.gazetteer(), &new).map_err(refused)?;
        self.write(|t| {
            let mut insert = t.prepare("INSERT INTO alias(actor, alias) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?;
            new.iter().try_for_each(|pair| insert.execute((&pair.0, &pair.1)).map(drop))?;
            Ok(())
        })?;
        let classifier = in_use.get(self)?.1;
        let all = self.read(articles::all)?;
        let cut: Vec<(i64, Cut)> =
            all.into_par_iter().map(|(number, article)| (number, Cut::new(article, classifier.finder()))).collect();
        let units = self.write(|t| {
            cut.iter().try_fold(0, |sum, (id, cut)| Ok(sum + cut.add_units(t, *id, classifier.gazetteer())?.0))
        })?;
        Ok(Added { actor: id, alias: alias.trim().into(), units })
    }
}

/// Checks that no other unit asks about an actor in the sentence of a unit.
fn check_free(t: &Transaction, unit: i64, actor: &str) -> Result<()> {
    let sql = "SELECT o.key FROM unit u JOIN unit o ON o.article = u.article AND o.number = u.number AND o.id <> u.id
               WHERE u.id = ?1 AND o.actor = ?2";
    let other: Option<String> = t.query_row(sql, (unit, actor), |row| row.get(0)).optional()?;
    other.map_or(Ok(()), |key| {
        let help = format!("the unit {key} asks about this actor in the same sentence already: label that one");
        Err(Error::setting("actor", format!("{actor:?}"), help))
    })
}
