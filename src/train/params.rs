//! Training parameters by the conventions of linfa: setters, a check, a fit on a dataset, a model.
//!
//! ```text
//! Model::params() -> setters -> check() -> fit(&DatasetBase<Array1<Instance>, Array1<Label>>) -> Model
//! ```

use std::sync::Arc;

use linfa::prelude::*;
use ndarray::Array1;

use super::matrix;
use super::objective::Objective;
use super::rows::Rows;
use super::solver::{Progress, Solution, Solver, SolverSettings, solve};
use crate::actor::gazetteer::Gazetteer;
use crate::error::{Error, Result};
use crate::feature::featurizer::{Emitter, FeatureSettings, Featurizer};
use crate::feature::instance::{Instance, InstanceView};
use crate::feature::lexicon::Lexicon;
use crate::label::{Label, Labels};
use crate::model::Model;
use crate::model::card::{Card, LabelCounts};
use crate::model::linear::Linear;
use crate::model::trained::ScoreScratch;
use crate::text::{language::Language, span::Span, token::tokenize};

/// How labels are weighted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClassWeight {
    /// Every label weighs `n / (labels * n_label)`, as `class_weight="balanced"` of scikit-learn.
    #[default]
    Balanced,
    /// Every item weighs the same.
    None,
}

impl ClassWeight {
    /// Name on the command line and in the card.
    pub fn name(self) -> &'static str {
        match self {
            ClassWeight::Balanced => "balanced",
            ClassWeight::None => "none",
        }
    }
}

/// Parameters that have been checked.
#[derive(Clone)]
pub struct ModelValidParams {
    features: FeatureSettings,
    alpha: f64,
    class_weight: ClassWeight,
    solver: Solver,
    stop: SolverSettings,
    baseline: bool,
    labels: Option<Labels>,
    lexicon: Arc<Lexicon>,
    gazetteer: Arc<Gazetteer>,
    progress: Progress,
}

/// Parameters as they are set, not yet checked.
#[derive(Clone)]
pub struct ModelParams(ModelValidParams);

impl Model {
    /// Parameters with their defaults.
    pub fn params() -> ModelParams {
        ModelParams(ModelValidParams {
            features: FeatureSettings::default(),
            alpha: 0.2,
            class_weight: ClassWeight::default(),
            solver: Solver::default(),
            stop: SolverSettings::default(),
            baseline: true,
            labels: None,
            lexicon: Arc::default(),
            gazetteer: Arc::default(),
            progress: Arc::new(|_, _| {}),
        })
    }
}

impl ModelParams {
    /// What decides the features; see [`FeatureSettings`] for its defaults.
    pub fn features(mut self, features: FeatureSettings) -> Self {
        self.0.features = features;
        self
    }

    /// Weight of the penalty against the sum of losses, positive and finite; defaults to `0.2` (`C = 5` in
    /// scikit-learn's terms).
    pub fn alpha(mut self, alpha: f64) -> Self {
        self.0.alpha = alpha;
        self
    }

    /// How labels are weighted; defaults to balanced.
    pub fn class_weight(mut self, class_weight: ClassWeight) -> Self {
        self.0.class_weight = class_weight;
        self
    }

    /// Which solver to take; defaults to `auto`.
    pub fn solver(mut self, solver: Solver) -> Self {
        self.0.solver = solver;
        self
    }

    /// At most so many iterations; defaults to 500.
    pub fn max_iterations(mut self, max_iterations: u64) -> Self {
        self.0.stop.max_iterations = max_iterations;
        self
    }

    /// Relative gradient norm at which the solver is done, positive; defaults to `1e-4`.
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.0.stop.tolerance = tolerance;
        self
    }

    /// Whether the target-blind baseline is trained beside the model; defaults to true.
    pub fn with_baseline(mut self, baseline: bool) -> Self {
        self.0.baseline = baseline;
        self
    }

    /// The labels and their order; by default those of the training data, sorted.
    pub fn labels(mut self, labels: Labels) -> Self {
        self.0.labels = Some(labels);
        self
    }

    /// The lexicon that class families read; defaults to an empty one.
    pub fn lexicon(mut self, lexicon: Arc<Lexicon>) -> Self {
        self.0.lexicon = lexicon;
        self
    }

    /// The gazetteer that the model carries; defaults to an empty one.
    pub fn gazetteer(mut self, gazetteer: Arc<Gazetteer>) -> Self {
        self.0.gazetteer = gazetteer;
        self
    }

    /// Called after every iteration of the solver; by default nobody is.
    pub fn progress(mut self, progress: Progress) -> Self {
        self.0.progress = progress;
        self
    }
}

impl ParamGuard for ModelParams {
    type Checked = ModelValidParams;
    type Error = Error;

    fn check_ref(&self) -> Result<&ModelValidParams> {
        let p = &self.0;
        p.features.check()?;
        if !(p.alpha.is_finite() && p.alpha > 0.0) {
            return Err(Error::setting("alpha", p.alpha, "alpha is a positive, finite number"));
        }
        if !(p.stop.tolerance.is_finite() && p.stop.tolerance > 0.0) {
            return Err(Error::setting("tolerance", p.stop.tolerance, "the tolerance is a positive, finite number"));
        }
        if p.stop.max_iterations == 0 {
            return Err(Error::setting("max-iterations", 0, "it is at least 1"));
        }
        Ok(p)
    }

    fn check(self) -> Result<ModelValidParams> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl Fit<Array1<Instance>, Array1<Label>, Error> for ModelValidParams {
    type Object = Model;

    /// Trains a model. Item weights are the dataset's weights (1 where it has none).
    ///
    /// # Errors
    /// No items, fewer than two labels, a weight that is not positive, no feature frequent enough, or a solver's failure.
    fn fit(&self, dataset: &DatasetBase<Array1<Instance>, Array1<Label>>) -> Result<Model> {
        let instances: Vec<Instance> = dataset.records().to_vec();
        let names: Vec<&str> = dataset.targets().iter().map(String::as_str).collect();
        let weights: Vec<f64> = match dataset.weights() {
            Some(weights) => weights.iter().map(|w| f64::from(*w)).collect(),
            None => vec![1.0; instances.len()],
        };
        self.train(&instances, &names, &weights)
    }
}

/// A problem ready for a solver.
pub struct Prepared {
    /// Instances to rows.
    pub featurizer: Featurizer,
    /// The training rows.
    pub rows: Rows,
}

impl ModelValidParams {
    /// The gazetteer that the model will carry.
    pub fn gazetteer(&self) -> &Gazetteer {
        &self.gazetteer
    }

    /// The same with a report of progress.
    pub fn with_progress(mut self, progress: Progress) -> Self {
        self.progress = progress;
        self
    }

    /// The same with an alpha and a minimum count chosen by cross-validation, known to be in range.
    pub(crate) fn with_choice(mut self, alpha: f64, min_count: u32) -> Self {
        self.alpha = alpha;
        self.features.min_count = min_count;
        self
    }

    /// The same with another alpha, known to be in range.
    pub(super) fn with_alpha(mut self, alpha: f64) -> Self {
        self.alpha = alpha;
        self
    }

    /// Trains on borrowed instances with a label name and a weight each; the actor-wise label counts of the card are the
    /// caller's to fill in.
    ///
    /// # Errors
    /// As [`Fit::fit`].
    pub fn train(&self, instances: &[Instance], names: &[&str], weights: &[f64]) -> Result<Model> {
        let labels = self.check_data(instances, names, weights)?;
        let y: Vec<u32> = names.iter().map(|n| labels.index(n).unwrap_or(0) as u32).collect();
        let Prepared { featurizer, rows } = self.prepare(instances)?;
        let weights = self.weigh(&y, labels.len(), weights);
        let solution = self.solve(&rows, &y, &weights, labels.len(), &self.progress)?;
        let blind = self.train_blind(&featurizer, instances, &y, &weights, labels.len())?;
        let mut overall = vec![0; labels.len()];
        y.iter().for_each(|label| overall[*label as usize] += 1);
        let card = Card {
            software: concat!("stance ", env!("CARGO_PKG_VERSION")).into(),
            alpha: self.alpha,
            class_weight: self.class_weight.name().into(),
            items: instances.len(),
            counts: LabelCounts { overall, ..LabelCounts::default() },
            solved: solution.solved,
            ..Card::default()
        };
        let linear = to_linear(0, &solution.parameters, labels.len());
        Ok(Model { labels, featurizer, linear, blind, gazetteer: self.gazetteer.clone(), card })
    }

    fn check_data(&self, instances: &[Instance], names: &[&str], weights: &[f64]) -> Result<Labels> {
        if instances.is_empty() {
            return Err(Error::data("there are no items", "give a file with at least one item per label"));
        }
        if names.len() != instances.len() || weights.len() != instances.len() {
            let what = format!("{} items, {} labels, {} weights", instances.len(), names.len(), weights.len());
            return Err(Error::data(what, "give one label and one weight per item"));
        }
        if let Some(weight) = weights.iter().find(|w| !(w.is_finite() && **w > 0.0)) {
            return Err(Error::data(format!("an item has the weight {weight}"), "weights are positive and finite"));
        }
        let mut seen: Vec<&str> = names.to_vec();
        seen.sort_unstable();
        seen.dedup();
        let Some(labels) = &self.labels else { return Labels::new(seen) };
        match (seen.iter().find(|n| labels.index(n).is_none()), seen.len()) {
            (Some(unknown), _) => {
                let what = format!("the label {unknown:?} is none of {}", labels.names().join(", "));
                Err(Error::data(what, "mend the item, or train with its labels"))
            }
            (None, 0 | 1) => Labels::new(seen),
            _ => Ok(labels.clone()),
        }
    }

    /// Counts features and builds the training rows.
    ///
    /// # Errors
    /// As [`matrix::build`].
    pub fn prepare(&self, instances: &[Instance]) -> Result<Prepared> {
        let emitter = Emitter::new(&self.features, self.lexicon.clone())?;
        let (featurizer, rows) = matrix::build(instances, &self.features, &emitter)?;
        Ok(Prepared { featurizer, rows })
    }

    /// Item weights times class weights.
    pub fn weigh(&self, y: &[u32], labels: usize, weights: &[f64]) -> Vec<f64> {
        let mut counts = vec![0usize; labels];
        y.iter().for_each(|label| counts[*label as usize] += 1);
        let factor = |label: u32| match self.class_weight {
            ClassWeight::Balanced => y.len() as f64 / (labels * counts[label as usize]) as f64,
            ClassWeight::None => 1.0,
        };
        y.iter().zip(weights).map(|(label, w)| factor(*label) * w).collect()
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
        let objective = Objective { x: rows, y, weights, labels, alpha: self.alpha };
        solve(self.solver, &objective, &self.stop, progress)
    }

    fn train_blind(
        &self,
        featurizer: &Featurizer,
        instances: &[Instance],
        y: &[u32],
        weights: &[f64],
        labels: usize,
    ) -> Result<Option<Linear>> {
        let columns = featurizer.blind_columns();
        if !self.baseline || columns.is_empty() || instances.iter().all(|i| i.actor.is_none()) {
            return Ok(None);
        }
        let rows = matrix::rows(instances, featurizer, Featurizer::blind_row);
        let rows = rows.into_iter().map(|row| row.columns_only(&columns));
        let rows = Rows::from_rows(rows, columns.len());
        let quiet: Progress = Arc::new(|_, _| {});
        let objective = Objective { x: &rows, y, weights, labels, alpha: self.alpha };
        let solution = solve(Solver::Sparse, &objective, &self.stop, &quiet)?;
        Ok(Some(to_linear(columns.start as u32, &solution.parameters, labels)))
    }
}

/// Solver parameters (feature by feature, biases last) to a linear function.
pub fn to_linear(first_column: u32, parameters: &[f64], labels: usize) -> Linear {
    let (weights, bias) = parameters.split_at(parameters.len() - labels);
    let narrow = |values: &[f64]| values.iter().map(|v| *v as f32).collect();
    Linear::new(first_column, narrow(weights), narrow(bias))
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
