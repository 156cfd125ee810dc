//! What several commands do: load a model, a gazetteer, labelled items; threads; progress bars.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::{bundled, files, output, read};
use crate::actor::gazetteer::Gazetteer;
use crate::error::{Error, Result};
use crate::feature::item::{Item, ItemFormat, items_from_jsonl};
use crate::model::card::DataFile;
use crate::model::{Model, format};
use crate::predict::Classifier;

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

/// All items of several files, with what a model records of each file. With `skip_bad`, bad lines are counted,
/// reported and passed over.
///
/// # Errors
/// A file that cannot be read, or a bad line.
pub fn load_items(paths: &[PathBuf], format: &ItemFormat, skip_bad: bool) -> Result<(Vec<Item>, Vec<DataFile>)> {
    let (mut items, mut data) = (Vec::new(), Vec::new());
    for path in paths {
        let bytes = files::read(path)?;
        let before = items.len();
        let blake3 = blake3::hash(&bytes).to_hex().to_string();
        let bytes = read::as_json_lines(bytes, path, &files::name(path))?;
        read_items(&bytes, &files::name(path), format, skip_bad, &mut items)?;
        data.push(DataFile { name: files::base_name(path), items: items.len() - before, blake3 });
    }
    Ok((items, data))
}

/// Items of one file's bytes, added to `items`.
///
/// # Errors
/// A bad line, unless they are skipped.
pub fn read_items(bytes: &[u8], name: &str, format: &ItemFormat, skip_bad: bool, items: &mut Vec<Item>) -> Result<()> {
    let mut skipped = 0;
    for item in items_from_jsonl(bytes, name, format) {
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
