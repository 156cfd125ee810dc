//! How far labelling has come: counts, pace per coder, and what the labels say of all units.

use std::collections::BTreeMap;

use rusqlite::Connection;
use serde::Serialize;

use super::estimate::{Share, estimate};
use super::{Store, settings};
use crate::error::Result;

/// Progress of a store.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Progress {
    /// Units in the store.
    pub units: usize,
    /// Units that rounds have drawn.
    pub drawn: usize,
    /// Units with at least one label.
    pub labelled: usize,
    /// Units with as many labels as are asked for.
    pub complete: usize,
    /// Units that a coder flagged.
    pub flagged: usize,
    /// Labels in force per stance.
    pub per_label: BTreeMap<String, usize>,
    /// Per coder, in the order in which they came.
    pub coders: Vec<Pace>,
    /// Share of each stance among all units, estimated from the units drawn; none before the first label.
    pub estimate: Option<BTreeMap<String, Share>>,
    /// The last round.
    pub round: Option<Left>,
}

/// What a coder did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pace {
    /// Number of the coder.
    pub id: i64,
    /// Name.
    pub name: String,
    /// Labels in force.
    pub labels: usize,
    /// Units skipped.
    pub skipped: usize,
    /// Labels of today (UTC).
    pub today: usize,
    /// Labels per hour at work, by the last 50 that say how long they took.
    pub per_hour: Option<f64>,
}

/// What is left of a round.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Left {
    /// Number of the round.
    pub id: i64,
    /// Its units that do not have all their labels.
    pub left: usize,
}

impl Store {
    /// How far labelling has come; `labels` are named even if nobody gave them.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn progress(&self, labels: &[String]) -> Result<Progress> {
        self.read(|c| progress(c, labels))
    }
}

/// Labels in force that are not skipped, per unit.
const COUNTED: &str = "(SELECT unit, count(*) AS n FROM label WHERE withdrawn IS NULL AND NOT skipped GROUP BY unit)";

fn progress(c: &Connection, labels: &[String]) -> Result<Progress> {
    let needed = settings::settings(c)?.coders_per_unit;
    let count = |sql: &str| c.query_row(sql, [needed], |row| row.get::<_, usize>(0));
    let mut per_label: BTreeMap<String, usize> = labels.iter().map(|label| (label.clone(), 0)).collect();
    let mut statement =
        c.prepare("SELECT stance, count(*) FROM label WHERE withdrawn IS NULL AND stance IS NOT NULL GROUP BY stance")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        per_label.insert(row.get(0)?, row.get(1)?);
    }
    let left = format!(
        "SELECT r.id, (SELECT count(*) FROM draw d LEFT JOIN {COUNTED} l ON l.unit = d.unit
                       WHERE d.round = r.id AND coalesce(l.n, 0) < ?1)
         FROM round r ORDER BY r.id DESC LIMIT 1"
    );
    let mut statement = c.prepare(&left)?;
    let mut rounds = statement.query_map([needed], |row| Ok(Left { id: row.get(0)?, left: row.get(1)? }))?;
    Ok(Progress {
        units: count("SELECT count(*) FROM unit WHERE ?1 = ?1")?,
        drawn: count("SELECT count(*) FROM draw WHERE ?1 = ?1")?,
        labelled: count(&format!("SELECT count(*) FROM {COUNTED} WHERE ?1 = ?1"))?,
        complete: count(&format!("SELECT count(*) FROM {COUNTED} WHERE n >= ?1"))?,
        flagged: count("SELECT count(DISTINCT unit) FROM label WHERE withdrawn IS NULL AND flagged AND ?1 = ?1")?,
        per_label,
        coders: paces(c)?,
        estimate: estimate(c, labels)?,
        round: rounds.next().transpose()?,
    })
}

fn paces(c: &Connection) -> Result<Vec<Pace>> {
    let mut statement = c.prepare(
        "SELECT c.id, c.name, coalesce(sum(NOT l.skipped), 0), coalesce(sum(l.skipped), 0),
                coalesce(sum(NOT l.skipped AND date(l.created) = date('now')), 0),
                (SELECT 3600.0 * count(*) / sum(seconds) FROM
                 (SELECT seconds FROM label WHERE coder = c.id AND seconds > 0 ORDER BY id DESC LIMIT 50))
         FROM coder c LEFT JOIN label l ON l.coder = c.id AND l.withdrawn IS NULL GROUP BY c.id ORDER BY c.id",
    )?;
    let paces = statement.query_map([], |row| {
        let (id, name, labels) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(Pace { id, name, labels, skipped: row.get(3)?, today: row.get(4)?, per_hour: row.get(5)? })
    })?;
    Ok(paces.collect::<rusqlite::Result<_>>()?)
}
