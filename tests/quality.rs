//! The shipped model stays as good as it was on groups and crises that it was not trained on.

mod common;

use common::{at, stance};
use serde_json::Value;

/// Floor of macro-F1 on `data/test.jsonl`.
const MACRO_F1: f64 = 0.735;
/// Floor of the F1 of each label.
const LABEL_F1: f64 = 0.70;
/// How much better than the best baseline it must be, which does not know who is asked about.
const LEAD: f64 = 0.05;

fn report() -> Value {
    let args = ["evaluate", "--data", &at("data/test.jsonl"), "--format", "json", "--resamples", "0"];
    serde_json::from_str(&stance(args).ok().out).expect("JSON")
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

#[test]
fn the_shipped_model_stays_above_its_floors() {
    let report = report();
    let f1 = number(&report["macro_f1"]);
    assert!(f1 >= MACRO_F1, "macro-F1 {f1:.4} is below {MACRO_F1}");
    for (label, score) in report["per_label"].as_object().expect("labels") {
        let f1 = number(&score["f1"]);
        assert!(f1 >= LABEL_F1, "the F1 of {label} is {f1:.4}, below {LABEL_F1}");
    }
    let baselines = report["baselines"].as_object().expect("baselines");
    assert!(baselines.len() >= 3, "{baselines:?}");
    for (name, baseline) in baselines {
        let other = number(&baseline["macro_f1"]);
        assert!(f1 >= other + LEAD, "macro-F1 {f1:.4}; {name}: {other:.4}");
    }
}
