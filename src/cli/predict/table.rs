//! Reports as CSV: one record per (article, actor) or per item, one column per label for probabilities and counts.

use super::files;
use crate::feature::item::Item;
use crate::label::{Labels, Scores};
use crate::predict::report::{Evidence, StanceReport};
use crate::text::article::Article;

/// The header line for articles.
pub fn header(labels: &Labels) -> String {
    let mut cells: Vec<String> =
        ["id", "title", "date", "outlet", "actor", "stance", "confidence"].map(String::from).into();
    cells.extend(labels.names().iter().map(|n| format!("p_{n}")));
    cells.extend(labels.names().iter().map(|n| format!("n_{n}")));
    cells.push("evidence".into());
    record(&cells)
}

/// The records of an article. A stance of less confidence than `min_confidence` is left empty; the evidence is the
/// most probable sentence with the stance.
pub fn article(article: &Article, report: &StanceReport, labels: &Labels, min_confidence: f64) -> String {
    let mut out = String::new();
    for actor in &report.actors {
        let text = |field: &Option<String>| field.clone().unwrap_or_default();
        let mut cells = vec![article.id.clone(), text(&article.title), text(&article.date), text(&article.outlet)];
        cells.push(actor.actor.clone());
        cells.push(stance(labels, actor.label, actor.confidence, min_confidence));
        cells.push(number(actor.confidence));
        cells.extend(probabilities(&actor.scores));
        cells.extend(actor.counts.iter().map(ToString::to_string));
        let own = actor.evidence.iter().filter(|e| e.label == actor.label);
        let best = own.max_by(|a, b| a.scores.confidence().total_cmp(&b.scores.confidence()));
        cells.push(best.map(|e| e.sentence.of(&article.text).to_string()).unwrap_or_default());
        out.push_str(&record(&cells));
    }
    out
}

/// The header line for items; with `sets`, of items that have a prediction set.
pub fn item_header(labels: &Labels, sets: bool) -> String {
    let mut cells: Vec<String> = ["id", "actor", "stance", "confidence"].map(String::from).into();
    cells.extend(labels.names().iter().map(|n| format!("p_{n}")));
    cells.extend(sets.then(|| "set".to_string()));
    record(&cells)
}

/// The record of an item; the labels of its set are parted by bars.
pub fn item(item: &Item, evidence: &Evidence, labels: &Labels, min_confidence: f64) -> String {
    let confidence = evidence.scores.confidence();
    let mut cells = vec![item.id.clone(), item.actor.clone().unwrap_or_default()];
    cells.push(stance(labels, evidence.label, confidence, min_confidence));
    cells.push(number(confidence));
    cells.extend(probabilities(&evidence.scores));
    let names = |set: &Vec<usize>| set.iter().map(|label| labels.name(*label)).collect::<Vec<_>>().join("|");
    cells.extend(evidence.set.as_ref().map(names));
    record(&cells)
}

fn stance(labels: &Labels, label: usize, confidence: f64, min: f64) -> String {
    if confidence < min { String::new() } else { labels.name(label).to_string() }
}

fn number(p: f64) -> String {
    format!("{p:.6}")
}

fn probabilities(scores: &Scores) -> impl Iterator<Item = String> + '_ {
    scores.0.iter().map(|p| number(*p))
}

fn record(cells: &[String]) -> String {
    files::csv([cells.to_vec()])
}
