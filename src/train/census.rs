//! What is known of the training items besides their features: labels, actors and weights, collected chunk by chunk.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use xxhash_rust::xxh3::xxh3_64;

use super::source::Chunk;
use crate::error::{Error, Result};
use crate::label::Labels;
use crate::model::card::LabelCounts;

/// Collects; share it between threads.
#[derive(Debug, Default)]
pub struct Census(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Numbers of label and actor names, in the order in which they were met.
    labels: Numbers,
    actors: Numbers,
    /// Per chunk, its items.
    chunks: BTreeMap<usize, Vec<Item>>,
    about_actors: bool,
}

/// One item.
#[derive(Debug, Clone, Copy)]
struct Item {
    label: u32,
    actor: Option<u32>,
    weight: f64,
    group: u64,
}

#[derive(Debug, Default)]
struct Numbers {
    of: BTreeMap<String, u32>,
}

impl Numbers {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.of.get(name) {
            return *number;
        }
        let number = self.of.len() as u32;
        self.of.insert(name.to_string(), number);
        number
    }

    /// Names by number.
    fn names(&self) -> Vec<&str> {
        let mut names = vec![""; self.of.len()];
        self.of.iter().for_each(|(name, number)| names[*number as usize] = name);
        names
    }
}

/// What a solver needs to know of the training items, in their order.
#[derive(Debug, Clone, PartialEq)]
pub struct Targets {
    /// The labels.
    pub labels: Labels,
    /// The label of each item.
    pub y: Vec<u32>,
    /// The weight of each item.
    pub weights: Vec<f64>,
    /// The group of each item, as a hash of its name.
    pub groups: Vec<u64>,
    /// How often each label occurs, overall and per actor.
    pub counts: LabelCounts,
    /// Whether any item asks about an actor.
    pub about_actors: bool,
}

impl Census {
    /// Takes down the items of a chunk.
    ///
    /// # Errors
    /// A weight that is not positive.
    pub fn add(&self, number: usize, chunk: &Chunk<'_>) -> Result<()> {
        if let Some(weight) = chunk.weights.iter().find(|w| !(w.is_finite() && **w > 0.0)) {
            return Err(Error::data(format!("an item has the weight {weight}"), "weights are positive and finite"));
        }
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.about_actors |= chunk.instances.iter().any(|instance| instance.actor.is_some());
        let State { labels, actors, chunks, .. } = &mut *state;
        let items = chunk.labels.iter().zip(chunk.actors).zip(chunk.weights).zip(chunk.groups);
        let items = items.map(|(((label, actor), weight), group)| Item {
            label: labels.number(label),
            actor: actor.map(|a| actors.number(a)),
            weight: *weight,
            group: xxh3_64(group.as_bytes()),
        });
        chunks.insert(number, items.collect());
        Ok(())
    }

    /// Everything in order. The labels are `fixed`, or those that were met, sorted.
    ///
    /// # Errors
    /// No items, fewer than two labels, a label that is none of the fixed ones.
    pub fn finish(self, fixed: Option<&Labels>) -> Result<Targets> {
        let state = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        if state.chunks.values().all(Vec::is_empty) {
            return Err(Error::data("there are no items", "give a file with at least one item per label"));
        }
        let labels = labels(state.labels.of.keys().map(String::as_str).collect(), fixed)?;
        let of_number: Vec<Option<usize>> = state.labels.names().iter().map(|name| labels.index(name)).collect();
        let actor_names = state.actors.names();
        let items = || state.chunks.values().flatten();
        let label = |item: &Item| of_number[item.label as usize].unwrap_or(0);
        let pairs = items().map(|item| (item.actor.map(|a| actor_names[a as usize]), label(item)));
        let counts = LabelCounts::count(labels.len(), pairs);
        let y = items().map(|item| label(item) as u32).collect();
        let weights = items().map(|item| item.weight).collect();
        let groups = items().map(|item| item.group).collect();
        Ok(Targets { y, weights, groups, counts, labels, about_actors: state.about_actors })
    }
}

/// The labels of a model, given those of its items, sorted.
fn labels(seen: Vec<&str>, fixed: Option<&Labels>) -> Result<Labels> {
    let Some(labels) = fixed else { return Labels::new(seen) };
    match (seen.iter().find(|n| labels.index(n).is_none()), seen.len()) {
        (Some(unknown), _) => {
            let what = format!("the label {unknown:?} is none of {}", labels.names().join(", "));
            Err(Error::data(what, "mend the item, or train with its labels"))
        }
        (None, 0 | 1) => Labels::new(seen),
        _ => Ok(labels.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk<'a>(labels: &'a [&'a str], actors: &'a [Option<&'a str>], weights: &'a [f64]) -> Chunk<'a> {
        Chunk { instances: &[], labels, weights, actors, groups: labels }
    }

    #[test]
    fn items_come_out_in_order_whatever_chunk_came_first() {
        let census = Census::default();
        census.add(1, &chunk(&["z", "b"], &[Some("eu"), None], &[3.0, 4.0])).unwrap();
        census.add(0, &chunk(&["b", "a"], &[Some("us"), Some("eu")], &[1.0, 2.0])).unwrap();
        let all = census.finish(None).unwrap();
        assert_eq!(all.labels.names(), ["a", "b", "z"]);
        assert!(all.groups[0] == all.groups[3] && all.groups[1] != all.groups[2], "items 0 and 3 are of group b");
        assert_eq!((all.y, all.weights), (vec![1, 0, 2, 1], vec![1.0, 2.0, 3.0, 4.0]));
        assert_eq!(all.counts.overall, [1, 2, 1]);
        assert_eq!(all.counts.by_actor["eu"], [1, 0, 1]);
    }

    #[test]
    fn what_cannot_be_trained_on_is_refused() {
        assert!(Census::default().finish(None).unwrap_err().to_string().contains("no items"));
        for weight in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(Census::default().add(0, &chunk(&["a"], &[None], &[weight])).is_err());
        }
        let fixed = Labels::new(["a", "b"]).unwrap();
        for (seen, message) in [(["a", "c"], "\"c\" is none of a, b"), (["a", "a"], "only the label \"a\"")] {
            let census = Census::default();
            census.add(0, &chunk(&seen, &[None; 2], &[1.0; 2])).unwrap();
            let error = census.finish(Some(&fixed)).unwrap_err().to_string();
            assert!(error.contains(message), "{error}");
        }
    }
}
