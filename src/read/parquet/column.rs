//! One column of a row group, value by value: no more of it is in memory than a page and its dictionary.

use parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use parquet::data_type::{ByteArray, DataType};
use parquet::errors::{ParquetError, Result};
use parquet::schema::types::ColumnDescPtr;

use super::cell::{self, Cell, Kind};
use super::pages::Pages;

/// A column that is being read.
pub struct Column {
    reader: ColumnReader,
    kind: Kind,
    /// For messages.
    name: String,
}

impl Column {
    /// The column of these pages.
    pub fn new(descriptor: ColumnDescPtr, kind: Kind, pages: Pages) -> Column {
        let name = descriptor.name().to_string();
        Column { reader: get_column_reader(descriptor, Box::new(pages)), kind, name }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The next value.
    ///
    /// # Errors
    /// Pages that cannot be read, or an end before the rows'.
    pub fn next(&mut self) -> Result<Cell> {
        use ColumnReader as R;
        let kind = self.kind;
        match &mut self.reader {
            R::BoolColumnReader(reader) => one(reader, |v| Cell::Word(v.to_string())),
            R::Int32ColumnReader(reader) => one(reader, |v| kind.int(v)),
            R::Int64ColumnReader(reader) => one(reader, |v| kind.long(v)),
            R::Int96ColumnReader(reader) => one(reader, |v| cell::old_time(v.data())),
            // As decimal text and back, so that 0.1 stays 0.1.
            R::FloatColumnReader(reader) => one(reader, |v| cell::float(v.to_string().parse().unwrap_or(f64::NAN))),
            R::DoubleColumnReader(reader) => one(reader, cell::float),
            R::ByteArrayColumnReader(reader) => one(reader, |v: ByteArray| Cell::Bytes(v.data().to_vec())),
            R::FixedLenByteArrayColumnReader(_) => Ok(Cell::Missing),
        }
    }
}

/// Reads one value. More at once would be faster, but values may be prefixes of each other, and much larger together
/// than their page.
fn one<T: DataType>(reader: &mut ColumnReaderImpl<T>, cell: impl Fn(T::T) -> Cell) -> Result<Cell> {
    let (mut levels, mut values) = (Vec::new(), Vec::new());
    let (records, _, _) = reader.read_records(1, Some(&mut levels), None, &mut values)?;
    if records == 0 {
        return Err(ParquetError::EOF("it has fewer values than there are rows".into()));
    }
    Ok(values.pop().map_or(Cell::Missing, cell))
}
