//! The model file: one `.safetensors` file with the arrays as tensors and everything else as JSON in its metadata.
//! The only file that knows safetensors. Loading runs no code and trusts nothing: a checksum covers every byte that
//! means something, and every length and index is checked besides. Writing to disk is the caller's business.
//!
//! Metadata has one key, `stance`, whose value is a JSON object; one key only, because the library keeps
//! metadata in a hash map whose order changes from run to run. Numbers are little-endian.

use std::collections::HashMap;
use std::sync::Arc;

use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};

use super::card::Card;
use super::linear::Linear;
use super::trained::Model;
use crate::actor::gazetteer::Gazetteer;
use crate::error::{Error, Result};
use crate::feature::featurizer::{FeatureSettings, Featurizer};
use crate::feature::lexicon::Lexicon;
use crate::feature::registry::{Block, FAMILIES};
use crate::feature::vocabulary::{Vocabulary, VocabularyParts};
use crate::label::Labels;

/// What `format` says in every model file.
pub const FORMAT: &str = "stance-model";
/// Version of the format that this software writes, and the newest that it reads.
pub const VERSION: u32 = 1;

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
    lexicon: Arc<Lexicon>,
    gazetteer: Arc<Gazetteer>,
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
}

/// The bytes of a model file: the same for the same model, always.
///
/// # Errors
/// Only if the safetensors library refuses, which it has no reason to.
pub fn to_bytes(model: &Model) -> Result<Vec<u8>> {
    let parts = model.featurizer.vocabulary().parts();
    let (n, k) = (parts.keys.len(), model.labels.len());
    let mut tensors = vec![
        Tensor::new("weights", Dtype::F32, &[k, n], &by_label(&model.linear), f32::to_le_bytes),
        Tensor::new("bias", Dtype::F32, &[k], model.linear.bias(), f32::to_le_bytes),
        Tensor::new("idf", Dtype::F32, &[n], &parts.idf, f32::to_le_bytes),
        Tensor::new("feature_keys", Dtype::U64, &[n], &parts.keys, u64::to_le_bytes),
        Tensor::new("feature_offsets", Dtype::U32, &[n + 1], &parts.offsets, u32::to_le_bytes),
        Tensor::new("feature_names", Dtype::U8, &[parts.names.len()], parts.names.as_bytes(), |b| [b]),
    ];
    if let Some(blind) = &model.blind {
        let shape = [k, blind.width()];
        tensors.push(Tensor::new("blind_weights", Dtype::F32, &shape, &by_label(blind), f32::to_le_bytes));
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
        lexicon: model.featurizer.lexicon().clone(),
        gazetteer: model.gazetteer.clone(),
    };
    let json = serde_json::to_string(&header).map_err(|e| Error::model("model", e.to_string(), AGAIN))?;
    let sum = checksum(&json, tensors.iter().map(|t| (t.name, t.shape.as_slice(), t.bytes.as_slice())));
    tensors.push(Tensor::new("checksum", Dtype::U8, &[sum.len()], &sum, |b| [b]));
    serialise(&tensors, json).map_err(|e| Error::model("model", e.to_string(), AGAIN))
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

/// Weights label by label, as the file has them.
fn by_label(linear: &Linear) -> Vec<f32> {
    let k = linear.labels();
    (0..k).flat_map(|label| linear.weights().iter().skip(label).step_by(k).copied()).collect()
}

/// A file being read: its name for messages, its tensors and its JSON.
struct Reader<'a> {
    name: &'a str,
    tensors: SafeTensors<'a>,
}

impl Reader<'_> {
    fn error(&self, what: impl Into<String>) -> Error {
        Error::model(self.name, what, AGAIN)
    }

    fn values<T, const N: usize>(
        &self,
        tensor: &str,
        dtype: Dtype,
        shape: &[usize],
        read: fn([u8; N]) -> T,
    ) -> Result<Vec<T>> {
        let view = self.tensors.tensor(tensor).map_err(|_| self.error(format!("the tensor {tensor:?} is missing")))?;
        if view.dtype() != dtype || view.shape() != shape {
            let (got, want) = (view.shape(), shape);
            return Err(self.error(format!("the tensor {tensor:?} has the form {got:?}, not {want:?} of {dtype:?}")));
        }
        Ok(view.data().as_chunks::<N>().0.iter().map(|chunk| read(*chunk)).collect())
    }

    /// Weights by label in the file to weights by feature in memory.
    fn linear(&self, weights: &str, bias: &str, first_column: u32, n: usize, k: usize) -> Result<Linear> {
        let stored = self.values(weights, Dtype::F32, &[k, n], f32::from_le_bytes)?;
        let bias = self.values(bias, Dtype::F32, &[k], f32::from_le_bytes)?;
        if !stored.iter().chain(&bias).all(|v| v.is_finite()) {
            return Err(self.error(format!("a value of {weights:?} is no number")));
        }
        let mut by_feature = vec![0.0; stored.len()];
        for label in 0..k {
            for (column, value) in stored[label * n..(label + 1) * n].iter().enumerate() {
                by_feature[column * k + label] = *value;
            }
        }
        Ok(Linear::new(first_column, by_feature, bias))
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
    let not_ours = |what: String| Error::model(name, what, "give a file that `stance train` wrote");
    let (_, metadata) =
        SafeTensors::read_metadata(bytes).map_err(|e| not_ours(format!("it cannot be read as safetensors ({e})")))?;
    let tensors = SafeTensors::deserialize(bytes).map_err(|e| not_ours(format!("its tensors are damaged ({e})")))?;
    let json = metadata.metadata().as_ref().and_then(|m| m.get(METADATA_KEY));
    let json = json.ok_or_else(|| not_ours(format!("its metadata have no {METADATA_KEY:?}")))?;
    let reader = Reader { name, tensors };
    check_version(&reader, json)?;
    reader.check_sum(json)?;
    let header: Header =
        serde_json::from_str(json).map_err(|e| reader.error(format!("its description is damaged ({e})")))?;
    check_families(&reader, &header.features)?;
    assemble(&reader, header)
}

fn check_version(reader: &Reader<'_>, json: &str) -> Result<()> {
    let version: Version =
        serde_json::from_str(json).map_err(|e| reader.error(format!("its description is damaged ({e})")))?;
    if version.format != FORMAT {
        return Err(reader.error(format!("its format is {:?}, not {FORMAT:?}", version.format)));
    }
    if version.version == 0 || version.version > VERSION {
        let what = format!("it has format version {}, this software reads up to {VERSION}", version.version);
        return Err(Error::model(reader.name, what, "use a newer version of stance"));
    }
    Ok(())
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
    let keys = reader.tensors.tensor("feature_keys").map_err(|_| reader.error("its feature keys are missing"))?;
    let n = keys.shape().first().copied().unwrap_or(0);
    let names = reader.tensors.tensor("feature_names").map_err(|_| reader.error("its feature names are missing"))?;
    let names =
        String::from_utf8(names.data().to_vec()).map_err(|_| reader.error("its feature names are not UTF-8"))?;
    let parts = VocabularyParts {
        keys: reader.values("feature_keys", Dtype::U64, &[n], u64::from_le_bytes)?,
        names,
        offsets: reader.values("feature_offsets", Dtype::U32, &[n + 1], u32::from_le_bytes)?,
        idf: reader.values("idf", Dtype::F32, &[n], f32::from_le_bytes)?,
        block_ends: header.block_ends,
    };
    let vocabulary = Vocabulary::from_parts(parts, reader.name)?;
    let blind = match header.blind_first_column {
        Some(first) => {
            let view = reader.tensors.tensor("blind_weights").map_err(|_| reader.error("its baseline is missing"))?;
            let width = view.shape().get(1).copied().unwrap_or(0);
            Some(reader.linear("blind_weights", "blind_bias", first, width, k)?)
        }
        None => None,
    };
    Ok(Model {
        linear: reader.linear("weights", "bias", 0, n, k)?,
        blind,
        featurizer: Featurizer::new(header.features, header.lexicon, vocabulary)?,
        labels: header.labels,
        gazetteer: header.gazetteer,
        card: header.card,
    })
}
