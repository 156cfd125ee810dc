//! The objects of a JSON array, or JSON objects one after the other, as pieces of text with the line where each begins.
//!
//! Only finds where they begin and end, one at a time and without recursion: a file may be larger than memory, and
//! nested as deeply as anybody likes. What an object means is the business of `reader`.

use std::io::BufRead;

use super::lines::{Line, too_long};
use crate::error::{Error, Place, Result};

/// The objects of a stream in order; `name` is the file's for messages. An object of more than `max` bytes is an error
/// and is not kept in memory. `to_text` makes text of the bytes. After an error the iterator goes on with the next
/// object; after a failed read it ends.
pub fn json_elements(
    reader: impl BufRead,
    name: impl Into<String>,
    max: usize,
    mut to_text: impl FnMut(&Place, &[u8]) -> Result<String>,
) -> impl Iterator<Item = Result<Line>> {
    let name = name.into();
    let mut scanner = Scanner { reader, line: 1, array: None, bytes: Vec::new(), max };
    let mut broken = false;
    std::iter::from_fn(move || {
        if broken {
            return None;
        }
        let found = scanner.next();
        let place = Place::line(&name, scanner.line);
        match found {
            Ok(Found::End) => None,
            Ok(Found::Object { line, ends }) => {
                let place = Place::line(&name, line);
                Some(match ends {
                    Ends::Whole => to_text(&place, &scanner.bytes).map(|text| Line { place, text }),
                    Ends::TooLong => Err(too_long(place, "the object", max)),
                    Ends::Cut => Err(Error::input(place, "the file ends inside this object", "get the file anew")),
                })
            }
            Ok(Found::Other(what, help)) => Some(Err(Error::input(place, what, help))),
            Err(source) => {
                broken = true;
                Some(Err(Error::read(place, source)))
            }
        }
    })
}

enum Found {
    /// Its bytes are in the scanner.
    Object {
        line: usize,
        ends: Ends,
    },
    /// Something that has no place there, and the way out.
    Other(&'static str, &'static str),
    End,
}

enum Ends {
    Whole,
    TooLong,
    Cut,
}

struct Scanner<R> {
    reader: R,
    /// 1-based line of the next byte.
    line: usize,
    /// Whether the stream is an array that is still open; `None` before anything was read.
    array: Option<bool>,
    bytes: Vec<u8>,
    max: usize,
}

impl<R: BufRead> Scanner<R> {
    fn next(&mut self) -> std::io::Result<Found> {
        let mut stray = false;
        while let Some(byte) = self.peek()? {
            let mark = self.array.is_none() && b"\xef\xbb\xbf".contains(&byte);
            match byte {
                b'{' if stray => return Ok(Found::Other("there is something between objects", OBJECTS)),
                b'{' => {
                    self.array.get_or_insert(false);
                    return self.object();
                }
                b'[' if self.array.is_none() => self.array = Some(true),
                b']' if self.array == Some(true) => self.array = Some(false),
                b'\n' => self.line += 1,
                _ => stray |= !(byte.is_ascii_whitespace() || byte == b',' || mark),
            }
            self.reader.consume(1);
        }
        if stray {
            return Ok(Found::Other("there is something that is no object", OBJECTS));
        }
        if self.array == Some(true) {
            self.array = Some(false);
            return Ok(Found::Other("the file ends before the array does", "get the file anew"));
        }
        Ok(Found::End)
    }

    fn peek(&mut self) -> std::io::Result<Option<u8>> {
        Ok(self.reader.fill_buf()?.first().copied())
    }

    /// Reads an object into `bytes`, up to its closing brace.
    fn object(&mut self) -> std::io::Result<Found> {
        self.bytes.clear();
        let (line, mut state, mut length) = (self.line, Depth::default(), 0_usize);
        loop {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                self.array = Some(false);
                return Ok(Found::Object { line, ends: Ends::Cut });
            }
            let end = buffer.iter().position(|b| state.closes(*b));
            let piece = &buffer[..end.map_or(buffer.len(), |at| at + 1)];
            self.line += piece.iter().filter(|b| **b == b'\n').count();
            length += piece.len();
            if length <= self.max {
                self.bytes.extend_from_slice(piece);
            }
            let taken = piece.len();
            self.reader.consume(taken);
            if end.is_some() {
                let ends = if length <= self.max { Ends::Whole } else { Ends::TooLong };
                return Ok(Found::Object { line, ends });
            }
        }
    }
}

const OBJECTS: &str = "an array must hold objects only, each an article";

/// How deep in brackets the scanner is.
#[derive(Default)]
struct Depth {
    depth: usize,
    string: bool,
    escaped: bool,
}

impl Depth {
    /// Takes a byte; true where it closes the object.
    fn closes(&mut self, byte: u8) -> bool {
        if self.string {
            // JSON allows no line break in a string: where there is one, a quote is missing, and the parser will say so.
            let ends = (byte == b'"' && !self.escaped) || byte == b'\n';
            self.escaped = byte == b'\\' && !self.escaped;
            self.string = !ends;
            return false;
        }
        match byte {
            b'"' => (self.string, self.escaped) = (true, false),
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        self.depth == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::lines::utf8;

    fn read(text: &str, max: usize) -> Vec<String> {
        // A reader that gives seven bytes at a time: objects lie across its pieces.
        let reader = std::io::BufReader::with_capacity(7, text.as_bytes());
        let found = json_elements(reader, "f", max, utf8);
        found.map(|r| r.map_or_else(|e| e.to_string(), |l| format!("{} {}", l.place, l.text))).collect()
    }

    #[test]
    fn arrays_and_objects_one_after_the_other() {
        let array = "\u{feff}[\n {\"a\": \"}]\\\"{\"},\r\n {\"b\": [{}, {\"c\": \"\\\\\"}]}\n]\n";
        let objects = ["f:2 {\"a\": \"}]\\\"{\"}", "f:3 {\"b\": [{}, {\"c\": \"\\\\\"}]}"];
        assert_eq!(read(array, 100), objects);
        assert_eq!(read("{\"a\": 1}\n{\"a\":\n2}{}", 100), ["f:1 {\"a\": 1}", "f:2 {\"a\":\n2}", "f:3 {}"]);
        assert_eq!(read(" [ ] ", 100), [""; 0]);
        assert_eq!(read("", 100), [""; 0]);
    }

    #[test]
    fn broken_streams_are_named_and_reading_goes_on() {
        let cases: &[(&str, &[&str])] = &[
            ("[{\"a\": 1},\n{\"b\": ", &["f:1 {\"a\": 1}", "f:2: the file ends inside this object; get the file anew"]),
            ("[{\"a\": 1}", &["f:1 {\"a\": 1}", "f:1: the file ends before the array does; get the file anew"]),
            ("[1,\n{}]", &["f:2: there is something between objects", "f:2 {}"]),
            ("[\"x\"]", &["f:1: there is something that is no object"]),
            ("[{\"a\": \"bcdefgh\"},\n{}]", &["f:1: the object has more than 9 bytes", "f:2 {}"]),
        ];
        for (text, expected) in cases {
            let found = read(text, 9);
            assert_eq!(found.len(), expected.len(), "{text}: {found:?}");
            assert!(found.iter().zip(*expected).all(|(f, e)| f.starts_with(e)), "{text}: {found:?}");
        }
    }
}
