//! The parts of prediction on the example articles: reading, sentences, actors, features, scores, writing, and the whole
//! way.
//!
//! `cargo bench --bench parts`. Throughput is in bytes of article text; the last group is the limit they share.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use stance::actor::find::{Context, Finder};
use stance::feature::featurizer::Scratch;
use stance::feature::instance::InstanceView;
use stance::feature::lexicon::Lexicon;
use stance::feature::row::Row;
use stance::model::trained::ScoreScratch;
use stance::model::{Model, format};
use stance::predict::classifier::Workspace;
use stance::predict::{Classifier, json};
use stance::text::paragraph::paragraphs;
use stance::text::reader::{FieldNames, articles_from_jsonl};
use stance::text::{article::Article, boilerplate, language::Language, sentence::Document, span::Span, split, token};

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

/// What the steps of reading are made of.
fn steps(c: &mut Criterion) {
    let language = Language::english();
    let objects = TEXTS.map(|text| serde_json::json!({ "id": "a", "text": text }).to_string()).join("\n");
    let lines: Vec<Vec<Span>> = TEXTS.iter().map(|t| paragraphs(t, Span::new(0, t.len()))).collect();
    let documents: Vec<Document> = articles().iter().map(|a| Document::new(a, language)).collect();
    let lexicon = Lexicon::from_toml(include_str!("../data/lexicon.toml"), "lexicon.toml").expect("it is tested");
    let mut group = c.benchmark_group("steps");
    group.throughput(bytes());
    group.bench_function("JSON lines", |b| {
        b.iter(|| {
            articles_from_jsonl(black_box(objects.as_bytes()), "a", &FieldNames::default())
                .filter(Result::is_ok)
                .count()
        });
    });
    group.bench_function("boilerplate", |b| {
        b.iter(|| {
            TEXTS.iter().zip(&lines).map(|(t, l)| boilerplate::find(t, black_box(l), language).len()).sum::<usize>()
        });
    });
    group.bench_function("splitting", |b| {
        let mut spans = Vec::new();
        b.iter(|| {
            spans.clear();
            let all = TEXTS.iter().zip(&lines).flat_map(|(text, lines)| lines.iter().map(move |line| (text, line)));
            all.for_each(|(text, line)| split::split(text, black_box(*line), language, &mut spans));
            spans.len()
        });
    });
    group.bench_function("tokens", |b| {
        let mut tokens = Vec::new();
        b.iter(|| {
            tokens.clear();
            TEXTS.iter().for_each(|t| token::tokenize(black_box(t), Span::new(0, t.len()), language, &mut tokens));
            tokens.len()
        });
    });
    group.bench_function("lexicon", |b| {
        let hashes: Vec<u64> = documents.iter().flat_map(|d| d.tokens.iter().map(|t| t.hash)).collect();
        let entry = |at: usize| lexicon.longest_at(black_box(&hashes)[at..].iter().copied()).is_some();
        b.iter(|| (0..hashes.len()).filter(|at| entry(*at)).count());
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
    group.bench_function("report to JSON", |b| {
        let labels = &classifier.model().labels;
        let reports: Vec<_> = articles.iter().map(|a| classifier.article(a, &mut Workspace::default())).collect();
        let mut buffer = Vec::new();
        b.iter(|| {
            buffer.clear();
            for (article, report) in articles.iter().zip(&reports) {
                let object = json::article(article, black_box(report), labels, 0.0);
                serde_json::to_writer(&mut buffer, &object).expect("memory takes everything");
            }
            buffer.len()
        });
    });
    group.finish();
    c.bench_function("load the bundled model", |b| b.iter(|| black_box(model()).labels.len()));
}

criterion_group!(parts, reading, steps, scoring, whole);
criterion_main!(parts);
