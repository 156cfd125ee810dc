//! Calibration actor by actor: a model that fits overall may be too sure of one actor and not sure enough of another.

use std::collections::BTreeMap;

use serde::Serialize;

use super::judged::Judged;
use super::probability::{expected_calibration_error, reliability};

/// The field of items that names the actor.
pub const ACTOR: &str = "actor";
/// Actors with fewer items than this are put together: ten bins of a handful of items say nothing.
pub const FEW: usize = 50;
/// What they are called together.
const POOLED: &str = "others (pooled)";

/// Calibration of the items about an actor.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ActorCalibration {
    /// The actor, or `others (pooled)` for those with fewer than 50 items.
    pub actor: String,
    /// Number of actors in this row.
    pub actors: usize,
    /// Number of items.
    pub n: usize,
    /// Mean probability of the predicted label.
    pub confidence: f64,
    /// Share of items predicted right.
    pub accuracy: f64,
    /// Expected calibration error, in [0, 1]; with few items it is larger than it would be with many.
    pub ece: f64,
}

/// Actors by falling number of items, the pooled ones last; `None` if an item has no probabilities or none has an actor.
pub(super) fn by_actor(items: &[Judged]) -> Option<Vec<ActorCalibration>> {
    let mut members: BTreeMap<&str, Vec<(bool, f64)>> = BTreeMap::new();
    for item in items {
        let confidence = *item.scores.as_ref()?.get(item.predicted)?;
        if let Some(actor) = item.fields.get(ACTOR) {
            members.entry(actor).or_default().push((item.gold == item.predicted, confidence));
        }
    }
    let (many, few): (Vec<_>, Vec<_>) = members.into_iter().partition(|(_, items)| items.len() >= FEW);
    let mut rows: Vec<ActorCalibration> = many.iter().map(|(actor, items)| row(actor, 1, items)).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.n)); // stable: equals stay sorted by name
    let actors = few.len();
    let pooled: Vec<(bool, f64)> = few.into_iter().flat_map(|(_, items)| items).collect();
    if !pooled.is_empty() {
        rows.push(row(POOLED, actors, &pooled));
    }
    (!rows.is_empty()).then_some(rows)
}

fn row(actor: &str, actors: usize, items: &[(bool, f64)]) -> ActorCalibration {
    let n = items.len() as f64;
    ActorCalibration {
        actor: actor.into(),
        actors,
        n: items.len(),
        confidence: items.iter().map(|(_, confidence)| confidence).sum::<f64>() / n,
        accuracy: items.iter().filter(|(right, _)| *right).count() as f64 / n,
        ece: expected_calibration_error(&reliability(items.iter().copied())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_actors_are_pooled_and_stand_last() {
        let item = |actor: &str, right: bool, p: f64| Judged {
            gold: usize::from(!right),
            scores: Some(vec![p, 1.0 - p]),
            fields: BTreeMap::from([(ACTOR.to_string(), actor.to_string())]),
            ..Judged::default()
        };
        let mut items: Vec<Judged> = (0..FEW).map(|i| item("us", i % 2 == 0, 0.75)).collect();
        items.extend((0..FEW + 1).map(|_| item("eu", true, 1.0)));
        items.extend([item("peru", true, 0.65), item("chad", false, 0.95), item("chad", true, 0.95)]);
        let rows = by_actor(&items).unwrap();
        // By hand: us is right in half of 0.75; of the others one bin holds 0.65 (right), one 0.95 twice (half right).
        let names: Vec<(&str, usize, usize)> = rows.iter().map(|r| (r.actor.as_str(), r.actors, r.n)).collect();
        assert_eq!(names, [("eu", 1, FEW + 1), ("us", 1, FEW), ("others (pooled)", 2, 3)]);
        for (row, [confidence, accuracy, ece]) in
            rows.iter().zip([[1.0, 1.0, 0.0], [0.75, 0.5, 0.25], [0.85, 2.0 / 3.0, (0.35 + 0.9) / 3.0]])
        {
            let got = [row.confidence, row.accuracy, row.ece];
            assert!(got.iter().zip([confidence, accuracy, ece]).all(|(a, b)| (a - b).abs() < 1e-12), "{row:?}");
        }
        items.push(Judged::default());
        assert_eq!(by_actor(&items), None);
        assert_eq!(by_actor(&[Judged { scores: Some(vec![1.0, 0.0]), ..Judged::default() }]), None);
    }
}
