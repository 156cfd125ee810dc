//! `stance check`: a model against tests of single rules, and what its card records of them.

mod common;

use common::{Folder, at, first_lines, stance};
use serde_json::Value;

fn checklist() -> String {
    at("tests/data/checklist.jsonl")
}

fn json(args: &[&str]) -> Value {
    let run = stance(["check", "--format", "json"].iter().chain(args)).ok();
    serde_json::from_str(&run.out).expect("JSON")
}

fn count(value: &Value) -> u64 {
    value.as_u64().expect("a count")
}

#[test]
fn passes_are_those_of_the_predictions_and_pairs_pass_as_a_whole() {
    let report = json(&[&checklist()]);
    let text = std::fs::read_to_string(checklist()).expect("it is there");
    let items: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let args = ["predict", "--unit", "sentence", "--format", "jsonl", &checklist()];
    let answers = stance(args).ok().lines();
    let passed = |i: &usize| items[*i]["stance"] == answers[*i]["stance"];
    let failed: Vec<&Value> = (0..items.len()).filter(|i| !passed(i)).map(|i| &items[i]["id"]).collect();
    let failures = report["failures"].as_array().expect("a list");
    assert_eq!(failures.iter().map(|f| &f["id"]).collect::<Vec<_>>(), failed);
    assert_eq!((count(&report["n"]), count(&report["passed"])), (12, 12 - failed.len() as u64));
    let whole = |pair: &str| (0..12).filter(|i| items[*i]["pair"] == pair).all(|i| passed(&i));
    let pairs = ["r1-a", "r3-a", "r4-a", "r5-a", "r8-a"];
    assert_eq!(count(&report["pairs"]), 5, "single items are no pair");
    assert_eq!(count(&report["pairs_passed"]) as usize, pairs.iter().filter(|pair| whole(pair)).count());
    for failure in failures {
        let answer = answers.iter().find(|answer| answer["id"] == failure["id"]).expect("an answer");
        assert_eq!((&failure["predicted"], &failure["probability"]), (&answer["stance"], &answer["confidence"]));
    }
    let rules: Vec<&str> =
        report["rules"].as_array().expect("a list").iter().filter_map(|r| r["rule"].as_str()).collect();
    assert_eq!(rules, ["R1", "R3", "R4", "R5", "R8", "R17", "R18"]);
}

#[test]
fn without_a_file_the_bundled_checklist_is_taken() {
    let run = stance(["check"]).ok();
    assert!(run.out.starts_with("Checklist (") && run.out.contains("Per rule"), "{}", run.out);
    assert!(count(&json(&[])["n"]) >= 12);
}

#[test]
fn min_pass_answers_with_the_exit_code() {
    let run = |min: &str| stance(["check", &checklist(), "--min-pass", min]);
    run("0.2").ok();
    let no = run("1.01");
    assert_eq!(no.code, 1);
    assert!(no.err.contains("is below the 1.01 asked for"), "{}", no.err);
}

#[test]
fn groups_stand_for_pairs_and_rules_may_have_any_name() {
    let folder = Folder::new();
    let line = |id: &str, rule: &str, group: &str| {
        let text = "Germany rejected any intervention.";
        serde_json::json!({ "id": id, "rule": rule, "group": group, "text": text, "actor": "germany", "start": 0,
                            "end": 7, "stance": "opposes" })
        .to_string()
            + "\n"
    };
    let file = folder.write("mine.jsonl", line("a", "plain words", "g") + &line("b", "plain words", "g"));
    let report = json(&[&file]);
    assert_eq!((&report["rules"][0]["rule"], count(&report["pairs"])), (&"plain words".into(), 1));
    let csv = stance(["check", &file, "--format", "csv"]).ok().out;
    assert_eq!(csv.lines().next(), Some("id,rule,pair,actor,expected,predicted,probability,passed"));
    assert!(csv.lines().nth(2).is_some_and(|l| l.starts_with("b,plain words,g,germany,opposes,opposes,")), "{csv}");
    let bad = folder.write("bad.jsonl", line("c", "", "g"));
    stance(["check", &bad]).assert_error(&["bad.jsonl", "\"c\" has no field \"rule\"", "such as R4"]);
    stance(["check", &folder.write("none.jsonl", "\n")]).assert_error(&["there is no item"]);
}

#[test]
fn the_card_records_the_pass_rates_and_inspect_shows_them() {
    let folder = Folder::new();
    let data = folder.write("train.jsonl", first_lines("data/train.jsonl", 300));
    let model = folder.at("m.safetensors");
    stance(["train", "--data", &data, "--out", &model, "--checklist", &checklist()]).ok();
    let report = json(&[&checklist(), "--model", &model]);
    let inspected: Value =
        serde_json::from_str(&stance(["inspect", &model, "--format", "json"]).ok().out).expect("JSON");
    let recorded = &inspected["card"]["checklist"];
    assert_eq!((&recorded["data"], &recorded["pairs"]), (&"checklist.jsonl".into(), &report["pairs"]));
    for (own, rule) in
        recorded["rules"].as_array().expect("rules").iter().zip(report["rules"].as_array().expect("rules"))
    {
        for key in ["rule", "n", "passed"] {
            assert_eq!(own[key], rule[key]);
        }
    }
    let text = stance(["inspect", &model]).ok().out;
    assert!(text.contains("R17: ") && text.contains("pairs passed as a whole"), "{text}");
    let command = inspected["card"]["command"].as_str().expect("text");
    assert!(command.ends_with("--checklist checklist.jsonl"), "{command}");
    // Without a checklist nothing of it is in the card.
    stance(["train", "--data", &data, "--out", &model]).ok();
    assert!(!stance(["inspect", &model, "--format", "json"]).ok().out.contains("\"checklist\": {"));
}

#[test]
fn the_bundled_checklist_is_sound_and_small() {
    let text = std::fs::read_to_string(at("data/checklist.jsonl")).expect("it is there");
    assert!(text.len() < 150_000, "{} bytes go into the binary", text.len());
    let mut ids = std::collections::BTreeSet::new();
    for line in text.lines() {
        let item: Value = serde_json::from_str(line).expect("JSON");
        for key in ["id", "rule", "text", "actor", "stance"] {
            assert!(item[key].as_str().is_some_and(|value| !value.is_empty()), "{key} is missing: {line}");
        }
        assert!(item["pair"].is_string() || item["group"].is_string(), "no pair: {line}");
        assert!(ids.insert(item["id"].as_str().expect("text").to_owned()), "the id stands twice: {line}");
    }
}
