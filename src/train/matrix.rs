//! Instances to a sparse matrix: features counted in parallel, a vocabulary chosen, rows weighed.
//!
//! Chunks of fixed size are merged in their order, so that neither vocabulary nor values depend on the number of threads.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::rows::Rows;
use crate::error::{Error, Result};
use crate::feature::emit::Feature;
use crate::feature::featurizer::{Emitter, FeatureSettings, Featurizer, Scratch};
use crate::feature::instance::{Instance, InstanceView};
use crate::feature::masked::Masked;
use crate::feature::row::Row;
use crate::feature::vocabulary::{NewFeature, Vocabulary};
use crate::text::language::Language;
use crate::text::span::Span;
use crate::text::token::{Token, tokenize};

/// Instances per chunk; part of what makes the bytes equal, though any value gives the same result here.
const CHUNK: usize = 512;

/// Calls `f` with the tokens of each instance, reusing their memory.
fn with_tokens(instance: &Instance, tokens: &mut Vec<Token>, f: impl FnOnce(&InstanceView<'_>)) {
    tokens.clear();
    tokenize(&instance.text, Span::new(0, instance.text.len()), Language::english(), tokens);
    f(&InstanceView::new(instance, tokens));
}

/// Feature counts of a chunk of instances: local numbers for keys, and rows of (local number, count).
#[derive(Default)]
struct Counted {
    keys: Vec<u64>,
    /// In how many instances each key occurs.
    document_counts: Vec<u32>,
    /// First instance of the chunk that has the key, to name the feature by.
    witnesses: Vec<u32>,
    starts: Vec<usize>,
    cells: Vec<(u32, u32)>,
}

impl Counted {
    fn of(instances: &[Instance], emitter: &Emitter) -> Counted {
        let mut counted = Counted { starts: vec![0], ..Counted::default() };
        let mut numbers: FxHashMap<u64, u32> = FxHashMap::default();
        let (mut masked, mut tokens, mut found) = (Masked::default(), Vec::new(), Vec::new());
        for (at, instance) in instances.iter().enumerate() {
            found.clear();
            with_tokens(instance, &mut tokens, |view| {
                emitter.emit(view, &mut masked, |_, feature, _| {
                    let number = *numbers.entry(feature.key).or_insert_with(|| {
                        counted.keys.push(feature.key);
                        counted.document_counts.push(0);
                        counted.witnesses.push(at as u32);
                        counted.keys.len() as u32 - 1
                    });
                    found.push(number);
                });
            });
            found.sort_unstable();
            for same in found.chunk_by(|a, b| a == b) {
                counted.document_counts[same[0] as usize] += 1;
                counted.cells.push((same[0], same.len() as u32));
            }
            counted.starts.push(counted.cells.len());
        }
        counted
    }
}

/// What is known of a key after all chunks are merged.
struct Merged {
    count: u32,
    witness: usize,
}

/// Counts the features of the instances, keeps those that the settings allow and gives the featurizer and the matrix of
/// weighed rows.
///
/// # Errors
/// Settings out of range, or no feature left.
pub fn build(instances: &[Instance], settings: &FeatureSettings, emitter: &Emitter) -> Result<(Featurizer, Rows)> {
    let chunks: Vec<Counted> = instances.par_chunks(CHUNK).map(|c| Counted::of(c, emitter)).collect();
    let kept = keep(merge(&chunks), settings);
    let named = name(instances, emitter, &kept);
    let vocabulary = Vocabulary::new(limit(named, settings.max_features), instances.len());
    if vocabulary.is_empty() {
        let what = format!("no feature occurs in at least {} items", settings.min_count);
        return Err(Error::data(what, "give more items or a smaller --min-count"));
    }
    let featurizer = Featurizer::new(settings.clone(), emitter.lexicon().clone(), vocabulary)?;
    let rows: Vec<Vec<Row>> = chunks.into_par_iter().map(|c| weigh(&c, &featurizer)).collect();
    let matrix = Rows::from_rows(rows.into_iter().flatten(), featurizer.vocabulary().len());
    Ok((featurizer, matrix))
}

fn merge(chunks: &[Counted]) -> FxHashMap<u64, Merged> {
    let mut merged: FxHashMap<u64, Merged> = FxHashMap::default();
    for (number, chunk) in chunks.iter().enumerate() {
        for (i, key) in chunk.keys.iter().enumerate() {
            let witness = number * CHUNK + chunk.witnesses[i] as usize;
            let entry = merged.entry(*key).or_insert(Merged { count: 0, witness });
            entry.count += chunk.document_counts[i];
        }
    }
    merged
}

fn keep(mut merged: FxHashMap<u64, Merged>, settings: &FeatureSettings) -> FxHashMap<u64, Merged> {
    merged.retain(|_, m| m.count >= settings.min_count);
    merged
}

/// Names the kept features by reading once more the first instance that has each.
fn name(instances: &[Instance], emitter: &Emitter, kept: &FxHashMap<u64, Merged>) -> Vec<NewFeature> {
    let mut by_witness: Vec<(usize, u64)> = kept.iter().map(|(key, m)| (m.witness, *key)).collect();
    by_witness.par_sort_unstable();
    let jobs: Vec<&[(usize, u64)]> = by_witness.chunk_by(|a, b| a.0 == b.0).collect();
    let name_all = |job: &&[(usize, u64)]| {
        let (mut masked, mut tokens) = (Masked::default(), Vec::new());
        let mut missing: FxHashMap<u64, ()> = job.iter().map(|(_, key)| (*key, ())).collect();
        let mut named = Vec::with_capacity(job.len());
        let instance = &instances[job[0].0];
        with_tokens(instance, &mut tokens, |view| {
            emitter.emit(view, &mut masked, |block, feature: Feature<'_>, masked| {
                if missing.remove(&feature.key).is_some() {
                    let mut name = String::new();
                    feature.name(view.text, masked, emitter.lexicon(), &mut name);
                    named.push(NewFeature { key: feature.key, name, block, count: kept[&feature.key].count });
                }
            });
        });
        named
    };
    jobs.par_iter().map(name_all).collect::<Vec<_>>().into_iter().flatten().collect()
}

/// The most frequent features, ties by name.
fn limit(mut features: Vec<NewFeature>, max: Option<usize>) -> Vec<NewFeature> {
    if let Some(max) = max.filter(|max| *max < features.len()) {
        features.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
        features.truncate(max);
    }
    features
}

/// Local counts to weighed rows over the vocabulary's columns.
fn weigh(counted: &Counted, featurizer: &Featurizer) -> Vec<Row> {
    let columns: Vec<Option<u32>> = counted.keys.iter().map(|k| featurizer.vocabulary().column(*k)).collect();
    let mut cells = Vec::new();
    let rows = counted.starts.windows(2).map(|w| {
        cells.clear();
        cells.extend(counted.cells[w[0]..w[1]].iter().filter_map(|(n, c)| Some((columns[*n as usize]?, *c))));
        cells.sort_unstable();
        let mut row = Row::default();
        cells.iter().for_each(|(column, count)| row.push(*column, *count));
        row.weigh(featurizer.vocabulary(), &featurizer.settings().block_weights);
        row
    });
    rows.collect()
}

/// How to read an instance into a row: [`Featurizer::row`] or [`Featurizer::blind_row`].
pub type ReadRow = fn(&Featurizer, &InstanceView<'_>, &mut Scratch, &mut Row);

/// The rows of instances by a finished featurizer, in order, computed in parallel.
pub fn rows(instances: &[Instance], featurizer: &Featurizer, read: ReadRow) -> Vec<Row> {
    let chunk_rows = |chunk: &[Instance]| {
        let (mut scratch, mut tokens) = (Scratch::default(), Vec::new());
        let read_one = |instance: &Instance| {
            let mut row = Row::default();
            with_tokens(instance, &mut tokens, |view| read(featurizer, view, &mut scratch, &mut row));
            row
        };
        chunk.iter().map(read_one).collect::<Vec<Row>>()
    };
    instances.par_chunks(CHUNK).map(chunk_rows).collect::<Vec<_>>().into_iter().flatten().collect()
}
