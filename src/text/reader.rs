//! Articles from JSON objects: errors with file, line and field.
//!
//! Opens no files: a reader is handed in. CSV and Parquet records come through [`Fields`] at the edge.

use std::io::BufRead;

use serde_json::{Map, Value};

use super::{
    article::{Article, Fields},
    lines::numbered_lines,
};
use crate::error::{Error, Place, Result};

/// Names of the fields or columns of a record that mean something; `outlet` (or `source`) and `crisis` are fixed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldNames {
    /// The text; default `text`.
    pub text: String,
    /// The identifier; default `id`. Where there is none, the place stands in; with an empty name always.
    pub id: String,
    /// The headline; default `title`.
    pub title: String,
    /// The date; default `date`.
    pub date: String,
}

impl Default for FieldNames {
    fn default() -> Self {
        FieldNames { text: "text".into(), id: "id".into(), title: "title".into(), date: "date".into() }
    }
}

impl Article {
    /// An article from one JSON object. Read are the fields named by `names` (text, id, title and date; numbers count
    /// as text), `outlet` or `source`, and `crisis`; other fields are passed over. Without an id the place becomes it.
    ///
    /// # Errors
    /// If the line is no JSON object, has no text, or one of these fields is neither text nor number.
    pub fn from_json_line(line: &str, place: &Place, names: &FieldNames) -> Result<Article> {
        let value: Value = serde_json::from_str(line).map_err(|e| no_json(line, place, &e))?;
        let Value::Object(object) = value else {
            return Err(Error::input(place.clone(), "not a JSON object", "every line must be one JSON object"));
        };
        let text_field = names.text.as_str();
        let text = match object.get(text_field) {
            Some(Value::String(text)) => text.clone(),
            None | Some(Value::Null) => return Err(no_text(&object, place, text_field)),
            Some(other) => return Err(no_string(text_field, other, place)),
        };
        let outlet = match field(&object, "outlet", place)? {
            None => field(&object, "source", place)?,
            outlet => outlet,
        };
        let fields = Fields {
            id: field(&object, &names.id, place)?,
            title: field(&object, &names.title, place)?,
            date: field(&object, &names.date, place)?,
            outlet,
            crisis: field(&object, "crisis", place)?,
            text,
        };
        Ok(Article::from_fields(fields, &place.to_string()))
    }
}

/// A field as text; numbers are written out, `null` counts as missing.
fn field(object: &Map<String, Value>, name: &str, place: &Place) -> Result<Option<String>> {
    match object.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(Value::Number(number)) => Ok(Some(number.to_string())),
        Some(other) => Err(no_string(name, other, place)),
    }
}

fn no_json(line: &str, place: &Place, error: &serde_json::Error) -> Error {
    let number =
        ["NaN", "Infinity"].iter().find(|n| line[error_at(line, error)..].trim_start_matches('-').starts_with(**n));
    let (what, help) = match number {
        Some(number) => (format!("not JSON: {number}"), "write null where a value is missing"),
        None => (format!("not JSON: {error}"), "every line must be one JSON object"),
    };
    Error::input(place.clone(), what, help)
}

/// Where in a text the parser stopped, in bytes.
fn error_at(text: &str, error: &serde_json::Error) -> usize {
    let before: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let at = (before + error.column().saturating_sub(1)).min(text.len());
    if text.is_char_boundary(at) { at } else { text.len() }
}

fn no_string(name: &str, value: &Value, place: &Place) -> Error {
    let shown: String = value.to_string().chars().take(40).collect();
    Error::input(place.clone(), format!("field \"{name}\" is {shown}"), "it must be a string")
}

fn no_text(object: &Map<String, Value>, place: &Place, text_field: &str) -> Error {
    let names: Vec<&str> = object.keys().map(String::as_str).collect();
    let there = if names.is_empty() { "none".to_string() } else { names.join(", ") };
    let what = format!("no field \"{text_field}\" with the text; the fields are: {there}");
    Error::input(place.clone(), what, "name the field that has it with --text-field")
}

/// The articles of a stream of JSON lines, in order; `name` is the file's for ids and errors. After a bad line the
/// iterator goes on.
pub fn articles_from_jsonl(
    reader: impl BufRead,
    name: impl Into<String>,
    names: &FieldNames,
) -> impl Iterator<Item = Result<Article>> {
    numbered_lines(reader, name).map(move |line| {
        let line = line?;
        Article::from_json_line(&line.text, &line.place, names)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Vec<Result<Article>> {
        articles_from_jsonl(bytes, "news.jsonl", &FieldNames::default()).collect()
    }

    #[test]
    fn lines_marks_and_blanks() {
        let found =
            read(b"\xef\xbb\xbf{\"text\": \"One.\"}\r\n\r\n{\"id\": 7, \"text\": \"Two.\", \"source\": \"Wire\"}");
        let found: Vec<Article> = found.into_iter().map(Result::unwrap).collect();
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].id.as_str(), found[0].text.as_str()), ("news.jsonl:1", "One."));
        assert_eq!((found[1].id.as_str(), found[1].outlet.as_deref()), ("7", Some("Wire")));
    }

    #[test]
    fn errors_name_place_and_field_and_reading_goes_on() {
        let found = read(b"{\"body\": \"x\"}\n\xff\n[1]\n{\n{\"text\": [1]}\n{\"text\": NaN}\n{\"text\": \"Good.\"}\n");
        let messages: Vec<String> =
            found.iter().map(|r| r.as_ref().map_or_else(|e| e.to_string(), |a| a.id.clone())).collect();
        for (message, part) in messages.iter().zip([
            "news.jsonl:1: no field \"text\" with the text; the fields are: body",
            "news.jsonl:2: the line is not UTF-8 (byte 1 of it)",
            "news.jsonl:3: not a JSON object",
            "news.jsonl:4: not JSON",
            "news.jsonl:5: field \"text\" is [1]",
            "news.jsonl:6: not JSON: NaN; write null where a value is missing",
            "news.jsonl:7",
        ]) {
            assert!(message.starts_with(part), "{message}");
        }
    }
}
