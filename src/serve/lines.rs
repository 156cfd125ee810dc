//! The lines of a body that is read as it comes.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};

use super::body::{next, not_in_time};
use super::problem::{Answer, Problem};
use super::settings::Settings;

/// Lines one after the other. A line may have as many bytes as a whole body; all together may have any number.
pub struct Lines {
    stream: BodyDataStream,
    buffer: Vec<u8>,
    /// So many bytes of the buffer have been given out.
    given: usize,
    /// No line ends in the bytes from `given` to here.
    searched: usize,
    limit: usize,
    timeout: Duration,
    ended: bool,
}

impl Lines {
    /// The lines of a body.
    pub fn new(body: Body, settings: &Settings) -> Lines {
        let (stream, buffer) = (body.into_data_stream(), Vec::new());
        let Settings { max_body: limit, timeout, .. } = *settings;
        Lines { stream, buffer, given: 0, searched: 0, limit, timeout, ended: false }
    }

    /// The next line without its end; the last one may lack an end.
    ///
    /// # Errors
    /// 413 for a line that is too long, 408 if nothing comes in time, 400 if the connection breaks; no line follows.
    pub async fn next(&mut self) -> Answer<Option<Vec<u8>>> {
        loop {
            if let Some(length) = self.buffer[self.searched..].iter().position(|b| *b == b'\n') {
                let end = self.searched + length;
                let line = self.buffer[self.given..end].to_vec();
                (self.given, self.searched) = (end + 1, end + 1);
                return self.not_too_long(line).map(Some);
            }
            self.searched = self.buffer.len();
            if self.ended {
                let line = self.buffer.split_off(self.given.min(self.buffer.len()));
                (self.buffer, self.given, self.searched) = (Vec::new(), 0, 0);
                return Ok((!line.is_empty()).then_some(line));
            }
            self.fill().await?;
        }
    }

    fn not_too_long(&mut self, line: Vec<u8>) -> Answer<Vec<u8>> {
        if line.len() <= self.limit {
            return Ok(line);
        }
        self.end();
        Err(Problem::too_large("a line", self.limit))
    }

    async fn fill(&mut self) -> Answer<()> {
        self.buffer.drain(..self.given);
        (self.searched, self.given) = (self.searched - self.given, 0);
        let chunk = tokio::time::timeout(self.timeout, next(&mut self.stream)).await;
        match chunk.unwrap_or_else(|_| Err(not_in_time(self.timeout))) {
            Ok(Some(chunk)) => self.buffer.extend_from_slice(&chunk),
            Ok(None) => self.ended = true,
            Err(problem) => {
                self.end();
                return Err(problem);
            }
        }
        if self.searched > self.limit {
            self.end();
            return Err(Problem::too_large("a line", self.limit));
        }
        Ok(())
    }

    /// Nothing more is given out.
    fn end(&mut self) {
        (self.buffer, self.given, self.searched, self.ended) = (Vec::new(), 0, 0, true);
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn read(chunks: &[&str], max_body: usize) -> Vec<Result<String, u16>> {
        let chunks: Vec<Result<String, Infallible>> = chunks.iter().map(|c| Ok(c.to_string())).collect();
        let settings = Settings { max_body, ..Settings::default() };
        let mut lines = Lines::new(Body::from_stream(futures_util::stream::iter(chunks)), &settings);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut read = Vec::new();
        runtime.block_on(async {
            while let Some(line) = lines.next().await.transpose() {
                read.push(line.map(|l| String::from_utf8(l).unwrap()).map_err(|p| p.status));
            }
        });
        read
    }

    #[test]
    fn lines_are_the_same_however_they_come() {
        let text = "one\n\ntwo\r\nthree";
        let expected: Vec<_> = ["one", "", "two\r", "three"].map(|l| Ok(l.to_string())).into();
        assert_eq!(read(&[text], 10), expected);
        let bytes: Vec<&str> = (0..text.len()).map(|i| &text[i..i + 1]).collect();
        assert_eq!(read(&bytes, 10), expected);
        assert_eq!(read(&[], 10), []);
        assert_eq!(read(&["a\n"], 10), [Ok("a".into())]);
    }

    #[test]
    fn a_line_that_is_too_long_ends_it_whether_or_not_its_end_is_there() {
        for chunks in [&["12345\n123", "456\n7\n"][..], &["12345\n123456\n7\n"], &["12345\n", "123456"]] {
            assert_eq!(read(chunks, 5), [Ok("12345".into()), Err(413)], "{chunks:?}");
        }
    }
}
