//! What several commands do: load a model, a gazetteer, labelled items; threads; progress bars.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};

use super::{bundled, output};
use crate::actor::gazetteer::Gazetteer;
use crate::error::{Error, Result};
use crate::evaluate::Bootstrap;
use crate::feature::item::{Item, ItemFormat, item_from_line, items_from_jsonl};
use crate::files;
use crate::model::card::DataFile;
use crate::model::conformal::Thresholds;
use crate::model::{Model, format};
use crate::predict::Classifier;
use crate::read::{self, Options};
use crate::text::reader::FieldNames;

/// What commands that score labelled items have in common.
#[derive(clap::Args)]
pub struct Scoring {
    /// Actors to add to the models' gazetteers, or to replace in them (TOML)
    #[arg(long, value_name = "FILE")]
    pub actors: Vec<PathBuf>,
    /// Field of the items that holds the text
    #[arg(long, value_name = "FIELD", default_value = "text")]
    text_field: String,
    /// Field of items and predictions that holds the label [default: the model's, or stance]
    #[arg(long, value_name = "FIELD")]
    label_field: Option<String>,
    /// Bootstrap resamples behind the intervals; 0 gives none
    #[arg(long, value_name = "N", default_value_t = 1000)]
    resamples: usize,
    /// Seed of the bootstrap
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Number of threads [default: all cores]
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// Pass over bad lines of the data, with a warning for each
    #[arg(long)]
    pub skip_bad: bool,
}

impl Scoring {
    /// How the items are read; `model_field` is the label field where none is given, or empty.
    pub fn item_format(&self, model_field: &str) -> ItemFormat {
        let default = if model_field.is_empty() { "stance" } else { model_field };
        let label_field = self.label_field.clone().unwrap_or_else(|| default.into());
        ItemFormat { text_field: self.text_field.clone(), label_field, label_needed: true }
    }

    /// The bootstrap that was asked for.
    pub fn bootstrap(&self) -> Bootstrap {
        Bootstrap { resamples: self.resamples, seed: self.seed, ..Bootstrap::default() }
    }
}

/// Form of a report whose heart is one table.
#[derive(Clone, Copy, ValueEnum)]
pub enum TableFormat {
    /// For a terminal.
    Text,
    /// For programs.
    Json,
    /// The table alone.
    Csv,
    /// One page.
    Html,
}

/// The model of `--model`, or the bundled one, with its name.
///
/// # Errors
/// A file that cannot be read or is no model.
pub fn load_model(path: Option<&Path>) -> Result<(Model, String)> {
    match path {
        Some(path) => Ok((format::from_bytes(&files::read(path)?, &files::name(path))?, files::base_name(path))),
        None => Ok((bundled::model()?, bundled::MODEL_NAME.into())),
    }
}

/// A gazetteer with the user's files put over it.
///
/// # Errors
/// A file that is no gazetteer, or that contradicts the others.
pub fn extend_gazetteer(base: Gazetteer, paths: &[PathBuf]) -> Result<Gazetteer> {
    paths.iter().try_fold(base, |gazetteer, path| {
        gazetteer.merged(Gazetteer::from_toml(&files::read_text(path)?, &files::name(path))?)
    })
}

/// A classifier of a model, with the user's actors if there are any.
///
/// # Errors
/// As [`extend_gazetteer`].
pub fn classifier(model: Model, actors: &[PathBuf]) -> Result<Classifier> {
    let model = Arc::new(model);
    if actors.is_empty() {
        return Ok(Classifier::new(model));
    }
    let gazetteer = extend_gazetteer((*model.gazetteer).clone(), actors)?;
    Ok(Classifier::with_gazetteer(model, Arc::new(gazetteer)))
}

/// What makes prediction sets of this coverage.
///
/// # Errors
/// A coverage out of range; a model that was not calibrated.
pub fn thresholds(model: &Model, coverage: f64) -> Result<Thresholds> {
    let calibration = model.card.calibration.as_ref().ok_or_else(|| {
        Error::setting("coverage", coverage, "the model has no quantiles for it: train with --calibrate temperature")
    })?;
    calibration.sets.thresholds(coverage)
}

/// All items of several files, with what a model records of each file. With `skip_bad`, bad lines are counted,
/// reported and passed over.
///
/// # Errors
/// A file that cannot be read, or a bad line.
pub fn load_items(paths: &[PathBuf], format: &ItemFormat, skip_bad: bool) -> Result<(Vec<Item>, Vec<DataFile>)> {
    let names = FieldNames { text: format.text_field.clone(), ..FieldNames::default() };
    // Items are kept in memory all together, so that a limit for one would protect nobody.
    let options = Options { names, max_line: u64::MAX, ..Options::default() };
    let (mut items, mut data) = (Vec::new(), Vec::new());
    for path in paths {
        let bytes = files::read(path)?;
        let before = items.len();
        let blake3 = blake3::hash(&bytes).to_hex().to_string();
        let lines = read::item_lines_of(bytes, path, &options)?;
        let found = lines.map(|line| item_from_line(&line?, format));
        collect_items(found, &files::name(path), skip_bad, &mut items)?;
        data.push(DataFile { name: files::base_name(path), items: items.len() - before, blake3 });
    }
    Ok((items, data))
}

/// Items of JSON Lines that are in memory, added to `items`.
///
/// # Errors
/// A bad line, unless they are skipped.
pub fn read_items(bytes: &[u8], name: &str, format: &ItemFormat, skip_bad: bool, items: &mut Vec<Item>) -> Result<()> {
    collect_items(items_from_jsonl(bytes, name, format), name, skip_bad, items)
}

fn collect_items(
    found: impl Iterator<Item = Result<Item>>,
    name: &str,
    skip_bad: bool,
    items: &mut Vec<Item>,
) -> Result<()> {
    let mut skipped = 0;
    for item in found {
        match item {
            Ok(item) => items.push(item),
            Err(error @ Error::Input { .. }) if skip_bad => {
                skipped += 1;
                output::warn(&format!("skipped: {error}"));
            }
            Err(error) => return Err(error),
        }
    }
    if skipped > 0 {
        output::warn(&format!("{name}: {skipped} bad lines skipped"));
    }
    Ok(())
}

/// Sets the number of threads for the whole program; 0 or nothing takes all cores.
///
/// # Errors
/// Threads that cannot be started.
pub fn use_threads(threads: Option<usize>) -> Result<()> {
    let Some(threads) = threads else { return Ok(()) };
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build_global()
        .map_err(|e| Error::setting("threads", threads, format!("threads could not be started: {e}")))
}

/// A spinner with a message; hidden when stderr is no terminal.
pub fn spinner(message: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {msg} [{elapsed}]")
        .unwrap_or_else(|_| ProgressStyle::default_spinner());
    let bar = ProgressBar::new_spinner().with_style(style).with_message(message.to_string());
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

/// A bar over a known number of steps; hidden when stderr is no terminal.
pub fn bar(length: u64, message: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} [{elapsed}, {eta} left]")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(length).with_style(style).with_message(message.to_string())
}
