//! Results on their way out: bytes as they are printed, or rows of a table that is written in groups.

use std::path::Path;

use super::parquet::Groups;
use super::table::{self, Column, Row};
use super::{Format, output};
use crate::error::Result;

/// What one article or a few items come to.
pub enum Piece {
    /// Bytes to print.
    Bytes(Vec<u8>),
    /// Rows of a Parquet table.
    Rows(Vec<Row>),
}

impl From<String> for Piece {
    fn from(text: String) -> Piece {
        Piece::Bytes(text.into_bytes())
    }
}

/// Where results go.
pub struct Output {
    stream: output::Stream,
    groups: Option<Groups>,
}

impl Output {
    /// Begins the output, that of CSV with its header; `plain` as in [`output::Stream::new`].
    ///
    /// # Errors
    /// A file that cannot be written; Parquet from a program that was built without it.
    pub fn new(path: Option<&Path>, plain: bool, format: Format, columns: Vec<Column>) -> Result<Output> {
        let header = (format == Format::Csv).then(|| table::csv_header(&columns));
        let groups = (format == Format::Parquet).then(|| Groups::new(columns)).transpose()?;
        let stream = output::Stream::new(path, plain)?;
        stream.write(header.unwrap_or_default().as_bytes())?;
        Ok(Output { stream, groups })
    }

    /// Writes a result.
    ///
    /// # Errors
    /// A reader that went away, or a full disk.
    pub fn write(&mut self, piece: Piece) -> Result<()> {
        match (piece, &mut self.groups) {
            (Piece::Bytes(bytes), _) => self.stream.write(&bytes),
            (Piece::Rows(rows), Some(groups)) => {
                let bytes = groups.add(rows)?;
                if bytes.is_empty() { Ok(()) } else { self.stream.write(&bytes) }
            }
            // Rows are made for tables only.
            (Piece::Rows(_), None) => Ok(()),
        }
    }

    /// Writes what is buffered, as far as it can be seen before the end.
    ///
    /// # Errors
    /// As [`Output::write`].
    pub fn flush(&self) -> Result<()> {
        self.stream.flush()
    }

    /// Ends the output and puts a file in place.
    ///
    /// # Errors
    /// As [`Output::write`].
    pub fn finish(self) -> Result<()> {
        if let Some(groups) = self.groups {
            self.stream.write(&groups.finish()?)?;
        }
        self.stream.finish()
    }
}
