//! The versions of the model: kept for good, one of them in use.

use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;
use serde_json::Value;

use super::Store;
use crate::error::{Error, Result};

/// A version, without its bytes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Version {
    /// Number in the store; 0 is the model that the program was started with.
    pub id: i64,
    /// Name, chosen by whoever trained it.
    pub name: String,
    /// When, in UTC; none for number 0.
    pub created: Option<String>,
    /// Whether it is the one in use.
    pub active: bool,
    /// Number of items that it was trained on; none for number 0, whose card tells.
    pub items: Option<u64>,
    /// How it compared with the model in use at that time, on held-out groups.
    pub report: Option<Value>,
}

/// A version to be kept.
#[derive(Debug, Clone)]
pub struct NewVersion {
    /// Its name.
    pub name: String,
    /// The model file.
    pub bytes: Vec<u8>,
    /// Number of items that it was trained on.
    pub items: usize,
    /// How it compared with its parent.
    pub report: Option<Value>,
    /// The version it was compared with; 0 is the one that the program was started with.
    pub parent: i64,
}

impl Store {
    /// All versions, the oldest first; before them, as number 0 and with the name `base`, the model that the program
    /// was started with.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn versions(&self, base: &str) -> Result<Vec<Version>> {
        self.read(|c| {
            let mut statement = c.prepare("SELECT id, name, created, active, items, report FROM model ORDER BY id")?;
            let kept = statement.query_map([], |row| {
                let report: Option<String> = row.get(5)?;
                Ok(Version {
                    id: row.get(0)?,
                    name: row.get(1)?,
                    created: row.get(2)?,
                    active: row.get(3)?,
                    items: row.get(4)?,
                    report: report.and_then(|report| serde_json::from_str(&report).ok()),
                })
            })?;
            let kept: Vec<Version> = kept.collect::<rusqlite::Result<_>>()?;
            let active = !kept.iter().any(|version| version.active);
            let first = Version { id: 0, name: base.into(), created: None, active, items: None, report: None };
            Ok([first].into_iter().chain(kept).collect())
        })
    }

    /// The name and the model file of a version.
    ///
    /// # Errors
    /// A number that no version has, 0 included.
    pub fn version(&self, id: i64) -> Result<(String, Vec<u8>)> {
        self.read(|c| {
            let found =
                c.query_row("SELECT name, bytes FROM model WHERE id = ?1", [id], |row| Ok((row.get(0)?, row.get(1)?)));
            found.optional()?.ok_or_else(|| missing(id))
        })
    }

    /// Keeps a version and gives its number; it is not put to use.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn keep(&self, new: &NewVersion) -> Result<i64> {
        let report = new.report.as_ref().map(Value::to_string);
        let blake3 = blake3::hash(&new.bytes).to_hex().to_string();
        let parent = Some(new.parent).filter(|parent| *parent != 0);
        self.write(|t| {
            t.execute(
                "INSERT INTO model(name, bytes, blake3, parent, items, report) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                (&new.name, &new.bytes, &blake3, parent, new.items as i64, &report),
            )?;
            Ok(t.last_insert_rowid())
        })
    }

    /// Puts a version to use: 0 is the model that the program was started with.
    ///
    /// # Errors
    /// A number that no version has.
    pub fn activate(&self, id: i64) -> Result<()> {
        self.write(|t| {
            t.execute("UPDATE model SET active = 0 WHERE active = 1", [])?;
            if id != 0 && t.execute("UPDATE model SET active = 1 WHERE id = ?1", [id])? == 0 {
                return Err(missing(id));
            }
            Ok(())
        })
    }
}

fn missing(id: i64) -> Error {
    Error::missing(
        format!("model {id}"),
        "the list of models has their numbers; 0 is the one the program was started with",
    )
}

/// Number of the version in use; 0 for the model that the program was started with.
pub(super) fn active(connection: &Connection) -> Result<i64> {
    let mut statement = connection.prepare_cached("SELECT id FROM model WHERE active = 1")?;
    Ok(statement.query_row([], |row| row.get(0)).optional()?.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::database::tests::fresh;

    #[test]
    fn versions_stay_and_one_is_in_use() {
        let (_folder, store) = fresh();
        let new = NewVersion { name: "first".into(), bytes: vec![1, 2], items: 3, report: None, parent: 0 };
        let first = store.keep(&new).unwrap();
        let second = store.keep(&NewVersion { name: "second".into(), parent: first, ..new }).unwrap();
        let active =
            || -> Vec<i64> { store.versions("base").unwrap().into_iter().filter(|v| v.active).map(|v| v.id).collect() };
        assert_eq!(active(), [0]);
        store.activate(second).unwrap();
        assert_eq!(active(), [second]);
        assert!(store.activate(99).is_err());
        assert_eq!(active(), [second], "a wrong number changes nothing");
        store.activate(0).unwrap();
        assert_eq!(active(), [0]);
        assert_eq!(store.version(first).unwrap(), ("first".into(), vec![1, 2]));
        assert!(store.version(0).is_err());
    }
}
