//! How articles get in: files, folders and stdin; unpacked, in UTF-8, in whichever form they have; one after the other.
//!
//! What an article is, the library decides; nothing is classified here.

mod notes;
mod start;
mod unpack;
pub mod encoding;
mod markdown;
#[cfg(feature = "html")]
pub mod html;
mod form;
mod sources;
mod raw;
mod table;
#[cfg(feature = "parquet")]
mod parquet;
#[cfg(not(feature = "parquet"))]
#[path = "no_parquet.rs"]
mod parquet;
mod stream;
mod items;

pub use form::{InputForm, parse_delimiter};
pub use items::{is_plain, item_lines, item_lines_of};
pub use notes::Notes;
pub use raw::{Raw, Whole};
pub use sources::{Source, sources};
pub use stream::{raw_articles, raw_articles_of};

use crate::text::reader::FieldNames;

/// How input is read.
#[derive(Debug, Clone)]
pub struct Options {
    /// Form of the input; `None`, the default, goes by the file's ending and its first bytes.
    pub input: Option<InputForm>,
    /// Names of the fields or columns that are read.
    pub names: FieldNames,
    /// What parts the columns of a table; `None`, the default, takes what the header line has most of.
    pub delimiter: Option<u8>,
    /// Encoding of the input; by default what is not UTF-8 is converted.
    pub encoding: encoding::Choice,
    /// The longest line, record or text in bytes; default 100 MB.
    pub max_line: u64,
    /// The most bytes that a packed file, or a Parquet file, may unpack to; default 10 GiB.
    pub max_unpacked: u64,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            input: None,
            names: FieldNames::default(),
            delimiter: None,
            encoding: encoding::Choice::Auto,
            max_line: 100_000_000,
            max_unpacked: 10 << 30,
        }
    }
}

impl Options {
    /// The longest line, record or text, in bytes of memory.
    pub fn max(&self) -> usize {
        usize::try_from(self.max_line).unwrap_or(usize::MAX)
    }
}
