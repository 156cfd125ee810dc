//! Labelled items as they stand in data files (codebook, section 8), one JSON object a line.
//!
//! Checks what an item says of itself and turns its character offsets into byte spans: the one place where that happens
//! on the way in. Finding the other actors of the sentence is [`crate::actor`]'s work, putting both together
//! [`super::pairing`]'s.

use std::collections::BTreeMap;
use std::fmt::Formatter;
use std::io::BufRead;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

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
    let object: Object = serde_json::from_str(&line.text).map_err(|e| {
        let what = format!("the line is not a JSON object ({e})");
        Error::input(line.place.clone(), what, "write one JSON object per line")
    })?;
    Fields { object, place: line.place.clone() }.item(format)
}

/// The text of an item, if the line is one.
pub fn text_of_line(line: &[u8], text_field: &str) -> Option<String> {
    let mut object: Object = serde_json::from_slice(line).ok()?;
    match object.remove(text_field) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}

/// The fields of a JSON object in the order in which they stand, the last of two with the same name.
struct Object(Vec<(String, Value)>);

impl Object {
    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(n, value)| n == name && !value.is_null())
    }

    fn remove(&mut self, name: &str) -> Option<Value> {
        let at = self.0.iter().position(|(n, _)| n == name)?;
        Some(self.0.swap_remove(at).1)
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Object;

            fn expecting(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut object = Object(Vec::with_capacity(8));
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    object.remove(&name);
                    object.0.push((name, value));
                }
                Ok(object)
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

/// A JSON object on its way to an item.
struct Fields {
    object: Object,
    place: Place,
}

impl Fields {
    fn error(&self, what: String, help: impl Into<String>) -> Error {
        Error::input(self.place.clone(), what, help)
    }

    fn missing(&self, name: &str, help: &str) -> Error {
        let mut there: Vec<&str> = self.object.0.iter().map(|(n, _)| n.as_str()).collect();
        there.sort_unstable();
        self.error(format!("field {name:?} is missing; the line has: {}", there.join(", ")), help)
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
        if !self.object.has(&format.text_field) {
            return Err(self.missing(&format.text_field, "name the text's field: --text-field"));
        }
        if format.label_needed && !self.object.has(&format.label_field) {
            return Err(self.missing(&format.label_field, "name the label's field: --label-field"));
        }
        let text = self.take(&format.text_field)?.unwrap_or_default();
        if text.trim().is_empty() {
            return Err(self.error(format!("field {:?} is empty", format.text_field), "take the line out"));
        }
        let label = self.take(&format.label_field)?;
        if format.label_needed && label.as_ref().is_some_and(|l| l.is_empty()) {
            return Err(self.error(format!("field {:?} is empty", format.label_field), "take the line out"));
        }
        let span = self.take_span(&text, "start", "end")?;
        let target = self.take_span(&text, "target_start", "target_end")?;
        let weight = self.take_weight()?;
        let id = self.take("id")?.unwrap_or_else(|| self.place.to_string());
        let group = self.take("group")?.unwrap_or_else(|| id.clone());
        let actor = self.take("actor")?;
        let names: Vec<String> = self.object.0.iter().map(|(name, _)| name.clone()).collect();
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
