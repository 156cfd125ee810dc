//! `stance study learning-curve`: what would more training data bring?

use std::collections::HashSet;
use std::path::PathBuf;

use super::{Bench, TableFormat, names, output, predict, shared, train};
use crate::actor::find::Finder;
use crate::cli::Answer;
use crate::cli::evaluate::to_json;
use crate::error::{Error, Result};
use crate::evaluate::Confusion;
use crate::evaluate::learning_curve::{LearningCurve, Run};
use crate::feature::instance::Instance;
use crate::files;
use crate::train::dataset::Dataset;
use crate::train::folds::grouped_folds;
use crate::train::subsets::of_share;
use crate::train::tune::FOLDS;

/// Train on growing parts of the data and test on the same items
#[derive(clap::Args)]
#[command(after_help = "Examples:
  stance study learning-curve --data train.jsonl --test dev.jsonl
  stance study learning-curve --data train.jsonl --seeds 5 --format html > curve.html
  stance study learning-curve --data train.jsonl --shares 0.1,0.5,1 --format csv > curve.csv

Parts are made of whole groups, in an order that the seed shuffles; with one seed a larger part holds the smaller ones.
Without --test, a fifth of the groups is set aside to test on. All of the data is trained on once, as no seed matters.")]
pub struct Args {
    /// Files of labelled items to train on (JSON Lines)
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    data: Vec<PathBuf>,
    /// Labelled items to test on [default: a fifth of the groups of --data]
    #[arg(long, value_name = "FILE")]
    test: Option<PathBuf>,
    /// Shares of the training data
    #[arg(long, value_name = "SHARES", value_delimiter = ',', default_values_t = [0.0625, 0.125, 0.25, 0.5, 1.0])]
    shares: Vec<f64>,
    /// Number of seeds per share, from --seed on
    #[arg(long, value_name = "N", default_value_t = 3)]
    seeds: u64,
    /// Form of the report
    #[arg(long, value_enum, default_value_t = TableFormat::Text)]
    format: TableFormat,
    #[command(flatten)]
    settings: train::Settings,
    /// Pass over bad lines, with a warning for each
    #[arg(long)]
    skip_bad: bool,
}

/// Runs the study and prints its outcome.
///
/// # Errors
/// As [`super::run`]; a share that is none; no seed.
pub fn run(args: &Args) -> Result<Answer> {
    if let Some(wrong) = args.shares.iter().find(|share| !(**share > 0.0 && **share <= 1.0)) {
        return Err(Error::setting("shares", wrong, "shares are above 0 and at most 1"));
    }
    if args.seeds == 0 {
        return Err(Error::setting("seeds", 0, "it is at least 1"));
    }
    shared::use_threads(args.settings.threads)?;
    let out = output::Stream::new(None, false)?;
    let bench = Bench::new(&args.data, &args.settings, args.skip_bad)?;
    let (pool, test) = split(&bench, args)?;
    let runs = train_all(&bench, &pool, &test, args)?;
    let (trained, tested) = (names(&args.data), args.test.as_ref());
    let tested = tested.map_or("a fifth of the groups, set aside".into(), |path| files::base_name(path));
    let about = vec![("data".into(), trained), ("test".into(), tested)];
    let study = LearningCurve::new(about, test.y.len(), runs);
    let shown = match args.format {
        TableFormat::Text => study.text(),
        TableFormat::Json => to_json(&study),
        TableFormat::Csv => csv(&study),
        TableFormat::Html => study.html(),
    };
    out.write(shown.as_bytes())?;
    out.flush()?;
    Ok(Answer::Done)
}

/// What models are tested on.
struct Test {
    instances: Vec<Instance>,
    /// The label of each.
    y: Vec<u32>,
}

/// The items to train on, by number, and the items to test on.
fn split(bench: &Bench, args: &Args) -> Result<(Vec<usize>, Test)> {
    let everything = 0..bench.y.len();
    if let Some(path) = &args.test {
        let format = args.settings.item_format();
        let (items, _) = shared::load_items(std::slice::from_ref(path), &format, args.skip_bad)?;
        let gazetteer = bench.params.gazetteer();
        let dataset = Dataset::new(items, gazetteer, &Finder::new(gazetteer));
        let y = dataset.targets(&bench.labels)?;
        return Ok((everything.collect(), Test { instances: dataset.instances, y }));
    }
    let groups = bench.dataset.groups();
    let fold_of = grouped_folds(&groups, &bench.y, bench.labels.len(), FOLDS, args.settings.seed)?;
    let (held, pool): (Vec<usize>, Vec<usize>) = everything.partition(|i| fold_of[*i] == 0);
    let y = held.iter().map(|i| bench.y[*i]).collect();
    Ok((pool, Test { instances: bench.dataset.subset(&held).instances, y }))
}

fn train_all(bench: &Bench, pool: &[usize], test: &Test, args: &Args) -> Result<Vec<Run>> {
    let groups: Vec<String> = pool.iter().map(|i| bench.dataset.items[*i].group.clone()).collect();
    let seeds = |share: f64| args.settings.seed..args.settings.seed + if share < 1.0 { args.seeds } else { 1 };
    let planned: Vec<(f64, u64)> =
        args.shares.iter().flat_map(|share| seeds(*share).map(|seed| (*share, seed))).collect();
    let bar = shared::bar(planned.len() as u64, "training");
    let mut runs = Vec::new();
    for (share, seed) in planned {
        let chosen = of_share(&groups, share, seed);
        let distinct: HashSet<&str> = chosen.iter().map(|i| groups[*i].as_str()).collect();
        let numbers: Vec<usize> = chosen.iter().map(|i| pool[*i]).collect();
        let classifier = bench.train(&numbers, &format!("a share of {share} with seed {seed}"))?;
        let predicted = predict(&classifier, &test.instances.iter().collect::<Vec<_>>());
        let pairs = test.y.iter().map(|gold| *gold as usize).zip(predicted);
        let confusion = Confusion::from_pairs(bench.labels.len(), pairs);
        let (macro_f1, accuracy) = (confusion.macro_f1(), confusion.accuracy());
        runs.push(Run { share, seed, items: numbers.len(), groups: distinct.len(), macro_f1, accuracy });
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(runs)
}

/// A record per run.
fn csv(study: &LearningCurve) -> String {
    let header = ["share", "seed", "items", "groups", "macro_f1", "accuracy"].map(str::to_owned);
    let record = |run: &Run| {
        let scores = [run.macro_f1, run.accuracy].map(|score| format!("{score:.6}"));
        let [macro_f1, accuracy] = scores;
        let (share, seed) = (run.share.to_string(), run.seed.to_string());
        [share, seed, run.items.to_string(), run.groups.to_string(), macro_f1, accuracy]
    };
    files::csv(std::iter::once(header).chain(study.runs.iter().map(record)))
}
