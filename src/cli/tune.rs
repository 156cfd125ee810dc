//! `stance train --tune`: settings tried by cross-validation, the table of what came of it, and the best of them.

use std::collections::BTreeSet;
use std::path::Path;

use super::{output, shared};
use crate::actor::find::Finder;
use crate::error::Result;
use crate::feature::item::Item;
use crate::files;
use crate::label::Labels;
use crate::model::card::Trial;
use crate::train::ModelValidParams;
use crate::train::dataset::Dataset;
use crate::train::tune::{FOLDS, Found, Search, chosen};

/// How many trials are shown.
const SHOWN: usize = 10;

/// Searches around the parameters; shows the best trials, and writes all of them into `table` if there is one.
///
/// # Errors
/// Too few groups, as training, or a failed write.
pub fn run(params: &ModelValidParams, items: Vec<Item>, seed: u64, table: Option<&Path>) -> Result<Found> {
    let dataset = Dataset::new(items, params.gazetteer(), &Finder::new(params.gazetteer()));
    let names: BTreeSet<String> = dataset.items.iter().filter_map(|item| item.label.clone()).collect();
    let labels = Labels::new(names)?;
    let search = Search::new(params, &dataset, &labels, seed)?;
    let bar = shared::bar(search.steps(), "tuning");
    let found = search.run(&|items| bar.inc(items));
    bar.finish_and_clear();
    let found = found?;
    lines(&found.trials).iter().for_each(|line| output::note(line));
    if let Some(path) = table {
        files::write_atomically(path, render(path, &found.trials).as_bytes())?;
    }
    Ok(found)
}

/// The best trials of the last round, what the rounds before did, and the choice.
pub fn lines(trials: &[Trial]) -> Vec<String> {
    let rounds: Vec<&[Trial]> = trials.chunk_by(|a, b| a.items == b.items).collect();
    let Some((last, before)) = rounds.split_last() else { return Vec::new() };
    let mut lines: Vec<String> =
        before.iter().map(|round| format!("{} settings tried on {} items", round.len(), round[0].items)).collect();
    let n = last[0].items;
    lines.push(format!("{} settings tried on {n} items; the best by {FOLDS}-fold cross-validation:", last.len()));
    lines.push(format!("{:<24} min-count  alpha  class-weight  macro-F1  ahead of the start", "features"));
    let mut order: Vec<&Trial> = last.iter().collect();
    order.sort_by(|a, b| b.macro_f1.total_cmp(&a.macro_f1));
    lines.extend(order.into_iter().take(SHOWN).map(row));
    lines.extend(chosen(last).map(|at| format!("chosen: {}", row(&last[at]))));
    lines
}

fn row(trial: &Trial) -> String {
    let Trial { features, min_count, alpha, class_weight, macro_f1, margin, margin_error, .. } = trial;
    let ahead = format!("{margin:+.4} (standard error {margin_error:.4})");
    format!("{features:<24} {min_count:<9}  {alpha:<5}  {class_weight:<12}  {macro_f1:.4}    {ahead}")
}

/// All trials: as JSON where the file's name says so, and as CSV otherwise.
fn render(path: &Path, trials: &[Trial]) -> String {
    if files::extension(path).as_deref() == Some("json") {
        return serde_json::to_string_pretty(trials).unwrap_or_default() + "\n";
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory cannot fail.
    trials.iter().for_each(|trial| drop(writer.serialize(trial)));
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}
