//! `stance label` as its users meet it: a store made, filled, looked at, exported, retrained on.
#![cfg(feature = "store")]

mod common;

use common::{Folder, at, first_lines, stance};
use serde_json::Value;

const COMMANDS: [&str; 7] = ["import", "export", "progress", "agreement", "disagreements", "retrain", "models"];

/// A store with items that two coders labelled, the second one some of them differently.
fn labelled(folder: &Folder) -> String {
    let store = folder.at("labels.sqlite");
    let items = first_lines("data/train.jsonl", 400);
    let ana = folder.write("ana.jsonl", &items);
    let differently = |(number, line): (usize, &str)| {
        let mut item: Value = serde_json::from_str(line).expect("JSON");
        if number % 10 == 0 {
            let other = if item["stance"] == "neutral" { "supports" } else { "neutral" };
            item["stance"] = other.into();
        }
        item.to_string() + "\n"
    };
    let ben = folder.write("ben.jsonl", items.lines().take(50).enumerate().map(differently).collect::<String>());
    stance(["label", "import", &ana, &ben, "--store", &store, "--seed", "1"]).ok();
    store
}

fn json(args: &[&str]) -> Value {
    let run = stance(args.iter().copied().chain(["--format", "json"])).ok();
    serde_json::from_str(&run.out).expect("JSON")
}

#[test]
fn every_command_has_help_with_examples() {
    for name in COMMANDS {
        let help = stance(["label", name, "--help"]).ok().out;
        assert!(help.contains("Examples:") && help.contains(&format!("stance label {name}")), "{name}: {help}");
    }
}

#[test]
fn counts_agreement_and_disagreements_are_told() {
    let folder = Folder::new();
    let store = labelled(&folder);
    let progress = json(&["label", "progress", "--store", &store]);
    assert_eq!((&progress["units"], &progress["complete"]), (&400.into(), &400.into()));
    assert_eq!(progress["coders"][1]["name"], "ben");
    assert_eq!(progress["coders"][1]["labels"], 50);
    let agreement = json(&["label", "agreement", "--store", &store]);
    let alpha = agreement["overall"]["alpha"].as_f64().expect("defined");
    assert_eq!((&agreement["overall"]["units"], &agreement["overall"]["labels"]), (&50.into(), &100.into()));
    assert!((0.6..0.95).contains(&alpha), "5 of 50 differ: {alpha}");
    assert_eq!(stance(["label", "agreement", "--min-alpha", "0.99", "--store", &store]).code, 1);
    let open = json(&["label", "disagreements", "--open", "--store", &store]);
    assert_eq!(open.as_array().map(Vec::len), Some(5));
    let text = stance(["label", "disagreements", "--store", &store]).ok();
    assert!(text.out.contains("ana says") && text.err.contains("5 disagreements, 5 open"), "{text:?}");
    for command in ["progress", "agreement"] {
        assert!(stance(["label", command, "--store", &store]).ok().out.contains("neutral"));
    }
}

#[test]
fn an_export_is_what_training_reads_and_leaves_out_what_is_open() {
    let folder = Folder::new();
    let store = labelled(&folder);
    let all = stance(["label", "export", "--store", &store]).ok().out;
    assert_eq!(all.lines().count(), 450);
    let out = folder.at("items.jsonl");
    stance(["label", "export", "--adjudicated", "--out", &out, "--store", &store]).ok();
    let items = std::fs::read_to_string(&out).expect("it was written");
    assert_eq!(items.lines().count(), 395);
    stance(["evaluate", "--resamples", "0", "--data", &out]).ok();
}

#[test]
fn a_version_is_trained_listed_saved_and_put_to_use() {
    let folder = Folder::new();
    let store = labelled(&folder);
    let version = json(&["label", "retrain", "--name", "second", "--store", &store]);
    assert_eq!((&version["id"], &version["active"]), (&1.into(), &false.into()));
    assert!(version["report"]["difference"]["macro_f1"].is_number(), "{version}");
    stance(["label", "models", "activate", "1", "--store", &store]).ok();
    let list = json(&["label", "models", "list", "--store", &store]);
    assert_eq!((&list[0]["active"], &list[1]["active"]), (&false.into(), &true.into()));
    let text = stance(["label", "models", "list", "--store", &store]).ok().out;
    assert!(text.contains("* 1 second") && text.contains("held-out"), "{text}");
    let out = folder.at("second.safetensors");
    stance(["label", "models", "save", "1", "--out", &out, "--store", &store]).ok();
    assert!(stance(["inspect", &out]).ok().out.contains("labels of the store"));
    stance(["label", "models", "activate", "7", "--store", &store]).assert_error(&["there is no model 7"]);
}

#[test]
fn articles_of_a_folder_and_of_stdin_are_units_and_faults_are_warned_of() {
    let folder = Folder::new();
    folder.write("news/a.txt", "Germany rejected any military intervention.");
    folder.write("news/b.jsonl", "{\"text\": \"France will send troops.\"}\n{\"body\": 1}\n");
    let store = folder.at("s.sqlite");
    let run = stance(["label", "import", &folder.at("news"), "--kind", "articles", "--store", &store]).ok();
    assert!(run.out.contains("added 2 articles, 2 units, 0 labels; 0 known before; 1 skipped"), "{run:?}");
    assert!(run.err.contains("b.jsonl:2"), "{}", run.err);
    let again = json(&["label", "import", &folder.at("news"), "--kind", "articles", "--store", &store]);
    assert_eq!((&again["articles"], &again["known"]), (&0.into(), &2.into()));
}

#[test]
fn what_is_no_store_is_refused_and_nothing_is_made_by_looking() {
    let folder = Folder::new();
    let text = folder.write("notes.txt", "no database, but more than a hundred bytes of text. ".repeat(20));
    for command in ["progress", "export", "agreement", "disagreements"] {
        stance(["label", command, "--store", &text]).assert_error(&["notes.txt"]);
        stance(["label", command, "--store", &folder.at("none.sqlite")]).assert_error(&["none.sqlite", "is not there"]);
    }
    assert_eq!(folder.names(), ["notes.txt"]);
    let empty = folder.write("empty.jsonl", "");
    let store = folder.at("s.sqlite");
    assert_ne!(stance(["label", "import", &empty, "--store", &store]).code, 101);
    stance(["label", "retrain", "--name", "x", "--store", &store])
        .assert_error(&["0 items of 0 labels", "label more units"]);
    assert_eq!(stance(["label", "import", &at("data"), "--store", &store, "--kind", "rubbish"]).code, 2);
}
