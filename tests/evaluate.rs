//! `stance evaluate` beyond the scores themselves: texts that were trained on, slices on the page.

mod common;

use common::{Folder, first_lines, stance};
use serde_json::Value;

const TEXT: &str = "Lima and Bogota rejected any use of force and urged dialogue and early elections.";
const NEAR: &str = "Lima and Bogota rejected any use of force and urged dialogue and free elections.";

fn item(id: &str, text: &str) -> String {
    serde_json::json!({ "id": id, "text": text, "stance": "opposes" }).to_string() + "\n"
}

#[test]
fn test_texts_that_were_trained_on_are_counted_listed_and_warned_of() {
    let folder = Folder::new();
    let test = folder.write("test.jsonl", item("a", TEXT) + &item("b", "Nothing of the kind was ever said in Rome."));
    let train = folder.write("train.jsonl", item("x", "Rome said no.") + &item("y", NEAR) + &item("z", TEXT));
    let args = ["evaluate", "--data", &test, "--train", &train];
    let run = stance(args.iter().chain(&["--format", "json"])).ok();
    let report: Value = serde_json::from_str(&run.out).expect("JSON");
    let near = &report["near_duplicates"];
    assert_eq!((&near["items"], &near["share"], &near["train_texts"]), (&1.into(), &0.5.into(), &3.into()), "{near}");
    let example = &near["examples"][0];
    assert_eq!([&example["id"], &example["text"], &example["train_text"]], ["a", TEXT, TEXT], "the nearest of the two");
    assert!(run.err.contains("warning: 1 of 2 items (50.0 %) are near-duplicates"), "{}", run.err);
    assert!(stance(args).ok().out.contains("Near-duplicates of training texts"));
    let page = stance(args.iter().chain(&["--format", "html"])).ok().out;
    assert!(page.contains("Examples of near-duplicates") && page.contains(TEXT));
}

#[test]
fn how_near_is_near_can_be_set_within_limits() {
    let folder = Folder::new();
    let test = folder.write("test.jsonl", item("a", TEXT));
    let train = folder.write("train.jsonl", item("y", NEAR));
    // 8 of 12 runs of five words are shared, see the unit tests.
    for (at_least, expected) in [("0.66", 1), ("0.67", 0)] {
        let args = ["evaluate", "--data", &test, "--train", &train, "--near-duplicate", at_least, "--format", "json"];
        let report: Value = serde_json::from_str(&stance(args).ok().out).expect("JSON");
        assert_eq!(report["near_duplicates"]["items"], expected, "{at_least}");
    }
    stance(["evaluate", "--data", &test, "--train", &train, "--near-duplicate", "0.1"])
        .assert_error(&["near-duplicate = 0.1", "0.3 to 1"]);
    let two = folder.write("two.jsonl", item("a", TEXT) + &item("b", NEAR).replace("opposes", "supports"));
    let answers = folder.write("answers.jsonl", item("a", TEXT) + &item("b", NEAR));
    let args = ["evaluate", "--data", &two, "--predictions", &answers, "--train", &train];
    assert!(stance(args).ok().err.contains("2 of 2 items"));
}

#[test]
fn the_result_does_not_depend_on_threads() {
    let folder = Folder::new();
    let test = folder.write("test.jsonl", first_lines("data/train.jsonl", 300));
    let train = folder.write("train.jsonl", first_lines("data/train.jsonl", 600));
    let run = |threads: &str| {
        let args = ["evaluate", "--data", &test, "--train", &train, "--format", "json", "--threads", threads];
        stance(args).ok().out
    };
    let one = run("1");
    assert!(one.contains("\"share\": 1.0"));
    assert_eq!(one, run("4"));
}

#[test]
fn slices_stand_on_the_page_with_a_plot_each() {
    let folder = Folder::new();
    let test = folder.write("test.jsonl", first_lines("data/test.jsonl", 120));
    let page = stance(["evaluate", "--data", &test, "--by", "kind,crisis", "--format", "html"]).ok().out;
    for part in ["By kind", "By crisis", "Macro-F1 by kind", "multi_actor", "no_keyword"] {
        assert!(page.contains(part), "{part}");
    }
    // Baselines, confusion, calibration, risk and coverage, and one per field.
    assert_eq!(page.matches("<svg").count(), 6);
    for foreign in ["<script", "<link", "http:", "https:", "src=", "url(", "@import"] {
        assert!(!page.contains(foreign), "{foreign}");
    }
}

#[test]
fn the_lexicon_rule_stands_beside_models_and_other_tools_alike() {
    let folder = Folder::new();
    let test = folder.write("test.jsonl", first_lines("data/test.jsonl", 200));
    let answers = stance(["predict", "--unit", "sentence", "--format", "csv", &test]).ok().out;
    let answers = folder.write("answers.csv", answers);
    let rule = |more: &[&str]| {
        let args = ["evaluate", "--data", &test, "--format", "json"];
        let report: Value = serde_json::from_str(&stance(args.iter().chain(more)).ok().out).expect("JSON");
        report["baselines"]["lexicon_rule"].clone()
    };
    let (model, tool) = (rule(&[]), rule(&["--predictions", &answers]));
    assert_eq!(model, tool, "same rule, same predictions");
    let number = |key: &str| model[key].as_f64().expect("a number");
    assert!((0.35..0.65).contains(&number("macro_f1")), "better than one label for all, no match for a model: {model}");
    assert!(number("difference") > 0.05);
    // Other labels are not what the lexicon speaks of.
    let data = folder.write("moods.jsonl", item("a", "fine day").replace("opposes", "good") + &item("b", "bad night"));
    let own = folder.write("own.jsonl", item("a", "fine day").replace("opposes", "good") + &item("b", "bad night"));
    let args = ["evaluate", "--data", &data, "--predictions", &own, "--format", "json"];
    let report: Value = serde_json::from_str(&stance(args).ok().out).expect("JSON");
    assert!(report["baselines"]["lexicon_rule"].is_null() && report["baselines"]["majority"].is_object());
}
