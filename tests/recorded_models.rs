//! Model files of every format version stay loadable and give what they gave: tests/models/README.md says how its
//! files were made.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;
use stance::model::format::{VERSION, from_bytes};
use stance::predict::classifier::Workspace;
use stance::predict::{Classifier, json};
use stance::text::reader::{FieldNames, articles_from_jsonl};

/// The first version that files are kept of.
const FIRST: u32 = 3;
/// Another system library may round `exp` and `ln` otherwise.
const TOLERANCE: f64 = 1e-9;

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models").join(name)
}

fn read(name: &str) -> String {
    fs::read_to_string(path(name)).expect("the file is there")
}

fn model(version: u32) -> Classifier {
    let name = format!("v{version}.safetensors");
    let bytes = fs::read(path(&name)).expect("every version has its file");
    Classifier::new(Arc::new(from_bytes(&bytes, &name).expect("it can be loaded"))).explain(true)
}

fn answers(classifier: &Classifier) -> Vec<Value> {
    let labels = &classifier.model().labels;
    let source = read("articles.jsonl");
    let fields = FieldNames::default();
    let articles = articles_from_jsonl(source.as_bytes(), "articles.jsonl", &fields);
    articles
        .map(|article| {
            let article = article.expect("an article");
            let report = classifier.article(&article, &mut Workspace::default());
            serde_json::to_value(json::article(&article, &report, labels, 0.0)).expect("JSON")
        })
        .collect()
}

/// Where two values differ, numbers by more than the tolerance.
fn difference(place: &str, got: &Value, recorded: &Value) -> Option<String> {
    let differ = || Some(format!("{place}: {got} instead of {recorded}"));
    match (got, recorded) {
        (Value::Object(a), Value::Object(b)) if a.keys().eq(b.keys()) => {
            a.iter().find_map(|(key, value)| difference(&format!("{place}.{key}"), value, &b[key]))
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).enumerate().find_map(|(i, (a, b))| difference(&format!("{place}[{i}]"), a, b))
        }
        (Value::Number(a), Value::Number(b)) => match (a.as_f64(), b.as_f64()) {
            (Some(a), Some(b)) if (a - b).abs() <= TOLERANCE => None,
            _ => differ(),
        },
        (a, b) if a == b => None,
        _ => differ(),
    }
}

#[test]
fn every_version_loads_and_gives_what_was_recorded() {
    for version in FIRST..=VERSION {
        let answers = answers(&model(version));
        let recorded: Vec<Value> =
            read(&format!("v{version}.jsonl")).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert!(recorded.iter().any(|article| article["actors"].as_array().is_some_and(|actors| actors.len() > 2)));
        let difference = difference("", &Value::from(answers), &Value::from(recorded));
        assert_eq!(difference, None, "version {version}: was the format changed without a new number?");
    }
}

#[test]
fn a_recorded_model_is_of_the_version_that_its_name_says() {
    for version in FIRST..=VERSION {
        let bytes = fs::read(path(&format!("v{version}.safetensors"))).expect("a model");
        let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).replace('\\', "");
        assert!(text.contains(&format!("\"version\":{version}")), "{text:.300}");
    }
}

#[test]
fn differences_are_found() {
    let value = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
    let recorded = value(r#"{"a": [1.0, "x"], "b": null}"#);
    assert_eq!(difference("", &value(r#"{"a": [1.0000000001, "x"], "b": null}"#), &recorded), None);
    for other in [r#"{"a": [1.1, "x"], "b": null}"#, r#"{"a": [1.0], "b": null}"#, r#"{"a": [1.0, "x"]}"#] {
        assert!(difference("", &value(other), &recorded).is_some(), "{other}");
    }
}
