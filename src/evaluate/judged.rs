//! What goes into an evaluation: judged items and settings, and the check that they make sense together.
//!
//! Nothing is scored here.

use std::collections::BTreeMap;

use super::baselines::Baseline;
use super::intervals::Bootstrap;
use crate::error::{Error, Place, Result};
use crate::label::Labels;
use crate::model::conformal::Thresholds;

/// One item with its true and its predicted label, both indices into the [`Labels`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Judged {
    /// The true label.
    pub gold: usize,
    /// The predicted label.
    pub predicted: usize,
    /// One probability per label, summing to 1, if the predictor gives any.
    pub scores: Option<Vec<f64>>,
    /// What the item belongs to (article, story); items of one group are drawn together. Empty: a group of its own.
    pub group: String,
    /// Whatever slices are asked by: actor, crisis, kind.
    pub fields: BTreeMap<String, String>,
}

/// What to report and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// How intervals are made.
    pub bootstrap: Bootstrap,
    /// Fields to slice by; defaults to none.
    pub by: Vec<String>,
    /// A slice of fewer items gets no interval; defaults to 30.
    pub small: usize,
    /// Facts shown at the head of the report; defaults to none.
    pub about: Vec<(String, String)>,
    /// What makes the prediction sets that are reported on; defaults to none.
    pub sets: Option<Thresholds>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { bootstrap: Bootstrap::default(), by: Vec::new(), small: 30, about: Vec::new(), sets: None }
    }
}

/// Everything that would make a number meaningless, named by the item it is in.
pub(super) fn check(labels: &Labels, items: &[Judged], baselines: &[Baseline], settings: &Settings) -> Result<()> {
    let Bootstrap { level, .. } = settings.bootstrap;
    if !(level > 0.0 && level < 1.0) {
        return Err(Error::setting("level", level, "give a share between 0 and 1, such as 0.95"));
    }
    if let Some((_, twice)) = settings.by.iter().enumerate().find(|(i, field)| settings.by[..*i].contains(field)) {
        return Err(Error::setting("by", twice, "name each field once"));
    }
    if items.is_empty() {
        return Err(Error::input(Place::file("items"), "there is none to evaluate", "give at least one labelled item"));
    }
    if let Some(sets) = settings.sets.as_ref().filter(|sets| sets.by_label.len() != labels.len()) {
        let got = format!("{} thresholds", sets.by_label.len());
        return Err(Error::setting("sets", got, format!("give one for each of {} labels", labels.len())));
    }
    items.iter().enumerate().try_for_each(|(i, item)| check_item(labels.len(), i, item))?;
    let names = || baselines.iter().map(|b| &b.name);
    if let Some((_, twice)) = names().enumerate().find(|(i, name)| names().take(*i).any(|n| n == *name)) {
        return Err(Error::input(Place::file("baselines"), format!("{twice:?} stands twice"), "name each once"));
    }
    for Baseline { name, predicted } in baselines {
        if predicted.len() != items.len() || predicted.iter().any(|p| *p >= labels.len()) {
            let what = format!("{name:?} has {} predictions for {} items", predicted.len(), items.len());
            return Err(Error::input(
                Place::file("baselines"),
                what,
                "give one known label per item, in the order of the items",
            ));
        }
    }
    Ok(())
}

fn check_item(k: usize, i: usize, item: &Judged) -> Result<()> {
    let place = Place::line("items", i + 1);
    let label = item.gold.max(item.predicted);
    if label >= k {
        return Err(Error::input(place, format!("label number {label} of {k}"), "number labels from 0"));
    }
    let Some(p) = &item.scores else { return Ok(()) };
    // A NaN is in no range, so this refuses it too.
    let sound = p.len() == k && p.iter().all(|p| (0.0..=1.0).contains(p)) && (p.iter().sum::<f64>() - 1.0).abs() < 1e-3;
    if !sound {
        let help = format!("give {k} probabilities that sum to 1, or none");
        return Err(Error::input(place, format!("the scores are {p:?}"), help));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{evaluate, made_up};
    use super::*;

    #[test]
    fn what_cannot_be_scored_is_refused_by_name() {
        let labels = made_up::labels();
        let item = Judged { scores: Some(vec![0.5, f64::NAN, 0.5]), ..Judged::default() };
        let settings = Settings::default();
        let message =
            |items: &[Judged], b: &[Baseline], s: &Settings| evaluate(&labels, items, b, s).unwrap_err().to_string();
        assert!(message(&[], &[], &settings).contains("items: there is none"));
        assert!(message(&[item], &[], &settings).contains("items:1: the scores"));
        assert!(
            message(&[Judged { gold: 3, ..Judged::default() }], &[], &settings)
                .contains("items:1: label number 3 of 3")
        );
        let rival = Baseline { name: "majority".into(), predicted: vec![] };
        assert!(message(&[Judged::default()], &[rival], &settings).contains("0 predictions for 1 items"));
        let twice = Settings { by: vec!["actor".into(); 2], ..Settings::default() };
        assert!(message(&[Judged::default()], &[], &twice).contains("by = actor"));
        let rivals = vec![Baseline { name: "majority".into(), predicted: vec![0] }; 2];
        assert!(message(&[Judged::default()], &rivals, &settings).contains("stands twice"));
        let mut wrong = settings.clone();
        wrong.bootstrap.level = 1.0;
        assert!(message(&[Judged::default()], &[], &wrong).contains("level = 1"));
    }
}
