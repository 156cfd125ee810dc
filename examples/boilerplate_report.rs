//! How well the lines that are not the article are found: `cargo run --example boilerplate_report -- FILE...`
//!
//! Files are JSON lines with `text` and `noise`, the 0-based numbers of the lines that are boilerplate.

use std::{collections::BTreeMap, collections::BTreeSet, env, error::Error, fs};

use serde_json::Value;
use stance::text::{article::Article, language::Language, pattern::Why, sentence::Document};

fn main() -> Result<(), Box<dyn Error>> {
    let (mut hits, mut wrong, mut missed) = (0, 0, 0);
    let mut by_why: BTreeMap<Why, (usize, usize)> = BTreeMap::new();
    for file in env::args().skip(1) {
        for line in fs::read_to_string(&file)?.lines() {
            let record: Value = serde_json::from_str(line)?;
            let text = record["text"].as_str().ok_or("no text")?;
            let noise: BTreeSet<usize> = numbers(&record["noise"]);
            let article = Article::from_text(record["id"].as_str().unwrap_or(""), text);
            let mut found = BTreeMap::new();
            for dropped in Document::new(&article, Language::english()).dropped {
                found.insert(article.text[..dropped.span.start].matches('\n').count(), dropped.why);
            }
            let lines: Vec<&str> = text.lines().collect();
            for (number, why) in &found {
                let right = noise.contains(number);
                let entry = by_why.entry(*why).or_default();
                *(if right { &mut entry.0 } else { &mut entry.1 }) += 1;
                hits += usize::from(right);
                if !right {
                    wrong += 1;
                    println!("wrong   {why:?} {}: {}", article.id, lines[*number]);
                }
            }
            for number in noise.iter().filter(|n| !found.contains_key(n)) {
                missed += 1;
                println!("missed  {}: {}", article.id, lines[*number]);
            }
        }
    }
    println!("\n{:<12}{:>6}{:>6}", "why", "right", "wrong");
    for (why, (right, wrong)) in &by_why {
        println!("{:<12}{right:>6}{wrong:>6}", format!("{why:?}"));
    }
    println!("lines {}  precision {:.3}  recall {:.3}", hits + missed, share(hits, wrong), share(hits, missed));
    Ok(())
}

fn numbers(value: &Value) -> BTreeSet<usize> {
    value.as_array().into_iter().flatten().filter_map(Value::as_u64).map(|n| n as usize).collect()
}

fn share(part: usize, rest: usize) -> f64 {
    if part + rest == 0 { 1.0 } else { part as f64 / (part + rest) as f64 }
}
