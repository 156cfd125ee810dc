//! The first bytes of a stream, looked at without taking them away.

use std::io::{BufRead, Cursor, Read, Result};

/// A stream that is read through a buffer.
pub type Reader = Box<dyn BufRead + Send>;

/// How many bytes are looked at, at most.
const ENOUGH: usize = 1024;
/// With so many bytes, a whole line is enough as well: a slow writer is not waited for.
const ENOUGH_FOR_A_KIND: usize = 8;

/// The first bytes of a stream, and the stream from its beginning.
///
/// # Errors
/// A failed read.
pub fn start_of(mut reader: Reader) -> Result<(Vec<u8>, Reader)> {
    let mut start = Vec::new();
    loop {
        let buffer = reader.fill_buf()?;
        if start.is_empty() && is_enough(buffer) {
            let start = buffer[..buffer.len().min(ENOUGH)].to_vec();
            return Ok((start, reader));
        }
        let taken = buffer.len().min(ENOUGH - start.len());
        start.extend_from_slice(&buffer[..taken]);
        reader.consume(taken);
        if taken == 0 || is_enough(&start) {
            return Ok((start.clone(), Box::new(Cursor::new(start).chain(reader))));
        }
    }
}

fn is_enough(start: &[u8]) -> bool {
    let line = || start.trim_ascii_start().contains(&b'\n');
    start.len() >= ENOUGH || (start.len() >= ENOUGH_FOR_A_KIND && line())
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    #[test]
    fn nothing_is_lost_whatever_comes_at_once() {
        let text: Vec<u8> = (0..5000_u32).map(|i| i as u8 | 128).collect();
        for (length, capacity) in [(0, 10), (5, 10), (5, 2), (1024, 1000), (5000, 7), (5000, 4096)] {
            let reader: Reader = Box::new(BufReader::with_capacity(capacity, Cursor::new(text[..length].to_vec())));
            let (start, mut rest) = start_of(reader).unwrap();
            assert_eq!(start, text[..length.min(ENOUGH)]);
            let mut all = Vec::new();
            rest.read_to_end(&mut all).unwrap();
            assert_eq!(all, text[..length]);
        }
    }
}
