//! Labelled items out of every form that has fields: each as a JSON object with the line, or the row, where it stands.
//!
//! What an item is, `feature::item` decides. An object is written as text and parsed again there: items of all forms go
//! one way.

use std::io::Cursor;
use std::path::Path;

use csv::ByteRecord;
use serde_json::{Map, Value};

use super::parquet::parquet_objects;
use super::start::start_of;
use super::stream::{Opened, converter, delimiter, no_zero, opened};
use super::table::{ToText, place_of, records};
use super::{InputForm, Notes, Options, Source, form, unpack};
use crate::error::{Error, Place, Result};
use crate::files;
use crate::text::elements::json_elements;
use crate::text::lines::{Line, lines_up_to, utf8};

/// Fields of an item that are numbers.
const NUMBERS: [&str; 5] = ["start", "end", "target_start", "target_end", "weight"];

/// Objects, one after the other.
type Lines<'a> = Box<dyn Iterator<Item = Result<Line>> + Send + 'a>;

/// Whether a file of items is read as it is, in pieces and as often as needed; others are read once, into memory.
pub fn is_plain(path: &Path) -> bool {
    matches!(form::by_ending(path), None | Some(InputForm::Jsonl)) && !form::is_packed_name(path)
}

/// The items of a source as JSON objects, read as they are asked for.
///
/// # Errors
/// A file that cannot be read; a form that has no fields.
pub fn item_lines<'a>(source: &Source, options: &Options, notes: &Notes) -> Result<Lines<'a>> {
    lines(opened(source, options, notes)?, &source.path, options, Box::new(converter(options, notes)))
}

/// The same for a file in UTF-8 that is in memory already, packed or not; its name tells its form.
///
/// # Errors
/// As [`item_lines`].
pub fn item_lines_of<'a>(bytes: Vec<u8>, path: &Path, options: &Options) -> Result<Lines<'a>> {
    let failed = |e| Error::read(Place::file(files::name(path)), e);
    let (mut start, mut reader) = start_of(Box::new(Cursor::new(bytes))).map_err(failed)?;
    if unpack::is_packed(&start) {
        let unpacked = unpack::unpacked(reader, &start, options.max_unpacked);
        (start, reader) = unpacked.and_then(start_of).map_err(failed)?;
    }
    lines(Opened { start, reader, path: None }, path, options, Box::new(utf8))
}

fn lines<'a>(opened: Opened, path: &Path, options: &Options, mut to_text: ToText<'a>) -> Result<Lines<'a>> {
    let Opened { start, reader, path: on_disk } = opened;
    let (name, max) = (files::name(path), options.max());
    let told = options.input.or_else(|| form::by_ending(path));
    Ok(match options.input.unwrap_or_else(|| form::form_of(path, &start, &options.names.text)) {
        InputForm::Json => Box::new(json_elements(reader, name, max, to_text)),
        form @ (InputForm::Csv | InputForm::Tsv) => {
            let delimiter = delimiter(form, &start, options);
            let mut to_text: ToText<'a> = Box::new(no_zero(to_text));
            let (header, records) = records(reader, &name, options.max_line, delimiter, &mut to_text)?;
            Box::new(records.map(move |record| object(&header, &record?, &name, &mut to_text)))
        }
        InputForm::Parquet => parquet_objects(on_disk.as_deref(), reader, name, options, Box::new(no_zero(to_text)))?,
        InputForm::Txt | InputForm::Md | InputForm::Html if told.is_some() => {
            let what = "it is a text or a page, which has no fields; items need some";
            let help = "give JSON Lines, JSON, CSV, TSV or Parquet, and say with --input which it is";
            return Err(Error::input(Place::file(name), what, help));
        }
        // A line that is no object is told as such.
        _ => Box::new(lines_up_to(reader, name, max, move |place, bytes| to_text(place, bytes))),
    })
}

/// A record as a JSON object; empty cells are missing.
fn object(header: &[String], record: &ByteRecord, name: &str, to_text: &mut ToText<'_>) -> Result<Line> {
    let place = place_of(record, name);
    let mut object = Map::new();
    for (key, cell) in header.iter().zip(record).filter(|(_, cell)| !cell.is_empty()) {
        object.insert(key.clone(), value(key, &to_text(&place, cell)?));
    }
    Ok(Line { text: Value::Object(object).to_string(), place })
}

/// A cell as JSON: a number where the field is one, else text.
fn value(key: &str, cell: &str) -> Value {
    let number = || cell.trim().parse::<serde_json::Number>().ok();
    let number = NUMBERS.contains(&key).then(number).flatten();
    number.map_or_else(|| Value::String(cell.into()), Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feature::item::{ItemFormat, item_from_line};

    #[test]
    fn records_become_items_with_their_lines() {
        let table = "\u{feff}text,stance,start,end,actor,weight\n\"Peña said\nno.\",opposes,0,4,pena,2.5\nx,supports,,,,\ny,,,,,\n";
        let lines = item_lines_of(table.into(), Path::new("a.csv"), &Options::default()).unwrap();
        let items: Vec<_> = lines.map(|line| item_from_line(&line.unwrap(), &ItemFormat::default())).collect();
        let first = items[0].as_ref().unwrap();
        assert_eq!((first.text.as_str(), first.weight), ("Peña said\nno.", 2.5));
        assert_eq!(first.span.unwrap().of(&first.text), "Peña");
        assert_eq!(items[1].as_ref().unwrap().id, "a.csv:4");
        assert!(items[2].as_ref().unwrap_err().to_string().starts_with("a.csv:5: field \"stance\" is missing"));
    }

    #[test]
    fn what_is_plain_is_told_by_the_name() {
        for (name, plain) in [("a.jsonl", true), ("a", true), ("a.jsonl.gz", false), ("a.csv", false), ("a.zst", false)]
        {
            assert_eq!(is_plain(Path::new(name)), plain, "{name}");
        }
    }
}
