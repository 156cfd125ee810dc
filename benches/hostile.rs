//! Time against length for texts that are made to be slow: where it is linear, the throughput of a text stays the same
//! from one length to the next.
//!
//! `cargo bench --bench hostile`. Throughput is in bytes of text, for the whole way from article to report.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use stance::model::format;
use stance::predict::Classifier;
use stance::predict::classifier::Workspace;
use stance::text::article::Article;

/// Name, what is repeated.
const PIECES: [(&str, &str); 9] = [
    ("quotation marks", "\""),
    ("combining marks", "a\u{301}\u{302}\u{303}"),
    ("right to left", "\u{202e}שלום "),
    ("one sentence without actors", "the report went on and "),
    ("one sentence of actors", "Guaidó said that Russia rejected troops, "),
    ("one sentence of pronouns", "it said that he rejected them, "),
    ("open quotations", "said “no, "),
    ("patterns", "(a+)+$ [a-z]*"),
    ("line breaks", "a\n"),
];
const LENGTHS: [usize; 4] = [10_000, 100_000, 1_000_000, 10_000_000];

fn lengths(c: &mut Criterion) {
    let bytes = include_bytes!("../models/military-intervention.safetensors");
    let model = format::from_bytes(bytes, "bundled").expect("it is tested");
    let classifier = Classifier::new(Arc::new(model));
    for (name, piece) in PIECES {
        let mut group = c.benchmark_group(name);
        group.sample_size(10).warm_up_time(Duration::from_millis(100)).measurement_time(Duration::from_secs(1));
        group.sampling_mode(SamplingMode::Flat);
        for length in LENGTHS {
            let article = Article::from_text("a", piece.repeat(length / piece.len()));
            group.throughput(Throughput::Bytes(article.text.len() as u64));
            group.bench_with_input(BenchmarkId::from_parameter(length), &article, |b, article| {
                let mut workspace = Workspace::default();
                b.iter(|| classifier.article(black_box(article), &mut workspace).actors.len());
            });
        }
        group.finish();
    }
}

criterion_group!(benches, lengths);
criterion_main!(benches);
