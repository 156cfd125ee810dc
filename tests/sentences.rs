//! Sentences of hand-checked texts: every case of `tests/data/sentences.jsonl` is split exactly so.

use serde::Deserialize;
use stance::text::{article::Article, language::Language, sentence::Document};

#[derive(Deserialize)]
struct Case {
    text: String,
    sentences: Vec<String>,
}

#[test]
fn every_case_is_split_as_a_reader_would() {
    let cases = include_str!("data/sentences.jsonl").lines().map(|line| serde_json::from_str(line).unwrap());
    let cases: Vec<Case> = cases.collect();
    assert!(cases.len() >= 60);
    let wrong: Vec<String> = cases.iter().filter_map(difference).collect();
    assert!(wrong.is_empty(), "{} of {} cases differ\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

fn difference(case: &Case) -> Option<String> {
    let article = Article { text: case.text.clone(), ..Article::default() };
    let document = Document::new(&article, Language::english());
    let found: Vec<&str> = document.sentences.iter().map(|s| s.span.of(&article.text)).collect();
    (found != case.sentences).then(|| format!("expected {:?}\n   found {found:?}", case.sentences))
}
