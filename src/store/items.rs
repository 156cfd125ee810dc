//! Records of other tools and of this one, on their way to units: an item and the labels that coders gave it.
//!
//! Each form has a file that makes one JSON object per unit, in the form of the codebook (section 8); what such an
//! object means, and whether its offsets are spans, is decided in one place for all.

use std::path::Path;

use serde_json::{Map, Value};

use crate::actor::find::{Context, Finder};
use crate::actor::gazetteer::Gazetteer;
use crate::error::{Error, Place, Result};
use crate::feature::item::{Item, ItemFormat, item_from_line};
use crate::read;
use crate::text::language::Language;
use crate::text::lines::Line;
use crate::text::sentence::Document;
use crate::text::span::Span;

/// A JSON object.
pub(super) type Object = Map<String, Value>;

/// A label in a file.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Mark {
    /// Who gave it, if the file says so.
    pub(super) coder: Option<String>,
    /// The label; none if it was skipped.
    pub(super) stance: Option<String>,
    pub(super) flagged: bool,
    pub(super) note: String,
    pub(super) seconds: Option<f64>,
    pub(super) probability: Option<f64>,
}

/// A unit in a file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub(super) item: Item,
    /// Fields that mean nothing here and come out again in an export.
    pub(super) fields: Object,
    pub(super) marks: Vec<Mark>,
    pub(super) place: Place,
}

/// Fields of an item that are kept in columns of their own.
const OWN: [&str; 14] = [
    "id",
    "text",
    "actor",
    "start",
    "end",
    "target_start",
    "target_end",
    "group",
    "stance",
    "coder",
    "probability",
    "round",
    "note",
    "flagged",
];

/// What readers of records need to know.
pub(super) struct Reading<'a> {
    /// Names of the labels.
    pub(super) labels: &'a [String],
    pub(super) gazetteer: &'a Gazetteer,
    pub(super) finder: &'a Finder,
    /// Name of the file without its ending, from which ids are made.
    pub(super) stem: String,
}

impl Reading<'_> {
    /// The label of a name, capitals aside.
    pub(super) fn label(&self, name: &str, place: &Place) -> Result<String> {
        let name = name.trim();
        let found = self.labels.iter().find(|label| label.eq_ignore_ascii_case(name));
        found.cloned().ok_or_else(|| {
            let help = format!("the labels are {}; rename it in the file", self.labels.join(", "));
            Error::input(place.clone(), format!("{name:?} is no label"), help)
        })
    }

    /// Whether a name is a label's.
    pub(super) fn is_label(&self, name: &str) -> bool {
        self.labels.iter().any(|label| label.eq_ignore_ascii_case(name.trim()))
    }

    /// The actor whose mention a span touches, or else an id made of the words of the span.
    pub(super) fn actor_at(&self, text: &str, start: usize, end: usize) -> Option<String> {
        let span = Span::from_chars(text, start, end)?;
        let document = Document::of_sentence(text, Language::english());
        let mentions = self.finder.find(text, &document, &Context::default());
        let found = mentions.into_iter().flatten().find(|mention| mention.span.overlaps(&span));
        Some(found.map_or_else(|| slug(span.of(text)), |mention| self.gazetteer.id(mention.actor).to_string()))
    }

    /// An entry from an item's object and the labels of it.
    pub(super) fn entry(&self, mut object: Object, marks: Vec<Mark>, place: &Place) -> Result<Entry> {
        if let Some(Value::String(actor)) = object.get("actor") {
            let known = self.gazetteer.canonical(actor).map(|number| self.gazetteer.id(number).to_string());
            let id = known.unwrap_or_else(|| slug(actor));
            object.insert("actor".into(), id.into());
        }
        let line = Line { text: Value::Object(object.clone()).to_string(), place: place.clone() };
        let item = item_from_line(&line, &ItemFormat { label_needed: false, ..ItemFormat::default() })?;
        object.retain(|name, _| !OWN.contains(&name.as_str()));
        Ok(Entry { item, fields: object, marks, place: place.clone() })
    }

    /// An item of the codebook's form, with its label if it has one.
    pub(super) fn item(&self, object: Object, place: &Place) -> Result<Vec<Entry>> {
        let text = |name: &str| object.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let stance = match object.get("stance") {
            None | Some(Value::Null) => None,
            Some(Value::String(stance)) => Some(self.label(stance, place)?),
            Some(other) => {
                return Err(Error::input(place.clone(), format!("field \"stance\" is {other}"), "give a name"));
            }
        };
        let mark = stance.map(|stance| Mark {
            coder: text("coder").map(String::from),
            stance: Some(stance),
            flagged: object.get("flagged").and_then(Value::as_bool).unwrap_or_default(),
            note: text("note").unwrap_or_default().into(),
            seconds: None,
            probability: object.get("probability").and_then(Value::as_f64).filter(|p| *p > 0.0 && *p <= 1.0),
        });
        Ok(vec![self.entry(object, mark.into_iter().collect(), place)?])
    }
}

/// A name as an id: lower-case letters and digits, everything else an underscore.
pub(super) fn slug(name: &str) -> String {
    let word = |word: &str| word.to_lowercase();
    let words: Vec<String> = name.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(word).collect();
    words.join("_")
}

/// The records of a file: the lines of JSON Lines, the objects of a JSON array, the rows of a table; unpacked.
///
/// # Errors
/// Damaged packed data; a table that cannot be read. Each record may have an error of its own.
pub(super) fn records(name: &str, bytes: Vec<u8>) -> Result<impl Iterator<Item = Result<(Object, Place)>> + use<>> {
    let lines = read::item_lines_of(bytes, Path::new(name), &read::Options::default())?;
    Ok(lines.map(|line| line.and_then(object)))
}

fn object(line: Line) -> Result<(Object, Place)> {
    let refused = |what: String| Error::input(line.place.clone(), what, "write one JSON object per line");
    match serde_json::from_str(&line.text) {
        Ok(Value::Object(object)) => Ok((object, line.place)),
        Ok(_) => Err(refused("it is not a JSON object".into())),
        Err(e) => Err(refused(format!("it is not a JSON object ({e})"))),
    }
}

/// Puts the fields of `meta` beside the others, which go before.
pub(super) fn lift_meta(record: &mut Object) {
    if let Some(Value::Object(meta)) = record.remove("meta") {
        for (name, value) in meta {
            record.entry(name).or_insert(value);
        }
    }
}

/// An id in a record, as text.
pub(super) fn id_of(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(id) if !id.is_empty() => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    }
}

/// The only one of some labels.
///
/// # Errors
/// More than one: a unit has one stance.
pub(super) fn only(labels: &[&str], reading: &Reading, place: &Place) -> Result<Option<String>> {
    match labels {
        [] => Ok(None),
        [one] => reading.label(one, place).map(Some),
        more => {
            let what = format!("it has {} labels: {}", more.len(), more.join(", "));
            Err(Error::input(place.clone(), what, "leave one of them"))
        }
    }
}
