//! `stance label retrain`: a new version of the model, on the labels of a store.

use std::path::PathBuf;

use serde_json::Value;

use super::{Format, Place, recipe};
use crate::cli::evaluate::to_json;
use crate::cli::{Answer, output, shared};
use crate::error::Result;
use crate::feature::item::{Item, ItemFormat};
use crate::model::card::DataFile;
use crate::store::retrain::{Step, Task};

/// Train a new version of the model on the labels, and compare it with the one in use
#[derive(clap::Args)]
#[command(after_help = "Examples:
  stance label retrain --name second --store labels.sqlite
  stance label retrain --name second --with-shipped --store labels.sqlite     # and on the shipped training items
  stance label retrain --name third --data more.jsonl --store labels.sqlite
  stance label models activate 2 --store labels.sqlite                        # puts it to use

About every fifth group of the store's units is held out, the same ones each time; both models are scored on these. Files are
used for training only. The model in use stays in use.")]
pub struct Args {
    /// Name of the new version
    #[arg(long, value_name = "NAME")]
    name: String,
    /// Train on the program's own training items too
    #[arg(long)]
    with_shipped: bool,
    /// Further files of labelled items to train on
    #[arg(long, value_name = "FILE", num_args = 1..)]
    data: Vec<PathBuf>,
    /// Form of the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

/// Trains, and says how the new version compares.
///
/// # Errors
/// A file that is no store; bad items; too few labels.
pub fn run(args: &Args) -> Result<Answer> {
    let store = args.place.store()?;
    let current = args.place.in_use()?.0.get(&store)?;
    let params = recipe::params(&current.1.model().labels)?;
    let more = more(args)?;
    let bar = shared::spinner("reading labels");
    let watch = |step: Step| {
        bar.set_message(format!("{} {}", step.name, step.detail));
        true
    };
    let trained = store.retrain(&Task { name: &args.name, params, more, current }, &watch);
    bar.finish_and_clear();
    let version =
        store.versions("")?.into_iter().find(|version| Some(version.id) == trained.as_ref().ok().copied().flatten());
    trained?;
    if let Some(version) = version {
        output::print(&match args.format {
            Format::Json => to_json(&version),
            Format::Text => {
                let items = version.items.unwrap_or_default();
                format!("model {}: {} ({items} items)\n{}", version.id, version.name, text(version.report.as_ref()))
            }
        })?;
    }
    Ok(Answer::Done)
}

/// Items of files, and of the program itself if they are asked for.
fn more(args: &Args) -> Result<(Vec<Item>, Vec<DataFile>)> {
    let format = ItemFormat::default();
    let (mut items, mut data) = shared::load_items(&args.data, &format, false)?;
    if args.with_shipped {
        let (own, file) = recipe::shipped()?;
        items.extend(own);
        data.push(file);
    }
    Ok((items, data))
}

/// What a report of a comparison says.
pub(super) fn text(report: Option<&Value>) -> String {
    let Some(report) = report else { return "no group is held out yet: nothing to compare on\n".into() };
    let number = |value: &Value| value.as_f64().map_or_else(|| "-".into(), |value| format!("{value:.3}"));
    let score = |name: &str| {
        let of = &report[name];
        format!("{name}: macro-F1 {}, accuracy {}\n", number(&of["macro_f1"]), number(&of["accuracy"]))
    };
    let lead = &report["difference"];
    let interval = format!("[{}, {}]", number(&lead["low"]), number(&lead["high"]));
    let held = format!("{} held-out items in {} groups", report["n"], report["groups"]);
    format!("{}{}new - old: {} {interval} on {held}\n", score("old"), score("new"), number(&lead["macro_f1"]))
}
