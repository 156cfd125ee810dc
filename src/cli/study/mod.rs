//! `stance study`: questions that are answered by training again and again. What the studies share stands here.

mod leave_one_out;
mod learning_curve;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Subcommand;
use linfa::ParamGuard;
use rayon::prelude::*;

use super::shared::TableFormat;
use super::{Answer, output, shared, train};
use crate::actor::find::Finder;
use crate::error::{Error, Result};
use crate::feature::instance::Instance;
use crate::files;
use crate::label::Labels;
use crate::predict::Classifier;
use crate::predict::classifier::Workspace;
use crate::train::ModelValidParams;
use crate::train::dataset::Dataset;

/// Train again and again: without each actor or crisis, or on growing parts of the data
#[derive(clap::Args)]
#[command(after_help = "Examples:
  stance study leave-one-out --by actor --data train.jsonl
  stance study leave-one-out --by crisis --min-items 200 --data train.jsonl --format csv > crises.csv
  stance study learning-curve --data train.jsonl --test dev.jsonl
  stance study learning-curve --data train.jsonl --seeds 5 --format html > curve.html

The same data and settings give the same numbers, for any number of threads.")]
pub struct Args {
    #[command(subcommand)]
    study: Study,
}

#[derive(Subcommand)]
enum Study {
    LeaveOneOut(leave_one_out::Args),
    LearningCurve(learning_curve::Args),
}

/// Runs a study and prints its outcome.
///
/// # Errors
/// Bad input or settings; data that the question cannot be put to; a failed write.
pub fn run(args: &Args) -> Result<Answer> {
    match &args.study {
        Study::LeaveOneOut(args) => leave_one_out::run(args),
        Study::LearningCurve(args) => learning_curve::run(args),
    }
}

/// Labelled items and the settings that models are trained with.
struct Bench {
    params: ModelValidParams,
    dataset: Dataset,
    labels: Labels,
    /// The label of each item.
    y: Vec<u32>,
}

impl Bench {
    /// Reads items. The labels are those of all of them, so that a model of a part knows the same ones.
    fn new(data: &[PathBuf], settings: &train::Settings, skip_bad: bool) -> Result<Bench> {
        let params = settings.params()?.with_baseline(false);
        let checked = params.check_ref()?;
        let (items, _) = shared::load_items(data, &settings.item_format(), skip_bad)?;
        let labels = Labels::new(items.iter().filter_map(|item| item.label.clone()).collect::<BTreeSet<_>>())?;
        let dataset = Dataset::new(items, checked.gazetteer(), &Finder::new(checked.gazetteer()));
        let y = dataset.targets(&labels)?;
        Ok(Bench { params: params.labels(labels.clone()).check()?, dataset, labels, y })
    }

    /// A model of some of the items; `what` says of which in an error.
    fn train(&self, chosen: &[usize], what: &str) -> Result<Classifier> {
        let mut labels: Vec<u32> = chosen.iter().map(|i| self.y[*i]).collect();
        labels.sort_unstable();
        labels.dedup();
        if labels.len() < 2 {
            let what = format!("{what}: {} items of {} labels are left to train on", chosen.len(), labels.len());
            return Err(Error::data(what, "give more items, or leave less out"));
        }
        let model = self.params.train(&self.dataset.subset(chosen))?;
        Ok(Classifier::new(Arc::new(model)))
    }
}

/// The most probable label of each instance.
fn predict(classifier: &Classifier, instances: &[&Instance]) -> Vec<usize> {
    let best = |workspace: &mut Workspace, instance: &&Instance| classifier.instance(instance, workspace).best();
    instances.par_iter().map_init(Workspace::default, best).collect()
}

/// The names of data files, for the head of a report.
fn names(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| files::base_name(path)).collect::<Vec<_>>().join(", ")
}
