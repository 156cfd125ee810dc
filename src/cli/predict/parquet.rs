//! Rows as Parquet, in groups of bounded size, so that any number of articles goes out of bounded memory. Gives bytes;
//! where they go is `rendered`'s.

use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::{ParquetError, Result as Written};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use super::table::{Column, Kind, Row, Value};
use crate::error::{Error, Result};

/// A group is closed at so many rows or so many bytes of text.
const ROWS: usize = 1 << 16;
const BYTES: usize = 1 << 25;

/// The values of a column that wait for their group.
enum Waiting {
    Texts { values: Vec<ByteArray>, levels: Vec<i16> },
    Probabilities(Vec<f64>),
    Counts(Vec<i64>),
}

/// A table on its way out.
pub struct Groups {
    writer: SerializedFileWriter<Vec<u8>>,
    columns: Vec<Waiting>,
    rows: usize,
    bytes: usize,
}

impl Groups {
    /// A table with these columns and no row yet.
    ///
    /// # Errors
    /// Columns that cannot be: labels of the same name.
    pub fn new(columns: Vec<Column>) -> Result<Groups> {
        begin(columns).map_err(failed)
    }

    /// Adds rows; gives what is to be written by now.
    ///
    /// # Errors
    /// Rows that are not those of the columns.
    pub fn add(&mut self, rows: Vec<Row>) -> Result<Vec<u8>> {
        for row in rows {
            for (column, value) in self.columns.iter_mut().zip(row) {
                self.bytes += column.add(value);
            }
            self.rows += 1;
        }
        if self.rows < ROWS && self.bytes < BYTES {
            return Ok(Vec::new());
        }
        self.close_group().map_err(failed)?;
        Ok(std::mem::take(self.writer.inner_mut()))
    }

    /// The rest of the file.
    ///
    /// # Errors
    /// As [`Groups::add`].
    pub fn finish(mut self) -> Result<Vec<u8>> {
        if self.rows > 0 {
            self.close_group().map_err(failed)?;
        }
        self.writer.into_inner().map_err(failed)
    }

    fn close_group(&mut self) -> Written<()> {
        let mut group = self.writer.next_row_group()?;
        for waiting in &mut self.columns {
            let Some(mut column) = group.next_column()? else { break };
            match waiting {
                Waiting::Texts { values, levels } => {
                    column.typed::<ByteArrayType>().write_batch(values, Some(levels), None)?;
                    values.clear();
                    levels.clear();
                }
                Waiting::Probabilities(values) => {
                    column.typed::<DoubleType>().write_batch(values, None, None)?;
                    values.clear();
                }
                Waiting::Counts(values) => {
                    column.typed::<Int64Type>().write_batch(values, None, None)?;
                    values.clear();
                }
            }
            column.close()?;
        }
        group.close()?;
        (self.rows, self.bytes) = (0, 0);
        self.writer.flush().map_err(|e| ParquetError::External(Box::new(e)))
    }
}

impl Waiting {
    /// Adds a value; gives about how many bytes it takes.
    fn add(&mut self, value: Value) -> usize {
        match (self, value) {
            (Waiting::Texts { values, levels }, Value::Text(text)) => {
                let length = text.as_ref().map_or(0, String::len);
                levels.push(i16::from(text.is_some()));
                values.extend(text.map(|text| ByteArray::from(text.into_bytes())));
                length + size_of::<ByteArray>()
            }
            (Waiting::Probabilities(values), Value::Probability(p)) => {
                values.push(p);
                size_of::<f64>()
            }
            (Waiting::Counts(values), Value::Count(n)) => {
                values.push(n as i64);
                size_of::<i64>()
            }
            // Columns and rows are made side by side in `table`.
            _ => 0,
        }
    }
}

fn begin(columns: Vec<Column>) -> Written<Groups> {
    let field = |(name, kind): &Column| {
        let builder = match kind {
            Kind::Text => Type::primitive_type_builder(name, Physical::BYTE_ARRAY)
                .with_logical_type(Some(LogicalType::String))
                .with_repetition(Repetition::OPTIONAL),
            Kind::Probability => {
                Type::primitive_type_builder(name, Physical::DOUBLE).with_repetition(Repetition::REQUIRED)
            }
            Kind::Count => Type::primitive_type_builder(name, Physical::INT64).with_repetition(Repetition::REQUIRED),
        };
        builder.build().map(Arc::new)
    };
    let fields = columns.iter().map(field).collect::<Written<Vec<_>>>()?;
    let schema = Type::group_type_builder("stances").with_fields(fields).build()?;
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?)).build();
    let waiting = |(_, kind): &Column| match kind {
        Kind::Text => Waiting::Texts { values: Vec::new(), levels: Vec::new() },
        Kind::Probability => Waiting::Probabilities(Vec::new()),
        Kind::Count => Waiting::Counts(Vec::new()),
    };
    let writer = SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties))?;
    Ok(Groups { writer, columns: columns.iter().map(waiting).collect(), rows: 0, bytes: 0 })
}

fn failed(error: ParquetError) -> Error {
    Error::setting("format", "parquet", format!("the table cannot be written so ({error}); take csv or jsonl"))
}

#[cfg(test)]
mod tests {
    use parquet::file::metadata::ParquetMetaDataReader;

    use super::*;

    /// Writes rows of one text and one number, a few at a time; gives the file and the most bytes that waited.
    fn write(rows: usize, text: &str) -> (Vec<u8>, usize) {
        let mut groups = Groups::new(vec![("t".into(), Kind::Text), ("n".into(), Kind::Count)]).unwrap();
        let (mut file, mut most) = (Vec::new(), 0);
        for number in 0..rows {
            let text = (number % 2 == 0).then(|| text.to_string());
            file.extend(groups.add(vec![vec![Value::Text(text), Value::Count(number)]]).unwrap());
            most = most.max(groups.bytes);
        }
        file.extend(groups.finish().unwrap());
        (file, most)
    }

    #[test]
    fn groups_are_bounded_by_rows_and_by_bytes_and_make_one_file() {
        // Ten texts of a tenth fill a group: rows 1 to 19, and so on to 99; the last row stands alone.
        for (rows, text, expected) in [(2 * ROWS + 5, "a", 3), (0, "a", 0), (100, &"b".repeat(BYTES / 10)[..], 6)] {
            let (file, most) = write(rows, text);
            let size = file.last_chunk::<8>().unwrap();
            let size = u32::from_le_bytes([size[0], size[1], size[2], size[3]]) as usize;
            let metadata =
                ParquetMetaDataReader::decode_metadata(&file[file.len() - 8 - size..file.len() - 8]).unwrap();
            assert_eq!((metadata.num_row_groups(), metadata.file_metadata().num_rows()), (expected, rows as i64));
            assert!(most < BYTES + BYTES / 10, "{most}");
        }
    }
}
