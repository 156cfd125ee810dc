//! `stance check`: a model against a checklist of small tests, each of one rule.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::evaluate::to_json;
use super::shared::TableFormat;
use super::{Answer, bundled, output, shared};
use crate::error::{Error, Place, Result};
use crate::evaluate::checklist::{self, Check, ChecklistReport};
use crate::evaluate::pass_rates;
use crate::feature::item::{Item, ItemFormat};
use crate::files;
use crate::label::Labels;
use crate::predict::Classifier;
use crate::predict::classifier::Workspace;
use crate::train::dataset::Dataset;

/// Check a model against a list of small tests, each of one rule
#[derive(clap::Args)]
#[command(after_help = "Examples:
  stance check                                          # the bundled model on the bundled checklist
  stance check checklist.jsonl --model my.safetensors
  stance check checklist.jsonl --min-pass 0.8           # exit code 1 below it
  stance check --format csv > outcomes.csv              # a record per item

A test is a labelled item (JSON Lines) with the field rule: the codebook's R1 to R19, or any name. Items with the same
pair (or, without one, the same group) are minimal pairs: they are passed as a whole or not at all.")]
pub struct Args {
    /// Checklist (JSON Lines) [default: the bundled one]
    file: Option<PathBuf>,
    /// Model file [default: the bundled model]
    #[arg(long, value_name = "MODEL")]
    model: Option<PathBuf>,
    /// Exit with code 1 if a smaller share of the items than this is passed
    #[arg(long, value_name = "X")]
    min_pass: Option<f64>,
    /// Form of the report
    #[arg(long, value_enum, default_value_t = TableFormat::Text)]
    format: TableFormat,
    /// Actors to add to the model's gazetteer, or to replace in it (TOML)
    #[arg(long, value_name = "FILE")]
    actors: Vec<PathBuf>,
    /// Field of the items that holds the label [default: the model's, or stance]
    #[arg(long, value_name = "FIELD")]
    label_field: Option<String>,
}

/// Runs the checklist and prints what came of it.
///
/// # Errors
/// Bad input, an item without a rule, a label that the model does not know, a failed write.
pub fn run(args: &Args) -> Result<Answer> {
    let (model, name) = shared::load_model(args.model.as_deref())?;
    let field = args.label_field.clone().unwrap_or_else(|| model.card.label_field.clone());
    let classifier = shared::classifier(model, &args.actors)?;
    let (checks, file) = checks(&classifier, args.file.as_deref(), &field)?;
    let about = vec![("model".into(), name), ("checklist".into(), file)];
    let labels = &classifier.model().labels;
    let report = checklist::report(labels, &checks, about)?;
    output::print(&match args.format {
        TableFormat::Text => pass_rates::text(&report),
        TableFormat::Json => to_json(&report),
        TableFormat::Csv => csv(labels, &checks),
        TableFormat::Html => pass_rates::html(&report),
    })?;
    match args.min_pass {
        Some(min) if report.all.pass_rate < min => {
            output::note(&format!("pass rate {:.4} is below the {min} asked for", report.all.pass_rate));
            Ok(Answer::No)
        }
        _ => Ok(Answer::Done),
    }
}

/// The outcome of a checklist file, or of the bundled one, with the file's name: what `check` and `train` share.
///
/// # Errors
/// As [`run`].
pub fn outcome(classifier: &Classifier, file: Option<&Path>, label_field: &str) -> Result<(ChecklistReport, String)> {
    let (checks, name) = checks(classifier, file, label_field)?;
    Ok((checklist::report(&classifier.model().labels, &checks, Vec::new())?, name))
}

fn checks(classifier: &Classifier, file: Option<&Path>, label_field: &str) -> Result<(Vec<Check>, String)> {
    let label_field = if label_field.is_empty() { "stance" } else { label_field };
    let format = ItemFormat { label_field: label_field.into(), ..ItemFormat::default() };
    let (place, name) = match file {
        Some(path) => (files::name(path), files::base_name(path)),
        None => (bundled::CHECKLIST.0.into(), bundled::CHECKLIST.0.into()),
    };
    let mut items = Vec::new();
    match file {
        Some(path) => shared::read_items(&files::read(path)?, &place, &format, false, &mut items)?,
        None => shared::read_items(bundled::CHECKLIST.1.as_bytes(), &place, &format, false, &mut items)?,
    }
    let rules: Vec<String> = items.iter().map(|item| rule(item, &place)).collect::<Result<_>>()?;
    let dataset = Dataset::new(items, classifier.gazetteer(), classifier.finder());
    let targets = dataset.targets(&classifier.model().labels)?;
    let score = |workspace: &mut Workspace, instance| classifier.instance(instance, workspace);
    let scores: Vec<_> = dataset.instances.par_iter().map_init(Workspace::default, score).collect();
    let all = dataset.items.iter().zip(rules).zip(targets).zip(scores);
    let check = |(((item, rule), expected), scores): (((&Item, String), u32), crate::label::Scores)| Check {
        id: item.id.clone(),
        rule,
        pair: item.field("pair").unwrap_or(&item.group).to_owned(),
        actor: item.actor.clone(),
        text: item.text.clone(),
        expected: expected as usize,
        predicted: scores.best(),
        scores: scores.0,
    };
    Ok((all.map(check).collect(), name))
}

fn rule(item: &Item, place: &str) -> Result<String> {
    item.field("rule").filter(|rule| !rule.is_empty()).map(str::to_owned).ok_or_else(|| {
        let what = format!("the item {:?} has no field \"rule\"", item.id);
        Error::input(Place::file(place), what, "name the rule that it tests, such as R4")
    })
}

/// A record per item.
fn csv(labels: &Labels, checks: &[Check]) -> String {
    let header = ["id", "rule", "pair", "actor", "expected", "predicted", "probability", "passed"].map(str::to_owned);
    let record = |check: &Check| {
        let actor = check.actor.clone().unwrap_or_default();
        let [expected, predicted] = [check.expected, check.predicted].map(|label| labels.name(label).to_owned());
        let probability = format!("{:.6}", check.scores[check.predicted]);
        let (id, rule, pair) = (check.id.clone(), check.rule.clone(), check.pair.clone());
        [id, rule, pair, actor, expected, predicted, probability, check.passed().to_string()]
    };
    files::csv(std::iter::once(header).chain(checks.iter().map(record)))
}
