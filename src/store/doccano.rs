//! Exports of doccano, JSON Lines: text classification (`label` with names) and sequence labelling (`label` with spans,
//! or `entities`), in the forms of its versions since 1.0.
//!
//! A span whose name is a label is the mention of an actor with that stance. Other columns of the import (`actor`,
//! `start`, `end`, ...) stand beside the text or under `meta`, and have the meaning that they have in items.
//! Forms: <https://doccano.github.io/doccano/tutorial/> and its module `data_export`

use serde_json::{Value, json};

use super::items::{Entry, Mark, Object, Reading, id_of, lift_meta, only, slug};
use crate::error::{Error, Place, Result};

/// Fields of doccano's own.
const OWN: [&str; 9] =
    ["label", "labels", "entities", "relations", "annotations", "meta", "Comments", "annotation_approver", "cats"];

/// The units of a document.
pub(super) fn entries(mut document: Object, place: &Place, reading: &Reading) -> Result<Vec<Entry>> {
    lift_meta(&mut document);
    let spans = spans(&document, place)?;
    let names: Vec<String> = ["label", "labels"].iter().flat_map(|field| names(document.get(*field))).collect();
    let note = comments(document.get("Comments"));
    document.retain(|name, _| !OWN.contains(&name.as_str()));
    // Numbers of documents are doccano's; an id that was imported is text.
    if let Some(Value::Number(number)) = document.get("id") {
        let id = format!("{}:{number}", reading.stem);
        document.insert("id".into(), id.into());
    }
    if spans.is_empty() {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let stance = only(&names, reading, place)?;
        let mark = stance.map(|stance| Mark { stance: Some(stance), note, ..Mark::default() });
        return Ok(vec![reading.entry(document, mark.into_iter().collect(), place)?]);
    }
    let unit = |(start, end, name): &(u64, u64, String)| {
        let stance = reading.label(name, place)?;
        let unit = mention(&document, *start, *end, reading);
        reading.entry(unit, vec![Mark { stance: Some(stance), note: note.clone(), ..Mark::default() }], place)
    };
    spans.iter().map(unit).collect()
}

fn mention(document: &Object, start: u64, end: u64, reading: &Reading) -> Object {
    let mut unit = document.clone();
    let text = document.get("text").and_then(Value::as_str).unwrap_or_default();
    let given = document.get("actor").and_then(Value::as_str).map(slug);
    if let Some(actor) = given.or_else(|| reading.actor_at(text, start as usize, end as usize)) {
        if let Some(Value::String(id)) = document.get("id") {
            unit.insert("id".into(), format!("{id}#{actor}").into());
        }
        unit.insert("actor".into(), actor.into());
    }
    unit.entry("group").or_insert_with(|| document.get("id").cloned().unwrap_or_default());
    unit.insert("start".into(), json!(start));
    unit.insert("end".into(), json!(end));
    unit
}

/// Spans with their names: `[start, end, name]`, or objects with `start_offset`, `end_offset` and `label`.
fn spans(document: &Object, place: &Place) -> Result<Vec<(u64, u64, String)>> {
    let lists = ["label", "labels", "entities"].into_iter().filter_map(|field| document.get(field)?.as_array());
    let mut spans = Vec::new();
    for entry in lists.flatten().filter(|entry| entry.is_array() || entry.is_object()) {
        let (start, end, name) = match entry {
            Value::Array(parts) => (parts.first(), parts.get(1), parts.get(2)),
            other => (other.get("start_offset"), other.get("end_offset"), other.get("label")),
        };
        let span = (start.and_then(Value::as_u64), end.and_then(Value::as_u64), name.and_then(Value::as_str));
        let (Some(start), Some(end), Some(name)) = span else {
            let what = format!("the span {entry} has no start, end and name");
            return Err(Error::input(place.clone(), what, "export the project as JSONL"));
        };
        spans.push((start, end, name.to_string()));
    }
    Ok(spans)
}

/// Names of labels of the whole text.
fn names(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Array(names)) => names.iter().filter_map(|name| id_of(Some(name))).collect(),
        other => id_of(other).into_iter().collect(),
    }
}

fn comments(value: Option<&Value>) -> String {
    let all = value.and_then(Value::as_array).into_iter().flatten();
    let text = |comment: &Value| comment.as_str().or_else(|| comment["text"].as_str()).map(String::from);
    all.filter_map(text).collect::<Vec<_>>().join("\n")
}
