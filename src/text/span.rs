//! Byte spans, and the one place where they become character offsets and back.

use serde::{Deserialize, Serialize};

/// A half-open range of byte offsets into a text, both on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The span from `start` to `end`.
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end);
        Span { start, end }
    }

    /// The text that the span covers.
    pub fn of<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start..self.end]
    }

    /// Whether two spans share at least one byte.
    pub fn overlaps(&self, other: &Span) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether `other` lies wholly inside.
    pub fn contains(&self, other: &Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The span in a text that begins `by` bytes earlier.
    pub fn shifted_back(&self, by: usize) -> Span {
        Span { start: self.start - by, end: self.end - by }
    }

    /// The byte span of a pair of offsets in Unicode scalar values, or `None` where they lie outside the text, are
    /// reversed or empty.
    pub fn from_chars(text: &str, start: usize, end: usize) -> Option<Span> {
        if start >= end {
            return None;
        }
        let mut at = text.char_indices().map(|(i, _)| i).chain([text.len()]);
        let first = at.nth(start)?;
        let last = at.nth(end - start - 1)?;
        Some(Span { start: first, end: last })
    }

    /// The span as offsets in Unicode scalar values: (start, end).
    pub fn to_chars(&self, text: &str) -> (usize, usize) {
        let start = text[..self.start].chars().count();
        (start, start + self.of(text).chars().count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_and_bytes_go_both_ways() {
        let text = "Guaidó said";
        let span = Span::from_chars(text, 0, 6).unwrap();
        assert_eq!(span.of(text), "Guaidó");
        assert_eq!(span, Span::new(0, 7));
        assert_eq!(span.to_chars(text), (0, 6));
        assert_eq!(Span::from_chars(text, 7, 11).unwrap().of(text), "said");
    }

    #[test]
    fn offsets_outside_reversed_or_empty_are_refused() {
        assert_eq!(Span::from_chars("abc", 0, 4), None);
        assert_eq!(Span::from_chars("abc", 2, 1), None);
        assert_eq!(Span::from_chars("abc", 1, 1), None);
        assert_eq!(Span::from_chars("", 0, 1), None);
    }
}
