//! Labels as items of the codebook (section 8), one JSON object a line: the same bytes for the same labels, in the
//! order of keys and names.

use rusqlite::{Connection, Row};
use serde::Serialize;

use super::Store;
use super::items::Object;
use super::resolved::{Resolved, resolved};
use super::units::span;
use crate::error::Result;
use crate::feature::item::Item;

/// A line.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_start: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_end: Option<usize>,
    stance: &'a str,
    group: &'a str,
    #[serde(flatten)]
    fields: &'a Object,
    coder: &'a str,
    probability: Option<f64>,
    round: Option<i64>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    flagged: bool,
    #[serde(skip_serializing_if = "str::is_empty")]
    note: &'a str,
}

/// A unit with the labels that count.
struct Labelled {
    id: i64,
    item: Item,
    fields: Object,
    labels: Vec<Label>,
}

struct Label {
    coder: String,
    stance: String,
    flagged: bool,
    note: String,
    probability: Option<f64>,
    round: Option<i64>,
}

impl Store {
    /// All labels in force, one a line; or, `adjudicated`, one line per unit with the stance that holds, which leaves
    /// out units whose coders disagree and on which nothing was decided. Units that were skipped are left out.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn export(&self, adjudicated: bool) -> Result<String> {
        self.read(|c| {
            let mut out = String::new();
            let mut holding = if adjudicated { Some(resolved(c)?) } else { None };
            for unit in labelled(c)? {
                match &mut holding {
                    Some(resolved) => out.extend(resolved.remove(&unit.id).and_then(|holds| unit.adjudicated(&holds))),
                    None => out.extend(unit.labels.iter().map(|label| unit.line(label, &label.coder, &label.stance))),
                }
            }
            Ok(out)
        })
    }

    /// The units on which a stance holds, as training items.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn gold(&self) -> Result<Vec<Item>> {
        self.read(|c| {
            let mut resolved = resolved(c)?;
            let gold = |unit: Labelled| {
                let label = resolved.remove(&unit.id)?.stance()?.to_string();
                Some(Item { label: Some(label), ..unit.item })
            };
            Ok(labelled(c)?.into_iter().filter_map(gold).collect())
        })
    }
}

impl Labelled {
    fn adjudicated(&self, holds: &Resolved) -> Option<String> {
        let mut coders: Vec<&str> = self.labels.iter().map(|label| label.coder.as_str()).collect();
        coders.dedup();
        let first = self.labels.first()?;
        let notes: Vec<&str> = self.labels.iter().map(|l| l.note.as_str()).filter(|note| !note.is_empty()).collect();
        let (coder, stance) = (first.coder.clone(), first.stance.clone());
        let flagged = self.labels.iter().any(|label| label.flagged);
        let one = Label { coder, stance, flagged, note: notes.join("\n"), ..*first };
        Some(self.line(&one, &coders.join(" + "), holds.stance()?))
    }

    fn line(&self, label: &Label, coder: &str, stance: &str) -> String {
        let item = &self.item;
        let (start, end) = item.span.map(|span| span.to_chars(&item.text)).unzip();
        let (target_start, target_end) = item.target.map(|span| span.to_chars(&item.text)).unzip();
        let line = Line {
            id: &item.id,
            text: &item.text,
            actor: item.actor.as_deref(),
            start,
            end,
            target_start,
            target_end,
            stance,
            group: &item.group,
            fields: &self.fields,
            coder,
            probability: label.probability,
            round: label.round,
            flagged: label.flagged,
            note: &label.note,
        };
        // Names and numbers only: it cannot fail.
        serde_json::to_string(&line).unwrap_or_default() + "\n"
    }
}

/// Units with labels in force, by key; their labels by the coder's name.
fn labelled(connection: &Connection) -> Result<Vec<Labelled>> {
    let mut statement = connection.prepare(
        "SELECT u.id, u.key, u.text, u.actor, u.mention_start, u.mention_end, u.target_start, u.target_end, u.grp, u.fields,
                c.name, l.stance, l.flagged, l.note, l.probability, l.round
         FROM label l JOIN unit u ON u.id = l.unit JOIN coder c ON c.id = l.coder
         WHERE l.withdrawn IS NULL AND l.stance IS NOT NULL ORDER BY u.key, c.name",
    )?;
    let mut units: Vec<Labelled> = Vec::new();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        if units.last().is_none_or(|last| last.id != id) {
            units.push(unit(row)?);
        }
        let label = Label {
            coder: row.get(10)?,
            stance: row.get(11)?,
            flagged: row.get(12)?,
            note: row.get(13)?,
            probability: row.get(14)?,
            round: row.get(15)?,
        };
        if let Some(unit) = units.last_mut() {
            unit.labels.push(label);
        }
    }
    drop(rows);
    Ok(units)
}

fn unit(row: &Row) -> Result<Labelled> {
    let fields: Object = serde_json::from_str(&row.get::<_, String>(9)?).unwrap_or_default();
    let text = |(name, value): (&String, &serde_json::Value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), String::from);
        (!value.is_array() && !value.is_object() && !value.is_null()).then(|| (name.clone(), text))
    };
    let weight = fields.get("weight").and_then(serde_json::Value::as_f64).filter(|weight| *weight > 0.0);
    let sentence: String = row.get(2)?;
    let item = Item {
        id: row.get(1)?,
        actor: row.get(3)?,
        span: span(row, 4, &sentence)?,
        target: span(row, 6, &sentence)?,
        text: sentence,
        label: None,
        group: row.get(8)?,
        weight: weight.unwrap_or(1.0),
        fields: fields.iter().filter_map(text).collect(),
    };
    Ok(Labelled { id: row.get(0)?, item, fields, labels: Vec::new() })
}
