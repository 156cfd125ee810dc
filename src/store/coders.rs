//! The people who label, by name.

use rusqlite::{Connection, OptionalExtension, Transaction};
use serde::Serialize;

use super::Store;
use crate::error::{Error, Result};

/// Longest name in characters.
const LONGEST: usize = 100;

/// A person who labels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Coder {
    /// Number in the store.
    pub id: i64,
    /// Name, unique in the store.
    pub name: String,
}

impl Store {
    /// All coders, in the order in which they came.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn coders(&self) -> Result<Vec<Coder>> {
        self.read(|c| {
            let mut statement = c.prepare("SELECT id, name FROM coder ORDER BY id")?;
            let coders = statement.query_map([], |row| Ok(Coder { id: row.get(0)?, name: row.get(1)? }))?;
            Ok(coders.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// The coder of a name, who is added if new.
    ///
    /// # Errors
    /// A name that is empty or longer than 100 characters.
    pub fn coder(&self, name: &str) -> Result<Coder> {
        self.write(|t| coder(t, name))
    }
}

pub(super) fn coder(transaction: &Transaction, name: &str) -> Result<Coder> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST || name.chars().any(char::is_control) {
        return Err(Error::setting("coder", format!("{name:?}"), "give a name of 1 to 100 characters on one line"));
    }
    transaction.execute("INSERT INTO coder(name) VALUES (?1) ON CONFLICT DO NOTHING", [name])?;
    let id = transaction.query_row("SELECT id FROM coder WHERE name = ?1", [name], |row| row.get(0))?;
    Ok(Coder { id, name: name.into() })
}

/// Checks that a coder is there.
pub(super) fn check(connection: &Connection, coder: i64) -> Result<()> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM coder WHERE id = ?1")?;
    let known = statement.query_row([coder], |_| Ok(())).optional()?;
    known.ok_or_else(|| Error::missing(format!("coder {coder}"), "add the coder by name first"))
}

#[cfg(test)]
mod tests {
    use crate::store::database::tests::fresh;

    #[test]
    fn the_same_name_is_the_same_coder() {
        let (_folder, store) = fresh();
        let ana = store.coder("Ana").unwrap();
        assert_eq!(store.coder(" Ana ").unwrap(), ana);
        let ben = store.coder("Ben").unwrap();
        assert_eq!(store.coders().unwrap(), [ana, ben]);
        for bad in [" ", "a\nb", &"x".repeat(101)] {
            assert!(store.coder(bad).is_err());
        }
    }
}
