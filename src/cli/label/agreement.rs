//! `stance label agreement`: do the coders agree beyond chance?

use super::{Format, Place, number, table};
use crate::cli::evaluate::to_json;
use crate::cli::{Answer, output};
use crate::error::Result;
use crate::store::agreement::{Agreement, Alpha};

/// Show Krippendorff's alpha, overall, per actor and per label
#[derive(clap::Args)]
#[command(after_help = "Examples:
  stance label agreement --store labels.sqlite
  stance label agreement --store labels.sqlite --format json
  stance label agreement --store labels.sqlite --min-alpha 0.8   # exit code 1 below it

Only units with at least two labels count. Intervals are 95 % bootstrap intervals over units. The alpha of a label is that
of the label against all others.")]
pub struct Args {
    /// Exit with code 1 if the overall alpha is below this, or not defined
    #[arg(long, value_name = "X")]
    min_alpha: Option<f64>,
    /// Form of the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

/// Prints the agreement.
///
/// # Errors
/// A file that is no store; a failed write.
pub fn run(args: &Args) -> Result<Answer> {
    let store = args.place.store()?;
    let agreement = store.agreement(&args.place.labels(&store)?)?;
    output::print(&match args.format {
        Format::Json => to_json(&agreement),
        Format::Text => text(&agreement),
    })?;
    let alpha = agreement.overall.alpha;
    match args.min_alpha {
        Some(min) if alpha.is_none_or(|alpha| alpha < min) => {
            output::note(&format!("alpha {} is below the {min} asked for", number(alpha)));
            Ok(Answer::No)
        }
        _ => Ok(Answer::Done),
    }
}

fn text(agreement: &Agreement) -> String {
    let row = |name: &str, of: &Alpha| {
        let numbers = [of.alpha, of.low, of.high].map(number);
        [vec![name.to_string()], numbers.to_vec(), vec![of.units.to_string(), of.labels.to_string()]].concat()
    };
    let head = |name: &str| [name, "alpha", "low", "high", "units", "labels"].map(String::from).to_vec();
    let mut rows = vec![head(""), row("all", &agreement.overall), head("label")];
    rows.extend(agreement.by_label.iter().map(|of| row(&of.label, &of.alpha)));
    rows.push(head("actor"));
    rows.extend(agreement.by_actor.iter().map(|of| row(of.actor.as_deref().unwrap_or("(none)"), &of.alpha)));
    table(&rows)
}
