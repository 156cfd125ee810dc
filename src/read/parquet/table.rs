//! A Parquet file as rows: its footer says where row groups and columns are; the columns that are wanted are read side by
//! side, a value of each at a time. A row group that cannot be read is told and passed over, the next one is read.

use std::io::Error as IoError;
use std::sync::Arc;

use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, ParquetMetaDataReader};
use parquet::schema::types::Type;

use super::cell::{Cell, Kind};
use super::column::Column;
use super::guard::guarded;
use super::pages::{DAMAGED, Pages, Ration, external};
use super::store::Store;
use crate::error::{Error, Place, Refusal, Result};
use crate::read::Options;

/// The end of a file: the length of what is before it, and a name (parquet-format, "File Format").
const TAIL: u64 = 8;
const MAGIC: &[u8; 4] = b"PAR1";
const ENCRYPTED: &[u8; 4] = b"PARE";

/// A row costs so many bytes besides its values: nulls and short values can stand for next to nothing in a file.
const ROW: usize = 16;

/// A table that is being read.
pub struct Table {
    store: Arc<Store>,
    metadata: ParquetMetaData,
    /// The file's, for messages.
    name: String,
    /// The columns that are read: number, and how.
    wanted: Vec<(usize, Kind)>,
    /// Row groups that were begun, and the rows of those that are done.
    groups: usize,
    rows_before: usize,
    /// The row group that is being read: its columns, how many rows it has and how many were read.
    columns: Vec<Column>,
    rows: usize,
    row: usize,
    unpacked: Arc<Ration>,
    given: Arc<Ration>,
}

impl Table {
    /// Reads the footer; no column is wanted yet.
    ///
    /// # Errors
    /// What is no Parquet file, is cut off or damaged, is encrypted, or has a footer longer than `--max-line`.
    pub fn open(store: Store, name: String, options: &Options) -> Result<Table> {
        let place = Place::file(&name);
        let metadata = footer(&store, options.max_line).map_err(|e| Error::read(place, e))?;
        let ration = || Ration::new(options.max_unpacked);
        Ok(Table {
            store: Arc::new(store),
            metadata,
            name,
            wanted: Vec::new(),
            groups: 0,
            rows_before: 0,
            columns: Vec::new(),
            rows: 0,
            row: 0,
            unpacked: ration(),
            given: ration(),
        })
    }

    /// The names of the columns, nested ones by the name outside.
    pub fn names(&self) -> Vec<String> {
        self.fields().iter().map(|field| field.name().to_string()).collect()
    }

    fn fields(&self) -> &[Arc<Type>] {
        self.metadata.file_metadata().schema().get_fields()
    }

    /// Where the columns are that can be read, by the number of their name; `None` for the others.
    pub fn readable(&self) -> Vec<Option<(usize, Kind)>> {
        let schema = self.metadata.file_metadata().schema_descr();
        let mut found = vec![None; self.fields().len()];
        for (number, column) in schema.columns().iter().enumerate() {
            if let Some(place) = found.get_mut(schema.get_column_root_idx(number)) {
                *place = Kind::of(column).map(|kind| (number, kind));
            }
        }
        found
    }

    /// Says which columns are read.
    pub fn want(&mut self, columns: Vec<(usize, Kind)>) {
        self.wanted = columns;
    }

    /// The next row: its number in the file, from 1, and its values in the order of the columns that are wanted.
    pub fn next(&mut self) -> Option<Result<(Place, Vec<Cell>)>> {
        while self.row == self.rows {
            self.rows_before += self.rows;
            (self.row, self.rows) = (0, 0);
            if self.groups == self.metadata.num_row_groups() || self.unpacked.is_spent() || self.given.is_spent() {
                return None;
            }
            if let Err(error) = self.begin(self.groups) {
                return Some(Err(error));
            }
        }
        self.row += 1;
        let place = Place::line(&self.name, self.rows_before + self.row);
        let (columns, given) = (&mut self.columns, &self.given);
        let mut at = None;
        let cells = guarded(|| {
            let mut cells = Vec::with_capacity(columns.len());
            given.take(ROW).map_err(external)?;
            for (number, column) in columns.iter_mut().enumerate() {
                at = Some(number);
                let cell = column.next()?;
                if let Cell::Bytes(bytes) = &cell {
                    given.take(bytes.len()).map_err(external)?;
                }
                cells.push(cell);
            }
            Ok(cells)
        });
        match cells {
            Ok(cells) => Some(Ok((place, cells))),
            Err(error) => {
                let column = at.and_then(|number| self.columns.get(number));
                let column = column.map(|column| format!(", column {:?}", column.name())).unwrap_or_default();
                let error = failed(place, &format!("row group {}{column}", self.groups), error);
                self.row = self.rows;
                Some(Err(error))
            }
        }
    }

    /// Opens the columns of a row group.
    fn begin(&mut self, number: usize) -> Result<()> {
        self.groups += 1;
        self.columns.clear();
        let group = self.metadata.row_group(number);
        let place = Place::line(&self.name, self.rows_before + 1);
        let damaged = |what: String| {
            let what = format!("row group {}: {what}", number + 1);
            Error::input(place.clone(), what, DAMAGED)
        };
        self.rows = usize::try_from(group.num_rows()).map_err(|_| damaged("its number of rows is damaged".into()))?;
        for (column, kind) in &self.wanted {
            let chunk = group.columns().get(*column).ok_or_else(|| damaged("a column is missing".into()))?;
            let descriptor = self.metadata.file_metadata().schema_descr().column(*column);
            let Some((at, end)) = range(chunk).filter(|(_, end)| *end <= self.store.length()) else {
                self.row = self.rows;
                return Err(damaged(format!("the column {:?} lies outside the file", descriptor.name())));
            };
            let pages = Pages {
                store: self.store.clone(),
                at,
                end,
                packing: chunk.compression(),
                optional: descriptor.max_def_level() > 0,
                ration: self.unpacked.clone(),
            };
            self.columns.push(Column::new(descriptor, *kind, pages));
        }
        Ok(())
    }
}

/// Where a column's pages begin and end.
fn range(chunk: &ColumnChunkMetaData) -> Option<(u64, u64)> {
    let data = chunk.data_page_offset();
    // Some writers put 0 where there is no dictionary.
    let start = chunk.dictionary_page_offset().filter(|at| (1..data).contains(at)).unwrap_or(data);
    let (start, length) = (u64::try_from(start).ok()?, u64::try_from(chunk.compressed_size()).ok()?);
    Some((start, start.checked_add(length)?))
}

/// An error of a row group with its place.
fn failed(place: Place, at: &str, error: ParquetError) -> Error {
    let error = match error {
        ParquetError::External(error) => error,
        ParquetError::General(what) | ParquetError::EOF(what) | ParquetError::NYI(what) => {
            return Error::input(place, format!("{at}: {what}"), DAMAGED);
        }
        other => return Error::input(place, format!("{at}: {other}"), DAMAGED),
    };
    match error.downcast::<IoError>().map(|e| e.downcast::<Refusal>()) {
        Ok(Ok(refusal)) => Error::input(place, format!("{at}: {}", refusal.what), refusal.help),
        Ok(Err(source)) => Error::Io { place, source },
        Err(other) => Error::input(place, format!("{at}: {other}"), DAMAGED),
    }
}

/// What stands at the end of a file.
fn footer(store: &Store, max: u64) -> std::io::Result<ParquetMetaData> {
    let get = "get the file anew, or write it again";
    let length = store.length();
    if length < TAIL + 4 {
        return Err(Refusal::io("it is no Parquet file: it is too short", "name its form: --input"));
    }
    let tail = store.read(length - TAIL, TAIL as usize)?;
    match tail.last_chunk::<4>() {
        Some(MAGIC) => {}
        Some(ENCRYPTED) => return Err(Refusal::io("it is encrypted, which is not read", "write it without")),
        _ if store.read(0, 4)? == MAGIC => {
            return Err(Refusal::io("its end is missing: the file is cut off", get));
        }
        _ => return Err(Refusal::io("it is no Parquet file", "name its form: --input")),
    }
    let size = tail.first_chunk::<4>().map_or(0, |size| u64::from(u32::from_le_bytes(*size)));
    if size > length - TAIL {
        return Err(Refusal::io("its footer is damaged: it is longer than the file", get));
    }
    if size > max {
        let what = format!("its footer has more than {max} bytes");
        return Err(Refusal::io(what, "raise --max-line, or write it with fewer row groups"));
    }
    let bytes = store.read(length - TAIL - size, size as usize)?;
    guarded(|| ParquetMetaDataReader::decode_metadata(&bytes)).map_err(|error| match error {
        ParquetError::General(what) | ParquetError::EOF(what) => {
            Refusal::io(format!("its footer is damaged ({what})"), get)
        }
        other => Refusal::io(format!("its footer is damaged ({other})"), get),
    })
}
