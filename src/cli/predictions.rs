//! Predictions of any tool: a JSON Lines or CSV file with an id and a label per item.
//!
//! Which items they are matched to, and what is made of them, is left to `evaluate` and `compare`.

use std::collections::HashMap;
use std::path::Path;

use crate::error::{Error, Place, Result};
use crate::feature::item::Item;
use crate::files;
use crate::text::lines::numbered_lines;

/// The label that a tool gave to each id.
pub struct Predictions {
    /// The file's name for messages.
    name: String,
    by_id: HashMap<String, String>,
}

impl Predictions {
    /// Reads a file: CSV with a header if its name ends in `.csv`, else JSON Lines; `id` and `label_field` are the fields
    /// or columns.
    ///
    /// # Errors
    /// A file that cannot be read; a line without id or label; an id that stands twice.
    pub fn read(path: &Path, label_field: &str) -> Result<Self> {
        let mut predictions = Predictions { name: files::name(path), by_id: HashMap::new() };
        match files::extension(path).as_deref() {
            Some("csv") => predictions.read_csv(path, label_field)?,
            _ => predictions.read_jsonl(path, label_field)?,
        }
        Ok(predictions)
    }

    /// The label of each item, in the order of the items.
    ///
    /// # Errors
    /// An item without a prediction, by its id.
    pub fn of<'a>(&'a self, items: &[Item]) -> Result<Vec<&'a str>> {
        let label = |item: &Item| {
            self.by_id.get(&item.id).map(String::as_str).ok_or_else(|| {
                let what = format!("no prediction for the item {:?}", item.id);
                Error::input(Place::file(&self.name), what, "give a line for every item of the data")
            })
        };
        items.iter().map(label).collect()
    }

    fn read_jsonl(&mut self, path: &Path, label_field: &str) -> Result<()> {
        for line in numbered_lines(files::open(path)?, self.name.clone()) {
            let line = line?;
            let bad = |what: String| {
                Error::input(line.place.clone(), what, format!("write {{\"id\": ..., {label_field:?}: ...}}"))
            };
            let value: serde_json::Value =
                serde_json::from_str(&line.text).map_err(|e| bad(format!("not JSON ({e})")))?;
            let field = |name: &str| match &value[name] {
                serde_json::Value::String(s) => Ok(s.clone()),
                serde_json::Value::Number(n) => Ok(n.to_string()),
                serde_json::Value::Bool(b) => Ok(b.to_string()),
                _ => Err(bad(format!("field {name:?} is missing"))),
            };
            let (id, label) = (field("id")?, field(label_field)?);
            self.add(id, label).map_err(|id| bad(twice(&id)))?;
        }
        Ok(())
    }

    fn read_csv(&mut self, path: &Path, label_field: &str) -> Result<()> {
        let broken = |e: csv::Error| {
            let line = e.position().map(|p| p.line() as usize);
            let place = Place { file: files::name(path), line };
            Error::input(place, format!("not CSV ({e})"), "write a header with id and label, and a record per item")
        };
        let mut reader = csv::Reader::from_reader(files::open(path)?);
        let header = reader.headers().map_err(broken)?.clone();
        let column = |name: &str| {
            let same = |cell: &str| cell.trim_start_matches('\u{feff}').trim() == name;
            header.iter().position(same).ok_or_else(|| {
                let there = header.iter().collect::<Vec<_>>().join(", ");
                let what = format!("column {name:?} is missing; the header has: {there}");
                Error::input(Place::line(&self.name, 1), what, "name the label's column: --label-field")
            })
        };
        let (id, label) = (column("id")?, column(label_field)?);
        for record in reader.records() {
            let record = record.map_err(broken)?;
            let line = record.position().map(|p| p.line() as usize);
            self.add(record[id].to_string(), record[label].to_string()).map_err(|id| {
                let place = Place { file: files::name(path), line };
                Error::input(place, twice(&id), "give one record per item")
            })?;
        }
        Ok(())
    }

    /// Adds a prediction; gives the id back if there is one for it.
    fn add(&mut self, id: String, label: String) -> std::result::Result<(), String> {
        match self.by_id.insert(id.clone(), label) {
            Some(_) => Err(id),
            None => Ok(()),
        }
    }
}

fn twice(id: &str) -> String {
    format!("the id {id:?} stands twice")
}
