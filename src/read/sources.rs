//! The files that are read: those named by the user, and those inside folders.

use std::collections::{BTreeMap, BTreeSet};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use super::{Notes, form};
use crate::error::{Error, Place, Result};
use crate::files;

/// A file to read, and the id of an article that is the whole file.
pub struct Source {
    /// The path, `-` for stdin.
    pub path: PathBuf,
    /// File name, for files of a folder the path inside it; the whole path where two names are the same.
    pub id: String,
    /// Whether it was found in a folder: then it must be a file, and nobody waits for the other end of a pipe.
    pub found: bool,
}

/// The files named by the user, folders opened. Without any, stdin is read, unless a person sits at it.
///
/// # Errors
/// A path that does not exist, a folder without articles, nothing to read.
pub fn sources(inputs: &[PathBuf], notes: &Notes) -> Result<Vec<Source>> {
    if inputs.is_empty() {
        if std::io::stdin().is_terminal() {
            let help = "name a file or a folder, or pipe a text in; `stance predict --help` has examples";
            return Err(Error::input(Place::file("stdin"), "there is nothing to read", help));
        }
        return Ok(vec![Source { path: "-".into(), id: "stdin".into(), found: false }]);
    }
    let mut sources = Vec::new();
    for input in inputs {
        sources.extend(sources_of(input, notes)?);
    }
    tell_apart(&mut sources);
    Ok(sources)
}

fn sources_of(input: &Path, notes: &Notes) -> Result<Vec<Source>> {
    if input == Path::new("-") {
        return Ok(vec![Source { path: input.into(), id: "stdin".into(), found: false }]);
    }
    if input.is_dir() {
        let inside = |path: &Path| files::name(path.strip_prefix(input).unwrap_or(path));
        let source = |path: PathBuf| Source { id: inside(&path), path, found: true };
        return Ok(files_in(input, notes)?.into_iter().map(source).collect());
    }
    // A file that may not be read is there; that is said when it is opened.
    if input.symlink_metadata().is_err_and(|e| e.kind() == std::io::ErrorKind::NotFound) {
        let help = "check the name; `-` is stdin";
        return Err(Error::input(Place::file(files::name(input)), "there is no such file or folder", help));
    }
    Ok(vec![Source { path: input.into(), id: files::base_name(input), found: false }])
}

/// Gives files with the same id their whole path as id.
fn tell_apart(sources: &mut [Source]) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    sources.iter().for_each(|s| *counts.entry(s.id.clone()).or_default() += 1);
    for source in sources {
        if counts.get(&source.id).is_some_and(|n| *n > 1) && source.path != Path::new("-") {
            source.id = files::name(&source.path);
        }
    }
}

/// The articles in a folder, in the order of their names, subfolders included. Hidden files and folders are left out.
/// Links are followed, but each folder is read once: a link back to a folder above ends there.
fn files_in(folder: &Path, notes: &Notes) -> Result<Vec<PathBuf>> {
    let mut walk = Walk { notes, files: Vec::new(), seen: BTreeSet::new() };
    walk.folder(folder)?;
    if walk.files.is_empty() {
        let what = format!("no file in it ends in {} (or these with .gz or .zst)", form::endings());
        return Err(Error::input(Place::file(files::name(folder)), what, "name the files"));
    }
    Ok(walk.files)
}

struct Walk<'a> {
    notes: &'a Notes,
    files: Vec<PathBuf>,
    seen: BTreeSet<PathBuf>,
}

impl Walk<'_> {
    fn folder(&mut self, folder: &Path) -> Result<()> {
        let failed = |e: std::io::Error| Error::io(files::name(folder), e);
        if !self.seen.insert(folder.canonicalize().map_err(failed)?) {
            self.notes.met_again(folder);
            return Ok(());
        }
        let mut entries: Vec<PathBuf> = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(failed)? {
            entries.push(entry.map_err(failed)?.path());
        }
        entries.sort();
        for path in entries {
            let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
            if hidden {
                continue;
            } else if path.is_dir() {
                self.folder(&path)?;
            } else if form::by_ending(&path).is_some() {
                self.files.push(path);
            }
        }
        Ok(())
    }
}
