//! Grouped, stratified folds and out-of-fold scores: how a setting does on groups it has not seen.

use std::collections::BTreeMap;
use std::sync::Arc;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::matrix;
use super::matrix::Prepared;
use super::params::ModelValidParams;
use super::solution::to_linear;
use super::solver::Progress;
use super::source::{Chunk, Held};
use crate::error::{Error, Result};
use crate::feature::instance::Instance;
use crate::label::{Labels, Scores};

/// Gives every item a fold in `0..k` so that no group is in two folds and labels are spread evenly: groups, shuffled by
/// the seed and then the largest first, go one by one to the fold whose label counts they leave most even.
///
/// # Errors
/// Fewer than two folds, or fewer groups than folds.
pub fn grouped_folds<G: Ord>(groups: &[G], y: &[u32], labels: usize, k: usize, seed: u64) -> Result<Vec<usize>> {
    let mut members: BTreeMap<&G, Vec<usize>> = BTreeMap::new();
    groups.iter().enumerate().for_each(|(i, g)| members.entry(g).or_default().push(i));
    if k < 2 || members.len() < k {
        let allowed = format!("from 2 to the number of groups, here {}", members.len());
        return Err(Error::setting("folds", k, allowed));
    }
    let mut order: Vec<&Vec<usize>> = members.values().collect();
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    order.sort_by_key(|items| std::cmp::Reverse(items.len()));
    let mut totals = vec![0usize; labels];
    y.iter().for_each(|label| totals[*label as usize] += 1);
    let mut counts = vec![vec![0usize; labels]; k];
    let mut fold_of = vec![0; y.len()];
    for items in order {
        let mut added = vec![0usize; labels];
        items.iter().for_each(|i| added[y[*i] as usize] += 1);
        // The fold that is furthest below its share of the labels that this group brings.
        let fill = |fold: usize| -> f64 {
            (0..labels).map(|l| added[l] as f64 * counts[fold][l] as f64 / totals[l].max(1) as f64).sum()
        };
        let best = (0..k).min_by(|a, b| fill(*a).total_cmp(&fill(*b))).unwrap_or(0);
        (0..labels).for_each(|l| counts[best][l] += added[l]);
        items.iter().for_each(|i| fold_of[*i] = best);
    }
    Ok(fold_of)
}

/// Items with labels, weights and folds.
pub struct Folded<'a> {
    /// The instances.
    pub instances: &'a [Instance],
    /// Label of each.
    pub y: &'a [u32],
    /// Weight of each.
    pub weights: &'a [f64],
    /// The labels.
    pub labels: &'a Labels,
    /// Fold of each, from [`grouped_folds`].
    pub fold_of: &'a [usize],
}

/// Scores of every item by models trained on the other folds, one set for each value of `alphas`: features are counted
/// once per fold. Calls `tick` after each model.
///
/// # Errors
/// As training.
pub fn out_of_fold(
    params: &ModelValidParams,
    alphas: &[f64],
    data: &Folded<'_>,
    tick: &mut dyn FnMut(),
) -> Result<Vec<Vec<Scores>>> {
    let folds = data.fold_of.iter().max().map_or(0, |m| m + 1);
    let mut scores = vec![vec![Scores(Vec::new()); data.y.len()]; alphas.len()];
    let quiet: Progress = Arc::new(|_, _| {});
    for fold in 0..folds {
        let (held, rest): (Vec<usize>, Vec<usize>) = (0..data.y.len()).partition(|i| data.fold_of[*i] == fold);
        let pick = |of: &[usize]| of.iter().map(|i| data.instances[*i].clone()).collect::<Vec<_>>();
        let (instances, names) = (pick(&rest), rest.iter().map(|i| data.labels.name(data.y[*i] as usize)));
        let (names, actors): (Vec<&str>, Vec<Option<&str>>) = names.map(|name| (name, None)).unzip();
        let item_weights: Vec<f64> = rest.iter().map(|i| data.weights[*i]).collect();
        let all =
            Chunk { instances: &instances, labels: &names, weights: &item_weights, actors: &actors, groups: &names };
        let Prepared { featurizer, rows, targets } = params.prepare(&Held::new(all)?, Some(data.labels))?;
        let labels = data.labels.len();
        let weights = params.weigh(&targets.y, labels, &targets.weights);
        let held_rows = matrix::rows(&pick(&held), &featurizer);
        for (alpha, scores) in alphas.iter().zip(&mut scores) {
            let solution = params.clone().with_alpha(*alpha).solve(&rows, &targets.y, &weights, labels, &quiet)?;
            let linear = to_linear(0, &solution.parameters, labels);
            for (item, row) in held.iter().zip(&held_rows) {
                scores[*item] = linear.scores(row);
            }
            tick();
        }
    }
    Ok(scores)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_stay_together_and_labels_are_even() {
        let groups: Vec<String> = (0..300).map(|i| format!("g{}", i / 3)).collect();
        let y: Vec<u32> = (0..300).map(|i| (i / 3 % 3) as u32).collect();
        let folds = grouped_folds(&groups, &y, 3, 5, 1).unwrap();
        for i in 1..300 {
            assert!(groups[i] != groups[i - 1] || folds[i] == folds[i - 1]);
        }
        for fold in 0..5 {
            for label in 0..3 {
                let n = (0..300).filter(|i| folds[*i] == fold && y[*i] == label).count();
                assert!((18..=22).contains(&n), "fold {fold} has {n} items of label {label}");
            }
        }
        assert_eq!(folds, grouped_folds(&groups, &y, 3, 5, 1).unwrap());
        assert_ne!(folds, grouped_folds(&groups, &y, 3, 5, 2).unwrap());
    }

    #[test]
    fn more_folds_than_groups_are_refused() {
        let groups = vec!["a".to_string(), "b".to_string()];
        assert!(grouped_folds(&groups, &[0, 1], 2, 3, 0).is_err());
    }
}
