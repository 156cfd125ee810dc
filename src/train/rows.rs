//! Where the feature rows of a training problem live: blocks of compressed rows, in memory or in a temporary file.
//!
//! Solvers take one block after the other and do not know where it comes from, so a problem that does not fit into
//! memory is solved step by step as one that does, to the same bytes.

use std::borrow::Cow;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::sync::Mutex;

use crate::error::{Error, Place, Result};
use crate::feature::row::Row;

/// Rows per block; the last block may have fewer.
pub const BLOCK: usize = 1024;

/// A value of a row. Column and value stand side by side, so that a row is one stretch of memory.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// The column.
    pub column: u32,
    /// The value.
    pub value: f32,
}

/// A sparse matrix in compressed rows: row `i` has the cells `starts[i]..starts[i + 1]`, columns rising.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Csr {
    /// Where each row starts; one more than rows.
    starts: Vec<u32>,
    cells: Vec<Cell>,
}

impl Csr {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// The cells of a row.
    pub fn row(&self, row: usize) -> &[Cell] {
        &self.cells[self.starts[row] as usize..self.starts[row + 1] as usize]
    }

    /// The rows in order.
    pub fn iter(&self) -> impl Iterator<Item = &[Cell]> {
        (0..self.rows()).map(|row| self.row(row))
    }

    /// Puts a row behind the others.
    pub fn push(&mut self, row: &Row) {
        if self.starts.is_empty() {
            self.starts.push(0);
        }
        let cells = row.columns.iter().zip(&row.values);
        self.cells.extend(cells.map(|(column, value)| Cell { column: *column, value: *value }));
        self.starts.push(self.cells.len() as u32);
    }
}

/// All rows of a problem.
#[derive(Debug)]
pub struct Rows {
    width: usize,
    /// Number of the first row of each block, and the number of all rows.
    firsts: Vec<usize>,
    storage: Storage,
}

#[derive(Debug)]
enum Storage {
    Memory(Vec<Csr>),
    /// The file, and where each block begins in it, and where the last one ends.
    File(Mutex<File>, Vec<u64>),
}

impl Rows {
    /// No rows yet, to be kept in memory; `width` is the number of columns.
    pub fn in_memory(width: usize) -> Self {
        Rows { width, firsts: vec![0], storage: Storage::Memory(Vec::new()) }
    }

    /// No rows yet, to be kept in a temporary file that vanishes with this value.
    ///
    /// # Errors
    /// A file that cannot be made.
    pub fn in_file(width: usize) -> Result<Self> {
        let file = tempfile::tempfile().map_err(failed)?;
        Ok(Rows { width, firsts: vec![0], storage: Storage::File(Mutex::new(file), vec![0]) })
    }

    /// Rows put together in order, in memory.
    pub fn from_rows(rows: impl IntoIterator<Item = Row>, width: usize) -> Self {
        let (mut all, mut block) = (Rows::in_memory(width), Csr::default());
        for row in rows {
            block.push(&row);
            if block.rows() == BLOCK {
                all.hold(std::mem::take(&mut block));
            }
        }
        if block.rows() > 0 {
            all.hold(block);
        }
        all
    }

    /// Puts a block behind the others.
    ///
    /// # Errors
    /// A temporary file that cannot be written.
    pub fn push(&mut self, block: Csr) -> Result<()> {
        if let Storage::File(file, ends) = &mut self.storage {
            let file = file.get_mut().unwrap_or_else(|poisoned| poisoned.into_inner());
            let bytes = to_bytes(&block);
            let end = ends[ends.len() - 1];
            file.seek(SeekFrom::Start(end)).and_then(|_| file.write_all(&bytes)).map_err(failed)?;
            ends.push(end + bytes.len() as u64);
            self.firsts.push(self.len() + block.rows());
            return Ok(());
        }
        self.hold(block);
        Ok(())
    }

    fn hold(&mut self, block: Csr) {
        self.firsts.push(self.len() + block.rows());
        if let Storage::Memory(blocks) = &mut self.storage {
            blocks.push(block);
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.firsts[self.firsts.len() - 1]
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Number of blocks.
    pub fn blocks(&self) -> usize {
        self.firsts.len() - 1
    }

    /// Number of the first row of a block.
    pub fn first(&self, block: usize) -> usize {
        self.firsts[block]
    }

    /// A block, read from the file if it is there.
    ///
    /// # Errors
    /// A temporary file that cannot be read.
    pub fn block(&self, block: usize) -> Result<Cow<'_, Csr>> {
        match &self.storage {
            Storage::Memory(blocks) => Ok(Cow::Borrowed(&blocks[block])),
            Storage::File(file, ends) => {
                let mut bytes = vec![0; (ends[block + 1] - ends[block]) as usize];
                let mut file = file.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                file.seek(SeekFrom::Start(ends[block])).and_then(|_| file.read_exact(&mut bytes)).map_err(failed)?;
                drop(file);
                Ok(Cow::Owned(from_bytes(&bytes, self.firsts[block + 1] - self.firsts[block])))
            }
        }
    }
}

fn failed(source: std::io::Error) -> Error {
    Error::Io { place: Place::file("temporary file of feature rows"), source }
}

/// The ends of the rows, then the cells.
fn to_bytes(block: &Csr) -> Vec<u8> {
    let ends = block.starts[1..].iter().copied();
    let words = ends.chain(block.cells.iter().flat_map(|cell| [cell.column, cell.value.to_bits()]));
    words.flat_map(u32::to_le_bytes).collect()
}

fn from_bytes(bytes: &[u8], rows: usize) -> Csr {
    let (ends, cells) = bytes.split_at(rows * 4);
    let word = |bytes: &[u8; 4]| u32::from_le_bytes(*bytes);
    let starts = std::iter::once(0).chain(ends.as_chunks().0.iter().map(word)).collect();
    let pairs = cells.as_chunks().0.as_chunks::<2>().0.iter();
    let cells = pairs.map(|[column, value]| Cell { column: word(column), value: f32::from_bits(word(value)) });
    Csr { starts, cells: cells.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks() -> Vec<Csr> {
        let row = |columns: &[u32]| Row { columns: columns.to_vec(), values: vec![0.5; columns.len()] };
        let (mut a, mut b) = (Csr::default(), Csr::default());
        a.push(&row(&[0, 3]));
        a.push(&row(&[]));
        b.push(&row(&[1, 2, 3]));
        vec![a, b]
    }

    #[test]
    fn a_file_gives_back_what_memory_does() {
        let (mut memory, mut file) = (Rows::in_memory(4), Rows::in_file(4).unwrap());
        for block in blocks() {
            memory.push(block.clone()).unwrap();
            file.push(block).unwrap();
        }
        assert_eq!((file.len(), file.blocks(), file.first(1)), (3, 2, 2));
        for i in [1, 0, 1] {
            assert_eq!(*file.block(i).unwrap(), *memory.block(i).unwrap());
            assert_eq!(*file.block(i).unwrap(), blocks()[i]);
        }
    }

    #[test]
    fn rows_are_cut_into_blocks() {
        let rows = Rows::from_rows((0..BLOCK as u32 + 1).map(|i| Row { columns: vec![i], values: vec![1.0] }), 2000);
        assert_eq!((rows.len(), rows.blocks(), rows.first(1)), (BLOCK + 1, 2, BLOCK));
        assert_eq!(rows.block(1).unwrap().row(0), [Cell { column: BLOCK as u32, value: 1.0 }]);
    }
}
