//! What stands in for the writer of Parquet where the program was built without it.

use super::table::{Column, Row};
use crate::error::{Error, Result};

/// No table can be written.
pub enum Groups {}

impl Groups {
    /// Refuses to write.
    ///
    /// # Errors
    /// Always, with the ways out.
    pub fn new(_: Vec<Column>) -> Result<Groups> {
        let help = "this program was built without it: build it with `--features parquet`, or take csv or jsonl";
        Err(Error::setting("format", "parquet", help))
    }

    /// Never called.
    ///
    /// # Errors
    /// None.
    pub fn add(&mut self, _: Vec<Row>) -> Result<Vec<u8>> {
        match *self {}
    }

    /// Never called.
    ///
    /// # Errors
    /// None.
    pub fn finish(self) -> Result<Vec<u8>> {
        match self {}
    }
}
