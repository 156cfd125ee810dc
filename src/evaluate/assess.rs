//! From judged items to the report: counts once per group, scores everything on the same draws.
//!
//! What may come in is said in `judged`; formulas are in `metrics` and `probability`, the bootstrap in `intervals`;
//! rendering is done elsewhere.

use super::baselines::Baseline;
use super::by_actor::by_actor;
use super::intervals::Resamples;
use super::judged::{Judged, Settings, check};
use super::metrics::Confusion;
use super::probability::{brier, expected_calibration_error, log_loss, reliability};
use super::report::{BaselineScore, ConfusionTable, EvaluationReport, Slice};
use super::sample::{Drawn, Sample};
use super::selective::risk_coverage;
use super::sets;
use crate::error::Result;
use crate::label::Labels;

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
    let sample = Sample::new(labels.len(), items, baselines.iter().map(|b| &b.predicted));
    let everything = sample.everything();
    let (groups, drawn) = sample.draw(&everything, &settings.bootstrap);
    let confusion = sample.confusion(0, &everything);
    let (accuracy, macro_f1) = (confusion.accuracy(), confusion.macro_f1());
    let names = labels.names().to_vec();
    let mut report = EvaluationReport {
        about: settings.about.clone(),
        n: items.len(),
        groups,
        labels: names.clone(),
        accuracy,
        accuracy_interval: drawn.as_ref().map(|d| d.accuracy(0)),
        macro_f1,
        macro_f1_interval: drawn.as_ref().map(|d| d.macro_f1(0)),
        bootstrap: settings.bootstrap,
        per_label: confusion.label_scores(&names),
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
        near_duplicates: None,
    };
    score_probabilities(&mut report, items);
    let rival = |(i, baseline): (usize, &Baseline)| {
        let score = score_baseline(&sample.confusion(i + 1, &everything), i + 1, macro_f1, drawn.as_ref());
        (baseline.name.clone(), score)
    };
    report.baselines = baselines.iter().enumerate().map(rival).collect();
    // Slices show what is evaluated, not its rivals.
    let alone = Sample::new(labels.len(), items, []);
    report.by = settings.by.iter().map(|field| (field.clone(), slices(&alone, field, settings))).collect();
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

/// The slices of one field.
fn slices(sample: &Sample, field: &str, settings: &Settings) -> Vec<Slice> {
    let slice = |(value, chosen): (&str, Vec<usize>)| {
        let Drawn { groups, resamples, note } = sample.draw_slice(&chosen, settings);
        let confusion = sample.confusion(0, &chosen);
        Slice {
            value: value.to_owned(),
            n: chosen.len(),
            groups,
            accuracy: confusion.accuracy(),
            macro_f1: confusion.macro_f1(),
            macro_f1_interval: resamples.map(|d| d.macro_f1(0)),
            note,
        }
    };
    sample.slices(field).into_iter().map(slice).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Bootstrap, made_up};
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
