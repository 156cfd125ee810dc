//! Training: counting features, and the solvers on the same problem, among them the border between dense and the rest.
//!
//! `cargo bench --bench training`. The solvers' rows are ratios on one machine in one run: the dense solver is ahead
//! only on problems that take well under a millisecond each way; see `DENSE_CELLS` in `src/train/solver.rs`.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use linfa::ParamGuard;
use stance::actor::find::Finder;
use stance::actor::gazetteer::Gazetteer;
use stance::feature::featurizer::FeatureSettings;
use stance::feature::item::{ItemFormat, items_from_jsonl};
use stance::feature::lexicon::Lexicon;
use stance::label::Labels;
use stance::model::Model;
use stance::train::ModelValidParams;
use stance::train::dataset::Dataset;
use stance::train::objective::Objective;
use stance::train::solution::{Progress, SolverSettings};
use stance::train::solver::{Solver, solve};

fn dataset(items: usize) -> Dataset {
    let format = ItemFormat::default();
    let all = items_from_jsonl(include_str!("../data/train.jsonl").as_bytes(), "train.jsonl", &format);
    let items = all.take(items).collect::<Result<Vec<_>, _>>().expect("the data are tested");
    let gazetteer = Gazetteer::from_toml(include_str!("../data/actors.toml"), "actors.toml").expect("tested");
    Dataset::new(items, &gazetteer, &Finder::new(&gazetteer))
}

fn params(max_features: Option<usize>) -> ModelValidParams {
    let lexicon = Lexicon::from_toml(include_str!("../data/lexicon.toml"), "lexicon.toml").expect("tested");
    let features = FeatureSettings { max_features, ..FeatureSettings::default() };
    Model::params().features(features).lexicon(Arc::new(lexicon)).check().expect("defaults are in range")
}

fn counting(c: &mut Criterion) {
    let (data, params) = (dataset(2000), params(None));
    let mut group = c.benchmark_group("features of 2,000 items");
    group.sample_size(10);
    group.bench_function("count, choose, weigh", |b| {
        b.iter(|| params.prepare(black_box(&data), None).map(|p| p.rows.len()));
    });
    group.finish();
}

fn solvers(c: &mut Criterion) {
    let quiet: Progress = Arc::new(|_, _| {});
    let labels = Labels::new(["opposes", "neutral", "supports"]).expect("three labels");
    let mut group = c.benchmark_group("solvers (items x features)");
    group.sample_size(10);
    for (items, features) in [(100, 50), (100, 200), (200, 500), (500, 2000), (4000, 100_000)] {
        let data = dataset(items);
        let y = data.targets(&labels).expect("the labels of the data");
        let prepared = params(Some(features)).prepare(&data, Some(&labels)).expect("there are features");
        let weights = vec![1.0; y.len()];
        let objective = Objective { x: &prepared.rows, y: &y, weights: &weights, labels: 3, alpha: 0.2 };
        for (name, solver) in [("dense", Solver::Dense), ("sparse", Solver::Sparse), ("dual", Solver::Dual)] {
            if solver == Solver::Dense && items > 1000 {
                continue;
            }
            let id = BenchmarkId::new(name, format!("{items} x {}", prepared.rows.width()));
            group.bench_function(id, |b| {
                b.iter(|| solve(solver, &objective, &SolverSettings::default(), &quiet).map(|s| s.solved.objective));
            });
        }
    }
    group.finish();
}

criterion_group!(training, counting, solvers);
criterion_main!(training);
