//! Two systems on the same items: how far apart they are, and whether that may be chance.
//!
//! Both are scored on the same draws of groups, so that what makes items hard for both cancels out (the paired
//! bootstrap: Efron & Tibshirani 1993, ch. 16; for macro-F1 see Yeh 2000, "More accurate tests for the statistical
//! significance of result differences"). Rendering is done elsewhere.

use serde::Serialize;

use super::baselines::Baseline;
use super::intervals::{Bootstrap, Interval, Resamples};
use super::judged::{Judged, Settings, check};
use super::mcnemar::{McNemar, mcnemar};
use super::metrics::{Confusion, LabelScore};
use super::report::as_object;
use super::sample::{Drawn, Sample};
use crate::error::Result;
use crate::label::Labels;

/// Two systems side by side.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// What was compared, in the caller's words and order; an object in JSON.
    #[serde(serialize_with = "as_object")]
    pub about: Vec<(String, String)>,
    /// Number of items, at least 1.
    pub n: usize,
    /// Number of groups that the items fall into; the bootstrap draws these.
    pub groups: usize,
    /// Label names: those that occur or that one of the systems knows.
    pub labels: Vec<String>,
    /// How the intervals were made.
    pub bootstrap: Bootstrap,
    /// The first system.
    pub a: SystemScore,
    /// The second system.
    pub b: SystemScore,
    /// First minus second.
    pub difference: Difference,
    /// Whether both err equally often.
    pub mcnemar: McNemar,
    /// Slices per field, in the order asked for; an object in JSON.
    #[serde(serialize_with = "as_object")]
    pub by: Vec<(String, Vec<ComparedSlice>)>,
    /// Number of items that the systems label differently.
    pub differing: usize,
    /// The first of these items, as many as the caller asked for.
    pub shown: Vec<Differing>,
}

/// Scores of one of the systems.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SystemScore {
    /// Its name.
    pub name: String,
    /// Share of items labelled right, in [0, 1].
    pub accuracy: f64,
    /// Bootstrap interval of the accuracy; none with fewer than two groups.
    pub accuracy_interval: Option<Interval>,
    /// Mean F1 over the labels that occur in gold or in the system's answers, in [0, 1].
    pub macro_f1: f64,
    /// Bootstrap interval of macro-F1; none with fewer than two groups.
    pub macro_f1_interval: Option<Interval>,
    /// Scores per label, in label order; an object in JSON.
    #[serde(serialize_with = "as_object")]
    pub per_label: Vec<(String, LabelScore)>,
}

/// The first system's scores minus those of the second.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Difference {
    /// In macro-F1, in [-1, 1].
    pub macro_f1: f64,
    /// Bootstrap interval of it, both systems scored on the same draws of groups.
    pub macro_f1_interval: Option<Interval>,
    /// In accuracy, in [-1, 1].
    pub accuracy: f64,
    /// Bootstrap interval of it, paired likewise.
    pub accuracy_interval: Option<Interval>,
    /// Share of the resamples in which the first system's macro-F1 is the larger.
    pub a_ahead: Option<f64>,
    /// Share of the resamples in which the second system's macro-F1 is the larger; ties are in neither.
    pub b_ahead: Option<f64>,
}

/// Both systems on the items that share a value of a field.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ComparedSlice {
    /// The value; `(not given)` for items without the field.
    pub value: String,
    /// Number of items, at least 1.
    pub n: usize,
    /// Number of groups that they fall into.
    pub groups: usize,
    /// Macro-F1 of the first system, over the labels that occur in this slice.
    pub a: f64,
    /// Bootstrap interval of it; none for a slice that is too small, see `note`.
    pub a_interval: Option<Interval>,
    /// Macro-F1 of the second system.
    pub b: f64,
    /// Bootstrap interval of it.
    pub b_interval: Option<Interval>,
    /// First minus second.
    pub difference: f64,
    /// Bootstrap interval of the difference, paired.
    pub difference_interval: Option<Interval>,
    /// What the reader has to know about this slice.
    pub note: Option<String>,
}

/// An item that the systems label differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Differing {
    /// The item's id.
    pub id: String,
    /// Its actor, if it asks about one.
    pub actor: Option<String>,
    /// Its text.
    pub text: String,
    /// Its label.
    pub gold: String,
    /// What the first system says.
    pub a: String,
    /// What the second system says.
    pub b: String,
}

/// Compares the predictions that the items carry (`a`) with other predictions for the same items (`b`).
///
/// # Errors
/// As [`super::evaluate()`].
pub fn compare(labels: &Labels, a: (&str, &[Judged]), b: &Baseline, settings: &Settings) -> Result<Comparison> {
    let (name, items) = a;
    check(labels, items, std::slice::from_ref(b), settings)?;
    let sample = Sample::new(labels.len(), items, [&b.predicted]);
    let everything = sample.everything();
    let (groups, drawn) = sample.draw(&everything, &settings.bootstrap);
    let [one, two] = [0, 1].map(|system| sample.confusion(system, &everything));
    let names = labels.names();
    let right = |predicted: usize, item: &Judged| predicted == item.gold;
    let pairs = || items.iter().zip(&b.predicted).map(|(item, b)| (right(item.predicted, item), right(*b, item)));
    let only = |which: (bool, bool)| pairs().filter(|pair| *pair == which).count() as u64;
    Ok(Comparison {
        about: settings.about.clone(),
        n: items.len(),
        groups,
        labels: names.to_vec(),
        bootstrap: settings.bootstrap,
        a: score(name, names, &one, drawn.as_ref().map(|d| (d, 0))),
        b: score(&b.name, names, &two, drawn.as_ref().map(|d| (d, 1))),
        difference: difference(&one, &two, drawn.as_ref()),
        mcnemar: mcnemar(only((true, false)), only((false, true))),
        by: settings.by.iter().map(|field| (field.clone(), slices(&sample, field, settings))).collect(),
        differing: items.iter().zip(&b.predicted).filter(|(item, b)| item.predicted != **b).count(),
        shown: Vec::new(),
    })
}

fn score(name: &str, labels: &[String], confusion: &Confusion, drawn: Option<(&Resamples, usize)>) -> SystemScore {
    SystemScore {
        name: name.to_owned(),
        accuracy: confusion.accuracy(),
        accuracy_interval: drawn.map(|(drawn, system)| drawn.accuracy(system)),
        macro_f1: confusion.macro_f1(),
        macro_f1_interval: drawn.map(|(drawn, system)| drawn.macro_f1(system)),
        per_label: confusion.label_scores(labels),
    }
}

fn difference(a: &Confusion, b: &Confusion, drawn: Option<&Resamples>) -> Difference {
    Difference {
        macro_f1: a.macro_f1() - b.macro_f1(),
        macro_f1_interval: drawn.map(|d| d.macro_f1_difference(0, 1)),
        accuracy: a.accuracy() - b.accuracy(),
        accuracy_interval: drawn.map(|d| d.accuracy_difference(0, 1)),
        a_ahead: drawn.map(|d| d.share_ahead(0, 1)),
        b_ahead: drawn.map(|d| d.share_ahead(1, 0)),
    }
}

fn slices(sample: &Sample, field: &str, settings: &Settings) -> Vec<ComparedSlice> {
    let slice = |(value, chosen): (&str, Vec<usize>)| {
        let Drawn { groups, resamples, note } = sample.draw_slice(&chosen, settings);
        let [a, b] = [0, 1].map(|system| sample.confusion(system, &chosen).macro_f1());
        let [a_interval, b_interval] = [0, 1].map(|system| resamples.as_ref().map(|d| d.macro_f1(system)));
        ComparedSlice {
            value: value.to_owned(),
            n: chosen.len(),
            groups,
            a,
            a_interval,
            b,
            b_interval,
            difference: a - b,
            difference_interval: resamples.map(|d| d.macro_f1_difference(0, 1)),
            note,
        }
    };
    sample.slices(field).into_iter().map(slice).collect()
}

#[cfg(test)]
mod tests {
    use super::super::made_up;
    use super::*;

    /// Made-up items, and the same predictions with every fifth one wrong.
    fn two(n: usize) -> (Vec<Judged>, Baseline) {
        let items = made_up::items(n, &["us", "eu"]);
        let worse = |(i, item): (usize, &Judged)| if i % 5 == 0 { (item.gold + 1) % 3 } else { item.predicted };
        let predicted = items.iter().enumerate().map(worse).collect();
        (items, Baseline { name: "b".into(), predicted })
    }

    #[test]
    fn a_worse_system_is_behind_on_nearly_every_draw() {
        let (items, b) = two(300);
        let settings = Settings { by: vec!["kind".into()], ..Settings::default() };
        let comparison = compare(&made_up::labels(), ("a", &items), &b, &settings).unwrap();
        let difference = comparison.difference;
        assert!(difference.macro_f1 > 0.05 && difference.macro_f1_interval.unwrap().low > 0.0, "{difference:?}");
        assert!(difference.a_ahead.unwrap() > 0.99 && difference.b_ahead.unwrap() < 0.01, "{difference:?}");
        assert_eq!(comparison.mcnemar.only_b, 0);
        assert_eq!(comparison.by[0].1.iter().map(|s| s.n).sum::<usize>(), 300);
        for slice in &comparison.by[0].1 {
            assert!((slice.a - slice.b - slice.difference).abs() < 1e-12 && slice.difference_interval.is_some());
        }
    }

    #[test]
    fn pairing_makes_the_interval_narrower_than_the_two_apart() {
        let (items, b) = two(300);
        let comparison = compare(&made_up::labels(), ("a", &items), &b, &Settings::default()).unwrap();
        let width = |i: Option<Interval>| i.map(|i| i.high - i.low).unwrap();
        let (a, b) = (comparison.a.macro_f1_interval, comparison.b.macro_f1_interval);
        assert!(width(comparison.difference.macro_f1_interval) < 0.7 * (width(a).powi(2) + width(b).powi(2)).sqrt());
    }

    #[test]
    fn the_paired_interval_of_independent_items_is_that_of_correlated_proportions() {
        // Agresti, Categorical Data Analysis (2002), section 10.1.1: for 60 items only A has right and 30 only B has, of
        // 400, the difference 0.075 has the standard error sqrt((60 + 30 - 30^2 / 400) / 400^2) = 0.02342.
        let judged = |i: usize| Judged { predicted: usize::from((60..90).contains(&i)), ..Judged::default() };
        let items: Vec<Judged> = (0..400).map(judged).collect();
        let b = Baseline { name: "b".into(), predicted: (0..400).map(|i| usize::from(i < 60)).collect() };
        let settings =
            Settings { bootstrap: Bootstrap { resamples: 4000, ..Bootstrap::default() }, ..Settings::default() };
        let comparison = compare(&made_up::labels(), ("a", &items), &b, &settings).unwrap();
        let (difference, interval) = (comparison.difference, comparison.difference.accuracy_interval.unwrap());
        assert!((difference.accuracy - 0.075).abs() < 1e-12);
        let (low, high) = (0.075 - 1.96 * 0.02342, 0.075 + 1.96 * 0.02342);
        assert!((interval.low - low).abs() < 0.005 && (interval.high - high).abs() < 0.005, "{interval:?}");
        assert_eq!((comparison.mcnemar.only_a, comparison.mcnemar.only_b, comparison.differing), (60, 30, 90));
    }

    #[test]
    fn a_system_does_not_differ_from_itself() {
        let items = made_up::items(60, &["us"]);
        let same = Baseline { name: "same".into(), predicted: items.iter().map(|i| i.predicted).collect() };
        let comparison = compare(&made_up::labels(), ("a", &items), &same, &Settings::default()).unwrap();
        let Difference { macro_f1, macro_f1_interval, a_ahead, b_ahead, .. } = comparison.difference;
        assert_eq!((macro_f1, macro_f1_interval), (0.0, Some(Interval { low: 0.0, high: 0.0 })));
        assert_eq!((a_ahead, b_ahead, comparison.mcnemar.p_value), (Some(0.0), Some(0.0), 1.0));
        assert_eq!(comparison.differing, 0);
    }
}
