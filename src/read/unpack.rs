//! Unpacks gzip and Zstandard while reading, told by the first bytes of the file, with an eye on what comes out.
//!
//! The limits are there against files made to fill a memory or a disk: a few kilobytes that unpack to gigabytes.

use std::io::{BufRead, BufReader, Read, Result};

use flate2::bufread::MultiGzDecoder;
use zstd::stream::read::Decoder as ZstdDecoder;

use super::start::Reader;
use crate::error::Refusal;

/// A file may unpack to so many times its size; text comes to 3 to 20 times, gzip's limit is about 1,000.
const RATIO: u64 = 200;
/// Below so many bytes the ratio does not matter.
const RATIO_FROM: u64 = 1 << 26;

/// How packed data begin (RFC 1952, section 2.3.1; RFC 8878, section 3.1.1).
const GZIP: &[u8] = b"\x1f\x8b";
const ZSTANDARD: &[u8] = b"\x28\xb5\x2f\xfd";

/// A stream that [`is_packed`], unpacked. Several members or frames behind each other are one stream. `max` is the most
/// bytes that may come out.
///
/// # Errors
/// A decoder that cannot be set up. Reading fails with a [`Refusal`] where the data are damaged or too much comes out.
pub fn unpacked(reader: Reader, start: &[u8], max: u64) -> Result<Reader> {
    let counted = Counted { inner: reader, taken: 0 };
    let decoder = match start.starts_with(GZIP) {
        true => Decoder::Gzip(Box::new(MultiGzDecoder::new(counted))),
        false => Decoder::Zstd(ZstdDecoder::with_buffer(counted)?),
    };
    Ok(Box::new(BufReader::with_capacity(1 << 17, Unpacked { decoder, given: 0, max })))
}

/// Whether bytes begin as packed data do.
pub fn is_packed(start: &[u8]) -> bool {
    start.starts_with(GZIP) || start.starts_with(ZSTANDARD) || is_skippable(start)
}

/// Zstandard's frames without data, which may stand first (RFC 8878, section 3.1.2).
fn is_skippable(start: &[u8]) -> bool {
    matches!(start, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..])
}

enum Decoder {
    Gzip(Box<MultiGzDecoder<Counted>>),
    Zstd(ZstdDecoder<'static, Counted>),
}

struct Unpacked {
    decoder: Decoder,
    given: u64,
    max: u64,
}

impl Read for Unpacked {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let (read, taken) = match &mut self.decoder {
            Decoder::Gzip(gzip) => (gzip.read(buffer), gzip.get_ref().taken),
            Decoder::Zstd(zstd) => (zstd.read(buffer), zstd.get_ref().taken),
        };
        let read = read.map_err(|error| match error.raw_os_error() {
            Some(_) => error,
            None => damaged(&error, taken),
        })?;
        self.given += read as u64;
        if self.given > self.max {
            let what = format!("it unpacks to more than {} bytes", self.max);
            return Err(Refusal::io(what, "raise --max-unpacked if you trust the file"));
        }
        if self.given > RATIO_FROM && self.given / RATIO > taken {
            let what = format!("it unpacks to more than {RATIO} times its size, as files made to do harm do");
            return Err(Refusal::io(what, "if you trust it, unpack it yourself and pipe it in"));
        }
        Ok(read)
    }
}

fn damaged(error: &std::io::Error, taken: u64) -> std::io::Error {
    let what = format!("the packed data are damaged or cut off near byte {taken} ({error})");
    Refusal::io(what, "get the file anew; what is whole before this place was read")
}

/// Counts what is taken out of a stream.
struct Counted {
    inner: Reader,
    taken: u64,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let read = self.inner.read(buffer)?;
        self.taken += read as u64;
        Ok(read)
    }
}

impl BufRead for Counted {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.taken += amount as u64;
        self.inner.consume(amount);
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::*;

    fn gzip(data: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    fn zstandard(data: &[u8]) -> Vec<u8> {
        zstd::encode_all(data, 19).unwrap()
    }

    fn read(packed: &[u8], max: u64) -> std::result::Result<Vec<u8>, String> {
        let reader: Reader = Box::new(Cursor::new(packed.to_vec()));
        let mut out = Vec::new();
        let mut unpacked = unpacked(reader, packed, max).unwrap();
        unpacked.read_to_end(&mut out).map(|_| out).map_err(|e| e.to_string())
    }

    #[test]
    fn members_behind_each_other_are_one_stream() {
        for pack in [gzip, zstandard] {
            assert_eq!(read(&[pack(b"one "), pack(b"two")].concat(), 7).unwrap(), b"one two");
        }
        let skippable = [b"\x50\x2a\x4d\x18\x02\x00\x00\x00xx".to_vec(), zstandard(b"one")].concat();
        assert_eq!(read(&skippable, 7).unwrap(), b"one");
        assert!(is_packed(&skippable) && !is_packed(b"plain"));
    }

    #[test]
    fn damage_and_excess_are_refused() {
        let text: Vec<u8> = (0..9000_u32).flat_map(|i| i.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        for pack in [gzip, zstandard] {
            let packed = pack(&text);
            assert!(read(&packed, 1000).unwrap_err().contains("more than 1000 bytes; raise --max-unpacked"));
            assert!(read(&packed[..packed.len() / 2], 1 << 20).unwrap_err().contains("damaged or cut off near byte"));
            let bomb = pack(&vec![b'x'; 200 << 20]);
            assert!(read(&bomb, 1 << 40).unwrap_err().contains("200 times its size"));
        }
        let mut packed = gzip(&text);
        let middle = packed.len() / 2;
        packed[middle..middle + 40].fill(0x55);
        assert!(read(&packed, 1 << 20).unwrap_err().contains("damaged"));
    }
}
