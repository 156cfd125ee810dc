//! Articles from the records of CSV and its kin: a header line names the columns.

use std::collections::HashMap;
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use csv::{ByteRecord, ErrorKind};

use super::start::Reader;
use super::{Options, Raw};
use crate::error::{Error, Place, Refusal, Result};
use crate::text::article::Fields;
use crate::text::reader::FieldNames;

/// Columns besides text, id, title and date that mean something.
pub const OTHERS: [&str; 3] = ["outlet", "source", "crisis"];

/// Makes text of bytes.
pub type ToText<'a> = Box<dyn FnMut(&Place, &[u8]) -> Result<String> + Send + 'a>;

/// The records of a table as articles; `name` is the file's for messages. A record of more bytes than `--max-line` ends
/// it, as nobody can say where the next one begins.
///
/// # Errors
/// A header that cannot be read or that misses a column.
pub fn articles<'a>(
    reader: Reader,
    name: String,
    options: &Options,
    delimiter: u8,
    mut to_text: ToText<'a>,
) -> Result<Box<dyn Iterator<Item = Result<Raw>> + Send + 'a>> {
    let (header, records) = records(reader, &name, options.max_line, delimiter, &mut to_text)?;
    let columns = Columns::find(&header, &name, &options.names)?;
    Ok(Box::new(records.map(move |record| columns.article(&record?, &name, &mut to_text))))
}

/// The names of a table's columns, and its records; after a record of more than `max` bytes there is none.
///
/// # Errors
/// A header that cannot be read.
pub fn records(
    reader: Reader,
    name: &str,
    max: u64,
    delimiter: u8,
    to_text: &mut ToText<'_>,
) -> Result<(Vec<String>, impl Iterator<Item = Result<ByteRecord>> + Send + use<>)> {
    let left = Arc::new(AtomicU64::new(max));
    let rationed = Rationed { reader, left: left.clone(), max };
    let mut csv = csv::ReaderBuilder::new().delimiter(delimiter).buffer_capacity(1 << 16).from_reader(rationed);
    let place = Place::line(name, 1);
    let cells = csv.byte_headers().map_err(|e| failed(name, e))?.iter().map(|cell| to_text(&place, cell));
    let cells = cells.collect::<Result<Vec<String>>>()?;
    let header = cells.iter().map(|cell| cell.trim_start_matches('\u{feff}').trim().to_string()).collect();
    let (mut records, mut broken, name) = (csv.into_byte_records(), false, name.to_string());
    let records = std::iter::from_fn(move || {
        if broken {
            return None;
        }
        left.store(max, Ordering::Relaxed);
        let record = records.next()?;
        broken = record.as_ref().is_err_and(|error| matches!(error.kind(), ErrorKind::Io(_)));
        Some(record.map_err(|error| failed(&name, error)))
    });
    Ok((header, records))
}

/// Where a record stands.
pub fn place_of(record: &ByteRecord, name: &str) -> Place {
    Place { file: name.into(), line: record.position().map(|p| p.line() as usize) }
}

fn failed(name: &str, error: csv::Error) -> Error {
    let place = Place { file: name.into(), line: error.position().map(|p| p.line() as usize) };
    match error.into_kind() {
        ErrorKind::Io(source) => Error::read(place, source),
        ErrorKind::UnequalLengths { expected_len, len, .. } => {
            let what = format!("the record has {len} fields and the header {expected_len}");
            Error::input(
                place,
                what,
                "quote fields that hold delimiters, quotes or line breaks; --delimiter names another",
            )
        }
        kind => Error::input(place, format!("the table is broken: {kind:?}"), "export it anew"),
    }
}

/// Where the columns are, by what they mean.
struct Columns {
    text: usize,
    id: Option<usize>,
    title: Option<usize>,
    date: Option<usize>,
    others: HashMap<&'static str, usize>,
}

impl Columns {
    fn find(cells: &[String], name: &str, names: &FieldNames) -> Result<Columns> {
        let place = Place::line(name, 1);
        let column = |wanted: &str| cells.iter().position(|cell| cell == wanted);
        let missing = |wanted: &str, option: &str| {
            no_column(&place, wanted, &format!("name it: {option}; or say what parts columns: --delimiter"), cells)
        };
        let usual = FieldNames::default();
        // A column that the user asks for must be there; the usual ones may be.
        let asked = |wanted: &str, usual: &str, option: &str| match column(wanted) {
            None if wanted != usual && !wanted.is_empty() => Err(missing(wanted, option)),
            found => Ok(found),
        };
        Ok(Columns {
            text: column(&names.text).ok_or_else(|| missing(&names.text, "--text-field"))?,
            id: asked(&names.id, &usual.id, "--id-field")?,
            title: asked(&names.title, &usual.title, "--title-field")?,
            date: asked(&names.date, &usual.date, "--date-field")?,
            others: OTHERS.iter().filter_map(|name| Some((*name, column(name)?))).collect(),
        })
    }

    fn article(&self, record: &ByteRecord, name: &str, to_text: &mut ToText<'_>) -> Result<Raw> {
        let place = place_of(record, name);
        let mut get = |column: Option<usize>| -> Result<Option<String>> {
            let cell = column.and_then(|i| record.get(i)).filter(|cell| !is_missing(cell));
            cell.map(|cell| to_text(&place, cell)).transpose()
        };
        let other = |name: &str| self.others.get(name).copied();
        let outlet = match get(other("outlet"))? {
            None => get(other("source"))?,
            outlet => outlet,
        };
        let fields = Fields {
            id: get(self.id)?,
            title: get(self.title)?,
            date: get(self.date)?,
            outlet,
            crisis: get(other("crisis"))?,
            text: get(Some(self.text))?.unwrap_or_default(),
        };
        Ok(Raw::Record(fields, place))
    }
}

/// What tables are filled with where there is no value; pandas and R write the last two.
fn is_missing(cell: &[u8]) -> bool {
    let cell = cell.trim_ascii();
    cell.is_empty() || cell.eq_ignore_ascii_case(b"nan") || cell == b"NA"
}

/// The error of a column that is not there.
pub fn no_column(place: &Place, wanted: &str, help: &str, there: &[String]) -> Error {
    Error::input(place.clone(), format!("no column {wanted:?}; the columns are: {}", there.join(", ")), help)
}

/// A stream that gives only so many bytes until more are allowed: a quote that is never closed must not fill memory.
struct Rationed {
    reader: Reader,
    left: Arc<AtomicU64>,
    max: u64,
}

impl Read for Rationed {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let left = self.left.load(Ordering::Relaxed);
        if left == 0 {
            let what = format!("a record has more than {} bytes", self.max);
            return Err(Refusal::io(what, "close its quotes, or raise --max-line if it is meant to be so long"));
        }
        let most = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let read = self.reader.read(&mut buffer[..most])?;
        self.left.store(left - read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
