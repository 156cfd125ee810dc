//! What every part of the model is worth, as Markdown tables:
//!
//! ```text
//! cargo run --release --example ablation                            # every part that needs no held-out data
//! cargo run --release --example ablation -- default without         # only some parts
//! cargo run --release --example ablation -- alphas --scale nb        # features scaled by log-count ratios
//! cargo run --release --example ablation -- documents dev           # articles of a split
//! cargo run --release --example ablation -- items dev               # items of a file
//! cargo run --release --example ablation -- default --families words,sides --seed 2
//! ```
//!
//! Parts: `default` (the families that are on by default), `without` (each of them left out), `alone` (each by itself),
//! `alphas`, `min-counts`; they are measured by grouped 5-fold cross-validation on `data/train.jsonl`. `items FILE` is a
//! model of all of `data/train.jsonl` on another item file. `documents SPLIT` is the same on whole articles, over their
//! (article, actor) gold labels: an actor that is not found counts as called neutral, and as wrong. The articles of
//! `train` are classified by models that saw none of their fold.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use linfa::ParamGuard;
use rayon::prelude::*;
use serde_json::Value;
use stance::actor::find::Finder;
use stance::actor::gazetteer::Gazetteer;
use stance::error::Result;
use stance::evaluate::Confusion;
use stance::feature::featurizer::FeatureSettings;
use stance::feature::item::{ItemFormat, items_from_jsonl};
use stance::feature::lexicon::Lexicon;
use stance::feature::registry;
use stance::label::Labels;
use stance::model::Model;
use stance::predict::Classifier;
use stance::predict::classifier::Workspace;
use stance::text::article::{Article, Fields};
use stance::train::dataset::Dataset;
use stance::train::folds::{Folded, grouped_folds, out_of_fold};
use stance::train::params::FeatureScale;
use stance::train::space::ALPHAS;
use stance::train::tune::FOLDS;
use stance::train::{ModelParams, ModelValidParams};

const PARTS: [&str; 5] = ["default", "without", "alone", "alphas", "min-counts"];
const LABELS: [&str; 3] = ["opposes", "neutral", "supports"];
const NEUTRAL: usize = 1;
const MIN_COUNTS: [u32; 3] = [1, 2, 3];
/// Alpha where nothing else is said.
const ALPHA: f64 = 0.2;

/// Anything that goes wrong ends the program.
type Outcome<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let (parts, families, scale, seed) = arguments()?;
    let bench = Bench::new(families, scale, seed)?;
    println!("| what | macro-F1 | accuracy |\n|---|--:|--:|");
    let mut parts = parts.iter();
    while let Some(part) = parts.next() {
        let mut named = || parts.next().ok_or(format!("{part} needs a name, such as dev"));
        match part.as_str() {
            "default" => bench.families("default families", bench.families.clone(), &[ALPHA])?,
            "without" => bench.without()?,
            "alone" => bench.alone()?,
            "alphas" => bench.families("default families", bench.families.clone(), &ALPHAS)?,
            "min-counts" => bench.min_counts()?,
            "items" => bench.items(named()?)?,
            "documents" => bench.documents(named()?)?,
            other => {
                return Err(format!("unknown part {other}; parts are {}, items, documents", PARTS.join(", ")).into());
            }
        }
    }
    Ok(())
}

/// Parts, families and seed from the command line.
fn arguments() -> Outcome<(Vec<String>, Vec<String>, FeatureScale, u64)> {
    let (mut parts, mut families, mut seed) = (Vec::new(), registry::default_names(), 1);
    let mut scale = FeatureScale::None;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--families" => families = value()?.split(',').map(str::to_string).collect(),
            "--scale" => scale = named_scale(&value()?)?,
            "--seed" => seed = value()?.parse()?,
            _ => parts.push(argument),
        }
    }
    if parts.is_empty() {
        parts = PARTS.map(str::to_string).to_vec();
    }
    Ok((parts, families, scale, seed))
}

fn named_scale(name: &str) -> Outcome<FeatureScale> {
    match name {
        "none" => Ok(FeatureScale::None),
        "nb" => Ok(FeatureScale::Nb),
        other => Err(format!("unknown scale {other}; scales are none, nb").into()),
    }
}

/// The data and what stays the same from row to row.
struct Bench {
    families: Vec<String>,
    scale: FeatureScale,
    lexicon: Arc<Lexicon>,
    gazetteer: Arc<Gazetteer>,
    finder: Finder,
    labels: Labels,
    train: Dataset,
    targets: Vec<u32>,
    folds: Vec<usize>,
}

impl Bench {
    fn new(families: Vec<String>, scale: FeatureScale, seed: u64) -> Outcome<Self> {
        let text = |name: &str| std::fs::read_to_string(data(name));
        let gazetteer = Gazetteer::from_toml(&text("actors.toml")?, "actors.toml")?;
        let lexicon = Lexicon::from_toml(&text("lexicon.toml")?, "lexicon.toml")?;
        let finder = Finder::new(&gazetteer);
        let labels = Labels::new(LABELS)?;
        let train = read_items("train", &gazetteer, &finder)?;
        let targets = train.targets(&labels)?;
        let folds = grouped_folds(&train.groups(), &targets, labels.len(), FOLDS, seed)?;
        let (lexicon, gazetteer) = (Arc::new(lexicon), Arc::new(gazetteer));
        Ok(Bench { families, scale, lexicon, gazetteer, finder, labels, train, targets, folds })
    }

    fn params(&self, families: Vec<String>, min_count: u32) -> Result<ModelValidParams> {
        let features = FeatureSettings { families, min_count, ..FeatureSettings::default() };
        let params: ModelParams =
            Model::params().features(features).alpha(ALPHA).with_baseline(false).scale(self.scale);
        params.labels(self.labels.clone()).lexicon(self.lexicon.clone()).gazetteer(self.gazetteer.clone()).check()
    }

    /// One cross-validated row per alpha.
    fn cross_validate(&self, name: &str, params: &ModelValidParams, alphas: &[f64]) -> Outcome<()> {
        let weights = self.train.weights();
        let folded = Folded {
            instances: &self.train.instances,
            y: &self.targets,
            weights: &weights,
            labels: &self.labels,
            fold_of: &self.folds,
        };
        for (alpha, scores) in alphas.iter().zip(out_of_fold(params, alphas, &folded, &mut || {})?) {
            let pairs = self.targets.iter().zip(&scores).map(|(gold, scores)| (*gold as usize, scores.best()));
            let name = if alphas.len() > 1 { format!("{name}, alpha {alpha}") } else { name.to_string() };
            row(&name, pairs);
        }
        Ok(())
    }

    fn families(&self, name: &str, families: Vec<String>, alphas: &[f64]) -> Outcome<()> {
        self.cross_validate(name, &self.params(families, FeatureSettings::default().min_count)?, alphas)
    }

    fn without(&self) -> Outcome<()> {
        self.families.iter().try_for_each(|left_out| {
            let rest = self.families.iter().filter(|f| *f != left_out).cloned().collect();
            self.families(&format!("without `{left_out}`"), rest, &[ALPHA])
        })
    }

    fn alone(&self) -> Outcome<()> {
        self.families.iter().try_for_each(|f| self.families(&format!("`{f}` alone"), vec![f.clone()], &[ALPHA]))
    }

    fn min_counts(&self) -> Outcome<()> {
        MIN_COUNTS.iter().try_for_each(|count| {
            let params = self.params(self.families.clone(), *count)?;
            self.cross_validate(&format!("minimum count {count}"), &params, &[ALPHA])
        })
    }

    /// A classifier that saw only those training items that `keep` lets through.
    fn classifier(&self, keep: impl Fn(usize) -> bool) -> Outcome<Classifier> {
        let kept: Vec<usize> = (0..self.targets.len()).filter(|i| keep(*i)).collect();
        let items = kept.iter().map(|i| self.train.items[*i].clone()).collect();
        let instances = kept.iter().map(|i| self.train.instances[*i].clone()).collect();
        let params = self.params(self.families.clone(), FeatureSettings::default().min_count)?;
        Ok(Classifier::new(Arc::new(params.train(&Dataset { items, instances })?)))
    }

    fn items(&self, file: &str) -> Outcome<()> {
        let classifier = self.classifier(|_| true)?;
        let held_out = read_items(file, &self.gazetteer, &self.finder)?;
        let label = |workspace: &mut Workspace, instance| classifier.instance(instance, workspace).best();
        let predicted: Vec<usize> = held_out.instances.par_iter().map_init(Workspace::default, label).collect();
        let targets = held_out.targets(&self.labels)?;
        row(&format!("items of {file}"), targets.iter().map(|gold| *gold as usize).zip(predicted));
        Ok(())
    }

    fn documents(&self, split: &str) -> Outcome<()> {
        let articles = read_articles(split)?;
        let mut judged = Vec::new();
        if split == "train" {
            for fold in 0..FOLDS {
                let classifier = self.classifier(|i| self.folds[i] != fold)?;
                let held: BTreeSet<&str> = (0..self.folds.len())
                    .filter(|i| self.folds[*i] == fold)
                    .map(|i| self.train.items[i].group.as_str())
                    .collect();
                judge(&classifier, articles.iter().filter(|a| held.contains(a.0.id.as_str())), &mut judged);
            }
        } else {
            judge(&self.classifier(|_| true)?, articles.iter(), &mut judged);
        }
        // A missing actor is wrong even where gold is neutral, so accuracy is counted apart from the confusion.
        let found = judged.iter().filter(|(gold, predicted)| Some(*gold) == *predicted).count();
        let pairs = judged.iter().map(|(gold, predicted)| (*gold, predicted.unwrap_or(NEUTRAL)));
        let macro_f1 = Confusion::from_pairs(LABELS.len(), pairs).macro_f1();
        let accuracy = found as f64 / judged.len().max(1) as f64;
        println!("| {} articles of {split}, {} actors | {macro_f1:.4} | {accuracy:.4} |", articles.len(), judged.len());
        Ok(())
    }
}

/// Adds gold and predicted label of every gold actor; `None` where the actor was not found.
fn judge<'a>(
    classifier: &Classifier,
    articles: impl Iterator<Item = &'a (Article, Vec<(String, usize)>)>,
    judged: &mut Vec<(usize, Option<usize>)>,
) {
    let mut workspace = Workspace::default();
    for (article, gold) in articles {
        let report = classifier.article(article, &mut workspace);
        for (actor, label) in gold {
            let found = report.actors.iter().find(|stance| stance.actor == *actor);
            judged.push((*label, found.map(|stance| stance.label)));
        }
    }
}

fn row(name: &str, pairs: impl IntoIterator<Item = (usize, usize)>) {
    let confusion = Confusion::from_pairs(LABELS.len(), pairs);
    println!("| {name} | {:.4} | {:.4} |", confusion.macro_f1(), confusion.accuracy());
}

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(name)
}

fn read_items(file: &str, gazetteer: &Gazetteer, finder: &Finder) -> Outcome<Dataset> {
    let format = ItemFormat { label_needed: true, ..ItemFormat::default() };
    let name = format!("{file}.jsonl");
    let reader = BufReader::new(File::open(data(&name))?);
    let items = items_from_jsonl(reader, name, &format).collect::<Result<Vec<_>>>()?;
    Ok(Dataset::new(items, gazetteer, finder))
}

/// Actors with their gold label.
type Gold = Vec<(String, usize)>;

/// The articles of a split with their gold labels.
fn read_articles(split: &str) -> Outcome<Vec<(Article, Gold)>> {
    let text = std::fs::read_to_string(data("articles.jsonl"))?;
    let mut articles = Vec::new();
    for line in text.lines() {
        let value: Value = serde_json::from_str(line)?;
        if value["split"] != split {
            continue;
        }
        let field = |name: &str| value[name].as_str().map(str::to_string);
        let (id, title, date, outlet, crisis) =
            (field("id"), field("title"), field("date"), field("outlet"), field("crisis"));
        let fields = Fields { id, title, date, outlet, crisis, text: field("text").unwrap_or_default() };
        let gold = value["gold"].as_object().into_iter().flatten();
        let label = |name: &Value| LABELS.iter().position(|l| name == l).ok_or(format!("unknown label {name}"));
        let gold = gold.map(|(actor, name)| Ok((actor.clone(), label(name)?))).collect::<Outcome<_>>()?;
        articles.push((Article::from_fields(fields, ""), gold));
    }
    Ok(articles)
}
