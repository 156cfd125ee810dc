//! A source of instances to a featurizer and its matrix: features counted, a vocabulary chosen, rows weighed.
//!
//! Where memory is enough, instances are read once and what was found in them is remembered. Where it is not, they are
//! read three times: for a sketch of the counts, for the counts, and for the rows, which go to a temporary file. Both
//! ways lead to the same bytes.

use rayon::prelude::*;

use super::census::{Census, Targets};
use super::count::{Counter, Counts, Occurrences, with_tokens};
use super::rows::{BLOCK, Csr, Rows, RowsBuilder};
use super::sketch::Sketch;
use super::source::{Chunk, Source};
use crate::error::{Error, Result};
use crate::feature::emit::Keys;
use crate::feature::featurizer::{Emitter, FeatureSettings, Featurizer, Scratch};
use crate::feature::instance::{Instance, InstanceView};
use crate::feature::masked::Masked;
use crate::feature::row::Row;
use crate::feature::vocabulary::{NewFeature, Vocabulary};
use crate::label::Labels;

/// How much memory the matrix may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Room {
    /// As much as it needs.
    #[default]
    Memory,
    /// Rows in a temporary file, and so many bytes for a sketch of the counts.
    File {
        /// Size of the sketch.
        sketch: usize,
    },
}

/// A problem ready for a solver.
pub struct Prepared {
    /// Instances to rows.
    pub featurizer: Featurizer,
    /// The training rows.
    pub rows: Rows,
    /// Labels and weights of the rows.
    pub targets: Targets,
}

/// Counts the features of the instances, keeps those that the settings allow and gives the featurizer and the matrix of
/// weighed rows. Labels are `fixed`, or those of the items.
///
/// # Errors
/// Settings out of range, what the source says, labels that do not do, or no feature left.
pub fn build(
    source: &dyn Source,
    settings: &FeatureSettings,
    emitter: &Emitter,
    fixed: Option<&Labels>,
    room: Room,
) -> Result<Prepared> {
    let sketch = match room {
        Room::Memory => None,
        Room::File { sketch } => Some(sketched(source, emitter, sketch)?),
    };
    let census = Census::default();
    let counter = Counter::new(emitter, settings.min_count, sketch.as_ref(), room == Room::Memory);
    source.visit(&|number, chunk| {
        counter.add(number, chunk.instances);
        census.add(number, chunk)
    })?;
    let targets = census.finish(fixed)?;
    let Counts { named, numbers, occurrences, instances } = counter.finish();
    drop(sketch);
    let (of_chosen, chosen) = limit(named, settings.max_features);
    let keys: Vec<u64> = chosen.iter().map(|feature| feature.key).collect();
    let vocabulary = Vocabulary::new(chosen, instances);
    if vocabulary.is_empty() {
        let what = format!("no feature occurs in at least {} items", settings.min_count);
        return Err(Error::data(what, "give more items or a smaller --min-count"));
    }
    let featurizer = Featurizer::new(settings.clone(), emitter.lexicon().clone(), vocabulary)?;
    let rows = match room {
        Room::File { .. } => {
            let read =
                |view: &InstanceView<'_>, scratch: &mut Scratch, row: &mut Row| featurizer.row(view, scratch, row);
            rows_of(source, featurizer.vocabulary().len(), &read, room)?
        }
        Room::Memory => {
            let mut columns = vec![None; numbers];
            of_chosen
                .iter()
                .zip(&keys)
                .for_each(|(n, key)| columns[*n as usize] = featurizer.vocabulary().column(*key));
            let blocks = occurrences.into_par_iter().map(|chunk| weigh(chunk, &columns, &featurizer));
            Rows::in_memory(featurizer.vocabulary().len(), blocks.collect())
        }
    };
    Ok(Prepared { featurizer, rows, targets })
}

fn sketched(source: &dyn Source, emitter: &Emitter, bytes: usize) -> Result<Sketch> {
    let sketch = Sketch::new(bytes);
    source.visit(&|_, chunk| {
        let (mut masked, mut tokens, mut keys) = (Masked::default(), Vec::new(), Keys::default());
        for instance in chunk.instances {
            with_tokens(instance, &mut tokens, |view| emitter.emit_keys(view, &mut masked, &mut keys));
            keys.0.sort_unstable();
            keys.0.dedup();
            keys.0.iter().for_each(|key| sketch.add(*key));
        }
        Ok(())
    })?;
    Ok(sketch)
}

/// The most frequent features, ties by name: their numbers and themselves, in the same order.
fn limit(mut features: Vec<(u32, NewFeature)>, max: Option<usize>) -> (Vec<u32>, Vec<NewFeature>) {
    if let Some(max) = max.filter(|max| *max < features.len()) {
        features.sort_by(|(_, a), (_, b)| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
        features.truncate(max);
    }
    features.into_iter().unzip()
}

/// Remembered features to weighed rows over the vocabulary's columns.
fn weigh(chunk: Occurrences, columns: &[Option<u32>], featurizer: &Featurizer) -> Csr {
    let (mut found, mut row, mut block) = (Vec::new(), Row::default(), Csr::default());
    for features in chunk.iter() {
        found.clear();
        found.extend(features.iter().filter_map(|feature| columns[*feature as usize]));
        featurizer.weigh(&mut found, &mut row);
        block.push(&row);
    }
    block
}

/// Reads an instance into a row.
pub type ReadRow<'r> = dyn Fn(&InstanceView<'_>, &mut Scratch, &mut Row) + Sync + 'r;

/// The rows of all instances of a source, in order; `width` is the number of columns.
///
/// # Errors
/// What the source says; a temporary file that cannot be written.
pub fn rows_of(source: &dyn Source, width: usize, read: &ReadRow<'_>, room: Room) -> Result<Rows> {
    let builder = match room {
        Room::Memory => RowsBuilder::in_memory(width),
        Room::File { .. } => RowsBuilder::in_file(width)?,
    };
    source.visit(&|number, Chunk { instances, .. }| {
        let mut block = Csr::default();
        each_row(instances, read, |row| block.push(row));
        builder.add(number, block)
    })?;
    Ok(builder.finish())
}

/// The rows of instances by a finished featurizer, in order, computed in parallel.
pub fn rows(instances: &[Instance], featurizer: &Featurizer) -> Vec<Row> {
    let chunk_rows = |chunk: &[Instance]| {
        let mut rows = Vec::with_capacity(chunk.len());
        each_row(chunk, &|view, scratch, row| featurizer.row(view, scratch, row), |row| rows.push(row.clone()));
        rows
    };
    instances.par_chunks(BLOCK).map(chunk_rows).collect::<Vec<_>>().into_iter().flatten().collect()
}

fn each_row(instances: &[Instance], read: &ReadRow<'_>, mut take: impl FnMut(&Row)) {
    let (mut scratch, mut tokens, mut row) = (Scratch::default(), Vec::new(), Row::default());
    for instance in instances {
        with_tokens(instance, &mut tokens, |view| read(view, &mut scratch, &mut row));
        take(&row);
    }
}
