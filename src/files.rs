//! Opens and writes files for the commands. A file is written under a temporary name beside its own, synced and
//! renamed: whoever looks sees the old file or the new one, never half of one.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, Place, Result};

/// The name of a path for messages.
pub fn name(path: &Path) -> String {
    if path == Path::new("-") { "stdin".into() } else { path.display().to_string() }
}

/// The last part of a path: what a model file may record.
pub fn base_name(path: &Path) -> String {
    path.file_name().map_or_else(|| name(path), |n| n.to_string_lossy().into_owned())
}

/// Opens a file, or stdin for `-`.
///
/// # Errors
/// What the operating system says, with the name.
pub fn open(path: &Path) -> Result<Box<dyn BufRead + Send>> {
    if path == Path::new("-") {
        return Ok(Box::new(BufReader::new(std::io::stdin())));
    }
    let file = File::open(path).map_err(|e| Error::io(name(path), e))?;
    if file.metadata().is_ok_and(|m| m.is_dir()) {
        return Err(Error::input(Place::file(name(path)), "it is a folder", "give a file"));
    }
    Ok(Box::new(BufReader::with_capacity(1 << 18, file)))
}

/// All bytes of a file or stdin.
///
/// # Errors
/// As [`open`], or a failed read.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.read_to_end(&mut bytes).map_err(|e| Error::io(name(path), e))?;
    Ok(bytes)
}

/// All of a file as text.
///
/// # Errors
/// As [`read`]; bytes that are not UTF-8.
pub fn read_text(path: &Path) -> Result<String> {
    text_of(&mut *open(path)?, &name(path))
}

/// All that a reader has, as text without a byte order mark.
///
/// # Errors
/// A failed read; bytes that are not UTF-8.
pub fn text_of(reader: &mut dyn BufRead, name: &str) -> Result<String> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).map_err(|e| Error::io(name, e))?;
    let text = String::from_utf8(bytes).map_err(|e| {
        let what = format!("it is not UTF-8 (byte {})", e.utf8_error().valid_up_to() + 1);
        Error::input(Place::file(name), what, "convert the file to UTF-8")
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_string).unwrap_or(text))
}

/// Checks, before long work begins, that a file can be written later.
///
/// # Errors
/// A path that is a folder, or whose folder does not exist.
pub fn check_writable(path: &Path) -> Result<()> {
    let error = |what: &str, help: &str| Err(Error::input(Place::file(name(path)), what, help));
    if path.is_dir() {
        return error("it is a folder", "give the name of a file to write");
    }
    if !parent(path).is_dir() {
        return error("its folder does not exist", "make the folder first");
    }
    Ok(())
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Begin and end of the names of temporary files.
const TEMPORARY: (&str, &str) = (".stance-", ".tmp");

/// Writes a file so that it is there whole or not at all. What a run that was killed left in the same folder is taken
/// away first. A device or a pipe is written to as it is, and a link is followed.
///
/// # Errors
/// What the operating system says, with the name; the old file is then still there.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<()> {
    let pending = Pending::new(path)?;
    pending.writer()?.write_all(bytes).map_err(|e| Error::io(name(path), e))?;
    pending.finish()
}

/// A file that is being written beside the one that it will replace. Dropped before [`Pending::finish`], it leaves
/// nothing behind.
pub struct Pending {
    /// The name given.
    path: PathBuf,
    /// Where links lead: it is the file that is replaced, not a link to it.
    real: PathBuf,
    file: Target,
}

/// What is written to.
enum Target {
    Beside(tempfile::NamedTempFile),
    /// A pipe or device: renaming over `/dev/null` would replace it.
    Device(File),
}

impl Pending {
    /// Begins to write a file.
    ///
    /// # Errors
    /// As [`write_atomically`].
    pub fn new(path: &Path) -> Result<Self> {
        let failed = |e: std::io::Error| Error::io(name(path), e);
        let real = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        let file = match path.metadata() {
            // Renaming over `/dev/null` would replace it.
            Ok(data) if !data.is_file() => Target::Device(File::options().write(true).open(path).map_err(failed)?),
            _ => {
                remove_leftovers(parent(&real));
                let (prefix, suffix) = TEMPORARY;
                let mut builder = tempfile::Builder::new();
                let file = builder.prefix(prefix).suffix(suffix).tempfile_in(parent(&real)).map_err(failed)?;
                // Says that the writer lives. Where files cannot be locked, none is taken for a leftover either. A second
                // program that writes into the folder between these two lines makes the rename fail, which is told.
                let _ = file.as_file().try_lock();
                Target::Beside(file)
            }
        };
        Ok(Pending { path: path.into(), real, file })
    }

    /// Something to write with.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn writer(&self) -> Result<File> {
        let file = match &self.file {
            Target::Beside(file) => file.as_file(),
            Target::Device(file) => file,
        };
        file.try_clone().map_err(|e| Error::io(name(&self.path), e))
    }

    /// The temporary file, for those who end the program on their own.
    pub fn temporary(&self) -> Option<PathBuf> {
        match &self.file {
            Target::Beside(file) => Some(file.path().into()),
            Target::Device(_) => None,
        }
    }

    /// Brings what was written to the disk and puts it in place.
    ///
    /// # Errors
    /// As [`write_atomically`].
    pub fn finish(self) -> Result<()> {
        let failed = |e: std::io::Error| Error::io(name(&self.path), e);
        let Target::Beside(file) = self.file else { return Ok(()) };
        file.as_file().sync_all().map_err(failed)?;
        set_usual_mode(file.as_file()).map_err(failed)?;
        file.persist(&self.real).map_err(|e| failed(e.error))?;
        // The rename itself must reach the disk; where folders cannot be synced, there is nothing more to do.
        if let Ok(folder) = File::open(parent(&self.real)) {
            let _ = folder.sync_all();
        }
        Ok(())
    }
}

/// Removes temporary files whose writer is gone: the system drops a lock with the process that holds it. That one cannot
/// be removed is no reason not to write.
fn remove_leftovers(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let ours = name.to_str().is_some_and(|n| n.starts_with(TEMPORARY.0) && n.ends_with(TEMPORARY.1));
        // Only plain files: opening a pipe would wait for its other end.
        if !ours || !entry.file_type().is_ok_and(|kind| kind.is_file()) {
            continue;
        }
        if File::options().write(true).open(entry.path()).is_ok_and(|file| file.try_lock().is_ok()) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Temporary files are private; a result is as readable as any new file.
#[cfg(unix)]
fn set_usual_mode(file: &File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn set_usual_mode(_: &File) -> std::io::Result<()> {
    Ok(())
}

/// Records as CSV.
pub fn csv<R: IntoIterator<Item = String>>(records: impl IntoIterator<Item = R>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for record in records {
        // Writing to memory cannot fail, and all records of a caller are of one length.
        let _ = writer.write_record(record);
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// The ending of a file's name, in lower case.
pub fn extension(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_lowercase())
}
