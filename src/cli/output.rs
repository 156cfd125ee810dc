//! The only place that prints: results to stdout, notes and errors to stderr, colour where a terminal wants it.

use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anstyle::{AnsiColor, Style};

use crate::error::{Error, Result};
use crate::label::Labels;

/// Bytes that are gathered before they are written.
const BUFFER: usize = 1 << 16;

/// How long Ctrl-C waits for what is being written.
const PATIENCE: Duration = Duration::from_millis(700);

/// Standard output of a command that prints as it goes: whole pieces only, whatever ends the program. On Ctrl-C the
/// piece that is being written is finished and the exit code is 130.
pub struct Results(Arc<Mutex<Gathered>>);

struct Gathered {
    out: Box<dyn Write + Send>,
    buffer: Vec<u8>,
}

impl Results {
    /// With `colours`, colour codes are taken out where nobody would see them (`NO_COLOR` included); without, bytes go
    /// out as they are.
    pub fn new(colours: bool) -> Self {
        let out: Box<dyn Write + Send> =
            if colours { Box::new(anstream::stdout()) } else { Box::new(std::io::stdout()) };
        let results = Results(Arc::new(Mutex::new(Gathered { out, buffer: Vec::with_capacity(2 * BUFFER) })));
        let shared = results.0.clone();
        // Where Ctrl-C is ignored or handled already, it stays so.
        let _ = ctrlc::try_set_handler(move || interrupted(&shared));
        results
    }

    /// Prints a piece: one or several lines.
    ///
    /// # Errors
    /// A reader that went away, or a full disk.
    pub fn write(&self, piece: &[u8]) -> Result<()> {
        let mut gathered = self.gathered();
        gathered.buffer.extend_from_slice(piece);
        if gathered.buffer.len() < BUFFER { Ok(()) } else { written(gathered.flush()) }
    }

    /// Writes what was gathered.
    ///
    /// # Errors
    /// As [`Results::write`].
    pub fn flush(&self) -> Result<()> {
        written(self.gathered().flush())
    }

    fn gathered(&self) -> MutexGuard<'_, Gathered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Results {
    /// What was printed before an error is not lost.
    fn drop(&mut self) {
        let _ = self.flush();
    }
}

impl Gathered {
    fn flush(&mut self) -> std::io::Result<()> {
        let written = self.out.write_all(&self.buffer).and_then(|()| self.out.flush());
        self.buffer.clear();
        written
    }
}

/// Ends the program at the end of a piece. A reader that takes nothing any more is not waited for.
fn interrupted(gathered: &Mutex<Gathered>) -> ! {
    std::thread::spawn(|| {
        std::thread::sleep(PATIENCE);
        std::process::exit(INTERRUPTED)
    });
    // Held to the end: nobody begins another piece.
    let mut gathered = gathered.lock().unwrap_or_else(PoisonError::into_inner);
    let _ = gathered.flush();
    std::process::exit(INTERRUPTED)
}

/// The exit code of a program that Ctrl-C ended.
const INTERRUPTED: i32 = 130;

/// Turns a failed write to stdout into an error.
fn written(result: std::io::Result<()>) -> Result<()> {
    result.map_err(|e| Error::io("stdout", e))
}

/// Prints a result.
///
/// # Errors
/// A reader that went away, or a full disk.
pub fn print(text: &str) -> Result<()> {
    let mut out = anstream::stdout();
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
