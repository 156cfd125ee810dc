//! From judged items to the report: counts once per group, scores everything on the same draws.
//!
//! What may come in is said in `judged`; formulas are in `metrics` and `probability`, the bootstrap in `intervals`;
//! rendering is done elsewhere.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::baselines::Baseline;
use super::by_actor::by_actor;
use super::intervals::{Bootstrap, Grouped, Resamples};
use super::judged::{Judged, Settings, check};
use super::metrics::Confusion;
use super::probability::{brier, expected_calibration_error, log_loss, reliability};
use super::report::{BaselineScore, ConfusionTable, EvaluationReport, Slice};
use super::selective::risk_coverage;
use super::sets;
use crate::error::Result;
use crate::label::Labels;

/// Value under which a slice shows the items that lack its field.
const NOT_GIVEN: &str = "(not given)";
/// Intervals from fewer groups than this tend to be too narrow (Cameron, Gelbach & Miller 2008); the slice says so.
const FEW_GROUPS: usize = 10;

/// Scores judged items, beside baselines that predict the same items in the same order.
///
/// # Errors
/// No items; a label, a row of probabilities or a baseline that does not fit `labels` or the items; a bootstrap level
/// outside (0, 1).
pub fn evaluate(
    labels: &Labels,
    items: &[Judged],
    baselines: &[Baseline],
    settings: &Settings,
) -> Result<EvaluationReport> {
    check(labels, items, baselines, settings)?;
    let k = labels.len();
    let groups = number_groups(items);
    let everything: Vec<usize> = (0..items.len()).collect();
    let systems: Vec<Vec<usize>> = std::iter::once(items.iter().map(|item| item.predicted).collect())
        .chain(baselines.iter().map(|b| b.predicted.clone()))
        .collect();
    let (number_of_groups, drawn) = draw(k, items, &groups, &everything, &systems, &settings.bootstrap);
    let confusion = confusion(k, items, &everything, &systems[0]);
    let (accuracy, macro_f1) = (confusion.accuracy(), confusion.macro_f1());
    let names = labels.names().to_vec();
    let mut report = EvaluationReport {
        about: settings.about.clone(),
        n: items.len(),
        groups: number_of_groups,
        labels: names.clone(),
        accuracy,
        accuracy_interval: drawn.as_ref().map(|d| d.accuracy(0)),
        macro_f1,
        macro_f1_interval: drawn.as_ref().map(|d| d.macro_f1(0)),
        bootstrap: settings.bootstrap,
        per_label: names.iter().cloned().zip((0..k).map(|label| confusion.label_score(label))).collect(),
        confusion: ConfusionTable { labels: names, rows: confusion.rows().map(<[u64]>::to_vec).collect() },
        log_loss: None,
        brier: None,
        ece: None,
        reliability: None,
        risk_coverage: None,
        calibration_by_actor: by_actor(items),
        sets: settings.sets.as_ref().and_then(|thresholds| sets::report(labels, items, thresholds)),
        baselines: Vec::new(),
        by: Vec::new(),
    };
    score_probabilities(&mut report, items);
    report.baselines = baselines
        .iter()
        .enumerate()
        .map(|(i, Baseline { name, predicted })| {
            let rival = self::confusion(k, items, &everything, predicted);
            (name.clone(), score_baseline(&rival, i + 1, macro_f1, drawn.as_ref()))
        })
        .collect();
    report.by = settings.by.iter().map(|f| (f.clone(), slices(f, k, items, &groups, settings))).collect();
    Ok(report)
}

/// Scores of one baseline, which is the given system of the draws; system 0 is what is evaluated.
fn score_baseline(rival: &Confusion, system: usize, macro_f1: f64, drawn: Option<&Resamples>) -> BaselineScore {
    BaselineScore {
        accuracy: rival.accuracy(),
        macro_f1: rival.macro_f1(),
        macro_f1_interval: drawn.map(|d| d.macro_f1(system)),
        difference: macro_f1 - rival.macro_f1(),
        difference_interval: drawn.map(|d| d.macro_f1_difference(0, system)),
    }
}

/// A number per item that items of the same group share.
fn number_groups<'a>(items: &'a [Judged]) -> Vec<usize> {
    let mut numbers: FxHashMap<&'a str, usize> = FxHashMap::default();
    let mut next = 0;
    let number = |item: &'a Judged| {
        let number = if item.group.is_empty() { next } else { *numbers.entry(&item.group).or_insert(next) };
        next += usize::from(number == next);
        number
    };
    items.iter().map(number).collect()
}

fn confusion(k: usize, items: &[Judged], chosen: &[usize], predicted: &[usize]) -> Confusion {
    Confusion::from_pairs(k, chosen.iter().map(|&i| (items[i].gold, predicted[i])))
}

/// The number of groups among the chosen items, and all systems scored on draws of these groups.
///
/// Groups are sorted by what is in them, so that the interval does not depend on how the items were ordered.
fn draw(
    k: usize,
    items: &[Judged],
    groups: &[usize],
    chosen: &[usize],
    systems: &[Vec<usize>],
    bootstrap: &Bootstrap,
) -> (usize, Option<Resamples>) {
    let mut dense: Vec<usize> = chosen.iter().map(|&i| groups[i]).collect();
    dense.sort_unstable();
    dense.dedup();
    let mut grouped = Grouped::new(dense.len(), systems.len(), k);
    for &i in chosen {
        let group = dense.partition_point(|g| *g < groups[i]);
        for (system, predicted) in systems.iter().enumerate() {
            grouped.add(group, system, items[i].gold, predicted[i]);
        }
    }
    grouped.sort();
    (dense.len(), bootstrap.draw(&grouped))
}

/// Fills in log loss, Brier score, calibration and the risk-coverage curve, if every item has probabilities.
fn score_probabilities(report: &mut EvaluationReport, items: &[Judged]) {
    let Some(scores) = items.iter().map(|item| item.scores.as_deref()).collect::<Option<Vec<&[f64]>>>() else {
        return;
    };
    let rows = || items.iter().map(|item| item.gold).zip(scores.iter().copied());
    let top = |p: &[f64]| p.iter().copied().fold(0.0, f64::max);
    let sure = || items.iter().zip(&scores).map(|(item, p)| (item.gold == item.predicted, top(p)));
    let bins = reliability(sure());
    report.log_loss = Some(log_loss(rows()));
    report.brier = Some(brier(rows()));
    report.ece = Some(expected_calibration_error(&bins));
    report.reliability = Some(bins);
    report.risk_coverage = risk_coverage(sure());
}

/// The slices of one field, largest first, then by name.
fn slices(field: &str, k: usize, items: &[Judged], groups: &[usize], settings: &Settings) -> Vec<Slice> {
    let mut members: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (i, item) in items.iter().enumerate() {
        members.entry(item.fields.get(field).map_or(NOT_GIVEN, String::as_str)).or_default().push(i);
    }
    let predicted = [items.iter().map(|item| item.predicted).collect()];
    let mut slices: Vec<Slice> = members
        .into_iter()
        .map(|(value, chosen)| {
            let small = chosen.len() < settings.small;
            let bootstrap =
                Bootstrap { resamples: if small { 0 } else { settings.bootstrap.resamples }, ..settings.bootstrap };
            let (number_of_groups, drawn) = draw(k, items, groups, &chosen, &predicted, &bootstrap);
            let confusion = confusion(k, items, &chosen, &predicted[0]);
            Slice {
                value: value.to_owned(),
                n: chosen.len(),
                groups: number_of_groups,
                accuracy: confusion.accuracy(),
                macro_f1: confusion.macro_f1(),
                macro_f1_interval: drawn.map(|d| d.macro_f1(0)),
                note: note(small, number_of_groups, settings),
            }
        })
        .collect();
    slices.sort_by_key(|slice| std::cmp::Reverse(slice.n)); // stable: equals stay sorted by name
    slices
}

fn note(small: bool, groups: usize, settings: &Settings) -> Option<String> {
    match groups {
        _ if small => Some(format!("fewer than {} items: no interval", settings.small)),
        1 => Some("one group: no interval".into()),
        2..FEW_GROUPS => Some(format!("fewer than {FEW_GROUPS} groups: the interval may be too narrow")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::made_up;
    use super::*;

    #[test]
    fn the_report_as_json() {
        let mut report = made_up::small();
        // The last digit of a logarithm is the platform's.
        report.log_loss = report.log_loss.map(|loss| (loss * 1e9).round() / 1e9);
        insta::assert_snapshot!(serde_json::to_string_pretty(&report).unwrap());
    }

    #[test]
    fn items_without_a_group_are_groups_of_their_own() {
        let items = vec![Judged::default(); 5];
        let report = evaluate(&made_up::labels(), &items, &[], &Settings::default()).unwrap();
        assert_eq!(report.groups, 5);
        assert!(report.macro_f1_interval.is_some());
        let one = Judged { group: "a".into(), ..Judged::default() };
        let report = evaluate(&made_up::labels(), &[one.clone(), one], &[], &Settings::default()).unwrap();
        assert_eq!((report.groups, report.macro_f1_interval), (1, None));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn no_number_is_nan_and_order_does_not_matter(
            (items, shuffled) in made_up::any_items().prop_flat_map(|i| (Just(i.clone()), Just(i).prop_shuffle()))
        ) {
            let settings = Settings {
                by: vec!["actor".into()],
                small: 5,
                bootstrap: Bootstrap { resamples: 40, ..Bootstrap::default() },
                ..Settings::default()
            };
            let rival = |items: &[Judged]| vec![Baseline { name: "majority".into(), predicted: vec![1; items.len()] }];
            let labels = made_up::labels();
            let a = evaluate(&labels, &items, &rival(&items), &settings).unwrap();
            let b = evaluate(&labels, &shuffled, &rival(&shuffled), &settings).unwrap();
            prop_assert_eq!(a.macro_f1_interval, b.macro_f1_interval);
            prop_assert_eq!(&a.by, &b.by);
            prop_assert_eq!(&a.baselines, &b.baselines);
            // serde_json writes NaN and infinity as null, so look at the numbers that must be there.
            let json = serde_json::to_value(&a).unwrap();
            for number in ["/accuracy", "/macro_f1", "/log_loss", "/brier", "/ece", "/baselines/majority/difference"] {
                prop_assert!(json.pointer(number).unwrap().is_f64(), "{} in {}", number, json);
            }
            prop_assert_eq!(a.by[0].1.iter().map(|s| s.n).sum::<usize>(), items.len());
        }
    }
}
