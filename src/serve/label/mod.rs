//! The part that needs a store: units to label, labels, what is made of them, and new versions of the model.
//!
//! What a label is, and what must hold for it, the store decides; here requests are turned into its calls, which run off the
//! threads that serve connections.

use std::sync::Arc;

use axum::Json;

use super::app::App;
use super::loaded::Loaded;
use super::problem::{Answer, Problem};
use crate::error::Result;
use crate::feature::item::Item;
use crate::label::Labels;
use crate::model::card::DataFile;
use crate::predict::Classifier;
use crate::store::{InUse, Store};
use crate::train::ModelValidParams;

pub mod jobs;
pub mod schema;
pub mod coders;
pub mod files;
pub mod labels;
pub mod units;
pub mod review;
pub mod models;

/// How a model of these labels is trained, and further training items: those of the program itself if they are asked for.
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
    pub jobs: jobs::Jobs,
}

impl Labelling {
    /// A store, the model that the program was started with, its name, and how new versions are trained.
    pub fn new(store: Store, base: Arc<Classifier>, name: impl Into<String>, recipe: Box<Recipe>) -> Labelling {
        Labelling { store, in_use: InUse::new(base), name: name.into(), recipe, jobs: jobs::Jobs::default() }
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

/// The store of a server.
///
/// # Errors
/// 409 where it has none.
fn of(app: &App) -> Answer<Arc<Labelling>> {
    let help = "start the server with --store FILE.sqlite; the file is made if it is not there";
    app.labelling().ok_or_else(|| Problem::conflict("the server was started without a store", help))
}

/// Asks the store, off the threads that serve connections.
async fn ask<T: Send + 'static>(
    app: &App,
    question: impl FnOnce(&Labelling) -> Result<T> + Send + 'static,
) -> Answer<Json<T>> {
    let labelling = of(app)?;
    let answer = app.work.run(move || question(&labelling)).await??;
    Ok(Json(answer))
}
