//! Two versions of the model side by side, on items that neither was trained on.

use rayon::prelude::*;
use serde::Serialize;

use crate::error::Result;
use crate::evaluate::compare::SystemScore;
use crate::evaluate::{Baseline, Judged, Settings, compare};
use crate::feature::item::Item;
use crate::label::Labels;
use crate::predict::Classifier;
use crate::predict::classifier::Workspace;
use crate::train::dataset::Dataset;

/// Old and new on the held-out groups.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The model in use.
    pub old: Scored,
    /// The new version.
    pub new: Scored,
    /// New minus old.
    pub difference: Lead,
    /// Number of held-out items.
    pub n: usize,
    /// Number of held-out groups.
    pub groups: usize,
}

/// Scores on the held-out items.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scored {
    /// Share labelled right, in [0, 1].
    pub accuracy: f64,
    /// Mean F1 over labels, in [0, 1].
    pub macro_f1: f64,
}

/// A difference in macro-F1 with its 95 % interval, by a bootstrap over groups in which both are scored on the same
/// draws.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Lead {
    /// In [-1, 1].
    pub macro_f1: f64,
    /// Lower end of the interval; none with fewer than two groups.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

/// Compares two versions on labelled items, of which there is at least one.
///
/// # Errors
/// As [`compare()`].
pub(super) fn compared(old: &Classifier, new: &Classifier, held: Vec<Item>) -> Result<Report> {
    let mut names: Vec<String> = old.model().labels.names().to_vec();
    let further = new.model().labels.names().iter().chain(held.iter().filter_map(|item| item.label.as_ref()));
    for name in further {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    let labels = Labels::new(names)?;
    let index = |name: &str| labels.index(name).unwrap_or_default();
    let dataset = Dataset::new(held, old.gazetteer(), old.finder());
    let answers = |classifier: &Classifier| -> Vec<usize> {
        let answer = |workspace: &mut Workspace, instance| {
            index(classifier.model().labels.name(classifier.instance(instance, workspace).best()))
        };
        dataset.instances.par_iter().map_init(Workspace::default, answer).collect()
    };
    let judge = |(item, predicted): (&Item, usize)| Judged {
        gold: index(item.label.as_deref().unwrap_or_default()),
        predicted,
        group: item.group.clone(),
        ..Judged::default()
    };
    let judged: Vec<Judged> = dataset.items.iter().zip(answers(new)).map(judge).collect();
    let baseline = Baseline { name: "old".into(), predicted: answers(old) };
    let outcome = compare(&labels, ("new", &judged), &baseline, &Settings::default())?;
    let scored = |score: &SystemScore| Scored { accuracy: score.accuracy, macro_f1: score.macro_f1 };
    let interval = outcome.difference.macro_f1_interval;
    Ok(Report {
        old: scored(&outcome.b),
        new: scored(&outcome.a),
        difference: Lead {
            macro_f1: outcome.difference.macro_f1,
            low: interval.map(|interval| interval.low),
            high: interval.map(|interval| interval.high),
        },
        n: outcome.n,
        groups: outcome.groups,
    })
}
