//! Agreement of the coders in a store: Krippendorff's alpha over all units, per actor, and of each label against the
//! rest.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Store;
use crate::error::Result;
use crate::evaluate::agreement::{alpha_interval, krippendorff_alpha};
use crate::evaluate::intervals::Bootstrap;

/// Alpha of some units.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Alpha {
    /// Krippendorff's alpha for nominal labels; none where nothing can be compared or only one label was used.
    pub alpha: Option<f64>,
    /// Lower end of its 95 % bootstrap interval over units.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Number of units with at least two labels.
    pub units: usize,
    /// Number of labels that they have.
    pub labels: usize,
}

/// Alpha of the units of an actor.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OfActor {
    /// The actor's id; none for plain texts.
    pub actor: Option<String>,
    /// Its alpha.
    #[serde(flatten)]
    pub alpha: Alpha,
}

/// Alpha of a label against all others.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OfLabel {
    /// The label.
    pub label: String,
    /// Its alpha.
    #[serde(flatten)]
    pub alpha: Alpha,
}

/// Agreement in a store.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Agreement {
    /// Of all units.
    pub overall: Alpha,
    /// Per actor, by id.
    pub by_actor: Vec<OfActor>,
    /// Per label, in the order of the labels.
    pub by_label: Vec<OfLabel>,
}

/// The labels of a unit: coder and stance.
type Labelled = Vec<(i64, usize)>;

impl Store {
    /// Agreement over the labels in force; skipped units do not count. Labels that are none of `labels` (of an older
    /// model) come after them.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn agreement(&self, labels: &[String]) -> Result<Agreement> {
        let rows: Vec<(i64, Option<String>, i64, String)> = self.read(|c| {
            let mut statement = c.prepare(
                "SELECT l.unit, u.actor, l.coder, l.stance FROM label l JOIN unit u ON u.id = l.unit
                 WHERE l.withdrawn IS NULL AND l.stance IS NOT NULL ORDER BY u.key, l.coder",
            )?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })?;
        let others: BTreeSet<&String> = rows.iter().map(|row| &row.3).filter(|s| !labels.contains(s)).collect();
        let names: Vec<&String> = labels.iter().chain(others).collect();
        let mut units: Vec<(Option<&str>, Labelled)> = Vec::new();
        for run in rows.chunk_by(|a, b| a.0 == b.0) {
            let number = |stance: &String| names.iter().position(|name| *name == stance).unwrap_or_default();
            units.push((run[0].1.as_deref(), run.iter().map(|row| (row.2, number(&row.3))).collect()));
        }
        units.retain(|(_, labelled)| labelled.len() > 1);
        let mut by_actor: BTreeMap<Option<&str>, Vec<&Labelled>> = BTreeMap::new();
        units.iter().for_each(|(actor, labelled)| by_actor.entry(*actor).or_default().push(labelled));
        let all: Vec<&Labelled> = units.iter().map(|(_, labelled)| labelled).collect();
        let of_actor = |(actor, units): (Option<&str>, Vec<&Labelled>)| OfActor {
            actor: actor.map(String::from),
            alpha: alpha(&units, |stance| stance),
        };
        let of_label = |(number, label): (usize, &&String)| OfLabel {
            label: label.to_string(),
            alpha: alpha(&all, |stance| usize::from(stance == number)),
        };
        Ok(Agreement {
            overall: alpha(&all, |stance| stance),
            by_actor: by_actor.into_iter().map(of_actor).collect(),
            by_label: names.iter().enumerate().map(of_label).collect(),
        })
    }
}

/// Alpha of units, with stances taken together by `class`.
fn alpha(units: &[&Labelled], class: impl Fn(usize) -> usize) -> Alpha {
    let coders: BTreeSet<i64> = units.iter().flat_map(|labelled| labelled.iter().map(|(coder, _)| *coder)).collect();
    let column = |coder: &i64| -> Vec<Option<usize>> {
        let of = |labelled: &&Labelled| labelled.iter().find(|(c, _)| c == coder).map(|(_, stance)| class(*stance));
        units.iter().map(of).collect()
    };
    let columns: Vec<Vec<Option<usize>>> = coders.iter().map(column).collect();
    let columns: Vec<&[Option<usize>]> = columns.iter().map(Vec::as_slice).collect();
    let interval = alpha_interval(&columns, &Bootstrap::default());
    Alpha {
        alpha: krippendorff_alpha(&columns),
        low: interval.map(|interval| interval.low),
        high: interval.map(|interval| interval.high),
        units: units.len(),
        labels: units.iter().map(|labelled| labelled.len()).sum(),
    }
}
