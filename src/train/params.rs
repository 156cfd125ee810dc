//! Training parameters by the conventions of linfa: setters, a check, a fit on a dataset, a model.
//!
//! ```text
//! Model::params() -> setters -> check() -> fit(&DatasetBase<Array1<Instance>, Array1<Label>>) -> Model
//! ```
//!
//! Here are the parameters; what is done with them stands in `fit.rs`.

use std::sync::Arc;

use linfa::prelude::*;

use super::matrix::Room;
use super::solver::{Progress, Solver, SolverSettings};
use crate::actor::gazetteer::Gazetteer;
use crate::error::{Error, Result};
use crate::feature::featurizer::FeatureSettings;
use crate::feature::lexicon::Lexicon;
use crate::label::Labels;
use crate::model::Model;

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

    /// Item weights times class weights.
    pub fn weigh(self, y: &[u32], labels: usize, weights: &[f64]) -> Vec<f64> {
        let mut counts = vec![0usize; labels];
        y.iter().for_each(|label| counts[*label as usize] += 1);
        let factor = |label: u32| match self {
            ClassWeight::Balanced => y.len() as f64 / (labels * counts[label as usize]) as f64,
            ClassWeight::None => 1.0,
        };
        y.iter().zip(weights).map(|(label, w)| factor(*label) * w).collect()
    }
}

/// Whether and how probabilities are calibrated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Calibrate {
    /// `temperature` for numbers of items in [`AUTO_ITEMS`] and at least [`CALIBRATION_FOLDS`] groups, `none` otherwise.
    #[default]
    Auto,
    /// Probabilities as the solver leaves them, and no prediction sets.
    None,
    /// One factor for all logits: never changes which label is the most probable.
    Temperature,
    /// A factor and a shift for each label: may change which label is the most probable.
    Vector,
}

/// Folds of the cross-validation that calibration is fitted on.
pub const CALIBRATION_FOLDS: usize = 5;
/// Numbers of items that `auto` calibrates: fewer say little of a temperature, and with more the cross-validation would
/// take several times as long as everything else.
pub const AUTO_ITEMS: std::ops::RangeInclusive<usize> = 200..=50_000;
impl Calibrate {
    /// Every choice, with the name it has on the command line and in the card.
    pub const ALL: [(&'static str, Calibrate); 4] = [
        ("auto", Calibrate::Auto),
        ("none", Calibrate::None),
        ("temperature", Calibrate::Temperature),
        ("vector", Calibrate::Vector),
    ];

    /// What is done with so many items in so many groups, never `Auto`.
    pub(super) fn resolve(self, items: usize, groups: usize) -> Self {
        match self {
            Calibrate::Auto if AUTO_ITEMS.contains(&items) && groups >= CALIBRATION_FOLDS => Calibrate::Temperature,
            Calibrate::Auto => Calibrate::None,
            chosen => chosen,
        }
    }
}

/// How features are scaled, beside term and document frequencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FeatureScale {
    /// Not at all.
    #[default]
    None,
    /// By log-count ratios, see [`super::nb`].
    Nb,
}

/// What a search for the best parameters may change of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// Name of the set of families.
    pub set: String,
    /// The families.
    pub families: Vec<String>,
    /// Minimum count of a feature.
    pub min_count: u32,
    /// Weight of the penalty.
    pub alpha: f64,
    /// How labels are weighted.
    pub class_weight: ClassWeight,
}

/// Parameters that have been checked.
#[derive(Clone)]
pub struct ModelValidParams {
    pub(super) features: FeatureSettings,
    pub(super) alpha: f64,
    pub(super) class_weight: ClassWeight,
    pub(super) solver: Solver,
    pub(super) stop: SolverSettings,
    pub(super) baseline: bool,
    pub(super) labels: Option<Labels>,
    pub(super) lexicon: Arc<Lexicon>,
    pub(super) gazetteer: Arc<Gazetteer>,
    pub(super) progress: Progress,
    pub(super) room: Room,
    pub(super) calibrate: Calibrate,
    pub(super) scale: FeatureScale,
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
            room: Room::default(),
            calibrate: Calibrate::default(),
            scale: FeatureScale::default(),
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

    /// Whether and how probabilities are calibrated; defaults to `auto`.
    pub fn calibrate(mut self, calibrate: Calibrate) -> Self {
        self.0.calibrate = calibrate;
        self
    }

    /// How features are scaled beside tf-idf; defaults to not at all.
    pub fn scale(mut self, scale: FeatureScale) -> Self {
        self.0.scale = scale;
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

impl ModelValidParams {
    /// The gazetteer that the model will carry.
    pub fn gazetteer(&self) -> &Gazetteer {
        &self.gazetteer
    }

    /// Weight of the penalty.
    pub fn alpha(&self) -> f64 {
        self.alpha
    }

    /// The same with a report of progress.
    pub fn with_progress(mut self, progress: Progress) -> Self {
        self.progress = progress;
        self
    }

    /// The same within another limit of memory.
    pub fn with_room(mut self, room: Room) -> Self {
        self.room = room;
        self
    }

    /// The same with a setting of a search, known to be in range.
    pub(crate) fn with_setting(mut self, setting: &Setting) -> Self {
        self.features.families.clone_from(&setting.families);
        self.features.min_count = setting.min_count;
        self.alpha = setting.alpha;
        self.class_weight = setting.class_weight;
        self
    }

    /// The same with another alpha, known to be in range.
    pub(super) fn with_alpha(mut self, alpha: f64) -> Self {
        self.alpha = alpha;
        self
    }
}
