//! `stance study`: numbers that are what training and evaluating by hand gives, and do not depend on threads.

mod common;

use std::collections::BTreeSet;

use common::{Folder, at, first_lines, stance};
use serde_json::Value;

/// So many items of the training data are studied.
const ITEMS: usize = 900;

fn items() -> Vec<Value> {
    first_lines("data/train.jsonl", ITEMS).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn lines<'a>(items: impl IntoIterator<Item = &'a Value>) -> String {
    items.into_iter().map(|item| format!("{item}\n")).collect()
}

fn json(args: &[&str]) -> Value {
    let run = stance(["study"].iter().chain(args).chain(&["--format", "json"])).ok();
    serde_json::from_str(&run.out).expect("JSON")
}

/// The evaluation, by actor, of a model of some items on others.
fn by_hand(folder: &Folder, train: &str, test: &str) -> Value {
    let (train, test) = (folder.write("by-hand.jsonl", train), folder.write("held.jsonl", test));
    let model = folder.at("m.safetensors");
    stance(["train", "--data", &train, "--out", &model]).ok();
    let args =
        ["evaluate", "--model", &model, "--data", &test, "--resamples", "0", "--by", "actor", "--format", "json"];
    serde_json::from_str(&stance(args).ok().out).expect("JSON")
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

#[test]
fn leaving_an_actor_out_is_training_without_its_texts() {
    let folder = Folder::new();
    let all = items();
    let data = folder.write("data.jsonl", lines(&all));
    let study = json(&["leave-one-out", "--by", "actor", "--min-items", "60", "--resamples", "50", "--data", &data]);
    let values = study["values"].as_array().expect("values");
    assert!(values.len() >= 3, "{study}");
    let value = &values[1];
    let (held, rest): (Vec<&Value>, Vec<&Value>) = all.iter().partition(|item| item["actor"] == value["value"]);
    let texts: BTreeSet<&str> = held.iter().filter_map(|item| item["text"].as_str()).collect();
    let rest: Vec<&Value> =
        rest.into_iter().filter(|item| !texts.contains(item["text"].as_str().expect("text"))).collect();
    assert_eq!(
        (value["n"].as_u64(), value["train_items"].as_u64()),
        (Some(held.len() as u64), Some(rest.len() as u64))
    );
    // On all items, as the other items of a text tell who else is in it; then only those of the actor.
    let report = by_hand(&folder, &lines(rest), &lines(&all));
    let mut slices = report["by"]["actor"].as_array().expect("slices").iter();
    let expected = number(&slices.find(|slice| slice["value"] == value["value"]).expect("a slice")["macro_f1"]);
    assert!((number(&value["macro_f1"]) - expected).abs() < 1e-12, "{value}, by hand {expected}");
    let mean = values.iter().map(|v| number(&v["macro_f1"])).sum::<f64>() / values.len() as f64;
    assert!((number(&study["mean"]) - mean).abs() < 1e-12);
    let counts: Vec<u64> = values.iter().filter_map(|v| v["n"].as_u64()).collect();
    assert!(counts.is_sorted_by(|a, b| a >= b) && counts.iter().all(|n| *n >= 60), "{counts:?}");
    let apart = number(&value["macro_f1"]) - number(&value["known_macro_f1"]);
    assert!((number(&value["difference"]) - apart).abs() < 1e-12 && value["difference_interval"].is_array());
}

#[test]
fn all_of_the_data_in_a_learning_curve_is_training_as_usual() {
    let folder = Folder::new();
    let data = folder.write("data.jsonl", lines(&items()));
    let test = folder.write("test.jsonl", first_lines("data/dev.jsonl", 200));
    let study = json(&["learning-curve", "--data", &data, "--test", &test, "--shares", "0.25,1", "--seeds", "2"]);
    let points = study["points"].as_array().expect("points");
    let whole = &points[1];
    assert_eq!((&whole["runs"], &whole["items"], &study["test_items"]), (&1.into(), &ITEMS.into(), &200.into()));
    let expected = number(&by_hand(&folder, &lines(&items()), &first_lines("data/dev.jsonl", 200))["macro_f1"]);
    assert!((number(&whole["macro_f1"]["mean"]) - expected).abs() < 1e-12, "{whole}, by hand {expected}");
    let runs = study["runs"].as_array().expect("runs");
    assert_eq!(runs.iter().filter_map(|run| run["seed"].as_u64()).collect::<Vec<_>>(), [1, 2, 1]);
    let quarter = ITEMS as f64 / 4.0;
    assert!(runs[..2].iter().all(|run| (quarter..quarter + 40.0).contains(&number(&run["items"]))), "{study}");
    let mean = (number(&runs[0]["macro_f1"]) + number(&runs[1]["macro_f1"])) / 2.0;
    assert!((number(&points[0]["macro_f1"]["mean"]) - mean).abs() < 1e-12);
}

#[test]
fn without_test_items_a_fifth_of_the_groups_is_set_aside() {
    let folder = Folder::new();
    let data = folder.write("data.jsonl", lines(&items()));
    let study = json(&["learning-curve", "--data", &data, "--shares", "1"]);
    let (tested, trained) = (number(&study["test_items"]), number(&study["runs"][0]["items"]));
    assert_eq!(tested + trained, ITEMS as f64);
    assert!((0.15..0.25).contains(&(tested / ITEMS as f64)), "{tested} of {ITEMS}");
}

#[test]
fn the_same_bytes_for_any_number_of_threads_and_in_every_format() {
    let folder = Folder::new();
    let data = folder.write("data.jsonl", first_lines("data/train.jsonl", 400));
    let studies = [
        vec!["leave-one-out", "--by", "actor", "--min-items", "60"],
        vec!["learning-curve", "--shares", "0.5,1", "--seeds", "2"],
    ];
    for study in studies {
        for format in ["text", "json", "csv", "html"] {
            let run = |threads: &str| {
                let args = ["--data", &data, "--format", format, "--threads", threads];
                let run = stance(["study"].iter().chain(&study).chain(&args)).ok();
                assert!(!run.err.contains('\u{1b}'), "no progress bar without a terminal");
                run.out
            };
            let one = run("1");
            assert_eq!(one, run("3"), "{study:?} {format}");
            match format {
                "csv" => assert!(one.starts_with("value,items,") || one.starts_with("share,seed,"), "{one}"),
                "html" => assert!(one.contains("<svg") && !one.contains("http") && !one.contains("<script"), "{one}"),
                _ => assert!(one.contains("acro") && one.contains("data.jsonl"), "{one}"),
            }
        }
    }
}

#[test]
fn questions_that_the_data_cannot_answer_are_refused() {
    let folder = Folder::new();
    let data = folder.write("data.jsonl", first_lines("data/train.jsonl", 100));
    let study = |args: &[&str]| stance(["study"].iter().chain(args).chain(&["--data", &data]));
    study(&["leave-one-out", "--by", "actor", "--min-items", "5000"]).assert_error(&[
        "\"actor\"",
        "5000",
        "--min-items",
    ]);
    study(&["leave-one-out", "--by", "planet"]).assert_error(&["0 values", "\"planet\"", "--by"]);
    study(&["leave-one-out", "--by", "source", "--min-items", "9"]).assert_error(&["without authored", "0 items"]);
    study(&["learning-curve", "--shares", "0"]).assert_error(&["shares = 0", "at most 1"]);
    study(&["learning-curve", "--seeds", "0"]).assert_error(&["seeds = 0"]);
    study(&["learning-curve", "--test", &at("data/none.jsonl")]).assert_error(&["none.jsonl"]);
}

#[test]
fn each_study_has_examples_and_a_page_of_the_manual() {
    for study in ["leave-one-out", "learning-curve"] {
        let help = stance(["study", study, "--help"]).ok().out;
        assert!(help.contains("Examples:") && help.contains(&format!("stance study {study}")), "{help}");
    }
    let folder = Folder::new();
    stance(["man", "--out", folder.path().to_str().expect("UTF-8")]).ok();
    for page in ["stance.1", "stance-study.1", "stance-study-leave-one-out.1", "stance-study-learning-curve.1"] {
        assert!(folder.names().iter().any(|name| name == page), "{page}: {:?}", folder.names());
    }
}

/// A pipe takes 64 KiB at most: when more is written, the program is reading, and ready for Ctrl-C.
#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_study_without_output() {
    use std::io::{Read, Write};
    use std::process::{Command, Stdio};

    let mut command = Command::new(common::command().get_program());
    command.args(["study", "learning-curve", "--data", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::null()).spawn().expect("it starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(first_lines("data/train.jsonl", 2000).as_bytes()).expect("it reads");
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill is there").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    let mut out = String::new();
    child.stdout.take().expect("a pipe").read_to_string(&mut out).expect("UTF-8");
    assert_eq!(out, "");
}
