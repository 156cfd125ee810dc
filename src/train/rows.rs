//! Where the feature rows of a training problem live: blocks of compressed rows, in memory or in a temporary file.
//!
//! Solvers take one block after the other and do not know where it comes from, so a problem that does not fit into
//! memory is solved step by step as one that does, to the same bytes.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use crate::error::{Error, Place, Result};
use crate::feature::row::Row;

/// Rows per block: about so many, as the items of one text are not parted; the last block may have fewer.
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
    /// The file, and where each block begins and ends in it.
    File(Mutex<File>, Vec<Range<u64>>),
}

/// Rows that are being put together, from blocks that may come in any order and from any thread.
pub struct RowsBuilder {
    width: usize,
    state: Mutex<Building>,
}

struct Building {
    file: Option<File>,
    /// How much was written to the file.
    end: u64,
    blocks: BTreeMap<usize, Block>,
}

enum Block {
    Memory(Csr),
    /// Its number of rows, and where it begins and ends in the file.
    File(usize, Range<u64>),
}

impl RowsBuilder {
    /// Rows of `width` columns, to be kept in memory.
    pub fn in_memory(width: usize) -> Self {
        RowsBuilder { width, state: Mutex::new(Building { file: None, end: 0, blocks: BTreeMap::new() }) }
    }

    /// Rows of `width` columns, to be kept in a temporary file that vanishes with them.
    ///
    /// # Errors
    /// A file that cannot be made.
    pub fn in_file(width: usize) -> Result<Self> {
        let file = Some(tempfile::tempfile().map_err(failed)?);
        Ok(RowsBuilder { width, state: Mutex::new(Building { file, end: 0, blocks: BTreeMap::new() }) })
    }

    /// Takes the block with this number; numbers count from 0.
    ///
    /// # Errors
    /// A temporary file that cannot be written.
    pub fn add(&self, number: usize, block: Csr) -> Result<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let Building { file, end, blocks } = &mut *state;
        let stored = match file {
            None => Block::Memory(block),
            Some(file) => {
                let bytes = to_bytes(&block);
                file.write_all(&bytes).map_err(failed)?;
                let start = std::mem::replace(end, *end + bytes.len() as u64);
                Block::File(block.rows(), start..*end)
            }
        };
        blocks.insert(number, stored);
        Ok(())
    }

    /// All rows.
    pub fn finish(self) -> Rows {
        let Building { file, blocks, .. } = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        let (mut firsts, mut held, mut places) = (vec![0], Vec::new(), Vec::new());
        for block in blocks.into_values() {
            let rows = match block {
                Block::Memory(block) => {
                    held.push(block);
                    held[held.len() - 1].rows()
                }
                Block::File(rows, place) => {
                    places.push(place);
                    rows
                }
            };
            firsts.push(firsts[firsts.len() - 1] + rows);
        }
        let storage = file.map_or(Storage::Memory(held), |file| Storage::File(Mutex::new(file), places));
        Rows { width: self.width, firsts, storage }
    }
}

impl Rows {
    /// Blocks put together in order, in memory; `width` is the number of columns.
    pub fn in_memory(width: usize, blocks: Vec<Csr>) -> Self {
        let mut firsts = vec![0];
        blocks.iter().for_each(|block| firsts.push(firsts[firsts.len() - 1] + block.rows()));
        Rows { width, firsts, storage: Storage::Memory(blocks) }
    }

    /// Rows put together in order, in memory.
    pub fn from_rows(rows: impl IntoIterator<Item = Row>, width: usize) -> Self {
        let mut blocks = Vec::new();
        for (number, row) in rows.into_iter().enumerate() {
            if number % BLOCK == 0 {
                blocks.push(Csr::default());
            }
            if let Some(block) = blocks.last_mut() {
                block.push(&row);
            }
        }
        Rows::in_memory(width, blocks)
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
            Storage::File(file, places) => {
                let place = &places[block];
                let mut bytes = vec![0; (place.end - place.start) as usize];
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                file.seek(SeekFrom::Start(place.start)).and_then(|_| file.read_exact(&mut bytes)).map_err(failed)?;
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
        let (memory, file) = (RowsBuilder::in_memory(4), RowsBuilder::in_file(4).unwrap());
        for (number, block) in blocks().into_iter().enumerate().rev() {
            memory.add(number, block.clone()).unwrap();
            file.add(number, block).unwrap();
        }
        let (memory, file) = (memory.finish(), file.finish());
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
