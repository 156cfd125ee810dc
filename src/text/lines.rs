//! Numbered lines of a stream: the common ground of every reader of JSON Lines.
//!
//! What a line means is the reader's; here are only line ends, byte order marks, blank lines and broken encodings.

use std::io::{BufRead, Read};

use crate::error::{Error, Place, Result};

/// One line that is not blank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// File and 1-based number.
    pub place: Place,
    /// The line without white space at its ends.
    pub text: String,
}

/// The lines of a stream in order; `name` is the file's for messages. Blank lines are passed over but counted, a byte
/// order mark and CRLF are accepted. After a line that is not UTF-8 the iterator goes on, after a failed read it ends.
pub fn numbered_lines(reader: impl BufRead, name: impl Into<String>) -> impl Iterator<Item = Result<Line>> {
    numbered_lines_from(reader, name, 0)
}

/// The same for a reader that begins behind the first `before` lines of the file.
pub fn numbered_lines_from(
    reader: impl BufRead,
    name: impl Into<String>,
    before: usize,
) -> impl Iterator<Item = Result<Line>> {
    lines(reader, name.into(), before, usize::MAX, utf8)
}

/// The same with a limit: a line of more than `max` bytes is an error, and is not kept in memory. `to_text` makes text
/// of a line's bytes, white space at its ends taken off; [`utf8`] is the plain one.
pub fn lines_up_to(
    reader: impl BufRead,
    name: impl Into<String>,
    max: usize,
    to_text: impl FnMut(&Place, &[u8]) -> Result<String>,
) -> impl Iterator<Item = Result<Line>> {
    lines(reader, name.into(), 0, max, to_text)
}

fn lines(
    mut reader: impl BufRead,
    name: String,
    before: usize,
    max: usize,
    mut to_text: impl FnMut(&Place, &[u8]) -> Result<String>,
) -> impl Iterator<Item = Result<Line>> {
    let (mut number, mut broken) = (before, false);
    let mut bytes = Vec::new();
    std::iter::from_fn(move || {
        while !broken {
            number += 1;
            let place = Place::line(&name, number);
            match read_line(&mut reader, max, &mut bytes) {
                Ok(Some(true)) => {}
                Ok(Some(false)) => return Some(Err(too_long(place, "the line", max))),
                Ok(None) => return None,
                Err(source) => {
                    broken = true;
                    return Some(Err(Error::read(place, source)));
                }
            }
            let line = if number == 1 { bytes.strip_prefix(MARK).unwrap_or(&bytes) } else { &bytes };
            match line.trim_ascii() {
                b"" => {}
                line => return Some(to_text(&place, line).map(|text| Line { place, text })),
            }
        }
        None
    })
}

/// The byte order mark of UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads a line into `bytes`; false where it is too long and was passed over, `None` at the end.
fn read_line(reader: &mut impl BufRead, max: usize, bytes: &mut Vec<u8>) -> std::io::Result<Option<bool>> {
    bytes.clear();
    let mut limited = reader.by_ref().take((max as u64).saturating_add(1));
    if limited.read_until(b'\n', bytes)? == 0 {
        return Ok(None);
    }
    if bytes.len() <= max || bytes.ends_with(b"\n") {
        return Ok(Some(true));
    }
    reader.skip_until(b'\n')?;
    Ok(Some(false))
}

/// The error of a line, record or text that is longer than allowed.
pub fn too_long(place: Place, what: &str, max: usize) -> Error {
    let what = format!("{what} has more than {max} bytes");
    Error::input(place, what, "raise --max-line if it is meant to be so long")
}

/// The text of bytes that are UTF-8.
///
/// # Errors
/// Bytes that are not, with the place of the first (from 1).
pub fn utf8(place: &Place, bytes: &[u8]) -> Result<String> {
    std::str::from_utf8(bytes).map(str::to_string).map_err(|error| {
        let what = format!("the line is not UTF-8 (byte {} of it)", error.valid_up_to() + 1);
        Error::input(place.clone(), what, "convert the file to UTF-8")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_line_ends_and_blank_lines_are_taken_off() {
        let lines: Vec<_> =
            numbered_lines(&b"\xef\xbb\xbfone\r\n\n  two  \nthree"[..], "f").map(Result::unwrap).collect();
        let seen: Vec<_> = lines.iter().map(|l| (l.place.line, l.text.as_str())).collect();
        assert_eq!(seen, [(Some(1), "one"), (Some(3), "two"), (Some(4), "three")]);
    }

    #[test]
    fn a_line_of_another_encoding_is_named_and_the_next_one_read() {
        let mut lines = numbered_lines(&b"caf\xe9\nok"[..], "f");
        let message = lines.next().unwrap().unwrap_err().to_string();
        assert_eq!(message, "f:1: the line is not UTF-8 (byte 4 of it); convert the file to UTF-8");
        assert_eq!(lines.next().unwrap().unwrap().text, "ok");
    }

    #[test]
    fn a_line_that_is_too_long_is_passed_over() {
        let found: Vec<_> = lines_up_to(&b"12345\n123456\n\n12\n1234567"[..], "f", 5, utf8).collect();
        let found: Vec<String> =
            found.into_iter().map(|line| line.map_or_else(|e| e.to_string(), |line| line.text)).collect();
        assert_eq!((found[0].as_str(), found[2].as_str()), ("12345", "12"));
        assert!(found[1].starts_with("f:2: the line has more than 5 bytes; raise --max-line"), "{}", found[1]);
        assert!(found[3].starts_with("f:5: "), "{}", found[3]);
    }
}
