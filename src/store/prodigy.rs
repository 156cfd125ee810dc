//! Exports of Prodigy (`db-out`), JSON Lines: choices (`accept` with the ids of options) and single labels that were
//! accepted or rejected, with spans where the task has any.
//!
//! A span marks the mention, its label is the actor; `meta` may have the fields of items. What was ignored is a label
//! that was skipped; what was rejected tells no stance where there are more than two, and is passed over.
//! Forms: <https://prodi.gy/docs/api-interfaces>

use serde_json::{Value, json};

use super::items::{Entry, Mark, Object, Reading, id_of, lift_meta, only, slug};
use crate::error::{Error, Place, Result};

/// The units of a task.
pub(super) fn entries(mut task: Object, place: &Place, reading: &Reading) -> Result<Vec<Entry>> {
    let mark = mark(&task, place, reading)?;
    let span = task.get("spans").and_then(Value::as_array).and_then(|spans| spans.first()).cloned();
    lift_meta(&mut task);
    if task.get("id").is_none()
        && let Some(hash) = id_of(task.get("_task_hash"))
    {
        // Every coder's answer to a task has the same hash.
        task.insert("id".into(), format!("{}:{hash}", reading.stem).into());
    }
    task.retain(|name, _| !name.starts_with('_') && !OWN.contains(&name.as_str()));
    if let Some(span) = span {
        let text = task.get("text").and_then(Value::as_str).unwrap_or_default();
        let (start, end) = (span["start"].as_u64(), span["end"].as_u64());
        let named = span["label"].as_str().filter(|name| !reading.is_label(name)).map(slug);
        let found = || reading.actor_at(text, start? as usize, end? as usize);
        if let Some(actor) = named.or_else(found) {
            task.entry("actor").or_insert_with(|| actor.into());
        }
        task.insert("start".into(), json!(start));
        task.insert("end".into(), json!(end));
    }
    Ok(vec![reading.entry(task, vec![mark], place)?])
}

/// Fields of Prodigy's own.
const OWN: [&str; 9] = ["options", "accept", "answer", "label", "spans", "tokens", "config", "score", "priority"];

fn mark(task: &Object, place: &Place, reading: &Reading) -> Result<Mark> {
    let text = |name: &str| task.get(name).and_then(Value::as_str);
    let coder = text("_annotator_id").or_else(|| text("_session_id")).map(String::from);
    let mark = Mark { coder, note: text("user_input").unwrap_or_default().into(), ..Mark::default() };
    match text("answer") {
        Some("ignore") => return Ok(mark),
        Some("reject") => {
            let help = "label it here: which of the other stances it has is not known";
            return Err(Error::input(place.clone(), "it was rejected", help));
        }
        _ => {}
    }
    let chosen = task.get("accept").and_then(Value::as_array);
    let chosen: Vec<String> = match chosen {
        Some(ids) => ids.iter().filter_map(|id| name_of(task, id, reading)).collect(),
        None => text("label").map(String::from).into_iter().collect(),
    };
    let chosen: Vec<&str> = chosen.iter().map(String::as_str).collect();
    match only(&chosen, reading, place)? {
        Some(stance) => Ok(Mark { stance: Some(stance), ..mark }),
        None => Err(Error::input(place.clone(), "nothing was chosen", "label it here, or take it out")),
    }
}

/// The label of an option: its id, or its text where the id is a number.
fn name_of(task: &Object, id: &Value, reading: &Reading) -> Option<String> {
    let own = id_of(Some(id))?;
    if reading.is_label(&own) {
        return Some(own);
    }
    let options = task.get("options").and_then(Value::as_array).into_iter().flatten();
    let text = options.into_iter().find(|option| option["id"] == *id).and_then(|option| option["text"].as_str());
    Some(text.map_or(own, String::from))
}
