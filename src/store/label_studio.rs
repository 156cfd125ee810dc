//! Exports of Label Studio: JSON (tasks with their annotations) and JSON-MIN (one flat object per annotation).
//!
//! A stance is a choice of the whole text, or of a region that marks a mention (`perRegion`); a region's label is the
//! actor. Fields of the task's data (`text`, `actor`, `start`, `end`, `group`, ...) have the meaning that they have in
//! items.
//! Forms: <https://labelstud.io/guide/task_format> and <https://labelstud.io/guide/export>

use serde_json::{Value, json};

use super::items::{Entry, Mark, Object, Reading, id_of, only, slug};
use crate::error::{Error, Place, Result};
use crate::text::span::Span;

/// The units of a task.
pub(super) fn entries(task: Object, place: &Place, reading: &Reading) -> Result<Vec<Entry>> {
    let Some(Value::Object(data)) = task.get("data") else { return minimal(task, place, reading) };
    let mut object = data.clone();
    let id = id_of(data.get("id")).or_else(|| Some(format!("{}:{}", reading.stem, id_of(task.get("id"))?)));
    if let Some(id) = id {
        object.insert("id".into(), id.into());
    }
    let annotations = task.get("annotations").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut units: Vec<(Object, Vec<Mark>)> = Vec::new();
    for annotation in annotations {
        for (unit, mark) in annotated(&object, annotation, place, reading)? {
            let same = |known: &(Object, Vec<Mark>)| known.0 == unit;
            match units.iter().position(same) {
                Some(at) => units[at].1.extend(mark),
                None => units.push((unit, mark.into_iter().collect())),
            }
        }
    }
    if units.is_empty() {
        units.push((object, Vec::new()));
    }
    units.into_iter().map(|(unit, marks)| reading.entry(unit, marks, place)).collect()
}

/// The units of one annotation, each with the label that it gives.
fn annotated(
    task: &Object,
    annotation: &Value,
    place: &Place,
    reading: &Reading,
) -> Result<Vec<(Object, Option<Mark>)>> {
    let results = annotation["result"].as_array().map_or(&[][..], Vec::as_slice);
    let mark = |stance: Option<String>| Mark {
        coder: coder(&annotation["completed_by"]),
        stance,
        seconds: annotation["lead_time"].as_f64(),
        ..Mark::default()
    };
    if annotation["was_cancelled"].as_bool() == Some(true) {
        return Ok(vec![(task.clone(), Some(mark(None)))]);
    }
    let regions: Vec<&Value> = results.iter().filter(|result| result["value"]["start"].is_number()).collect();
    let mut ids: Vec<&str> = regions.iter().filter_map(|region| region["id"].as_str()).collect();
    ids.dedup();
    let whole = results.iter().filter(|result| !result["value"]["start"].is_number());
    let whole: Vec<&str> = whole.flat_map(|result| names(&result["value"], "choices")).collect();
    let whole = only(&whole, reading, place)?;
    if ids.is_empty() {
        return Ok(vec![(task.clone(), whole.map(|stance| mark(Some(stance))))]);
    }
    let unit = |id: &&str| {
        let parts: Vec<&Value> = regions.iter().filter(|r| r["id"] == **id).map(|r| &r["value"]).collect();
        let unit = region(task, &parts, place, reading)?;
        let own: Vec<&str> = parts.iter().flat_map(|value| names(value, "choices")).collect();
        let stance = only(&own, reading, place)?.or_else(|| whole.clone());
        Ok((unit, stance.map(|stance| mark(Some(stance)))))
    };
    ids.iter().map(unit).collect()
}

/// The object of a region: its span is the mention, its label the actor.
fn region(task: &Object, parts: &[&Value], place: &Place, reading: &Reading) -> Result<Object> {
    let mut unit = task.clone();
    let text = task.get("text").and_then(Value::as_str).unwrap_or_default();
    let (start, end) = offsets(text, parts[0]).ok_or_else(|| {
        let what = format!("the region {} is no span of the text", parts[0]);
        Error::input(place.clone(), what, "the task's data must have the text in the field \"text\"")
    })?;
    let named = parts.iter().flat_map(|value| names(value, "labels")).find(|name| !reading.is_label(name));
    let named = named.map(slug);
    let actor = named.or_else(|| task.get("actor")?.as_str().map(String::from));
    if let Some(actor) = actor.or_else(|| reading.actor_at(text, start, end)) {
        if let Some(Value::String(id)) = task.get("id") {
            unit.insert("id".into(), format!("{id}#{actor}").into());
        }
        unit.insert("actor".into(), actor.into());
    }
    unit.entry("group").or_insert_with(|| task.get("id").cloned().unwrap_or_default());
    unit.insert("start".into(), json!(start));
    unit.insert("end".into(), json!(end));
    Ok(unit)
}

/// Offsets in characters. A browser counts UTF-16 units, which differ where the text has characters beyond the first
/// plane; the text of the region tells which it is.
fn offsets(text: &str, value: &Value) -> Option<(usize, usize)> {
    let end = |name: &str| usize::try_from(value[name].as_u64()?).ok();
    let (start, end) = (end("start")?, end("end")?);
    let marked = value["text"].as_str();
    let fits = |span: &Span| marked.is_none_or(|marked| marked == span.of(text));
    let span = Span::from_chars(text, start, end).filter(fits).or_else(|| {
        let at = |units: usize| {
            let before = text.char_indices().scan(0, |count, (byte, c)| {
                *count += c.len_utf16();
                Some((*count, byte + c.len_utf8()))
            });
            [(0, 0)].into_iter().chain(before).find(|(count, _)| *count == units).map(|(_, byte)| byte)
        };
        Some(Span { start: at(start)?, end: at(end)? }).filter(|span| span.start < span.end && fits(span))
    });
    span.map(|span| span.to_chars(text))
}

/// A task of JSON-MIN: the fields of its data, with the choice in a field named as the labelling configuration says.
fn minimal(mut task: Object, place: &Place, reading: &Reading) -> Result<Vec<Entry>> {
    let named = |(name, value): (&String, &Value)| {
        let label = value.as_str().filter(|value| reading.is_label(value));
        label.map(|label| (name.clone(), label.to_string()))
    };
    let first = task.get("stance").and_then(Value::as_str).map(|stance| ("stance".to_string(), stance.to_string()));
    let stance = first.or_else(|| task.iter().find_map(named));
    let mark = match stance {
        Some((field, stance)) => {
            task.remove(&field);
            let stance = Some(reading.label(&stance, place)?);
            let (coder, seconds) = (coder(task.get("annotator").unwrap_or_default()), task.get("lead_time"));
            Some(Mark { coder, stance, seconds: seconds.and_then(Value::as_f64), ..Mark::default() })
        }
        None => None,
    };
    if let Some(id) = id_of(task.get("id")) {
        let own = task.get("id").is_some_and(Value::is_string);
        task.insert("id".into(), if own { id } else { format!("{}:{id}", reading.stem) }.into());
    }
    for name in ["annotator", "annotation_id", "created_at", "updated_at", "lead_time"] {
        task.remove(name);
    }
    Ok(vec![reading.entry(task, mark.into_iter().collect(), place)?])
}

fn names<'a>(value: &'a Value, field: &str) -> Vec<&'a str> {
    value[field].as_array().map_or_else(Vec::new, |names| names.iter().filter_map(Value::as_str).collect())
}

/// A user: a number, or an object with an address.
fn coder(user: &Value) -> Option<String> {
    match user {
        Value::Object(user) => id_of(user.get("email")).or_else(|| id_of(user.get("username"))),
        Value::Number(number) => Some(format!("user {number}")),
        Value::String(name) => Some(name.clone()),
        _ => None,
    }
}
