//! Where training instances come from: chunks of neighbouring items, read as often as training needs them.
//!
//! Training never asks for all instances at once, so a source may as well read them from files each time
//! ([`super::stream`]).

use rayon::prelude::*;

use super::rows::BLOCK;
use crate::error::{Error, Result};
use crate::feature::instance::Instance;

/// Neighbouring instances with what is known of each.
#[derive(Debug, Clone, Copy)]
pub struct Chunk<'a> {
    /// The instances.
    pub instances: &'a [Instance],
    /// The label name of each.
    pub labels: &'a [&'a str],
    /// The weight of each, positive.
    pub weights: &'a [f64],
    /// The actor that each asks about.
    pub actors: &'a [Option<&'a str>],
    /// The group of each (story, article), which cross-validation does not split.
    pub groups: &'a [&'a str],
}

/// Takes a chunk, by its number from 0.
pub type Work<'w> = dyn Fn(usize, &Chunk<'_>) -> Result<()> + Sync + 'w;

/// A place that instances come from.
pub trait Source: Sync {
    /// Calls `work` for every chunk, in parallel and in any order. A source gives the same chunks every time.
    ///
    /// # Errors
    /// Instances that cannot be read, and what `work` says; of several errors the one of the first chunk.
    fn visit(&self, work: &Work<'_>) -> Result<()>;
}

/// Instances that are in memory.
#[derive(Debug, Clone, Copy)]
pub struct Held<'a> {
    all: Chunk<'a>,
}

impl<'a> Held<'a> {
    /// Instances with one label name, weight, actor and group each.
    ///
    /// # Errors
    /// Numbers of them that differ.
    pub fn new(all: Chunk<'a>) -> Result<Self> {
        let counts = [all.instances.len(), all.labels.len(), all.weights.len(), all.actors.len(), all.groups.len()];
        if counts.iter().any(|n| *n != counts[0]) {
            let [items, labels, weights, actors, groups] = counts;
            let what = format!("{items} items, {labels} labels, {weights} weights, {actors} actors, {groups} groups");
            return Err(Error::data(what, "give one label, weight, actor (or none) and group per item"));
        }
        Ok(Held { all })
    }

    /// First instance of every chunk, and the number of all. As in a file, the items of one text are not parted.
    fn bounds(&self) -> Vec<usize> {
        let instances = self.all.instances;
        let mut bounds = vec![0];
        while let Some(full) = bounds.last().map(|first| first + BLOCK).filter(|full| *full < instances.len()) {
            let same = |i: &usize| *i < instances.len() && instances[*i].text == instances[full - 1].text;
            bounds.push((full..).find(|i| !same(i)).unwrap_or(instances.len()));
        }
        if bounds[bounds.len() - 1] < instances.len() {
            bounds.push(instances.len());
        }
        bounds
    }
}

impl Source for Held<'_> {
    fn visit(&self, work: &Work<'_>) -> Result<()> {
        let bounds = self.bounds();
        let chunks = bounds.par_windows(2).enumerate().map(|(number, bound)| {
            let range = bound[0]..bound[1];
            let chunk = Chunk {
                instances: &self.all.instances[range.clone()],
                labels: &self.all.labels[range.clone()],
                weights: &self.all.weights[range.clone()],
                actors: &self.all.actors[range.clone()],
                groups: &self.all.groups[range],
            };
            work(number, &chunk)
        });
        chunks.collect::<Vec<Result<()>>>().into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_do_not_part_the_items_of_a_text() {
        let text = |i: usize| if (BLOCK - 2..BLOCK + 3).contains(&i) { "same".into() } else { i.to_string() };
        let instances: Vec<Instance> = (0..BLOCK + 10).map(|i| Instance::plain(text(i))).collect();
        let (labels, weights, actors) =
            (vec!["a"; instances.len()], vec![1.0; instances.len()], vec![None; instances.len()]);
        let all = Chunk { instances: &instances, labels: &labels, weights: &weights, actors: &actors, groups: &labels };
        assert_eq!(Held::new(all).unwrap().bounds(), [0, BLOCK + 3, BLOCK + 10]);
        let none = Chunk { instances: &[], labels: &[], weights: &[], actors: &[], groups: &[] };
        assert_eq!(Held::new(none).unwrap().bounds(), [0]);
        assert!(Held::new(Chunk { weights: &[], ..all }).is_err());
    }
}
