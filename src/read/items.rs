//! Labelled items in other forms than plain JSON Lines: unpacked, and the records of a table as one object a line.

use std::io::{Cursor, Read};
use std::path::Path;

use serde_json::{Map, Value};

use super::start::start_of;
use super::{InputForm, form, unpack};
use crate::error::{Error, Place, Result};

/// A packed file of items may unpack to so many bytes: they are kept in memory.
const MOST: u64 = 10 << 30;

/// Fields of an item that are numbers.
const NUMBERS: [&str; 5] = ["start", "end", "target_start", "target_end", "weight"];

/// Whether a file of items is read as it is, in pieces and as often as needed; others are read once, into memory.
pub fn is_plain(path: &Path) -> bool {
    matches!(form::by_ending(path), None | Some(InputForm::Jsonl)) && !form::is_packed_name(path)
}

/// The bytes of a file of items as JSON Lines. An object stands on the line that it has in the file.
///
/// # Errors
/// Damaged packed data; a table that cannot be read.
pub fn as_json_lines(bytes: Vec<u8>, path: &Path, name: &str) -> Result<Vec<u8>> {
    let place = Place::file(name);
    let failed = |e| Error::read(place.clone(), e);
    let bytes = match unpack::is_packed(&bytes) {
        false => bytes,
        true => {
            let start = bytes[..4.min(bytes.len())].to_vec();
            let mut all = Vec::new();
            let reader = unpack::unpacked(Box::new(Cursor::new(bytes)), &start, MOST).map_err(failed)?;
            start_of(reader).and_then(|(_, mut reader)| reader.read_to_end(&mut all)).map_err(failed)?;
            all
        }
    };
    match form::by_ending(path) {
        Some(InputForm::Csv) => table(&bytes, form::delimiter(&bytes[..bytes.len().min(1024)]), name),
        Some(InputForm::Tsv) => table(&bytes, b'\t', name),
        _ => Ok(bytes),
    }
}

fn table(bytes: &[u8], delimiter: u8, name: &str) -> Result<Vec<u8>> {
    let failed = |e: csv::Error| {
        let place = Place { file: name.into(), line: e.position().map(|p| p.line() as usize) };
        Error::input(place, format!("the table is broken: {e}"), "quote fields that hold delimiters or quotes")
    };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut csv = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(bytes);
    let header = csv.headers().map_err(failed)?.clone();
    let (mut out, mut line) = (Vec::with_capacity(bytes.len() * 2), 1);
    for record in csv.records() {
        let record = record.map_err(failed)?;
        let at = record.position().map_or(line, |p| p.line() as usize);
        (line..at).for_each(|_| out.push(b'\n'));
        let cells = header.iter().map(str::trim).zip(&record).filter(|(_, cell)| !cell.is_empty());
        let object: Map<String, Value> = cells.map(|(key, cell)| (key.to_string(), value(key, cell))).collect();
        // Writing to memory cannot fail.
        let _ = serde_json::to_writer(&mut out, &object);
        line = at.max(line);
    }
    out.push(b'\n');
    Ok(out)
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
    use crate::feature::item::{ItemFormat, items_from_jsonl};

    #[test]
    fn records_become_items_with_their_lines() {
        let table = "\u{feff}text,stance,start,end,actor,weight\n\"Peña said\nno.\",opposes,0,4,pena,2.5\nx,supports,,,,\ny,,,,,\n";
        let lines = as_json_lines(table.into(), Path::new("a.csv"), "a.csv").unwrap();
        let items: Vec<_> = items_from_jsonl(&lines[..], "a.csv", &ItemFormat::default()).collect();
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
