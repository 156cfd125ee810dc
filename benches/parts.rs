//! The parts of prediction on the example articles: sentences, actors, features, scores, and the whole way.
//!
//! `cargo bench --bench parts`. Throughput is in bytes of article text; the last group is the limit they share.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use stance::actor::find::{Context, Finder};
use stance::feature::featurizer::Scratch;
use stance::feature::instance::InstanceView;
use stance::feature::row::Row;
use stance::model::trained::ScoreScratch;
use stance::model::{Model, format};
use stance::predict::Classifier;
use stance::predict::classifier::Workspace;
use stance::text::{article::Article, language::Language, sentence::Document};

const TEXTS: [&str; 3] = [
    include_str!("../data/examples/caracas.txt"),
    include_str!("../data/examples/sahel.txt"),
    include_str!("../data/examples/strait.txt"),
];

fn model() -> Model {
    format::from_bytes(include_bytes!("../models/military-intervention.safetensors"), "bundled").expect("it is tested")
}

fn articles() -> Vec<Article> {
    TEXTS.iter().map(|text| Article::from_text("a", *text)).collect()
}

fn bytes() -> Throughput {
    Throughput::Bytes(TEXTS.iter().map(|t| t.len() as u64).sum())
}

/// One actor in one sentence of an article, as scoring sees it.
type Pair = (usize, usize, stance::text::span::Span);

fn reading(c: &mut Criterion) {
    let articles = articles();
    let finder = Finder::new(&model().gazetteer);
    let documents: Vec<Document> = articles.iter().map(|a| Document::new(a, Language::english())).collect();
    let mut group = c.benchmark_group("reading");
    group.throughput(bytes());
    group.bench_function("count white space (a limit)", |b| {
        b.iter(|| TEXTS.iter().map(|t| black_box(t).split_ascii_whitespace().count()).sum::<usize>());
    });
    group.bench_function("sentences and tokens", |b| {
        b.iter(|| {
            articles.iter().map(|a| Document::new(black_box(a), Language::english()).tokens.len()).sum::<usize>()
        });
    });
    group.bench_function("actors", |b| {
        let find = |(a, d): (&Article, &Document)| finder.find(&a.text, black_box(d), &Context::default()).len();
        b.iter(|| articles.iter().zip(&documents).map(find).sum::<usize>());
    });
    group.finish();
}

fn scoring(c: &mut Criterion) {
    let (articles, model) = (articles(), model());
    let finder = Finder::new(&model.gazetteer);
    let documents: Vec<Document> = articles.iter().map(|a| Document::new(a, Language::english())).collect();
    let mut pairs: Vec<Pair> = Vec::new();
    for (i, (article, document)) in articles.iter().zip(&documents).enumerate() {
        let found = finder.find(&article.text, document, &Context::default());
        pairs.extend(found.iter().enumerate().flat_map(|(s, m)| m.iter().map(move |m| (i, s, m.span))));
    }
    let view = |(i, s, span): Pair| {
        let document = &documents[i];
        let tokens = document.tokens_of(&document.sentences[s]);
        InstanceView { text: &articles[i].text, tokens, actor: Some(span), again: &[], others: &[], target: None }
    };
    let mut group = c.benchmark_group("scoring");
    group.throughput(Throughput::Elements(pairs.len() as u64));
    group.bench_function("rows", |b| {
        let (mut scratch, mut row) = (Scratch::default(), Row::default());
        b.iter(|| pairs.iter().for_each(|p| model.featurizer.row(&view(*p), &mut scratch, black_box(&mut row))));
    });
    group.bench_function("rows and scores", |b| {
        let mut scratch = ScoreScratch::default();
        b.iter(|| pairs.iter().map(|p| model.scores(&view(*p), &mut scratch).best()).sum::<usize>());
    });
    group.finish();
}

fn whole(c: &mut Criterion) {
    let articles = articles();
    let classifier = Classifier::new(Arc::new(model()));
    let mut group = c.benchmark_group("whole");
    group.throughput(bytes());
    group.bench_function("article to report", |b| {
        let mut workspace = Workspace::default();
        b.iter(|| {
            articles.iter().map(|a| classifier.article(black_box(a), &mut workspace).actors.len()).sum::<usize>()
        });
    });
    group.finish();
    c.bench_function("load the bundled model", |b| b.iter(|| black_box(model()).labels.len()));
}

criterion_group!(parts, reading, scoring, whole);
criterion_main!(parts);
