//! Text from bytes of any encoding. UTF-8 is taken as it is; a stream of UTF-16 or of an encoding that the user names is
//! converted as a whole, other bytes piece by piece (a line, a record, a text), so that one odd line changes no other.

use std::io::{BufRead, Read, Result as IoResult};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::notes::Notes;
use super::start::Reader;
use crate::error::{Error, Place, Refusal, Result};

/// What the user says of the encoding.
#[derive(Debug, Clone, Copy)]
pub enum Choice {
    /// UTF-8, and what is not is converted.
    Auto,
    /// UTF-8, and what is not is refused.
    Strict,
    /// This one.
    Of(&'static Encoding),
}

/// Reads `auto`, `strict` or a label of the Encoding Standard.
///
/// # Errors
/// A label that nobody knows.
pub fn parse(label: &str) -> std::result::Result<Choice, String> {
    match label {
        "auto" => Ok(Choice::Auto),
        "strict" => Ok(Choice::Strict),
        _ => match Encoding::for_label(label.as_bytes()) {
            Some(encoding) if encoding == UTF_8 => Ok(Choice::Strict),
            Some(encoding) => Ok(Choice::Of(encoding)),
            None => Err("give auto, strict, or a label such as windows-1252, iso-8859-15, utf-16le, gbk".into()),
        },
    }
}

/// A stream whose pieces [`text`] can read: converted if it is UTF-16 or the user names its encoding.
///
/// # Errors
/// UTF-16 where nothing may be converted. Reading fails with a [`Refusal`] at bytes that are not of the encoding.
pub fn converted(reader: Reader, start: &[u8], choice: Choice, place: &Place, notes: &Notes) -> IoResult<Reader> {
    let encoding = match (choice, utf16(start)) {
        (Choice::Of(encoding), _) => encoding,
        (_, None) => return Ok(reader),
        (Choice::Strict, Some(encoding)) => {
            let what = format!("it is not UTF-8 (byte 1) but {}", encoding.name());
            return Err(Refusal::io(what, "convert it, or let --encoding auto do that"));
        }
        (Choice::Auto, Some(encoding)) => encoding,
    };
    notes.converted(encoding.name(), place);
    let decoder = encoding.new_decoder_with_bom_removal();
    Ok(Box::new(Converted { reader, decoder, encoding, taken: 0, out: Vec::new(), at: 0, done: false }))
}

/// UTF-16 by its byte order mark, or by the many zeros on one side of its units that Latin letters have.
fn utf16(start: &[u8]) -> Option<&'static Encoding> {
    match start {
        [0xff, 0xfe, ..] => return Some(UTF_16LE),
        [0xfe, 0xff, ..] => return Some(UTF_16BE),
        _ => {}
    }
    let units = start.len() / 2;
    let zeros = |side: usize| start.iter().skip(side).step_by(2).filter(|b| **b == 0).count();
    let (high, low) = (zeros(0), zeros(1));
    let mostly = |many: usize, few: usize| units >= 4 && many * 10 >= units * 7 && few * 10 <= units;
    if mostly(low, high) { Some(UTF_16LE) } else { mostly(high, low).then_some(UTF_16BE) }
}

/// A stream in UTF-8 of one in another encoding.
struct Converted {
    reader: Reader,
    decoder: encoding_rs::Decoder,
    encoding: &'static Encoding,
    /// Bytes taken from `reader`.
    taken: u64,
    out: Vec<u8>,
    /// Bytes of `out` that were read.
    at: usize,
    done: bool,
}

impl Converted {
    fn fill(&mut self) -> IoResult<()> {
        let buffer = self.reader.fill_buf()?;
        let last = buffer.is_empty();
        self.out.resize(1 << 16, 0);
        let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(buffer, &mut self.out, last);
        self.reader.consume(read);
        self.taken += read as u64;
        self.out.truncate(written);
        self.at = 0;
        match result {
            DecoderResult::InputEmpty => self.done = last,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(length, after) => {
                let byte = self.taken.saturating_sub(u64::from(length) + u64::from(after)) + 1;
                let what = format!("it is not {} (byte {byte})", self.encoding.name());
                return Err(Refusal::io(what, "name its encoding: --encoding LABEL"));
            }
        }
        Ok(())
    }
}

impl BufRead for Converted {
    fn fill_buf(&mut self) -> IoResult<&[u8]> {
        while self.at == self.out.len() && !self.done {
            self.fill()?;
        }
        Ok(&self.out[self.at..])
    }

    fn consume(&mut self, amount: usize) {
        self.at = (self.at + amount).min(self.out.len());
    }
}

impl Read for Converted {
    fn read(&mut self, buffer: &mut [u8]) -> IoResult<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

/// The text of a piece of a stream; what is not UTF-8 is converted and noted where that is allowed.
///
/// # Errors
/// Bytes that are not UTF-8 and may not be converted, that are damaged UTF-8, or that are no text at all.
pub fn text(bytes: &[u8], choice: Choice, place: &Place, notes: &Notes) -> Result<String> {
    let at = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(text.to_string()),
        Err(error) => error.valid_up_to() + 1,
    };
    let refuse = |what: String, help: &str| Err(Error::input(place.clone(), what, help));
    if let Some(zero) = bytes.iter().position(|b| *b == 0) {
        return refuse(
            format!("it is no text (byte {} is zero)", zero + 1),
            "give text, or name its encoding: --encoding LABEL",
        );
    }
    if !matches!(choice, Choice::Auto) {
        return refuse(format!("it is not UTF-8 (byte {at})"), "convert it, or let --encoding auto do that");
    }
    if is_damaged_utf8(bytes) {
        return refuse(format!("the UTF-8 is damaged at byte {at}"), "mend it, or name its encoding: --encoding LABEL");
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let encoding = detector.guess(None, Utf8Detection::Deny);
    match encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => {
            notes.converted(encoding.name(), place);
            Ok(text.into_owned())
        }
        None => refuse(format!("it is of no known encoding (byte {at})"), "name its encoding: --encoding LABEL"),
    }
}

/// The text of a piece that says itself which encoding it is in, as web pages do. Valid UTF-8 is UTF-8 whatever it says:
/// many tools that store pages convert them and leave the declaration as it was.
///
/// # Errors
/// As of [`text`].
#[cfg(feature = "html")]
pub fn declared_text(
    bytes: &[u8],
    declared: Option<&str>,
    choice: Choice,
    place: &Place,
    notes: &Notes,
) -> Result<String> {
    let known = declared.and_then(|label| Encoding::for_label(label.as_bytes())).filter(|e| *e != UTF_8);
    let Some(encoding) = known.filter(|_| matches!(choice, Choice::Auto)) else {
        return text(bytes, choice, place, notes);
    };
    // ISO-2022-JP is written in ASCII.
    let is_utf8 = std::str::from_utf8(bytes).is_ok() && !bytes.contains(&0x1b);
    match encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) if !is_utf8 => {
            notes.converted(encoding.name(), place);
            Ok(text.into_owned())
        }
        _ => text(bytes, choice, place, notes),
    }
}

/// Whether most characters beyond ASCII are UTF-8: text of another encoding hardly ever looks so by chance.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > bad
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Place {
        Place::line("f", 3)
    }

    fn read(bytes: &[u8], choice: &str) -> std::result::Result<String, String> {
        text(bytes, parse(choice).unwrap(), &place(), &Notes::default()).map_err(|e| e.to_string())
    }

    /// Bytes of other encodings were written down with Python: `"café “Señor”".encode("cp1252")`.
    #[test]
    fn a_piece_is_converted_refused_or_damaged() {
        assert_eq!(read("café".as_bytes(), "strict").unwrap(), "café");
        let western = b"The caf\xe9 \x93Se\xf1or Pe\xf1a\x94 was closed";
        assert_eq!(read(western, "auto").unwrap(), "The café “Señor Peña” was closed");
        assert_eq!(
            read(western, "strict").unwrap_err(),
            "f:3: it is not UTF-8 (byte 8); convert it, or let --encoding auto do that"
        );
        let cut = &"Señor Peña está aquí".as_bytes()[..17];
        assert!(read(cut, "auto").unwrap_err().contains("the UTF-8 is damaged at byte 17"));
        assert!(read(b"\x89PNG\r\n\x1a\n\x00\x00", "auto").unwrap_err().contains("it is no text (byte 9 is zero)"));
        assert!(parse("klingon").is_err());
    }

    fn stream(bytes: &[u8], choice: &str) -> std::result::Result<String, String> {
        let reader: Reader = Box::new(std::io::BufReader::with_capacity(3, std::io::Cursor::new(bytes.to_vec())));
        let notes = Notes::default();
        let mut reader =
            converted(reader, bytes, parse(choice).unwrap(), &place(), &notes).map_err(|e| e.to_string())?;
        let mut text = String::new();
        reader.read_to_string(&mut text).map(|_| text).map_err(|e| e.to_string())
    }

    #[test]
    fn streams_of_utf16_and_of_a_named_encoding_are_converted() {
        let units: Vec<u16> = "Peña 😀 agreed.".encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|u| u.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|u| u.to_be_bytes()).collect();
        for bytes in [[b"\xff\xfe", &little[..]].concat(), [b"\xfe\xff", &big[..]].concat(), little.clone(), big] {
            assert_eq!(stream(&bytes, "auto").unwrap(), "Peña 😀 agreed.");
            assert!(stream(&bytes, "strict").unwrap_err().contains("not UTF-8 (byte 1) but UTF-16"));
        }
        assert!(stream(&little[..11], "utf-16le").unwrap_err().contains("it is not UTF-16LE (byte 11)"));
        assert_eq!(stream(b"\xa4 100", "iso-8859-15").unwrap(), "€ 100");
        assert_eq!(stream(b"plain", "auto").unwrap(), "plain");
    }
}
