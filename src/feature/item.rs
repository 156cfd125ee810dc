//! Labelled items as they stand in data files (codebook, section 8), one JSON object a line.
//!
//! Checks what an item says of itself and turns its character offsets into byte spans: the one place where that happens
//! on the way in. Finding the other actors of the sentence is [`crate::actor`]'s work, putting both together
//! [`super::pairing`]'s.

use std::collections::BTreeMap;
use std::io::BufRead;

use serde_json::{Map, Value};

use crate::error::{Error, Place, Result};
use crate::text::lines::{Line, numbered_lines};
use crate::text::span::Span;

/// One item.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Unique name; `FILE:LINE` where the item has none.
    pub id: String,
    /// The sentence, or a whole text.
    pub text: String,
    /// The actor asked about; `None` for a plain text.
    pub actor: Option<String>,
    /// Its mention, in bytes of `text`.
    pub span: Option<Span>,
    /// The entity that the stance is toward, in bytes of `text`.
    pub target: Option<Span>,
    /// The label; `None` where none is asked for and none is there.
    pub label: Option<String>,
    /// Story or article; items of a group never go to both train and test. The id where the item has none.
    pub group: String,
    /// Weight in training, positive; default 1.
    pub weight: f64,
    /// Every other field with a simple value, for reports by field.
    pub fields: BTreeMap<String, String>,
}

impl Item {
    /// The value of a field, as reports by field see it.
    pub fn field(&self, name: &str) -> Option<&str> {
        match name {
            "actor" => self.actor.as_deref(),
            "group" => Some(&self.group),
            _ => self.fields.get(name).map(String::as_str),
        }
    }
}

/// How to read items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemFormat {
    /// Field that holds the text; default `text`.
    pub text_field: String,
    /// Field that holds the label; default `stance`.
    pub label_field: String,
    /// Whether an item without a label is an error.
    pub label_needed: bool,
}

impl Default for ItemFormat {
    fn default() -> Self {
        ItemFormat { text_field: "text".into(), label_field: "stance".into(), label_needed: true }
    }
}

/// Reads items from JSON Lines, one result per line that is not blank; `name` is the file's name for messages.
pub fn items_from_jsonl<'a>(
    reader: impl BufRead + 'a,
    name: impl Into<String> + 'a,
    format: &'a ItemFormat,
) -> impl Iterator<Item = Result<Item>> + 'a {
    numbered_lines(reader, name).map(|line| item_from_line(&line?, format))
}

/// Reads one item from its line.
///
/// # Errors
/// A line that is no JSON object, or a field that is missing or out of range, each with the way out.
pub fn item_from_line(line: &Line, format: &ItemFormat) -> Result<Item> {
    let object: Map<String, Value> = serde_json::from_str(&line.text).map_err(|e| {
        let what = format!("the line is not a JSON object ({e})");
        Error::input(line.place.clone(), what, "write one JSON object per line")
    })?;
    Fields { object, place: line.place.clone() }.item(format)
}

/// A JSON object on its way to an item.
struct Fields {
    object: Map<String, Value>,
    place: Place,
}

impl Fields {
    fn error(&self, what: String, help: impl Into<String>) -> Error {
        Error::input(self.place.clone(), what, help)
    }

    /// The fields that are there, for messages.
    fn names(&self) -> String {
        self.object.keys().cloned().collect::<Vec<_>>().join(", ")
    }

    /// Takes a field as text: strings as they are, numbers and booleans as written; null counts as missing.
    fn take(&mut self, name: &str) -> Result<Option<String>> {
        match self.object.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(s)) => Ok(Some(s)),
            Some(value @ (Value::Number(_) | Value::Bool(_))) => Ok(Some(value.to_string())),
            Some(other) => {
                Err(self.error(format!("field {name:?} is {other}"), "give a string, a number or true / false"))
            }
        }
    }

    fn take_offset(&mut self, name: &str) -> Result<Option<usize>> {
        match self.object.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Number(n)) if n.as_u64().is_some() => Ok(n.as_u64().map(|v| v as usize)),
            Some(other) => Err(self.error(format!("field {name:?} is {other}"), "give a whole number from 0 up")),
        }
    }

    fn take_span(&mut self, text: &str, start_name: &str, end_name: &str) -> Result<Option<Span>> {
        let (start, end) = match (self.take_offset(start_name)?, self.take_offset(end_name)?) {
            (None, None) => return Ok(None),
            (Some(start), Some(end)) => (start, end),
            _ => {
                let what = format!("only one of {start_name:?} and {end_name:?} is given");
                return Err(self.error(what, "give both or neither"));
            }
        };
        let span = Span::from_chars(text, start, end);
        span.map(Some).ok_or_else(|| {
            let length = text.chars().count();
            let what = format!("{start_name:?} {start} and {end_name:?} {end} are no span of the text");
            self.error(what, format!("offsets count characters: 0 <= start < end <= {length}"))
        })
    }

    fn item(mut self, format: &ItemFormat) -> Result<Item> {
        let names = self.names();
        let missing = |what: &str| format!("field {what:?} is missing; the line has: {names}");
        let text = self.take(&format.text_field)?;
        let text =
            text.ok_or_else(|| self.error(missing(&format.text_field), "name the text's field: --text-field"))?;
        if text.trim().is_empty() {
            return Err(self.error(format!("field {:?} is empty", format.text_field), "take the line out"));
        }
        let label = self.take(&format.label_field)?;
        if format.label_needed && label.as_ref().is_none_or(|l| l.is_empty()) {
            return Err(self.error(missing(&format.label_field), "name the label's field: --label-field"));
        }
        let span = self.take_span(&text, "start", "end")?;
        let target = self.take_span(&text, "target_start", "target_end")?;
        let weight = self.take_weight()?;
        let id = self.take("id")?.unwrap_or_else(|| self.place.to_string());
        let group = self.take("group")?.unwrap_or_else(|| id.clone());
        let actor = self.take("actor")?;
        let names: Vec<String> = self.object.keys().cloned().collect();
        let simple = |n: String| Some((n.clone(), self.take(&n).ok().flatten()?));
        let fields = names.into_iter().filter_map(simple).collect();
        Ok(Item { id, text, actor, span, target, label, group, weight, fields })
    }

    fn take_weight(&mut self) -> Result<f64> {
        match self.object.remove("weight") {
            None | Some(Value::Null) => Ok(1.0),
            Some(Value::Number(n)) if n.as_f64().is_some_and(|w| w.is_finite() && w > 0.0) => {
                Ok(n.as_f64().unwrap_or(1.0))
            }
            Some(other) => Err(self.error(format!("field \"weight\" is {other}"), "give a positive number")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &str) -> Vec<Result<Item>> {
        items_from_jsonl(lines.as_bytes(), "t.jsonl", &ItemFormat::default()).collect()
    }

    fn message(line: &str) -> String {
        read(line).remove(0).unwrap_err().to_string()
    }

    #[test]
    fn an_item_is_read_with_byte_spans_and_its_other_fields() {
        let line = r#"{"id":"a","text":"Guaidó said no.","actor":"guaido","start":0,"end":6,"stance":"opposes","kind":"plain","hard":true}"#;
        let item = read(line).remove(0).unwrap();
        assert_eq!(item.span.unwrap().of(&item.text), "Guaidó");
        assert_eq!((item.group.as_str(), item.weight), ("a", 1.0));
        assert_eq!(
            (item.field("kind"), item.field("hard"), item.field("actor")),
            (Some("plain"), Some("true"), Some("guaido"))
        );
    }

    #[test]
    fn numbers_are_labels_too_and_blank_lines_are_passed_over() {
        let items = read("\u{feff}{\"text\":\"x\",\"stance\":3}\r\n\n{\"text\":\"y\",\"stance\":4}");
        let labels: Vec<_> = items.iter().map(|i| i.as_ref().unwrap().label.clone().unwrap()).collect();
        assert_eq!(labels, ["3", "4"]);
        assert_eq!(items[1].as_ref().unwrap().id, "t.jsonl:3");
    }

    #[test]
    fn messages_name_file_line_field_value_and_way_out() {
        let cases = [
            (
                r#"{"stance":"a"}"#,
                "t.jsonl:1: field \"text\" is missing; the line has: stance; name the text's field: --text-field",
            ),
            (
                r#"{"text":"x","label":"a"}"#,
                "field \"stance\" is missing; the line has: label, text; name the label's field: --label-field",
            ),
            (
                r#"{"text":"x","stance":"a","start":0,"end":5}"#,
                "\"start\" 0 and \"end\" 5 are no span of the text; offsets count characters: 0 <= start < end <= 1",
            ),
            (r#"{"text":"x","stance":"a","start":-1,"end":5}"#, "field \"start\" is -1"),
            (r#"{"text":"x","stance":"a","start":0}"#, "only one of \"start\" and \"end\" is given"),
            (r#"{"text":"x","stance":["a"]}"#, "field \"stance\" is [\"a\"]"),
            (r#"["x"]"#, "not a JSON object"),
            (r#"{"text":" ","stance":"a"}"#, "field \"text\" is empty"),
            (r#"{"text":"x","stance":"a","weight":0}"#, "field \"weight\" is 0"),
        ];
        for (line, expected) in cases {
            assert!(message(line).contains(expected), "{line}: {}", message(line));
        }
        let bad = items_from_jsonl(&b"{\"text\":\"\xff\"}"[..], "t.jsonl", &ItemFormat::default()).next().unwrap();
        assert!(bad.unwrap_err().to_string().contains("t.jsonl:1: the line is not UTF-8 (byte 10 of it)"));
    }
}
