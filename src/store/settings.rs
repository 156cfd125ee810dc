//! What can be set for a store: how many coders a unit gets, and how units are drawn.

use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};

use super::Store;
use crate::error::{Error, Result};

/// Settings of a store.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Number of coders that label each unit, 1 to 100; default 1.
    pub coders_per_unit: u32,
    /// Units drawn in a round, 1 to 100,000; default 50.
    pub round_size: u32,
    /// Share of the probability of being drawn that all units have alike, in (0, 1]; the rest goes by the model's
    /// uncertainty. Default 0.5.
    pub uniform_share: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { coders_per_unit: 1, round_size: 50, uniform_share: 0.5 }
    }
}

impl Settings {
    fn check(&self) -> Result<()> {
        if !(1..=100).contains(&self.coders_per_unit) {
            return Err(Error::setting("coders_per_unit", self.coders_per_unit, "give a number from 1 to 100"));
        }
        if !(1..=100_000).contains(&self.round_size) {
            return Err(Error::setting("round_size", self.round_size, "give a number from 1 to 100000"));
        }
        if !(self.uniform_share > 0.0 && self.uniform_share <= 1.0) {
            let help = "give a share above 0 and up to 1: without it, some units might never be drawn";
            return Err(Error::setting("uniform_share", self.uniform_share, help));
        }
        Ok(())
    }
}

const SEED: &str = "seed";
const SETTINGS: &str = "settings";

impl Store {
    /// The settings.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn settings(&self) -> Result<Settings> {
        self.read(settings)
    }

    /// Changes the settings; rounds drawn already stay as they are.
    ///
    /// # Errors
    /// A setting that is out of range.
    pub fn set_settings(&self, settings: &Settings) -> Result<()> {
        settings.check()?;
        let json = serde_json::to_string(settings).unwrap_or_default();
        self.write(|t| put(t, SETTINGS, &json))
    }

    /// Fixes the seed of all draws, which is otherwise chosen when the store is made.
    ///
    /// # Errors
    /// Rounds that have been drawn with another seed; a seed of 2^53 or more.
    pub fn set_seed(&self, new: u64) -> Result<()> {
        if new >= 1 << 53 {
            return Err(Error::setting("seed", new, "give a number below 2^53"));
        }
        self.write(|t| {
            let drawn: bool = t.query_row("SELECT EXISTS (SELECT 1 FROM round)", [], |row| row.get(0))?;
            if drawn && seed(t)? != new {
                return Err(Error::setting("seed", new, "units have been drawn with another seed: make a new store"));
            }
            put(t, SEED, &new.to_string())
        })
    }
}

pub(super) fn settings(connection: &Connection) -> Result<Settings> {
    let json = get(connection, SETTINGS)?;
    Ok(json.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default())
}

pub(super) fn seed(connection: &Connection) -> Result<u64> {
    Ok(get(connection, SEED)?.and_then(|seed| seed.parse().ok()).unwrap_or_default())
}

fn get(connection: &Connection, name: &str) -> Result<Option<String>> {
    let mut statement = connection.prepare_cached("SELECT value FROM setting WHERE name = ?1")?;
    Ok(statement.query_row([name], |row| row.get(0)).optional()?)
}

fn put(connection: &Connection, name: &str, value: &str) -> Result<()> {
    connection.execute("INSERT OR REPLACE INTO setting VALUES (?1, ?2)", [name, value])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::database::tests::fresh;

    #[test]
    fn settings_are_kept_and_checked() {
        let (_folder, store) = fresh();
        assert_eq!(store.settings().unwrap(), Settings::default());
        let new = Settings { coders_per_unit: 2, round_size: 10, uniform_share: 1.0 };
        store.set_settings(&new).unwrap();
        assert_eq!(store.settings().unwrap(), new);
        for wrong in [
            Settings { coders_per_unit: 0, ..new },
            Settings { round_size: 0, ..new },
            Settings { uniform_share: 0.0, ..new },
            Settings { uniform_share: f64::NAN, ..new },
        ] {
            assert!(matches!(store.set_settings(&wrong), Err(Error::Setting { .. })), "{wrong:?}");
        }
        store.set_seed(7).unwrap();
        assert_eq!(store.read(seed).unwrap(), 7);
        assert!(store.set_seed(1 << 53).is_err());
    }
}
