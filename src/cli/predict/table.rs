//! Reports as CSV: one record per (article, actor) or per item, one column per label for probabilities and counts.
//!
//! Spreadsheets run a cell that begins like a formula, and articles come from strangers: such a cell gets an apostrophe
//! in front ([`inert`]). JSON Lines have every text as it is.

use crate::feature::item::Item;
use crate::files;
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
        let fields = [&text(&article.title), &text(&article.date), &text(&article.outlet), &actor.actor];
        let mut cells = vec![inert(&article.id)];
        cells.extend(fields.map(|field| inert(field)));
        cells.push(stance(labels, actor.label, actor.confidence, min_confidence));
        cells.push(number(actor.confidence));
        cells.extend(probabilities(&actor.scores));
        cells.extend(actor.counts.iter().map(ToString::to_string));
        let own = actor.evidence.iter().filter(|e| e.label == actor.label);
        let best = own.max_by(|a, b| a.scores.confidence().total_cmp(&b.scores.confidence()));
        cells.push(best.map(|e| inert(e.sentence.of(&article.text))).unwrap_or_default());
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
    let mut cells = vec![inert(&item.id), inert(item.actor.as_deref().unwrap_or_default())];
    cells.push(stance(labels, evidence.label, confidence, min_confidence));
    cells.push(number(confidence));
    cells.extend(probabilities(&evidence.scores));
    let names = |set: &Vec<usize>| set.iter().map(|label| labels.name(*label)).collect::<Vec<_>>().join("|");
    cells.extend(evidence.set.as_ref().map(names));
    record(&cells)
}

fn stance(labels: &Labels, label: usize, confidence: f64, min: f64) -> String {
    if confidence < min { String::new() } else { inert(labels.name(label)) }
}

/// A text as a cell that no spreadsheet takes for a formula: with an apostrophe in front where its first visible
/// character is one of `= + - @`, also in their wide forms, or where it begins with a control character, which may be
/// lost on the way. (The list is that of OWASP's page on CSV injection, and blanks before it.)
fn inert(text: &str) -> String {
    let invisible = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}');
    let formula = text.trim_start_matches(invisible).starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    let control = text.starts_with(char::is_control);
    if formula || control { format!("'{text}") } else { text.to_string() }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_begins_like_a_formula_gets_an_apostrophe() {
        let formulas =
            ["=1+1", "+1", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n+1", " =1", "\u{feff}=1", "＝1", "\u{1b}[31m=1"];
        for text in formulas.into_iter().chain(["\tx", "\u{7}x", "-", "="]) {
            assert_eq!(inert(text), format!("'{text}"));
        }
    }

    #[test]
    fn any_other_text_stays_as_it_is() {
        for text in ["", "a=b", "1-2", "'", "“=1", "– no", "—", "eu", "x\t=1", "\"=1\""] {
            assert_eq!(inert(text), text);
        }
    }
}
