//! Counts the attributes of a tag while it is being fed to the parser, which compares each with all before it.
//!
//! The states are those of the HTML standard, section 13.2.5 (tokenization), from "before attribute name" on.

/// The most attributes that a tag may have.
pub const MAX_ATTRIBUTES: usize = 1000;

#[derive(Clone, Copy, Default, PartialEq)]
enum State {
    #[default]
    Begin,
    TagName,
    BeforeName,
    Name,
    AfterName,
    BeforeValue,
    Quoted(u8),
    Unquoted,
}

/// A tag that has begun.
#[derive(Default)]
pub struct Attributes {
    state: State,
    count: usize,
}

impl Attributes {
    /// Whether a tag begins with these bytes.
    pub fn begin(bytes: &[u8]) -> bool {
        match bytes {
            [b'<', b'/', letter, ..] | [b'<', letter, ..] => letter.is_ascii_alphabetic(),
            _ => false,
        }
    }

    /// Takes the next bytes of the tag; whether it still has no more attributes than it may.
    pub fn take(&mut self, bytes: &[u8]) -> bool {
        for byte in bytes {
            let next = self.next(*byte);
            self.count += usize::from(next == State::Name && self.state != State::Name);
            self.state = next;
        }
        self.count <= MAX_ATTRIBUTES
    }

    fn next(&self, byte: u8) -> State {
        let parts = byte.is_ascii_whitespace() || byte == b'/';
        match self.state {
            State::Begin if matches!(byte, b'<' | b'/') => State::Begin,
            State::Begin => State::TagName,
            State::TagName | State::BeforeName if parts => State::BeforeName,
            State::TagName => State::TagName,
            State::BeforeName => State::Name,
            State::Name | State::AfterName if byte == b'=' => State::BeforeValue,
            State::Name | State::AfterName if parts => State::AfterName,
            State::Name | State::AfterName => State::Name,
            State::BeforeValue if byte.is_ascii_whitespace() => State::BeforeValue,
            State::BeforeValue if matches!(byte, b'"' | b'\'') => State::Quoted(byte),
            State::BeforeValue => State::Unquoted,
            State::Quoted(quote) if byte == quote => State::BeforeName,
            State::Quoted(quote) => State::Quoted(quote),
            State::Unquoted if byte.is_ascii_whitespace() => State::BeforeName,
            State::Unquoted => State::Unquoted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_of_tags() {
        let cases = [
            ("<div", 0),
            ("<div >", 1),
            ("<div a b c", 3),
            ("<div/a/b=c/d e", 3),
            ("<div a = 'b c d' e=\"f g\"h i=j", 4),
            ("<div =\" a b", 3),
            ("<div a\"b c\"d e", 3),
            ("<div a  =  b   c", 2),
            ("</p =a\"/b\"/c", 3),
        ];
        for (tag, count) in cases {
            let mut attributes = Attributes::default();
            assert!(Attributes::begin(tag.as_bytes()) && attributes.take(tag.as_bytes()));
            assert_eq!(attributes.count, count, "{tag}");
        }
        assert!(Attributes::begin(b"</p") && !Attributes::begin(b"<!-- a") && !Attributes::begin(b"< a"));
    }
}
