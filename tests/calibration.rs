//! Probabilities: what they are calibrated on, what calibration changes, and what it leaves alone.

mod common;

use std::fs;
use std::sync::Arc;

use common::{Folder, SMALL, at, first_lines, small_model, stance};
use linfa::ParamGuard;
use serde_json::Value;
use stance::actor::find::Finder;
use stance::actor::gazetteer::Gazetteer;
use stance::error::Result;
use stance::feature::item::{ItemFormat, items_from_jsonl};
use stance::feature::lexicon::Lexicon;
use stance::label::Labels;
use stance::model::Model;
use stance::train::crossfit::Cut;
use stance::train::dataset::Dataset;
use stance::train::folds::{Folded, grouped_folds, out_of_fold};
use stance::train::scaling::softmax;

/// Trains on the first items with more arguments; gives the folder with `m.safetensors` in it.
fn trained(items: usize, more: &[&str]) -> Folder {
    let folder = Folder::new();
    let data = folder.write("train.jsonl", first_lines("data/train.jsonl", items));
    let out = folder.at("m.safetensors");
    stance(["train", "--data", &data, "--out", &out].iter().chain(more)).ok();
    folder
}

/// The answers of a model to the development items.
fn answers(model: &str) -> Vec<Value> {
    let dev = at("data/dev.jsonl");
    stance(["predict", "--unit", "sentence", "--format", "jsonl", "--model", model, &dev]).ok().lines()
}

fn card(model: &str) -> Value {
    let json: Value = serde_json::from_str(&stance(["inspect", "--format", "json", model]).ok().out).expect("JSON");
    json["card"].clone()
}

#[test]
fn a_temperature_changes_probabilities_and_no_label() {
    let (plain, scaled) = (trained(2000, &["--calibrate", "none"]), trained(2000, &["--calibrate", "temperature"]));
    let (plain, scaled) = (answers(&plain.at("m.safetensors")), answers(&scaled.at("m.safetensors")));
    let changed = plain.iter().zip(&scaled).filter(|(a, b)| a["stance"] != b["stance"]).count();
    assert_eq!(changed, 0, "of {} labels", plain.len());
    assert_ne!(plain[0]["scores"], scaled[0]["scores"]);
    let confidence = |a: &Value, b: &Value| {
        let [a, b] = [a, b].map(|v| v["confidence"].as_f64().expect("a number"));
        (a, b)
    };
    let pairs: Vec<(f64, f64)> = plain.iter().zip(&scaled).map(|(a, b)| confidence(a, b)).collect();
    let less = pairs.iter().filter(|(a, b)| a < b).count();
    assert!(less == 0 || less == pairs.len(), "one temperature moves all confidences to the same side: {less}");
}

#[test]
fn the_card_tells_what_was_fitted_and_that_it_fits_better() {
    for (method, distinct) in [("temperature", 1), ("vector", 3)] {
        let folder = trained(2000, &["--calibrate", method]);
        let card = card(&folder.at("m.safetensors"));
        let calibration = &card["calibration"];
        assert_eq!(calibration["method"], method);
        let mut scale: Vec<String> =
            calibration["scale"].as_array().expect("a list").iter().map(Value::to_string).collect();
        scale.dedup();
        assert_eq!(scale.len(), distinct, "{scale:?}");
        let loss = |when: &str| calibration[when]["log_loss"].as_f64().expect("a number");
        assert!(loss("after") <= loss("before"), "{calibration}");
        let shown = stance(["inspect", &folder.at("m.safetensors")]).ok().out;
        assert!(shown.contains(method) && shown.contains("5-fold out-of-fold"), "{shown}");
    }
}

#[test]
fn a_scale_of_features_is_part_of_the_weights_and_recorded() {
    let (plain, scaled) = (trained(SMALL, &[]), trained(SMALL, &["--scale", "nb"]));
    assert_eq!(card(&scaled.at("m.safetensors"))["scale"], "nb");
    assert!(card(&plain.at("m.safetensors")).get("scale").is_none());
    assert!(stance(["inspect", &scaled.at("m.safetensors")]).ok().out.contains("features scaled by nb"));
    let (a, b) = (answers(&plain.at("m.safetensors")), answers(&scaled.at("m.safetensors")));
    let same = a.iter().zip(&b).filter(|(a, b)| a["stance"] == b["stance"]).count();
    assert!(same > a.len() / 2 && same < a.len(), "{same} of {} labels are the same", a.len());
}

#[test]
fn few_items_are_left_alone_and_too_few_groups_refused() {
    let folder = Folder::new();
    let data = folder.write("few.jsonl", first_lines("data/train.jsonl", 100));
    let run = stance(["train", "--data", &data, "--out", &folder.at("m.safetensors")]).ok();
    assert!(run.err.contains("not calibrated"), "{}", run.err);
    assert!(card(&folder.at("m.safetensors")).get("calibration").is_none());
    let item = |i: usize| format!("{{\"text\":\"word{i} more\",\"stance\":\"{}\",\"group\":\"g{}\"}}\n", i % 2, i % 4);
    let data = folder.write("groups.jsonl", (0..40).map(item).collect::<String>());
    let args = ["train", "--data", &data, "--out", &folder.at("m.safetensors"), "--calibrate", "temperature"];
    stance(args).assert_error(&["4 groups", "at least 5", "--calibrate none"]);
}

#[test]
fn small_models_are_calibrated_and_can_be_left_as_they_are() {
    assert!(small_model().windows(13).any(|bytes| bytes == b"\\\"calibration"));
    let folder = trained(SMALL, &["--calibrate", "none"]);
    let bytes = fs::read(folder.at("m.safetensors")).expect("the model was written");
    assert!(!bytes.windows(13).any(|bytes| bytes == b"\\\"calibration"));
}

#[test]
fn logits_on_prepared_rows_are_about_those_of_models_that_never_saw_the_fold() {
    let text = |path: &str| fs::read_to_string(at(path)).expect("it is there");
    let gazetteer = Arc::new(Gazetteer::from_toml(&text("data/actors.toml"), "actors.toml").expect("a gazetteer"));
    let lexicon = Arc::new(Lexicon::from_toml(&text("data/lexicon.toml"), "lexicon.toml").expect("a lexicon"));
    let lines = first_lines("data/train.jsonl", 2000);
    let format = ItemFormat { label_needed: true, ..ItemFormat::default() };
    let items = items_from_jsonl(lines.as_bytes(), "train.jsonl", &format).collect::<Result<Vec<_>>>().expect("items");
    let dataset = Dataset::new(items, &gazetteer, &Finder::new(&gazetteer));
    let labels = Labels::new(["opposes", "neutral", "supports"]).expect("labels");
    let params = Model::params().lexicon(lexicon).gazetteer(gazetteer).check().expect("parameters");
    let (y, weights) = (dataset.targets(&labels).expect("labels"), dataset.weights());
    let fold_of = grouped_folds(&dataset.groups(), &y, labels.len(), 4, 1).expect("folds");
    let data = Folded { instances: &dataset.instances, y: &y, weights: &weights, labels: &labels, fold_of: &fold_of };
    let read_anew = &out_of_fold(&params, &[0.2], &data, &mut || {}).expect("scores")[0];
    let prepared = params.prepare(&dataset, Some(&labels)).expect("rows");
    let block_ends = prepared.featurizer.vocabulary().block_ends();
    let cut = Cut { rows: &prepared.rows, block_ends, y: &y, weights: &weights, labels: 3, fold_of: &fold_of };
    let logits = params.out_of_fold_logits(&cut, &[params.choice()]).expect("logits").remove(0);
    let differences = logits
        .iter()
        .zip(read_anew)
        .map(|((z, _, _), scores)| softmax(z).iter().zip(&scores.0).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max));
    // What is left is idf, counted over all items or over four fifths of them.
    let mean = differences.sum::<f64>() / y.len() as f64;
    assert!(mean < 0.01, "mean difference of probabilities {mean:.4}");
}

#[test]
fn sets_cover_each_label_of_unseen_items_about_as_often_as_asked_for() {
    let folder = trained(6000, &[]);
    let model = folder.at("m.safetensors");
    let mut sizes = Vec::new();
    for coverage in ["0.7", "0.9"] {
        let dev = at("data/dev.jsonl");
        let args = ["evaluate", "--model", &model, "--data", &dev, "--coverage", coverage, "--resamples", "0"];
        let run = stance(args.iter().chain(&["--format", "json"])).ok();
        let report: Value = serde_json::from_str(&run.out).expect("JSON");
        let sets = &report["sets"];
        let asked: f64 = coverage.parse().expect("a number");
        for (label, found) in sets["per_label"].as_object().expect("labels") {
            let covered = found["covered"].as_f64().expect("a number");
            // Some 350 to 470 items a label: two standard errors are 0.05 at most, and stories differ besides.
            assert!((covered - asked).abs() < 0.07, "{label}: {covered:.3} for {asked}");
        }
        sizes.push(sets["all"]["mean_size"].as_f64().expect("a number"));
    }
    assert!(sizes[0] < sizes[1], "more coverage takes larger sets: {sizes:?}");
}

#[test]
fn sentences_show_their_sets_in_every_form_and_articles_have_none() {
    let folder = trained(2000, &[]);
    let model = folder.at("m.safetensors");
    let (article, items) =
        (at("data/examples/caracas.txt"), folder.write("dev.jsonl", first_lines("data/dev.jsonl", 20)));
    let predict =
        |more: &[&str]| stance(["predict", "--model", &model, "--coverage", "0.95"].iter().chain(more)).ok().out;
    let lines = |out: &str| -> Vec<Value> { out.lines().map(|l| serde_json::from_str(l).expect("JSON")).collect() };
    let report = &lines(&predict(&["--format", "jsonl", &article]))[0];
    let actors = report["actors"].as_array().expect("a list");
    let evidence: Vec<&Value> = actors.iter().flat_map(|a| a["evidence"].as_array().expect("a list")).collect();
    assert!(actors.iter().all(|actor| actor.get("set").is_none()));
    assert!(evidence.iter().all(|e| !e["set"].as_array().expect("a set").is_empty()));
    assert!(evidence.iter().any(|e| e["set"].as_array().expect("a set").len() > 1), "0.95 takes larger sets");
    let of_items = lines(&predict(&["--unit", "sentence", "--format", "jsonl", &items]));
    assert!(of_items.iter().all(|item| item["set"].is_array()));
    let names = |item: &Value, between: &str| {
        let names: Vec<&str> =
            item["set"].as_array().expect("a set").iter().map(|n| n.as_str().expect("text")).collect();
        names.join(between)
    };
    let csv = predict(&["--unit", "sentence", "--format", "csv", &items]);
    let records: Vec<&str> = csv.lines().collect();
    assert!(records[0].ends_with(",set"), "{}", records[0]);
    assert!(records[1].ends_with(&format!(",{}", names(&of_items[0], "|"))), "{}", records[1]);
    let text = predict(&["--unit", "sentence", &items]);
    assert!(text.contains(&format!("{{{}}}", names(&of_items[0], ", "))), "{text}");
    let page = predict(&["--format", "html", &article]);
    assert!(["{opposes", "{neutral", "{supports"].iter().any(|set| page.contains(set)));
    let plain = stance(["predict", "--model", &model, "--format", "jsonl", &article]).ok().out;
    assert!(!plain.contains("\"set\""));
}

#[test]
fn sets_that_cannot_be_made_are_refused_with_the_way_out() {
    let article = at("data/examples/caracas.txt");
    let (plain, scaled) = (trained(SMALL, &["--calibrate", "none"]), trained(SMALL, &[]));
    let run = |folder: &Folder, more: &[&str]| {
        stance(["predict", "--model", &folder.at("m.safetensors"), &article].iter().chain(more))
    };
    run(&plain, &["--coverage", "0.9"]).assert_error(&["coverage = 0.9", "--calibrate temperature"]);
    run(&scaled, &["--coverage", "1"]).assert_error(&["coverage = 1", "above 0 and below 1"]);
    run(&scaled, &["--coverage", "0.9", "--format", "csv"]).assert_error(&["csv", "--unit sentence"]);
}
