//! The options that say how input is read.

use super::memory::parse_size;
use crate::read::{InputForm, Options, encoding, parse_delimiter};
use crate::text::reader::FieldNames;

/// How input is read.
#[derive(clap::Args)]
pub struct ReadArgs {
    /// Form of the input [default: by the file's ending and its first bytes]
    #[arg(long, value_enum)]
    input: Option<InputForm>,
    /// Field or column that holds the text
    #[arg(long, value_name = "FIELD", default_value = "text")]
    text_field: String,
    /// Field or column that holds the identifier; with an empty name FILE:LINE is the identifier
    #[arg(long, value_name = "FIELD", default_value = "id")]
    id_field: String,
    /// Field or column that holds the headline
    #[arg(long, value_name = "FIELD", default_value = "title")]
    title_field: String,
    /// Field or column that holds the date
    #[arg(long, value_name = "FIELD", default_value = "date")]
    date_field: String,
    /// What parts the columns of a table: a character, or `tab` [default: what the header line has most of]
    #[arg(long, value_name = "CHAR", value_parser = parse_delimiter)]
    delimiter: Option<u8>,
    /// Encoding of the input: `auto` converts what is not UTF-8, `strict` refuses it, and a label such as windows-1252
    /// says what it is
    #[arg(long, value_name = "auto|strict|LABEL", default_value = "auto", value_parser = encoding::parse)]
    encoding: encoding::Choice,
    /// Refuse a line, record or whole text that is longer; so much of it may be in memory
    #[arg(long, value_name = "SIZE", default_value = "100MB", value_parser = parse_size)]
    max_line: u64,
    /// Refuse a packed file (.gz, .zst) or a Parquet file that unpacks to more
    #[arg(long, value_name = "SIZE", default_value = "10GiB", value_parser = parse_size)]
    max_unpacked: u64,
}

impl ReadArgs {
    /// The same for the readers.
    pub fn options(&self) -> Options {
        Options {
            input: self.input,
            names: FieldNames {
                text: self.text_field.clone(),
                id: self.id_field.clone(),
                title: self.title_field.clone(),
                date: self.date_field.clone(),
            },
            delimiter: self.delimiter,
            encoding: self.encoding,
            max_line: self.max_line,
            max_unpacked: self.max_unpacked,
        }
    }
}
