//! The featurizer: an instance in, a sparse row out, by the families and the vocabulary that a model was trained with.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::emit::{Feature, Keys};
use super::instance::InstanceView;
use super::lexicon::Lexicon;
use super::masked::Masked;
use super::registry::{self, Block, Entry};
use super::row::Row;
use super::sort::sort;
use super::vocabulary::Vocabulary;
use crate::error::{Error, Result};
use crate::text::span::Span;

/// What decides the features; a model file records it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureSettings {
    /// Names of the families, see [`registry::FAMILIES`]; default: those marked as default there.
    pub families: Vec<String>,
    /// A feature must occur in this many training instances; at least 1, default 2.
    pub min_count: u32,
    /// At most so many features, the most frequent first, ties by name; default: no limit.
    pub max_features: Option<usize>,
    /// Whether names are replaced by roles; default true.
    pub mask: bool,
    /// Weight of each block (words, classes) after scaling to unit length; default 1 and 0.7.
    pub block_weights: [f32; Block::COUNT],
}

impl Default for FeatureSettings {
    fn default() -> Self {
        FeatureSettings {
            families: registry::default_names(),
            min_count: 2,
            max_features: None,
            mask: true,
            block_weights: Block::WEIGHTS,
        }
    }
}

impl FeatureSettings {
    /// Checks every setting.
    ///
    /// # Errors
    /// An unknown family, a minimum count or a feature limit of 0, a block weight that is negative or no number.
    pub fn check(&self) -> Result<()> {
        registry::select(&self.families)?;
        if self.min_count == 0 {
            return Err(Error::setting("min-count", 0, "it is at least 1"));
        }
        if self.max_features == Some(0) {
            return Err(Error::setting("max-features", 0, "it is at least 1; leave it out for no limit"));
        }
        match self.block_weights.iter().find(|w| !w.is_finite() || **w < 0.0) {
            Some(weight) => Err(Error::setting("block-weights", weight, "weights are finite and not negative")),
            None => Ok(()),
        }
    }
}

/// Reads features off instances, not knowing any vocabulary.
#[derive(Clone)]
pub struct Emitter {
    families: Vec<&'static Entry>,
    lexicon: Arc<Lexicon>,
    mask: bool,
}

impl Emitter {
    /// An emitter for these settings.
    ///
    /// # Errors
    /// See [`FeatureSettings::check`].
    pub fn new(settings: &FeatureSettings, lexicon: Arc<Lexicon>) -> Result<Self> {
        settings.check()?;
        Ok(Emitter { families: registry::select(&settings.families)?, lexicon, mask: settings.mask })
    }

    /// The same emitter with only those of its families that are named.
    pub fn only(&self, names: &[&str]) -> Self {
        let families = self.families.iter().copied().filter(|f| names.contains(&f.name)).collect();
        Emitter { families, ..self.clone() }
    }

    /// Fills `masked` and calls `take(block, feature, masked)` for every feature occurrence.
    pub fn emit(
        &self,
        view: &InstanceView<'_>,
        masked: &mut Masked,
        mut take: impl FnMut(Block, Feature<'_>, &Masked),
    ) {
        masked.fill(view, self.lexicon_to_read(), self.mask);
        let masked = &*masked;
        for entry in &self.families {
            entry.family.emit_to(masked, &self.lexicon, &mut |f: Feature<'_>| take(entry.block, f, masked));
        }
    }

    /// Fills `masked` and puts the key of every feature occurrence into `keys`, in the order of [`Emitter::emit`].
    pub fn emit_keys(&self, view: &InstanceView<'_>, masked: &mut Masked, keys: &mut Keys) {
        masked.fill(view, self.lexicon_to_read(), self.mask);
        keys.0.clear();
        for entry in &self.families {
            entry.family.emit_keys(masked, &self.lexicon, keys);
        }
    }

    /// The lexicon, if any family looks at its entries.
    fn lexicon_to_read(&self) -> Option<&Lexicon> {
        self.families.iter().any(|entry| entry.family.reads_lexicon()).then_some(&*self.lexicon)
    }

    /// The lexicon.
    pub fn lexicon(&self) -> &Arc<Lexicon> {
        &self.lexicon
    }
}

/// Memory that is used again from row to row.
#[derive(Debug, Default)]
pub struct Scratch {
    masked: Masked,
    keys: Keys,
    columns: Vec<u32>,
}

/// A feature occurrence that counted, with its place in the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Occurrence {
    /// The feature's column.
    pub column: u32,
    /// Where it was read off, in the coordinates of the instance's text.
    pub span: Span,
}

/// Instances to rows.
#[derive(Clone)]
pub struct Featurizer {
    settings: FeatureSettings,
    emitter: Emitter,
    /// The one family that needs no actor, for the target-blind baseline.
    blind_emitter: Emitter,
    vocabulary: Vocabulary,
}

impl Featurizer {
    /// A featurizer of a finished vocabulary.
    ///
    /// # Errors
    /// See [`FeatureSettings::check`].
    pub fn new(settings: FeatureSettings, lexicon: Arc<Lexicon>, vocabulary: Vocabulary) -> Result<Self> {
        let emitter = Emitter::new(&settings, lexicon)?;
        let blind_emitter = emitter.only(&[BLIND_FAMILY]);
        Ok(Featurizer { settings, emitter, blind_emitter, vocabulary })
    }

    /// The settings it was made with.
    pub fn settings(&self) -> &FeatureSettings {
        &self.settings
    }

    /// The features it knows.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// The lexicon it reads classes from.
    pub fn lexicon(&self) -> &Arc<Lexicon> {
        self.emitter.lexicon()
    }

    /// Writes the row of an instance into `row`.
    pub fn row(&self, view: &InstanceView<'_>, scratch: &mut Scratch, row: &mut Row) {
        self.row_by(&self.emitter, view, scratch, row);
    }

    fn row_by(&self, emitter: &Emitter, view: &InstanceView<'_>, scratch: &mut Scratch, row: &mut Row) {
        let Scratch { masked, keys, columns } = scratch;
        emitter.emit_keys(view, masked, keys);
        columns.clear();
        // A loop of its own: look-ups that do not wait for each other overlap in their reads of memory.
        columns.extend(keys.0.iter().filter_map(|key| self.vocabulary.column(*key)));
        self.weigh(columns, row);
    }

    /// The row of features that were found, given by their columns in any order, once for each occurrence.
    pub fn weigh(&self, columns: &mut [u32], row: &mut Row) {
        count(columns, row);
        row.weigh(&self.vocabulary, &self.settings.block_weights);
    }

    /// The row of what is in the sentence, not knowing who is asked about: words and pairs with every name masked as
    /// another actor's. The same for all actors of a sentence; what the target-blind baseline sees.
    pub fn blind_row(&self, view: &InstanceView<'_>, scratch: &mut Scratch, row: &mut Row) {
        let names: Vec<Span> =
            view.actor.iter().chain(&view.target).chain(view.again).chain(view.others).copied().collect();
        let blind = InstanceView { actor: None, target: None, again: &[], others: &names, ..*view };
        self.row_by(&self.blind_emitter, &blind, scratch, row);
    }

    /// The columns that [`Featurizer::blind_row`] can fill.
    pub fn blind_columns(&self) -> std::ops::Range<usize> {
        self.vocabulary.blind_columns()
    }

    /// Every occurrence of a known feature, with its place.
    pub fn occurrences(&self, view: &InstanceView<'_>, scratch: &mut Scratch) -> Vec<Occurrence> {
        let mut found = Vec::new();
        self.emitter.emit(view, &mut scratch.masked, |_, f, masked| {
            if let Some(column) = self.vocabulary.column(f.key) {
                let span = Span::new(masked.units[f.first as usize].span.start, masked.units[f.last as usize].span.end);
                found.push(Occurrence { column, span });
            }
        });
        found
    }
}

/// The family whose features need no actor.
const BLIND_FAMILY: &str = "words";

/// Columns in any order to a row of counts.
fn count(columns: &mut [u32], row: &mut Row) {
    sort(columns, &mut row.columns);
    row.clear();
    for same in columns.chunk_by(|a, b| a == b) {
        row.push(same[0], same.len() as u32);
    }
}
