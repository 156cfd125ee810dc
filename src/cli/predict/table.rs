//! Reports as a table: one row per (article, actor) or per item, one column per label for probabilities and counts. Here
//! are its columns and values, and how CSV writes them.
//!
//! Spreadsheets run a cell that begins like a formula, and articles come from strangers: such a cell gets an apostrophe
//! in front ([`inert`]). JSON Lines and Parquet have every text as it is.

use crate::feature::item::Item;
use crate::files;
use crate::label::{Labels, Scores};
use crate::predict::report::{ActorStance, Evidence, StanceReport};
use crate::text::article::Article;

/// A value of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A text; CSV leaves a missing one empty.
    Text(Option<String>),
    /// A probability.
    Probability(f64),
    /// A number of sentences.
    Count(usize),
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// [`Value::Text`].
    Text,
    /// [`Value::Probability`].
    Probability,
    /// [`Value::Count`].
    Count,
}

/// A name and what is under it.
pub type Column = (String, Kind);

/// The values of a row, in the order of the columns.
pub type Row = Vec<Value>;

fn texts<const N: usize>(names: [&str; N]) -> impl Iterator<Item = Column> {
    names.map(|name| (name.to_string(), Kind::Text)).into_iter()
}

fn per_label(labels: &Labels, before: &str, kind: Kind) -> impl Iterator<Item = Column> {
    labels.names().iter().map(move |name| (format!("{before}{name}"), kind))
}

/// The columns for articles.
pub fn columns(labels: &Labels) -> Vec<Column> {
    let mut columns: Vec<Column> = texts(["id", "title", "date", "outlet", "actor", "stance"]).collect();
    columns.push(("confidence".into(), Kind::Probability));
    columns.extend(per_label(labels, "p_", Kind::Probability));
    columns.extend(per_label(labels, "n_", Kind::Count));
    columns.extend(texts(["evidence"]));
    columns
}

/// The rows of an article. A stance of less confidence than `min_confidence` is missing; the evidence is the most
/// probable sentence with the stance.
pub fn rows(article: &Article, report: &StanceReport, labels: &Labels, min_confidence: f64) -> Vec<Row> {
    let row = |actor: &ActorStance| {
        let mut row = vec![text(&article.id)];
        row.extend([&article.title, &article.date, &article.outlet].map(|field| Value::Text(field.clone())));
        row.push(text(&actor.actor));
        row.push(stance(labels, actor.label, actor.confidence, min_confidence));
        row.push(Value::Probability(actor.confidence));
        row.extend(probabilities(&actor.scores));
        row.extend(actor.counts.iter().map(|n| Value::Count(*n)));
        let own = actor.evidence.iter().filter(|e| e.label == actor.label);
        let best = own.max_by(|a, b| a.scores.confidence().total_cmp(&b.scores.confidence()));
        row.push(Value::Text(best.map(|e| e.sentence.of(&article.text).to_string())));
        row
    };
    report.actors.iter().map(row).collect()
}

/// The columns for items; with `sets`, of items that have a prediction set.
pub fn item_columns(labels: &Labels, sets: bool) -> Vec<Column> {
    let mut columns: Vec<Column> = texts(["id", "actor", "stance"]).collect();
    columns.push(("confidence".into(), Kind::Probability));
    columns.extend(per_label(labels, "p_", Kind::Probability));
    columns.extend(texts(["set"]).filter(|_| sets));
    columns
}

/// The row of an item; the labels of its set are parted by bars.
pub fn item_row(item: &Item, evidence: &Evidence, labels: &Labels, min_confidence: f64) -> Row {
    let confidence = evidence.scores.confidence();
    let mut row = vec![text(&item.id), Value::Text(item.actor.clone())];
    row.push(stance(labels, evidence.label, confidence, min_confidence));
    row.push(Value::Probability(confidence));
    row.extend(probabilities(&evidence.scores));
    let names = |set: &Vec<usize>| set.iter().map(|label| labels.name(*label)).collect::<Vec<_>>().join("|");
    row.extend(evidence.set.as_ref().map(|set| Value::Text(Some(names(set)))));
    row
}

fn text(text: &str) -> Value {
    Value::Text(Some(text.to_string()))
}

fn stance(labels: &Labels, label: usize, confidence: f64, min: f64) -> Value {
    Value::Text((confidence >= min).then(|| labels.name(label).to_string()))
}

fn probabilities(scores: &Scores) -> impl Iterator<Item = Value> + '_ {
    scores.0.iter().map(|p| Value::Probability(*p))
}

/// The header line of CSV.
pub fn csv_header(columns: &[Column]) -> String {
    files::csv([columns.iter().map(|(name, _)| name.clone())])
}

/// Rows as CSV.
pub fn csv(rows: Vec<Row>) -> String {
    let cell = |value: Value| match value {
        Value::Text(text) => inert(&text.unwrap_or_default()),
        Value::Probability(p) => format!("{p:.6}"),
        Value::Count(n) => n.to_string(),
    };
    files::csv(rows.into_iter().map(|row| row.into_iter().map(cell).collect::<Vec<_>>()))
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
