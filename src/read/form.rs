//! Which form an input has: by the ending of its name, or else by its first bytes.

use std::path::Path;

use crate::error::Refusal;
use crate::files;

/// A form of input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum InputForm {
    /// One article per file
    Txt,
    /// One article per file, with headings, links and front matter
    Md,
    /// One web page per file; the article in it is looked for
    Html,
    /// One JSON object per line
    Jsonl,
    /// An array of JSON objects, or objects one after the other
    Json,
    /// A header line, one article per record
    Csv,
    /// The same with tabs
    Tsv,
    /// A table in columns, one article per row
    Parquet,
}

/// Endings and the forms they stand for.
const ENDINGS: [(&str, InputForm); 15] = [
    ("txt", InputForm::Txt),
    ("text", InputForm::Txt),
    ("md", InputForm::Md),
    ("markdown", InputForm::Md),
    ("html", InputForm::Html),
    ("htm", InputForm::Html),
    ("xhtml", InputForm::Html),
    ("jsonl", InputForm::Jsonl),
    ("ndjson", InputForm::Jsonl),
    ("json", InputForm::Json),
    ("csv", InputForm::Csv),
    ("tsv", InputForm::Tsv),
    ("tab", InputForm::Tsv),
    ("parquet", InputForm::Parquet),
    ("pq", InputForm::Parquet),
];

/// How Parquet begins.
pub const PARQUET: &[u8] = b"PAR1";

/// Endings of packed files, behind which another ending may stand.
const PACKED: [&str; 2] = ["gz", "zst"];

/// Beginnings of files that are no text, what they are, and what to do with them.
const OTHERS: [(&[u8], &str, &str); 8] = [
    (b"PK\x03\x04", "a ZIP archive", "unpack it first"),
    (b"\xfd7zXZ\0", "packed with xz", "unpack it and pipe it in: xz -dc FILE | stance predict"),
    (b"BZh", "packed with bzip2", "unpack it and pipe it in: bzip2 -dc FILE | stance predict"),
    (b"7z\xbc\xaf", "a 7-Zip archive", "unpack it first"),
    (b"%PDF-", "a PDF", "make text of it first, with pdftotext for example"),
    (b"PARE", "encrypted Parquet", "write it without encryption"),
    (b"\x89PNG", "a picture", "take it out"),
    (b"\xff\xd8\xff", "a picture", "take it out"),
];

/// The form that the ending of a name stands for, the ending of a packed file set aside.
pub fn by_ending(path: &Path) -> Option<InputForm> {
    if is_packed_name(path) {
        return by_ending(Path::new(path.file_stem()?));
    }
    let ending = files::extension(path)?;
    ENDINGS.iter().find(|(e, _)| *e == ending).map(|(_, form)| *form)
}

/// Whether a name ends as that of a packed file.
pub fn is_packed_name(path: &Path) -> bool {
    files::extension(path).is_some_and(|ending| PACKED.contains(&ending.as_str()))
}

/// All endings, for messages.
pub fn endings() -> String {
    ENDINGS.map(|(ending, _)| ending).join(", ")
}

/// Refuses what is known to be no text.
///
/// # Errors
/// A [`Refusal`] that says what it is.
pub fn refuse_others(start: &[u8]) -> std::io::Result<()> {
    match OTHERS.iter().find(|(magic, ..)| start.starts_with(magic)) {
        Some((_, what, help)) => Err(Refusal::io(format!("it is {what}, which is not read"), *help)),
        None => Ok(()),
    }
}

/// The form of a file by its ending, of stdin and other endings by its first bytes. `text_field` is the column that a
/// table must have.
pub fn form_of(path: &Path, start: &[u8], text_field: &str) -> InputForm {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let array = start.trim_ascii_start().strip_prefix(b"[");
    let objects = array.is_some_and(|rest| matches!(rest.trim_ascii_start().first(), None | Some(b'{' | b']')));
    match by_ending(path) {
        _ if start.starts_with(PARQUET) => InputForm::Parquet,
        Some(InputForm::Jsonl) if objects => InputForm::Json,
        Some(form) => form,
        None if objects => InputForm::Json,
        None if start.trim_ascii_start().starts_with(b"{") => InputForm::Jsonl,
        None if is_page(start) => InputForm::Html,
        None if start.starts_with(b"---\n") || start.starts_with(b"# ") => InputForm::Md,
        None if has_column(start, text_field) => InputForm::Csv,
        None => InputForm::Txt,
    }
}

/// Whether bytes begin as a web page does: with an element of its top, or with something else in pointed brackets and
/// such an element behind it.
fn is_page(start: &[u8]) -> bool {
    let begins = |tag: &[u8]| TOPS.iter().any(|top| tag.get(..top.len()).is_some_and(|t| t.eq_ignore_ascii_case(top)));
    match start.trim_ascii_start().strip_prefix(b"<") {
        Some(rest) if rest.starts_with(b"!--") || rest.starts_with(b"?xml") => rest.split(|b| *b == b'<').any(begins),
        Some(rest) => begins(rest),
        None => false,
    }
}

/// How the elements begin with which a page begins.
const TOPS: [&[u8]; 6] = [b"!doctype html", b"html", b"head>", b"title>", b"body", b"meta "];

/// Whether the first line is that of a table with such a column.
fn has_column(start: &[u8], text_field: &str) -> bool {
    let line = first_line(start);
    let parts = |delimiter: u8| line.split(move |b| *b == delimiter);
    let is_text = |cell: &[u8]| cell.trim_ascii().trim_quotes() == text_field.as_bytes();
    DELIMITERS.iter().any(|d| parts(*d).count() > 1 && parts(*d).any(is_text))
}

trait TrimQuotes {
    fn trim_quotes(&self) -> &Self;
}

impl TrimQuotes for [u8] {
    fn trim_quotes(&self) -> &[u8] {
        self.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")).unwrap_or(self)
    }
}

fn first_line(start: &[u8]) -> &[u8] {
    start.split(|b| *b == b'\n').find(|line| !line.trim_ascii().is_empty()).unwrap_or_default()
}

/// What may part columns, the most usual first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The delimiter of a table: what its header line has most of outside quotes.
pub fn delimiter(start: &[u8]) -> u8 {
    let mut counts = [0; DELIMITERS.len()];
    let mut quoted = false;
    for byte in first_line(start) {
        quoted ^= *byte == b'"';
        let at = DELIMITERS.iter().position(|d| d == byte).filter(|_| !quoted);
        at.into_iter().for_each(|i| counts[i] += 1);
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    counts.iter().position(|c| *c == most).map_or(b',', |i| DELIMITERS[i])
}

/// Reads a delimiter.
///
/// # Errors
/// More than one byte.
pub fn parse_delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"tab" | b"\\t" => Ok(b'\t'),
        [byte] if !matches!(byte, b'"' | b'\n' | b'\r') => Ok(*byte),
        _ => Err("give one ASCII character, or tab".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_of_forms() {
        let cases = [
            ("a.txt", "{\"text\": 1}", InputForm::Txt),
            ("a.MD", "x", InputForm::Md),
            ("a.jsonl.gz", "{", InputForm::Jsonl),
            ("a.csv.zst", "", InputForm::Csv),
            ("a.jsonl", " [\n{\"text\"", InputForm::Json),
            ("a.json", "{\"text\"", InputForm::Json),
            ("-", "\u{feff} {\"text\"", InputForm::Jsonl),
            ("-", "[{", InputForm::Json),
            ("-", "[Reuters] Talks failed.", InputForm::Txt),
            ("-", "id;\"text\"\n1;x", InputForm::Csv),
            ("-", "id\ttext\n", InputForm::Csv),
            ("-", "text\nmore", InputForm::Txt),
            ("-", "---\ntitle: x\n---\n", InputForm::Md),
            ("a.gz", "Talks failed, he said", InputForm::Txt),
            ("a.PQ.gz", "", InputForm::Parquet),
            ("a.txt", "PAR1\x15\x04", InputForm::Parquet),
            ("-", "", InputForm::Txt),
        ];
        for (path, start, form) in cases {
            assert_eq!(form_of(Path::new(path), start.as_bytes(), "text"), form, "{path}: {start}");
        }
    }

    #[test]
    fn the_delimiter_is_what_the_header_has_most_of() {
        for (header, expected) in [
            ("id,text", b','),
            ("id;\"a,b,c\";text\n1,2,3", b';'),
            ("\na\tb", b'\t'),
            ("a|b,c|d", b'|'),
            ("text", b','),
        ] {
            assert_eq!(delimiter(header.as_bytes()), expected, "{header}");
        }
        assert_eq!((parse_delimiter("tab"), parse_delimiter(";")), (Ok(b'\t'), Ok(b';')));
        assert!(parse_delimiter(";;").is_err() && parse_delimiter("é").is_err());
    }
}
