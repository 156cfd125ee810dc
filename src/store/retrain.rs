//! A new version of the model from the labels of a store: trained without held-out groups, compared on them with the
//! model in use, and kept. It is put to use only when somebody says so.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Store;
use super::compared::compared;
use super::models::NewVersion;
use crate::actor::find::Finder;
use crate::error::{Error, Result};
use crate::feature::item::Item;
use crate::model::Model;
use crate::model::card::DataFile;
use crate::model::format;
use crate::predict::Classifier;
use crate::train::ModelValidParams;
use crate::train::dataset::Dataset;
use crate::train::source::{Source, Work};

/// What is trained.
pub struct Task<'a> {
    /// Name of the new version.
    pub name: &'a str,
    /// How it is trained; the labels of the model in use are taken in their order.
    pub params: ModelValidParams,
    /// Further training items, and what the card records of them.
    pub more: (Vec<Item>, Vec<DataFile>),
    /// The version in use and its number.
    pub current: (i64, Arc<Classifier>),
}

/// How far it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What is being done.
    pub name: &'static str,
    /// How much of all is done, about, in [0, 1].
    pub done: f64,
    /// More of it.
    pub detail: String,
}

/// Told of every step; answers whether to go on.
pub type Watch<'a> = dyn Fn(Step) -> bool + Send + Sync + 'a;

/// Whether a group is held out, which a hash of its name decides: about every fifth, the same ones in every store and
/// for every version, so that no version is ever scored on what it or one before it was trained on.
pub fn is_held_out(group: &str) -> bool {
    let hash = blake3::hash(group.as_bytes());
    let first: [u8; 8] = std::array::from_fn(|at| hash.as_bytes()[at]);
    u64::from_le_bytes(first).is_multiple_of(5)
}

impl Store {
    /// Trains a version, keeps it and gives its number; none if `watch` said no.
    ///
    /// # Errors
    /// Too few labels to train on; a failure of training or of the database.
    pub fn retrain(&self, task: &Task, watch: &Watch) -> Result<Option<i64>> {
        let go_on = |name, done, detail: String| watch(Step { name, done, detail });
        if !go_on("reading labels", 0.0, String::new()) {
            return Ok(None);
        }
        let (held, own): (Vec<Item>, Vec<Item>) = self.gold()?.into_iter().partition(|item| is_held_out(&item.group));
        let record = self.record(&own);
        let groups: std::collections::HashSet<&str> = held.iter().map(|item| item.group.as_str()).collect();
        let more = task.more.0.iter().filter(|item| !groups.contains(item.group.as_str())).cloned();
        let items: Vec<Item> = own.into_iter().chain(more).collect();
        check(&items)?;
        let n = items.len();
        if !go_on("training", 0.1, format!("{n} items")) {
            return Ok(None);
        }
        let Some(mut model) = train(&task.params, items, watch)? else { return Ok(None) };
        model.card.command = "stance label retrain".into();
        model.card.label_field = "stance".into();
        model.card.data = [record].into_iter().chain(task.more.1.iter().cloned()).collect();
        if !go_on("comparing", 0.85, format!("{} held-out items", held.len())) {
            return Ok(None);
        }
        let bytes = format::to_bytes(&model)?;
        let gazetteer = task.current.1.gazetteer().clone();
        let new = Classifier::with_gazetteer(Arc::new(model), Arc::new(gazetteer));
        let report = if held.is_empty() { None } else { Some(compared(&task.current.1, &new, held)?) };
        if !go_on("saving", 0.98, String::new()) {
            return Ok(None);
        }
        let report = report.and_then(|report| serde_json::to_value(report).ok());
        let (name, parent) = (task.name.to_string(), task.current.0);
        self.keep(&NewVersion { name, bytes, items: n, report, parent }).map(Some)
    }

    /// What the card records of the labels.
    fn record(&self, items: &[Item]) -> DataFile {
        let mut hash = blake3::Hasher::new();
        for item in items {
            let label = item.label.as_deref().unwrap_or_default();
            hash.update(format!("{}\0{}\0{label}\n", item.id, item.text).as_bytes());
        }
        DataFile {
            name: "labels of the store".into(),
            items: items.len(),
            blake3: hash.finalize().to_hex().to_string(),
        }
    }
}

fn check(items: &[Item]) -> Result<()> {
    let mut labels: Vec<&str> = items.iter().filter_map(|item| item.label.as_deref()).collect();
    labels.sort_unstable();
    labels.dedup();
    if labels.len() < 2 {
        let what = format!("{} items of {} labels are there to train on", items.len(), labels.len());
        return Err(Error::data(what, "label more units, or add files of labelled items"));
    }
    Ok(())
}

/// A data set that stops being read when nobody wants the model any more.
struct Watched<'a> {
    dataset: &'a Dataset,
    stopped: &'a AtomicBool,
}

impl Source for Watched<'_> {
    fn visit(&self, work: &Work<'_>) -> Result<()> {
        self.dataset.visit(&|number, chunk| match self.stopped.load(Ordering::Relaxed) {
            true => Err(Error::data("training was stopped", "start it again")),
            false => work(number, chunk),
        })
    }
}

/// A model of all items; none if `watch` said no meanwhile. A solver at work is let finish.
fn train(params: &ModelValidParams, items: Vec<Item>, watch: &Watch) -> Result<Option<Model>> {
    let dataset = Dataset::new(items, params.gazetteer(), &Finder::new(params.gazetteer()));
    let stopped = AtomicBool::new(false);
    // The solver's report outlives this call, so it is passed on by a channel.
    let (sender, steps) = std::sync::mpsc::channel::<(u64, f64)>();
    let params = params.clone().with_progress(Arc::new(move |iteration, gradient| {
        // Nobody listens after the end.
        let _ = sender.send((iteration, gradient));
    }));
    let model = std::thread::scope(|scope| {
        let training = scope.spawn(|| {
            let params = params;
            params.train(&Watched { dataset: &dataset, stopped: &stopped })
        });
        let mut done = 0.1f64;
        for (iteration, gradient) in steps {
            // Approaches 0.8: how many iterations there will be is not known, and a second solver counts anew.
            done = done.max(0.1 + 0.7 * (1.0 - 0.98f64.powf(iteration as f64)));
            let detail = format!("iteration {iteration}: relative gradient norm {gradient:.1e}");
            if !watch(Step { name: "training", done, detail }) {
                stopped.store(true, Ordering::Relaxed);
            }
        }
        training.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    });
    if stopped.load(Ordering::Relaxed) {
        return Ok(None);
    }
    model.map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fifth_group_or_so_is_held_out() {
        let held = (0..10_000).filter(|i| is_held_out(&format!("group {i}"))).count();
        // Five standard errors of 10,000 draws with p = 0.2: sqrt(10,000 * 0.2 * 0.8) = 40.
        assert!((1800..2200).contains(&held), "{held}");
        // Fixed for good. The blake3 package of Python: int.from_bytes(blake3(name).digest()[:8], "little") % 5 == 0
        assert_eq!(["d001", "d002", "d003", "d004", "d005"].map(is_held_out), HELD);
    }

    const HELD: [bool; 5] = [true, false, false, false, false];
}
