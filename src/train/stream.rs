//! Training items read from files as often as they are needed, so that there may be more of them than memory holds.
//!
//! One piece of a file after the other is taken by whichever thread is free, which parses it, finds its actors and hands
//! it on. What a line means is decided in [`crate::feature::item`].

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::rows::BLOCK;
use super::source::{Chunk, Source, Work};
use crate::actor::find::Finder;
use crate::actor::gazetteer::Gazetteer;
use crate::error::{Error, Place, Result};
use crate::feature::instance::Instance;
use crate::feature::item::{Item, ItemFormat, item_from_line, text_of_line};
use crate::feature::pairing::{instances_of_text, runs};
use crate::model::card::DataFile;
use crate::text::lines::{Line, numbered_lines_from};

/// Files of labelled items.
pub struct ItemFiles<'a> {
    paths: &'a [PathBuf],
    format: &'a ItemFormat,
    skip_bad: bool,
    gazetteer: &'a Gazetteer,
    finder: Finder,
    seen: Mutex<Seen>,
}

/// What the first visit found out.
#[derive(Default)]
struct Seen {
    files: Vec<DataFile>,
    /// Why lines were passed over, by piece.
    skipped: BTreeMap<usize, Vec<Error>>,
    done: bool,
}

/// About [`BLOCK`] lines of a file.
struct Piece {
    number: usize,
    file: usize,
    /// Lines before it in the file.
    lines: usize,
    bytes: Vec<u8>,
}

impl<'a> ItemFiles<'a> {
    /// Items of these files; with `skip_bad`, lines that are no items are passed over.
    pub fn new(paths: &'a [PathBuf], format: &'a ItemFormat, skip_bad: bool, gazetteer: &'a Gazetteer) -> Self {
        ItemFiles { paths, format, skip_bad, gazetteer, finder: Finder::new(gazetteer), seen: Mutex::default() }
    }

    /// Size of all files in bytes, 0 for what has none.
    pub fn bytes(&self) -> u64 {
        self.paths.iter().filter_map(|path| path.metadata().ok()).map(|data| data.len()).sum()
    }

    /// What was read, file by file, and the lines that were passed over, in order; empty before the first visit.
    pub fn read(self) -> (Vec<DataFile>, Vec<Error>) {
        let seen = self.seen.into_inner().unwrap_or_else(PoisonError::into_inner);
        (seen.files, seen.skipped.into_values().flatten().collect())
    }

    fn name(&self, file: usize) -> String {
        self.paths[file].display().to_string()
    }

    fn items(&self, piece: &Piece) -> Result<(Vec<Item>, Vec<Error>)> {
        let (mut items, mut skipped) = (Vec::with_capacity(BLOCK), Vec::new());
        for line in numbered_lines_from(&piece.bytes[..], self.name(piece.file), piece.lines) {
            match line.and_then(|line: Line| item_from_line(&line, self.format)) {
                Ok(item) => items.push(item),
                Err(error @ Error::Input { .. }) if self.skip_bad => skipped.push(error),
                Err(error) => return Err(error),
            }
        }
        Ok((items, skipped))
    }

    fn work_on(&self, piece: &Piece, work: &Work<'_>) -> Result<()> {
        let (items, skipped) = self.items(piece)?;
        let instances: Vec<Instance> =
            runs(&items).flat_map(|run| instances_of_text(run, self.gazetteer, &self.finder)).collect();
        let labels: Vec<&str> = items.iter().map(|item| item.label.as_deref().unwrap_or_default()).collect();
        let weights: Vec<f64> = items.iter().map(|item| item.weight).collect();
        let actors: Vec<Option<&str>> = items.iter().map(|item| item.actor.as_deref()).collect();
        let groups: Vec<&str> = items.iter().map(|item| item.group.as_str()).collect();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if !seen.done {
            seen.files[piece.file].items += items.len();
            seen.skipped.insert(piece.number, skipped);
        }
        drop(seen);
        let all = Chunk { instances: &instances, labels: &labels, weights: &weights, actors: &actors, groups: &groups };
        work(piece.number, &all)
    }

    /// Notes what the files are; the next visit must find the same.
    fn note_hashes(&self, hashes: Vec<String>) -> Result<()> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.done && seen.files.iter().zip(&hashes).any(|(file, hash)| file.blake3 != *hash) {
            let help = "let nobody write to it, and train again";
            return Err(Error::data("a file changed between two readings", help));
        }
        seen.files.iter_mut().zip(hashes).for_each(|(file, hash)| file.blake3 = hash);
        seen.done = true;
        Ok(())
    }
}

fn base_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

impl Source for ItemFiles<'_> {
    fn visit(&self, work: &Work<'_>) -> Result<()> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.files.is_empty() {
            let file = |path: &PathBuf| DataFile { name: base_name(path), items: 0, blake3: String::new() };
            seen.files = self.paths.iter().map(file).collect();
        }
        drop(seen);
        let stop = AtomicBool::new(false);
        let failed: Mutex<Option<(usize, Error)>> = Mutex::new(None);
        let mut pieces = Pieces::new(self);
        let taken = std::iter::from_fn(|| if stop.load(Ordering::Relaxed) { None } else { pieces.next_piece() });
        // Pieces are taken in order, so when one fails, all before it are finished or on the way.
        taken.enumerate().par_bridge().for_each(|(number, piece)| {
            if let Err(error) = piece.and_then(|piece| self.work_on(&piece, work)) {
                stop.store(true, Ordering::Relaxed);
                let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
                if failed.as_ref().is_none_or(|(first, _)| number < *first) {
                    *failed = Some((number, error));
                }
            }
        });
        if let Some((_, error)) = failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(error);
        }
        self.note_hashes(pieces.hashes)
    }
}

/// Cuts the files into pieces.
struct Pieces<'s, 'a> {
    files: &'s ItemFiles<'a>,
    open: Option<(BufReader<File>, blake3::Hasher)>,
    /// The file that is open, or the next one.
    file: usize,
    lines: usize,
    number: usize,
    /// A line that was read and belongs to the next piece.
    ahead: Vec<u8>,
    hashes: Vec<String>,
}

impl<'s, 'a> Pieces<'s, 'a> {
    fn new(files: &'s ItemFiles<'a>) -> Self {
        Pieces { files, open: None, file: 0, lines: 0, number: 0, ahead: Vec::new(), hashes: Vec::new() }
    }

    fn next_piece(&mut self) -> Option<Result<Piece>> {
        while self.file < self.files.paths.len() {
            match self.read() {
                Ok(Some(piece)) => return Some(Ok(piece)),
                Ok(None) => self.file += 1,
                Err(source) => {
                    let place = Place::file(self.files.name(self.file));
                    self.file = self.files.paths.len();
                    return Some(Err(Error::Io { place, source }));
                }
            }
        }
        None
    }

    /// The next piece of the open file; `None` at its end.
    fn read(&mut self) -> std::io::Result<Option<Piece>> {
        if self.open.is_none() {
            let reader = BufReader::with_capacity(1 << 18, File::open(&self.files.paths[self.file])?);
            (self.open, self.lines) = (Some((reader, blake3::Hasher::new())), 0);
        }
        let Some((reader, hasher)) = &mut self.open else { return Ok(None) };
        let mut bytes = std::mem::take(&mut self.ahead);
        let (mut count, mut last) = (usize::from(!bytes.is_empty()), 0);
        loop {
            let start = bytes.len();
            if reader.read_until(b'\n', &mut bytes)? == 0 {
                break;
            }
            hasher.update(&bytes[start..]);
            // The items of one text are not parted.
            let text = |line: &[u8]| text_of_line(line, &self.files.format.text_field);
            if count >= BLOCK && text(&bytes[start..]).is_none_or(|t| Some(t) != text(&bytes[last..start])) {
                self.ahead = bytes.split_off(start);
                break;
            }
            (count, last) = (count + 1, start);
        }
        if count == 0 {
            let hash = self.open.take().map(|(_, hasher)| hasher.finalize().to_hex().to_string());
            self.hashes.extend(hash);
            return Ok(None);
        }
        let piece = Piece { number: self.number, file: self.file, lines: self.lines, bytes };
        (self.number, self.lines) = (self.number + 1, self.lines + count);
        Ok(Some(piece))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn file(lines: &[String]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        lines.iter().for_each(|line| writeln!(file, "{line}").unwrap());
        file
    }

    fn line(text: impl std::fmt::Display) -> String {
        format!("{{\"text\":\"{text}\",\"stance\":\"a\"}}")
    }

    #[test]
    fn pieces_come_in_order_and_do_not_part_a_text() {
        let lines: Vec<String> = (0..2 * BLOCK).map(|i| line(if i.abs_diff(BLOCK) < 3 { 0 } else { i })).collect();
        let (first, second) = (file(&lines), file(&["".into(), line("x"), "no item".into()]));
        let paths = [first.path().to_path_buf(), second.path().to_path_buf()];
        let (format, gazetteer) = (ItemFormat::default(), Gazetteer::default());
        let source = ItemFiles::new(&paths, &format, true, &gazetteer);
        let sizes = Mutex::new(BTreeMap::new());
        let work = |number, chunk: &Chunk<'_>| {
            sizes.lock().unwrap().insert(number, chunk.instances.len());
            Ok(())
        };
        source.visit(&work).unwrap();
        source.visit(&work).unwrap();
        let sizes: Vec<usize> = sizes.into_inner().unwrap().into_values().collect();
        assert_eq!(sizes, [BLOCK + 3, BLOCK - 3, 1]);
        let (files, skipped) = source.read();
        assert_eq!((files[0].items, files[1].items), (2 * BLOCK, 1));
        assert_eq!(files[1].blake3, blake3::hash(&std::fs::read(&paths[1]).unwrap()).to_hex().to_string());
        assert_eq!(skipped.len(), 1);
        assert!(skipped[0].to_string().contains(":3: the line is not a JSON object"), "{}", skipped[0]);
    }

    #[test]
    fn a_file_that_changes_between_two_readings_is_refused() {
        let mut changing = file(&[line("x"), line("y")]);
        let paths = [changing.path().to_path_buf()];
        let (format, gazetteer) = (ItemFormat::default(), Gazetteer::default());
        let source = ItemFiles::new(&paths, &format, false, &gazetteer);
        source.visit(&|_, _| Ok(())).unwrap();
        writeln!(changing, "{}", line("z")).unwrap();
        assert!(source.visit(&|_, _| Ok(())).unwrap_err().to_string().contains("changed between two readings"));
    }

    #[test]
    fn the_first_error_is_reported_and_a_file_that_is_not_there_named() {
        let mut lines: Vec<String> = (0..5 * BLOCK).map(line).collect();
        lines[BLOCK + 7] = "{}".into();
        lines[3 * BLOCK] = "[]".into();
        let bad = file(&lines);
        let (format, gazetteer) = (ItemFormat::default(), Gazetteer::default());
        let visit = |paths: &[PathBuf]| ItemFiles::new(paths, &format, false, &gazetteer).visit(&|_, _| Ok(()));
        let message = visit(&[bad.path().to_path_buf()]).unwrap_err().to_string();
        assert!(message.contains(&format!(":{}: field \"text\" is missing", BLOCK + 8)), "{message}");
        assert!(visit(&["not-there.jsonl".into()]).unwrap_err().to_string().contains("not-there.jsonl"));
    }
}
