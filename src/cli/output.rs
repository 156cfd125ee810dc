//! The only place that prints: results to stdout, notes and errors to stderr, colour where a terminal wants it.

use std::io::Write;

use anstyle::{AnsiColor, Style};

use crate::error::{Error, Result};
use crate::label::Labels;

/// Standard output, buffered, with colour codes taken out where nobody would see them (`NO_COLOR` included).
pub fn stdout() -> impl Write {
    std::io::BufWriter::with_capacity(1 << 16, anstream::stdout())
}

/// Turns a failed write to stdout into an error.
pub fn written(result: std::io::Result<()>) -> Result<()> {
    result.map_err(|e| Error::io("stdout", e))
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
