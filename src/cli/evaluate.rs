//! `stance evaluate`: a model, or another tool's predictions, against labelled items.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::ValueEnum;
use rayon::prelude::*;
use serde::Serialize;

use super::leak::Leak;
use super::predictions::Predictions;
use super::{Answer, bundled, output, shared};
use crate::error::Result;
use crate::evaluate::by_actor::ACTOR;
use crate::evaluate::lexicon_rule::{LexiconRule, RuleScratch};
use crate::evaluate::{Baseline, EvaluationReport, Judged, Settings, evaluate, html, text};
use crate::feature::item::Item;
use crate::feature::lexicon::Lexicon;
use crate::files;
use crate::label::Labels;
use crate::model::Model;
use crate::model::card::LabelCounts;
use crate::predict::Classifier;
use crate::predict::classifier::Workspace;
use crate::train::dataset::Dataset;

/// Evaluate a model, or another tool's predictions, on labelled items
#[derive(clap::Args)]
#[command(after_help = "Examples:
  stance evaluate --data test.jsonl
  stance evaluate --model my.safetensors --data test.jsonl --by actor,crisis
  stance evaluate --model my.safetensors --data test.jsonl --format html > report.html
  stance evaluate --model my.safetensors --data test.jsonl --min-f1 0.70   # exit code 1 below it
  stance evaluate --data test.jsonl --predictions other-tool.jsonl         # lines with id and stance
  stance evaluate --data test.jsonl --train train.jsonl                    # look for test texts among training texts")]
pub struct Args {
    /// Model file [default: the bundled model]
    #[arg(long, value_name = "MODEL")]
    model: Option<PathBuf>,
    /// Files of labelled items (JSON Lines)
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    data: Vec<PathBuf>,
    /// Score these predictions (JSON Lines or CSV with id and label) instead of a model's
    #[arg(long, value_name = "FILE", conflicts_with = "model")]
    predictions: Option<PathBuf>,
    /// Slice by these fields of the items, such as actor, crisis or kind
    #[arg(long, value_name = "FIELD", value_delimiter = ',')]
    by: Vec<String>,
    /// Training files to hold the test texts against: near-duplicates are counted, listed and warned of
    #[arg(long, value_name = "FILE", num_args = 1..)]
    train: Vec<PathBuf>,
    /// From which Jaccard index over runs of five words on two texts are near-duplicates (0.3 to 1)
    #[arg(long, value_name = "X", default_value_t = 0.5, requires = "train")]
    near_duplicate: f64,
    /// Report on prediction sets made to hold the true label in this share of each label's items
    #[arg(long, value_name = "P", conflicts_with = "predictions")]
    coverage: Option<f64>,
    /// Exit with code 1 if macro-F1 is below this
    #[arg(long, value_name = "X")]
    min_f1: Option<f64>,
    /// Form of the report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    scoring: shared::Scoring,
}

/// Form of a report.
#[derive(Clone, Copy, ValueEnum)]
pub enum Format {
    /// For a terminal.
    Text,
    /// For programs.
    Json,
    /// One page with plots.
    Html,
}

/// Evaluates and prints the report.
///
/// # Errors
/// Bad input, a label the model does not know, a failed write.
pub fn run(args: &Args) -> Result<Answer> {
    shared::use_threads(args.scoring.threads)?;
    let report = match &args.predictions {
        Some(path) => of_predictions(args, path)?,
        None => of_model(args)?,
    };
    let shown = match args.format {
        Format::Text => text::render(&report),
        Format::Json => to_json(&report),
        Format::Html => html::render(&report, "Evaluation"),
    };
    output::print(&shown)?;
    match args.min_f1 {
        Some(min) if report.macro_f1 < min => {
            output::note(&format!("macro-F1 {:.4} is below the {min} asked for", report.macro_f1));
            Ok(Answer::No)
        }
        _ => Ok(Answer::Done),
    }
}

/// A report as indented JSON.
pub fn to_json(report: &impl Serialize) -> String {
    let mut json = serde_json::to_string_pretty(report).unwrap_or_default();
    json.push('\n');
    json
}

fn settings(args: &Args, about: Vec<(String, String)>) -> Settings {
    let bootstrap = args.scoring.bootstrap();
    Settings { bootstrap, by: args.by.clone(), about, ..Settings::default() }
}

fn data_names(args: &Args) -> String {
    args.data.iter().map(|p| files::base_name(p)).collect::<Vec<_>>().join(", ")
}

fn of_model(args: &Args) -> Result<EvaluationReport> {
    let (model, name) = shared::load_model(args.model.as_deref())?;
    let format = args.scoring.item_format(&model.card.label_field);
    let (items, _) = shared::load_items(&args.data, &format, args.scoring.skip_bad)?;
    let leak = Leak::find(&items, &args.train, &format, args.near_duplicate)?;
    let classifier = shared::classifier(model, &args.scoring.actors)?;
    let dataset = Dataset::new(items, classifier.gazetteer(), classifier.finder());
    let about = vec![("model".into(), name), ("data".into(), data_names(args))];
    let sets = args.coverage.map(|coverage| shared::thresholds(classifier.model(), coverage)).transpose()?;
    report_of(&classifier, &dataset, &Settings { sets, ..settings(args, about) }, leak)
}

/// Judges and evaluates with the baselines beside: what `evaluate` and the demo share.
///
/// # Errors
/// A label that the model does not know; no items.
pub fn report_of(
    classifier: &Classifier,
    dataset: &Dataset,
    settings: &Settings,
    leak: Option<Leak>,
) -> Result<EvaluationReport> {
    let (judged, blind) = judge(classifier, dataset, &settings.by)?;
    let actors: Vec<Option<&str>> = dataset.items.iter().map(|i| i.actor.as_deref()).collect();
    let labels = &classifier.model().labels;
    let mut baselines = classifier.model().card.counts.baselines(&actors, labels);
    baselines.extend(by_lexicon(classifier.model().featurizer.lexicon(), labels, dataset));
    if let Some(predicted) = blind {
        baselines.push(Baseline { name: "target_blind".into(), predicted });
    }
    let mut report = evaluate(labels, &judged, &baselines, settings)?;
    report.near_duplicates = leak.map(|leak| leak.report(&judged));
    Ok(report)
}

/// The rule over a lexicon, if the labels are what the lexicon speaks of.
fn by_lexicon(lexicon: &Lexicon, labels: &Labels, dataset: &Dataset) -> Option<Baseline> {
    let rule = LexiconRule::new(lexicon, labels)?;
    let label = |scratch: &mut RuleScratch, instance| rule.label(instance, scratch);
    let predicted = dataset.instances.par_iter().map_init(RuleScratch::default, label).collect();
    Some(LexiconRule::baseline(predicted))
}

/// The judged items, and the labels by the target-blind baseline if the model has one.
///
/// # Errors
/// A label that the model does not know.
pub fn judge(classifier: &Classifier, dataset: &Dataset, by: &[String]) -> Result<(Vec<Judged>, Option<Vec<usize>>)> {
    let model: &Model = classifier.model();
    let targets = dataset.targets(&model.labels)?;
    let score = |workspace: &mut Workspace, i: usize| {
        let instance = &dataset.instances[i];
        let blind = classifier.instance_blind(instance, workspace).map(|s| s.best());
        (classifier.instance(instance, workspace), blind)
    };
    let scored: Vec<_> =
        (0..targets.len()).into_par_iter().map_init(Workspace::default, |workspace, i| score(workspace, i)).collect();
    let blind = scored.iter().map(|(_, blind)| *blind).collect();
    let judged = scored.into_iter().zip(&targets).zip(&dataset.items).map(|(((scores, _), gold), item)| Judged {
        gold: *gold as usize,
        predicted: scores.best(),
        scores: Some(scores.0),
        group: item.group.clone(),
        fields: fields(item, by),
    });
    Ok((judged.collect(), blind))
}

/// The fields of an item that slices are asked by, and the actor.
pub fn fields(item: &Item, by: &[String]) -> BTreeMap<String, String> {
    let names = by.iter().map(String::as_str).chain([ACTOR]);
    names.filter_map(|name| Some((name.to_string(), item.field(name)?.to_string()))).collect()
}

/// Predictions of another tool, matched to the items by id.
fn of_predictions(args: &Args, path: &Path) -> Result<EvaluationReport> {
    let format = args.scoring.item_format("");
    let (items, _) = shared::load_items(&args.data, &format, args.scoring.skip_bad)?;
    let predictions = Predictions::read(path, &format.label_field)?;
    let names = predictions.of(&items)?;
    let gold = || items.iter().filter_map(|i| i.label.as_deref());
    let all: BTreeSet<&str> = gold().chain(names.iter().copied()).collect();
    let labels = Labels::new(all)?;
    let index = |name: &str| labels.index(name).unwrap_or(0);
    let judged: Vec<Judged> = items
        .iter()
        .zip(&names)
        .map(|(item, name)| Judged {
            gold: index(item.label.as_deref().unwrap_or_default()),
            predicted: index(name),
            scores: None,
            group: item.group.clone(),
            fields: fields(item, &args.by),
        })
        .collect();
    let counts = LabelCounts::count(labels.len(), judged.iter().map(|j| (None, j.gold)));
    let mut baselines = counts.baselines(&vec![None; judged.len()], &labels);
    let about = vec![("predictions".into(), files::base_name(path)), ("data".into(), data_names(args))];
    let leak = Leak::find(&items, &args.train, &format, args.near_duplicate)?;
    // The tables of the bundled model: other tools have none.
    let bundled = shared::classifier(bundled::model()?, &args.scoring.actors)?;
    let dataset = Dataset::new(items, bundled.gazetteer(), bundled.finder());
    baselines.extend(by_lexicon(bundled.model().featurizer.lexicon(), &labels, &dataset));
    let mut report = evaluate(&labels, &judged, &baselines, &settings(args, about))?;
    report.near_duplicates = leak.map(|leak| leak.report(&judged));
    Ok(report)
}

/// A classifier of a model that was just trained.
pub fn classifier_of(model: &Model) -> Classifier {
    Classifier::new(Arc::new(model.clone()))
}
