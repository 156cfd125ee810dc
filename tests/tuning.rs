//! `train --tune`: what is tried, what is chosen, and where it is written down.

mod common;

use std::fs;

use common::{Folder, first_lines, stance};
use serde_json::Value;

/// Groups enough for rounds on parts of the data, in features few enough to be quick.
const ITEMS: usize = 2500;

fn tuned(folder: &Folder, data: &str, more: &[&str]) -> common::Run {
    let out = folder.at("m.safetensors");
    let args = ["train", "--data", data, "--out", &out, "--tune", "--features", "words,class"];
    stance(args.iter().chain(more))
}

#[test]
fn rounds_grow_while_settings_are_left_out_and_the_card_has_it_all() {
    let folder = Folder::new();
    let data = folder.write("train.jsonl", first_lines("data/train.jsonl", ITEMS));
    let table = folder.at("trials.json");
    let run = tuned(&folder, &data, &["--tune-table", &table, "--threads", "1"]).ok();
    let trials: Vec<Value> = serde_json::from_str(&fs::read_to_string(&table).expect("a table")).expect("JSON");
    let mut rounds: Vec<(u64, usize)> = Vec::new();
    for trial in &trials {
        let items = trial["items"].as_u64().expect("a number");
        match rounds.last_mut() {
            Some((of, n)) if *of == items => *n += 1,
            _ => rounds.push((items, 1)),
        }
    }
    // The two families, all there are, and words alone, times 5 alphas, 3 minimum counts and 2 class weights; a ninth has
    // too few items for a round.
    let [(some, 90), (2500, 30)] = rounds[..] else { panic!("{rounds:?}") };
    assert!((700..1000).contains(&some), "{some} items are about a third");
    let start = |trial: &&Value| {
        (&trial["features"], &trial["min_count"], &trial["alpha"]) == (&"as given".into(), &2.into(), &0.2.into())
            && trial["class_weight"] == "balanced"
    };
    assert_eq!(trials.iter().filter(start).count(), 2, "the setting to start from is in both rounds");
    let json: Value =
        serde_json::from_str(&stance(["inspect", "--format", "json", &folder.at("m.safetensors")]).ok().out)
            .expect("JSON");
    assert_eq!(json["card"]["trials"], Value::from(trials.clone()));
    let shown = stance(["inspect", &folder.at("m.safetensors")]).ok().out;
    let line = run.err.lines().find(|line| line.starts_with("chosen")).expect("the choice");
    assert!(shown.contains(line), "{line} is not in\n{shown}");
    let chosen = trials[90..].iter().find(|trial| {
        let card = &json["card"];
        (&trial["alpha"], &trial["class_weight"]) == (&card["alpha"], &card["class_weight"])
            && trial["min_count"] == json["settings"]["min_count"]
            && (trial["features"] == "as given")
                == (json["settings"]["families"].as_array().expect("a list").len() == 2)
    });
    assert!(chosen.is_some(), "the model is of a setting of the last round: {}", json["settings"]);

    let first = fs::read(folder.at("m.safetensors")).expect("a model");
    let again = tuned(&folder, &data, &["--tune-table", &folder.at("trials.csv"), "--threads", "3"]).ok();
    let second = fs::read(folder.at("m.safetensors")).expect("a model");
    assert!(first == second, "the same bytes for any number of threads");
    assert_eq!(run.err.lines().next(), again.err.lines().next());
    let csv = fs::read_to_string(folder.at("trials.csv")).expect("a table");
    assert_eq!(csv.lines().count(), 121);
    assert!(csv.starts_with("features,min_count,alpha,class_weight,items,macro_f1,"), "{csv}");
}

#[test]
fn what_cannot_be_tuned_is_refused_with_the_way_out() {
    let folder = Folder::new();
    let item = |i: usize| format!("{{\"text\":\"word{i} more\",\"stance\":\"{}\",\"group\":\"g{}\"}}\n", i % 2, i % 4);
    let data = folder.write("groups.jsonl", (0..40).map(item).collect::<String>());
    tuned(&folder, &data, &[]).assert_error(&["4 groups", "at least 5", "--tune"]);
    let nowhere = folder.at("nowhere/trials.csv");
    tuned(&folder, &data, &["--tune-table", &nowhere]).assert_error(&["nowhere/trials.csv", "make the folder first"]);
    let out = folder.at("m.safetensors");
    let run = stance(["train", "--data", &data, "--out", &out, "--tune-table", &folder.at("trials.csv")]);
    assert!(run.code == 2 && run.err.contains("--tune"), "{run:?}");
}
