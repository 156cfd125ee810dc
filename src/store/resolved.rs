//! What holds of each unit when all labels of it are put together: a decision, or the label that all its coders gave.

use std::collections::BTreeMap;

use rusqlite::Connection;

use crate::error::Result;

/// Labels of a unit that are in force, skipped ones left out, and the decision on it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Resolved {
    /// Stances given, in the order of their coders.
    pub stances: Vec<String>,
    /// The stance decided on.
    pub decision: Option<String>,
}

impl Resolved {
    /// The stance that holds; none where coders disagree and nothing was decided.
    pub fn stance(&self) -> Option<&str> {
        if let Some(decision) = &self.decision {
            return Some(decision);
        }
        let first = self.stances.first()?;
        self.stances.iter().all(|stance| stance == first).then_some(first.as_str())
    }

    /// How much of the unit is a stance, in [0, 1]: all or nothing where one holds, else the share of the coders.
    pub fn share(&self, stance: &str) -> f64 {
        match self.stance() {
            Some(holds) => f64::from(u8::from(holds == stance)),
            None => {
                let count = self.stances.iter().filter(|given| *given == stance).count();
                count as f64 / self.stances.len().max(1) as f64
            }
        }
    }
}

/// All units that have a label or a decision.
pub(super) fn resolved(connection: &Connection) -> Result<BTreeMap<i64, Resolved>> {
    let mut units: BTreeMap<i64, Resolved> = BTreeMap::new();
    let mut labels = connection.prepare(
        "SELECT unit, stance FROM label WHERE withdrawn IS NULL AND stance IS NOT NULL ORDER BY unit, coder",
    )?;
    let mut rows = labels.query([])?;
    while let Some(row) = rows.next()? {
        units.entry(row.get(0)?).or_default().stances.push(row.get(1)?);
    }
    let mut decisions = connection.prepare("SELECT unit, stance FROM decision WHERE withdrawn IS NULL")?;
    let mut rows = decisions.query([])?;
    while let Some(row) = rows.next()? {
        units.entry(row.get(0)?).or_default().decision = row.get(1)?;
    }
    Ok(units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_holds_then_what_all_say_else_nothing() {
        let of = |stances: &[&str], decision: Option<&str>| Resolved {
            stances: stances.iter().map(|s| s.to_string()).collect(),
            decision: decision.map(String::from),
        };
        assert_eq!(of(&["a", "a"], None).stance(), Some("a"));
        assert_eq!(of(&["a", "b"], None).stance(), None);
        assert_eq!(of(&["a", "b"], Some("c")).stance(), Some("c"));
        assert_eq!(of(&[], None).stance(), None);
        assert_eq!((of(&["a", "b"], None).share("a"), of(&["a", "b"], Some("b")).share("a")), (0.5, 0.0));
    }
}
