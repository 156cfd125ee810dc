//! `stance label progress`: how far labelling has come.

use std::fmt::Write;

use super::{Format, Place, number, table};
use crate::cli::evaluate::to_json;
use crate::cli::{Answer, output};
use crate::error::Result;
use crate::store::progress::Progress;

/// Show counts, pace per coder, and the estimated share of each stance
#[derive(clap::Args)]
#[command(after_help = "Examples:
  stance label progress --store labels.sqlite
  stance label progress --store labels.sqlite --format json

The share of a stance is estimated for all units of the store from those that were drawn, with the probabilities with which
they were; each share is unbiased by itself, so they need not sum to 1.")]
pub struct Args {
    /// Form of the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

/// Prints the progress.
///
/// # Errors
/// A file that is no store; a failed write.
pub fn run(args: &Args) -> Result<Answer> {
    let store = args.place.store()?;
    let progress = store.progress(&args.place.labels(&store)?)?;
    output::print(&match args.format {
        Format::Json => to_json(&progress),
        Format::Text => text(&progress),
    })?;
    Ok(Answer::Done)
}

fn text(progress: &Progress) -> String {
    let Progress { units, drawn, labelled, complete, flagged, .. } = progress;
    let mut out =
        format!("{units} units, {drawn} drawn, {labelled} labelled, {complete} complete, {flagged} flagged\n");
    if let Some(round) = &progress.round {
        let _ = writeln!(out, "round {}: {} units left", round.id, round.left);
    }
    let mut rows = vec![["label", "labels", "share", "s.e."].map(String::from).to_vec()];
    for (label, count) in &progress.per_label {
        let share = progress.estimate.as_ref().and_then(|shares| shares.get(label));
        let (share, error) = (share.map(|share| share.share), share.and_then(|share| share.se));
        rows.push(vec![label.clone(), count.to_string(), number(share), number(error)]);
    }
    out += &format!("\n{}", table(&rows));
    if !progress.coders.is_empty() {
        let mut rows = vec![["coder", "labels", "skipped", "today", "per hour"].map(String::from).to_vec()];
        for coder in &progress.coders {
            let counts = [coder.labels, coder.skipped, coder.today].map(|count| count.to_string());
            let pace = coder.per_hour.map_or_else(|| "-".into(), |pace| format!("{pace:.0}"));
            rows.push([vec![coder.name.clone()], counts.to_vec(), vec![pace]].concat());
        }
        out += &format!("\n{}", table(&rows));
    }
    out
}
