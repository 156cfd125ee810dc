//! Sentence splitters side by side on the cases of `tests/data/sentences.jsonl`: `cargo run --example splitter_report`
//!
//! A case counts if all its sentences are found exactly, white space and list marks at the ends aside.

use std::error::Error;

use serde::Deserialize;
use stance::text::{article::Article, language::Language, sentence::Document};
use unicode_segmentation::UnicodeSegmentation;

#[derive(Deserialize)]
struct Case {
    text: String,
    sentences: Vec<String>,
}

type Splitter = (&'static str, fn(&str) -> Vec<String>);

/// Paragraphs are lines for the first two, as their users would do.
const SPLITTERS: &[Splitter] = &[
    ("unicode-segmentation", |text| text.lines().flat_map(|l| cleaned(l.unicode_sentences())).collect()),
    ("sentencex", |text| text.lines().flat_map(|l| cleaned(sentencex::segment("en", l).into_iter())).collect()),
    ("stance", |text| {
        let article = Article { text: text.to_string(), ..Article::default() };
        let document = Document::new(&article, Language::english());
        cleaned(document.sentences.iter().map(|s| s.span.of(text)))
    }),
];

fn cleaned<'a>(sentences: impl Iterator<Item = &'a str>) -> Vec<String> {
    let bare = sentences.map(|s| s.trim_start_matches(['-', '•', ' ']).trim().to_string());
    bare.filter(|s| s.contains(char::is_alphanumeric)).collect()
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut cases: Vec<Case> = Vec::new();
    for line in include_str!("../tests/data/sentences.jsonl").lines() {
        cases.push(serde_json::from_str(line)?);
    }
    println!("{:<24}exact of {}", "splitter", cases.len());
    for (name, split) in SPLITTERS {
        let exact = cases.iter().filter(|case| split(&case.text) == case.sentences).count();
        println!("{name:<24}{exact}");
    }
    Ok(())
}
