//! How well actors are found: precision and recall of (sentence, actor) pairs over articles whose pairs are known.
//!
//!     cargo run --example actor_report -- --articles data/articles.jsonl --items FILE... [--split train] [--errors 40]
//!
//! With `--alone` and no articles, every item's sentence is read by itself, as a training item is: recall only.
//!
//! Options: `--gazetteer FILE` (repeatable, default the two shipped files), `--no-crisis` (withhold the crisis),
//! `--only ACTOR` and `--how KIND` (errors of one actor, of one way of finding), `--pairs` (every mention in its context,
//! with `+` where the pair is known and `-` where it is not).

use std::{
    collections::{BTreeMap, BTreeSet},
    process::ExitCode,
};

use serde_json::Value;
use stance::{
    actor::{
        find::{Context, Finder, How},
        gazetteer::Gazetteer,
    },
    text::{
        language::Language,
        sentence::{Document, Sentence},
        span::Span,
        token::tokenize,
    },
};

/// The actors that are reported one by one and pooled.
const FIRST: [&str; 4] = ["us", "eu", "guaido", "latam"];

#[derive(Default)]
struct Options {
    articles: String,
    items: Vec<String>,
    gazetteers: Vec<String>,
    split: Option<String>,
    errors: usize,
    only: Option<String>,
    how: Option<String>,
    no_crisis: bool,
    pairs: bool,
    alone: bool,
}

fn options() -> Result<Options, String> {
    let mut options = Options::default();
    let mut arguments = std::env::args().skip(1).peekable();
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--articles" => options.articles = value()?,
            "--items" => options.items.push(value()?),
            "--gazetteer" => options.gazetteers.push(value()?),
            "--split" => options.split = Some(value()?),
            "--errors" => options.errors = value()?.parse().map_err(|_| "--errors needs a number")?,
            "--only" => options.only = Some(value()?),
            "--how" => options.how = Some(value()?),
            "--no-crisis" => options.no_crisis = true,
            "--alone" => options.alone = true,
            "--pairs" => options.pairs = true,
            file if !file.starts_with('-') => options.items.push(file.to_owned()),
            other => return Err(format!("unknown option {other}; see the head of examples/actor_report.rs")),
        }
    }
    if options.gazetteers.is_empty() {
        options.gazetteers = vec!["data/actors.toml".into(), "data/actors-fictional.toml".into()];
    }
    Ok(options)
}

fn read(file: &str) -> Result<String, String> {
    std::fs::read_to_string(file).map_err(|e| format!("{file}: {e}"))
}

fn json_lines(file: &str) -> Result<Vec<Value>, String> {
    let parse = |(i, line): (usize, &str)| serde_json::from_str(line).map_err(|e| format!("{file}:{}: {e}", i + 1));
    read(file)?.lines().enumerate().map(parse).collect()
}

fn text_of<'v>(value: &'v Value, field: &str) -> &'v str {
    value[field].as_str().unwrap_or_default()
}

/// Hits, false alarms and misses.
#[derive(Default, Clone)]
struct Score {
    hit: usize,
    extra: usize,
    missed: usize,
}

impl Score {
    fn line(&self, name: &str) -> String {
        let share = |part: usize, rest: usize| part as f64 / (part + rest).max(1) as f64;
        let (p, r) = (share(self.hit, self.extra), share(self.hit, self.missed));
        format!(
            "{name:14} precision {p:.3}  recall {r:.3}  (hits {}, extra {}, missed {})",
            self.hit, self.extra, self.missed
        )
    }
}

/// The sentences of an article: where an item's sentence stands it is one, the rest is cut at stops.
fn split(text: &str, known: &BTreeSet<&str>, noise: &[u64]) -> Vec<(Span, usize)> {
    let mut sentences = Vec::new();
    let mut start = 0;
    for (paragraph, line) in text.split('\n').enumerate() {
        let mut spans: Vec<Span> = Vec::new();
        for sentence in known {
            for (at, _) in line.match_indices(sentence) {
                let span = Span::new(start + at, start + at + sentence.len());
                if !spans.iter().any(|s| s.overlaps(&span)) {
                    spans.push(span);
                }
            }
        }
        spans.sort();
        let mut rest = start;
        let mut all = Vec::new();
        for span in spans.iter().copied().chain([Span::new(start + line.len(), start + line.len())]) {
            all.extend(stops(text, Span::new(rest, span.start)));
            if span.start < span.end {
                all.push(span);
            }
            rest = span.end;
        }
        if !noise.contains(&(paragraph as u64)) {
            sentences.extend(all.into_iter().map(|s| (s, paragraph)));
        }
        start += line.len() + 1;
    }
    sentences
}

fn stops(text: &str, span: Span) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut start = span.start;
    let piece = span.of(text);
    for (at, _) in piece.match_indices(['.', '!', '?']) {
        let end = span.start + at + 1;
        let rest = text[end..span.end].trim_start_matches(['"', '”', '\'']);
        let after = &text[end..span.end];
        if after.is_empty()
            || (rest.starts_with(' ') && rest.trim_start().starts_with(|c: char| c.is_uppercase() || c == '"'))
        {
            let end = span.end - rest.len();
            spans.push(Span::new(start, end));
            start = end;
        }
    }
    spans.push(Span::new(start, span.end));
    let trim = |s: Span| {
        let inner = s.of(text);
        let start = s.start + inner.len() - inner.trim_start().len();
        Span::new(start, start.max(s.start + inner.trim_end().len()))
    };
    spans.into_iter().map(trim).filter(|s| s.start < s.end).collect()
}

fn document(text: &str, spans: &[(Span, usize)]) -> Document {
    let mut document = Document::default();
    for (span, paragraph) in spans {
        let first = document.tokens.len();
        tokenize(text, *span, Language::english(), &mut document.tokens);
        document.sentences.push(Sentence { span: *span, tokens: first..document.tokens.len(), paragraph: *paragraph });
    }
    document
}

struct Report<'o> {
    options: &'o Options,
    scores: BTreeMap<String, Score>,
    by_how: BTreeMap<String, Score>,
    by_kind: BTreeMap<String, Score>,
    errors: Vec<String>,
}

impl Report<'_> {
    /// Counts a pair; `kind` is the item's, if there is one, `how` is how it was found, if it was.
    fn count(&mut self, actor: &str, kind: Option<&str>, how: Option<How>, sentence: &str, id: &str) {
        let (gold, found) = (kind.is_some(), how.is_some());
        let kind = kind.unwrap_or_default();
        let mut names = vec!["all".to_owned()];
        if FIRST.contains(&actor) {
            names.extend([actor.to_owned(), "first four".to_owned()]);
        } else {
            names.push("others".to_owned());
        }
        for (map, names) in [
            (&mut self.scores, names),
            (&mut self.by_how, how.map(|h| format!("{h:?}")).into_iter().collect()),
            (&mut self.by_kind, if gold { vec![kind.to_owned()] } else { Vec::new() }),
        ] {
            for name in names {
                let score = map.entry(name).or_default();
                match (gold, found) {
                    (true, true) => score.hit += 1,
                    (true, false) => score.missed += 1,
                    _ => score.extra += 1,
                }
            }
        }
        if gold != found {
            let how = how.map_or(kind.to_owned(), |h| format!("{h:?}"));
            let wanted = self.options.only.as_deref().is_none_or(|o| o == actor);
            if wanted && self.options.how.as_deref().is_none_or(|h| h == how) {
                let sign = if gold { "missed" } else { "extra " };
                self.errors.push(format!("{sign} {actor} ({how}) {id}: {sentence}"));
            }
        }
    }
}

fn run() -> Result<(), String> {
    let options = options()?;
    let mut gazetteer: Option<Gazetteer> = None;
    for file in &options.gazetteers {
        let next = Gazetteer::from_toml(&read(file)?, file).map_err(|e| e.to_string())?;
        gazetteer = Some(match gazetteer {
            None => next,
            Some(first) => first.merged(next).map_err(|e| e.to_string())?,
        });
    }
    let gazetteer = gazetteer.ok_or("no gazetteer")?;
    let finder = Finder::new(&gazetteer);
    let mut items: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for file in &options.items {
        for item in json_lines(file)? {
            items.entry(text_of(&item, "group").to_owned()).or_default().push(item);
        }
    }
    let mut report = Report {
        options: &options,
        scores: BTreeMap::new(),
        by_how: BTreeMap::new(),
        by_kind: BTreeMap::new(),
        errors: Vec::new(),
    };
    if options.alone {
        for item in items.values().flatten() {
            measure_alone(item, &finder, &gazetteer, &mut report);
        }
        print(&report);
        return Ok(());
    }
    for article in json_lines(&options.articles)? {
        if options.split.as_deref().is_some_and(|s| s != text_of(&article, "split")) {
            continue;
        }
        if let Some(items) = items.get(text_of(&article, "id")) {
            measure(&article, items, &finder, &gazetteer, &mut report);
        }
    }
    print(&report);
    Ok(())
}

fn measure_alone(item: &Value, finder: &Finder, gazetteer: &Gazetteer, report: &mut Report) {
    let (text, id) = (text_of(item, "text"), text_of(item, "actor"));
    let actor = gazetteer.canonical(id);
    let crisis = Some(text_of(item, "crisis")).filter(|c| !c.is_empty() && !report.options.no_crisis);
    let year = crisis.and_then(|c| c.rsplit('-').next()).and_then(|y| y.parse().ok());
    let found =
        finder.find(text, &document(text, &[(Span::new(0, text.len()), 0)]), &Context { year, crisis, known: &[] });
    let how = found[0].iter().find(|m| Some(m.actor) == actor).map(|m| m.how);
    let id = actor.map_or(id, |a| gazetteer.id(a));
    report.count(id, Some(text_of(item, "kind")), how, text, text_of(item, "id"));
}

fn measure(article: &Value, items: &[Value], finder: &Finder, gazetteer: &Gazetteer, report: &mut Report) {
    // As in the library: a title that the text does not begin with stands before it.
    let (title, body) = (text_of(article, "title"), text_of(article, "text"));
    let titled = !title.is_empty() && !body.starts_with(title);
    let text = &if titled { format!("{title}\n{body}") } else { body.to_owned() };
    let known: BTreeSet<&str> = items.iter().map(|i| text_of(i, "text")).collect();
    let noise = article["noise"].as_array().into_iter().flatten().filter_map(Value::as_u64);
    let noise: Vec<u64> = noise.map(|line| line + u64::from(titled)).collect();
    let spans = split(text, &known, &noise);
    let document = document(text, &spans);
    let year = text_of(article, "date").get(..4).and_then(|y| y.parse().ok());
    let crisis = Some(text_of(article, "crisis")).filter(|c| !c.is_empty() && !report.options.no_crisis);
    let found = finder.find(text, &document, &Context { year, crisis, known: &[] });
    for (sentence, mentions) in document.sentences.iter().zip(&found) {
        let sentence = sentence.span.of(text);
        let mut gold: BTreeMap<String, String> = BTreeMap::new();
        for item in items.iter().filter(|i| text_of(i, "text") == sentence) {
            let id = text_of(item, "actor");
            let id = gazetteer.canonical(id).map_or(id, |a| gazetteer.id(a));
            gold.insert(id.to_owned(), text_of(item, "kind").to_owned());
        }
        let mut hows: BTreeMap<&str, How> = BTreeMap::new();
        for mention in mentions {
            hows.entry(gazetteer.id(mention.actor)).or_insert(mention.how);
        }
        if report.options.pairs {
            for mention in mentions {
                let actor = gazetteer.id(mention.actor);
                let sign = if gold.contains_key(actor) { '+' } else { '-' };
                let whole =
                    document.sentences.iter().find(|s| s.span.contains(&mention.span)).map_or(mention.span, |s| s.span);
                let (before, after) = (&text[whole.start..mention.span.start], &text[mention.span.end..whole.end]);
                println!("{sign}\t{actor}\t{:?}\t{before}\t{}\t{after}", mention.how, mention.span.of(text));
            }
        }
        let id = text_of(article, "id");
        for (actor, kind) in &gold {
            let how = hows.get(actor.as_str()).copied();
            report.count(actor, Some(kind), how, sentence, id);
        }
        for (actor, how) in hows.iter().filter(|(a, _)| !gold.contains_key(**a)) {
            report.count(actor, None, Some(*how), sentence, id);
        }
    }
}

fn print(report: &Report) {
    for (name, score) in &report.scores {
        println!("{}", score.line(name));
    }
    println!("\nby how the finder found it (no recall)");
    for (name, score) in &report.by_how {
        println!("{}", score.line(name));
    }
    println!("\nby the item's kind (no precision)");
    for (name, score) in &report.by_kind {
        println!("{}", score.line(name));
    }
    let step = (report.errors.len() / report.options.errors.max(1)).max(1);
    for error in report.errors.iter().step_by(step).take(report.options.errors) {
        println!("{error}");
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("actor_report: {message}");
            ExitCode::FAILURE
        }
    }
}
