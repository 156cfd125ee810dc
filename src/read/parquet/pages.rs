//! The pages of a column, unpacked within limits: a page says how long it will be, and neither that nor what comes out
//! is believed. The crate decodes what is in them, and allocates room by the numbers that they claim, which are checked
//! here too.

use std::io::{Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parquet::basic::{Compression, Encoding};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};

use super::delta;
use super::header::{Header, Kind};
use super::store::Store;
use crate::error::Refusal;
use crate::read::unpack;

/// What to do with a row group that is damaged.
pub const DAMAGED: &str = "get the file anew; the other row groups can be read with --skip-bad";

/// The largest page, unpacked; usual ones have a megabyte.
const LARGEST: usize = 1 << 29;
/// The most values of a page; usual ones have some ten thousand.
const MOST_VALUES: u32 = 1 << 24;
/// Snappy comes to a twentieth at best.
const SNAPPY_RATIO: usize = 32;

/// What may still come out of a file.
pub struct Ration {
    left: AtomicU64,
    max: u64,
}

impl Ration {
    /// So many bytes.
    pub fn new(max: u64) -> Arc<Ration> {
        Arc::new(Ration { left: AtomicU64::new(max), max })
    }

    /// Takes so many bytes.
    ///
    /// # Errors
    /// A [`Refusal`] where they are used up.
    pub fn take(&self, bytes: usize) -> std::io::Result<()> {
        let left = self.left.load(Ordering::Relaxed).checked_sub(bytes as u64);
        self.left.store(left.unwrap_or(0), Ordering::Relaxed);
        let what = || format!("it unpacks to more than {} bytes", self.max);
        left.map(|_| ()).ok_or_else(|| Refusal::io(what(), "raise --max-unpacked if you trust the file"))
    }

    /// Whether they are used up.
    pub fn is_spent(&self) -> bool {
        self.left.load(Ordering::Relaxed) == 0
    }
}

/// An error of reading as one of the crate's.
pub fn external(error: std::io::Error) -> ParquetError {
    ParquetError::External(Box::new(error))
}

fn damaged(what: impl Into<String>) -> ParquetError {
    external(Refusal::io(what, DAMAGED))
}

/// The pages of one column of one row group.
pub struct Pages {
    /// The file.
    pub store: Arc<Store>,
    /// Where the next page begins.
    pub at: u64,
    /// Where the last one ends.
    pub end: u64,
    /// How pages are packed.
    pub packing: Compression,
    /// Whether values may be missing, so that levels stand before them.
    pub optional: bool,
    /// What may still be unpacked.
    pub ration: Arc<Ration>,
}

impl Pages {
    fn next_page(&mut self) -> Result<Option<Page>> {
        while self.at < self.end {
            let header = Header::read(&self.store, self.at, self.end).map_err(external)?;
            let header = header
                .ok_or_else(|| damaged(format!("no page begins at byte {} (damaged or encrypted)", self.at + 1)))?;
            let start = self.at + header.length as u64;
            self.at = start.saturating_add(header.packed as u64);
            if self.at > self.end {
                return Err(damaged(format!("the page at byte {} is cut off", start + 1)));
            }
            if header.kind == Kind::Other {
                continue;
            }
            if header.unpacked > LARGEST {
                let help = "write it with smaller pages";
                return Err(external(Refusal::io(format!("a page has more than {LARGEST} bytes"), help)));
            }
            if header.values > MOST_VALUES {
                let help = "write it with smaller pages";
                return Err(external(Refusal::io(format!("a page has more than {MOST_VALUES} values"), help)));
            }
            self.ration.take(header.unpacked).map_err(external)?;
            let bytes = self.store.read(start, header.packed).map_err(external)?;
            return self.page(&header, bytes).map(Some);
        }
        Ok(None)
    }

    fn page(&self, header: &Header, bytes: Vec<u8>) -> Result<Page> {
        let encoding = encoding(header.encoding)?;
        let wrong = |what: &str| Err(damaged(format!("a page is damaged: {what}")));
        match header.kind {
            Kind::Dictionary => {
                let bytes = self.unpacked(bytes, 0, true, header.unpacked)?;
                // Each value has four bytes or more.
                if header.values as usize > bytes.len() / 4 {
                    return wrong("its dictionary has fewer values than it says");
                }
                Ok(Page::DictionaryPage { buf: bytes.into(), num_values: header.values, encoding, is_sorted: false })
            }
            Kind::Data2 { packed, definition, repetition, nulls, rows } => {
                let levels = definition.saturating_add(repetition);
                if levels > bytes.len() || levels > header.unpacked || repetition > 0 {
                    return wrong("its levels do not fit");
                }
                let bytes = self.unpacked(bytes, levels, packed, header.unpacked)?;
                check_claims(header, encoding, &bytes[levels..])?;
                Ok(Page::DataPageV2 {
                    buf: bytes.into(),
                    num_values: header.values,
                    encoding,
                    num_nulls: nulls,
                    num_rows: rows,
                    def_levels_byte_len: definition as u32,
                    rep_levels_byte_len: repetition as u32,
                    is_compressed: packed,
                    statistics: None,
                })
            }
            _ => {
                let levels = self::encoding(header.levels)?;
                let bytes = self.unpacked(bytes, 0, true, header.unpacked)?;
                let values = match (self.optional, levels) {
                    (false, _) => Some(&bytes[..]),
                    (true, Encoding::RLE) => behind_levels(&bytes),
                    _ => return wrong("its levels are of an old form"),
                };
                let Some(values) = values else { return wrong("its levels do not fit") };
                check_claims(header, encoding, values)?;
                Ok(Page::DataPage {
                    buf: bytes.into(),
                    num_values: header.values,
                    encoding,
                    def_level_encoding: levels,
                    rep_level_encoding: Encoding::RLE,
                    statistics: None,
                })
            }
        }
    }

    /// What the bytes of a page unpack to; the first `plain` ones are not packed.
    fn unpacked(&self, mut bytes: Vec<u8>, plain: usize, packed: bool, length: usize) -> Result<Vec<u8>> {
        let (front, back) = bytes.split_at(plain);
        let length_of_back = length.saturating_sub(plain);
        let back = match self.packing {
            Compression::UNCOMPRESSED => None,
            _ if !packed => None,
            // A page of nulls alone has nothing to unpack.
            _ if length_of_back == 0 => Some(Vec::new()),
            Compression::SNAPPY => Some(snappy(back, length_of_back)?),
            Compression::GZIP(_) | Compression::ZSTD(_) => Some(streamed(back.to_vec(), length_of_back)?),
            other => {
                let name = other.to_string().split('(').next().unwrap_or_default().to_string();
                let help = "write it with Snappy, Zstandard or gzip";
                return Err(external(Refusal::io(
                    format!("its pages are packed with {name}, which is not read"),
                    help,
                )));
            }
        };
        if let Some(back) = back {
            bytes = [front, &back].concat();
        }
        if bytes.len() != length {
            return Err(damaged(format!("a page has {} bytes, and says {length}", bytes.len())));
        }
        Ok(bytes)
    }
}

fn snappy(bytes: &[u8], length: usize) -> Result<Vec<u8>> {
    let failed = |e: snap::Error| damaged(format!("the packed data are damaged ({e})"));
    let says = snap::raw::decompress_len(bytes).map_err(failed)?;
    if says != length || says / SNAPPY_RATIO > bytes.len() {
        return Err(damaged("the packed data are damaged (their length is wrong)"));
    }
    snap::raw::Decoder::new().decompress_vec(bytes).map_err(failed)
}

fn streamed(bytes: Vec<u8>, length: usize) -> Result<Vec<u8>> {
    let start = bytes[..bytes.len().min(4)].to_vec();
    let reader = unpack::unpacked(Box::new(Cursor::new(bytes)), &start, u64::MAX).map_err(external)?;
    let mut out = Vec::new();
    // One byte more than is said is enough to know that it is wrong.
    reader.take(length as u64 + 1).read_to_end(&mut out).map_err(external)?;
    Ok(out)
}

/// The values of a page of the first version, behind the levels and their length.
fn behind_levels(bytes: &[u8]) -> Option<&[u8]> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.get(usize::try_from(u32::from_le_bytes(*length)).ok()?..)
}

/// Delta-packed lengths say how many there are, and room is made for all of them.
fn check_claims(header: &Header, encoding: Encoding, values: &[u8]) -> Result<()> {
    let claimed = match encoding {
        Encoding::DELTA_LENGTH_BYTE_ARRAY => delta::claims(values, false),
        Encoding::DELTA_BYTE_ARRAY => delta::claims(values, true),
        _ => return Ok(()),
    };
    match claimed {
        Some(count) if count <= u64::from(header.values) => Ok(()),
        _ => Err(damaged("a page is damaged: it has other lengths than it says")),
    }
}

/// An encoding by its number in parquet.thrift.
fn encoding(number: i64) -> Result<Encoding> {
    Ok(match number {
        0 => Encoding::PLAIN,
        2 => Encoding::PLAIN_DICTIONARY,
        3 => Encoding::RLE,
        5 => Encoding::DELTA_BINARY_PACKED,
        6 => Encoding::DELTA_LENGTH_BYTE_ARRAY,
        7 => Encoding::DELTA_BYTE_ARRAY,
        8 => Encoding::RLE_DICTIONARY,
        9 => Encoding::BYTE_STREAM_SPLIT,
        _ => return Err(damaged(format!("a page has the encoding {number}, which is not known"))),
    })
}

impl Iterator for Pages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Result<Page>> {
        self.next_page().transpose()
    }
}

/// Pages are read one after the other: what the crate asks for to skip some is not offered.
impl PageReader for Pages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        self.next_page()
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        Err(ParquetError::NYI("pages are not skipped".into()))
    }

    fn skip_next_page(&mut self) -> Result<()> {
        Err(ParquetError::NYI("pages are not skipped".into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A data page's header with these lengths and number of values (compact protocol, plain values, RLE levels).
    fn header(unpacked: i64, packed: i64, values: i64) -> Vec<u8> {
        let number = |value: i64| {
            let (mut left, mut bytes) = ((value << 1 ^ value >> 63) as u64, vec![0x15]);
            while left >= 0x80 {
                bytes.push(left as u8 | 0x80);
                left >>= 7;
            }
            bytes.push(left as u8);
            bytes
        };
        let data = [number(values), number(0), number(3), number(3), vec![0]].concat();
        [number(0), number(unpacked), number(packed), vec![0x2c], data, vec![0]].concat()
    }

    fn first_page(bytes: Vec<u8>, packing: Compression) -> std::result::Result<Option<Page>, String> {
        let end = bytes.len() as u64;
        let store = Arc::new(Store::Memory(bytes));
        let mut pages = Pages { store, at: 0, end, packing, optional: false, ration: Ration::new(1 << 30) };
        pages.next_page().map_err(|e| e.to_string())
    }

    #[test]
    fn lengths_that_are_absurd_are_refused_before_anything_is_allocated() {
        let page = |unpacked, packed, values| [header(unpacked, packed, values), b"abcd".to_vec()].concat();
        assert!(first_page(page(4, 4, 1), Compression::UNCOMPRESSED).unwrap().is_some());
        for (bytes, packing, part) in [
            (page(i64::from(i32::MAX), 4, 1), Compression::SNAPPY, "a page has more than"),
            (page(4, 4, i64::from(i32::MAX)), Compression::UNCOMPRESSED, "a page has more than"),
            (page(4, 1 << 40, 1), Compression::UNCOMPRESSED, "is cut off"),
            (page(-4, 4, 1), Compression::UNCOMPRESSED, "no page begins at byte 1"),
            (page(5, 4, 1), Compression::UNCOMPRESSED, "a page has 4 bytes, and says 5"),
            (page(1 << 20, 4, 1), Compression::SNAPPY, "the packed data are damaged"),
            (page(1 << 20, 4, 1), Compression::GZIP(Default::default()), "damaged or cut off"),
        ] {
            let told = first_page(bytes, packing).unwrap_err();
            assert!(told.contains(part), "{part:?} is not in {told}");
        }
    }

    #[test]
    fn what_comes_out_is_not_more_than_was_said() {
        let text = vec![b'x'; 100_000];
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::Write::write_all(&mut gzip, &text).unwrap();
        for (packed, packing) in [
            (zstd::encode_all(&text[..], 1).unwrap(), Compression::ZSTD(Default::default())),
            (gzip.finish().unwrap(), Compression::GZIP(Default::default())),
        ] {
            let page = |says: i64| [header(says, packed.len() as i64, 1), packed.clone()].concat();
            assert!(first_page(page(100_000), packing).is_ok());
            let told = first_page(page(1_000), packing).unwrap_err();
            assert!(told.contains("a page has 1001 bytes, and says 1000"), "{told}");
        }
        // Snappy's own length: 2^28 bytes out of six.
        let claim = [0x80, 0x80, 0x80, 0x80, 0x01, 0x00];
        let bytes = [header(1 << 28, claim.len() as i64, 1), claim.to_vec()].concat();
        assert!(first_page(bytes, Compression::SNAPPY).unwrap_err().contains("their length is wrong"));
    }

    #[test]
    fn a_ration_is_used_up_once() {
        let ration = Ration::new(10);
        assert!(ration.take(4).is_ok() && !ration.is_spent());
        assert!(ration.take(7).unwrap_err().to_string().contains("more than 10 bytes; raise --max-unpacked"));
        assert!(ration.is_spent());
    }
}
