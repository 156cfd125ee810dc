//! `stance compare`: models and predictions of any tool side by side.

mod common;

use common::{Folder, first_lines, small_model, stance};
use serde_json::Value;

fn json(args: &[&str]) -> Value {
    let args = ["compare", "--format", "json"].iter().chain(args);
    serde_json::from_str(&stance(args).ok().out).expect("JSON")
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

/// Gold labels of the items 1 to 4, and lines of predictions for them.
fn lines(labels: [&str; 4]) -> String {
    let line = |(i, label): (usize, &str)| format!("{{\"id\": {}, \"text\": \"t\", \"stance\": \"{label}\"}}\n", i + 1);
    labels.into_iter().enumerate().map(line).collect()
}

#[test]
fn two_models_are_scored_as_evaluate_scores_each() {
    let folder = Folder::new();
    let data = folder.write("test.jsonl", first_lines("data/test.jsonl", 200));
    let small = folder.write("small.safetensors", small_model());
    let comparison = json(&["--data", &data, "bundled", &small, "--by", "kind"]);
    for (system, more) in [("a", vec![]), ("b", vec!["--model", &small])] {
        let args = ["evaluate", "--data", &data, "--format", "json"];
        let alone: Value = serde_json::from_str(&stance(args.iter().chain(&more)).ok().out).expect("JSON");
        for key in ["macro_f1", "accuracy", "per_label"] {
            assert_eq!(comparison[system][key], alone[key], "{system} {key}");
        }
    }
    let difference = &comparison["difference"];
    let apart = number(&comparison["a"]["macro_f1"]) - number(&comparison["b"]["macro_f1"]);
    assert!((number(&difference["macro_f1"]) - apart).abs() < 1e-12);
    let [low, high] = [0, 1].map(|end| number(&difference["macro_f1_interval"][end]));
    assert!(low < apart && apart < high && low > 0.0, "300 training items do worse than all: {difference}");
    assert!(number(&difference["a_ahead"]) > 0.95, "{difference}");
    let kinds = comparison["by"]["kind"].as_array().expect("slices");
    assert_eq!(kinds.iter().map(|slice| slice["n"].as_u64().expect("a count")).sum::<u64>(), 200);
}

#[test]
fn predictions_are_read_from_json_lines_and_csv_alike() {
    let folder = Folder::new();
    let data = folder.write("gold.jsonl", lines(["a", "b", "a", "b"]));
    let jsonl = folder.write("one.jsonl", lines(["a", "b", "a", "a"]));
    let csv = folder.write("two.csv", "\u{feff}stance,id\nb,4\nb,1\n\"a\",2\nb,3\n");
    let comparison = json(&["--data", &data, &jsonl, &csv]);
    assert_eq!((&comparison["a"]["accuracy"], &comparison["b"]["accuracy"]), (&0.75.into(), &0.25.into()));
    let mcnemar = &comparison["mcnemar"];
    assert_eq!((&mcnemar["only_a"], &mcnemar["only_b"]), (&3.into(), &1.into()));
    // scipy 1.17.1: binomtest(1, 4).pvalue = 0.625
    assert_eq!((&mcnemar["method"], &mcnemar["p_value"]), (&"exact_binomial".into(), &0.625.into()));
    let run = stance(["evaluate", "--data", &data, "--predictions", &csv, "--format", "json"]).ok();
    let alone: Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!(alone["accuracy"], 0.25);
}

#[test]
fn items_that_differ_are_listed_on_request() {
    let folder = Folder::new();
    let data = folder.write("gold.jsonl", lines(["a", "b", "a", "b"]));
    let one = folder.write("one.jsonl", lines(["a", "b", "a", "a"]));
    let two = folder.write("two.jsonl", lines(["b", "b", "b", "a"]));
    let none = json(&["--data", &data, &one, &two]);
    assert_eq!((&none["differing"], none["shown"].as_array().map(Vec::len)), (&2.into(), Some(0)));
    let shown = json(&["--data", &data, &one, &two, "--show", "1"])["shown"].clone();
    let first = &shown[0];
    assert_eq!(shown.as_array().map(Vec::len), Some(1));
    assert_eq!([&first["id"], &first["gold"], &first["a"], &first["b"]], ["1", "a", "a", "b"]);
    let text = stance(["compare", "--data", &data, &one, &two, "--show", "9"]).ok().out;
    assert!(text.contains("the first 2 of 2") && text.contains("McNemar"), "{text}");
}

#[test]
fn labels_are_those_of_both_and_strangers_are_refused() {
    let folder = Folder::new();
    let data = folder.write("gold.jsonl", lines(["a", "b", "a", "b"]));
    let one = folder.write("one.jsonl", lines(["a", "c", "a", "b"]));
    let two = folder.write("two.jsonl", lines(["a", "b", "d", "d"]));
    let comparison = json(&["--data", &data, &one, &two]);
    assert_eq!(comparison["labels"], serde_json::json!(["a", "b", "c", "d"]));
    let other = folder.write("other.jsonl", lines(["x", "x", "y", "y"]));
    stance(["compare", "--data", &data, &one, &other]).assert_error(&["other.jsonl", "x, y", "same question"]);
    let odd = folder.write("odd.jsonl", lines(["supports", "opposes", "neutral", "ambivalent"]));
    stance(["compare", "--data", &odd, "bundled", "bundled"]).assert_error(&["\"ambivalent\"", "--label-field"]);
}

#[test]
fn predictions_that_do_not_fit_are_named() {
    let folder = Folder::new();
    let data = folder.write("gold.jsonl", lines(["a", "b", "a", "b"]));
    let cases = [
        ("short.csv", "id,stance\n1,a\n", vec!["short.csv", "no prediction", "\"2\""]),
        ("twice.csv", "id,stance\n1,a\n1,b\n", vec!["twice.csv:3", "\"1\" stands twice"]),
        ("column.csv", "id,label\n1,a\n", vec!["column.csv:1", "\"stance\" is missing", "id, label", "--label-field"]),
        ("ragged.csv", "id,stance\n1,a,z\n", vec!["ragged.csv:2", "not CSV"]),
        ("bad.jsonl", "{\"id\": 1, \"stance\": \"a\"}\nnothing\n", vec!["bad.jsonl:2", "not JSON"]),
        ("none.jsonl", "{\"id\": 1}\n", vec!["none.jsonl:1", "\"stance\" is missing"]),
    ];
    for (name, content, parts) in cases {
        let file = folder.write(name, content);
        stance(["compare", "--data", &data, &file, &file]).assert_error(&parts);
        stance(["evaluate", "--data", &data, "--predictions", &file]).assert_error(&parts);
    }
    let text = folder.write("model.txt", "no model");
    stance(["compare", "--data", &data, &text, "bundled"]).assert_error(&["model.txt", "not a usable model"]);
}

#[test]
fn the_page_has_plots_and_loads_nothing() {
    let folder = Folder::new();
    let data = folder.write("test.jsonl", first_lines("data/test.jsonl", 100));
    let small = folder.write("small.safetensors", small_model());
    let args = ["compare", "--data", &data, "bundled", &small, "--by", "kind,actor", "--format", "html", "--show", "5"];
    let page = stance(args).ok().out;
    assert!(page.starts_with("<!DOCTYPE html>") && page.matches("<svg").count() == 3, "{page:.200}");
    assert!(!page.contains("http") && !page.contains("<script") && !page.contains("<link"));
}
