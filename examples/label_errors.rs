//! Items whose label may be wrong, by confident learning (Northcutt, Jiang and Chuang 2021, "Confident Learning:
//! Estimating Uncertainty in Dataset Labels", JAIR 70), as tab-separated lines, the most suspicious first:
//!
//! ```text
//! cargo run --release --example label_errors                      # data/train.jsonl
//! cargo run --release --example label_errors -- items.jsonl 2     # another file, seed of the folds
//! ```
//!
//! Probabilities are out of fold. A label's threshold is the mean probability that items with that label are given for
//! it. An item is listed if another label than its own reaches its threshold and is the most probable of those that do.
//! A list to read, not a list of corrections: a model is wrong more often than a coder.

use std::fs::File;
use std::io::{BufReader, Write};
use std::path::Path;
use std::sync::Arc;

use linfa::ParamGuard;
use stance::actor::find::Finder;
use stance::actor::gazetteer::Gazetteer;
use stance::error::Result;
use stance::feature::item::{Item, ItemFormat, items_from_jsonl};
use stance::feature::lexicon::Lexicon;
use stance::label::{Labels, Scores};
use stance::model::Model;
use stance::train::dataset::Dataset;
use stance::train::folds::{Folded, grouped_folds, out_of_fold};
use stance::train::tune::FOLDS;

const LABELS: [&str; 3] = ["opposes", "neutral", "supports"];

/// Anything that goes wrong ends the program.
type Outcome<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let file = arguments.next().map_or_else(|| data.join("train.jsonl"), Into::into);
    let seed = arguments.next().map_or(Ok(1), |seed| seed.parse())?;
    let gazetteer = Gazetteer::from_toml(&std::fs::read_to_string(data.join("actors.toml"))?, "actors.toml")?;
    let lexicon = Lexicon::from_toml(&std::fs::read_to_string(data.join("lexicon.toml"))?, "lexicon.toml")?;
    let format = ItemFormat::default();
    let items: Result<Vec<Item>> =
        items_from_jsonl(BufReader::new(File::open(&file)?), file.to_string_lossy(), &format).collect();
    let dataset = Dataset::new(items?, &gazetteer, &Finder::new(&gazetteer));
    let labels = Labels::new(LABELS)?;
    let y = dataset.targets(&labels)?;
    let fold_of = grouped_folds(&dataset.groups(), &y, labels.len(), FOLDS, seed)?;
    let weights = dataset.weights();
    let folded = Folded { instances: &dataset.instances, y: &y, weights: &weights, labels: &labels, fold_of: &fold_of };
    let params = Model::params().labels(labels.clone()).with_baseline(false);
    let params = params.lexicon(Arc::new(lexicon)).gazetteer(Arc::new(gazetteer)).check()?;
    let scores = out_of_fold(&params, &[0.2], &folded, &mut || {})?.remove(0);
    let mut out = std::io::stdout().lock();
    writeln!(out, "id\tactor\tlabel\tsuggested\tp(label)\tp(suggested)\ttext")?;
    for (item, suggested) in suspects(&y, &scores, labels.len()) {
        let (Item { id, actor, text, .. }, p) = (&dataset.items[item], &scores[item].0);
        let (given, actor) = (y[item] as usize, actor.as_deref().unwrap_or_default());
        let names = format!("{}\t{}", labels.name(given), labels.name(suggested));
        writeln!(out, "{id}\t{actor}\t{names}\t{:.3}\t{:.3}\t{text}", p[given], p[suggested])?;
    }
    Ok(())
}

/// Items and the labels suggested for them, the largest gain in probability first.
fn suspects(y: &[u32], scores: &[Scores], labels: usize) -> Vec<(usize, usize)> {
    let (mut sums, mut counts) = (vec![0.0; labels], vec![0usize; labels]);
    for (label, scores) in y.iter().zip(scores) {
        sums[*label as usize] += scores.0[*label as usize];
        counts[*label as usize] += 1;
    }
    let threshold = |label: usize| sums[label] / counts[label].max(1) as f64;
    let confident = |scores: &Scores| {
        let reached = (0..labels).filter(|label| scores.0[*label] >= threshold(*label));
        reached.max_by(|a, b| scores.0[*a].total_cmp(&scores.0[*b]))
    };
    let mut found: Vec<(f64, usize, usize)> = Vec::new();
    for (item, (given, scores)) in y.iter().zip(scores).enumerate() {
        if let Some(label) = confident(scores).filter(|label| *label != *given as usize) {
            found.push((scores.0[label] - scores.0[*given as usize], item, label));
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    found.into_iter().map(|(_, item, label)| (item, label)).collect()
}
