//! The trained model: labels, featurizer, weights, gazetteer and card in one value that never changes.

use std::sync::Arc;

use super::card::Card;
use super::linear::Linear;
use crate::actor::gazetteer::Gazetteer;
use crate::feature::featurizer::{Featurizer, Scratch};
use crate::feature::instance::InstanceView;
use crate::feature::row::Row;
use crate::label::{Labels, Scores};

/// A model, ready to score instances.
#[derive(Clone)]
pub struct Model {
    /// The labels it tells apart.
    pub labels: Labels,
    /// Instances to rows.
    pub featurizer: Featurizer,
    /// Rows to logits.
    pub linear: Linear,
    /// The target-blind baseline: weights over words, trained without knowing who is asked about. `None` if the training
    /// items had no actors, or the words family was off.
    pub blind: Option<Linear>,
    /// Who is an actor.
    pub gazetteer: Arc<Gazetteer>,
    /// How it was made.
    pub card: Card,
}

/// Memory that is used again from instance to instance.
#[derive(Debug, Default)]
pub struct ScoreScratch {
    features: Scratch,
    row: Row,
    logits: Vec<f64>,
}

/// What one feature occurrence adds to the logit of a label.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution {
    /// The feature's name.
    pub feature: String,
    /// Bytes of the instance's text that it was read off.
    pub span: crate::text::span::Span,
    /// What it adds. Over all occurrences of a row, with the bias, these sum to the logit.
    pub value: f64,
}

impl Model {
    /// Probabilities of the labels for an instance.
    pub fn scores(&self, view: &InstanceView<'_>, scratch: &mut ScoreScratch) -> Scores {
        self.featurizer.row(view, &mut scratch.features, &mut scratch.row);
        self.linear.logits(&scratch.row, &mut scratch.logits);
        Scores::softmax(&scratch.logits)
    }

    /// Probabilities by the target-blind baseline, if the model has one.
    pub fn blind_scores(&self, view: &InstanceView<'_>, scratch: &mut ScoreScratch) -> Option<Scores> {
        let blind = self.blind.as_ref()?;
        self.featurizer.blind_row(view, &mut scratch.features, &mut scratch.row);
        blind.logits(&scratch.row, &mut scratch.logits);
        Some(Scores::softmax(&scratch.logits))
    }

    /// What each feature occurrence adds to the logit of `label`, the largest first, and the bias. A feature that occurs
    /// several times shares its contribution equally among its places.
    pub fn explain(
        &self,
        view: &InstanceView<'_>,
        label: usize,
        scratch: &mut ScoreScratch,
    ) -> (Vec<Contribution>, f64) {
        self.featurizer.row(view, &mut scratch.features, &mut scratch.row);
        let row = &scratch.row;
        let occurrences = self.featurizer.occurrences(view, &mut scratch.features);
        let mut times = vec![0u32; row.columns.len()];
        let place = |column: u32| row.columns.binary_search(&column).expect("the row has every known feature");
        occurrences.iter().for_each(|o| times[place(o.column)] += 1);
        let mut contributions: Vec<Contribution> = occurrences
            .iter()
            .map(|o| {
                let at = place(o.column);
                let weight = f64::from(self.linear.of_column(o.column)[label]);
                let feature = self.featurizer.vocabulary().name(o.column as usize).to_string();
                let value = weight * f64::from(row.values[at]) / f64::from(times[at]);
                Contribution { feature, span: o.span, value }
            })
            .collect();
        contributions.sort_by(|a, b| b.value.abs().total_cmp(&a.value.abs()).then_with(|| a.feature.cmp(&b.feature)));
        (contributions, f64::from(self.linear.bias()[label]))
    }

    /// The features with the largest weights for a label: (name, weight), the heaviest first, ties by name.
    pub fn heaviest(&self, label: usize, top: usize) -> Vec<(&str, f32)> {
        let vocabulary = self.featurizer.vocabulary();
        let mut all: Vec<(usize, f32)> =
            (0..vocabulary.len()).map(|c| (c, self.linear.of_column(c as u32)[label])).collect();
        let name = |column: usize| vocabulary.name(column);
        all.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then_with(|| name(a.0).cmp(name(b.0))));
        all.into_iter().take(top).map(|(c, w)| (vocabulary.name(c), w)).collect()
    }
}
