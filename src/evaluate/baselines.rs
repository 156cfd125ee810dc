//! Predictions that need no text: the most frequent label, overall and per actor.
//!
//! A model that is no better than these has learned who speaks, not what is said. The target-blind baseline is another
//! model; whoever trains it hands its predictions in as a [`Baseline`].

use crate::label::Labels;
use crate::model::card::LabelCounts;

/// A rival: its name and one predicted label per item, in the order of the items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Baseline {
    /// Name under which the report shows it: `majority`, `majority_per_actor`, `target_blind`.
    pub name: String,
    /// One label per item.
    pub predicted: Vec<usize>,
}

impl LabelCounts {
    /// The most frequent label; among equals the neutral one, else the first.
    pub fn majority(&self, labels: &Labels) -> usize {
        most_frequent(&self.overall, labels.neutral())
    }

    /// The most frequent label of an actor; that of all items if the actor was never seen.
    pub fn majority_of(&self, actor: &str, labels: &Labels) -> usize {
        match self.by_actor.get(actor) {
            Some(counts) => most_frequent(counts, labels.neutral()),
            None => self.majority(labels),
        }
    }

    /// The baselines `majority` and `majority_per_actor` as predictions over items, given by their actors.
    ///
    /// The second is left out if no item has an actor or none was counted: it would be the first again.
    pub fn baselines(&self, actors: &[Option<&str>], labels: &Labels) -> Vec<Baseline> {
        let majority = self.majority(labels);
        let mut all = vec![Baseline { name: "majority".into(), predicted: vec![majority; actors.len()] }];
        if !self.by_actor.is_empty() && actors.iter().any(Option::is_some) {
            let predicted = actors.iter().map(|a| a.map_or(majority, |a| self.majority_of(a, labels))).collect();
            all.push(Baseline { name: "majority_per_actor".into(), predicted });
        }
        all
    }
}

fn most_frequent(counts: &[u64], neutral: Option<usize>) -> usize {
    let most = counts.iter().max().copied().unwrap_or(0);
    let has_most = |label: &usize| counts.get(*label) == Some(&most);
    neutral.filter(has_most).or_else(|| (0..counts.len()).find(has_most)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_go_to_the_neutral_label_else_to_the_first() {
        assert_eq!(most_frequent(&[5, 5, 5], Some(1)), 1);
        assert_eq!(most_frequent(&[5, 4, 5], Some(1)), 0);
        assert_eq!(most_frequent(&[4, 5, 5], None), 1);
        assert_eq!(most_frequent(&[], None), 0);
    }

    #[test]
    fn an_unseen_actor_gets_the_overall_majority() {
        let labels = Labels::new(["opposes", "neutral", "supports"]).unwrap();
        let seen = [(Some("us"), 2), (Some("us"), 2), (Some("eu"), 0), (None, 0), (None, 0)];
        let counts = LabelCounts::count(3, seen);
        let baselines = counts.baselines(&[Some("us"), Some("eu"), Some("mars"), None], &labels);
        assert_eq!(baselines[0].predicted, [0, 0, 0, 0]);
        assert_eq!(baselines[1].predicted, [2, 0, 0, 0]);
        assert_eq!(counts.baselines(&[None], &labels).len(), 1);
    }

    #[test]
    fn counts_survive_json() {
        let counts = LabelCounts::count(2, [(Some("us"), 1), (None, 0)]);
        let json = serde_json::to_string(&counts).unwrap();
        assert_eq!(json, r#"{"overall":[1,1],"by_actor":{"us":[0,1]}}"#);
        assert_eq!(serde_json::from_str::<LabelCounts>(&json).unwrap(), counts);
    }
}
