//! Labels: only ever added. A later label of a coder for a unit withdraws the earlier one, and undoing withdraws
//! without a new one; what was withdrawn stays.

use rusqlite::{Connection, OptionalExtension, Transaction};

use super::{Store, coders, leases, rounds, units};
use crate::error::{Error, Result};

/// A label on its way in.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NewLabel {
    /// Chosen by whoever sends it, 1 to 100 characters: what is sent twice is kept once.
    pub client: String,
    /// The unit.
    pub unit: i64,
    /// Who gives it.
    pub coder: i64,
    /// The label; none for a unit that is skipped.
    pub stance: Option<String>,
    /// Whether the coder passes the unit over.
    pub skipped: bool,
    /// Whether somebody should look at it again.
    pub flagged: bool,
    /// The coder's note, up to 10,000 characters.
    pub note: String,
    /// Seconds that the coder took, if they are known.
    pub seconds: Option<f64>,
}

const LONGEST_CLIENT: usize = 100;
const LONGEST_NOTE: usize = 10_000;

impl NewLabel {
    fn check(&self, labels: &[String]) -> Result<()> {
        check_client(&self.client)?;
        check_note(&self.note)?;
        match (&self.stance, self.skipped) {
            (Some(stance), false) => check_stance(stance, labels)?,
            (None, true) => {}
            (stance, _) => {
                let got = stance.as_deref().unwrap_or("none");
                return Err(Error::setting("stance", got, "give a stance, or none and skipped = true"));
            }
        }
        if self.seconds.is_some_and(|seconds| !seconds.is_finite() || seconds < 0.0) {
            let got = self.seconds.unwrap_or_default();
            return Err(Error::setting("seconds", got, "give a number from 0 up, or none"));
        }
        Ok(())
    }
}

pub(super) fn check_client(client: &str) -> Result<()> {
    if client.is_empty() || client.chars().count() > LONGEST_CLIENT {
        return Err(Error::setting(
            "client",
            format!("{client:?}"),
            "give a UUID, or another name of 1 to 100 characters",
        ));
    }
    Ok(())
}

pub(super) fn check_note(note: &str) -> Result<()> {
    let length = note.chars().count();
    if length > LONGEST_NOTE {
        return Err(Error::setting("note", format!("{length} characters"), "give at most 10000"));
    }
    Ok(())
}

pub(super) fn check_stance(stance: &str, labels: &[String]) -> Result<()> {
    if labels.iter().any(|label| label == stance) {
        return Ok(());
    }
    Err(Error::setting("stance", format!("{stance:?}"), format!("give one of {}", labels.join(", "))))
}

impl Store {
    /// Keeps a label and gives its number; when this returns, it is on the disk. `labels` are the names allowed.
    ///
    /// # Errors
    /// A coder or a unit that is not there, a stance that is none of the labels, a field out of range.
    pub fn label(&self, new: &NewLabel, labels: &[String]) -> Result<i64> {
        new.check(labels)?;
        self.write(|t| {
            if let Some(known) = by_client(t, &new.client)? {
                return Ok(known);
            }
            coders::check(t, new.coder)?;
            check_unit(t, new.unit)?;
            t.prepare_cached(
                "UPDATE label SET withdrawn = strftime('%Y-%m-%dT%H:%M:%fZ')
                 WHERE unit = ?1 AND coder = ?2 AND withdrawn IS NULL",
            )?
            .execute((new.unit, new.coder))?;
            let (round, probability) = rounds::draw_of(t, new.unit)?;
            t.prepare_cached(
                "INSERT INTO label(client, unit, coder, stance, skipped, flagged, note, seconds, round, probability)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?
            .execute((
                &new.client,
                new.unit,
                new.coder,
                &new.stance,
                new.skipped,
                new.flagged,
                &new.note,
                new.seconds,
                round,
                probability,
            ))?;
            let id = t.last_insert_rowid();
            leases::release(t, new.coder, new.unit)?;
            Ok(id)
        })
    }

    /// Undoes a label of a coder and gives the number of its unit, which is handed to the coder again next. Doing so
    /// twice is the same as once.
    ///
    /// # Errors
    /// A label that is not there or that another coder gave.
    pub fn withdraw(&self, label: i64, coder: i64) -> Result<i64> {
        self.write(|t| {
            let found = t.query_row("SELECT unit, coder, withdrawn FROM label WHERE id = ?1", [label], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, Option<String>>(2)?))
            });
            let Some((unit, own, withdrawn)) = found.optional()?.filter(|(_, own, _)| *own == coder) else {
                return Err(Error::missing(format!("label {label} of coder {coder}"), "undo a label of your own"));
            };
            if withdrawn.is_none() {
                t.execute("UPDATE label SET withdrawn = strftime('%Y-%m-%dT%H:%M:%fZ') WHERE id = ?1", [label])?;
                leases::hold(t, own, unit)?;
            }
            Ok(unit)
        })
    }
}

fn by_client(t: &Transaction, client: &str) -> Result<Option<i64>> {
    let mut statement = t.prepare_cached("SELECT id FROM label WHERE client = ?1")?;
    Ok(statement.query_row([client], |row| row.get(0)).optional()?)
}

/// Checks that a unit is there.
pub(super) fn check_unit(connection: &Connection, unit: i64) -> Result<()> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM unit WHERE id = ?1")?;
    statement.query_row([unit], |_| Ok(())).optional()?.ok_or_else(|| units::missing(unit))
}
