//! Who holds which unit. A coder holds one at a time, and only for a while: a coder who went away keeps nobody waiting.

use rusqlite::Transaction;

use crate::error::Result;

/// Seconds for which a unit is held.
const HELD: i64 = 900;

/// Holds a unit for a coder, who lets go of any other.
pub(super) fn hold(t: &Transaction, coder: i64, unit: i64) -> Result<()> {
    let mut statement = t.prepare_cached("INSERT OR REPLACE INTO lease VALUES (?1, ?2, unixepoch() + ?3)")?;
    statement.execute((coder, unit, HELD))?;
    Ok(())
}

/// Lets go of a unit.
pub(super) fn release(t: &Transaction, coder: i64, unit: i64) -> Result<()> {
    t.prepare_cached("DELETE FROM lease WHERE coder = ?1 AND unit = ?2")?.execute((coder, unit))?;
    Ok(())
}
