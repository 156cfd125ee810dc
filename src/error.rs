//! The one error type of the library: a variant per cause, each saying what was got, what is allowed and what to do.
//!
//! Exit codes and colours are the command line's business; this file only finds the words.

use std::fmt;

/// What the library returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Where in an input something was found: a file (or `stdin`), and a 1-based line where lines count.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// Name of the file as the user gave it.
    pub file: String,
    /// 1-based line, if the input is read line by line.
    pub line: Option<usize>,
}

impl Place {
    /// A whole file.
    pub fn file(name: impl Into<String>) -> Self {
        Place { file: name.into(), line: None }
    }

    /// A line of a file; `line` counts from 1.
    pub fn line(name: impl Into<String>, line: usize) -> Self {
        Place { file: name.into(), line: Some(line) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.file),
            None => f.write_str(&self.file),
        }
    }
}

/// Why a reader gives up on what it reads; carried out of [`std::io::Read`] by a [`std::io::Error`], and made an
/// [`Error::Input`] by [`Error::read`].
#[derive(Debug, thiserror::Error)]
#[error("{what}; {help}")]
pub struct Refusal {
    /// What is wrong.
    pub what: String,
    /// The way out.
    pub help: String,
}

impl Refusal {
    /// A refusal as an error of a reader.
    pub fn io(what: impl Into<String>, help: impl Into<String>) -> std::io::Error {
        std::io::Error::new(std::io::ErrorKind::InvalidData, Refusal { what: what.into(), help: help.into() })
    }
}

/// Everything that can go wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or stream could not be read or written.
    #[error("{place}: {source}")]
    Io {
        /// What was being read or written.
        place: Place,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// An input line or file does not have the form it should have.
    #[error("{place}: {what}; {help}")]
    Input {
        /// Where it stands.
        place: Place,
        /// What is wrong, with the field and its value.
        what: String,
        /// The way out.
        help: String,
    },
    /// A setting is outside what is allowed.
    #[error("{name} = {value} is not allowed; {allowed}")]
    Setting {
        /// The setting as the user knows it (`alpha`, `--features`).
        name: &'static str,
        /// The value given.
        value: String,
        /// What is allowed.
        allowed: String,
    },
    /// Training data that no model can be learned from.
    #[error("the training data cannot be used: {what}; {help}")]
    Data {
        /// What is wrong with it.
        what: String,
        /// The way out.
        help: String,
    },
    /// A gazetteer or lexicon that contradicts itself or misses something.
    #[error("{place}: {what}; {help}")]
    Table {
        /// Which table.
        place: Place,
        /// What is wrong, naming the entry.
        what: String,
        /// The way out.
        help: String,
    },
    /// A file that is no model, or a model that this version cannot read.
    #[error("{place}: not a usable model: {what}; {help}")]
    Model {
        /// Which file.
        place: Place,
        /// What is wrong with it.
        what: String,
        /// The way out.
        help: String,
    },
    /// The solver stopped with an error of its own.
    #[error("the {solver} solver failed: {what}; {help}")]
    Solver {
        /// Which solver.
        solver: &'static str,
        /// What it said.
        what: String,
        /// The way out.
        help: String,
    },
    /// The database of a store failed.
    #[error("{place}: the store failed: {what}; {help}")]
    Store {
        /// Which file.
        place: Place,
        /// What the database said.
        what: String,
        /// The way out.
        help: String,
    },
    /// Something asked for by its name or number that is not there.
    #[error("there is no {what}; {help}")]
    Missing {
        /// What was asked for.
        what: String,
        /// The way out.
        help: String,
    },
    /// An error of linfa's own (wrong shapes, mostly).
    #[cfg(feature = "train")]
    #[error(transparent)]
    Linfa(#[from] linfa::error::Error),
}

impl Error {
    /// An [`Error::Io`] with its place.
    pub fn io(place: impl Into<String>, source: std::io::Error) -> Self {
        Error::Io { place: Place::file(place), source }
    }

    /// A failed read: an [`Error::Input`] where a reader refused what it read ([`Refusal`]), else an [`Error::Io`].
    pub fn read(place: Place, source: std::io::Error) -> Self {
        match source.downcast::<Refusal>() {
            Ok(refusal) => Error::input(place, refusal.what, refusal.help),
            Err(source) => Error::Io { place, source },
        }
    }

    /// An [`Error::Input`].
    pub fn input(place: Place, what: impl Into<String>, help: impl Into<String>) -> Self {
        Error::Input { place, what: what.into(), help: help.into() }
    }

    /// An [`Error::Data`].
    pub fn data(what: impl Into<String>, help: impl Into<String>) -> Self {
        Error::Data { what: what.into(), help: help.into() }
    }

    /// An [`Error::Setting`].
    pub fn setting(name: &'static str, value: impl fmt::Display, allowed: impl Into<String>) -> Self {
        Error::Setting { name, value: value.to_string(), allowed: allowed.into() }
    }

    /// An [`Error::Table`].
    pub fn table(place: Place, what: impl Into<String>, help: impl Into<String>) -> Self {
        Error::Table { place, what: what.into(), help: help.into() }
    }

    /// An [`Error::Model`].
    pub fn model(place: impl Into<String>, what: impl Into<String>, help: impl Into<String>) -> Self {
        Error::Model { place: Place::file(place), what: what.into(), help: help.into() }
    }

    /// An [`Error::Missing`].
    pub fn missing(what: impl Into<String>, help: impl Into<String>) -> Self {
        Error::Missing { what: what.into(), help: help.into() }
    }

    /// Whether this is a reader that went away (`stance ... | head`), which is no failure.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Error::Io { source, .. } if source.kind() == std::io::ErrorKind::BrokenPipe)
    }
}
