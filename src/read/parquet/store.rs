//! Bytes that can be read at any place, as what a Parquet file holds stands at its end: the file itself, or what came
//! through a pipe or was packed, kept in memory or, where it is long, in a temporary file without a name.

use std::fs::File;
use std::io::{Error, ErrorKind, Read, Result, Seek, SeekFrom, Write};
use std::path::Path;

use crate::error::Refusal;
use crate::read::start::Reader;

/// Up to so many bytes stay in memory.
const IN_MEMORY: u64 = 1 << 24;

/// Where the bytes are.
pub enum Store {
    /// In memory.
    Memory(Vec<u8>),
    /// In a file, which has so many.
    File(File, u64),
}

impl Store {
    /// A plain file as it lies on the disk; `None` for stdin, pipes and devices.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn of_file(path: &Path) -> Result<Option<Store>> {
        if path == Path::new("-") {
            return Ok(None);
        }
        let data = path.metadata()?;
        if !data.is_file() {
            return Ok(None);
        }
        Ok(Some(Store::File(File::open(path)?, data.len())))
    }

    /// All that a stream has; a [`Refusal`] where that is more than `max` bytes.
    ///
    /// # Errors
    /// A failed read or write.
    pub fn spooled(reader: Reader, max: u64) -> Result<Store> {
        let mut reader = reader.take(max.saturating_add(1));
        let mut bytes = Vec::new();
        reader.by_ref().take(IN_MEMORY).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > max {
            return Err(too_much(max));
        }
        if (bytes.len() as u64) < IN_MEMORY {
            return Ok(Store::Memory(bytes));
        }
        let mut file = tempfile::tempfile()?;
        file.write_all(&bytes)?;
        let length = bytes.len() as u64 + std::io::copy(&mut reader, &mut file)?;
        if length > max {
            return Err(too_much(max));
        }
        Ok(Store::File(file, length))
    }

    /// How many bytes there are.
    pub fn length(&self) -> u64 {
        match self {
            Store::Memory(bytes) => bytes.len() as u64,
            Store::File(_, length) => *length,
        }
    }

    /// The bytes from `start`; nothing is allocated for bytes that are not there.
    ///
    /// # Errors
    /// A failed read, or bytes beyond the end.
    pub fn read(&self, start: u64, length: usize) -> Result<Vec<u8>> {
        let end = start.checked_add(length as u64).filter(|end| *end <= self.length());
        if end.is_none() {
            return Err(Error::from(ErrorKind::UnexpectedEof));
        }
        match self {
            Store::Memory(bytes) => Ok(bytes[start as usize..start as usize + length].to_vec()),
            Store::File(file, _) => {
                let mut bytes = vec![0; length];
                let mut file = file;
                file.seek(SeekFrom::Start(start))?;
                file.read_exact(&mut bytes)?;
                Ok(bytes)
            }
        }
    }
}

fn too_much(max: u64) -> Error {
    Refusal::io(format!("it has more than {max} bytes"), "raise --max-unpacked if you trust it, or name the file")
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Cursor};

    use super::*;

    #[test]
    fn a_stream_is_kept_whole_and_within_its_limit() {
        for length in [0, 5, IN_MEMORY as usize, IN_MEMORY as usize + 3] {
            let bytes: Vec<u8> = (0..length).map(|i| (i % 251) as u8).collect();
            let reader = || -> Reader { Box::new(BufReader::new(Cursor::new(bytes.clone()))) };
            let store = Store::spooled(reader(), length as u64).unwrap();
            assert_eq!((store.length(), store.read(0, length).unwrap()), (length as u64, bytes.clone()));
            assert_eq!(store.read(length as u64, 1).unwrap_err().kind(), ErrorKind::UnexpectedEof);
            assert_eq!(store.read(u64::MAX, 1).unwrap_err().kind(), ErrorKind::UnexpectedEof);
            if length > 0 {
                let refused = Store::spooled(reader(), length as u64 - 1).err().unwrap().to_string();
                assert!(refused.contains(&format!("more than {} bytes; raise --max-unpacked", length - 1)));
            }
        }
    }
}
