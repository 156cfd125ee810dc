//! The model file: one `.safetensors` file with the arrays as tensors and everything else as JSON in its metadata.
//! The only file that knows safetensors. Loading runs no code and trusts nothing: a checksum covers every byte that
//! means something, and every length and index is checked besides. Writing to disk is the caller's business.
//!
//! Metadata has one key, `stance`, whose value is a JSON object; one key only, because the library keeps
//! metadata in a hash map whose order changes from run to run. Numbers are little-endian.
//!
//! Large arrays are laid out as they are used, so that a file that is part of the program is read where it lies.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};
use zerocopy::{FromBytes, Immutable};

use super::card::Card;
use super::linear::Linear;
use super::trained::Model;
use crate::actor::gazetteer::Gazetteer;
use crate::error::{Error, Result};
use crate::feature::columns::Columns;
use crate::feature::featurizer::{FeatureSettings, Featurizer};
use crate::feature::lexicon::{Group, Lexicon, LexiconParts};
use crate::feature::registry::{Block, FAMILIES};
use crate::feature::vocabulary::{Vocabulary, VocabularyParts};
use crate::label::Labels;

/// What `format` says in every model file.
pub const FORMAT: &str = "stance-model";
/// Version of the format that this software writes and reads.
pub const VERSION: u32 = 3;

const METADATA_KEY: &str = "stance";
const AGAIN: &str = "get the file again, or train the model again";

/// The JSON part of a model file.
#[derive(Serialize, Deserialize)]
struct Header {
    format: String,
    version: u32,
    labels: Labels,
    features: FeatureSettings,
    block_ends: [u32; Block::COUNT],
    blind_first_column: Option<u32>,
    card: Card,
    lexicon_classes: Vec<(String, Group)>,
}

/// The fields that are read before all others, so that a file of a later version is refused by its version.
#[derive(Deserialize)]
struct Version {
    format: String,
    version: u32,
}

/// A tensor on its way into a file.
struct Tensor {
    name: &'static str,
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl Tensor {
    fn new<T: Copy, const N: usize>(
        name: &'static str,
        dtype: Dtype,
        shape: &[usize],
        values: &[T],
        bytes: fn(T) -> [u8; N],
    ) -> Self {
        let bytes = values.iter().flat_map(|v| bytes(*v)).collect();
        Tensor { name, dtype, shape: shape.to_vec(), bytes }
    }

    fn text(name: &'static str, text: &str) -> Self {
        Tensor { name, dtype: Dtype::U8, shape: vec![text.len()], bytes: text.as_bytes().to_vec() }
    }
}

/// The bytes of a model file: the same for the same model, always.
///
/// # Errors
/// Only if the safetensors library refuses, which it has no reason to.
pub fn to_bytes(model: &Model) -> Result<Vec<u8>> {
    let parts = model.featurizer.vocabulary().parts();
    let lexicon = model.featurizer.lexicon().parts();
    let error = |e: &dyn std::fmt::Display| Error::model("model", e.to_string(), AGAIN);
    let gazetteer = serde_json::to_string(&*model.gazetteer).map_err(|e| error(&e))?;
    let (slots, n, k) = (parts.columns.slots(), parts.columns.len(), model.labels.len());
    let mut tensors = vec![
        Tensor::new("weights", Dtype::F32, &[n, k], model.linear.weights(), f32::to_le_bytes),
        Tensor::new("bias", Dtype::F32, &[k], model.linear.bias(), f32::to_le_bytes),
        Tensor::new("idf", Dtype::F32, &[n], &parts.idf, f32::to_le_bytes),
        Tensor::new("feature_slots", Dtype::U64, &[slots.len()], slots, u64::to_le_bytes),
        Tensor::new("feature_offsets", Dtype::U32, &[n + 1], &parts.offsets, u32::to_le_bytes),
        Tensor::text("feature_names", &parts.names),
        Tensor::new("lexicon_keys", Dtype::U64, &[lexicon.keys.len()], &lexicon.keys, u64::to_le_bytes),
        Tensor::new("lexicon_nodes", Dtype::U32, &[lexicon.nodes.len()], &lexicon.nodes, u32::to_le_bytes),
        Tensor::new("lexicon_ends", Dtype::U32, &[lexicon.ends.len()], &lexicon.ends, u32::to_le_bytes),
        Tensor::new("lexicon_meanings", Dtype::U16, &[lexicon.meanings.len()], &lexicon.meanings, u16::to_le_bytes),
        Tensor::text("lexicon", &lexicon.source),
        Tensor::text("gazetteer", &gazetteer),
    ];
    if let Some(blind) = &model.blind {
        let shape = [blind.width(), k];
        tensors.push(Tensor::new("blind_weights", Dtype::F32, &shape, blind.weights(), f32::to_le_bytes));
        tensors.push(Tensor::new("blind_bias", Dtype::F32, &[k], blind.bias(), f32::to_le_bytes));
    }
    let header = Header {
        format: FORMAT.into(),
        version: VERSION,
        labels: model.labels.clone(),
        features: model.featurizer.settings().clone(),
        block_ends: parts.block_ends,
        blind_first_column: model.blind.as_ref().map(Linear::first_column),
        card: model.card.clone(),
        lexicon_classes: lexicon.classes,
    };
    let json = serde_json::to_string(&header).map_err(|e| error(&e))?;
    let sum = checksum(&json, tensors.iter().map(|t| (t.name, t.shape.as_slice(), t.bytes.as_slice())));
    tensors.push(Tensor::new("checksum", Dtype::U8, &[sum.len()], &sum, |b| [b]));
    serialise(&tensors, json).map_err(|e| error(&e))
}

fn serialise(tensors: &[Tensor], json: String) -> Result<Vec<u8>, safetensors::SafeTensorError> {
    let views = tensors.iter().map(|t| Ok((t.name, TensorView::new(t.dtype, t.shape.clone(), &t.bytes)?)));
    let views = views.collect::<Result<Vec<_>, safetensors::SafeTensorError>>()?;
    safetensors::serialize(views, Some(HashMap::from([(METADATA_KEY.to_string(), json)])))
}

/// BLAKE3 over the JSON and over name, shape and bytes of every tensor, in the order of their names.
fn checksum<'a>(json: &str, tensors: impl Iterator<Item = (&'a str, &'a [usize], &'a [u8])>) -> [u8; 32] {
    let mut sorted: Vec<_> = tensors.collect();
    sorted.sort_by_key(|t| t.0);
    let mut hasher = blake3::Hasher::new();
    hasher.update(json.as_bytes());
    for (name, shape, bytes) in sorted {
        hasher.update(name.as_bytes());
        shape.iter().for_each(|d| {
            hasher.update(&(*d as u64).to_le_bytes());
        });
        hasher.update(bytes);
    }
    *hasher.finalize().as_bytes()
}

/// A file being read: its name for messages and its tensors.
struct Reader<'a> {
    name: &'a str,
    tensors: SafeTensors<'a>,
    /// The same tensors if they stay where they are.
    fixed: Option<SafeTensors<'static>>,
}

impl<'a> Reader<'a> {
    fn error(&self, what: impl Into<String>) -> Error {
        Error::model(self.name, what, AGAIN)
    }

    fn tensor(&self, name: &str) -> Result<TensorView<'a>> {
        self.tensors.tensor(name).map_err(|_| self.error(format!("the tensor {name:?} is missing")))
    }

    /// The number of values, or of the outer rows, of a tensor.
    fn count(&self, tensor: &str) -> Result<usize> {
        Ok(self.tensor(tensor)?.shape().first().copied().unwrap_or(0))
    }

    fn values<T: Copy, const N: usize>(
        &self,
        tensor: &str,
        dtype: Dtype,
        shape: &[usize],
        read: fn([u8; N]) -> T,
    ) -> Result<Vec<T>> {
        let view = self.tensor(tensor)?;
        if view.dtype() != dtype || view.shape() != shape {
            let (got, want) = (view.shape(), shape);
            return Err(self.error(format!("the tensor {tensor:?} has the form {got:?}, not {want:?} of {dtype:?}")));
        }
        Ok(view.data().as_chunks::<N>().0.iter().map(|chunk| read(*chunk)).collect())
    }

    /// As [`Reader::values`], but in place where the file stays and this machine writes numbers as the file does.
    fn lasting<T: Copy + FromBytes + Immutable, const N: usize>(
        &self,
        tensor: &str,
        dtype: Dtype,
        shape: &[usize],
        read: fn([u8; N]) -> T,
    ) -> Result<Cow<'static, [T]>> {
        let fixed = self.fixed.as_ref().filter(|_| cfg!(target_endian = "little"));
        let view = fixed.and_then(|tensors| tensors.tensor(tensor).ok());
        let view = view.filter(|view| view.dtype() == dtype && view.shape() == shape);
        match view.and_then(|view| <[T]>::ref_from_bytes(view.data()).ok()) {
            Some(values) => Ok(Cow::Borrowed(values)),
            None => Ok(Cow::Owned(self.values(tensor, dtype, shape, read)?)),
        }
    }

    fn text(&self, tensor: &str) -> Result<Cow<'static, str>> {
        let bytes = self.lasting(tensor, Dtype::U8, &[self.count(tensor)?], |[b]: [u8; 1]| b)?;
        let text = match bytes {
            Cow::Borrowed(bytes) => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
            Cow::Owned(bytes) => String::from_utf8(bytes).ok().map(Cow::Owned),
        };
        text.ok_or_else(|| self.error(format!("the text of {tensor:?} is not UTF-8")))
    }

    fn linear(&self, weights: &str, bias: &str, first_column: u32, n: usize, k: usize) -> Result<Linear> {
        let stored = self.lasting(weights, Dtype::F32, &[n, k], f32::from_le_bytes)?;
        let bias = self.values(bias, Dtype::F32, &[k], f32::from_le_bytes)?;
        // Without a way out of the loop, which would cost more than it saves.
        let finite = |values: &[f32]| values.iter().fold(true, |all, v| all & v.is_finite());
        if !finite(&stored) || !finite(&bias) {
            return Err(self.error(format!("a value of {weights:?} is no number")));
        }
        Ok(Linear::new(first_column, stored, bias))
    }

    fn vocabulary(&self, block_ends: [u32; Block::COUNT]) -> Result<Vocabulary> {
        let (n, slots) = (self.count("idf")?, self.count("feature_slots")?);
        let slots = self.lasting("feature_slots", Dtype::U64, &[slots], u64::from_le_bytes)?;
        let parts = VocabularyParts {
            columns: Columns::from_slots(slots, n).ok_or_else(|| self.error("its table of features is damaged"))?,
            names: self.text("feature_names")?,
            offsets: self.lasting("feature_offsets", Dtype::U32, &[n + 1], u32::from_le_bytes)?,
            idf: self.lasting("idf", Dtype::F32, &[n], f32::from_le_bytes)?,
            block_ends,
        };
        Vocabulary::from_parts(parts, self.name)
    }

    fn lexicon(&self, classes: Vec<(String, Group)>) -> Result<Lexicon> {
        let (nodes, phrases) = (self.count("lexicon_keys")?, self.count("lexicon_ends")?);
        let parts = LexiconParts {
            source: self.text("lexicon")?,
            classes,
            keys: self.lasting("lexicon_keys", Dtype::U64, &[nodes], u64::from_le_bytes)?,
            nodes: self.lasting("lexicon_nodes", Dtype::U32, &[nodes], u32::from_le_bytes)?,
            ends: self.lasting("lexicon_ends", Dtype::U32, &[phrases], u32::from_le_bytes)?,
            meanings: self.lasting(
                "lexicon_meanings",
                Dtype::U16,
                &[self.count("lexicon_meanings")?],
                u16::from_le_bytes,
            )?,
        };
        Lexicon::from_parts(parts).ok_or_else(|| self.error("its lexicon is damaged"))
    }

    fn check_sum(&self, json: &str) -> Result<()> {
        let stored = self.values("checksum", Dtype::U8, &[32], |[b]: [u8; 1]| b)?;
        let views: Vec<_> = self.tensors.tensors().into_iter().filter(|(name, _)| name != "checksum").collect();
        let sum = checksum(json, views.iter().map(|(name, view)| (name.as_str(), view.shape(), view.data())));
        if stored != sum { Err(self.error("its checksum is wrong: the file was changed or damaged")) } else { Ok(()) }
    }
}

/// Reads the bytes of a model file; `name` is the file's name for messages.
///
/// # Errors
/// Bytes that are no model, a version or family that this software does not know, or damage of any kind.
pub fn from_bytes(bytes: &[u8], name: &str) -> Result<Model> {
    read(bytes, None, name)
}

/// The same for bytes that are part of the program: large arrays are not copied, and the checksum is left to a test, as
/// it takes longer than everything else and guards no more than the code beside it. Lengths and indices are checked.
///
/// # Errors
/// As [`from_bytes`].
pub fn from_static(bytes: &'static [u8], name: &str) -> Result<Model> {
    read(bytes, SafeTensors::deserialize(bytes).ok(), name)
}

fn read(bytes: &[u8], fixed: Option<SafeTensors<'static>>, name: &str) -> Result<Model> {
    let not_ours = |what: String| Error::model(name, what, "give a file that `stance train` wrote");
    let (_, metadata) =
        SafeTensors::read_metadata(bytes).map_err(|e| not_ours(format!("it cannot be read as safetensors ({e})")))?;
    let tensors = SafeTensors::deserialize(bytes).map_err(|e| not_ours(format!("its tensors are damaged ({e})")))?;
    let json = metadata.metadata().as_ref().and_then(|m| m.get(METADATA_KEY));
    let json = json.ok_or_else(|| not_ours(format!("its metadata have no {METADATA_KEY:?}")))?;
    let reader = Reader { name, tensors, fixed };
    check_version(&reader, json)?;
    if reader.fixed.is_none() {
        reader.check_sum(json)?;
    }
    let damaged = |e: serde_json::Error| reader.error(format!("its description is damaged ({e})"));
    let header: Header = serde_json::from_str(json).map_err(damaged)?;
    check_families(&reader, &header.features)?;
    assemble(&reader, header)
}

fn check_version(reader: &Reader<'_>, json: &str) -> Result<()> {
    let version: Version =
        serde_json::from_str(json).map_err(|e| reader.error(format!("its description is damaged ({e})")))?;
    if version.format != FORMAT {
        return Err(reader.error(format!("its format is {:?}, not {FORMAT:?}", version.format)));
    }
    let what = || format!("it has format version {}, this software reads version {VERSION}", version.version);
    match version.version {
        VERSION => Ok(()),
        0..VERSION => Err(Error::model(reader.name, what(), "train the model again")),
        _ => Err(Error::model(reader.name, what(), "use a newer version of stance")),
    }
}

fn check_families(reader: &Reader<'_>, features: &FeatureSettings) -> Result<()> {
    match features.families.iter().find(|n| FAMILIES.iter().all(|f| f.name != n.as_str())) {
        Some(unknown) => {
            let what = format!("it uses the feature family {unknown:?}, which this software does not know");
            Err(Error::model(reader.name, what, "use a newer version of stance"))
        }
        None => Ok(()),
    }
}

fn assemble(reader: &Reader<'_>, header: Header) -> Result<Model> {
    let k = header.labels.len();
    if header.card.calibration.as_ref().is_some_and(|calibration| !calibration.fits(k)) {
        return Err(reader.error("its calibration does not fit its labels"));
    }
    let vocabulary = reader.vocabulary(header.block_ends)?;
    let lexicon = Arc::new(reader.lexicon(header.lexicon_classes)?);
    let gazetteer: Gazetteer = serde_json::from_str(&reader.text("gazetteer")?)
        .map_err(|e| reader.error(format!("its gazetteer is damaged ({e})")))?;
    let blind = match header.blind_first_column {
        Some(first) => {
            let width = reader.count("blind_weights")?;
            Some(reader.linear("blind_weights", "blind_bias", first, width, k)?)
        }
        None => None,
    };
    Ok(Model {
        linear: reader.linear("weights", "bias", 0, vocabulary.len(), k)?,
        blind,
        featurizer: Featurizer::new(header.features, lexicon, vocabulary)?,
        labels: header.labels,
        gazetteer: Arc::new(gazetteer),
        card: header.card,
    })
}
