//! How new versions of the model are trained, by the command and by the server: the defaults of `stance train`.

use clap::Parser;
use linfa::ParamGuard;

use crate::cli::{bundled, shared, train};
use crate::error::Result;
use crate::feature::item::{Item, ItemFormat};
use crate::label::Labels;
use crate::model::card::DataFile;
use crate::train::ModelValidParams;

/// The training settings are the defaults of `stance train`.
#[derive(Parser)]
struct Defaults {
    #[command(flatten)]
    settings: train::Settings,
}

/// The parameters for a model of these labels, in this order.
///
/// # Errors
/// None, unless the binary itself was damaged.
pub fn params(labels: &Labels) -> Result<ModelValidParams> {
    let params = Defaults::parse_from(["retrain"]).settings.params()?;
    params.labels(labels.clone()).check()
}

/// The program's own training items, and what a card records of them.
///
/// # Errors
/// None, unless the binary itself was damaged.
pub fn shipped() -> Result<(Vec<Item>, DataFile)> {
    let (name, content) = bundled::TRAIN;
    let mut items = Vec::new();
    shared::read_items(content.as_bytes(), name, &ItemFormat::default(), false, &mut items)?;
    let blake3 = blake3::hash(content.as_bytes()).to_hex().to_string();
    let data = DataFile { name: name.into(), items: items.len(), blake3 };
    Ok((items, data))
}
