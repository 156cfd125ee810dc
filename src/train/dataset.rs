//! Labelled items read from files, paired with their instances: what training, cross-validation and evaluation work on.

use rayon::prelude::*;

use super::source::{Chunk, Held, Source, Work};
use crate::actor::find::Finder;
use crate::actor::gazetteer::Gazetteer;
use crate::error::{Error, Result};
use crate::feature::instance::Instance;
use crate::feature::item::Item;
use crate::feature::pairing::{instances_of_text, runs};
use crate::label::Labels;

/// Items with their instances, in the same order.
#[derive(Debug, Clone, Default)]
pub struct Dataset {
    /// The items.
    pub items: Vec<Item>,
    /// The instance of each item.
    pub instances: Vec<Instance>,
}

impl Dataset {
    /// Finds the actors of every item's text, in parallel over texts.
    pub fn new(items: Vec<Item>, gazetteer: &Gazetteer, finder: &Finder) -> Self {
        let runs: Vec<&[Item]> = runs(&items).collect();
        let found: Vec<Vec<Instance>> =
            runs.into_par_iter().map(|run| instances_of_text(run, gazetteer, finder)).collect();
        Dataset { instances: found.into_iter().flatten().collect(), items }
    }

    /// The items with these numbers, which are in range, in this order.
    pub fn subset(&self, chosen: &[usize]) -> Self {
        Dataset {
            items: chosen.iter().map(|i| self.items[*i].clone()).collect(),
            instances: chosen.iter().map(|i| self.instances[*i].clone()).collect(),
        }
    }

    /// The label name of each item; items without one must have been refused in reading.
    pub fn label_names(&self) -> Vec<&str> {
        self.items.iter().map(|item| item.label.as_deref().unwrap_or_default()).collect()
    }

    /// The weight of each item.
    pub fn weights(&self) -> Vec<f64> {
        self.items.iter().map(|item| item.weight).collect()
    }

    /// The group of each item.
    pub fn groups(&self) -> Vec<String> {
        self.items.iter().map(|item| item.group.clone()).collect()
    }

    /// The label of each item as an index into `labels`.
    ///
    /// # Errors
    /// An item whose label is none of these, by its id.
    pub fn targets(&self, labels: &Labels) -> Result<Vec<u32>> {
        let target = |item: &Item| {
            let name = item.label.as_deref().unwrap_or_default();
            labels.index(name).map(|label| label as u32).ok_or_else(|| {
                let what =
                    format!("item {:?} has the label {name:?}; the labels are {}", item.id, labels.names().join(", "));
                Error::data(what, "mend the item, or name another field with --label-field")
            })
        };
        self.items.iter().map(target).collect()
    }
}

impl Source for Dataset {
    fn visit(&self, work: &Work<'_>) -> Result<()> {
        let (labels, weights) = (self.label_names(), self.weights());
        let actors: Vec<Option<&str>> = self.items.iter().map(|item| item.actor.as_deref()).collect();
        let groups: Vec<&str> = self.items.iter().map(|item| item.group.as_str()).collect();
        let all =
            Chunk { instances: &self.instances, labels: &labels, weights: &weights, actors: &actors, groups: &groups };
        Held::new(all)?.visit(work)
    }
}
