//! What stands in for the reader of Parquet where the program was built without it.

use std::path::Path;

use super::start::Reader;
use super::table::ToText;
use super::{Options, Raw};
use crate::error::{Error, Place, Result};
use crate::text::lines::Line;

/// Refuses the file.
///
/// # Errors
/// Always, with the ways out.
pub fn parquet_articles<'a>(
    _: Option<&Path>,
    _: Reader,
    name: String,
    _: &'a Options,
    _: ToText<'a>,
) -> Result<Box<dyn Iterator<Item = Result<Raw>> + Send + 'a>> {
    Err(refused(name))
}

/// Refuses the file.
///
/// # Errors
/// Always, with the ways out.
pub fn parquet_objects<'a>(
    _: Option<&Path>,
    _: Reader,
    name: String,
    _: &Options,
    _: ToText<'a>,
) -> Result<Box<dyn Iterator<Item = Result<Line>> + Send + 'a>> {
    Err(refused(name))
}

fn refused(name: String) -> Error {
    let help = "build it with `--features parquet`, or write the table as CSV or JSON Lines";
    Error::input(Place::file(name), "it is Parquet, which this program was built without", help)
}
