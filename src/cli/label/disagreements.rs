//! `stance label disagreements`: units that coders labelled differently.

use std::fmt::Write;

use super::{Format, Place};
use crate::cli::evaluate::to_json;
use crate::cli::{Answer, output};
use crate::error::Result;
use crate::store::decisions::Disagreement;

/// List the units to which coders gave different stances, with what was decided
#[derive(clap::Args)]
#[command(after_help = "Examples:
  stance label disagreements --store labels.sqlite
  stance label disagreements --open --store labels.sqlite --format json")]
pub struct Args {
    /// Only those on which nothing was decided
    #[arg(long)]
    open: bool,
    /// Form of the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

/// Prints the list.
///
/// # Errors
/// A file that is no store; a failed write.
pub fn run(args: &Args) -> Result<Answer> {
    let store = args.place.store()?;
    let classifier = args.place.in_use()?.0.get(&store)?.1;
    let mut all = store.disagreements(classifier.gazetteer())?;
    all.retain(|one| !args.open || one.decision.is_none());
    output::print(&match args.format {
        Format::Json => to_json(&all),
        Format::Text => all.iter().map(text).collect::<Vec<_>>().join("\n"),
    })?;
    let open = all.iter().filter(|one| one.decision.is_none()).count();
    output::note(&format!("{} disagreements, {open} open", all.len()));
    Ok(Answer::Done)
}

fn text(one: &Disagreement) -> String {
    let unit = &one.unit;
    let mut out = format!("{} ({})\n  {}\n", unit.key, unit.actor.as_deref().unwrap_or("no actor"), unit.text);
    for label in &one.labels {
        let note = if label.note.is_empty() { String::new() } else { format!(": {}", label.note) };
        let _ =
            writeln!(out, "  {} says {}{note}", label.coder, label.stance.as_deref().unwrap_or("nothing (skipped)"));
    }
    if let Some(decision) = &one.decision {
        let _ = writeln!(out, "  decided by {}: {}", decision.coder, decision.stance);
    }
    out
}
