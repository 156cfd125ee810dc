//! Numbered lines of a stream: the common ground of every reader of JSON Lines.
//!
//! What a line means is the reader's; here are only line ends, byte order marks, blank lines and broken encodings.

use std::io::BufRead;

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
    mut reader: impl BufRead,
    name: impl Into<String>,
    before: usize,
) -> impl Iterator<Item = Result<Line>> {
    let (name, mut number, mut broken) = (name.into(), before, false);
    let mut bytes = Vec::new();
    std::iter::from_fn(move || {
        while !broken {
            bytes.clear();
            number += 1;
            let place = Place::line(&name, number);
            match reader.read_until(b'\n', &mut bytes) {
                Ok(0) => return None,
                Ok(_) => {}
                Err(source) => {
                    broken = true;
                    return Some(Err(Error::Io { place, source }));
                }
            }
            let line = if number == 1 { bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes) } else { &bytes };
            match std::str::from_utf8(line.trim_ascii()) {
                Ok("") => {}
                Ok(text) => return Some(Ok(Line { place, text: text.to_string() })),
                Err(error) => {
                    let what = format!("the line is not UTF-8 (byte {} of it)", error.valid_up_to() + 1);
                    return Some(Err(Error::input(place, what, "convert the file to UTF-8")));
                }
            }
        }
        None
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
}
