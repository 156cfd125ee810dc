//! Training itself: a source of labelled instances and checked parameters in, a model out.
//!
//! Puts the steps together: features counted and chosen, rows weighed, the objective minimised, probabilities calibrated,
//! and the same without calibration for the target-blind baseline.

use std::sync::Arc;

use linfa::prelude::*;
use ndarray::Array1;

use super::matrix::{self, Prepared};
use super::objective::Objective;
use super::params::{FeatureScale, ModelValidParams};
use super::rows::Rows;
use super::solution::to_linear;
use super::solver::{Progress, Solution, Solver, solve};
use super::source::{Chunk, Held, Source};
use crate::error::{Error, Result};
use crate::feature::featurizer::{Emitter, Featurizer, Scratch};
use crate::feature::instance::{Instance, InstanceView};
use crate::feature::row::Row;
use crate::label::{Label, Labels};
use crate::model::Model;
use crate::model::card::Card;
use crate::model::linear::Linear;
use crate::model::trained::ScoreScratch;
use crate::text::{language::Language, span::Span, token::tokenize};

impl Fit<Array1<Instance>, Array1<Label>, Error> for ModelValidParams {
    type Object = Model;

    /// Trains a model. Item weights are the dataset's weights (1 where it has none); instances of the same text are a
    /// group.
    ///
    /// # Errors
    /// No items, fewer than two labels, a weight that is not positive, no feature frequent enough, or a solver's failure.
    fn fit(&self, dataset: &DatasetBase<Array1<Instance>, Array1<Label>>) -> Result<Model> {
        let instances: Vec<Instance> = dataset.records().to_vec();
        let labels: Vec<&str> = dataset.targets().iter().map(String::as_str).collect();
        let weights: Vec<f64> = match dataset.weights() {
            Some(weights) => weights.iter().map(|w| f64::from(*w)).collect(),
            None => vec![1.0; instances.len()],
        };
        let actors = vec![None; instances.len()];
        let groups: Vec<&str> = instances.iter().map(|instance| instance.text.as_str()).collect();
        let all = Chunk { instances: &instances, labels: &labels, weights: &weights, actors: &actors, groups: &groups };
        self.train(&Held::new(all)?)
    }
}

impl ModelValidParams {
    /// Trains on the instances of a source.
    ///
    /// # Errors
    /// As [`Fit::fit`], and what the source says.
    pub fn train(&self, source: &dyn Source) -> Result<Model> {
        let Prepared { featurizer, rows, targets } = self.prepare(source, self.labels.as_ref())?;
        let labels = targets.labels.len();
        let weights = self.weigh(&targets.y, labels, &targets.weights);
        let mut solution = self.solve(&rows, &targets.y, &weights, labels, &self.progress)?;
        let calibration = self.calibration(&rows, featurizer.vocabulary().block_ends(), &targets)?;
        let calibration = calibration.map(|(scaling, record)| {
            scaling.fold_into(&mut solution.parameters);
            record
        });
        drop(rows);
        let wants_baseline = self.baseline && targets.about_actors && !featurizer.blind_columns().is_empty();
        let blind = match wants_baseline {
            true => Some(self.train_blind(&featurizer, source, &targets.y, &weights, labels)?),
            false => None,
        };
        let card = Card {
            software: concat!("stance ", env!("CARGO_PKG_VERSION")).into(),
            alpha: self.alpha,
            class_weight: self.class_weight.name().into(),
            scale: (self.scale == FeatureScale::Nb).then(|| "nb".into()),
            items: targets.y.len(),
            counts: targets.counts,
            solved: solution.solved,
            calibration,
            ..Card::default()
        };
        let linear = to_linear(0, &solution.parameters, labels);
        Ok(Model { labels: targets.labels, featurizer, linear, blind, gazetteer: self.gazetteer.clone(), card })
    }

    /// Counts features, chooses them and builds the training rows. Labels are `fixed`, or those of the items.
    ///
    /// # Errors
    /// As [`matrix::build`].
    pub fn prepare(&self, source: &dyn Source, fixed: Option<&Labels>) -> Result<Prepared> {
        let emitter = Emitter::new(&self.features, self.lexicon.clone())?;
        matrix::build(source, &self.features, &emitter, fixed, self.room)
    }

    /// Item weights times class weights.
    pub fn weigh(&self, y: &[u32], labels: usize, weights: &[f64]) -> Vec<f64> {
        self.class_weight.weigh(y, labels, weights)
    }

    /// Solves for the parameters on prepared rows.
    ///
    /// # Errors
    /// As [`solve`].
    pub fn solve(
        &self,
        rows: &Rows,
        y: &[u32],
        weights: &[f64],
        labels: usize,
        progress: &Progress,
    ) -> Result<Solution> {
        self.minimise(&Objective { x: rows, y, weights, labels, alpha: self.alpha }, progress)
    }

    /// The baseline: words only, not knowing who is asked about.
    fn train_blind(
        &self,
        featurizer: &Featurizer,
        source: &dyn Source,
        y: &[u32],
        weights: &[f64],
        labels: usize,
    ) -> Result<Linear> {
        let columns = featurizer.blind_columns();
        let read = |view: &InstanceView<'_>, scratch: &mut Scratch, row: &mut Row| {
            featurizer.blind_row(view, scratch, row);
            *row = row.columns_only(&columns);
        };
        let rows = matrix::rows_of(source, columns.len(), &read, self.room)?;
        let quiet: Progress = Arc::new(|_, _| {});
        let objective = Objective { x: &rows, y, weights, labels, alpha: self.alpha };
        let solution = solve(Solver::Auto, &objective, &self.stop, &quiet)?;
        Ok(to_linear(columns.start as u32, &solution.parameters, labels))
    }
}

impl PredictInplace<Array1<Instance>, Array1<Label>> for Model {
    /// Writes the most probable label of each instance into `y`.
    fn predict_inplace(&self, x: &Array1<Instance>, y: &mut Array1<Label>) {
        let (mut scratch, mut tokens) = (ScoreScratch::default(), Vec::new());
        for (instance, label) in x.iter().zip(y) {
            tokens.clear();
            tokenize(&instance.text, Span::new(0, instance.text.len()), Language::english(), &mut tokens);
            let scores = self.scores(&InstanceView::new(instance, &tokens), &mut scratch);
            *label = self.labels.name(scores.best()).to_string();
        }
    }

    fn default_target(&self, x: &Array1<Instance>) -> Array1<Label> {
        Array1::default(x.len())
    }
}
