//! The quick way through ASCII text: what a byte is, and a word folded and judged in one pass over its bytes.
//!
//! Most of a newspaper is ASCII. Whatever is not plain here is refused and left to `token`, which decides by characters
//! and must come to the same tokens wherever both have an answer.

/// Longest word in bytes that is folded here.
pub(super) const LONGEST: usize = 32;

/// What a byte is to the tokenizer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// A small letter.
    Lower,
    /// A capital letter.
    Upper,
    /// A digit.
    Digit,
    /// White space.
    Space,
    /// The straight apostrophe.
    Apostrophe,
    /// The hyphen.
    Hyphen,
    /// The full stop.
    Dot,
    /// The comma.
    Comma,
    /// Another mark that ends a clause.
    Bound,
    /// Any other mark.
    Symbol,
    /// Part of a character outside ASCII.
    Other,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Symbol; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'a'..=b'z' => Class::Lower,
            b'A'..=b'Z' => Class::Upper,
            b'0'..=b'9' => Class::Digit,
            b' ' | 0x09..=0x0d => Class::Space,
            b'\'' => Class::Apostrophe,
            b'-' => Class::Hyphen,
            b'.' => Class::Dot,
            b',' => Class::Comma,
            b';' | b':' | b'!' | b'?' | b'"' | b'(' | b')' => Class::Bound,
            0x80.. => Class::Other,
            _ => Class::Symbol,
        };
        byte += 1;
    }
    classes
};

impl Class {
    /// What a byte is.
    pub(super) fn of(byte: u8) -> Class {
        CLASSES[byte as usize]
    }

    /// What the byte at a position is; the end of the text is white space.
    pub(super) fn at(bytes: &[u8], at: usize) -> Class {
        bytes.get(at).map_or(Class::Space, |byte| Class::of(*byte))
    }

    /// Whether it is a letter.
    pub(super) fn is_letter(self) -> bool {
        matches!(self, Class::Lower | Class::Upper)
    }

    /// Whether it is a letter or a digit.
    pub(super) fn is_alphanumeric(self) -> bool {
        self.is_letter() || self == Class::Digit
    }
}

/// A word of ASCII letters and inner apostrophes.
pub(super) struct Word {
    folded: [u8; LONGEST],
    len: usize,
    /// Whether its first letter is a capital.
    pub(super) first_upper: bool,
    /// Whether a letter behind the first is a capital.
    pub(super) upper: bool,
    /// Whether a letter behind the first is none.
    pub(super) lower: bool,
}

impl Word {
    /// The word at the front of `bytes`, which begin with a letter. None if it is long, ends in `'s`, may be a dotted
    /// abbreviation, or touches anything outside ASCII.
    pub(super) fn read(bytes: &[u8]) -> Option<Word> {
        let first_upper = Class::at(bytes, 0) == Class::Upper;
        let mut word = Word { folded: [0; LONGEST], len: 0, first_upper, upper: false, lower: false };
        let mut inside = bytes.iter().enumerate();
        for (i, byte) in inside.by_ref() {
            match Class::of(*byte) {
                Class::Lower => word.lower |= i > 0,
                Class::Upper => word.upper |= i > 0,
                Class::Apostrophe => match Class::at(bytes, i + 1) {
                    Class::Other => return None,
                    next if next.is_letter() => {}
                    _ => break,
                },
                Class::Dot if i == 1 => return None,
                Class::Other => return None,
                _ => break,
            }
            // The bit that tells small letters from capitals is set in the apostrophe as well.
            *word.folded.get_mut(i)? = *byte | 0x20;
            word.len = i + 1;
        }
        (!word.folded().ends_with(b"'s")).then_some(word)
    }

    /// The word in small letters, as long as it is in the text.
    pub(super) fn folded(&self) -> &[u8] {
        &self.folded[..self.len]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_agree_with_those_of_characters() {
        for byte in 0..128u8 {
            let (class, c) = (Class::of(byte), char::from(byte));
            assert_eq!(class.is_letter(), c.is_alphabetic(), "{c:?}");
            assert_eq!(class == Class::Digit, c.is_numeric(), "{c:?}");
            assert_eq!(class == Class::Space, c.is_whitespace(), "{c:?}");
        }
        assert!((128..=255).all(|byte| Class::of(byte) == Class::Other));
    }

    #[test]
    fn plain_words_are_read_and_others_refused() {
        let read = |text: &str| Word::read(text.as_bytes()).map(|w| String::from_utf8(w.folded().to_vec()).unwrap());
        for (text, expected) in [
            ("Troops left", Some("troops")),
            ("Didn't.", Some("didn't")),
            ("States' rights", Some("states")),
            ("no.", Some("no")),
            ("a", Some("a")),
            ("Iran's oil", None),
            ("U.S.", None),
            ("Guaidó", None),
            ("don’t", None),
        ] {
            assert_eq!(read(text).as_deref(), expected, "{text:?}");
        }
        assert!(read(&"a".repeat(LONGEST)).is_some() && read(&"a".repeat(LONGEST + 1)).is_none());
    }
}
