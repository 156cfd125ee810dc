//! The SQLite file: opened, brought to the newest schema, read and written in transactions.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};

use crate::error::{Error, Place, Result};
use crate::files;

/// The schemas, each bringing a file from the version before; `PRAGMA user_version` counts them.
const MIGRATIONS: [&str; 1] = [include_str!("schema/001.sql")];

/// Tells SQLite files that are stores from others: `stan`.
const APPLICATION: i64 = 0x7374_616e;

/// How long a writer waits for another one.
const PATIENCE: Duration = Duration::from_secs(10);

/// A store that is open. Shared between threads; one of them at a time is at work in it, and other programs may have
/// the same file open.
pub struct Store {
    connection: Mutex<Connection>,
    name: String,
}

impl Store {
    /// Opens the store of a file, which must be there.
    ///
    /// # Errors
    /// A file that is not there, is no store, or was made by a newer version of the program.
    pub fn open(path: &Path) -> Result<Store> {
        if !path.exists() {
            let what = "it is not there";
            let help = "name the file of a store; `stance label import` makes one";
            return Err(Error::input(Place::file(files::name(path)), what, help));
        }
        Store::open_or_make(path)
    }

    /// The same, making the file if it is not there.
    ///
    /// # Errors
    /// As [`Store::open`], but for a file that is not there.
    pub fn open_or_make(path: &Path) -> Result<Store> {
        let name = files::name(path);
        // No URI: the name of a file means that file.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let opened = Connection::open_with_flags(path, flags).map_err(Error::from);
        let made = opened.and_then(|mut connection| {
            prepare(&mut connection, &name)?;
            Ok(connection)
        });
        Ok(Store { connection: Mutex::new(made.map_err(|e| e.in_store(&name))?), name })
    }

    /// The file, as it was named.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Reads in one transaction: everything that `work` sees is of one moment.
    pub(super) fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        self.within(TransactionBehavior::Deferred, |transaction| work(transaction))
    }

    /// Writes in one transaction: all of it is on the disk when this returns, or none of it is.
    pub(super) fn write<T>(&self, work: impl FnOnce(&Transaction) -> Result<T>) -> Result<T> {
        self.within(TransactionBehavior::Immediate, work)
    }

    fn within<T>(&self, how: TransactionBehavior, work: impl FnOnce(&Transaction) -> Result<T>) -> Result<T> {
        let mut connection = self.connection();
        let done = connection.transaction_with_behavior(how).map_err(Error::from).and_then(|transaction| {
            let done = work(&transaction)?;
            transaction.commit()?;
            Ok(done)
        });
        done.map_err(|e| e.in_store(&self.name))
    }

    /// A thread that panicked has left no transaction behind: it was rolled back as it was dropped.
    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sets what holds for a connection and brings the file to the newest schema.
fn prepare(connection: &mut Connection, name: &str) -> Result<()> {
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // An answer is given when its transaction is on the disk, not merely on its way there.
    connection.pragma_update(None, "synchronous", "FULL")?;
    let number = |c: &Connection, name: &str| c.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let objects: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if objects > 0 && number(connection, "application_id")? != APPLICATION {
        let help = "give another name: a store has a file of its own";
        return Err(Error::input(Place::file(name), "it is a database, but not of this program", help));
    }
    connection.pragma_update(None, "journal_mode", "WAL")?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version = usize::try_from(number(&transaction, "user_version")?).unwrap_or(usize::MAX);
    if version > MIGRATIONS.len() {
        let what = format!("it is of version {version}, and this program knows {}", MIGRATIONS.len());
        return Err(Error::input(Place::file(name), what, "use a newer version of the program"));
    }
    for migration in &MIGRATIONS[version..] {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", MIGRATIONS.len())?;
    transaction.commit()?;
    Ok(())
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Error {
        let help = match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => "name the file of a store, or one that is not there yet",
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => "another program is writing it: try again",
            Some(ErrorCode::DiskFull) => "make room on the disk; what was acknowledged before is safe",
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
                "it must be possible to write the file and its folder"
            }
            Some(ErrorCode::CannotOpen) => "its folder must be there, and possible to write",
            Some(ErrorCode::DatabaseCorrupt) => "the file is damaged: go back to a copy of it",
            _ => "look at the file with sqlite3, or go back to a copy of it",
        };
        Error::Store { place: Place::default(), what: error.to_string(), help: help.into() }
    }
}

impl Error {
    /// The same, naming the store's file.
    fn in_store(self, name: &str) -> Error {
        match self {
            Error::Store { what, help, .. } => Error::Store { place: Place::file(name), what, help },
            other => other,
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A store of its own, gone with the folder.
    pub(in crate::store) fn fresh() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_or_make(&folder.path().join("s.sqlite")).unwrap();
        (folder, store)
    }

    #[test]
    fn a_new_store_is_durable_checks_references_and_has_a_seed() {
        let (_folder, store) = fresh();
        let pragma = |name: &str| {
            store
                .read(|c| Ok(c.pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0))?))
                .unwrap()
        };
        assert_eq!(pragma("journal_mode"), "wal".to_string().into());
        assert_eq!(pragma("synchronous"), 2.into());
        assert_eq!(pragma("foreign_keys"), 1.into());
        let wrong = store.write(|t| Ok(t.execute("INSERT INTO lease VALUES (7, 7, 0)", [])?));
        assert!(wrong.unwrap_err().to_string().contains("FOREIGN KEY"));
        let seeds: i64 =
            store.read(|c| Ok(c.query_row("SELECT count(*) FROM setting", [], |row| row.get(0))?)).unwrap();
        assert_eq!(seeds, 1);
    }

    #[test]
    fn a_transaction_that_fails_leaves_nothing() {
        let (_folder, store) = fresh();
        let failed: Result<()> = store.write(|t| {
            t.execute("INSERT INTO coder(name) VALUES ('a')", [])?;
            Err(Error::missing("x", "y"))
        });
        assert!(failed.is_err());
        let coders: i64 = store.read(|c| Ok(c.query_row("SELECT count(*) FROM coder", [], |row| row.get(0))?)).unwrap();
        assert_eq!(coders, 0);
    }

    #[test]
    fn other_files_are_refused_by_name_and_left_as_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let [text, foreign, newer] = ["text", "foreign", "newer"].map(|name| folder.path().join(name));
        std::fs::write(&text, "no database, but more than a hundred bytes of text. ".repeat(20)).unwrap();
        Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE mine(x)").unwrap();
        drop(Store::open_or_make(&newer).unwrap());
        Connection::open(&newer).unwrap().pragma_update(None, "user_version", 99).unwrap();
        for (path, part) in [(&text, "not a database"), (&foreign, "not of this program"), (&newer, "of version 99")] {
            let message = Store::open(path).err().unwrap().to_string();
            assert!(message.contains(part) && message.starts_with(&files::name(path)), "{message}");
        }
        assert!(std::fs::read(&text).unwrap().starts_with(b"no database"));
        let message = Store::open(&folder.path().join("none")).err().unwrap().to_string();
        assert!(message.contains("is not there"), "{message}");
    }
}
