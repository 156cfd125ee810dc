//! `stance label export`: labels out of a store, as items.

use std::path::PathBuf;

use super::Place;
use crate::cli::{Answer, output};
use crate::error::Result;
use crate::files;

/// Export labels as items (JSON Lines), the same bytes for the same labels
#[derive(clap::Args)]
#[command(after_help = "Examples:
  stance label export --store labels.sqlite > labels.jsonl                 # a line per label
  stance label export --adjudicated --out items.jsonl --store labels.sqlite # a line per unit
  stance train --data items.jsonl --out my.safetensors

The fields are those of the codebook, with coder, probability (of having been drawn) and round. With --adjudicated, units on
which coders disagree and nothing was decided are left out.")]
pub struct Args {
    /// One line per unit, with the stance that holds
    #[arg(long)]
    adjudicated: bool,
    /// File to write [default: stdout]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

/// Exports.
///
/// # Errors
/// A file that is no store; a failed write.
pub fn run(args: &Args) -> Result<Answer> {
    let lines = args.place.store()?.export(args.adjudicated)?;
    match &args.out {
        Some(path) => files::write_atomically(path, lines.as_bytes())?,
        None => {
            let out = output::Stream::new(None, true)?;
            out.write(lines.as_bytes())?;
            out.finish()?;
        }
    }
    Ok(Answer::Done)
}
