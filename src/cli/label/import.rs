//! `stance label import`: articles and items into a store.

use std::path::PathBuf;

use super::{Format, Place};
use crate::cli::evaluate::to_json;
use crate::cli::read_args::ReadArgs;
use crate::cli::{Answer, output};
use crate::error::Result;
use crate::files;
use crate::read::{self, Notes};
use crate::store::{Counts, Kind, Store};

/// Import articles or items, labelled or not; the store is made if it is not there
#[derive(clap::Args)]
#[command(after_help = "Examples:
  stance label import articles.jsonl --store labels.sqlite
  stance label import news/ --kind articles --store labels.sqlite              # a folder of articles
  stance label import items.jsonl --coder ana --store labels.sqlite            # labels in it are Ana's
  stance label import export.json --kind label-studio --store labels.sqlite
  stance label import ana.jsonl ben.jsonl --kind doccano --store labels.sqlite # coders by the names of the files

Articles are cut into sentences; every actor in a sentence is a unit of coding. A file that comes again adds nothing twice.")]
pub struct Args {
    /// Files and folders
    #[arg(value_name = "FILE", required = true)]
    inputs: Vec<PathBuf>,
    /// What the files hold
    #[arg(long, value_enum, default_value_t = Kind::Auto)]
    kind: Kind,
    /// Whose labels they are, where the files do not say so [default: the name of the file]
    #[arg(long, value_name = "NAME")]
    coder: Option<String>,
    /// Seed of all draws of a new store [default: chosen at random]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Form of the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    read: ReadArgs,
}

/// Imports and says what was added.
///
/// # Errors
/// A file that cannot be read, or that is no store; an import that added nothing for all its faults ends with exit code
/// 1.
pub fn run(args: &Args) -> Result<Answer> {
    let notes = Notes::default();
    let sources = read::sources(&args.inputs, &notes)?;
    let store = Store::open_or_make(&args.place.store)?;
    args.seed.map_or(Ok(()), |seed| store.set_seed(seed))?;
    let classifier = args.place.in_use()?.0.get(&store)?.1;
    let options = args.read.options();
    let mut all = Counts::default();
    for source in sources {
        let bytes = files::read(&source.path)?;
        let counts = store.import(&source.id, bytes, args.kind, args.coder.as_deref(), &options, &classifier)?;
        counts.skipped.iter().for_each(|passed| output::warn(&format!("skipped: {}", passed.detail)));
        all.articles += counts.articles;
        all.units += counts.units;
        all.labels += counts.labels;
        all.known += counts.known;
        all.skipped.extend(counts.skipped);
    }
    notes.report().iter().for_each(|note| output::note(note));
    output::print(&match args.format {
        Format::Json => to_json(&all),
        Format::Text => text(&all),
    })?;
    let nothing = all.articles + all.units + all.labels + all.known == 0;
    Ok(if nothing && !all.skipped.is_empty() { Answer::No } else { Answer::Done })
}

fn text(counts: &Counts) -> String {
    let Counts { articles, units, labels, known, skipped } = counts;
    let skipped = if skipped.is_empty() { String::new() } else { format!("; {} skipped", skipped.len()) };
    format!("added {articles} articles, {units} units, {labels} labels; {known} known before{skipped}\n")
}
