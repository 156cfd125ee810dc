//! The header of a page: what it is, how many values it has and how long it is, packed and unpacked. It is a structure
//! of Thrift's compact protocol, of which only whole numbers are kept.
//!
//! The crate reads these too, but unpacks a page before anybody could ask how much will come out.

use super::store::Store;

/// So many bytes are looked at first, and at most: statistics in a header may be as long as a text.
const FIRST: u64 = 1 << 10;
const MOST: u64 = 1 << 24;
/// Structures inside structures; the format has three.
const DEEPEST: usize = 8;

/// What a page holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The values that data pages name by number.
    Dictionary,
    /// Values, packed together with their levels.
    Data,
    /// Values that may be packed, behind so many bytes of levels that are not.
    Data2 {
        /// Whether the values are packed.
        packed: bool,
        /// Bytes of definition levels.
        definition: usize,
        /// Bytes of repetition levels.
        repetition: usize,
        /// How many values are null.
        nulls: u32,
        /// How many rows there are.
        rows: u32,
    },
    /// Nothing that is needed here.
    Other,
}

/// The header of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// What the page holds.
    pub kind: Kind,
    /// Bytes of the page when unpacked.
    pub unpacked: usize,
    /// Bytes of the page as it stands in the file.
    pub packed: usize,
    /// Number of values, nulls included.
    pub values: u32,
    /// Number of the encoding of the values.
    pub encoding: i64,
    /// Number of the encoding of the definition levels.
    pub levels: i64,
    /// Bytes of the header itself.
    pub length: usize,
}

impl Header {
    /// Reads the header that stands at a place and ends before `end`; `None` where there is none.
    ///
    /// # Errors
    /// A failed read.
    pub fn read(store: &Store, at: u64, end: u64) -> std::io::Result<Option<Header>> {
        let most = end.saturating_sub(at).min(MOST);
        let mut length = FIRST.min(most);
        loop {
            let bytes = store.read(at, length as usize)?;
            let found = Header::parse(&bytes);
            if found.is_some() || length == most {
                return Ok(found);
            }
            length = (length * 16).min(most);
        }
    }

    fn parse(bytes: &[u8]) -> Option<Header> {
        let mut thrift = Thrift { bytes, at: 0, numbers: Vec::new() };
        thrift.structure(0, 0)?;
        // The fields are those of parquet.thrift: `PageHeader`, and inside it 5 `DataPageHeader`,
        // 7 `DictionaryPageHeader`, 8 `DataPageHeaderV2`.
        let get = |outer: i64, inner: i64| thrift.numbers.iter().find(|n| (n.0, n.1) == (outer, inner)).map(|n| n.2);
        let size = |outer, inner| usize::try_from(get(outer, inner)?).ok();
        let count = |outer, inner| u32::try_from(get(outer, inner)?).ok();
        let (kind, values, encoding, levels) = match get(0, 1)? {
            0 => (Kind::Data, count(5, 1)?, get(5, 2)?, get(5, 3)?),
            2 => (Kind::Dictionary, count(7, 1)?, get(7, 2)?, 3),
            3 => {
                let (definition, repetition) = (size(8, 5)?, size(8, 6)?);
                let packed = get(8, 7) != Some(0);
                let kind = Kind::Data2 { packed, definition, repetition, nulls: count(8, 2)?, rows: count(8, 3)? };
                (kind, count(8, 1)?, get(8, 4)?, 3)
            }
            _ => (Kind::Other, 0, 0, 3),
        };
        Some(Header { kind, unpacked: size(0, 2)?, packed: size(0, 3)?, values, encoding, levels, length: thrift.at })
    }
}

/// Types of the compact protocol.
const TRUE: u8 = 1;
const FALSE: u8 = 2;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const MAP: u8 = 11;
const STRUCT: u8 = 12;

struct Thrift<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Whole numbers and booleans: the field of the outer structure (0 where it is that itself), its own, the value.
    numbers: Vec<(i64, i64, i64)>,
}

impl Thrift<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn skip(&mut self, length: u64) -> Option<()> {
        let at = self.at.checked_add(usize::try_from(length).ok()?)?;
        self.at = Some(at).filter(|at| *at <= self.bytes.len())?;
        Some(())
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn zigzag(&mut self) -> Option<i64> {
        self.varint().map(|v| (v >> 1) as i64 ^ -((v & 1) as i64))
    }

    /// Reads a structure; `outer` is the field that it is the value of.
    fn structure(&mut self, outer: i64, depth: usize) -> Option<()> {
        let mut field = 0;
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Some(());
            }
            field = if head >> 4 == 0 { self.zigzag()? } else { field + i64::from(head >> 4) };
            let kind = head & 0xf;
            let value = match kind {
                TRUE | FALSE => Some(i64::from(kind == TRUE)),
                _ => self.value(kind, field, depth)?,
            };
            // Structures in structures in structures are statistics, which nobody asks for.
            self.numbers.extend(value.filter(|_| depth < 2).map(|v| (outer, field, v)));
        }
    }

    /// Reads a value; gives it where it is a whole number.
    fn value(&mut self, kind: u8, field: i64, depth: usize) -> Option<Option<i64>> {
        match kind {
            TRUE..=3 => self.skip(1)?,
            4..=6 => return self.zigzag().map(Some),
            DOUBLE => self.skip(8)?,
            BINARY => {
                let length = self.varint()?;
                self.skip(length)?;
            }
            LIST | SET => {
                let head = self.byte()?;
                let count = if head >> 4 == 15 { self.varint()? } else { u64::from(head >> 4) };
                self.values(count, &[head & 0xf], depth)?;
            }
            MAP => {
                let count = self.varint()?;
                let kinds = if count == 0 { 0 } else { self.byte()? };
                self.values(count, &[kinds >> 4, kinds & 0xf], depth)?;
            }
            STRUCT if depth < DEEPEST => self.structure(field, depth + 1)?,
            _ => return None,
        }
        Some(None)
    }

    /// Passes over elements; each takes a byte at least, so that the end of the bytes ends it.
    fn values(&mut self, count: u64, kinds: &[u8], depth: usize) -> Option<()> {
        for _ in 0..count {
            for kind in kinds {
                // Inside lists nothing is kept: as if it stood deeper.
                let before = self.at;
                self.value(*kind, 0, depth.max(1))?;
                (self.at > before).then_some(())?;
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Written by hand from the compact protocol: field deltas and types, zigzag numbers, a statistics structure.
    const DATA: &[u8] = &[
        0x15, 0x00, 0x15, 0xc8, 0x01, 0x15, 0x50, 0x2c, 0x15, 0x06, 0x15, 0x10, 0x15, 0x06, 0x15, 0x06, 0x1c, 0x18,
        0x02, b'a', b'b', 0x00, 0x00, 0x00, 0xff,
    ];

    #[test]
    fn a_header_is_read_and_its_length_known() {
        let header = Header::parse(DATA).unwrap();
        let expected = Header {
            kind: Kind::Data,
            unpacked: 100,
            packed: 40,
            values: 3,
            encoding: 8,
            levels: 3,
            length: DATA.len() - 1,
        };
        assert_eq!(header, expected);
        assert_eq!(Header::read(&Store::Memory(DATA.to_vec()), 0, DATA.len() as u64).unwrap(), Some(expected));
    }

    #[test]
    fn what_is_cut_off_or_nested_without_end_is_none() {
        for length in 0..DATA.len() - 1 {
            assert_eq!(Header::parse(&DATA[..length]), None, "{length}");
        }
        for bytes in [vec![0x1c; 1000], vec![0x19, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x7f], vec![0x15, 0x01]] {
            assert_eq!(Header::parse(&bytes), None);
        }
    }
}
