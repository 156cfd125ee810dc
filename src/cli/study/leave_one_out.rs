//! `stance study leave-one-out`: how well does a model do on an actor or a crisis that it has never seen?

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

use indicatif::ProgressBar;

use super::{Bench, TableFormat, names, output, predict, shared, train};
use crate::cli::Answer;
use crate::cli::evaluate::to_json;
use crate::error::{Error, Result};
use crate::evaluate::leave_one_out::{LeaveOneOut, LeftOut};
use crate::evaluate::{Baseline, Bootstrap, Judged, Settings, compare};
use crate::feature::instance::Instance;
use crate::files;
use crate::train::folds::{Folded, grouped_folds, out_of_fold};
use crate::train::tune::FOLDS;

/// Train without each actor (or crisis) in turn and test on it
#[derive(clap::Args)]
#[command(after_help = "Examples:
  stance study leave-one-out --by actor --data train.jsonl
  stance study leave-one-out --by crisis --min-items 200 --data train.jsonl dev.jsonl --format html > crises.html

For each value, a model is trained on the items of all other values, leaving out also items whose text is that of one of
its items, and tested on its items. Beside it stands the score on the same items by grouped 5-fold cross-validation,
where the value is known from other groups.")]
pub struct Args {
    /// Files of labelled items (JSON Lines)
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    data: Vec<PathBuf>,
    /// Field whose values are left out, such as actor or crisis
    #[arg(long, value_name = "FIELD")]
    by: String,
    /// Study only values of at least N items
    #[arg(long, value_name = "N", default_value_t = 100)]
    min_items: usize,
    /// Form of the report
    #[arg(long, value_enum, default_value_t = TableFormat::Text)]
    format: TableFormat,
    /// Bootstrap resamples behind the intervals; 0 gives none
    #[arg(long, value_name = "N", default_value_t = 1000)]
    resamples: usize,
    #[command(flatten)]
    settings: train::Settings,
    /// Pass over bad lines, with a warning for each
    #[arg(long)]
    skip_bad: bool,
}

/// Runs the study and prints its outcome.
///
/// # Errors
/// As [`super::run`]; no value of enough items.
pub fn run(args: &Args) -> Result<Answer> {
    shared::use_threads(args.settings.threads)?;
    let out = output::Stream::new(None, false)?;
    let bench = Bench::new(&args.data, &args.settings, args.skip_bad)?;
    let (values, too_small) = values(&bench, args)?;
    let bar = shared::bar((values.len() + FOLDS) as u64, "training");
    let known = out_of_fold_labels(&bench, args.settings.seed, &bar)?;
    let bootstrap = Bootstrap { resamples: args.resamples, seed: args.settings.seed, ..Bootstrap::default() };
    let settings = Settings { bootstrap, ..Settings::default() };
    let mut rows = Vec::new();
    for (value, held) in &values {
        rows.push(left_out(&bench, value, held, &known, &settings)?);
        bar.inc(1);
    }
    bar.finish_and_clear();
    let about = vec![("data".into(), names(&args.data))];
    let mut study = LeaveOneOut::new(about, &args.by, args.min_items, bootstrap, rows);
    study.too_small = too_small;
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

/// The values of a field, each with its items.
type Values<'a> = BTreeMap<&'a str, Vec<usize>>;

/// The values that have enough items, and how many have fewer.
fn values<'a>(bench: &'a Bench, args: &Args) -> Result<(Values<'a>, usize)> {
    let mut values = Values::new();
    for (i, item) in bench.dataset.items.iter().enumerate() {
        if let Some(value) = item.field(&args.by) {
            values.entry(value).or_default().push(i);
        }
    }
    let all = values.len();
    values.retain(|_, items| items.len() >= args.min_items);
    if values.is_empty() {
        let what = format!("of {all} values of the field {:?} none has {} items", args.by, args.min_items);
        return Err(Error::data(what, "name another field with --by, or lower --min-items"));
    }
    let too_small = all - values.len();
    Ok((values, too_small))
}

/// The label of every item by a model that saw no item of its group.
fn out_of_fold_labels(bench: &Bench, seed: u64, bar: &ProgressBar) -> Result<Vec<usize>> {
    let fold_of = grouped_folds(&bench.dataset.groups(), &bench.y, bench.labels.len(), FOLDS, seed)?;
    let weights = bench.dataset.weights();
    let instances = &bench.dataset.instances;
    let data = Folded { instances, y: &bench.y, weights: &weights, labels: &bench.labels, fold_of: &fold_of };
    let scores = out_of_fold(&bench.params, &[bench.params.alpha()], &data, &mut || bar.inc(1))?;
    Ok(scores.into_iter().flatten().map(|scores| scores.best()).collect())
}

/// Trains without a value and tests on it.
fn left_out(bench: &Bench, value: &str, held: &[usize], known: &[usize], settings: &Settings) -> Result<LeftOut> {
    let items = &bench.dataset.items;
    let texts: HashSet<&str> = held.iter().map(|i| items[*i].text.as_str()).collect();
    // Also leaves out the held items themselves, whose texts these are.
    let rest: Vec<usize> = (0..items.len()).filter(|i| !texts.contains(items[*i].text.as_str())).collect();
    let classifier = bench.train(&rest, &format!("without {value}"))?;
    let instances: Vec<&Instance> = held.iter().map(|i| &bench.dataset.instances[*i]).collect();
    let judge = |(i, predicted): (&usize, usize)| Judged {
        gold: bench.y[*i] as usize,
        predicted,
        group: items[*i].group.clone(),
        ..Judged::default()
    };
    let judged: Vec<Judged> = held.iter().zip(predict(&classifier, &instances)).map(judge).collect();
    let known = Baseline { name: "known".into(), predicted: held.iter().map(|i| known[*i]).collect() };
    let comparison = compare(&bench.labels, ("left out", &judged), &known, settings)?;
    Ok(LeftOut::new(value.to_owned(), rest.len(), &comparison))
}

/// A record per value.
fn csv(study: &LeaveOneOut) -> String {
    let header = [
        "value",
        "items",
        "groups",
        "train_items",
        "accuracy",
        "macro_f1",
        "macro_f1_low",
        "macro_f1_high",
        "known_macro_f1",
        "difference",
        "difference_low",
        "difference_high",
    ];
    let record = |v: &LeftOut| {
        let number = |value: f64| format!("{value:.6}");
        let ends = |interval: Option<crate::evaluate::Interval>| {
            interval.map_or([String::new(), String::new()], |i| [number(i.low), number(i.high)])
        };
        let [low, high] = ends(v.macro_f1_interval);
        let [lower, upper] = ends(v.difference_interval);
        let counts = [v.n, v.groups, v.train_items].map(|n| n.to_string());
        let scores = [number(v.accuracy), number(v.macro_f1), low, high, number(v.known_macro_f1)];
        let apart = [number(v.difference), lower, upper];
        [v.value.clone()].into_iter().chain(counts).chain(scores).chain(apart).collect::<Vec<_>>()
    };
    let header = header.map(str::to_owned).to_vec();
    files::csv(std::iter::once(header).chain(study.values.iter().map(record)))
}
