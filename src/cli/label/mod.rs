//! `stance label`: the store of labelling from the command line. What the commands share stands here; labelling itself
//! is done on the page of `stance serve`.

pub mod recipe;
mod import;
mod export;
mod progress;
mod agreement;
mod disagreements;
mod retrain;
mod models;

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Subcommand, ValueEnum};

use super::{Answer, shared};
use crate::error::Result;
use crate::store::{InUse, Store};

/// Import, export and watch labels; retrain on them
#[derive(clap::Args)]
#[command(after_help = "Examples:
  stance label import articles.jsonl --store labels.sqlite     # makes the store if it is not there
  stance label progress --store labels.sqlite
  stance label agreement --store labels.sqlite --format json
  stance label export --adjudicated --store labels.sqlite > items.jsonl
  stance label retrain --name second --with-shipped --store labels.sqlite
  stance label models activate 1 --store labels.sqlite

A store is one SQLite file. Sentences are labelled on the page that `stance serve --store labels.sqlite` opens.")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Import(import::Args),
    Export(export::Args),
    Progress(progress::Args),
    Agreement(agreement::Args),
    Disagreements(disagreements::Args),
    Retrain(retrain::Args),
    Models(models::Args),
}

/// Runs a command on a store.
///
/// # Errors
/// A file that is no store; bad input; a failed write.
pub fn run(args: &Args) -> Result<Answer> {
    match &args.command {
        Command::Import(args) => import::run(args),
        Command::Export(args) => export::run(args),
        Command::Progress(args) => progress::run(args),
        Command::Agreement(args) => agreement::run(args),
        Command::Disagreements(args) => disagreements::run(args),
        Command::Retrain(args) => retrain::run(args),
        Command::Models(args) => models::run(args),
    }
}

/// The store and the model that a command works with.
#[derive(clap::Args)]
struct Place {
    /// The store
    #[arg(long, value_name = "FILE")]
    store: PathBuf,
    /// Model file to take where no version of the store is in use [default: the bundled model]
    #[arg(long, value_name = "MODEL")]
    model: Option<PathBuf>,
    /// Actors to add to the model's gazetteer, or to replace in it (TOML)
    #[arg(long, value_name = "FILE")]
    actors: Vec<PathBuf>,
}

impl Place {
    /// The store, which must be there.
    fn store(&self) -> Result<Store> {
        Store::open(&self.store)
    }

    /// The model that the program was started with, and its name.
    fn in_use(&self) -> Result<(InUse, String)> {
        let (model, name) = shared::load_model(self.model.as_deref())?;
        Ok((InUse::new(Arc::new(shared::classifier(model, &self.actors)?)), name))
    }

    /// The names of the labels.
    fn labels(&self, store: &Store) -> Result<Vec<String>> {
        Ok(self.in_use()?.0.get(store)?.1.model().labels.names().to_vec())
    }
}

/// Form of an answer.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Format {
    /// For a terminal.
    Text,
    /// For programs.
    Json,
}

/// A number with three decimals, or a dash where there is none.
fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "-".into(), |value| format!("{value:.3}"))
}

/// Rows as text: the first column to the left, the others to the right, each as wide as its widest cell.
fn table(rows: &[Vec<String>]) -> String {
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let line = |row: &Vec<String>| {
        let cells = row.iter().enumerate().map(|(column, cell)| {
            let width = width(column).unwrap_or_default();
            if column == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_string() + "\n"
    };
    rows.iter().map(line).collect()
}
