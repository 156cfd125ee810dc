//! Same input, same bytes: for any number of threads, wherever the model is written, and from whatever folder.

mod common;

use std::fs;

use common::{Folder, SMALL, at, first_lines, small_model, stance, stance_in};

/// Trains on small data in a folder of its own with more arguments, and gives the model's bytes.
fn trained(more: &[&str]) -> Vec<u8> {
    let folder = Folder::new();
    folder.write("train.jsonl", first_lines("data/train.jsonl", SMALL));
    let args = ["train", "--data", "train.jsonl", "--out", "m.safetensors"];
    stance_in(folder.path(), args.iter().chain(more)).ok();
    fs::read(folder.at("m.safetensors")).expect("the model was written")
}

fn assert_same(a: &[u8], b: &[u8], what: &str) {
    let differs = a.iter().zip(b).position(|(a, b)| a != b);
    assert!(a == b, "{what}: {} and {} bytes, the first that differs is {differs:?}", a.len(), b.len());
}

#[test]
fn any_number_of_threads_trains_the_same_model() {
    for solver in ["auto", "sparse", "dual"] {
        let one = trained(&["--solver", solver, "--threads", "1"]);
        for threads in ["2", "8"] {
            let more = trained(&["--solver", solver, "--threads", threads]);
            assert_same(&one, &more, &format!("{solver}, {threads} threads"));
        }
    }
}

#[test]
fn threads_and_memory_leave_no_trace_in_a_model_of_many_chunks() {
    let folder = Folder::new();
    let data = at("data/train.jsonl");
    let trained = |more: &[&str]| {
        let out = folder.at("m.safetensors");
        let args = ["train", "--data", &data, "--out", &out, "--features", "words,class,negation"];
        stance(args.iter().chain(more)).ok();
        fs::read(out).expect("the model was written")
    };
    let one = trained(&["--threads", "1"]);
    for more in [["--threads", "3", "--max-memory", "2GiB"], ["--threads", "2", "--max-memory", "10kB"]] {
        assert_same(&one, &trained(&more), &more.join(" "));
    }
}

#[test]
fn folders_and_the_name_of_the_model_leave_no_trace() {
    let folder = Folder::new();
    let data = folder.write("deep/down/train.jsonl", first_lines("data/train.jsonl", SMALL));
    let out = format!("--out={}", folder.at("deep/another-name.bin"));
    stance_in(std::path::Path::new("/"), ["train", "--data", &data, &out]).ok();
    let elsewhere = fs::read(folder.at("deep/another-name.bin")).expect("the model was written");
    assert_same(&trained(&[]), &elsewhere, "another folder and name");
    assert_same(small_model(), &elsewhere, "yet another folder");
    let folder = folder.path().to_str().expect("UTF-8").as_bytes();
    assert!(!elsewhere.windows(folder.len()).any(|window| window == folder), "the folder's name is in the model");
}

#[test]
fn settings_change_the_bytes() {
    assert_ne!(small_model(), trained(&["--alpha", "0.3"]));
    for (option, value) in [("--calibrate", "none"), ("--calibrate", "vector"), ("--scale", "nb")] {
        assert_ne!(small_model(), trained(&[option, value]), "{option} {value}");
    }
}

#[test]
fn any_number_of_threads_predicts_the_same_in_the_order_of_the_input() {
    let articles = at("data/articles.jsonl");
    let predict = |threads: &str| stance(["predict", "--format", "jsonl", "--threads", threads, &articles]).ok();
    let (one, three) = (predict("1"), predict("3"));
    assert_eq!(one.out, three.out);
    let text = fs::read_to_string(&articles).expect("the articles");
    let ids = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON")["id"].clone());
    let got: Vec<_> = one.lines().iter().map(|report| report["id"].clone()).collect();
    assert!(got.len() > 200, "{} articles", got.len());
    assert_eq!(got, ids.collect::<Vec<_>>());
}

#[test]
fn evaluation_is_the_same_for_any_number_of_threads() {
    let folder = Folder::new();
    let data = folder.write("test.jsonl", first_lines("data/test.jsonl", 200));
    let run = |threads: &str| stance(["evaluate", "--data", &data, "--format", "json", "--threads", threads]).ok();
    assert_eq!(run("1").out, run("3").out);
}
