//! Made-up judged items for the tests of this module: a small fixed report, and any items at all.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::assess::evaluate;
use super::baselines::Baseline;
use super::judged::{Judged, Settings};
use super::report::EvaluationReport;
use crate::label::Labels;
use crate::model::card::LabelCounts;
use crate::model::conformal::Thresholds;

pub(super) fn labels() -> Labels {
    Labels::new(["opposes", "neutral", "supports"]).unwrap()
}

/// A generator of small numbers that will never change under the golden files: Numerical Recipes' quick LCG.
fn numbers() -> impl FnMut(usize) -> usize {
    let mut state = 7u32;
    move |below| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % below
    }
}

/// `n` items of actors of very unequal size, most of them predicted right, sure ones more often.
pub(super) fn items(n: usize, actors: &[&str]) -> Vec<Judged> {
    let mut number = numbers();
    (0..n)
        .map(|i| {
            let gold = [0, 0, 1, 1, 1, 2][number(6)];
            let sure = 40 + number(59);
            let predicted = if number(100) < sure - 5 { gold } else { (gold + 1 + number(2)) % 3 };
            let mut scores = vec![(100 - sure) as f64 / 200.0; 3];
            scores[predicted] = sure as f64 / 100.0;
            let actor = actors[number(actors.len()).min(number(actors.len()))];
            let kind = ["agency", "dense", "headline"][number(3)];
            let fields = [("actor", actor), ("kind", kind)].map(|(k, v)| (k.to_owned(), v.to_owned()));
            Judged {
                gold,
                predicted,
                scores: Some(scores),
                group: format!("g{}", i / 3),
                fields: BTreeMap::from(fields),
            }
        })
        .collect()
}

pub(super) fn report(n: usize, actors: &[&str], by: &[&str]) -> EvaluationReport {
    let (labels, items) = (labels(), items(n, actors));
    let actor = |item: &Judged| item.fields["actor"].clone();
    let names: Vec<String> = items.iter().map(actor).collect();
    let names: Vec<Option<&str>> = names.iter().map(|name| Some(name.as_str())).collect();
    let counts = LabelCounts::count(3, names.iter().copied().zip(items.iter().map(|item| item.gold)));
    let mut baselines = counts.baselines(&names, &labels);
    let mut number = numbers();
    let blind = items.iter().map(|item| if number(2) == 0 { item.predicted } else { number(3) }).collect();
    baselines.push(Baseline { name: "target_blind".into(), predicted: blind });
    let settings = Settings {
        by: by.iter().map(|field| (*field).to_owned()).collect(),
        about: vec![
            ("model".into(), "military-intervention.safetensors".into()),
            ("data".into(), "test.jsonl & <others>".into()),
        ],
        sets: Some(Thresholds { coverage: 0.9, by_label: vec![0.6, 0.7, 0.5] }),
        ..Settings::default()
    };
    evaluate(&labels, &items, &baselines, &settings).unwrap()
}

/// The report of the golden files.
pub(super) fn small() -> EvaluationReport {
    report(120, &["us", "eu", "russia", "<i>latam</i>"], &["actor"])
}

/// Any one to forty items, with probabilities, a few groups and actors.
pub(super) fn any_items() -> impl Strategy<Value = Vec<Judged>> {
    let item = (0usize..3, 0usize..3, 0usize..6, 0usize..3, prop::array::uniform3(0.01f64..1.0));
    prop::collection::vec(item, 1..40).prop_map(|items| {
        let judged = |(gold, predicted, group, actor, weights): (usize, usize, usize, usize, [f64; 3])| {
            let sum: f64 = weights.iter().sum();
            Judged {
                gold,
                predicted,
                scores: Some(weights.iter().map(|w| w / sum).collect()),
                group: if group == 0 { String::new() } else { group.to_string() },
                fields: BTreeMap::from([("actor".to_owned(), actor.to_string())]),
            }
        };
        items.into_iter().map(judged).collect()
    })
}
