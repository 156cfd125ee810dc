//! How well actors are found: precision and recall of (sentence, actor) pairs over `data/articles.jsonl`, the whole way
//! from the article's text, with its boilerplate, to mentions. Prints the table of `docs/actors.md`.
//!
//!     cargo run --release --example actor_report [-- SPLIT [ERRORS]]
//!
//! With a split (`train`, `dev`, `test`) only its articles are read; with a number, so many errors are shown. A sentence
//! that the reader cuts differently from the coders counts as missed.

use std::collections::{BTreeMap, BTreeSet};

use stance::actor::find::{Context, Finder};
use stance::actor::gazetteer::Gazetteer;
use stance::error::{Error, Result};
use stance::feature::item::{Item, ItemFormat, items_from_jsonl};
use stance::text::{
    article::Article, language::Language, lines::numbered_lines, reader::FieldNames, sentence::Document,
};

/// The actors that are reported one by one and pooled.
const FIRST: [&str; 4] = ["us", "eu", "guaido", "latam"];
const SPLITS: [&str; 3] = ["train", "dev", "test"];
const ARTICLES: &str = "data/articles.jsonl";

/// Hits, false alarms and misses.
#[derive(Default, Clone, Copy)]
struct Score {
    hits: usize,
    extra: usize,
    missed: usize,
}

impl Score {
    fn cell(&self) -> String {
        let share = |rest: usize| self.hits as f64 / (self.hits + rest).max(1) as f64;
        format!("{:.3} / {:.3}", share(self.extra), share(self.missed))
    }
}

/// Scores by row (an actor, or a pool) and split.
type Scores = BTreeMap<(String, String), Score>;

fn open(file: &str) -> Result<std::io::BufReader<std::fs::File>> {
    Ok(std::io::BufReader::new(std::fs::File::open(file).map_err(|e| Error::io(file, e))?))
}

fn gazetteer() -> Result<Gazetteer> {
    let read = |file: &str| {
        let text = std::fs::read_to_string(file).map_err(|e| Error::io(file, e))?;
        Gazetteer::from_toml(&text, file)
    };
    read("data/actors.toml")?.merged(read("data/actors-fictional.toml")?)
}

/// The items of every group.
fn items() -> Result<BTreeMap<String, Vec<Item>>> {
    let mut groups: BTreeMap<String, Vec<Item>> = BTreeMap::new();
    for split in SPLITS {
        let file = format!("data/{split}.jsonl");
        for item in items_from_jsonl(open(&file)?, &file, &ItemFormat::default()) {
            let item = item?;
            groups.entry(item.group.clone()).or_default().push(item);
        }
    }
    Ok(groups)
}

/// (sentence, actor) pairs.
type Pairs<'a> = BTreeSet<(&'a str, &'a str)>;

fn known<'a>(items: &'a [Item], gazetteer: &'a Gazetteer) -> Pairs<'a> {
    let id = |item: &'a Item| {
        let id = item.actor.as_deref().unwrap_or_default();
        gazetteer.canonical(id).map_or(id, |actor| gazetteer.id(actor))
    };
    items.iter().map(|item| (item.text.as_str(), id(item))).collect()
}

fn found<'a>(article: &'a Article, finder: &Finder, gazetteer: &'a Gazetteer) -> Pairs<'a> {
    let document = Document::new(article, Language::english());
    let context = Context { year: article.year(), crisis: article.crisis.as_deref(), known: &[] };
    let mentions = finder.find(&article.text, &document, &context);
    let of_sentences = document.sentences.iter().zip(mentions);
    of_sentences
        .flat_map(|(s, m)| m.into_iter().map(move |m| (s.span.of(&article.text), gazetteer.id(m.actor))))
        .collect()
}

fn count(known: &Pairs<'_>, found: &Pairs<'_>, split: &str, scores: &mut Scores, errors: &mut Vec<String>) {
    for pair in known.union(found) {
        let (gold, here) = (known.contains(pair), found.contains(pair));
        let (sentence, actor) = *pair;
        let pools = if FIRST.contains(&actor) { vec![actor, "first four", "all"] } else { vec!["all"] };
        for pool in pools {
            let score = scores.entry((pool.to_string(), split.to_string())).or_default();
            match (gold, here) {
                (true, true) => score.hits += 1,
                (true, false) => score.missed += 1,
                _ => score.extra += 1,
            }
        }
        if gold != here {
            errors.push(format!("{} {actor}: {sentence}", if gold { "missed" } else { "extra " }));
        }
    }
}

fn print(scores: &Scores, splits: &[&str]) {
    println!("| actor | {} |", splits.join(" | "));
    println!("|---|{}", "---|".repeat(splits.len()));
    for row in FIRST.into_iter().chain(["first four", "all"]) {
        let cell = |split: &&str| scores.get(&(row.to_string(), split.to_string())).copied().unwrap_or_default().cell();
        println!("| {row} | {} |", splits.iter().map(cell).collect::<Vec<_>>().join(" | "));
    }
}

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let only = arguments.next();
    let show: usize = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(0);
    let (gazetteer, items) = (gazetteer()?, items()?);
    let finder = Finder::new(&gazetteer);
    let (mut scores, mut errors) = (Scores::new(), Vec::new());
    for line in numbered_lines(open(ARTICLES)?, ARTICLES) {
        let line = line?;
        let article = Article::from_json_line(&line.text, &line.place, &FieldNames::default())?;
        let split = SPLITS.into_iter().find(|s| line.text.contains(&format!("\"split\": \"{s}\""))).unwrap_or("?");
        let Some(items) = items.get(&article.id).filter(|_| only.as_deref().is_none_or(|o| o == split)) else {
            continue;
        };
        count(&known(items, &gazetteer), &found(&article, &finder, &gazetteer), split, &mut scores, &mut errors);
    }
    print(&scores, &SPLITS.into_iter().filter(|s| only.as_deref().is_none_or(|o| o == *s)).collect::<Vec<_>>());
    errors.iter().take(show).for_each(|e| println!("{e}"));
    Ok(())
}
