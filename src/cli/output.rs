//! The only place that prints: results to stdout, notes and errors to stderr, colour where a terminal wants it.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anstream::StripStream;
use anstyle::{AnsiColor, Style};

use crate::error::{Error, Result};
use crate::files::{self, Pending};
use crate::label::Labels;

/// Standard output, buffered, with colour codes taken out where nobody would see them (`NO_COLOR` included).
fn stdout() -> Box<dyn Write + Send> {
    Box::new(BufWriter::with_capacity(1 << 16, anstream::stdout()))
}

/// A long stream of results, to standard output or to a file that is there whole in the end or not at all. Each result
/// is written whole: Ctrl-C waits for the end of the one that is being written and ends the program with exit code 130;
/// what was printed stays, a file is left as it was.
pub struct Stream {
    out: Out,
    file: Option<Pending>,
    /// The file, or stdout.
    name: String,
}

type Out = Arc<Mutex<Box<dyn Write + Send>>>;

/// How long Ctrl-C waits for a reader that does not read.
const PATIENCE: Duration = Duration::from_millis(700);

/// What shells expect of a program that was stopped by Ctrl-C.
const INTERRUPTED: i32 = 130;

impl Stream {
    /// A stream of results; `plain` ones hold no control characters and need not be searched for colour codes.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn new(path: Option<&Path>, plain: bool) -> Result<Self> {
        let file = path.map(Pending::new).transpose()?;
        let buffered: Box<dyn Write + Send> = match (&file, plain) {
            (Some(file), true) => Box::new(BufWriter::with_capacity(1 << 16, file.writer()?)),
            (Some(file), false) => Box::new(BufWriter::with_capacity(1 << 16, StripStream::new(file.writer()?))),
            (None, true) => Box::new(BufWriter::with_capacity(1 << 16, std::io::stdout())),
            (None, false) => stdout(),
        };
        let out: Out = Arc::new(Mutex::new(buffered));
        end_on_interrupt(out.clone(), file.as_ref().and_then(Pending::temporary));
        Ok(Stream { out, file, name: path.map_or_else(|| "stdout".into(), files::name) })
    }

    /// Puts the file in place, or writes what is buffered.
    ///
    /// # Errors
    /// As [`Stream::write`].
    pub fn finish(mut self) -> Result<()> {
        self.flush()?;
        self.file.take().map_or(Ok(()), Pending::finish)
    }

    /// Writes a whole result.
    ///
    /// # Errors
    /// A reader that went away, or a full disk.
    pub fn write(&self, result: &[u8]) -> Result<()> {
        lock(&self.out).write_all(result).map_err(|e| Error::io(&self.name, e))
    }

    /// Writes what is buffered.
    ///
    /// # Errors
    /// As [`Stream::write`].
    pub fn flush(&self) -> Result<()> {
        lock(&self.out).flush().map_err(|e| Error::io(&self.name, e))
    }
}

impl Drop for Stream {
    /// The handler of Ctrl-C keeps the buffer alive, so that it would not be written on its own.
    fn drop(&mut self) {
        let _ = self.flush();
    }
}

/// On Ctrl-C writes what is buffered, takes a temporary file away and ends the program.
fn end_on_interrupt(out: Out, temporary: Option<PathBuf>) {
    let end = move || {
        temporary.iter().for_each(|path| drop(std::fs::remove_file(path)));
        std::process::exit(INTERRUPTED)
    };
    // Fails where Ctrl-C is ignored already, as in the background of a script; then it stays so.
    let _ = ctrlc::try_set_handler(move || {
        let (out, whole) = (out.clone(), end.clone());
        std::thread::spawn(move || {
            // Kept to the end, so that nothing is written any more.
            let mut out = lock(&out);
            let _ = out.flush();
            whole()
        });
        std::thread::sleep(PATIENCE);
        end()
    });
}

fn lock<'a>(out: &'a Mutex<Box<dyn Write + Send>>) -> MutexGuard<'a, Box<dyn Write + Send>> {
    out.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Turns a failed write to stdout into an error.
fn written(result: std::io::Result<()>) -> Result<()> {
    result.map_err(|e| Error::io("stdout", e))
}

/// Escapes the one control character that JSON lets stand as it is, so that a line of it is plain.
pub fn escape_delete(line: &mut Vec<u8>) {
    const DELETE: u8 = 0x7f;
    if line.contains(&DELETE) {
        let escaped = |b: &u8| if *b == DELETE { br"\u007f".to_vec() } else { vec![*b] };
        *line = line.iter().flat_map(escaped).collect();
    }
}

/// Prints a result.
///
/// # Errors
/// A reader that went away, or a full disk.
pub fn print(text: &str) -> Result<()> {
    let mut out = stdout();
    written(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// Prints a note for people. That stderr cannot be written is nothing to fail for.
pub fn note(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// Prints a warning.
pub fn warn(text: &str) {
    let bold = Style::new().bold().fg_color(Some(AnsiColor::Yellow.into()));
    note(&format!("{bold}warning:{bold:#} {text}"));
}

/// Prints an error.
pub fn error(error: &Error) {
    let bold = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
    note(&format!("{bold}error:{bold:#} {error}"));
}

/// Bold.
pub const BOLD: Style = Style::new().bold();
/// For what matters less.
pub const DIM: Style = Style::new().dimmed();

/// The colour of a label: the neutral one dim, the first red, the last green, others in between.
pub fn label_style(labels: &Labels, label: usize) -> Style {
    let colour = match label {
        l if Some(l) == labels.neutral() => return DIM,
        0 => AnsiColor::Red,
        l if l + 1 == labels.len() => AnsiColor::Green,
        l => [AnsiColor::Yellow, AnsiColor::Blue, AnsiColor::Magenta, AnsiColor::Cyan][l % 4],
    };
    Style::new().bold().fg_color(Some(colour.into()))
}
