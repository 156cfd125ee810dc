//! In how many instances each feature occurs, and which features occur where: the first reading of the training items.
//!
//! Chunks are counted side by side, each in a table of its own, and merged as they come; what is frequent enough is
//! named on the way. Numbers of features depend on that order and stay in here: columns are given by the vocabulary.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::sketch::Sketch;
use crate::feature::emit::{Feature, Keys};
use crate::feature::featurizer::Emitter;
use crate::feature::instance::{Instance, InstanceView};
use crate::feature::masked::Masked;
use crate::feature::vocabulary::NewFeature;
use crate::text::language::Language;
use crate::text::span::Span;
use crate::text::token::{Token, tokenize};

/// Calls `f` with the tokens of each instance, reusing their memory.
pub fn with_tokens(instance: &Instance, tokens: &mut Vec<Token>, f: impl FnOnce(&InstanceView<'_>)) {
    tokens.clear();
    tokenize(&instance.text, Span::new(0, instance.text.len()), Language::english(), tokens);
    f(&InstanceView::new(instance, tokens));
}

/// What is counted and kept.
pub struct Counter<'a> {
    emitter: &'a Emitter,
    /// A feature must occur in so many instances to be named.
    min_count: u32,
    /// Leaves out features that cannot occur often enough.
    sketch: Option<&'a Sketch>,
    /// Whether to remember which features each instance has.
    remember: bool,
    /// The counts of all chunks so far, features spread over the shards by their keys.
    shards: Vec<Mutex<Shard>>,
    kept: Mutex<Kept>,
}

/// Shards are locked one by one, so that threads seldom wait for each other, and each is small enough to be looked
/// through without a walk through the page tables.
const SHARDS: usize = 64;

/// Number and count of every feature.
type Shard = FxHashMap<u64, Tally>;

#[derive(Clone, Copy)]
struct Tally {
    number: u32,
    /// In how many instances it occurs.
    count: u32,
}

#[derive(Default)]
struct Kept {
    named: Vec<(u32, NewFeature)>,
    occurrences: BTreeMap<usize, Occurrences>,
    instances: usize,
}

/// The shard that a key belongs to. The table inside goes by the key's lower bits.
fn shard_of(key: u64) -> usize {
    (key >> 58) as usize
}

/// The features of the instances of a chunk, by number; one that occurs twice stands there twice.
#[derive(Debug, Default)]
pub struct Occurrences {
    /// Where the features of each instance begin, and where the last ones end.
    starts: Vec<u32>,
    features: Vec<u32>,
}

impl Occurrences {
    /// The features of each instance.
    pub fn iter(&self) -> impl Iterator<Item = &[u32]> {
        self.starts.windows(2).map(|w| &self.features[w[0] as usize..w[1] as usize])
    }
}

/// Everything that was counted.
pub struct Counts {
    /// Features that are frequent enough, with their numbers, in no particular order.
    pub named: Vec<(u32, NewFeature)>,
    /// Numbers of features are below this.
    pub numbers: usize,
    /// The features of the instances, chunk by chunk; empty if they were not to be remembered.
    pub occurrences: Vec<Occurrences>,
    /// Number of instances.
    pub instances: usize,
}

/// The features of one chunk, numbered among themselves.
#[derive(Default)]
struct Local {
    numbers: FxHashMap<u64, u32>,
    keys: Vec<u64>,
    counts: Vec<u32>,
    /// Number of the first instance that has the feature.
    witnesses: Vec<u32>,
    occurrences: Occurrences,
}

impl Local {
    fn number(&mut self, key: u64, instance: usize) -> u32 {
        *self.numbers.entry(key).or_insert_with(|| {
            self.keys.push(key);
            self.counts.push(0);
            self.witnesses.push(instance as u32);
            self.keys.len() as u32 - 1
        })
    }
}

impl<'a> Counter<'a> {
    /// A counter of the emitter's features. With `remember` it keeps what it needs to make rows without reading again.
    pub fn new(emitter: &'a Emitter, min_count: u32, sketch: Option<&'a Sketch>, remember: bool) -> Self {
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        Counter { emitter, min_count, sketch, remember, shards, kept: Mutex::default() }
    }

    /// Counts a chunk.
    pub fn add(&self, chunk: usize, instances: &[Instance]) {
        let mut local = self.read(instances);
        let (numbers, reached) = self.merge(&local, chunk);
        let named = self.name(instances, &local, &reached, &numbers);
        if self.remember {
            local.occurrences.features.iter_mut().for_each(|feature| *feature = numbers[*feature as usize]);
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.instances += instances.len();
        kept.named.extend(named);
        if self.remember {
            kept.occurrences.insert(chunk, local.occurrences);
        }
    }

    fn read(&self, instances: &[Instance]) -> Local {
        let mut local = Local::default();
        local.occurrences.starts.push(0);
        let (mut masked, mut tokens) = (Masked::default(), Vec::new());
        let (mut keys, mut found) = (Keys::default(), Vec::new());
        for (at, instance) in instances.iter().enumerate() {
            with_tokens(instance, &mut tokens, |view| self.emitter.emit_keys(view, &mut masked, &mut keys));
            let frequent = |key: &&u64| self.sketch.is_none_or(|sketch| sketch.may_reach(**key, self.min_count));
            found.clear();
            found.extend(keys.0.iter().filter(frequent).map(|key| local.number(*key, at)));
            if self.remember {
                local.occurrences.features.extend_from_slice(&found);
                local.occurrences.starts.push(local.occurrences.features.len() as u32);
            }
            found.sort_unstable();
            found.dedup();
            found.iter().for_each(|feature| local.counts[*feature as usize] += 1);
        }
        local
    }

    /// Adds the counts of a chunk to those of all; gives the number of each of its features, and which of them have just
    /// become frequent enough.
    fn merge(&self, local: &Local, chunk: usize) -> (Vec<u32>, Vec<u32>) {
        let mut by_shard: [Vec<u32>; SHARDS] = std::array::from_fn(|_| Vec::new());
        local.keys.iter().enumerate().for_each(|(at, key)| by_shard[shard_of(*key)].push(at as u32));
        let (mut given, mut reached) = (vec![0; local.keys.len()], Vec::new());
        // Neighbouring chunks, which are counted at the same time, begin with different shards.
        for shard in (0..SHARDS).map(|i| (i + chunk * (SHARDS / 2 + 1)) % SHARDS) {
            let mut tallies = self.shards[shard].lock().unwrap_or_else(PoisonError::into_inner);
            for at in &by_shard[shard] {
                let next = (tallies.len() * SHARDS + shard) as u32;
                let key = local.keys[*at as usize];
                let tally = tallies.entry(key).or_insert(Tally { number: next, count: 0 });
                let before = tally.count;
                tally.count += local.counts[*at as usize];
                if before < self.min_count && tally.count >= self.min_count {
                    reached.push(*at);
                }
                given[*at as usize] = tally.number;
            }
        }
        (given, reached)
    }

    /// Names features by reading once more the first instance that has each. Their counts are filled in at the end.
    fn name(&self, instances: &[Instance], local: &Local, reached: &[u32], numbers: &[u32]) -> Vec<(u32, NewFeature)> {
        let mut by_witness: Vec<(u32, u32)> =
            reached.iter().map(|feature| (local.witnesses[*feature as usize], *feature)).collect();
        by_witness.sort_unstable();
        let (mut masked, mut tokens) = (Masked::default(), Vec::new());
        let mut named = Vec::with_capacity(reached.len());
        for job in by_witness.chunk_by(|a, b| a.0 == b.0) {
            let mut missing: FxHashMap<u64, u32> =
                job.iter().map(|(_, at)| (local.keys[*at as usize], numbers[*at as usize])).collect();
            with_tokens(&instances[job[0].0 as usize], &mut tokens, |view| {
                self.emitter.emit(view, &mut masked, |block, feature: Feature<'_>, masked| {
                    if let Some(number) = missing.remove(&feature.key) {
                        let mut name = String::new();
                        feature.name(view.text, masked, self.emitter.lexicon(), &mut name);
                        named.push((number, NewFeature { key: feature.key, name, block, count: 0 }));
                    }
                });
            });
        }
        named
    }

    /// Everything that was counted.
    pub fn finish(self) -> Counts {
        let Kept { mut named, occurrences, instances } = self.kept.into_inner().unwrap_or_else(PoisonError::into_inner);
        let open = |shard: Mutex<Shard>| shard.into_inner().unwrap_or_else(PoisonError::into_inner);
        let shards: Vec<Shard> = self.shards.into_iter().map(open).collect();
        named.iter_mut().for_each(|(_, f)| f.count = shards[shard_of(f.key)][&f.key].count);
        let largest = shards.iter().map(FxHashMap::len).max().unwrap_or(0);
        let occurrences = occurrences.into_values().collect();
        Counts { named, numbers: largest * SHARDS, occurrences, instances }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::feature::featurizer::FeatureSettings;
    use crate::feature::lexicon::Lexicon;

    fn emitter() -> Emitter {
        let settings = FeatureSettings { families: vec!["words".into()], ..FeatureSettings::default() };
        Emitter::new(&settings, Arc::new(Lexicon::default())).unwrap()
    }

    fn named(counts: Counts) -> Vec<(String, u32)> {
        let mut named: Vec<_> = counts.named.into_iter().map(|(_, f)| (f.name, f.count)).collect();
        named.sort();
        named
    }

    #[test]
    fn counts_are_of_instances_and_do_not_depend_on_chunks_or_sketch() {
        let emitter = emitter();
        let texts = ["no no ships", "no ships", "ships sail", "sail"];
        let instances: Vec<Instance> = texts.into_iter().map(Instance::plain).collect();
        let sketch = Sketch::new(0);
        for word in ["no", "ships", "sail"] {
            let instance = Instance::plain(word);
            let add = |_, feature: Feature<'_>, _: &Masked| (0..3).for_each(|_| sketch.add(feature.key));
            with_tokens(&instance, &mut Vec::new(), |view| emitter.emit(view, &mut Masked::default(), add));
        }
        for (sizes, sketch) in [(vec![4], None), (vec![1, 3], None), (vec![2, 2], Some(&sketch))] {
            let counter = Counter::new(&emitter, 2, sketch, true);
            let starts = sizes.iter().scan(0, |next, size| Some(std::mem::replace(next, *next + size)));
            let chunks: Vec<&[Instance]> = starts.zip(&sizes).map(|(at, size)| &instances[at..at + size]).collect();
            chunks.iter().enumerate().rev().for_each(|(number, chunk)| counter.add(number, chunk));
            let counts = counter.finish();
            assert_eq!((counts.instances, counts.occurrences.len()), (4, sizes.len()));
            let lengths: Vec<usize> = counts.occurrences.iter().flat_map(|o| o.iter().map(<[u32]>::len)).collect();
            let all = if sketch.is_none() { vec![5, 3, 3, 1] } else { vec![3, 2, 2, 1] };
            assert_eq!(lengths, all);
            let mut expected = vec![("word:no".to_string(), 2), ("word:sail".into(), 2), ("word:ships".into(), 3)];
            if sketch.is_none() {
                expected.insert(1, ("word:no ships".into(), 2));
            }
            assert_eq!(named(counts), expected);
        }
    }
}
