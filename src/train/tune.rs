//! Choosing alpha and minimum count by grouped cross-validation: every item is scored by a model that saw no item of
//! its group.

use super::ModelValidParams;
use super::dataset::Dataset;
use super::folds::{Folded, grouped_folds, out_of_fold};
use crate::error::Result;
use crate::evaluate::Confusion;
use crate::label::Labels;
use crate::model::card::Trial;

/// Values of alpha that are tried.
pub const ALPHAS: [f64; 5] = [0.05, 0.1, 0.2, 0.4, 0.8];
/// Values of the minimum count that are tried.
pub const MIN_COUNTS: [u32; 2] = [2, 3];
/// Number of folds.
pub const FOLDS: usize = 5;

/// Number of models that [`grid`] trains.
pub fn steps() -> u64 {
    (ALPHAS.len() * MIN_COUNTS.len() * FOLDS) as u64
}

/// Macro-F1 out of fold for every pair of alpha and minimum count; calls `tick` after each model.
///
/// # Errors
/// Too few groups, or as training.
pub fn grid(
    params: &ModelValidParams,
    dataset: &Dataset,
    labels: &Labels,
    seed: u64,
    tick: &mut dyn FnMut(),
) -> Result<Vec<Trial>> {
    let y = dataset.targets(labels)?;
    let fold_of = grouped_folds(&dataset.groups(), &y, labels.len(), FOLDS, seed)?;
    let weights = dataset.weights();
    let data = Folded { instances: &dataset.instances, y: &y, weights: &weights, labels, fold_of: &fold_of };
    let mut trials = Vec::new();
    for min_count in MIN_COUNTS {
        let params = params.clone().with_choice(ALPHAS[0], min_count);
        let scores = out_of_fold(&params, &ALPHAS, &data, tick)?;
        for (alpha, scores) in ALPHAS.iter().zip(&scores) {
            let pairs = y.iter().zip(scores).map(|(gold, scores)| (*gold as usize, scores.best()));
            let macro_f1 = Confusion::from_pairs(labels.len(), pairs).macro_f1();
            trials.push(Trial { alpha: *alpha, min_count, macro_f1 });
        }
    }
    Ok(trials)
}

/// The trial with the largest macro-F1; of equals the one with the larger alpha and minimum count, the simpler model.
pub fn best(trials: &[Trial]) -> Option<&Trial> {
    let key = |t: &Trial| (t.macro_f1, t.alpha, f64::from(t.min_count));
    trials.iter().max_by(|a, b| key(a).partial_cmp(&key(b)).unwrap_or(std::cmp::Ordering::Equal))
}
