//! Articles and items out of Parquet: the columns that mean something, found by their names, row after row.
//!
//! The crate reads the footer and decodes values; opening, limits, and what a broken file may do stand here.

mod store;
mod header;
mod delta;
mod pages;
mod cell;
mod column;
mod guard;
mod table;

use std::path::Path;

use serde_json::{Map, Value};

use super::start::Reader;
use super::table::{OTHERS, ToText, no_column};
use super::{Options, Raw};
use crate::error::{Error, Place, Result};
use crate::text::article::Fields;
use crate::text::lines::{Line, too_long};
use crate::text::reader::FieldNames;
use cell::{Cell, Kind};
use store::Store;
use table::Table;

/// A file, to be read from any place: as it lies on the disk where `path` is that of a plain one, else what `reader` has.
///
/// # Errors
/// A file that cannot be read, or more than `--max-unpacked` bytes.
fn opened(path: Option<&Path>, reader: Reader, name: &str, options: &Options) -> Result<Table> {
    let failed = |e| Error::read(Place::file(name), e);
    let store = match path.map(Store::of_file).transpose().map_err(failed)?.flatten() {
        Some(store) => store,
        None => Store::spooled(reader, options.max_unpacked).map_err(failed)?,
    };
    Table::open(store, name.into(), options)
}

/// The rows of a file as articles; `name` is the file's for messages, `path` that of a file that lies on the disk as it
/// is.
///
/// # Errors
/// A footer that cannot be read; a column that is missing or that holds no text, number or date.
pub fn parquet_articles<'a>(
    path: Option<&Path>,
    reader: Reader,
    name: String,
    options: &'a Options,
    mut to_text: ToText<'a>,
) -> Result<Box<dyn Iterator<Item = Result<Raw>> + Send + 'a>> {
    let mut table = opened(path, reader, &name, options)?;
    let columns = Columns::find(&mut table, &name, &options.names)?;
    let max = options.max();
    Ok(Box::new(std::iter::from_fn(move || {
        let row = table.next()?;
        Some(row.and_then(|(place, cells)| columns.article(cells, place, max, &mut to_text)))
    })))
}

/// The rows of a file as JSON objects with the columns that can be read, for labelled items; a line's number is the
/// row's.
///
/// # Errors
/// A footer that cannot be read.
pub fn parquet_objects<'a>(
    path: Option<&Path>,
    reader: Reader,
    name: String,
    options: &Options,
    mut to_text: ToText<'a>,
) -> Result<Box<dyn Iterator<Item = Result<Line>> + Send + 'a>> {
    let mut table = opened(path, reader, &name, options)?;
    let (names, readable) = (table.names(), table.readable());
    let (names, wanted): (Vec<_>, Vec<_>) = names.into_iter().zip(readable).filter_map(|(n, c)| Some((n, c?))).unzip();
    table.want(wanted);
    let max = options.max();
    Ok(Box::new(std::iter::from_fn(move || {
        let row = table.next()?;
        Some(row.and_then(|(place, cells)| object(&names, cells, place, max, &mut to_text)))
    })))
}

fn object(names: &[String], cells: Vec<Cell>, place: Place, max: usize, to_text: &mut ToText<'_>) -> Result<Line> {
    let mut object = Map::new();
    for (name, cell) in names.iter().zip(cells) {
        let value = match cell {
            Cell::Missing => continue,
            Cell::Number(number) => number.parse().map_or(Value::String(number), Value::Number),
            other => Value::String(text(other, name, &place, max, to_text)?.unwrap_or_default()),
        };
        object.insert(name.clone(), value);
    }
    Ok(Line { text: Value::Object(object).to_string(), place })
}

/// A value as text; nothing where it is missing.
fn text(cell: Cell, name: &str, place: &Place, max: usize, to_text: &mut ToText<'_>) -> Result<Option<String>> {
    match cell {
        Cell::Missing => Ok(None),
        Cell::Number(text) | Cell::Word(text) => Ok(Some(text)),
        Cell::Bytes(bytes) if bytes.len() > max => {
            Err(too_long(place.clone(), &format!("the column {name:?} of the row"), max))
        }
        Cell::Bytes(bytes) => to_text(place, &bytes).map(Some),
    }
}

/// Where among the columns that are read those are that mean something.
struct Columns {
    text: usize,
    id: Option<usize>,
    title: Option<usize>,
    date: Option<usize>,
    others: [Option<usize>; OTHERS.len()],
    /// The names of all that are read.
    names: Vec<String>,
}

impl Columns {
    /// Finds the columns and has the table read them.
    fn find(table: &mut Table, file: &str, names: &FieldNames) -> Result<Columns> {
        let (there, readable) = (table.names(), table.readable());
        let place = Place::file(file);
        let mut wanted: Vec<(usize, Kind)> = Vec::new();
        let mut read: Vec<String> = Vec::new();
        let mut column = |name: &str| -> Result<Option<usize>> {
            let Some(at) = there.iter().position(|n| n == name) else { return Ok(None) };
            let found = readable.get(at).copied().flatten().ok_or_else(|| {
                let what = format!("the column {name:?} is nested, or holds no text, number or date");
                Error::input(place.clone(), what, "name another column, or write it as text")
            })?;
            wanted.push(found);
            read.push(name.to_string());
            Ok(Some(wanted.len() - 1))
        };
        let usual = FieldNames::default();
        let missing = |name: &str, option: &str| no_column(&place, name, &format!("name it: {option}"), &there);
        // As in other tables: a column that the user asks for must be there, the usual ones may be.
        let mut asked = |name: &str, usual: &str, option: &str| match column(name)? {
            None if name != usual && !name.is_empty() => Err(missing(name, option)),
            found => Ok(found),
        };
        let text = asked(&names.text, "", "--text-field")?.ok_or_else(|| missing(&names.text, "--text-field"))?;
        let id = asked(&names.id, &usual.id, "--id-field")?;
        let title = asked(&names.title, &usual.title, "--title-field")?;
        let date = asked(&names.date, &usual.date, "--date-field")?;
        let mut others = [None; OTHERS.len()];
        for (found, name) in others.iter_mut().zip(OTHERS) {
            *found = column(name)?;
        }
        table.want(wanted);
        Ok(Columns { text, id, title, date, others, names: read })
    }

    fn article(&self, mut cells: Vec<Cell>, place: Place, max: usize, to_text: &mut ToText<'_>) -> Result<Raw> {
        let mut get = |column: Option<usize>| match column {
            None => Ok(None),
            Some(i) => text(std::mem::replace(&mut cells[i], Cell::Missing), &self.names[i], &place, max, to_text),
        };
        let [outlet, source, crisis] = self.others;
        let (outlet, source) = (get(outlet)?, get(source)?);
        let fields = Fields {
            id: get(self.id)?,
            title: get(self.title)?,
            date: get(self.date)?,
            outlet: outlet.or(source),
            crisis: get(crisis)?,
            text: get(Some(self.text))?.unwrap_or_default(),
        };
        Ok(Raw::Record(fields, place))
    }
}
