//! `stance label models`: the versions of the model in a store.

use std::path::PathBuf;

use clap::Subcommand;

use super::{Format, Place, retrain, table};
use crate::cli::evaluate::to_json;
use crate::cli::{Answer, output};
use crate::error::Result;
use crate::files;
use crate::store::models::Version;

/// List, activate or save versions of the model
#[derive(clap::Args)]
#[command(after_help = "Examples:
  stance label models list --store labels.sqlite
  stance label models activate 2 --store labels.sqlite
  stance label models activate 0 --store labels.sqlite           # back to the model of the program
  stance label models save 2 --out second.safetensors --store labels.sqlite")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    List(List),
    Activate(Activate),
    Save(Save),
}

/// List the versions; the one in use has a star
#[derive(clap::Args)]
#[command(after_help = "Examples:
  stance label models list --store labels.sqlite")]
struct List {
    /// Form of the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

/// Put a version to use
#[derive(clap::Args)]
#[command(after_help = "Examples:
  stance label models activate 2 --store labels.sqlite")]
struct Activate {
    /// Number of the version; 0 is the model that the program is started with
    #[arg(value_name = "NUMBER")]
    id: i64,
    #[command(flatten)]
    place: Place,
}

/// Write a version into a model file
#[derive(clap::Args)]
#[command(after_help = "Examples:
  stance label models save 2 --out second.safetensors --store labels.sqlite")]
struct Save {
    /// Number of the version
    #[arg(value_name = "NUMBER")]
    id: i64,
    /// Model file to write
    #[arg(long, value_name = "MODEL")]
    out: PathBuf,
    #[command(flatten)]
    place: Place,
}

/// Runs one of the three.
///
/// # Errors
/// A file that is no store; a number that no version has; a failed write.
pub fn run(args: &Args) -> Result<Answer> {
    match &args.command {
        Command::List(List { format, place }) => {
            let versions = place.store()?.versions(&place.in_use()?.1)?;
            output::print(&match format {
                Format::Json => to_json(&versions),
                Format::Text => text(&versions),
            })?;
        }
        Command::Activate(Activate { id, place }) => {
            place.store()?.activate(*id)?;
            output::note(&format!("model {id} is in use"));
        }
        Command::Save(Save { id, out, place }) => {
            let (name, bytes) = place.store()?.version(*id)?;
            files::write_atomically(out, &bytes)?;
            output::note(&format!("wrote model {id} ({name}) to {}", files::name(out)));
        }
    }
    Ok(Answer::Done)
}

fn text(versions: &[Version]) -> String {
    let row = |version: &Version| {
        let star = if version.active { "*" } else { " " };
        let items = version.items.map_or_else(String::new, |items| format!("{items} items"));
        vec![format!("{star} {} {}", version.id, version.name), items, version.created.clone().unwrap_or_default()]
    };
    let rows: Vec<Vec<String>> = versions.iter().map(row).collect();
    let reports = versions.iter().filter(|version| version.id != 0).map(|version| {
        let report = retrain::text(version.report.as_ref());
        format!("\n{} {}\n{report}", version.id, version.name)
    });
    table(&rows) + &reports.collect::<String>()
}
