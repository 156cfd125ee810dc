//! Calibration of a model that is being trained: out-of-fold logits, the scaling fitted on them, and what the card says.

use super::census::Targets;
use super::crossfit::{Cut, Logits};
use super::folds::grouped_folds;
use super::params::{CALIBRATION_FOLDS as FOLDS, Calibrate, ModelValidParams};
use super::rows::Rows;
use super::scaling::{Scaling, softmax};
use crate::error::{Error, Result};
use crate::evaluate::probability::{brier, expected_calibration_error, log_loss, reliability};
use crate::feature::registry::Block;
use crate::label::Scores;
use crate::model::calibration::{Calibration, Fitness};
use crate::model::conformal::SetTables;

/// Seed of the folds.
const SEED: u64 = 1;

impl ModelValidParams {
    /// Fits the scaling that was asked for, if any, on out-of-fold logits.
    ///
    /// # Errors
    /// Fewer groups than folds where calibration was asked for by name; as training.
    pub(super) fn calibration(
        &self,
        rows: &Rows,
        block_ends: [u32; Block::COUNT],
        targets: &Targets,
    ) -> Result<Option<(Scaling, Calibration)>> {
        let mut groups = targets.groups.clone();
        groups.sort_unstable();
        groups.dedup();
        let fit = match self.calibrate.resolve(targets.y.len(), groups.len()) {
            Calibrate::Auto | Calibrate::None => return Ok(None),
            Calibrate::Temperature => Scaling::temperature,
            Calibrate::Vector => Scaling::vector,
        };
        if groups.len() < FOLDS {
            let what = format!("{} groups of items are too few to calibrate on", groups.len());
            return Err(Error::data(what, format!("give at least {FOLDS} groups, or --calibrate none")));
        }
        let labels = targets.labels.len();
        let fold_of = grouped_folds(&targets.groups, &targets.y, labels, FOLDS, SEED)?;
        let (y, weights, fold_of) = (&targets.y, &targets.weights, &fold_of);
        let cut = Cut { rows, block_ends, y, weights, labels, fold_of };
        let logits = self.out_of_fold_logits(&cut, &[self.choice()])?.remove(0);
        let scaling = fit(&logits);
        let record = record(self.calibrate, &logits, &scaling);
        Ok(Some((scaling, record)))
    }
}

fn record(calibrate: Calibrate, logits: &Logits, scaling: &Scaling) -> Calibration {
    let probabilities =
        |scaling: &Scaling| -> Vec<Vec<f64>> { logits.iter().map(|(z, _, _)| softmax(&scaling.apply(z))).collect() };
    let after = probabilities(scaling);
    let gold = || logits.y.iter().map(|y| *y as usize);
    Calibration {
        method: if calibrate == Calibrate::Vector { "vector" } else { "temperature" }.into(),
        folds: FOLDS,
        scale: scaling.scale.clone(),
        shift: scaling.shift.clone(),
        before: fitness(gold(), probabilities(&Scaling::identity(logits.labels))),
        after: fitness(gold(), after.clone()),
        sets: SetTables::new(logits.labels, gold().zip(&after).map(|(gold, p)| (gold, p[gold]))),
    }
}

fn fitness(gold: impl Iterator<Item = usize>, probabilities: Vec<Vec<f64>>) -> Fitness {
    let pairs: Vec<(usize, Scores)> = gold.zip(probabilities.into_iter().map(Scores)).collect();
    let rows = || pairs.iter().map(|(gold, p)| (*gold, p.0.as_slice()));
    let bins = reliability(pairs.iter().map(|(gold, p)| (p.best() == *gold, p.confidence())));
    // Six decimals are more than enough, and leave out digits that a platform's logarithm may decide.
    let round = |value: f64| (value * 1e6).round() / 1e6;
    let (log_loss, brier) = (round(log_loss(rows())), round(brier(rows())));
    Fitness { log_loss, brier, ece: round(expected_calibration_error(&bins)) }
}
