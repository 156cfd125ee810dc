//! The hot parts of the program on data of the repository, each run twice, for counting instructions:
//!
//! ```text
//! cargo run --release --example hot_paths                # all parts
//! cargo run --release --example hot_paths -- find score  # some
//! ```
//!
//! `benches/instructions.py` runs it below callgrind and counts what happens between the calls of [`measured`] and
//! [`report`]: the second round, with warm buffers and without setting up. For wall-clock time see `benches/parts.rs` and `training.rs`.

use std::hint::black_box;
use std::process::ExitCode;
use std::sync::Arc;

use linfa::ParamGuard;
use stance::actor::find::{Context, Finder};
use stance::actor::gazetteer::Gazetteer;
use stance::feature::featurizer::FeatureSettings;
use stance::feature::instance::InstanceView;
use stance::feature::item::{ItemFormat, items_from_jsonl};
use stance::feature::lexicon::Lexicon;
use stance::label::Labels;
use stance::model::trained::ScoreScratch;
use stance::model::{Model, format};
use stance::predict::Classifier;
use stance::predict::classifier::Workspace;
use stance::predict::json;
use stance::text::{
    article::Article,
    language::Language,
    reader::{FieldNames, articles_from_jsonl},
    sentence::Document,
};
use stance::train::ModelValidParams;
use stance::train::dataset::Dataset;
use stance::train::objective::Objective;
use stance::train::solution::{Progress, SolverSettings};
use stance::train::solver::{Solver, solve};

const MODEL: &[u8] = include_bytes!("../models/military-intervention.safetensors");
const ARTICLES: &str = include_str!("../data/articles.jsonl");

/// Enough of each that a part is more than noise, and little enough that all of them take seconds below callgrind.
const ARTICLES_READ: usize = 40;
const ITEMS: usize = 500;

/// A part made ready: each call is one round, and returns a count that depends on its work.
type Round = Box<dyn FnMut() -> usize>;

/// Name of a part, and what makes it ready.
type Part = (&'static str, fn() -> Round);

const PARTS: [Part; 9] = [
    ("load", load),
    ("read", read),
    ("sentences", sentences),
    ("find", find),
    ("score", score),
    ("article", article),
    ("json", write_json),
    ("count", count),
    ("solve", solve_once),
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let Some(unknown) = args.iter().find(|arg| PARTS.iter().all(|(name, _)| name != arg)) {
        let names: Vec<&str> = PARTS.iter().map(|(name, _)| *name).collect();
        eprintln!("no part {unknown:?}; the parts are {}", names.join(", "));
        return ExitCode::FAILURE;
    }
    for (name, ready) in PARTS {
        if args.is_empty() || args.iter().any(|arg| arg == name) {
            let mut round = ready();
            black_box(round());
            report(name, measured(&mut round));
        }
    }
    ExitCode::SUCCESS
}

/// The round that counts. Never inlined: its call is where counting begins.
#[inline(never)]
fn measured(round: &mut Round) -> usize {
    black_box(round())
}

/// Never inlined: its call is where counting ends.
#[inline(never)]
fn report(name: &str, result: usize) {
    println!("{name} {result}");
}

fn model() -> Model {
    format::from_bytes(MODEL, "bundled").expect("it is tested")
}

fn articles() -> Vec<Article> {
    let names = FieldNames::default();
    let read = articles_from_jsonl(ARTICLES.as_bytes(), "articles.jsonl", &names);
    read.take(ARTICLES_READ).collect::<Result<_, _>>().expect("the data are tested")
}

fn documents(articles: &[Article]) -> Vec<Document> {
    articles.iter().map(|a| Document::new(a, Language::english())).collect()
}

fn load() -> Round {
    Box::new(|| model().labels.len())
}

fn read() -> Round {
    Box::new(|| articles().iter().map(|a| a.text.len()).sum())
}

/// Reads the articles until the patterns that they call for are compiled for good: at first they are interpreted.
fn compile_patterns(articles: &[Article]) {
    (0..16).for_each(|_| drop(documents(articles)));
}

/// Boilerplate, sentences, tokens.
fn sentences() -> Round {
    let articles = articles();
    compile_patterns(&articles);
    Box::new(move || articles.iter().map(|a| Document::new(a, Language::english()).tokens.len()).sum())
}

fn find() -> Round {
    let articles = articles();
    let documents = documents(&articles);
    let finder = Finder::new(&model().gazetteer);
    Box::new(move || {
        let found = articles.iter().zip(&documents).map(|(a, d)| finder.find(&a.text, d, &Context::default()));
        found.map(|sentences| sentences.iter().map(Vec::len).sum::<usize>()).sum()
    })
}

/// Features and scores of every mention.
fn score() -> Round {
    let articles = articles();
    let documents = documents(&articles);
    let model = model();
    let finder = Finder::new(&model.gazetteer);
    let find = |(a, d): (&Article, &Document)| finder.find(&a.text, d, &Context::default());
    let found: Vec<_> = articles.iter().zip(&documents).map(find).collect();
    let mut scratch = ScoreScratch::default();
    Box::new(move || {
        let mut best = 0;
        for ((article, document), found) in articles.iter().zip(&documents).zip(&found) {
            for (sentence, mentions) in document.sentences.iter().zip(found) {
                let (text, tokens) = (&article.text, document.tokens_of(sentence));
                for mention in mentions {
                    let actor = Some(mention.span);
                    let view = InstanceView { text, tokens, actor, again: &[], others: &[], target: None };
                    best += model.scores(&view, &mut scratch).best();
                }
            }
        }
        best
    })
}

/// Everything between an article and its report.
fn article() -> Round {
    let articles = articles();
    compile_patterns(&articles);
    let classifier = Classifier::new(Arc::new(model()));
    let mut workspace = Workspace::default();
    Box::new(move || articles.iter().map(|a| classifier.article(a, &mut workspace).actors.len()).sum())
}

fn write_json() -> Round {
    let articles = articles();
    let classifier = Classifier::new(Arc::new(model()));
    let mut workspace = Workspace::default();
    let reports: Vec<_> = articles.iter().map(|a| classifier.article(a, &mut workspace)).collect();
    // One buffer for all: where a growing string moves to depends on the heap, and so would the count.
    let mut buffer = Vec::new();
    Box::new(move || {
        let labels = &classifier.model().labels;
        buffer.clear();
        for (article, report) in articles.iter().zip(&reports) {
            let object = json::article(article, report, labels, 0.0);
            serde_json::to_writer(&mut buffer, &object).expect("memory takes everything");
        }
        buffer.len()
    })
}

fn dataset() -> Dataset {
    let format = ItemFormat::default();
    let all = items_from_jsonl(include_str!("../data/train.jsonl").as_bytes(), "train.jsonl", &format);
    let gazetteer = Gazetteer::from_toml(include_str!("../data/actors.toml"), "actors.toml").expect("tested");
    let items = all.take(ITEMS).collect::<Result<Vec<_>, _>>().expect("the data are tested");
    Dataset::new(items, &gazetteer, &Finder::new(&gazetteer))
}

fn params() -> ModelValidParams {
    let lexicon = Lexicon::from_toml(include_str!("../data/lexicon.toml"), "lexicon.toml").expect("tested");
    let params = Model::params().features(FeatureSettings::default()).lexicon(Arc::new(lexicon));
    params.check().expect("defaults are in range")
}

/// Counting the features of items, choosing and weighing them.
fn count() -> Round {
    let (data, params) = (dataset(), params());
    Box::new(move || params.prepare(&data, None).map_or(0, |p| p.rows.len()))
}

/// One iteration of the default solver.
fn solve_once() -> Round {
    let (data, params) = (dataset(), params());
    let labels = Labels::new(["opposes", "neutral", "supports"]).expect("three labels");
    let y = data.targets(&labels).expect("the labels of the data");
    let prepared = params.prepare(&data, Some(&labels)).expect("there are features");
    let weights = vec![1.0; y.len()];
    let quiet: Progress = Arc::new(|_, _| {});
    let settings = SolverSettings { max_iterations: 1, ..SolverSettings::default() };
    Box::new(move || {
        let objective = Objective { x: &prepared.rows, y: &y, weights: &weights, labels: 3, alpha: 0.2 };
        solve(Solver::Dual, &objective, &settings, &quiet).map_or(0, |s| s.parameters.len())
    })
}
