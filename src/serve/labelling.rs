//! What labelling needs beside requests: the store, the version of the model in use, and how new ones are trained.

use std::sync::Arc;

use super::jobs::Jobs;
use super::loaded::Loaded;
use crate::error::Result;
use crate::feature::item::Item;
use crate::label::Labels;
use crate::model::card::DataFile;
use crate::predict::Classifier;
use crate::store::{InUse, Store};
use crate::train::ModelValidParams;

/// How a model of these labels is trained, and further training items: those of the program itself if they are asked
/// for.
pub type Recipe = dyn Fn(&Labels, bool) -> Result<(ModelValidParams, Shipped)> + Send + Sync;

/// Items, and what a model's card records of them.
pub type Shipped = (Vec<Item>, Vec<DataFile>);

/// A store, and what is needed to work with it.
pub struct Labelling {
    /// The store.
    pub store: Store,
    /// The version of the model in use.
    pub in_use: InUse,
    /// Name of the model that the program was started with.
    pub name: String,
    /// How new versions are trained.
    pub recipe: Box<Recipe>,
    /// Work in the background.
    pub jobs: Jobs,
}

impl Labelling {
    /// A store, the model that the program was started with, its name, and how new versions are trained.
    pub fn new(store: Store, base: Arc<Classifier>, name: impl Into<String>, recipe: Box<Recipe>) -> Labelling {
        Labelling { store, in_use: InUse::new(base), name: name.into(), recipe, jobs: Jobs::default() }
    }

    /// The classifier in use.
    ///
    /// # Errors
    /// As [`InUse::get`].
    pub fn classifier(&self) -> Result<Arc<Classifier>> {
        Ok(self.in_use.get(&self.store)?.1)
    }

    /// Names of the labels of the model in use.
    ///
    /// # Errors
    /// As [`InUse::get`].
    pub fn labels(&self) -> Result<Vec<String>> {
        Ok(self.classifier()?.model().labels.names().to_vec())
    }

    /// The model in use, for the part that reads.
    ///
    /// # Errors
    /// As [`InUse::get`].
    pub fn loaded(&self) -> Result<Loaded> {
        let (id, classifier) = self.in_use.get(&self.store)?;
        let name = match id {
            0 => self.name.clone(),
            id => format!("{} (model {id} of the store)", self.store.version(id)?.0),
        };
        Ok(Loaded::new(name, (*classifier).clone()))
    }
}
