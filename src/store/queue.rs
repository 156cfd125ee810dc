//! Who labels what next. A unit that is handed out is held for its coder for a while, so that two coders are not given
//! the same one; a coder who asks again gets the same unit again.

use rusqlite::{Connection, OptionalExtension, Transaction};
use serde::Serialize;

use super::leases::hold;
use super::units::Unit;
use super::{InUse, Store, coders, rounds, settings};
use crate::error::Result;

/// The next unit of a coder, or why there is none.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Next {
    /// The unit.
    pub unit: Option<Unit>,
    /// Why there is none.
    pub why: Option<Why>,
}

/// Why a coder has nothing to label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Why {
    /// The store has no units.
    #[serde(rename = "nothing imported")]
    NothingImported,
    /// No unit needs a label of this coder.
    #[serde(rename = "all labelled by you")]
    AllLabelled,
    /// What is left is being labelled by others.
    #[serde(rename = "waiting for others")]
    Waiting,
}

impl Store {
    /// The unit that a coder is to label next; a new round is drawn where the last one is done with.
    ///
    /// # Errors
    /// A coder who is not there; a failure of the database.
    pub fn next(&self, coder: i64, in_use: &InUse) -> Result<Next> {
        loop {
            let (taken, last) = self.write(|t| Ok((take(t, coder)?, rounds::last_round(t)?)))?;
            let (model, classifier) = in_use.get(self)?;
            if let Some(id) = taken {
                return Ok(Next { unit: Some(self.unit(id, classifier.gazetteer())?), why: None });
            }
            if !self.draw_round(last, model, &classifier)? {
                return Ok(Next { unit: None, why: Some(self.read(|c| why(c, coder))?) });
            }
        }
    }
}

/// Takes the next unit for a coder and holds it.
fn take(t: &Transaction, coder: i64) -> Result<Option<i64>> {
    coders::check(t, coder)?;
    let needed = settings::settings(t)?.coders_per_unit;
    let held =
        t.prepare_cached(&free("lease h", "h.unit", "h.coder = ?1"))?.query_row((coder, needed), |row| row.get(0));
    let found: Option<i64> = match held.optional()? {
        Some(unit) => Some(unit),
        None => {
            let mut next = t.prepare_cached(&free("draw h", "h.unit", "1 ORDER BY h.round, h.place LIMIT 1"))?;
            next.query_row((coder, needed), |row| row.get(0)).optional()?
        }
    };
    if let Some(unit) = found {
        hold(t, coder, unit)?;
    }
    Ok(found)
}

/// Units that still need a label of coder ?1, where ?2 coders label each: those with a label of others, and those that
/// others hold, are counted.
fn free(table: &str, unit: &str, which: &str) -> String {
    format!(
        "SELECT {unit} FROM {table}
         WHERE NOT EXISTS (SELECT 1 FROM label l WHERE l.unit = {unit} AND l.coder = ?1 AND l.withdrawn IS NULL)
         AND (SELECT count(*) FROM label l WHERE l.unit = {unit} AND l.withdrawn IS NULL AND NOT l.skipped)
           + (SELECT count(*) FROM lease o WHERE o.unit = {unit} AND o.coder <> ?1 AND o.until > unixepoch()) < ?2
         AND {which}"
    )
}

fn why(connection: &Connection, coder: i64) -> Result<Why> {
    let is = |sql: &str| connection.query_row(sql, [coder], |row| row.get::<_, bool>(0));
    if !is("SELECT EXISTS (SELECT 1 FROM unit WHERE ?1 = ?1)")? {
        return Ok(Why::NothingImported);
    }
    let held = "SELECT EXISTS (SELECT 1 FROM lease o WHERE o.coder <> ?1 AND o.until > unixepoch() AND NOT EXISTS
                (SELECT 1 FROM label l WHERE l.unit = o.unit AND l.coder = ?1 AND l.withdrawn IS NULL))";
    Ok(if is(held)? { Why::Waiting } else { Why::AllLabelled })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::database::tests::fresh;

    /// A store with `units` units drawn in one round, and coders 1 and 2.
    fn drawn(units: i64) -> (tempfile::TempDir, Store) {
        let (folder, store) = fresh();
        store.coder("a").unwrap();
        store.coder("b").unwrap();
        let fill = |t: &Transaction| {
            t.execute("INSERT INTO round(id, size, pool, uniform_share, seed) VALUES (1, ?1, ?1, 1, 1)", [units])?;
            for id in 1..=units {
                t.execute("INSERT INTO unit(id, key, text, grp) VALUES (?1, 'k' || ?1, 'text', 'g')", [id])?;
                t.execute("INSERT INTO draw VALUES (?1, 1, ?1, 1)", [id])?;
            }
            Ok(())
        };
        store.write(fill).unwrap();
        (folder, store)
    }

    fn take_for(store: &Store, coder: i64) -> Option<i64> {
        store.write(|t| take(t, coder)).unwrap()
    }

    fn label(store: &Store, coder: i64, unit: i64) -> i64 {
        let new = super::super::NewLabel {
            client: format!("{coder}-{unit}-{}", store.labels_of(unit).unwrap().len()),
            unit,
            coder,
            stance: Some("supports".into()),
            ..Default::default()
        };
        store.label(&new, &["supports".into()]).unwrap()
    }

    #[test]
    fn two_coders_get_different_units_and_who_asks_again_gets_the_same() {
        let (_folder, store) = drawn(2);
        assert_eq!((take_for(&store, 1), take_for(&store, 2)), (Some(1), Some(2)));
        assert_eq!((take_for(&store, 1), take_for(&store, 2)), (Some(1), Some(2)));
        label(&store, 1, 1);
        assert_eq!(take_for(&store, 1), None, "the other one is held");
        assert_eq!(store.read(|c| why(c, 1)).unwrap(), Why::Waiting);
        store.write(|t| Ok(t.execute("UPDATE lease SET until = unixepoch() - 1", [])?)).unwrap();
        assert_eq!(take_for(&store, 1), Some(2), "what is held too long is handed out again");
        label(&store, 1, 2);
        assert_eq!(take_for(&store, 2), None, "somebody else was quicker");
        assert_eq!(store.read(|c| why(c, 2)).unwrap(), Why::AllLabelled);
    }

    #[test]
    fn what_is_undone_comes_back_first() {
        let (_folder, store) = drawn(3);
        let first = take_for(&store, 1).unwrap();
        let given = label(&store, 1, first);
        let second = take_for(&store, 1).unwrap();
        assert_ne!(first, second);
        assert_eq!(store.withdraw(given, 1).unwrap(), first);
        assert_eq!(store.withdraw(given, 1).unwrap(), first, "twice is once");
        assert!(store.withdraw(given, 2).is_err(), "only one's own");
        assert_eq!(take_for(&store, 1), Some(first));
    }

    #[test]
    fn with_two_coders_per_unit_each_gets_every_unit_and_skipping_leaves_it_to_others() {
        let (_folder, store) = drawn(2);
        store.set_settings(&super::super::Settings { coders_per_unit: 2, ..Default::default() }).unwrap();
        for unit in [1, 2] {
            assert_eq!((take_for(&store, 1), take_for(&store, 2)), (Some(unit), Some(unit)));
            label(&store, 1, unit);
            label(&store, 2, unit);
        }
        assert_eq!(take_for(&store, 1), None);
        store.coder("c").unwrap();
        assert_eq!(take_for(&store, 3), None, "two are enough");
    }
}
