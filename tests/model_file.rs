//! The model file: what is written is read again, and whatever was done to a file is refused with a message or changes
//! nothing. The form is taken apart here by hand, as any program could that knows safetensors.

mod common;

use std::fs;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use common::{Folder, SMALL, at, command, first_lines, shipped_model, small_model, stance};
use serde_json::{Map, Value};
use stance::model::format::{from_bytes, to_bytes};
use stance::predict::Classifier;
use stance::predict::classifier::Workspace;
use stance::text::article::Article;

/// Reads bytes that must be refused, and gives the message.
fn refused(bytes: &[u8]) -> String {
    match from_bytes(bytes, "m.safetensors") {
        Ok(_) => panic!("a damaged file was read"),
        Err(error) => error.to_string(),
    }
}

/// A changed file is refused, or the change means nothing: white space of the header's JSON.
fn assert_refused_or_same(bytes: &[u8], original: &[u8], what: &str) {
    match from_bytes(bytes, "m.safetensors") {
        Err(error) => assert!(error.to_string().contains("m.safetensors: not a usable model: "), "{what}: {error}"),
        Ok(model) => assert!(to_bytes(&model).expect("written") == original, "{what}: another model was read"),
    }
}

/// A seeded sequence of numbers.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n
    }
}

/// A model file taken apart.
struct Parts {
    header: Map<String, Value>,
    data: Vec<u8>,
}

impl Parts {
    fn of(bytes: &[u8]) -> Parts {
        let length = u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes")) as usize;
        let header = serde_json::from_slice(&bytes[8..8 + length]).expect("the header is JSON");
        Parts { header, data: bytes[8 + length..].to_vec() }
    }

    fn description(&self) -> &str {
        self.header["__metadata__"]["stance"].as_str().expect("the description is text")
    }

    fn describe(&mut self, from: &str, to: &str) {
        let changed = self.description().replacen(from, to, 1);
        assert_ne!(changed, self.description(), "{from:?} is not in the description");
        self.header["__metadata__"]["stance"] = changed.into();
    }

    fn range(&self, tensor: &str) -> std::ops::Range<usize> {
        let offset = |i: usize| self.header[tensor]["data_offsets"][i].as_u64().expect("an offset") as usize;
        offset(0)..offset(1)
    }

    /// Puts the checksum right: BLAKE3 of the description and of name, shape and bytes of the tensors by name.
    fn sign(&mut self) {
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.description().as_bytes());
        let mut names: Vec<&String> =
            self.header.keys().filter(|k| !["__metadata__", "checksum"].contains(&k.as_str())).collect();
        names.sort();
        for name in names {
            hasher.update(name.as_bytes());
            for dimension in self.header[name]["shape"].as_array().expect("a shape") {
                hasher.update(&dimension.as_u64().expect("a length").to_le_bytes());
            }
            hasher.update(&self.data[self.range(name)]);
        }
        let range = self.range("checksum");
        self.data[range].copy_from_slice(hasher.finalize().as_bytes());
    }

    fn bytes(&self) -> Vec<u8> {
        let mut header = serde_json::to_vec(&self.header).expect("JSON");
        header.resize(header.len().next_multiple_of(8), b' ');
        [&(header.len() as u64).to_le_bytes()[..], &header, &self.data].concat()
    }
}

#[test]
fn a_model_survives_the_file() {
    for bytes in [small_model().to_vec(), fs::read(shipped_model()).expect("the shipped model")] {
        let model = from_bytes(&bytes, "m").expect("a good file");
        assert!(to_bytes(&model).expect("written") == bytes);
    }
}

#[test]
fn a_file_that_was_taken_apart_and_put_together_is_read() {
    let mut parts = Parts::of(small_model());
    parts.sign();
    let model = from_bytes(&parts.bytes(), "m").expect("nothing was changed");
    assert!(to_bytes(&model).expect("written") == small_model());
}

#[test]
fn every_truncation_is_refused() {
    let bytes = small_model();
    let lengths = (0..200).chain((200..bytes.len()).step_by(bytes.len() / 300)).chain(bytes.len() - 100..bytes.len());
    for length in lengths {
        let message = refused(&bytes[..length]);
        assert!(message.starts_with("m.safetensors: not a usable model: ") && message.contains("; "), "{message}");
    }
}

#[test]
fn random_edits_of_bytes_are_refused() {
    let (original, mut random) = (small_model(), Random(1));
    for case in 0..300 {
        let mut bytes = original.to_vec();
        for _ in 0..=random.below(3) {
            // Half of the edits in the first kilobyte, where lengths and offsets are.
            let at = if case % 2 == 0 { random.below(1024) } else { random.below(bytes.len()) };
            bytes[at] ^= 1 + random.below(255) as u8;
        }
        assert_refused_or_same(&bytes, original, &format!("case {case}"));
    }
}

#[test]
fn bytes_put_in_or_taken_out_are_refused() {
    let (original, mut random) = (small_model(), Random(2));
    for case in 0..100 {
        let mut bytes = original.to_vec();
        let at = random.below(bytes.len());
        match case % 3 {
            0 => bytes.insert(at, random.below(256) as u8),
            1 => drop(bytes.remove(at)),
            _ => bytes.extend([0; 8]),
        }
        assert_refused_or_same(&bytes, original, &format!("case {case}"));
    }
}

#[test]
fn one_changed_weight_is_found_by_the_checksum() {
    let mut parts = Parts::of(small_model());
    let at = parts.range("weights").start;
    parts.data[at] ^= 1;
    assert!(refused(&parts.bytes()).contains("checksum is wrong"));
}

#[test]
fn values_out_of_range_are_refused_though_the_checksum_is_right() {
    let last = |parts: &Parts, tensor: &str| parts.range(tensor).end;
    for (tensor, value) in [
        ("weights", f32::NAN.to_le_bytes()),
        ("bias", f32::INFINITY.to_le_bytes()),
        ("idf", f32::NAN.to_le_bytes()),
        ("feature_offsets", u32::MAX.to_le_bytes()),
        ("feature_names", [0xff; 4]),
        ("lexicon", [0xff; 4]),
        ("lexicon_nodes", [0xff; 4]),
        ("lexicon_ends", [0xff; 4]),
        ("lexicon_meanings", [0xff; 4]),
        ("lexicon_keys", [0xff; 4]),
        ("gazetteer", *b"null"),
        ("blind_weights", f32::NEG_INFINITY.to_le_bytes()),
    ] {
        let mut parts = Parts::of(small_model());
        let end = last(&parts, tensor);
        parts.data[end - 4..end].copy_from_slice(&value);
        parts.sign();
        let message = refused(&parts.bytes());
        assert!(message.contains("m.safetensors") && !message.contains("checksum"), "{tensor}: {message}");
    }
}

/// A checksum is no signature: who writes a bad file on purpose puts it right.
#[test]
fn edits_with_the_checksum_put_right_are_refused_or_give_a_model_that_works() {
    let (original, mut random, mut read) = (Parts::of(small_model()), Random(3), 0);
    let tensors: Vec<String> = original.header.keys().filter(|name| *name != "__metadata__").cloned().collect();
    let article = Article::from_text("a", "Juan Guaidó begged the US for troops.\nRussia rejected any intervention.");
    for case in 0..cases(300) {
        let mut parts = Parts { header: original.header.clone(), data: original.data.clone() };
        if case % 4 == 0 {
            let mut description = parts.description().as_bytes().to_vec();
            let digits: Vec<usize> = (0..description.len()).filter(|i| description[*i].is_ascii_digit()).collect();
            description[digits[random.below(digits.len())]] = b'0' + random.below(10) as u8;
            parts.header["__metadata__"]["stance"] = String::from_utf8(description).expect("ASCII for ASCII").into();
        } else {
            let range = parts.range(&tensors[random.below(tensors.len())]);
            for _ in 0..=random.below(4) {
                let at = range.start + random.below(range.len());
                parts.data[at] = [0, 1, 0x7f, 0xff, b'9', random.below(256) as u8][random.below(6)];
            }
        }
        parts.sign();
        if let Ok(model) = from_bytes(&parts.bytes(), "m") {
            Classifier::new(Arc::new(model)).explain(true).article(&article, &mut Workspace::default());
            read += 1;
        }
    }
    assert!(read > 0, "otherwise nothing was tried");
}

fn cases(usual: usize) -> usize {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(usual)
}

#[test]
fn a_feature_without_a_slot_is_refused_though_the_checksum_is_right() {
    let mut parts = Parts::of(small_model());
    let taken = parts.range("feature_slots").step_by(8).find(|at| parts.data[*at..at + 8] != [0; 8]).unwrap();
    parts.data[taken..taken + 8].fill(0);
    parts.sign();
    let message = refused(&parts.bytes());
    assert!(message.contains("its table of features is damaged"), "{message}");
}

#[test]
fn a_later_version_is_named_with_the_way_out() {
    let mut parts = Parts::of(small_model());
    parts.describe("\"version\":3", "\"version\":9,\"news\":0");
    let message = refused(&parts.bytes());
    assert!(message.contains("format version 9") && message.contains("newer version of stance"), "{message}");
}

#[test]
fn an_earlier_version_is_named_with_the_way_out() {
    let mut parts = Parts::of(small_model());
    parts.describe("\"version\":3", "\"version\":2");
    let message = refused(&parts.bytes());
    assert!(message.contains("format version 2") && message.contains("train the model again"), "{message}");
}

#[test]
fn another_format_is_named() {
    let mut parts = Parts::of(small_model());
    parts.describe("\"stance-model\"", "\"weather\"");
    assert!(refused(&parts.bytes()).contains("\"weather\""));
}

#[test]
fn an_unknown_family_is_named() {
    let mut parts = Parts::of(small_model());
    parts.describe("\"families\":[\"", "\"families\":[\"phrenology\",\"");
    parts.sign();
    let message = refused(&parts.bytes());
    assert!(message.contains("\"phrenology\"") && message.contains("newer version"), "{message}");
}

#[test]
fn files_of_other_kinds_are_refused_with_exit_code_2() {
    let folder = Folder::new();
    for (name, content) in [("empty", ""), ("text", "Guaido said no."), ("json", "{\"a\": 1}")] {
        let path = folder.write(name, content);
        let run = stance(["inspect", &path]);
        run.assert_error(&[&path, "not a usable model", "stance train"]);
    }
    let cut = folder.write("cut", &small_model()[..small_model().len() / 2]);
    stance(["predict", "--model", &cut, &at("data/examples/caracas.txt")]).assert_error(&[&cut, "not a usable model"]);
    stance(["evaluate", "--model", &cut, "--data", &at("data/dev.jsonl")]).assert_error(&[&cut]);
}

#[test]
fn a_trained_file_stands_alone_in_its_folder_and_is_readable() {
    let folder = Folder::new();
    let data = folder.write("in/train.jsonl", first_lines("data/train.jsonl", SMALL));
    fs::create_dir(folder.path().join("out")).expect("a folder");
    stance(["train", "--data", &data, "--out", &folder.at("out/m.safetensors")]).ok();
    let names: Vec<_> = fs::read_dir(folder.path().join("out"))
        .expect("it is there")
        .map(|e| e.expect("an entry").file_name())
        .collect();
    assert_eq!(names, ["m.safetensors"]);
}

#[test]
fn training_that_fails_leaves_the_old_file() {
    let folder = Folder::new();
    let data = folder.write("bad.jsonl", "{\"text\": \"x\", \"stance\": \"a\"}\nnot JSON\n");
    let out = folder.write("m.safetensors", "old");
    stance(["train", "--data", &data, "--out", &out]).assert_error(&["bad.jsonl:2"]);
    assert_eq!(fs::read_to_string(&out).expect("it is there"), "old");
    assert_eq!(folder.names(), ["bad.jsonl", "m.safetensors"]);
}

#[test]
fn training_that_is_killed_leaves_the_old_file_and_nothing_beside_it() {
    let folder = Folder::new();
    let out = folder.write("m.safetensors", "old");
    let mut command = Command::new(command().get_program());
    let args = ["train", "--data", &at("data/train.jsonl"), "--out", &out];
    let mut child = command.args(args).stderr(Stdio::null()).spawn().expect("the program starts");
    std::thread::sleep(Duration::from_millis(400));
    assert!(child.try_wait().expect("it can be asked").is_none(), "training all data takes longer than that");
    child.kill().expect("it can be ended");
    child.wait().expect("it ends");
    assert_eq!(fs::read_to_string(&out).expect("it is there"), "old");
    assert_eq!(folder.names(), ["m.safetensors"]);
}

#[test]
fn a_model_that_is_trained_again_replaces_the_old_one() {
    let folder = Folder::new();
    let data = folder.write("train.jsonl", first_lines("data/train.jsonl", SMALL));
    let out = folder.write("m.safetensors", "old");
    stance(["train", "--data", &data, "--out", &out]).ok();
    assert!(fs::read(&out).expect("it is there") == small_model());
}

#[test]
fn python_opens_the_file() {
    let folder = Folder::new();
    let path = folder.write("m.safetensors", small_model());
    let script = "import json, sys\nfrom safetensors import safe_open\nwith safe_open(sys.argv[1], 'np') as f:\n    \
        m = json.loads(f.metadata()['stance'])\n    \
        print(json.dumps([m['format'], m['labels']['names'], list(f.get_tensor('weights').shape), \
        len(f.get_tensor('feature_offsets'))]))";
    let Ok(output) = Command::new("python3").args(["-c", script, &path]).output() else {
        println!("left out: there is no python3");
        return;
    };
    let err = String::from_utf8_lossy(&output.stderr);
    if err.contains("No module named") {
        println!("left out: {err}");
        return;
    }
    assert!(output.status.success(), "{err}");
    let seen: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let n = from_bytes(small_model(), "m").expect("a good file").featurizer.vocabulary().len();
    assert_eq!(seen, serde_json::json!(["stance-model", ["opposes", "neutral", "supports"], [n, 3], n + 1]));
}

#[test]
fn a_calibration_of_other_labels_is_refused() {
    let mut parts = Parts::of(small_model());
    parts.describe("\"shift\":[", "\"shift\":[0.0,");
    parts.sign();
    assert!(refused(&parts.bytes()).contains("calibration"));
}
