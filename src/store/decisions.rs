//! Adjudication: units on which coders disagree, and what was decided on them.

use rusqlite::{Connection, OptionalExtension, Transaction};
use serde::Serialize;

use super::labels::{check_client, check_note, check_stance, check_unit};
use super::units::{self, Given, Unit};
use super::{Store, coders};
use crate::actor::gazetteer::Gazetteer;
use crate::error::Result;

/// A unit with different labels.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Disagreement {
    /// The unit.
    #[serde(flatten)]
    pub unit: Unit,
    /// What its coders said.
    pub labels: Vec<Given>,
    /// What was decided.
    pub decision: Option<Decision>,
}

/// A decision in force.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Decision {
    /// Number in the store.
    pub id: i64,
    /// Who decided.
    pub coder: String,
    /// The stance that holds.
    pub stance: String,
    /// Why.
    pub note: String,
    /// When, in UTC.
    pub created: String,
}

/// A decision on its way in.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NewDecision {
    /// Chosen by whoever sends it: what is sent twice is kept once.
    pub client: String,
    /// The unit.
    pub unit: i64,
    /// Who decides.
    pub coder: i64,
    /// The stance that holds.
    pub stance: String,
    /// Why, up to 10,000 characters.
    pub note: String,
}

impl Store {
    /// The units to which coders gave different stances, by key.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn disagreements(&self, names: &Gazetteer) -> Result<Vec<Disagreement>> {
        self.read(|c| {
            let mut statement = c.prepare(
                "SELECT u.id FROM unit u JOIN label l ON l.unit = u.id
                 WHERE l.withdrawn IS NULL AND l.stance IS NOT NULL
                 GROUP BY u.id HAVING count(DISTINCT l.stance) > 1 ORDER BY u.key",
            )?;
            let units: Vec<i64> = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
            let disagreement = |id: i64| {
                let (unit, labels) = (units::unit(c, id, names)?, units::given(c, id)?);
                Ok(Disagreement { unit, labels, decision: decision(c, id)? })
            };
            units.into_iter().map(disagreement).collect()
        })
    }

    /// Keeps a decision, which withdraws an earlier one on the unit, and gives its number.
    ///
    /// # Errors
    /// As for a label.
    pub fn decide(&self, new: &NewDecision, labels: &[String]) -> Result<i64> {
        check_client(&new.client)?;
        check_stance(&new.stance, labels)?;
        check_note(&new.note)?;
        self.write(|t| {
            if let Some(known) = by_client(t, &new.client)? {
                return Ok(known);
            }
            coders::check(t, new.coder)?;
            check_unit(t, new.unit)?;
            t.execute(
                "UPDATE decision SET withdrawn = strftime('%Y-%m-%dT%H:%M:%fZ') WHERE unit = ?1 AND withdrawn IS NULL",
                [new.unit],
            )?;
            t.execute(
                "INSERT INTO decision(client, unit, coder, stance, note) VALUES (?1, ?2, ?3, ?4, ?5)",
                (&new.client, new.unit, new.coder, &new.stance, &new.note),
            )?;
            Ok(t.last_insert_rowid())
        })
    }
}

fn by_client(t: &Transaction, client: &str) -> Result<Option<i64>> {
    Ok(t.query_row("SELECT id FROM decision WHERE client = ?1", [client], |row| row.get(0)).optional()?)
}

fn decision(connection: &Connection, unit: i64) -> Result<Option<Decision>> {
    let mut statement = connection.prepare_cached(
        "SELECT d.id, c.name, d.stance, d.note, d.created FROM decision d JOIN coder c ON c.id = d.coder
         WHERE d.unit = ?1 AND d.withdrawn IS NULL",
    )?;
    let found = statement.query_row([unit], |row| {
        let (id, coder, stance) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(Decision { id, coder, stance, note: row.get(3)?, created: row.get(4)? })
    });
    Ok(found.optional()?)
}
