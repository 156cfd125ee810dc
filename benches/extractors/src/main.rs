//! How well crates take the article out of a page, on the pages of tests/data/pages:
//! `cargo run --release --manifest-path benches/extractors/Cargo.toml`; `-- --pages` shows each page, `-- --nameless`
//! takes all classes and ids out of the pages first.
//!
//! Text is compared word by word: precision is the share of the words given that belong to the article, recall the share
//! of the article's words that are given, counted with multiplicity; figures are means over the pages. A date counts as
//! found if it is the right day, a title if its words are those expected. Each gets the same decoded page; times are the
//! shortest of 5.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use dom_smoothie::{CandidateSelectMode, Config, Readability, TextMode};
use serde_json::Value;
use stance::error::Place;
use stance::read::html;
use stance::text::reader::FieldNames;

/// What an extractor finds in a page.
#[derive(Default)]
struct Found {
    title: String,
    date: String,
    text: String,
}

type Extractor = fn(&str) -> Found;

const EXTRACTORS: [(&str, Extractor); 6] = [
    ("stance", own),
    ("dom_smoothie 0.19.0", |page| smoothie(page, CandidateSelectMode::Readability)),
    ("dom_smoothie 0.19.0, own mode", |page| smoothie(page, CandidateSelectMode::DomSmoothie)),
    ("rs-trafilatura 0.2.2", rs_trafilatura),
    ("legible 0.5.1", legible),
    ("trafilatura 0.6.0", trafilatura),
];

/// The reader of this project; the title that it puts before the text is taken off, as others give it apart.
fn own(page: &str) -> Found {
    let article = html::article(page, "page", &Place::file("page"), &FieldNames::default()).expect("a page");
    let text = article.text[article.title_len..].to_string();
    Found { title: article.title.unwrap_or_default(), date: article.date.unwrap_or_default(), text }
}

fn smoothie(page: &str, candidate_select_mode: CandidateSelectMode) -> Found {
    let config = Config { text_mode: TextMode::Formatted, candidate_select_mode, ..Config::default() };
    let found = Readability::new(page, None, Some(config)).and_then(|mut reader| reader.parse());
    found.map_or_else(
        |_| Found::default(),
        |article| Found {
            title: article.title,
            date: article.published_time.unwrap_or_default(),
            text: article.text_content.to_string(),
        },
    )
}

fn rs_trafilatura(page: &str) -> Found {
    rs_trafilatura::extract(page).map_or_else(
        |_| Found::default(),
        |found| Found {
            title: found.metadata.title.unwrap_or_default(),
            date: found.metadata.date.map(|date| date.to_string()).unwrap_or_default(),
            text: found.content_text,
        },
    )
}

fn legible(page: &str) -> Found {
    legible::parse(page, None, None).map_or_else(
        |_| Found::default(),
        |article| Found {
            title: article.title,
            date: article.published_time.unwrap_or_default(),
            text: article.text_content,
        },
    )
}

fn trafilatura(page: &str) -> Found {
    trafilatura::extract(page, &trafilatura::Options::default()).map_or_else(
        |_| Found::default(),
        |found| Found {
            title: found.metadata.title,
            date: found.metadata.date.map(|date| date.to_string()).unwrap_or_default(),
            text: found.content_text,
        },
    )
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// Precision and recall of words. Words of the title count neither way: some crates give it with the text.
fn overlap(found: &str, expected: &str, title: &str) -> (f64, f64) {
    let found = words(found);
    let found = found.strip_prefix(&words(title)[..]).unwrap_or(&found);
    let expected = words(expected);
    let mut left: HashMap<&str, usize> = HashMap::new();
    expected.iter().for_each(|word| *left.entry(word).or_default() += 1);
    let hits = found
        .iter()
        .filter(|word| left.get_mut(word.as_str()).is_some_and(|n| n.checked_sub(1).map(|m| *n = m).is_some()));
    let hits = hits.count() as f64;
    let share = |all: usize| if all == 0 { 0.0 } else { hits / all as f64 };
    (share(found.len()), share(expected.len()))
}

/// The day of an ISO date, or of one such as "25 February 2019".
fn day(date: &str) -> String {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let words = words(date);
    let month = words.iter().find_map(|w| MONTHS.iter().position(|m| w.starts_with(m)));
    let numbers: Vec<u32> = words.iter().filter_map(|w| w.parse().ok()).collect();
    match month {
        Some(month) => {
            let find = |range: std::ops::Range<u32>| numbers.iter().find(|n| range.contains(n)).copied().unwrap_or(0);
            format!("{}-{:02}-{:02}", find(1000..3000), month + 1, find(1..32))
        }
        None => date.chars().take(10).collect(),
    }
}

/// What is found, and the shortest of five times.
fn timed(extract: Extractor, source: &str) -> (Found, Duration) {
    let run = || {
        let start = Instant::now();
        (extract(source), start.elapsed())
    };
    (0..5).map(|_| run()).min_by_key(|(_, time)| *time).expect("five runs")
}

/// A page without classes and ids, whose names tell extractors much.
fn nameless(source: &str) -> String {
    let mut out = source.to_string();
    for attribute in [" class=\"", " id=\""] {
        let pieces: Vec<String> = out.split(attribute).map(String::from).collect();
        let behind = pieces[1..].iter().map(|piece| piece.split_once('"').map_or("", |(_, rest)| rest));
        out = std::iter::once(pieces[0].as_str()).chain(behind).collect();
    }
    out
}

#[derive(Default)]
struct Sum {
    precision: f64,
    recall: f64,
    f1: f64,
    titles: usize,
    dates: usize,
    time: Duration,
}

fn main() {
    let asked = |option: &str| std::env::args().any(|arg| arg == option);
    let each = asked("--pages");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/pages");
    let expected = std::fs::read_to_string(folder.join("expected.jsonl")).expect("it is there");
    let expected: Vec<Value> = expected.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let mut sums: Vec<Sum> = EXTRACTORS.iter().map(|_| Sum::default()).collect();
    for page in &expected {
        let name = page["file"].as_str().expect("a name");
        let bytes = std::fs::read(folder.join(name)).expect("it is there");
        let declared = html::declared(&bytes).unwrap_or("utf-8");
        let (source, ..) = encoding_rs::Encoding::for_label(declared.as_bytes()).expect("a label").decode(&bytes);
        let source = if asked("--nameless") { nameless(&source) } else { source.into_owned() };
        let text = |field: &str| page[field].as_str().unwrap_or_default();
        for ((which, extract), sum) in EXTRACTORS.iter().zip(&mut sums) {
            let (found, time) = timed(*extract, &source);
            sum.time += time;
            let (precision, recall) = overlap(&found.text, text("text"), text("title"));
            let f1 = if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 };
            let (title, date) = (words(&found.title) == words(text("title")), day(&found.date) == text("date"));
            sum.precision += precision;
            sum.recall += recall;
            sum.f1 += f1;
            sum.titles += usize::from(title);
            sum.dates += usize::from(date);
            if each {
                let missing = |hit: bool, what: &str| if hit { String::new() } else { format!(" {what:?}") };
                println!(
                    "{name:<28} {which:<30} {precision:.3} {recall:.3}{}{}",
                    missing(title, &found.title),
                    missing(date, &found.date)
                );
            }
        }
    }
    println!("| extractor | precision | recall | F1 | titles | dates | ms per page |\n|---|--:|--:|--:|--:|--:|--:|");
    for ((which, _), sum) in EXTRACTORS.iter().zip(&sums) {
        let n = expected.len() as f64;
        println!(
            "| {which} | {:.3} | {:.3} | {:.3} | {} | {} | {:.2} |",
            sum.precision / n,
            sum.recall / n,
            sum.f1 / n,
            sum.titles,
            sum.dates,
            sum.time.as_secs_f64() * 1000.0 / n
        );
    }
}
